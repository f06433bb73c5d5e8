import Basics
import Records

/// One file of cases on its way into the register: which, by whom, and how far it is.
public struct CaseImport: Hashable, Sendable {
  public enum State: String, Hashable, Sendable, CaseIterable, SQLConvertible {
    /// The file is kept, sealed; nothing else has happened.
    case staged
    /// Rows are being taken in, or were when something broke.
    case running
    case finished
    /// Everything it had brought was taken back.
    case undone
  }

  public var id: CaseImportID
  public var agency: AgencyID
  public var by: MemberID
  public var at: Moment
  public var state: State
  public var choice: ImportChoice
  /// Rows of the file.
  public var rows: Int
  /// Rows that are behind it: the next one is the first that is not.
  public var done: Int
  public var opened: Int
  public var refused: Int
  public var finishedAt: Moment?
  /// A keyed mark of the file's bytes and the mapping: the same file read the same way has the same.
  var fingerprint: [UInt8]

  public var isUnfinished: Bool { state == .running }
}

/// Why an import stopped before its end, and where it goes on.
public struct ImportStopped: Error, Sendable {
  public var id: CaseImportID
  /// The line of the first row that is not taken in.
  public var line: Int
  /// Rows that are in.
  public var done: Int
  public var reason: any Error
}

/// What taking an import back left standing.
public struct ImportUndone: Hashable, Sendable {
  public var removed: Int
  /// Cases that somebody has worked on since: they stay.
  public var kept: [CaseID]
}
