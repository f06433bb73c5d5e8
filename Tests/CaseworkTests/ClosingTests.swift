import Accounts
import Basics
import CountryPack
import Records
import TestSupport
import Testing

@testable import Casework

@Suite struct ClosingRulesTests {
  private let me = MemberID.random()
  private let other = MemberID.random()

  private var states: [ClosingState] {
    [
      .open, .closed, .reopened(by: me), .reopened(by: other), .proposed(by: me, reopenedBy: nil),
      .proposed(by: other, reopenedBy: nil), .proposed(by: me, reopenedBy: other),
      .proposed(by: other, reopenedBy: me),
    ]
  }

  /// Where a move leads, written out by hand beside the rule; `nil` where it is refused.
  private func expected(_ move: ClosingMove, _ state: ClosingState, proposes: Bool, decides: Bool) -> ClosingState? {
    switch move {
    case .propose:
      guard proposes else { return nil }
      if state == .open { return .proposed(by: me, reopenedBy: nil) }
      if state == .reopened(by: me) { return .proposed(by: me, reopenedBy: me) }
      return state == .reopened(by: other) ? .proposed(by: me, reopenedBy: other) : nil
    case .takeBack:
      guard proposes else { return nil }
      if state == .proposed(by: me, reopenedBy: nil) { return .open }
      return state == .proposed(by: me, reopenedBy: other) ? .reopened(by: other) : nil
    case .approve, .refuse:
      let isOthers = state == .proposed(by: other, reopenedBy: nil) || state == .proposed(by: other, reopenedBy: me)
      return decides && isOthers ? (move == .approve ? .closed : .open) : nil
    case .reopen:
      guard state == .closed, proposes || decides else { return nil }
      return decides ? .open : .reopened(by: me)
    case .confirm: return decides && state == .reopened(by: other) ? .open : nil
    }
  }

  @Test func everyStateMoveAndActor() {
    for state in states {
      for (proposes, decides) in [(false, false), (true, false), (false, true), (true, true)] {
        let standing = ClosingStanding(me, proposes: proposes, decides: decides)
        var offered: Set<ClosingMove> = []
        for move in ClosingMove.allCases {
          let expected = expected(move, state, proposes: proposes, decides: decides)
          do {
            let found = try ClosingRules.next(move, from: state, by: standing)
            #expect(found == expected, "\(move) from \(state) by \(proposes) \(decides)")
            offered.insert(move)
          } catch {
            #expect(expected == nil, "\(move) from \(state) by \(proposes) \(decides)")
            #expect(error.kind == .forbidden || error.kind == .conflict)
          }
        }
        #expect(ClosingRules.moves(from: state, by: standing) == offered)
      }
    }
  }

  /// However the two alternate: nobody ever closes alone.
  @Test func nobodyClosesAlone() {
    var random = SeededGenerator(seed: testSeed("nobodyClosesAlone"))
    for _ in 0..<200 {
      var state = ClosingState.open
      var proposer: MemberID?
      for _ in 0..<40 {
        let member = Bool.random(using: &random) ? me : other
        let standing = ClosingStanding(member, proposes: true, decides: true)
        guard let move = ClosingMove.allCases.randomElement(using: &random),
          let next = try? ClosingRules.next(move, from: state, by: standing)
        else { continue }
        if move == .propose { proposer = member }
        if next == .closed { #expect(proposer != nil && proposer != member) }
        state = next
      }
    }
  }

  @Test func aRefusalAndAReopeningNeedWords() throws {
    #expect(ClosingRules.problems("", areNeeded: true).map(\.field) == ["words"])
    #expect(ClosingRules.problems(" 1 -", areNeeded: true).map(\.phrase.key) == ["error.closing_words"])
    #expect(ClosingRules.problems("", areNeeded: false).isEmpty)
    #expect(ClosingRules.problems("\u{202E}no", areNeeded: true).map(\.phrase.key) == ["error.text_direction"])
    let (pack, day) = (try Town.pack.get(), CalendarDay(daysSince1970: 13_000))
    func wrong(_ reason: String, open: Int, left: Bool) -> [String] {
      ClosingRules.problems(reason: reason, summary: "", open: open, isLeft: left, pack, on: day).map(\.field)
    }
    #expect(wrong("moved", open: 0, left: false).isEmpty && wrong("moved", open: 2, left: true).isEmpty)
    #expect(wrong("moved", open: 2, left: false) == ["leaving"] && wrong("tired", open: 0, left: false) == ["reason"])
  }
}

@Suite struct ClosingDeskTests {
  @Test(arguments: TestEngine.available) func twoPeopleCloseAndOneOpensAgain(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let (desk, id) = (town.desk, try await town.opened().id)
      let first = ClosingProposalID.random()
      for _ in 0..<2 {
        try await desk.proposeClosing(town.worker, id, id: first, reason: "goals_met", summary: "Está bien")
      }
      // Nothing has changed yet, and who proposed can't answer.
      var file = try await desk.file(town.worker, id)
      #expect(file.summary.status == .open && file.closing?.waiting?.summary == "Está bien")
      #expect(file.closingMoves == [.takeBack])
      #expect(try await desk.file(town.supervisor, id).closingMoves == [.approve, .refuse])
      #expect(try await desk.closingsToAnswer(town.supervisor).map(\.caseID) == [id])
      #expect(try await desk.closingsToAnswer(town.worker).isEmpty)
      #expect(
        try await refusal { try await desk.answerClosing(town.worker, id, first, approves: true, words: "") }
          == .forbidden)
      #expect(
        try await refusal {
          try await desk.proposeClosing(town.supervisor, id, id: .random(), reason: "moved", summary: "")
        }?.phrase.key == "error.closing_proposed")
      // A no says why.
      #expect(
        try await refusal { try await desk.answerClosing(town.supervisor, id, first, approves: false, words: "") }?
          .wrongFields == ["words"])
      try await desk.answerClosing(town.supervisor, id, first, approves: false, words: "Falta la cédula")
      file = try await desk.file(town.worker, id)
      #expect(file.closing?.state == .open && file.closing?.proposals.first?.words == "Falta la cédula")
      #expect(
        try await refusal { try await desk.answerClosing(town.supervisor, id, first, approves: true, words: "") }?
          .phrase.key == "error.closing_not_proposed")
      // Taken back, proposed anew, approved.
      town.time.move(.minutes(1))
      let second = ClosingProposalID.random()
      try await desk.proposeClosing(town.worker, id, id: second, reason: "moved", summary: "")
      #expect(try await refusal { try await desk.takeClosingBack(town.supervisor, id, second) } == .forbidden)
      try await desk.takeClosingBack(town.worker, id, second)
      #expect(try await desk.closingsToAnswer(town.supervisor).isEmpty)
      town.time.move(.minutes(1))
      try await town.close(id, summary: "Se mudó")
      file = try await desk.file(town.worker, id)
      #expect(file.summary.status == .closed && file.closures.first?.summary == "Se mudó")
      #expect(file.closures.first?.closedBy == town.supervisor.member)
      #expect(file.closing?.proposals.map(\.answer) == [.approved, .takenBack, .refused])
      // The worker opens it at once; a supervisor looks at it afterwards.
      #expect(try await refusal { try await desk.reopen(town.worker, id, reason: "") }?.wrongFields == ["words"])
      try await desk.reopen(town.worker, id, reason: "Volvió")
      file = try await desk.file(town.worker, id)
      #expect(file.summary.status == .open && file.closing?.state == .reopened(by: town.worker.member))
      #expect(file.closures.first?.reopenReason == "Volvió" && file.moves.contains(.edit))
      #expect(try await desk.closingsToAnswer(town.supervisor).map(\.isReopening) == [true])
      #expect(try await refusal { try await desk.confirmReopening(town.worker, id) } == .forbidden)
      try await desk.confirmReopening(town.supervisor, id)
      #expect(
        try await refusal { try await desk.confirmReopening(town.supervisor, id) }?.phrase.key
          == "error.reopening_seen")
      #expect(try await desk.file(town.worker, id).closures.first?.confirmedBy == town.supervisor.member)
      // A supervisor's own reopening needs nobody else.
      try await town.close(id)
      try await desk.reopen(town.supervisor, id, reason: "Llamó de noche")
      #expect(try await desk.file(town.worker, id).closing?.state == .open)
    }
  }

  @Test(arguments: TestEngine.available) func aSupervisorsOwnProposalWaitsForAnotherOne(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let (desk, id) = (town.desk, try await town.opened().id)
      let proposal = ClosingProposalID.random()
      try await desk.proposeClosing(town.supervisor, id, id: proposal, reason: "moved", summary: "")
      #expect(
        try await refusal { try await desk.answerClosing(town.supervisor, id, proposal, approves: true, words: "") }?
          .phrase.key == "error.closing_four_eyes")
      #expect(try await desk.closingsToAnswer(town.supervisor).isEmpty)
      #expect(try await desk.file(town.worker, id).summary.status == .open)
    }
  }

  @Test(arguments: TestEngine.available) func anOfficerProposesForTheirOwnAndStrangersNothing(_ engine: Engine)
    async throws
  {
    try await withTown(engine) { town in
      let (desk, id) = (town.desk, try await town.opened(town.officer).id)
      let proposal = ClosingProposalID.random()
      func propose(_ actor: Actor) async throws -> Refusal? {
        try await refusal {
          try await desk.proposeClosing(actor, id, id: proposal, reason: "handed_over", summary: "")
        }
      }
      #expect(try await propose(town.secondOfficer) == .notFound)
      #expect(try await propose(town.referralDesk) == .forbidden)
      #expect(try await propose(town.north) == .notFound)
      #expect(try await propose(town.officer) == nil)
      #expect(
        try await refusal { try await desk.answerClosing(town.north, id, proposal, approves: true, words: "") }
          == .forbidden)
      let elsewhere = try await town.opened().id
      #expect(
        try await refusal {
          try await desk.answerClosing(town.supervisor, elsewhere, proposal, approves: true, words: "")
        } == .notFound)
      // An agency that was given something of the case learns nothing of its closing.
      try await town.shared(id, to: town.north.agency, Set(DataKind.allCases))
      let shared = try await desk.file(town.north, id)
      #expect(shared.closing == nil && shared.closingMoves.isEmpty)
      try await desk.answerClosing(town.supervisor, id, proposal, approves: true, words: "")
      try await desk.reopen(town.officer, id, reason: "La vi otra vez en la terminal")
      #expect(try await desk.file(town.officer, id).summary.status == .open)
    }
  }
}
