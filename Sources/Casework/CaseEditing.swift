import Accounts
import Basics
import CountryPack
import Records
import Vault

/// One change of one part of a file.
public enum CaseChange: Hashable, Sendable {
  case facts(CaseFacts)
  case identity(PersonIdentity)
  case contact(SafeContact)
  case narrative(String)
  case needs(Needs)
  case health(String)
  case legal(String)
}

extension CaseDesk {
  /// Changes one part of a file.
  ///
  /// - Parameter revision: of the part as the editor saw it; 0 when there was nothing.
  ///
  /// Throws `Refusal`: `.invalid` with the wrong fields, `.conflict` when somebody changed the part meanwhile.
  public func edit(_ actor: Actor, _ id: CaseID, _ change: CaseChange, seen revision: Int) async throws {
    try actor.require(.editCase)
    let now = office.clock.now()
    let problems = problems(change, on: day(now))
    try await office.database.write { transaction in
      let summary = try own(id, for: .edit, actor, transaction)
      guard problems.isEmpty else { throw Refusal.fields(problems) }
      func put(_ value: some Encodable, _ kind: DataKind) throws {
        try self.put(value, kind, seen: revision, summary, for: actor, at: now, transaction)
      }
      switch change {
      case .facts(let facts):
        guard try CaseRecords.update(id, facts, seen: revision, by: actor.member, at: now, transaction) else {
          throw Refusal(.conflict, Phrase("error.edited_meanwhile"))
        }
      case .identity(let identity):
        try put(identity, .identity)
        let index = BlindIndex(root: office.root, agency: summary.agency.description)
        try PersonRecords.setTags(summary.person, identity.tags(index), transaction)
        try CaseRecords.setPerson(
          summary.person, sex: identity.sex, ageBand: PersonRules.ageBand(identity.birth, pack, on: day(now)),
          transaction)
        try encodeAnew([summary.person], actor, at: now, transaction)
      case .contact(let contact): try put(contact, .contact)
      case .narrative(let text): try put(text, .narrative)
      case .needs(let needs): try put(needs, .needs)
      case .health(let text): try put(text, .health)
      case .legal(let text): try put(text, .legal)
      }
      try transaction.record(entry(actor, "case.edit", id, at: now))
    }
  }

  private func problems(_ change: CaseChange, on day: CalendarDay) -> [FieldProblem] {
    switch change {
    case .facts(let facts): facts.problems(pack)
    case .identity(let identity): PersonRules.problems(identity, pack, on: day)
    case .contact(let contact): PersonRules.problems(contact)
    case .narrative(let text): TextRules.problems([("narrative", text, .note)])
    case .needs(let needs): TextRules.problems([("needs_note", needs.note, .note)]) + problems(needs)
    case .health(let text): TextRules.problems([("health", text, .note)])
    case .legal(let text): TextRules.problems([("legal", text, .note)])
    }
  }
}
