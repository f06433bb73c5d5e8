import Basics
import Records

public enum OwnFormEntity {}
/// A form of the agency, whatever its version.
public typealias OwnFormID = Identifier<OwnFormEntity>
public enum FormVersionEntity {}
public typealias FormVersionID = Identifier<FormVersionEntity>
public enum FormFillingEntity {}
public typealias FormFillingID = Identifier<FormFillingEntity>

/// One version of an agency's own form. What it asks never changes: a newer file is another version beside it.
public struct FormVersion: Hashable, Sendable {
  public enum Status: String, Hashable, Sendable, CaseIterable {
    /// Read and shown, but nobody can fill it in yet.
    case read
    /// New fillings begin with it.
    case inUse = "in_use"
    /// A newer version is in use; what was begun with this one is finished with it.
    case replaced
    /// Taken out of use. What was begun with it can be finished, and everything stays readable.
    case retired
  }

  public var id: FormVersionID
  public var form: OwnFormID
  public var agency: AgencyID
  /// The form's own identifier (`form_id`); may be empty.
  public var code: String
  /// May be empty.
  public var title: String
  /// The form's own word for its version; may be empty.
  public var label: String
  public var status: Status
  public var readAt: Moment
  public var readBy: MemberID
  public var adoptedAt: Moment?
  public var adoptedBy: MemberID?
  /// How many fillings were begun with it.
  public var fillings = 0
}

/// One filling of an own form as work lists see it: states and times. What was answered is sealed; `FormFile` holds it.
public struct FormFillingRow: Hashable, Sendable {
  public enum Status: String, Hashable, Sendable, CaseIterable {
    case inProgress = "in_progress"
    case finished
  }

  public var id: FormFillingID
  public var version: FormVersionID
  public var form: OwnFormID
  public var agency: AgencyID
  /// Who fills it in.
  public var member: MemberID
  public var status: Status
  public var begunAt: Moment
  /// When anything was last saved.
  public var touchedAt: Moment
  public var finishedAt: Moment?
  /// How many questions have an answer on the pages that were saved.
  public var answered = 0
  /// The form's title, as its version has it.
  public var title = ""
}

/// What can be done with a version.
public enum FormMove: Hashable, Sendable, CaseIterable {
  case adopt
  /// A newer version is adopted.
  case replace
  case retire
  /// Throws it away before anybody filled it in.
  case discard
}

public enum FormVersionRules {
  /// The state after a move; `nil` when nothing is left. A move that was made already leads to where it is.
  ///
  /// Throws `Refusal` `.conflict` when the move can't be made from there.
  public static func next(_ move: FormMove, from status: FormVersion.Status) throws(Refusal) -> FormVersion.Status? {
    switch (move, status) {
    case (.adopt, _): return .inUse
    case (.replace, .inUse): return .replaced
    case (.replace, _): return status
    case (.retire, .inUse), (.retire, .replaced), (.retire, .retired): return .retired
    case (.discard, .read): return nil
    case (.retire, .read), (.discard, _): throw .conflict
    }
  }
}

extension FormVersion.Status: SQLConvertible {}
extension FormFillingRow.Status: SQLConvertible {}
