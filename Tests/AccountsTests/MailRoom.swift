import Basics
import Foundation
import Records
import Synchronization
import TestSupport
import Testing
import Vault

@testable import Accounts

/// A carrier for tests: keeps what it was given and fails when it is told to.
final class PaperCarrier: LetterCarrier {
  private let state = Mutex<(letters: [Letter], failures: [LetterFailure?])>(([], []))
  private let pause: Duration?
  private let meanwhile: @Sendable (Int) async -> Void

  /// - Parameter meanwhile: what happens while a letter is under way, with how many arrived before it.
  init(pause: Duration? = nil, meanwhile: @escaping @Sendable (Int) async -> Void = { _ in }) {
    self.pause = pause
    self.meanwhile = meanwhile
  }

  var letters: [Letter] { state.withLock { $0.letters } }

  /// How the next letters end, in order; after that they arrive.
  func fail(_ failures: LetterFailure?...) { state.withLock { $0.failures += failures } }

  func carry(
    _ letters: [Letter], begin: @Sendable (Int) async -> Bool, done: @Sendable (Int, LetterFailure?) async -> Void
  ) async {
    for (index, letter) in letters.enumerated() {
      guard await begin(index) else { continue }
      if let pause { try? await Task.sleep(for: pause) }
      await meanwhile(self.letters.count)
      let failure = state.withLock { state -> LetterFailure? in
        let failure = state.failures.isEmpty ? nil : state.failures.removeFirst()
        if failure == nil { state.letters.append(letter) }
        return failure
      }
      await done(index, failure)
      if let failure, !failure.isOfTheLetter { return }
    }
  }
}

/// Somebody who is told things, with a confirmed address.
struct MailRoom {
  let house: House
  let carrier: PaperCarrier
  let ana: Actor

  var office: Office { house.office }
  var desk: NoticeDesk { NoticeDesk(office, offsetFromUTC: .hours(-5)) }
  var addresses: MailAddressDesk { MailAddressDesk(office, offsetFromUTC: .hours(-5)) }
  var sender: MailSender { sender(carrier) }

  init(_ house: House, carrier: PaperCarrier = PaperCarrier()) async throws {
    self.house = house
    self.carrier = carrier
    ana = try await house.actor("ana")
  }

  func sender(_ carrier: any LetterCarrier, office: Office? = nil) -> MailSender {
    MailSender(office ?? self.office, carrier: carrier, host: "amparo.example.org") { content, language in
      switch content {
      case .news(let count): ("nuevo", "\(language) \(count)")
      case .code(let code): ("código", code)
      }
    }
  }

  /// Enters an address and confirms it with the code that came.
  func confirm(_ address: String = "ana@example.org", _ actor: Actor? = nil) async throws {
    let actor = actor ?? ana
    try await addresses.enter(actor, address)
    _ = try await sender.run()
    let code = try #require(carrier.letters.last { $0.subject == "código" && $0.to.description == address }).text
    try await addresses.confirm(actor, code: code)
  }

  /// Tells members of something as a desk does.
  @discardableResult
  func tell(
    _ kind: NoticeKind, event: String? = nil, about id: ReferralID = .random(), to members: [MemberID]? = nil
  ) async throws -> ReferralID {
    let (now, members) = (office.clock.now(), members ?? [ana.member])
    try await office.database.write { transaction in
      try NoticeBoard.post(
        kind, about: .referral(id), event: event ?? id.description, to: members, at: now, transaction)
      try transaction.record(.test(at: now))
    }
    return id
  }

  /// Chooses one way for everything.
  func choose(_ way: NoticeChoices.Way, quiet: (String, String)? = nil, daily: String = "07:00") async throws {
    var choices = try await desk.choices(ana)
    for kind in NoticeKind.allCases { choices.ways[kind] = way }
    choices.quiet = quiet.flatMap { from, until in
      TimeOfDay(from).flatMap { from in
        TimeOfDay(until).flatMap { NoticeChoices.QuietHours(from: from, until: $0) }
      }
    }
    choices.dailyAt = try #require(TimeOfDay(daily))
    try await desk.choose(ana, choices)
  }

  var news: [Letter] { carrier.letters.filter { $0.subject == "nuevo" } }

  func overview() async throws -> OutboxOverview { try await desk.mail(ana) }

  /// Moves the clock to the next time that Quito's clocks show.
  func move(to text: String) throws {
    let time = try #require(TimeOfDay(text))
    let local = (office.clock.now() + .hours(-5)).milliseconds % 86_400_000
    let ahead = (Int64(time.minutes) * 60_000 - local + 86_400_000) % 86_400_000
    house.time.move(Span(milliseconds: ahead))
  }
}

func withMailRoom(_ engine: Engine, _ body: (MailRoom) async throws -> Void) async throws {
  try await withHouse(engine) { try await body(MailRoom($0)) }
}

func refused(_ work: () async throws -> Void) async -> Refusal? {
  do {
    try await work()
    return nil
  } catch { return error as? Refusal }
}
