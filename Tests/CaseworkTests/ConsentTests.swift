import Accounts
import Basics
import Foundation
import Records
import TestSupport
import Testing

@testable import Casework

@Suite struct ConsentTests {
  @Test(arguments: TestEngine.available) func onlyWhatWasGrantedIsReadAndOnlyWhileItHolds(_ engine: Engine) async throws
  {
    try await withTown(engine) { town in
      var request = town.opening()
      request.narrative = "Relato"
      request.needs = Needs(codes: ["housing"])
      let id = try await town.opened(nil, request).id
      try await town.desk.addService(
        town.worker, id, id: .random(),
        ServiceRequest(
          service: "shelter", day: town.desk.today, provider: town.worker.agency, detail: ServiceDetail(note: "x")))
      let consent = try await town.shared(id, to: town.north.agency, [.identity, .needs], days: 2)
      let file = try await town.desk.file(town.north, id)
      #expect(file.isShared)
      #expect(file.kinds == [.identity, .needs])
      #expect(file.identity?.value.givenNames == "Rosa")
      #expect(file.needs?.value.codes == ["housing"])
      #expect(file.narrative == nil)
      #expect(file.services.count == 1 && file.services.allSatisfy { $0.detail == nil })
      #expect(file.consents.isEmpty && file.moves == [.read])
      #expect(try await refusal { _ = try await town.desk.file(town.south, id) } == .notFound)
      #expect(try await refusal { _ = try await town.desk.history(town.north, id) } == .notFound)
      #expect(try await refusal { try await town.desk.edit(town.north, id, .health("x"), seen: 0) } == .notFound)
      #expect(try await refusal { _ = try await town.desk.withdrawConsent(town.north, consent) } == .notFound)
      // The other agency's reading stands in the owner's history, with the purpose it rested on.
      let read = try await town.desk.history(town.worker, id).first
      #expect(read?.action == "case.read" && read?.agencyName == "Casa del Norte" && read?.memberName == nil)
      #expect(read?.purpose == "assistance")
      // It holds through its last day.
      town.time.move(.days(2))
      #expect(try await town.desk.file(town.north, id).kinds == [.identity, .needs])
      town.time.move(.hours(8))
      #expect(try await refusal { _ = try await town.desk.file(town.north, id) } == .notFound)
    }
  }

  @Test(arguments: TestEngine.available) func withdrawalTellsWhatItTakesAndTakesItAtOnce(_ engine: Engine) async throws
  {
    try await withTown(engine) { town in
      let told = Told()
      let desk = CaseDesk(
        town.office, town.pack, whenConsentEnds: { consent, _, _, _, _ in told.add(consent) })
      let id = try await town.opened().id
      let first = try await town.shared(id, to: town.north.agency, [.identity, .needs])
      let second = try await town.shared(id, to: town.north.agency, [.needs, .health])
      let effect = try await desk.effectOfWithdrawal(town.worker, first).effect
      #expect(effect == ConsentEffect(agency: town.north.agency, loses: [.identity], keeps: [.needs]))
      #expect(told.all.isEmpty)
      // A supervisor, who may not record consents, can withdraw them; a closed case is no obstacle.
      try await town.close(id)
      #expect(try await desk.withdrawConsent(town.supervisor, first) == effect)
      #expect(told.all == [first])
      #expect(try await desk.file(town.north, id).kinds == [.needs, .health])
      // Again changes nothing and tells nobody.
      try await desk.withdrawConsent(town.worker, first)
      #expect(told.all == [first])
      try await desk.withdrawConsent(town.worker, second)
      #expect(try await refusal { _ = try await desk.file(town.north, id) } == .notFound)
    }
  }

  @Test(arguments: TestEngine.available) func aHookThatFailsLeavesEverythingAsItWas(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let desk = CaseDesk(
        town.office, town.pack, whenConsentEnds: { _, _, _, _, _ in throw Refusal.conflict },
        whenCaseCloses: { _, _, _, _ in throw Refusal.conflict })
      let id = try await town.opened().id
      let consent = try await town.shared(id, to: town.north.agency, [.identity])
      #expect(try await refusal { _ = try await desk.withdrawConsent(town.worker, consent) } == .conflict)
      #expect(
        try await refusal { try await town.close(id, summary: "x", with: desk) } == .conflict)
      #expect(try await town.desk.file(town.north, id).kinds == [.identity])
      #expect(try await town.desk.file(town.worker, id).summary.status == .open)
    }
  }

  @Test(arguments: TestEngine.available) func nothingIsSharedBeyondTheConsent(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let id = try await town.opened().id
      let other = try await town.opened().id
      let consent = ConsentID.random()
      for _ in 0..<2 {
        try await town.desk.giveConsent(
          town.worker, id, id: consent, town.consent(to: town.north.agency, [.needs], days: 1))
      }
      #expect(try await town.desk.file(town.worker, id).consents.count == 1)
      let beyond: [(CaseID, Set<DataKind>, AgencyID)] = [
        (id, [.needs, .identity], town.north.agency), (id, [.needs], town.south.agency),
        (other, [.needs], town.north.agency),
      ]
      for (caseID, kinds, recipient) in beyond {
        #expect(
          try await refusal { try await town.share(caseID, kinds, to: recipient, on: consent) }?.kind == .noBasis)
      }
      // Held back until the other side accepts.
      try await town.share(id, [.needs], to: town.north.agency, on: consent, held: true)
      #expect(try await refusal { _ = try await town.desk.file(town.north, id) } == .notFound)
      let (root, agency) = (town.office.root, town.north.agency)
      try await town.office.database.write {
        try CaseAccess.release(id, to: agency, on: consent, root: root, $0)
        try $0.record(.test())
      }
      #expect(try await town.desk.file(town.north, id).kinds == [.needs])
      // What is written later about a shared kind is meant as well.
      try await town.desk.edit(town.worker, id, .needs(Needs(codes: ["legal"])), seen: 0)
      #expect(try await town.desk.file(town.north, id).needs?.value.codes == ["legal"])
      town.time.move(.days(2))
      #expect(
        try await refusal { try await town.share(id, [.needs], to: agency, on: consent) }?.kind == .noBasis)
    }
  }

  @Test(arguments: TestEngine.available) func aChildsConsentNeedsSomeoneWhoMayDecide(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      var request = town.opening()
      request.person = .new(.random(), PersonIdentity(givenNames: "Wayra", birth: .year(1996)), SafeContact())
      let id = try await town.opened(nil, request).id
      let file = try await town.desk.file(town.worker, id)
      #expect(town.desk.deciders(file) == [.guardian, .bestInterest])
      var consent = town.consent(to: town.north.agency)
      #expect(
        try await refusal { try await town.desk.giveConsent(town.worker, id, id: .random(), consent) }?.wrongFields
          == ["decided_by"])
      consent.decidedBy = .bestInterest
      try await town.desk.giveConsent(town.worker, id, id: .random(), consent)
    }
  }

  @Test(arguments: TestEngine.available) func neverReadWithoutALiveBasis(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      var random = SeededGenerator(seed: testSeed("neverReadWithoutALiveBasis"))
      let id = try await town.opened().id
      let readers = [town.north, town.south]
      var model: [Grant] = []
      func kinds(_ random: inout SeededGenerator) -> Set<DataKind> {
        let some = DataKind.allCases.filter { _ in Bool.random(using: &random) }
        return some.isEmpty ? [.needs] : Set(some)
      }
      var reads = 0
      // Long enough that some dozens of reads find something, whatever the seed.
      for step in 0..<4000 {
        let now = town.time.now
        let any = model.indices.randomElement(using: &random)
        switch Int.random(in: 0..<10, using: &random) {
        case 0:
          let consent = ConsentID.random(using: &random)
          let recipient = readers[Int.random(in: 0...1, using: &random)].agency
          let request = town.consent(to: recipient, kinds(&random), days: Int.random(in: 0...9, using: &random))
          let given = try await town.desk.giveConsent(town.worker, id, id: consent, request)
          let until = try #require(given.until)
          model.append(Grant(id: consent, recipient: recipient, allowed: request.kinds, until: until))
        case 1:
          guard let any else { continue }
          try await town.desk.withdrawConsent(town.worker, model[any].id)
          model[any].withdrawn = true
        case 2:
          town.time.move(.hours(Int.random(in: 1...9, using: &random)))
        case 3, 4, 5, 6:
          guard let any else { continue }
          let wanted = kinds(&random)
          let problem = try await refusal {
            try await town.share(id, wanted, to: model[any].recipient, on: model[any].id)
          }
          let may = model[any].isLive(now) && wanted.isSubset(of: model[any].allowed)
          #expect((problem == nil) == may, "step \(step)")
          if may { model[any].shared.formUnion(wanted) }
        default:
          let reader = readers[Int.random(in: 0...1, using: &random)]
          let expected = model.filter { $0.recipient == reader.agency && $0.isLive(now) }
            .reduce(into: Set<DataKind>()) { $0.formUnion($1.shared) }
          var found: Set<DataKind> = []
          let problem = try await refusal { found = try await town.desk.file(reader, id).kinds }
          #expect(found == expected, "step \(step)")
          #expect((problem == .notFound) == expected.isEmpty, "step \(step)")
          if !expected.isEmpty { reads += 1 }
        }
      }
      #expect(reads > 50)
    }
  }

  private struct Grant {
    var id: ConsentID
    var recipient: AgencyID
    var allowed: Set<DataKind>
    var until: Moment
    var shared: Set<DataKind> = []
    var withdrawn = false
    func isLive(_ now: Moment) -> Bool { !withdrawn && now < until }
  }
}

/// What a hook was told.
private final class Told: @unchecked Sendable {
  // @unchecked Sendable: the lock guards its only variable.
  private let lock = NSLock()
  private var consents: [ConsentID] = []
  func add(_ consent: ConsentID) { lock.withLock { consents.append(consent) } }
  var all: [ConsentID] { lock.withLock { consents } }
}
