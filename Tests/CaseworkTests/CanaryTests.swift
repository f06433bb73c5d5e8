import Accounts
import Basics
import Records
import TestSupport
import Testing

@testable import Casework

/// Fills every sealed field with words that stand nowhere else, then looks for them in the whole store.
@Suite struct CanaryTests {
  @Test(arguments: TestEngine.available) func theStoreTellsNothing(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      var canaries: [String] = []
      func canary() -> String {
        canaries.append("canario\(canaries.count)zorzal")
        return canaries.last ?? ""
      }
      let (desk, today) = (town.desk, town.desk.today)
      let request = CaseOpening(
        person: .new(
          .random(),
          PersonIdentity(
            givenNames: canary(), surnames: canary(), otherNames: canary(), birth: .year(1980),
            documentKind: "passport", documentNumber: canary(), nationality: canary()),
          SafeContact(how: canary(), when: canary(), notWith: canary())), kind: "trafficking", province: "EC-P",
        narrative: canary(), needs: Needs(codes: ["legal"], note: canary()), health: canary(), legal: canary())
      let id = try await town.opened(nil, request).id
      var order = town.consent(to: town.north.agency)
      order.basis = .courtOrder
      order.document = canary()
      try await desk.giveConsent(town.worker, id, id: .random(), order)
      try await desk.addService(
        town.worker, id, id: .random(),
        ServiceRequest(
          service: "shelter", day: today, provider: nil,
          detail: ServiceDetail(note: canary(), providerName: canary())))
      let followUp = FollowUpID.random()
      try await desk.planFollowUp(town.worker, id, id: followUp, due: today, note: canary())
      try await desk.finishFollowUp(town.worker, id, followUp, on: today, result: canary())
      try await desk.putEvent(
        town.worker, id, id: .random(),
        EventAccount(
          EventCodes(stage: .transit, crossing: .yes), detail: EventDetail(place: canary(), border: canary()),
          words: canary()), seen: 0)
      try await desk.putPerpetrator(
        town.worker, id, id: .random(), PerpetratorCodes(role: "recruiter"), PerpetratorDetail(words: canary()), seen: 0
      )
      for (number, kind) in AssessmentKind.allCases.enumerated() {
        try await desk.assess(
          town.worker, id, id: .random(),
          AssessmentRequest(
            kind, level: "low", day: today,
            content: AssessmentContent(answers: [number == 0 ? "legal" : "debt": .yes], note: canary())), seen: 0)
      }
      try await desk.editSafetyPlan(
        town.worker, id,
        SafetyPlan(signs: canary(), places: canary(), people: canary(), signal: canary(), belongings: canary()), seen: 0
      )
      let (goal, action) = (PlanGoalID.random(), PlanActionID.random())
      try await desk.putGoal(town.worker, id, id: goal, GoalContent(words: canary()), seen: 0)
      try await desk.putAction(
        town.worker, id, for: goal, id: action,
        ActionRequest(
          ActionContent(words: canary(), providerName: canary()), provider: nil, responsible: town.worker.member,
          due: today), seen: 0)
      try await desk.agreePlan(
        town.worker, id, id: .random(), way: "spoken", day: today, note: canary(), version: 2)
      try await desk.finishAction(
        town.worker, id, action,
        ActionResult(done: today, outcome: "provided", words: canary(), service: .new(.random(), "legal")))
      try await town.shared(id, to: town.north.agency, Set(DataKind.allCases))
      _ = try await desk.search(town.worker, name: canaries[0])
      try await desk.startClock(
        town.worker, id, id: .random(),
        CaseClockRequest(kind: "hearing", start: today, days: 9, document: canary()))
      let clock = try #require(try await desk.file(town.worker, id).clocks.first)
      try await desk.moveClock(
        town.worker, id, clock.id, id: .random(), CaseClockChange(.suspend, day: today, reason: canary()), seen: 1)
      let (conference, decision) = (ConferenceID.random(), ConferenceDecisionID.random())
      try await desk.putConference(
        town.worker, id, id: conference,
        ConferenceRequest(
          day: today, members: [town.worker.member], ConferenceContent(agenda: canary(), place: canary())), seen: 0)
      try await desk.holdConference(
        town.worker, id, conference,
        ConferenceReport(day: today, members: [town.worker.member], minutes: canary()), seen: 1)
      try await desk.addDecision(
        town.worker, id, conference, id: decision,
        ConferenceDecisionRequest(canary(), owner: town.worker.member, due: today))
      try await desk.finishDecision(town.worker, id, decision, on: today, result: canary())
      let back = PersonReturnID.random()
      try await desk.planReturn(
        town.worker, id, id: back,
        ReturnRequest(country: "co", departure: today, ReturnContent(words: canary(), receiverName: canary())))
      try await desk.stepReturn(
        town.worker, id, back, id: .random(), ReturnStepRequest(.cancel, day: today, words: canary()), seen: 1)
      let flag = CaseFlagID.random()
      try await desk.raiseFlag(
        town.worker, id, id: flag, for: town.supervisor.member, due: today, words: canary())
      try await desk.resolveFlag(town.supervisor, id, flag, answer: canary())
      let (refused, approved) = (ClosingProposalID.random(), ClosingProposalID.random())
      try await desk.proposeClosing(town.worker, id, id: refused, reason: "moved", summary: canary())
      try await desk.answerClosing(town.supervisor, id, refused, approves: false, words: canary())
      try await desk.proposeClosing(town.worker, id, id: approved, reason: "moved", summary: canary())
      try await desk.answerClosing(town.supervisor, id, approved, approves: true, words: canary())
      try await desk.reopen(town.worker, id, reason: canary())

      // All of it is there for who holds the key…
      let file = "\(try await desk.file(town.worker, id))"
      for canary in canaries { #expect(file.contains(canary), "\(canary)") }
      let items = ProtectedItems(shelter: canary(), witness: canary(), other: canary())
      try await desk.editProtection(town.worker, id, items, seen: 0)
      #expect(try await desk.protection(town.worker, id).items?.value == items)
      // …and nowhere for who holds only the store.
      let needles = canaries
      let (cells, found) = try await town.office.database.read { try dump($0, engine, lookingFor: needles) }
      #expect(cells > 200)
      #expect(found == [])
    }
  }
}

/// Reads every cell of every table; answers how many, and where a needle was found.
private func dump(_ transaction: any ReadTransaction, _ engine: Engine, lookingFor needles: [String]) throws -> (
  Int, [String]
) {
  let tables =
    engine == .sqlite
    ? try transaction.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
    : try transaction.rows(
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()")
  var cells = 0
  var found: [String] = []
  for table in try tables.map({ try $0.get("name", as: String.self) }) {
    let columns =
      engine == .sqlite
      ? try transaction.rows("SELECT name FROM pragma_table_info('\(table)')")
      : try transaction.rows(
        """
        SELECT column_name AS name FROM information_schema.columns
        WHERE table_schema = current_schema() AND table_name = '\(table)'
        """)
    for column in try columns.map({ try $0.get("name", as: String.self) }) {
      for row in try transaction.rows("SELECT \(column) AS cell FROM \(table)") {
        let bytes: [UInt8]
        switch try row.optional("cell", as: SQLValue.self) {
        case .text(let text): bytes = Array(text.utf8)
        case .blob(let blob): bytes = blob
        default: continue
        }
        cells += 1
        let text = String(decoding: bytes, as: UTF8.self).lowercased()
        for needle in needles where text.contains(needle) { found.append("\(table).\(column): \(needle)") }
      }
    }
  }
  return (cells, found)
}
