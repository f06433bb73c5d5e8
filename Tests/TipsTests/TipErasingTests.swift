import Accounts
import Basics
import CountryPack
import Records
import TestSupport
import Testing
import Vault

@testable import Tips

@Suite struct TipErasingTests {
  @Test(arguments: TestEngine.available) func theContactCanBeDestroyedAlone(_ engine: Engine) async throws {
    try await withTipHall(engine) { hall in
      try await hall.open(hall.supervisor)
      let contact = TipContact(way: "099 555 0123")
      let arrival = try await hall.send(hall.letter(contact: contact))
      let blob = try await Self.column("contact", of: arrival.id, hall)
      let (look, _) = try await hall.desk.enter(code: arrival.code.exposedText, client: "x")
      for _ in 0..<2 { try await hall.desk.forgetContact(look.text, client: "x") }
      #expect(try await hall.entries("tip.forget_contact") == 1)
      let thread = try await hall.desk.read(hall.reader, arrival.id)
      #expect(thread.contact.isEmpty && !thread.tip.hasContact && thread.content == TipHall.content)
      // Put back from a copy of the store, it opens no more.
      try await Self.put("contact", try #require(blob), into: arrival.id, hall)
      #expect(try await hall.desk.read(hall.reader, arrival.id).contact.isEmpty)
    }
  }

  @Test(arguments: TestEngine.available) func whatWasTakenBackIsGoneForEverybody(_ engine: Engine) async throws {
    try await withTipHall(engine) { hall in
      try await hall.open(hall.supervisor)
      let arrival = try await hall.send(hall.letter(contact: TipContact(way: "099")))
      let (look, _) = try await hall.desk.enter(code: arrival.code.exposedText, client: "x")
      try await hall.desk.add("Algo más", id: .random(), look.text, client: "x")
      var kept: [(String, [UInt8])] = []
      for column in ["code_tag", "agency_key", "code_key", "content", "contact"] {
        kept.append((column, try #require(try await Self.column(column, of: arrival.id, hall))))
      }
      try await hall.desk.withdraw(look.text, client: "x")
      #expect(try await refusal { _ = try await hall.desk.thread(look.text, client: "x") }?.kind == .notSignedIn)
      #expect(
        try await refusal { _ = try await hall.desk.enter(code: arrival.code.exposedText, client: "x") }?.kind
          == .invalid)
      #expect(try await refusal { _ = try await hall.desk.read(hall.reader, arrival.id) }?.kind == .noBasis)
      let tip = try await hall.desk.tip(hall.reader, arrival.id)
      #expect(tip.state == .withdrawn && !tip.isUnread && tip.endedOn?.description == "2026-12-01")
      #expect(try await hall.unread(hall.reader).isEmpty)
      #expect(try await hall.desk.inbox(hall.reader).counts == [.withdrawn: 1])
      for (move, work) in [
        ("take", { try await hall.desk.take(hall.reader, arrival.id, revision: tip.revision) }),
        (
          "close",
          {
            try await hall.desk.close(
              hall.reader, arrival.id, .misuse, words: "", message: .random(), revision: tip.revision)
          }
        ),
      ] as [(String, () async throws -> Void)] {
        #expect(try await refusal(work)?.phrase.key == "error.tip_withdrawn", "\(move)")
      }
      // An old copy's rows beside the same keys of everybody, and the code: nothing opens.
      for (column, bytes) in kept { try await Self.put(column, bytes, into: arrival.id, hall) }
      try await Self.set("epoch = 1", of: arrival.id, hall)
      #expect(try await refusal { _ = try await hall.desk.read(hall.reader, arrival.id) }?.kind == .noBasis)
      #expect(
        try await refusal { _ = try await hall.desk.enter(code: arrival.code.exposedText, client: "x") }?.kind
          == .noBasis)
    }
  }

  @Test(arguments: TestEngine.available) func closedOnesRunOutAndOpenOnesDoNot(_ engine: Engine) async throws {
    try await withTipHall(engine) { hall in
      try await hall.open(hall.supervisor)
      let erasing = TipErasing(hall.office, hall.pack)
      let (closed, open, back) = (
        try await hall.send(hall.letter()), try await hall.send(hall.letter()), try await hall.send(hall.letter())
      )
      let tip = try await hall.desk.read(hall.reader, closed.id).tip
      try await hall.desk.close(
        hall.reader, closed.id, .lookedInto, words: "Listo", message: .random(), revision: tip.revision)
      let (look, _) = try await hall.desk.enter(code: back.code.exposedText, client: "x")
      try await hall.desk.withdraw(look.text, client: "x")
      hall.time.move(.days(hall.pack.tips.keepDays - 1))
      #expect(try await erasing.run() == 0)
      #expect(try await hall.desk.enter(code: closed.code.exposedText, client: "x").thread.tip.state == .closed)
      hall.time.move(.days(1))
      #expect(try await erasing.run() == 2)
      #expect(try await erasing.run() == 0)
      #expect(try await hall.entries("tip.erase") == 2)
      for id in [closed.id, back.id] {
        #expect(try await refusal { _ = try await hall.desk.tip(hall.reader, id) } == .notFound)
      }
      #expect(
        try await refusal { _ = try await hall.desk.enter(code: closed.code.exposedText, client: "x") }?.kind
          == .invalid)
      #expect(try await hall.desk.enter(code: open.code.exposedText, client: "x").thread.content == TipHall.content)
      let rows = try await wholeContent(of: hall.office.database, hall.engine)
      #expect(rows["tips"]?.count == 1 && rows["tip_messages"]?.isEmpty == true)
    }
  }

  @Test(arguments: TestEngine.available) func aBackupDoesNotBringBackWhatWasErased(_ engine: Engine) async throws {
    try await withTipHall(engine) { hall in
      try await hall.open(hall.supervisor)
      let (gone, stays) = (try await hall.send(hall.letter()), try await hall.send(hall.letter()))
      // As the newest key file says of a store of before.
      try await hall.office.database.write { transaction in
        try ErasureKeys.put([.init(subject: "tip/\(gone.id)", secret: nil)], transaction)
        try transaction.record(.test())
      }
      #expect(try await TipErasing.finish(hall.office.database, at: hall.time.now) == 1)
      #expect(try await TipErasing.finish(hall.office.database, at: hall.time.now) == 0)
      #expect(try await hall.desk.inbox(hall.reader).tips.map(\.id) == [stays.id])
      #expect(try await hall.desk.read(hall.reader, stays.id).content == TipHall.content)
    }
  }

  // MARK: The flood

  @Test(arguments: TestEngine.available) func aFloodFillsNoStore(_ engine: Engine) async throws {
    try await withTipHall(engine) { hall in
      try await hall.open(hall.supervisor)
      var refused: [String: Int] = [:]
      // From two thousand addresses, within a minute.
      for number in 0..<2_000 {
        let refusal = try await refusal {
          try await hall.send(hall.letter(), from: "198.51.\(number / 250).\(number % 250)")
        }
        if let refusal { refused[refusal.phrase.key, default: 0] += 1 }
      }
      #expect(refused == ["error.tip_flood": 2_000 - TipFlood.Limits.arrivals.all])
      let rows = try await wholeContent(of: hall.office.database, hall.engine)
      #expect(rows["tips"]?.count == TipFlood.Limits.arrivals.all)
      #expect((rows["notices"]?.count ?? 0) <= 2 * 2, "two members, twice at most")
      #expect(try await hall.entries("tip.arrive") == TipFlood.Limits.arrivals.all)
      // A minute later somebody in need gets through.
      hall.time.move(.minutes(1))
      #expect(try await hall.send(hall.letter(), from: "203.0.113.5").isAgain == false)
      // Wrong codes leave nothing either.
      let before = try await hall.everything()
      for number in 0..<700 {
        _ = try await refusal { _ = try await hall.desk.enter(code: "k3wq-1111", client: "192.0.2.\(number % 250)") }
      }
      #expect(
        try await refusal { _ = try await hall.desk.enter(code: "k3wq", client: "192.0.2.9") }?.phrase.key
          == "error.tip_wait")
      #expect(try await hall.everything() == before)
    }
  }

  @Test(arguments: TestEngine.available) func aDeskHoldsSoManyUnread(_ engine: Engine) async throws {
    try await withTipHall(engine) { hall in
      try await hall.open(hall.supervisor)
      try await hall.open(hall.north)
      let agency = hall.reader.agency
      let day = try #require(CalendarDay("2026-11-30"))
      try await hall.office.database.write { transaction in
        for _ in 0..<TipRules.mostWaiting {
          let id = TipID.random()
          try TipRecords.insert(
            Tip(
              id: id, agency: agency, day: day, danger: .notAsked, state: .received, isUnread: true, passing: .nobody,
              language: .spanish, hasContact: false, revision: 1),
            .init(epoch: 1, agencyKey: [1], codeKey: [1], content: [1], contact: nil),
            codeTag: Array(id.description.utf8), transaction)
        }
        try transaction.record(.test())
      }
      #expect(try await refusal { try await hall.send(hall.letter()) }?.phrase.key == "error.tip_full")
      #expect(try await hall.send(hall.letter(to: hall.north)).agencyName == "Casa del Norte")
    }
  }

  // MARK: Parts

  private static func column(_ column: String, of id: TipID, _ hall: TipHall) async throws -> [UInt8]? {
    try await hall.office.database.read {
      try $0.row("SELECT \(column) AS bytes FROM tips WHERE id = ?", id)?.optional("bytes")
    }
  }

  private static func put(_ column: String, _ bytes: [UInt8], into id: TipID, _ hall: TipHall) async throws {
    try await hall.office.database.write { transaction in
      try transaction.execute("UPDATE tips SET \(column) = ? WHERE id = ?", bytes, id)
      try transaction.record(.test())
    }
  }

  private static func set(_ what: String, of id: TipID, _ hall: TipHall) async throws {
    try await hall.office.database.write { transaction in
      try transaction.execute("UPDATE tips SET \(what) WHERE id = ?", id)
      try transaction.record(.test())
    }
  }
}
