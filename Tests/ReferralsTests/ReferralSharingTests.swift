import Accounts
import Basics
import Casework
import CountryPack
import Identification
import Records
import TestSupport
import Testing

@testable import Referrals

/// The newest word of the person counts: a refusal in the interview ends what an older consent allowed.
@Suite struct ReferralSharingTests {
  private func answers(_ world: World, _ changed: [String: FourWayAnswer] = [:]) -> [String: FourWayAnswer] {
    Dictionary(
      uniqueKeysWithValues: world.pack.safetyQuestions.map { ($0.code, $0.stopsOn == .yes ? FourWayAnswer.no : .yes) }
    ).merging(changed) { $1 }
  }

  @Test(arguments: TestEngine.available) func aRefusalAfterTheConsentKeepsAReferralBack(_ engine: Engine) async throws {
    try await withStore(
      engine,
      AccountsSchema.migrations + ScreeningSchema.migrations + CaseworkSchema.migrations + ReferralSchema.migrations
        + MechanismSchema.migrations
        + ReferralLifeSchema.migrations
    ) { database in
      let world = try await World(database)
      let screenings = ScreeningDesk(world.office, world.pack)
      let screening = ScreeningID.random()
      try await screenings.begin(
        world.worker, screening, ScreeningForm(province: "EC-P", age: "25", sex: "female", exploitation: "labour"))
      try await screenings.answerSafety(world.worker, screening, answers(world), seen: 0)
      let id = CaseID.random()
      try await world.cases.open(
        world.worker, id: id, from: screening,
        CaseOpening(
          person: .new(.random(), PersonIdentity(givenNames: "Rosa"), SafeContact()), kind: "trafficking",
          ageBand: "18-29"))
      func send() async -> Refusal? {
        await refusal { try await world.referrals.send(world.worker, id: .random(), world.request(id, to: world.desk)) }
      }
      world.time.move(.minutes(1))
      _ = try await world.consent(id, to: world.desk)
      #expect(await send() == nil)
      world.time.move(.minutes(1))
      try await screenings.answerSafety(world.worker, screening, answers(world, ["told_use": .no]), seen: 1)
      let refused = await send()
      #expect(refused?.kind == .noBasis && refused?.phrase.key == "error.sharing_refused_since")
      // Whoever of the agency sends is kept back alike.
      #expect(
        await refusal {
          try await world.referrals.send(world.senderDesk, id: .random(), world.request(id, to: world.desk))
        }?.phrase.key == "error.sharing_refused_since")
      // A consent of later is the newer word.
      world.time.move(.minutes(1))
      _ = try await world.consent(id, to: world.desk, kinds: [.contact, .needs, .health, .narrative])
      #expect(await send() == nil)
      // An order does not hang on it.
      world.time.move(.minutes(1))
      try await screenings.answerSafety(world.worker, screening, answers(world, ["agrees_to_talk": .no]), seen: 2)
      #expect(await send()?.phrase.key == "error.sharing_refused_since")
      _ = try await world.cases.giveConsent(
        world.worker, id, id: .random(),
        ConsentRequest(
          basis: .courtOrder, purpose: "legal", recipient: world.desk.agency, kinds: [.contact, .needs], until: nil,
          document: "Orden 17"))
      var request = world.request(id, to: world.desk)
      request.purpose = "legal"
      let ordered = request
      #expect(await refusal { try await world.referrals.send(world.worker, id: .random(), ordered) } == nil)
    }
  }
}
