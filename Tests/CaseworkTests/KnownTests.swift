import Accounts
import Basics
import CountryPack
import Linkage
import Records
import TestSupport
import Testing
import Vault

@testable import Casework

/// Whether a person is known to another agency: who is found, by whom, and what anybody learns of it.
@Suite struct KnownTests {
  private func desk(_ town: Town) -> KnownDesk { KnownDesk(town.desk, step: .zero) }

  private func agrees(_ town: Town, _ id: CaseID, to agency: AgencyID, days: Int = 30) async throws -> ConsentID {
    let consent = ConsentID.random()
    try await town.desk.giveConsent(
      town.worker, id, id: consent, town.consent(to: agency, [.identity], days: days, purpose: "being_found"))
    return consent
  }

  private func rosa(_ surnames: String = "Kispe Andrade", year: Int = 1980) -> KnownSubject {
    .typed(PersonIdentity(givenNames: "Rosa", surnames: surnames, sex: "female", birth: .year(year)))
  }

  private func found(_ town: Town, by actor: Actor, _ subject: KnownSubject? = nil) async throws -> [String] {
    try await desk(town).ask(actor, id: .random(), subject ?? rosa(), reason: "safety").agencies.map(\.name)
  }

  private func count(_ town: Town, _ table: String) async throws -> Int {
    try await town.office.database.read { try $0.value(Int.self, "SELECT COUNT(*) AS number FROM \(table)") ?? 0 }
  }

  private func acts(_ town: Town, _ action: String) async throws -> [AuditEntry] {
    try await town.office.database.read { try AuditLog.entries($0) }.map(\.entry).filter { $0.action == action }
  }

  @Test(arguments: TestEngine.available) func onlyWhoAgreedIsFoundAndOnlyByThatAgency(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let id = try await town.opened().id
      #expect(try await count(town, "known_encodings") == 0)
      #expect(try await found(town, by: town.north) == [])
      // A consent for something else makes nobody findable.
      try await town.desk.giveConsent(
        town.worker, id, id: .random(), town.consent(to: town.north.agency, [.identity], purpose: "health"))
      #expect(try await count(town, "known_encodings") == 0)
      let consent = try await agrees(town, id, to: town.north.agency)
      #expect(try await count(town, "known_encodings") == 1)
      #expect(try await found(town, by: town.north) == ["Casa Canario"])
      #expect(try await found(town, by: town.south) == [])
      // Their own people are no news to an agency; nor is a stranger anybody's.
      #expect(try await found(town, by: town.worker) == [])
      #expect(try await found(town, by: town.north, rosa("Zambrano Loor", year: 1999)) == [])
      // From a case of the asking agency as well.
      let north = try await town.opened(town.north, town.opening("Rosa", "Quishpe Andrade"))
      #expect(try await found(town, by: town.north, .person(of: north.id)) == ["Casa Canario"])
      #expect(try await refusal { _ = try await found(town, by: town.north, .person(of: id)) } == .notFound)
      try await town.desk.withdrawConsent(town.worker, consent)
      #expect(try await count(town, "known_encodings") == 0)
      #expect(try await found(town, by: town.north) == [])
    }
  }

  @Test(arguments: TestEngine.available) func aHookThatFailsKeepsTheEncoding(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let id = try await town.opened().id
      let consent = try await agrees(town, id, to: town.north.agency)
      let failing = CaseDesk(
        town.office, town.pack, whenConsentEnds: { _, _, _, _, _ in throw Refusal.conflict })
      #expect(try await refusal { _ = try await failing.withdrawConsent(town.worker, consent) } == .conflict)
      #expect(try await count(town, "known_encodings") == 1)
    }
  }

  @Test(arguments: TestEngine.available) func anEndedConsentAndARestrictionHideAtOnce(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let id = try await town.opened().id
      _ = try await agrees(town, id, to: town.north.agency, days: 2)
      let (worker, now) = (town.worker, town.time.now)
      try await town.office.database.write { transaction in
        try DataRequestRecords.restrict(id, agency: worker.agency, by: worker.member, at: now, transaction)
        try transaction.record(.test())
      }
      #expect(try await found(town, by: town.north) == [])
      try await town.office.database.write { transaction in
        try transaction.execute("DELETE FROM case_restrictions WHERE case_id = ?", id)
        try transaction.record(.test())
      }
      #expect(try await found(town, by: town.north) == ["Casa Canario"])
      town.time.move(.days(4))
      #expect(try await found(town, by: town.north) == [])
    }
  }

  @Test(arguments: TestEngine.available) func anEditedPersonIsFoundAsTheyAreNow(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let id = try await town.opened().id
      _ = try await agrees(town, id, to: town.north.agency)
      let file = try await town.desk.file(town.worker, id)
      var identity = try #require(file.identity)
      identity.value.surnames = "Zambrano Loor"
      identity.value.birth = .year(1991)
      try await town.desk.edit(town.worker, id, .identity(identity.value), seen: identity.revision)
      #expect(try await found(town, by: town.north) == [])
      #expect(try await found(town, by: town.north, rosa("Sambrano Loor", year: 1991)) == ["Casa Canario"])
    }
  }

  @Test(arguments: TestEngine.available) func bothSidesHaveAnEntryAndNeitherAPerson(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let id = try await town.opened().id
      _ = try await agrees(town, id, to: town.north.agency)
      let (known, question) = (desk(town), KnownQuestionID.random())
      for _ in 0..<2 {
        // A second click asks nothing more.
        let answer = try await known.ask(town.north, id: question, rosa(), reason: "safety")
        #expect(answer.agencies.map(\.name) == ["Casa Canario"])
      }
      let asked = try await acts(town, "known.ask")
      #expect(asked.count == 1 && asked.first?.objectKind == "question" && asked.first?.purpose == "being_found")
      let told = try await acts(town, "known.tell")
      #expect(told.map(\.objectID) == [town.worker.agency.description])
      let notices = try await known.notices(town.referralDesk)
      #expect(notices.map(\.from.name) == ["Casa del Norte"] && notices.first?.reason == "safety")
      for other in [town.south, town.north] { #expect(try await known.notices(other).isEmpty) }
      #expect(try await refusal { try await known.see(town.south, question) } == .notFound)
      for _ in 0..<2 { try await known.see(town.worker, question) }
      #expect(try await known.notices(town.worker).isEmpty)
      // The asked agency's supervisor counts what the own people asked.
      #expect(try await known.counts(town.supervisor).isEmpty)
    }
  }

  @Test(arguments: TestEngine.available) func whoAsksTooOftenIsStoppedAndSeen(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let known = desk(town)
      let most = try #require(town.pack.known).perMember
      let id = try await town.opened().id
      _ = try await known.ask(town.worker, id: .random(), .person(of: id), reason: "missing")
      for _ in 1..<most { #expect(try await found(town, by: town.worker, rosa()) == []) }
      #expect(try await refusal { _ = try await found(town, by: town.worker) }?.kind == .tooMany)
      #expect(try await acts(town, "known.ask").filter { $0.decision == .denied }.count == 1)
      let counts = try await known.counts(town.supervisor)
      #expect(counts.map(\.member) == [town.worker.member])
      #expect(counts.first?.asked == most && counts.first?.withoutCase == most - 1)
      #expect(try await refusal { _ = try await known.counts(town.worker) } == .forbidden)
      // Others may go on, and so may the member a day later.
      #expect(try await found(town, by: town.supervisor) == [])
      town.time.move(.hours(25))
      #expect(try await found(town, by: town.worker) == [])
    }
  }

  @Test(arguments: TestEngine.available) func tooLittleNoReasonAndNoPermissionAskNothing(_ engine: Engine) async throws
  {
    try await withTown(engine) { (town: Town) async throws in
      let known = desk(town)
      func asked(_ identity: PersonIdentity, by actor: Actor? = nil, _ reason: String = "safety") async throws
        -> Refusal?
      {
        try await refusal {
          _ = try await known.ask(actor ?? town.worker, id: .random(), .typed(identity), reason: reason)
        }
      }
      let whole = PersonIdentity(givenNames: "Rosa", surnames: "Quispe", birth: .year(1980))
      for identity in [
        PersonIdentity(givenNames: "Rosa", birth: .year(1980)), PersonIdentity(givenNames: "Rosa", surnames: "Quispe"),
      ] {
        #expect(try await asked(identity)?.phrase.key == "error.known_too_little")
      }
      // A cédula with a right check digit stands for the year.
      #expect(
        try await asked(PersonIdentity(givenNames: "Rosa", surnames: "Quispe", documentNumber: "1710034065")) == nil)
      #expect(try await asked(whole, "curiosity")?.wrongFields == ["reason"])
      #expect(try await asked(whole, by: town.officer) == .forbidden)
      #expect(try await asked(whole, by: town.referralDesk) == .forbidden)
      #expect(try await count(town, "known_questions") == 1)
    }
  }

  @Test(arguments: TestEngine.available) func secretsChangeAndTakeWhatTheyOpenedWithThem(_ engine: Engine) async throws
  {
    try await withTown(engine) { town in
      let content = try #require(town.pack.known)
      let id = try await town.opened().id
      _ = try await agrees(town, id, to: town.north.agency, days: 360)
      let before = try await secrets(town)
      #expect(before.count == 1)
      town.time.move(.days(content.rotateDays + 1))
      // Under the old secret still, until the agency's own member comes by.
      #expect(try await found(town, by: town.north) == ["Casa Canario"])
      _ = try await town.desk.search(town.worker, name: "Rosa")
      let after = try await secrets(town)
      #expect(after.count == 2 && after.first?.id != before.first?.id)
      #expect(try await found(town, by: town.north) == ["Casa Canario"])
      // Nobody came by: the old secret is gone, and with it what it opened.
      town.time.move(.days(2 * content.rotateDays + 1))
      #expect(try await found(town, by: town.north) == [])
      _ = try await town.desk.search(town.worker, name: "Rosa")
      #expect(try await secrets(town).count == 1)
    }
  }

  private func secrets(_ town: Town) async throws -> [KnownRecords.Secret] {
    try await town.office.database.read { try KnownRecords.secrets($0) }
  }

  @Test(arguments: TestEngine.available) func theStoreAloneOpensNoEncoding(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let id = try await town.opened().id
      _ = try await agrees(town, id, to: town.north.agency)
      let (pack, root, now, north) = (town.pack, town.office.root, town.time.now, town.north.agency)
      let rows = try await town.office.database.read {
        try KnownRecords.findable(by: north, purpose: "being_found", at: now, $0)
      }
      let row = try #require(rows.first)
      let subject = RecordSubject("person", row.person)
      let erasure = try #require(
        try await town.office.database.read { try ErasureKeys.keys(of: [subject], $0)[subject] })
      for (root, opens) in [(root, true), (RootSecret.random(), false)] {
        let encodings = try #require(try KnownEncodings(pack, root))
        let secret = try await town.office.database.read { try encodings.live(at: now, $0).first }
        let opened = secret.flatMap { encodings.opened(row, $0, erasure) }
        #expect((opened != nil) == opens)
      }
      // Sealed for its person: under another's name it does not open.
      let encodings = try #require(try KnownEncodings(pack, root))
      let secret = try #require(try await town.office.database.read { try encodings.live(at: now, $0).first })
      var moved = row
      moved.person = .random()
      #expect(encodings.opened(moved, secret, erasure) == nil)
      // A copy of the store without the erasure keys opens nothing either.
      #expect(encodings.opened(row, secret, .random()) == nil)
      #expect(encodings.opened(row, secret, erasure) != nil)
    }
  }

  @Test(arguments: TestEngine.available) func whoIsErasedCanNoLongerBeFound(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let summary = try await town.opened()
      _ = try await agrees(town, summary.id, to: town.north.agency)
      _ = try await desk(town).ask(town.worker, id: .random(), .person(of: summary.id), reason: "safety")
      let (pack, now) = (town.pack, town.time.now)
      try await town.office.database.write {
        try Erasing.erase(summary, pack, engine, by: .system("test"), at: now, hook: { _, _, _, _ in }, $0)
      }
      #expect(try await count(town, "known_encodings") == 0)
      #expect(try await count(town, "known_questions") == 0)
      #expect(try await found(town, by: town.north) == [])
    }
  }

  @Test(arguments: TestEngine.available) func anAnswerTakesAsLongWhetherOrNotAnybodyIsFound(_ engine: Engine)
    async throws
  {
    try await withTown(engine) { town in
      let id = try await town.opened().id
      _ = try await agrees(town, id, to: town.north.agency)
      let slow = KnownDesk(town.desk, step: .milliseconds(400))
      for (actor, isHit) in [(town.north, true), (town.south, false)] {
        var answer: KnownAnswer?
        let time = try await ContinuousClock().measure {
          answer = try await slow.ask(actor, id: .random(), rosa(), reason: "safety")
        }
        #expect(answer?.agencies.isEmpty == !isHit)
        #expect(time >= .milliseconds(400))
      }
    }
  }

  @Test(arguments: TestEngine.available) func onlyIdentityIsAgreedToAndNobodyIsReferredOnIt(_ engine: Engine)
    async throws
  {
    try await withTown(engine) { town in
      let id = try await town.opened().id
      let wrong = try await refusal {
        try await town.desk.giveConsent(
          town.worker, id, id: .random(),
          town.consent(to: town.north.agency, [.identity, .needs], purpose: "being_found"))
      }
      #expect(wrong?.wrongFields == ["kinds"])
      // It opens no file, and neither takes nor leaves any content when it or another consent ends.
      let found = try await agrees(town, id, to: town.north.agency)
      #expect(try await refusal { _ = try await town.desk.file(town.north, id) } == .notFound)
      let shared = try await town.shared(id, to: town.north.agency, [.identity])
      let north = town.north.agency
      #expect(
        try await town.desk.effectOfWithdrawal(town.worker, shared).effect
          == ConsentEffect(agency: north, loses: [.identity], keeps: []))
      #expect(
        try await town.desk.withdrawConsent(town.worker, found) == ConsentEffect(agency: north, loses: [], keeps: []))
      #expect(try await town.desk.file(town.north, id).kinds == [.identity])
    }
  }
}
