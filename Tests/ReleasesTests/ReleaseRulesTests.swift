import Testing

@testable import Releases

@Suite struct ReleaseRulesTests {
  private static let standings = [true, false].flatMap { mayDraft in
    [true, false].flatMap { mayPublish in
      [true, false].map { ReleaseStanding(mayDraft: mayDraft, mayPublish: mayPublish, hadAHand: $0) }
    }
  }

  /// The rule written a second time, by move: from which states, and who.
  @Test(arguments: ReleaseMove.allCases, ReleaseState.allCases) func everyMoveStateAndStanding(
    _ move: ReleaseMove, _ state: ReleaseState
  ) {
    let from: [ReleaseMove: Set<ReleaseState>] = [
      .check: [.draft], .publish: [.checked], .sendBack: [.checked], .discard: [.draft, .checked],
      .correct: [.published, .withdrawn], .withdraw: [.published],
    ]
    for standing in Self.standings {
      let may =
        switch move {
        case .check, .correct: standing.mayDraft
        case .publish, .withdraw: standing.mayPublish
        case .sendBack, .discard: standing.mayPublish || (standing.mayDraft && standing.hadAHand)
        }
      let isSecond = move != .publish || !standing.hadAHand
      let verdict = ReleaseRules.verdict(move, state, by: standing)
      #expect((verdict == .allowed) == (may && isSecond && from[move]?.contains(state) == true))
      #expect((verdict == .forbidden) == !may)
    }
  }

  @Test func nobodyPublishesWhatTheyMade() {
    for state in ReleaseState.allCases {
      let maker = ReleaseStanding(mayDraft: true, mayPublish: true, hadAHand: true)
      #expect(ReleaseRules.verdict(.publish, state, by: maker) != .allowed)
    }
  }

  @Test(arguments: ["casos-2007", "abc", "a1-b2-c3"]) func anAddressIsReadAsItIsWritten(_ text: String) {
    #expect(ReleaseSlug(text)?.description == text)
  }

  @Test(arguments: ["", "ab", "Casos", "casos_2007", "-casos", "casos-", "1casos", "ca--sos", "año-2007", "a/b", "a b"])
  func whatIsNoAddressIsRefused(_ text: String) { #expect(ReleaseSlug(text) == nil) }
}
