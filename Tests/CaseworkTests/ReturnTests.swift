import Accounts
import Basics
import CountryPack
import Records
import TestSupport
import Testing

@testable import Casework

@Suite struct ReturnRulesTests {
  @Test func everyStepFromEveryState() {
    let forward: [PersonReturn.State: (ReturnMove, PersonReturn.State)] = [
      .planned: (.agree, .agreed), .agreed: (.assess, .assessed), .assessed: (.handOver, .handedOver),
      .handedOver: (.confirm, .confirmed),
    ]
    for state in PersonReturn.State.allCases {
      for move in ReturnMove.allCases {
        let isOver = state == .confirmed || state == .cancelled
        let expected =
          move == .cancel ? (isOver ? nil : .cancelled) : forward[state].flatMap { $0.0 == move ? $0.1 : nil }
        do {
          #expect(try ReturnRules.next(move, from: state) == expected, "\(move) from \(state)")
        } catch {
          #expect(expected == nil && error.kind == .conflict, "\(move) from \(state)")
        }
      }
    }
    #expect(ReturnRules.moves(from: .confirmed).isEmpty && ReturnRules.moves(from: .planned) == [.agree, .cancel])
  }

  /// Whatever is tried in whatever order: nobody leaves without a yes and a look at the risks.
  @Test func nobodyIsReturnedWithoutAYes() {
    var random = SeededGenerator(seed: testSeed("nobodyIsReturnedWithoutAYes"))
    for _ in 0..<300 {
      var (state, done) = (PersonReturn.State.planned, Set<ReturnMove>())
      for _ in 0..<20 {
        guard let move = ReturnMove.allCases.randomElement(using: &random),
          let next = try? ReturnRules.next(move, from: state)
        else { continue }
        done.insert(move)
        state = next
      }
      if state == .handedOver || state == .confirmed { #expect(done.isSuperset(of: [.agree, .assess])) }
    }
  }
}

@Suite struct ReturnDeskTests {
  @Test(arguments: TestEngine.available) func aReturnGoesItsWholeWay(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let (desk, id) = (town.desk, try await town.opened().id)
      let back = PersonReturnID.random()
      var request = ReturnRequest(
        country: "co", departure: desk.today.adding(days: 20), ReturnContent(words: "A Pasto, con su madre"))
      #expect(
        try await refusal { try await desk.planReturn(town.worker, id, id: back, request) }?.wrongFields
          == ["receiver_name"])
      request.content.receiverName = "Casa inventada de Pasto"
      for _ in 0..<2 { try await desk.planReturn(town.worker, id, id: back, request) }
      #expect(try await desk.tasks(town.worker).tasks.map(\.kind) == [.personReturn])
      func step(_ request: ReturnStepRequest, seen: Int) async throws {
        try await desk.stepReturn(town.worker, id, back, id: .random(), request, seen: seen, note: "Preguntar")
      }
      let handOver = ReturnStepRequest(.handOver, day: desk.today, words: "A la trabajadora social")
      #expect(try await refusal { try await step(handOver, seen: 1) }?.phrase.key == "error.return_not_agreed")
      // An adult decides alone; nobody decides in their place.
      #expect(
        try await refusal {
          try await step(ReturnStepRequest(.agree, day: desk.today, decidedBy: .guardian, way: "spoken"), seen: 1)
        }?.wrongFields == ["decided_by"])
      try await step(
        ReturnStepRequest(.agree, day: desk.today, decidedBy: .person, way: "spoken", words: "Quiere volver"), seen: 1)
      // No look at the risks, or an old one, or a grave one without a word: no return.
      let risk = AssessmentID.random()
      func assess(_ words: String = "") async throws {
        try await step(ReturnStepRequest(.assess, day: desk.today, assessment: risk, words: words), seen: 2)
      }
      #expect(try await refusal { try await assess() }?.wrongFields == ["assessment"])
      try await desk.assess(
        town.worker, id, id: risk,
        AssessmentRequest(
          .risk, level: "high", day: desk.today, content: AssessmentContent(answers: ["debt": .yes])), seen: 0)
      #expect(try await refusal { try await assess() }?.wrongFields == ["words"])
      try await assess("La recibe otra casa, lejos de quien la explotó")
      #expect(try await refusal { try await step(handOver, seen: 2) }?.phrase.key == "error.edited_meanwhile")
      try await step(handOver, seen: 3)
      let days = [30, 90].map { desk.today.adding(days: $0) }
      try await step(
        ReturnStepRequest(.confirm, day: desk.today, words: "Llamó desde Pasto", monitoring: days), seen: 4)
      let file = try await desk.file(town.worker, id)
      #expect(file.returns.first?.state == .confirmed)
      #expect(file.returns.first?.steps.map(\.move) == [.agree, .assess, .handOver, .confirm])
      #expect(file.followUps.map(\.due) == days && file.followUps.allSatisfy { $0.note == "Preguntar" })
      #expect(
        try await refusal { try await step(ReturnStepRequest(.cancel, day: desk.today, words: "No"), seen: 5) }?
          .phrase.key == "error.return_moved_on")
    }
  }

  @Test(arguments: TestEngine.available) func aPersonChangesTheirMindAndOthersPlanNothing(_ engine: Engine)
    async throws
  {
    try await withTown(engine) { town in
      let (desk, id) = (town.desk, try await town.opened(town.officer).id)
      let back = PersonReturnID.random()
      let request = ReturnRequest(
        country: "co", departure: desk.today.adding(days: 2),
        ReturnContent(words: "Volver", receiverName: "Casa inventada"))
      for (actor, kind) in [
        (town.officer, Refusal.Kind.forbidden), (town.coordinator, .forbidden), (town.north, .notFound),
      ] {
        #expect(try await refusal { try await desk.planReturn(actor, id, id: back, request) }?.kind == kind)
      }
      try await desk.planReturn(town.worker, id, id: back, request)
      try await desk.stepReturn(
        town.worker, id, back, id: .random(),
        ReturnStepRequest(.agree, day: desk.today, decidedBy: .person, way: "spoken"), seen: 1)
      let cancel = ReturnStepRequest(.cancel, day: desk.today, words: "Ya no quiere")
      try await desk.stepReturn(town.worker, id, back, id: .random(), cancel, seen: 2)
      #expect(try await desk.tasks(town.worker).tasks.isEmpty)
      let other = try await town.opened().id
      #expect(
        try await refusal {
          try await desk.stepReturn(town.worker, other, back, id: .random(), cancel, seen: 3)
        } == .notFound)
      try await town.shared(id, to: town.north.agency, Set(DataKind.allCases))
      #expect(try await desk.file(town.north, id).returns.isEmpty)
    }
  }
}
