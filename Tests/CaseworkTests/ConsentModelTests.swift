import Accounts
import Basics
import Records
import TestSupport
import Testing

@testable import Casework

/// Thousands of consents given, withdrawn, run out, used to refer and read, against a small model that knows only the
/// promise: an agency reads what a live basis lets it read, and nothing else.
@Suite struct ConsentModelTests {
  /// What is shared on a consent, as a referral does: held back until it is accepted.
  private struct Given {
    var id: ConsentID
    var caseID: CaseID
    var recipient: AgencyID
    var kinds: Set<DataKind>
    var until: Moment
    var isWithdrawn = false
    var shared: Set<DataKind> = []
    var isHeld = false
  }

  private struct Model {
    var given: [Given] = []

    /// What an agency can read of a case now.
    func readable(_ id: CaseID, _ agency: AgencyID, at now: Moment) -> Set<DataKind> {
      var kinds: Set<DataKind> = []
      for one in given where one.caseID == id && one.recipient == agency {
        if !one.isWithdrawn, now < one.until, !one.isHeld { kinds.formUnion(one.shared) }
      }
      return kinds
    }
  }

  /// All of them where both engines are tried; fewer for daily use.
  private static let steps = TestEngine.available.count > 1 ? 10_000 : 1000

  @Test(arguments: TestEngine.available) func nobodyReadsWithoutALiveBasis(_ engine: Engine) async throws {
    let seed = testSeed("consents")
    var dice = SeededGenerator(seed: seed)
    try await withTown(engine) { town in
      var (model, cases, reads, open): (Model, [CaseID], Int, Int) = (Model(), [], 0, 0)
      let agencies = [town.north, town.south]
      for step in 0..<Self.steps {
        // Cases come and go, so that a ledger stays as long as one is.
        if step % 400 == 0 {
          cases = try await [town.opened().id, town.opened().id, town.opened().id]
          model.given = []
        }
        guard let id = cases.randomElement(using: &dice), let reader = agencies.randomElement(using: &dice) else {
          return
        }
        switch Int.random(in: 0..<20, using: &dice) {
        case 0...2: try await grant(town, &model, id, reader.agency, &dice)
        case 3...4: try await refer(town, &model, &dice)
        case 5: try await answer(town, &model, &dice)
        case 6: try await withdraw(town, &model, &dice)
        case 7: town.time.move(.hours(Int.random(in: 1...60, using: &dice)))
        default:
          let expected = model.readable(id, reader.agency, at: town.time.now)
          let seen = try await read(town, id, by: reader)
          try #require(seen == expected, "step \(step), AMPARO_TEST_SEED=\(seed)")
          reads += 1
          if !expected.isEmpty { open += 1 }
        }
      }
      // The model must not be right for want of anything to read.
      #expect(reads > Self.steps / 3 && open > reads / 20 && open < reads, "\(open) of \(reads)")
    }
  }

  private func grant(
    _ town: Town, _ model: inout Model, _ id: CaseID, _ recipient: AgencyID, _ dice: inout SeededGenerator
  ) async throws {
    let kinds = Set(DataKind.allCases.filter { _ in Int.random(in: 0..<3, using: &dice) == 0 })
    guard !kinds.isEmpty else { return }
    let consent = ConsentID.random()
    let days = Int.random(in: 0...9, using: &dice)
    let given = try await town.desk.giveConsent(
      town.worker, id, id: consent, town.consent(to: recipient, kinds, days: days))
    guard let until = given.until else { return }
    model.given.append(Given(id: consent, caseID: id, recipient: recipient, kinds: kinds, until: until))
  }

  /// Shares some of what a consent names; the desk must refuse when it does not hold, or does not name it.
  private func refer(_ town: Town, _ model: inout Model, _ dice: inout SeededGenerator) async throws {
    guard let index = model.given.indices.randomElement(using: &dice), model.given[index].shared.isEmpty else { return }
    let given = model.given[index]
    let wanted = Set(DataKind.allCases.filter { _ in Int.random(in: 0..<6, using: &dice) == 0 })
    let kinds = Bool.random(using: &dice) ? given.kinds : wanted
    let holds = !given.isWithdrawn && town.time.now < given.until && kinds.isSubset(of: given.kinds)
    let isHeld = Bool.random(using: &dice)
    let refused = try await refusal {
      try await town.share(given.caseID, kinds, to: given.recipient, on: given.id, held: isHeld)
    }
    try #require((refused == nil) == holds)
    guard holds else { return }
    (model.given[index].shared, model.given[index].isHeld) = (kinds, isHeld)
  }

  /// The receiver accepts what was held back, or gives it back.
  private func answer(_ town: Town, _ model: inout Model, _ dice: inout SeededGenerator) async throws {
    guard let index = model.given.indices.randomElement(using: &dice), !model.given[index].shared.isEmpty else {
      return
    }
    let (given, root) = (model.given[index], town.office.root)
    let accepts = given.isHeld
    try await town.office.database.write { transaction in
      if accepts {
        try CaseAccess.release(given.caseID, to: given.recipient, on: given.id, root: root, transaction)
      } else {
        try CaseAccess.hold(given.caseID, to: given.recipient, on: given.id, root: root, transaction)
      }
      try transaction.record(.test())
    }
    model.given[index].isHeld = !accepts
  }

  private func withdraw(_ town: Town, _ model: inout Model, _ dice: inout SeededGenerator) async throws {
    guard let index = model.given.indices.randomElement(using: &dice) else { return }
    try await town.desk.withdrawConsent(town.worker, model.given[index].id)
    model.given[index].isWithdrawn = true
  }

  /// What the desk lets an agency see; nothing when it does not know of the case.
  private func read(_ town: Town, _ id: CaseID, by reader: Actor) async throws -> Set<DataKind> {
    var kinds: Set<DataKind> = []
    let refused = try await refusal {
      let file = try await town.desk.file(reader, id)
      kinds = file.kinds
      // What it may not see is not there either.
      #expect(file.identity == nil || kinds.contains(.identity))
      #expect(file.consents.isEmpty && file.followUps.isEmpty && file.closures.isEmpty)
    }
    #expect(refused == nil || refused == .notFound)
    return kinds
  }
}
