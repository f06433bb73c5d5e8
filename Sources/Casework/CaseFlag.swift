import Accounts
import Basics
import Records
import Vault

public enum CaseFlagEntity {}
public typealias CaseFlagID = Identifier<CaseFlagEntity>

/// “Look at this”: one colleague asks another to look at a case by a day. Words are sealed under `narrative`.
public struct CaseFlag: Hashable, Sendable {
  public var id: CaseFlagID
  /// Who is to look.
  public var member: MemberID
  public var due: CalendarDay
  public var raisedBy: MemberID
  public var raisedAt: Moment
  public var resolvedBy: MemberID?
  public var resolvedAt: Moment?
  /// `nil` for readers without the key.
  public var words: String?
  public var answer: String?
}

extension CaseDesk {
  /// Asks a colleague to look at a case by a day.
  ///
  /// - Parameter flag: chosen by the form, so that a second click asks nothing more.
  ///
  /// Throws `Refusal` `.invalid` with the wrong fields.
  public func raiseFlag(
    _ actor: Actor, _ id: CaseID, id flag: CaseFlagID, for member: MemberID, due: CalendarDay, words: String
  ) async throws {
    try actor.require(.editCase)
    let now = office.clock.now()
    try await office.database.write { transaction in
      let summary = try own(id, for: .edit, actor, transaction)
      if let before = try FlagRecords.caseID(of: flag, transaction) {
        guard before == id else { throw Refusal.conflict }
        return
      }
      var problems = TextRules.problems([("words", words, .note)])
      func wrong(_ field: String, _ key: String) { problems.append(FieldProblem(field, key)) }
      if !words.contains(where: \.isLetter) { wrong("words", "error.missing") }
      if due < day(now) { wrong("due", "error.day_past") }
      if due > day(now).adding(days: 366) { wrong("due", "error.day_too_far") }
      let colleagues = try Colleagues.who(may: .readCase, in: actor.agency, office.root, transaction)
      if colleagues[member] == nil { wrong("member", "error.unknown_code") }
      guard problems.isEmpty else { throw Refusal.fields(unique(problems)) }
      let sealed = try sealed(
        words, .narrative, at: SealedPlace.flag(summary, "words", flag), summary, for: actor, at: now, transaction)
      try FlagRecords.insert(
        CaseFlag(id: flag, member: member, due: due, raisedBy: actor.member, raisedAt: now), of: id,
        agency: actor.agency, words: sealed, transaction)
      try TaskRecords.refresh(id, transaction)
      try transaction.record(entry(actor, "flag.raise", id, at: now))
    }
  }

  /// Says that it was looked at, and what came of it.
  ///
  /// Throws `Refusal.conflict` when it was already.
  public func resolveFlag(_ actor: Actor, _ id: CaseID, _ flag: CaseFlagID, answer: String) async throws {
    try actor.require(.editCase)
    let now = office.clock.now()
    try await office.database.write { transaction in
      let summary = try own(id, for: .edit, actor, transaction)
      guard try FlagRecords.caseID(of: flag, transaction) == id else { throw Refusal.notFound }
      let problems = TextRules.problems([("answer", answer, .note)])
      guard problems.isEmpty else { throw Refusal.fields(problems) }
      let sealed = try sealed(
        answer.isEmpty ? nil : answer, .narrative, at: SealedPlace.flag(summary, "answer", flag), summary, for: actor,
        at: now, transaction)
      guard try FlagRecords.resolve(flag, answer: sealed, by: actor.member, at: now, transaction) else {
        throw Refusal(.conflict, Phrase("error.flag_resolved"))
      }
      try TaskRecords.refresh(id, transaction)
      try transaction.record(entry(actor, "flag.resolve", id, at: now))
    }
  }

  /// Within a file, for the owning agency.
  func readFlags(_ file: inout CaseFile, _ keys: [DataKind: RecordKey], _ transaction: any ReadTransaction) throws {
    guard file.part != .receiver else { return }
    let summary = file.summary
    func open(_ blob: [UInt8]?, _ address: FieldAddress) throws -> String? {
      guard let blob, let key = keys[.narrative] else { return nil }
      return try key.openValue(String.self, blob, at: address)
    }
    file.flags = try FlagRecords.flags(of: summary.id, transaction).map { sealed in
      var flag = sealed.flag
      flag.words = try open(sealed.words, SealedPlace.flag(summary, "words", flag.id))
      flag.answer = try open(sealed.answer, SealedPlace.flag(summary, "answer", flag.id))
      return flag
    }
  }
}

extension SealedPlace {
  static func flag(_ summary: CaseSummary, _ column: String, _ id: CaseFlagID) -> FieldAddress {
    field(summary, "case_flags", column, id.description)
  }
}
