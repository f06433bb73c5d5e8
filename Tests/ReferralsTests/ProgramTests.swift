import Accounts
import Basics
import Casework
import Records
import TestSupport
import Testing

@testable import Referrals

/// What keys of programs may and may not do at the desk of referrals.
@Suite struct ProgramTests {
  private func program(_ world: World, _ maker: Actor, _ rights: Set<ApiRight>) async throws -> Actor {
    let desk = ApiKeyDesk(world.office)
    let made = try await desk.make(maker, id: .random(), name: "Registro", rights: rights, days: 30)
    return try await desk.actor(made.secret.exposedText, client: "test")
  }

  @Test(arguments: TestEngine.available) func aReaderSeesCodesOfItsAgencyAndOpensNothing(_ engine: Engine) async throws
  {
    try await withWorld(engine) { world in
      let sent = try await world.sent()
      let reader = try await program(world, world.chief, [.read])
      let found = try await world.referrals.listing(reader, .received, .waiting)
      #expect(found.referrals.map(\.id) == [sent.id] && found.next == nil)
      let (referral, events, options) = try await world.referrals.coded(reader, sent.id)
      #expect(referral.state == .sent && events.map(\.move) == [.send] && options.isEmpty)
      #expect(try await world.state(sent.id).openedAt == nil)
      // The key holds none of the agency's, whatever any desk says.
      #expect(!(try await world.opensEnvelope(reader, sent.id)))
      #expect(await refusal { try await world.make(.claim, reader, sent.id) }?.kind == .forbidden)
      #expect(await refusal { _ = try await world.referrals.counts(reader) } == nil)
      #expect(!reader.overseesReferrals)
      let stranger = try await program(world, try await strangersChief(world), [.read])
      #expect(await refusal { _ = try await world.referrals.coded(stranger, sent.id) }?.kind == .notFound)
      #expect(try await world.referrals.listing(stranger, .received, .all).referrals.isEmpty)
    }
  }

  /// Someone of the sending agency is no stranger: this one is of the overseeing committee.
  private func strangersChief(_ world: World) async throws -> Actor {
    let administrator = try await actor(world, "dora")
    let token = try await MembersDesk(world.office).invite(
      administrator, name: "Jefa", login: "jefa", roles: [.supervisor])
    _ = try await MembersDesk(world.office).accept(token, password: World.password)
    return try await actor(world, "jefa")
  }

  private func actor(_ world: World, _ login: String) async throws -> Actor {
    let desk = SignInDesk(world.office)
    guard
      case .signedIn(let token) = try await desk.signIn(login: login, password: World.password, client: "test"),
      let actor = try await desk.actor(for: token)
    else { throw Refusal.notFound }
    return actor
  }

  @Test(arguments: TestEngine.available) func anAnswererOpensTheEnvelopeAndAnswers(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let sent = try await world.sent()
      let answerer = try await program(world, world.chief, [.answer])
      let view = try await world.referrals.view(answerer, sent.id)
      #expect(view.envelope?.safeContact == "CANARIO-CONTACTO" && view.referral.state == .seen && !view.opensFile)
      let event = ReferralEventID.random()
      for _ in 0..<2 {
        let answered = try await world.referrals.make(
          .accept(note: "CANARIO-SI"), answerer, sent.id, event: event, revision: view.referral.revision)
        #expect(answered.state == .accepted && answered.claimedBy == answerer.member)
      }
      let stale = await refusal {
        try await world.referrals.make(
          .complete(outcome: "provided", note: ""), answerer, sent.id, event: .random(), revision: 1)
      }
      #expect(stale?.kind == .conflict)
      // The note is read by the sender, with the program's name in the history; the file is no program's.
      let read = try await world.referrals.view(world.worker, sent.id)
      #expect(read.events.contains { $0.note == "CANARIO-SI" && $0.member == answerer.member })
      #expect(await refusal { _ = try await world.cases.file(answerer, sent.caseID) }?.kind == .forbidden)
      #expect(
        await refusal {
          _ = try await world.referrals.send(
            answerer, id: .random(), world.request(sent.caseID, to: world.third))
        }?.kind == .forbidden)
    }
  }

  @Test(arguments: TestEngine.available) func aSenderRefersOpenCasesOnALiveConsentOnly(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let sender = try await program(world, world.senderDesk, [.send])
      let caseID = try await world.openCase()
      let none = await refusal {
        _ = try await world.referrals.send(sender, id: .random(), world.request(caseID, to: world.desk))
      }
      #expect(none?.kind == .noBasis)
      let consent = try await world.consent(caseID, to: world.desk)
      #expect(try await world.referrals.recipients(sender, caseID).list.map(\.agency.id) == [world.desk.agency])
      let id = ReferralID.random()
      for _ in 0..<2 { try await world.referrals.send(sender, id: id, world.request(caseID, to: world.desk)) }
      #expect(try await world.referrals.listing(sender, .sent, .all).referrals.map(\.id) == [id])
      #expect(
        try await world.referrals.view(world.desk, id).envelope?.safeContact == "CANARIO-CONTACTO")
      try await world.withdraw(consent)
      #expect(
        await refusal {
          _ = try await world.referrals.send(sender, id: .random(), world.request(caseID, to: world.desk))
        }?.kind == .noBasis)
      #expect(await refusal { _ = try await world.cases.file(sender, caseID) }?.kind == .forbidden)
    }
  }

  @Test(arguments: TestEngine.available) func aListGoesOnWhereItEndedWhateverArrivesMeanwhile(_ engine: Engine)
    async throws
  {
    try await withWorld(engine) { world in
      let caseID = try await world.openCase()
      _ = try await world.consent(caseID, to: world.desk)
      func send() async throws -> ReferralID {
        let id = ReferralID.random()
        try await world.referrals.send(world.worker, id: id, world.request(caseID, to: world.desk))
        return id
      }
      var sent: Set<ReferralID> = []
      // Three in the same moment, then others: the place must tell them apart.
      for number in 0..<7 {
        if number > 2 { world.time.move(.seconds(1)) }
        sent.insert(try await send())
      }
      let reader = try await program(world, world.chief, [.read])
      var (place, seen, pages): (ReferralPlace?, [ReferralID], Int) = (nil, [], 0)
      repeat {
        let page = try await world.referrals.listing(reader, .received, .all, after: place, limit: 2)
        #expect(page.referrals.count <= 2)
        seen += page.referrals.map(\.id)
        place = page.next
        pages += 1
        world.time.move(.seconds(1))
        if pages == 2 { _ = try await send() }
      } while place != nil && pages < 10
      #expect(Set(seen) == sent && seen.count == sent.count && pages == 4)
    }
  }

  @Test func aPlaceIsReadStrictly() throws {
    let id = ReferralID.random()
    let place = try #require(ReferralPlace("1200000000000-\(id)"))
    #expect(place.description == "1200000000000-\(id)" && place.id == id)
    for wrong in [
      "", "-", "1200000000000", "-\(id)", "+1200000000000-\(id)", "12e9-\(id)", "99999999999999999999-\(id)",
    ] {
      #expect(ReferralPlace(wrong) == nil, "\(wrong)")
    }
  }
}
