import Accounts
import Basics
import CountryPack
import Foundation
import Records
import TestSupport
import Testing
import Vault

@testable import Casework

@Suite struct ReceiptTests {
  @Test func aCodeIsReadAsPeopleTypeItAndAWordWithoutAccents() {
    let (code, root) = (ReceiptCode(), RootSecret.random())
    let typed = code.exposedText.uppercased().filter { $0 != "-" }
    #expect(ReceiptCode(typed)?.tag(root) == code.tag(root))
    #expect(ReceiptCode("x") == nil)
    #expect(code.verifier(word: " Cóndor ", root) == code.verifier(word: "condor", root))
    #expect(code.verifier(word: "condor", root) != ReceiptCode().verifier(word: "condor", root))
    #expect(code.tag(root) != code.tag(.random()))
  }

  @Test(arguments: TestEngine.available) func aPersonSeesWhoWasGivenWhatAndOpenedItWhen(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      var request = town.opening("Canaria", "Canarinha")
      request.narrative = "relato-canario"
      request.needs = Needs(codes: ["housing"])
      let (id, desk) = (try await town.opened(nil, request).id, ReceiptDesk(town.desk))
      let consent = try await town.shared(id, to: town.north.agency, [.needs], days: 9)
      try await town.attached(id, .health)
      _ = try await town.desk.file(town.north, id)
      let (receipt, code) = try await desk.make(town.worker, id, word: "Cóndor")
      #expect(receipt.works(at: town.time.now))
      let look = try await desk.enter(code: code.exposedText, word: "condor", client: "c")
      let record = try #require(try await desk.record(look))
      #expect(record.agency == "Casa Canario" && record.files == 1)
      #expect(Set(record.held) == [.identity, .narrative, .needs, .health])
      #expect(record.shares.count == 1)
      let share = record.shares[0]
      #expect(share.recipient == "Casa del Norte" && share.kinds == [.needs] && share.state == .live)
      #expect(share.opened == [town.time.now] && share.id == consent)
      // Nothing that is sealed is in it, and neither code nor word in the store.
      let all = "\(record)"
      for word in ["Canaria", "Canarinha", "relato"] { #expect(!all.contains(word), "\(word)") }
      let plain = code.exposedText.filter { $0 != "-" }
      for (table, rows) in try await wholeContent(of: town.office.database, engine) {
        #expect(
          !rows.contains { $0.contains(code.exposedText) || $0.contains(plain) || $0.contains("condor") }, "\(table)")
      }
      #expect(try await town.desk.history(town.worker, id).first?.action == "receipt.enter")
      try await desk.leave(look)
      #expect(try await desk.record(look) == nil)
    }
  }

  @Test(arguments: TestEngine.available) func itIsKnownInWhichLanguageThePersonWasLastAsked(
    _ engine: Engine
  ) async throws {
    try await withTown(engine) { town in
      let (id, desk) = (try await town.opened().id, ReceiptDesk(town.desk))
      #expect(try await desk.receipt(town.worker, id).spoken == nil)
      try await town.shared(id, to: town.north.agency, [.needs])
      #expect(try await desk.receipt(town.worker, id).spoken == .spanish)
      town.time.move(.minutes(1))
      var later = town.consent(to: town.north.agency, [.needs], purpose: "health")
      later.language = Language("fr")
      try await town.desk.giveConsent(town.worker, id, id: .random(), later)
      #expect(try await desk.receipt(town.worker, id).spoken?.code == "fr")
    }
  }

  @Test(arguments: TestEngine.available) func aLookEndsAndAPaperCanBeTakenBack(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let (id, desk) = (try await town.opened().id, ReceiptDesk(town.desk))
      for word in ["abc", "aaaa", "abababab", "a\u{202E}bcd"] {
        #expect(
          try await refusal { _ = try await desk.make(town.worker, id, word: word) }?.wrongFields == ["word"], "\(word)"
        )
      }
      let first = try await desk.make(town.worker, id, word: "condor").code.exposedText
      var look = try await desk.enter(code: first, word: "condor", client: "c")
      town.time.move(Span(milliseconds: Int64(ReceiptRules.sessionMinutes) * 60_000 - 1))
      #expect(try await desk.record(look) != nil)
      town.time.move(Span(milliseconds: 1))
      #expect(try await desk.record(look) == nil)
      #expect(
        try await refusal { try await desk.ask(look, id: .random(), .copy, words: "") }?.kind == .notSignedIn)
      // A new paper ends the one before, and whoever looks by it.
      look = try await desk.enter(code: first, word: "condor", client: "c")
      let second = try await desk.make(town.supervisor, id, word: "llama").code.exposedText
      #expect(try await desk.record(look) == nil)
      func enters(_ code: String, _ word: String) async throws -> Bool {
        try await refusal { _ = try await desk.enter(code: code, word: word, client: UUID().uuidString) } == nil
      }
      #expect(try await !enters(first, "condor"))
      #expect(try await enters(second, "LLAMA"))
      try await desk.end(town.worker, id)
      #expect(try await !enters(second, "llama"))
      let third = try await desk.make(town.worker, id, word: "canoa").code.exposedText
      town.time.move(.days(ReceiptRules.days))
      #expect(try await !enters(third, "canoa"))
      // Ten wrong words end a paper, wherever they come from.
      let fourth = try await desk.make(town.worker, id, word: "canoa").code.exposedText
      for _ in 0..<(ReceiptRules.mostWrongWords - 1) { #expect(try await !enters(fourth, "bote")) }
      #expect(try await enters(fourth, "canoa"))
      for _ in 0..<ReceiptRules.mostWrongWords { #expect(try await !enters(fourth, "bote")) }
      #expect(try await !enters(fourth, "canoa"))
      // Who guesses codes from one place has to wait.
      var last: Refusal?
      for _ in 0..<20 { last = try await refusal { _ = try await desk.enter(code: "x", word: "y", client: "one") } }
      #expect(last?.kind == .tooMany)
      // Only the owning agency's members who may withdraw consents give papers.
      for stranger in [town.north, town.secondOfficer] {
        #expect(try await refusal { _ = try await desk.make(stranger, id, word: "canoa") } == .notFound)
      }
      #expect(try await refusal { _ = try await desk.record(town.north, id) } == .notFound)
    }
  }

  @Test(arguments: TestEngine.available) func aWithdrawalWorksAtOnceAndARequestBecomesATask(_ engine: Engine)
    async throws
  {
    try await withTown(engine) { town in
      let told = ToldConsents()
      let cases = CaseDesk(town.office, town.pack, whenConsentEnds: { consent, _, _, _, _ in told.add(consent) })
      let desk = ReceiptDesk(cases)
      let (id, other) = (try await town.opened().id, try await town.opened().id)
      let consent = try await town.shared(id, to: town.north.agency, [.identity])
      let foreign = try await town.shared(other, to: town.north.agency, [.identity])
      let order = ConsentID.random()
      try await cases.giveConsent(
        town.worker, id, id: order,
        ConsentRequest(
          basis: .courtOrder, purpose: "assistance", recipient: town.south.agency, kinds: [.needs], until: nil,
          document: "Oficio 7"))
      let code = try await desk.make(town.worker, id, word: "condor").code.exposedText
      let look = try await desk.enter(code: code, word: "condor", client: "c")
      let (_, effect, agency) = try await desk.effectOfWithdrawal(look, consent)
      #expect(effect.loses == [.identity] && agency == "Casa del Norte")
      #expect(try await refusal { _ = try await desk.effectOfWithdrawal(look, foreign) } == .notFound)
      #expect(try await refusal { try await desk.withdraw(look, foreign, id: .random()) } == .notFound)
      #expect(try await refusal { try await desk.withdraw(look, order, id: .random()) }?.kind == .conflict)
      for _ in 0..<2 { try await desk.withdraw(look, consent, id: .random()) }
      #expect(told.all == [consent])
      #expect(try await refusal { _ = try await cases.file(town.north, id) } == .notFound)
      let tasks = try await cases.tasks(town.worker).tasks
      #expect(tasks.map(\.kind) == [.personRequest] && tasks[0].caseID == id)

      let ask = DataRequestID.random()
      #expect(try await refusal { try await desk.ask(look, id: ask, .correct, words: " ") }?.wrongFields == ["words"])
      for _ in 0..<2 { try await desk.ask(look, id: ask, .correct, words: "canario-escrito: mi fecha") }
      let protection = DataProtectionDesk(town.office, town.pack)
      var requests: [DataRequest] = []
      for request in try await protection.rights(town.supervisor, id).requests {
        requests.append(try await protection.request(town.supervisor, id, request.id).1)
      }
      #expect(Set(requests.map(\.kind)) == [.correct, .withdraw] && requests.count == 2)
      #expect(requests.first { $0.kind == .correct }?.words == "canario-escrito: mi fecha")
      #expect(
        requests.first?.due
          == cases.pack.dataProtection.requests.due(
            from: cases.today, holidays: cases.pack.identification.holidays))
      for (table, rows) in try await wholeContent(of: town.office.database, engine) {
        #expect(!rows.contains { $0.contains("canario-escrito") }, "\(table)")
      }
      #expect(try await desk.record(look)?.requests.count == 2)
      // What is asked in a closed case is due as well.
      try await town.close(id, with: cases)
      #expect(try await cases.tasks(town.worker).tasks.count == 2)
      #expect(try await refusal { _ = try await protection.request(town.worker, other, ask) } == .notFound)
      #expect(try await refusal { try await protection.answer(town.north, ask, .granted, reason: "") } == .notFound)
      // Whoever assists does what was asked; only who answers for the data refuses it.
      #expect(
        try await refusal {
          try await protection.answer(town.worker, ask, .refused, ground: .legalDuty, reason: "No se puede")
        } == .forbidden)
      for request in requests { try await protection.answer(town.worker, request.id, .granted, reason: "") }
      #expect(
        try await refusal { try await protection.answer(town.worker, ask, .granted, reason: "") }?.kind == .conflict)
      #expect(try await cases.tasks(town.worker).tasks.isEmpty)
      let erase = DataRequestID.random()
      try await desk.ask(look, id: erase, .erase, words: "")
      #expect(try await refusal { try await protection.answer(town.worker, erase, .granted, reason: "") } == .forbidden)
      try await protection.answer(town.supervisor, erase, .refused, ground: .legalDuty, reason: "Hay un juicio")
      #expect(try await desk.record(look)?.requests.contains { $0.answer == .refused } == true)
      for _ in 0..<ReceiptRules.mostOpenRequests { try await desk.ask(look, id: .random(), .copy, words: "") }
      #expect(try await refusal { try await desk.ask(look, id: .random(), .copy, words: "") }?.kind == .tooMany)
    }
  }
}

private final class ToldConsents: @unchecked Sendable {
  // @unchecked Sendable: the lock guards its only variable.
  private let lock = NSLock()
  private var consents: [ConsentID] = []
  func add(_ consent: ConsentID) { lock.withLock { consents.append(consent) } }
  var all: [ConsentID] { lock.withLock { consents } }
}
