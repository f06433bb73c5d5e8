import Accounts
import Basics
import CountryPack
import Records

/// Meetings, their minutes and decisions, what institutions became, and the words of the yearly report.
extension NationalPlanDesk {
  /// Adds a meeting (revision 0) or changes its minutes. Sending the same again changes nothing.
  ///
  /// Throws `Refusal`: `.notFound`, `.conflict` when it was changed meanwhile.
  public func put(_ actor: Actor, _ meeting: PlanMeeting, in id: StoredPlanID) async throws {
    try await write(actor, id, .meeting, meeting.id.description) { transaction in
      let there = try MeetingRecords.meetings(id, transaction).first { $0.id == meeting.id }
      if let there, there.day == meeting.day, there.title == meeting.title, there.minutes == meeting.minutes {
        return false
      }
      guard try MeetingRecords.put(meeting, in: id, transaction) else {
        throw Refusal(.conflict, Phrase("error.edited_meanwhile"))
      }
      return true
    }
  }

  /// Adds a decision of a meeting (revision 0), changes it, or says that it was done.
  ///
  /// Throws `Refusal`: `.notFound`; `.conflict`; `.invalid` for an owner, an activity or a day that can't be.
  public func put(_ actor: Actor, _ decision: PlanDecision, in id: StoredPlanID) async throws {
    let (pack, today) = (pack, today)
    let kind: PlanChange.Kind = decision.doneOn == nil ? .decision : .decisionDone
    try await write(actor, id, kind, decision.id.description) { transaction in
      var there = try MeetingRecords.decisions(id, transaction).first { $0.id == decision.id }
      there?.revision = decision.revision
      if there == decision { return false }
      guard let meeting = try MeetingRecords.meetings(id, transaction).first(where: { $0.id == decision.meeting })
      else {
        throw Refusal.notFound
      }
      var problems: [FieldProblem] = []
      if try Self.book(pack, transaction).institutions[decision.owner] == nil {
        problems.append(FieldProblem("owner", "error.choose"))
      }
      if decision.due < meeting.day { problems.append(FieldProblem("due", "error.plan_due")) }
      if let done = decision.doneOn, done > today || done < meeting.day {
        problems.append(FieldProblem("done_on", "error.plan_done_on"))
      }
      if !decision.activity.isEmpty {
        if try !NationalPlanRecords.hasActivity(decision.activity, in: id, transaction) {
          problems.append(FieldProblem("activity", "error.choose"))
        }
      }
      guard problems.isEmpty else { throw Refusal.fields(problems) }
      guard try MeetingRecords.put(decision, in: id, transaction) else {
        throw Refusal(.conflict, Phrase("error.edited_meanwhile"))
      }
      return true
    }
  }

  /// The days and titles of the meetings are in `PlanLook`; this is what was written for a year's report.
  public func reportTexts(_ actor: Actor, _ id: StoredPlanID, year: Int) async throws -> [ReportText] {
    try await office.database.read { try MeetingRecords.reportTexts(id, year, $0) }
  }

  /// Writes a piece of a year's report.
  ///
  /// Throws `Refusal`: `.notFound`, `.conflict` when it was changed meanwhile.
  public func put(_ actor: Actor, _ text: ReportText, of year: Int, in id: StoredPlanID) async throws {
    try actor.require(.keepPlan)
    let now = office.clock.now()
    try await office.database.write { transaction in
      guard try NationalPlanRecords.head(id, transaction) != nil else { throw Refusal.notFound }
      let there = try MeetingRecords.reportTexts(id, year, transaction).first {
        $0.section == text.section && $0.language == text.language
      }
      if there?.words ?? "" == text.words { return }
      guard try MeetingRecords.put(text, of: year, in: id, transaction) else {
        throw Refusal(.conflict, Phrase("error.edited_meanwhile"))
      }
      try transaction.record(
        AuditEntry(
          at: now, doer: actor.doer, action: "plan.report", objectKind: "plan", objectID: id.description))
    }
  }

  // MARK: Institutions

  /// The institutions with all their names and successors.
  public func institutions(_ actor: Actor) async throws -> InstitutionBook {
    let pack = pack
    return try await office.database.read { try Self.book(pack, $0) }
  }

  /// Enters an institution that the pack does not name, for example one that others were merged into. Sending the same
  /// again changes nothing.
  ///
  /// Throws `Refusal` `.invalid` for a code that can't be or is taken.
  public func enter(
    _ actor: Actor, _ code: String, _ name: PlanInstitution.Name, _ entry: PlanEntryID
  ) async throws {
    try await institution(actor, code) { book, transaction in
      guard PlanCode.isOne(code) else { throw Refusal.fields([FieldProblem("code", "error.plan_code")]) }
      if let known = book.institutions[code] {
        if known.names.contains(where: { $0.name == name.name && $0.from == name.from }) { return false }
        throw Refusal.fields([FieldProblem("code", "error.plan_institution_there")])
      }
      return try MeetingRecords.insert(name, entry, of: code, transaction)
    }
  }

  /// Gives an institution a new name from a day on. What was done before keeps the old name.
  ///
  /// Throws `Refusal`: `.notFound`; `.invalid` when two names would be borne on one day.
  public func name(
    _ actor: Actor, _ code: String, _ name: PlanInstitution.Name, _ entry: PlanEntryID
  ) async throws {
    try await institution(actor, code) { book, transaction in
      guard let known = book.institutions[code] else { throw Refusal.notFound }
      if known.names.contains(where: { $0.name == name.name && $0.from == name.from }) { return false }
      // The new name begins after the others began, so that no earlier time is told anew.
      guard let from = name.from, known.names.allSatisfy({ $0.from.map { $0 < from } != false }) else {
        throw Refusal.fields([FieldProblem("from", "error.plan_name_from")])
      }
      try MeetingRecords.endName(of: code, on: from.adding(days: -1), transaction)
      return try MeetingRecords.insert(name, entry, of: code, transaction)
    }
  }

  /// Says what an institution became. Nothing that names it is rewritten: who answers today is worked out.
  ///
  /// Throws `Refusal`: `.notFound`, `.invalid` when it would succeed itself.
  public func succeed(_ actor: Actor, _ code: String, _ succession: PlanInstitution.Succession) async throws {
    try await institution(actor, code) { book, transaction in
      guard let known = book.institutions[code] else { throw Refusal.notFound }
      if known.successions.contains(where: { $0.successor == succession.successor }) { return false }
      var after = known
      after.successions.append(succession)
      let findings = book.replacing(after).findings.filter { $0.item == code || $0.item == succession.successor }
      guard findings.isEmpty else {
        throw Refusal.fields([FieldProblem("successor", "error.plan_successor")])
      }
      return try MeetingRecords.insert(succession, of: code, transaction)
    }
  }

  /// The successions that were entered here, by the institution's code: only these can be taken back.
  public func enteredSuccessions(_ actor: Actor, of code: String) async throws -> [PlanInstitution.Succession] {
    try await office.database.read { transaction in
      try MeetingRecords.institutions(transaction).first { $0.code == code }?.successions ?? []
    }
  }

  /// Takes back what was said by mistake of what an institution became: it answers again for what it answered for.
  /// Doing it again changes nothing.
  ///
  /// Throws `Refusal.notFound` for an institution that nobody knows.
  public func takeBack(_ actor: Actor, _ code: String, successor: String) async throws {
    try await institution(actor, code) { book, transaction in
      guard book.institutions[code] != nil else { throw Refusal.notFound }
      return try MeetingRecords.delete(succession: successor, of: code, transaction)
    }
  }

  private func institution(
    _ actor: Actor, _ code: String,
    _ body: @escaping @Sendable (InstitutionBook, any WriteTransaction) throws -> Bool
  ) async throws {
    try actor.require(.keepPlan)
    let (now, pack) = (office.clock.now(), pack)
    try await office.database.write { transaction in
      guard try body(try Self.book(pack, transaction), transaction) else { return }
      try transaction.record(
        AuditEntry(
          at: now, doer: actor.doer, action: "plan.institution", objectKind: "institution", objectID: code))
    }
  }

  private func write(
    _ actor: Actor, _ id: StoredPlanID, _ kind: PlanChange.Kind, _ part: String,
    _ body: @escaping @Sendable (any WriteTransaction) throws -> Bool
  ) async throws {
    try actor.require(.keepPlan)
    let now = office.clock.now()
    try await office.database.write { transaction in
      guard try NationalPlanRecords.head(id, transaction) != nil else { throw Refusal.notFound }
      guard try body(transaction) else { return }
      try record(actor, kind, part, id, at: now, transaction)
    }
  }
}

extension InstitutionBook {
  func replacing(_ institution: PlanInstitution) -> InstitutionBook {
    InstitutionBook(institutions.values.filter { $0.code != institution.code } + [institution])
  }
}
