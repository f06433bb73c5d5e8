import Basics
import Statistics

public enum RecordsEntity {}
public typealias RecordsID = Identifier<RecordsEntity>

/// One version of a file of synthetic records: what it is made of, where it stands, who saw to it. The records themselves
/// lie apart.
public struct RecordsRelease: Hashable, Sendable {
  public var id: RecordsID
  public var slug: ReleaseSlug
  /// Counted from 1; a correction is a version of its own.
  public var version: Int
  /// Never `draft`: what is kept is frozen from the beginning.
  public var state: ReleaseState
  public var revision: Int
  public var title: ReleaseText
  /// What was corrected since the version before; empty in the first.
  public var note: ReleaseText
  public var choice: RecordsChoice
  /// Compares with the real facts: for those inside only.
  public var report: SynthesisReport
  public var countedOn: CalendarDay
  public var draftedBy: MemberID
  public var draftedAt: Moment
  public var publishedBy: MemberID?
  public var publishedAt: Moment?
  public var withdrawnAt: Moment?
  /// Why it was sent back or withdrawn.
  public var reason: ReleaseText

  public init(
    id: RecordsID, slug: ReleaseSlug, version: Int, state: ReleaseState, revision: Int, title: ReleaseText,
    note: ReleaseText, choice: RecordsChoice, report: SynthesisReport, countedOn: CalendarDay, draftedBy: MemberID,
    draftedAt: Moment, publishedBy: MemberID? = nil, publishedAt: Moment? = nil, withdrawnAt: Moment? = nil,
    reason: ReleaseText = ReleaseText(es: "", en: "")
  ) {
    self.id = id
    self.slug = slug
    self.version = version
    self.state = state
    self.revision = revision
    self.title = title
    self.note = note
    self.choice = choice
    self.report = report
    self.countedOn = countedOn
    self.draftedBy = draftedBy
    self.draftedAt = draftedAt
    self.publishedBy = publishedBy
    self.publishedAt = publishedAt
    self.withdrawnAt = withdrawnAt
    self.reason = reason
  }

  public var address: String { "/open-records/\(slug)/v\(version)" }

  /// What it spends of the budget; 0 for k-anonymous records.
  public var epsilon: Double { report.privacy.epsilon ?? 0 }
  public var delta: Double { report.privacy.delta ?? 0 }
}

/// A finished calculation, before anybody decided to keep it.
public struct MadeRecords: Sendable {
  public var choice: RecordsChoice
  public var countedOn: CalendarDay
  public var report: SynthesisReport
  public var csv: [UInt8]

  public init(choice: RecordsChoice, countedOn: CalendarDay, report: SynthesisReport, csv: [UInt8]) {
    self.choice = choice
    self.countedOn = countedOn
    self.report = report
    self.csv = csv
  }
}

/// The facts a calculation begins with: taken at once, so that it holds no transaction while it runs.
public struct RecordsSource: Sendable {
  public let choice: RecordsChoice
  public let countedOn: CalendarDay
  let facts: FactTable
  let publicCodes: [String: [String]]

  /// Persons whose cases fit.
  public var persons: Int { facts.rowCount }

  /// Makes the records. Long: for a thread of its own.
  ///
  /// - Parameter progress: told the share that is done; throws to break off.
  /// - Throws: `FactFileProblem` when the facts and the choice do not go together, or what `progress` throws.
  public func make(progress: @escaping (Double) throws -> Void) throws -> MadeRecords {
    let coded = try CodedFacts(facts, publicCodes: publicCodes)
    let result = try Synthesis.make(coded, choice.synthesis, length: choice.length, progress: progress)
    return MadeRecords(
      choice: choice, countedOn: countedOn, report: result.report, csv: result.records.csv)
  }
}
