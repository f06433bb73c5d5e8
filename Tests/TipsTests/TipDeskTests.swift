import Accounts
import Basics
import Records
import TestSupport
import Testing
import Vault

@testable import Tips

@Suite struct TipDeskTests {
  // MARK: Coming in

  @Test(arguments: TestEngine.available) func aMessageIsSealedOnArrivalAndNothingSaysWhereItCameFrom(
    _ engine: Engine
  ) async throws {
    try await withTipHall(engine) { hall in
      try await hall.open(hall.supervisor)
      let contact = TipContact(way: "099 555 0123", safeTimes: "martes a las diez")
      let arrival = try await hall.send(hall.letter(danger: .yes, contact: contact))
      #expect(arrival.agencyName == "Casa Canario" && arrival.answerDays == 3 && !arrival.isAgain)
      let all = try await hall.everything()
      for word in [
        "Azulejo", "encierran", "Quimera", "cada noche", "099 555", "martes", "203.0.113", arrival.code.exposedText,
        arrival.code.exposedText.replacing("-", with: ""),
      ] { #expect(!all.contains(word), "the store holds “\(word)”") }
      // Not in any of the forms that bytes are written in either.
      for word in ["Azulejo", "203.0.113.77"] { #expect(!all.contains(Array(word.utf8).hexadecimal)) }

      // The day and not the hour.
      let now = hall.time.now
      let entry = try #require(
        try await hall.office.database.read {
          try AuditLog.entries($0, objectKind: "tip", objectID: arrival.id.description)
        }.first)
      #expect(entry.entry.action == "tip.arrive" && entry.entry.doer == .visitor)
      #expect(entry.entry.at.milliseconds % 3_600_000 == 0 && entry.entry.at < now)
      let tip = try #require(try await hall.desk.inbox(hall.reader).tips.first)
      #expect(tip.day.description == "2026-12-01" && tip.danger == .yes && tip.isUnread && tip.state == .received)
      #expect(tip.hasContact && tip.province == "EC-P" && tip.id == arrival.id)

      // The code opens it, and so does the desk.
      let (_, own) = try await hall.desk.enter(code: arrival.code.exposedText.uppercased(), client: "x")
      #expect(own.content == TipHall.content && own.contact == contact && own.tip.state == .received)
      let thread = try await hall.desk.read(hall.reader, arrival.id)
      #expect(thread.content == TipHall.content && thread.contact == contact && thread.tip.state == .read)
      #expect(try await hall.entries("tip.read") == 1)
      #expect(try await hall.entries("tip.look") == 1)
    }
  }

  @Test(arguments: TestEngine.available) func nobodyElseOpensIt(_ engine: Engine) async throws {
    try await withTipHall(engine) { hall in
      for actor in [hall.supervisor, hall.north, hall.police] { try await hall.open(actor) }
      let arrival = try await hall.send(hall.letter())
      let before = try await hall.entries("tip.look")
      // A code that never was, a broken one, and another message's tag.
      for code in [TipCode(form: [7], .random()).exposedText, "k3wq-1111", "", String(repeating: "z", count: 26)] {
        let refused = try await refusal { _ = try await hall.desk.enter(code: code, client: "x") }
        #expect(refused?.fields.map(\.phrase.key) == ["error.tip_unknown"], "\(code)")
      }
      #expect(try await hall.entries("tip.look") == before, "who guesses writes nothing")
      for actor in [hall.worker, hall.administrator] {
        #expect(try await refusal { _ = try await hall.desk.read(actor, arrival.id) } == .forbidden)
        #expect(try await refusal { _ = try await hall.desk.inbox(actor) } == .forbidden)
      }
      for actor in [hall.north, hall.police] {
        #expect(try await refusal { _ = try await hall.desk.read(actor, arrival.id) } == .notFound)
        #expect(try await hall.desk.inbox(actor).tips.isEmpty)
      }
      // Not when somebody edits the store either: the key is the other agency's.
      try await hall.office.database.write { transaction in
        try transaction.execute("UPDATE tips SET agency = ? WHERE id = ?", hall.police.agency, arrival.id)
        try transaction.record(.test())
      }
      await #expect(throws: VaultFailure.cannotOpen) { _ = try await hall.desk.read(hall.police, arrival.id) }
      #expect(try await hall.entries("tip.read") == 0)
    }
  }

  @Test(arguments: TestEngine.available) func aFormThatIsSentAgainIsOneMessageWithItsCode(_ engine: Engine) async throws
  {
    try await withTipHall(engine) { hall in
      try await hall.open(hall.supervisor)
      let ticket = hall.ticket().text
      let first = try await hall.desk.send(hall.letter(), ticket: ticket, client: "x")
      var changed = hall.letter()
      changed.content.what = "Otra cosa"
      let again = try await hall.desk.send(changed, ticket: ticket, client: "y")
      #expect(again.isAgain && again.id == first.id && again.code.exposedText == first.code.exposedText)
      #expect(try await hall.desk.inbox(hall.reader).tips.count == 1)
      #expect(try await hall.entries("tip.arrive") == 1)
      #expect(try await hall.desk.enter(code: first.code.exposedText, client: "x").thread.content == TipHall.content)
    }
  }

  @Test(arguments: TestEngine.available) func aThumbThatTapsTwiceSeesItsCodeEachTime(_ engine: Engine) async throws {
    try await withTipHall(engine) { hall in
      try await hall.open(hall.supervisor)
      for _ in 0..<3 {
        let (ticket, letter) = (hall.ticket().text, hall.letter())
        let arrivals = try await withThrowingTaskGroup(of: TipDesk.Arrival.self) { group in
          for _ in 0..<4 { group.addTask { try await hall.desk.send(letter, ticket: ticket, client: "x") } }
          return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(arrivals.map(\.code.exposedText)).count == 1 && Set(arrivals.map(\.id)).count == 1)
        #expect(arrivals.count { !$0.isAgain } == 1)
        hall.time.move(.minutes(1))
      }
      #expect(try await hall.entries("tip.arrive") == 3)
    }
  }

  @Test(arguments: TestEngine.available) func aFormAsksOnceMoreRatherThanForAPuzzle(_ engine: Engine) async throws {
    try await withTipHall(engine) { hall in
      try await hall.open(hall.supervisor)
      let quick = hall.desk.ticket().text
      func key(_ ticket: String, isSuspicious: Bool = false) async throws -> String? {
        try await refusal {
          _ = try await hall.desk.send(hall.letter(), ticket: ticket, client: "x", isSuspicious: isSuspicious)
        }?.phrase.key
      }
      #expect(try await key(quick) == "error.tip_once_more")
      #expect(try await key("") == "error.tip_once_more")
      #expect(try await key(hall.ticket().text, isSuspicious: true) == "error.tip_once_more")
      #expect(hall.desk.ticket(after: quick).text == quick, "the same, for it grows older by itself")
      hall.time.move(.seconds(3))
      #expect(try await key(quick) == nil)
      // A page that lay open over night.
      hall.time.move(.hours(13))
      #expect(try await key(quick) == "error.tip_once_more", "and it gives its code to nobody any more")
      let fresh = hall.desk.ticket(after: quick).text
      #expect(fresh != quick)
      #expect(try await key(fresh) == nil, "needs no waiting")
    }
  }

  @Test(arguments: TestEngine.available) func onlyWhoSaysSoReceives(_ engine: Engine) async throws {
    try await withTipHall(engine) { hall in
      #expect(try await hall.desk.receivers().isEmpty)
      #expect(try await refusal { try await hall.send(hall.letter()) }?.phrase.key == "error.tip_closed_desk")
      for actor in [hall.reader, hall.worker] {
        #expect(try await refusal { try await hall.open(actor) } == .forbidden)
      }
      try await hall.open(hall.supervisor, ["EC-P"], days: 7)
      #expect(try await hall.desk.receivers().map(\.name) == ["Casa Canario"])
      #expect(try await hall.desk.receivers().first?.provinces == ["EC-P"])
      // Another's only who keeps the installation.
      let north = try #require(
        try await hall.desk.settings(hall.administrator).first { $0.agency == hall.north.agency })
      var open = north
      open.isOpen = true
      #expect(try await refusal { try await hall.desk.receive(hall.supervisor, open) } == .notFound)
      #expect(try await hall.desk.settings(hall.supervisor).map(\.name) == ["Casa Canario"])
      try await hall.desk.receive(hall.administrator, open)
      try await hall.desk.receive(hall.administrator, open)
      #expect(try await hall.entries("tip.receive") == 2, "a second click changes nothing")
      var stale = open
      stale.answerDays = 9
      #expect(try await refusal { try await hall.desk.receive(hall.administrator, stale) }?.kind == .conflict)
      for (days, provinces, field) in [
        (0, Set<String>(), "answer_days"), (61, [], "answer_days"), (5, ["XX"], "provinces"),
      ] {
        var wrong = open
        (wrong.answerDays, wrong.provinces) = (days, provinces)
        #expect(
          try await refusal { try await hall.desk.receive(hall.administrator, wrong) }?.fields.map(\.field) == [field])
      }
      try await hall.open(hall.supervisor, isOpen: false)
      #expect(try await hall.desk.receivers().map(\.name) == ["Casa del Norte"])
      #expect(try await refusal { try await hall.send(hall.letter()) }?.kind == .conflict)
    }
  }

  @Test(arguments: TestEngine.available) func anAgencyWithoutADeskCantReceive(_ engine: Engine) async throws {
    try await withTipHall(engine) { hall in
      let made = try await AgencyDesk(hall.office).create(
        .console, name: "Sin mesa", kind: "ngo", province: "EC-P", administrator: "Sola", login: "sola")
      let receiver = TipReceiver(agency: made.agency, name: "", kind: "", isOpen: true)
      let refused = try await refusal { try await hall.desk.receive(hall.administrator, receiver) }
      #expect(refused?.fields.map(\.phrase.key) == ["error.tip_nobody"])
    }
  }

  @Test(arguments: TestEngine.available) func theFormStaysWhileTheStoreIsAway(_ engine: Engine) async throws {
    try await withTipHall(engine) { hall in
      try await hall.open(hall.supervisor)
      let store = AbsentStore(hall.office.database)
      let desk = TipDesk(
        Office(database: store, root: hall.office.root, clock: hall.time.clock, passwordCost: .test), hall.pack)
      store.isAway = true
      await #expect(throws: DatabaseFailure.unavailable) { _ = try await desk.receivers() }
      store.isAway = false
      #expect(try await desk.receivers().map(\.name) == ["Casa Canario"])
      store.isAway = true
      #expect(try await desk.receivers().map(\.name) == ["Casa Canario"])
      let ticket = hall.ticket().text
      await #expect(throws: DatabaseFailure.unavailable) {
        _ = try await desk.send(hall.letter(), ticket: ticket, client: "x")
      }
      store.isAway = false
      #expect(try await desk.send(hall.letter(), ticket: ticket, client: "x").isAgain == false)
    }
  }

  // MARK: The conversation

  @Test(arguments: TestEngine.available) func bothSidesSpeakAndEachThingIsSaidOnce(_ engine: Engine) async throws {
    try await withTipHall(engine) { hall in
      try await hall.open(hall.supervisor)
      let arrival = try await hall.send(hall.letter())
      let (desk, id) = (hall.desk, arrival.id)
      var tip = try await desk.read(hall.reader, id).tip
      let question = TipMessageID.random()
      for _ in 0..<2 {
        try await desk.answer(
          hall.reader, id, "¿Cuántas son?", isQuestion: true, message: question, revision: tip.revision)
      }
      #expect(
        try await refusal {
          try await desk.answer(
            hall.supervisor, id, "Tarde", isQuestion: false, message: .random(), revision: tip.revision)
        }?.phrase.key == "error.tip_meanwhile")
      let (look, own) = try await desk.enter(code: arrival.code.exposedText, client: "x")
      #expect(own.tip.state == .asked && own.messages.map(\.words) == ["¿Cuántas son?"])
      #expect(own.messages.first?.agencyName == "Casa Canario" && own.messages.first?.isFromSender == false)
      let addition = TipMessageID.random()
      for _ in 0..<2 { try await desk.add("Son cuatro", id: addition, look.text, client: "x") }
      #expect(try await desk.inbox(hall.reader).unread == 1)
      tip = try await desk.read(hall.reader, id).tip
      #expect(tip.state == .read && !tip.isUnread)
      try await desk.take(hall.reader, id, revision: tip.revision)
      #expect(try await desk.thread(look.text, client: "x").tip.state == .working)
      try await desk.close(
        hall.supervisor, id, .helped, words: "Gracias", message: .random(), revision: tip.revision + 1)
      let closed = try await desk.thread(look.text, client: "x")
      #expect(
        closed.tip.state == .closed && closed.messages.map(\.words) == ["¿Cuántas son?", "Son cuatro", "Gracias"])
      #expect(
        try await refusal {
          try await desk.answer(
            hall.reader, id, "Más", isQuestion: false, message: .random(), revision: closed.tip.revision)
        }?.phrase.key == "error.tip_move")
      // What whoever wrote adds opens it again, and it does not run out.
      try await desk.add("Volvió a pasar", id: .random(), look.text, client: "x")
      let again = try #require(try await desk.inbox(hall.reader).tips.first)
      #expect(again.state == .received && again.isUnread && again.endedOn == nil && again.outcome == nil)
      let all = try await hall.everything()
      for word in ["Cuántas", "cuatro", "Gracias", "Volvió"] { #expect(!all.contains(word)) }
    }
  }

  @Test(arguments: TestEngine.available) func aLookEndsAndALongConversationIsCutOff(_ engine: Engine) async throws {
    try await withTipHall(engine) { hall in
      try await hall.open(hall.supervisor)
      let arrival = try await hall.send(hall.letter())
      let (look, _) = try await hall.desk.enter(code: arrival.code.exposedText, client: "x")
      for number in 0..<TipRules.mostAdditions {
        try await hall.desk.add("Dato \(number)", id: .random(), look.text, client: "x")
      }
      #expect(
        try await refusal { try await hall.desk.add("Otro", id: .random(), look.text, client: "x") }?.kind == .tooMany)
      let tip = try await hall.desk.read(hall.reader, arrival.id).tip
      try await hall.desk.answer(
        hall.reader, arrival.id, "Sí", isQuestion: false, message: .random(), revision: tip.revision)
      try await hall.desk.add("Otro", id: .random(), look.text, client: "x")
      hall.time.move(.minutes(TipLook.minutes))
      for work in [
        { try await hall.desk.add("Otro", id: .random(), look.text, client: "y") },
        { try await hall.desk.withdraw(look.text, client: "y") },
        { _ = try await hall.desk.thread("nada", client: "y") },
      ] as [() async throws -> Void] {
        #expect(try await refusal(work)?.kind == .notSignedIn)
      }
    }
  }

  // MARK: Handing on

  @Test(arguments: TestEngine.available) func itGoesOnlyWhereTheSenderAllows(_ engine: Engine) async throws {
    try await withTipHall(engine) { hall in
      for actor in [hall.supervisor, hall.north, hall.police] { try await hall.open(actor) }
      let (desk, arrival) = (hall.desk, try await hall.send(hall.letter()))
      let id = arrival.id
      func pass(to actor: Actor) async throws -> Refusal? {
        let tip = try await desk.tip(hall.reader, id)
        return try await refusal {
          try await desk.pass(hall.reader, id, to: actor.agency, message: .random(), revision: tip.revision)
        }
      }
      func successors() async throws -> [String] {
        try await desk.successors(hall.reader, of: try await desk.tip(hall.reader, id)).map(\.name)
      }
      #expect(try await pass(to: hall.north)?.kind == .noBasis)
      #expect(try await successors().isEmpty)
      let (look, _) = try await desk.enter(code: arrival.code.exposedText, client: "x")
      try await desk.setPassing(.helpers, look.text, client: "x")
      #expect(try await successors() == ["Casa del Norte"])
      #expect(try await pass(to: hall.police)?.kind == .noBasis)
      #expect(try await pass(to: hall.reader)?.kind == .invalid, "to itself")
      try await desk.setPassing(.anybody, look.text, client: "x")
      #expect(try await successors() == ["Casa del Norte", "Policía inventada"])
      try await desk.setPassing(.helpers, look.text, client: "x")
      #expect(try await pass(to: hall.north) == nil)
      // From now on it is the other's alone, and the sender sees whose.
      #expect(try await refusal { _ = try await desk.read(hall.reader, id) } == .notFound)
      let there = try await desk.read(hall.north, id)
      #expect(there.content == TipHall.content && there.messages.map(\.kind) == [.passed])
      let own = try await desk.thread(look.text, client: "x")
      #expect(own.agencyName == "Casa del Norte" && own.messages.first?.agencyName == "Casa del Norte")
      #expect(try await hall.unread(hall.north) == [], "read with the message")
      #expect(try await hall.unread(hall.reader) == [], "nothing to look at any more")
      try await desk.answer(
        hall.north, id, "Le ayudamos", isQuestion: false, message: .random(), revision: there.tip.revision)
      #expect(try await desk.thread(look.text, client: "x").messages.map(\.words) == ["", "Le ayudamos"])
    }
  }

  // MARK: Notices

  @Test(arguments: TestEngine.available) func theDeskIsToldWithoutAFloodOfNotices(_ engine: Engine) async throws {
    try await withTipHall(engine) { hall in
      try await hall.open(hall.supervisor)
      let first = try await hall.send(hall.letter())
      #expect(try await hall.unread(hall.reader) == [.tipArrived])
      for _ in 0..<5 { try await hall.send(hall.letter()) }
      #expect(try await hall.unread(hall.reader).count == 2, "one more for the rest of the hour")
      try await hall.send(hall.letter(danger: .yes))
      #expect(try await hall.unread(hall.reader).filter { $0 == .tipUrgent }.count == 1)
      #expect(try await hall.unread(hall.supervisor).count == 3)
      #expect(try await hall.unread(hall.worker).isEmpty)
      _ = try await hall.desk.read(hall.reader, first.id)
      #expect(try await hall.unread(hall.reader).count == 2)
      // Danger, then what is unread, then the oldest.
      let order = try await hall.desk.inbox(hall.reader).tips
      #expect(order.first?.danger == .yes && order.last?.id == first.id)
      #expect(try await hall.desk.inbox(hall.reader).unreadDanger == 1)
      #expect(try await hall.desk.inbox(hall.reader).counts == [.received: 6, .read: 1])
    }
  }
}
