import Testing

@testable import Referrals

/// Every move × state × purpose × standing.
@Suite struct MechanismRulesTests {
  private typealias Rules = MechanismRules

  private var situations: [Rules.Situation] {
    MechanismVersion.State.allCases.flatMap { state in
      MechanismVersion.Purpose.allCases.flatMap { purpose in
        [(false, false), (true, false), (true, true), (false, true)].map {
          Rules.Situation(state, purpose, isNamed: $0.0, isSigned: $0.1)
        }
      }
    }
  }

  private var standings: [Rules.Standing] {
    (0..<32).map { bits in
      Rules.Standing(
        keeps: bits & 1 > 0, signs: bits & 2 > 0, isNamed: bits & 4 > 0, hasSigned: bits & 8 > 0,
        isOwner: bits & 16 > 0)
    }
  }

  @Test func everyCombination() {
    var possible = 0
    for situation in situations {
      for standing in standings {
        for move in MechanismMove.allCases {
          let isOpen = situation.state == .draft && situation.purpose == .territory
          let may =
            switch move {
            case .name: isOpen && standing.keeps
            case .adopt: isOpen && standing.keeps && situation.isNamed && situation.isSigned
            case .sign: isOpen && standing.signs && standing.isNamed && !standing.hasSigned
            case .unsign: isOpen && standing.signs && standing.isNamed && standing.hasSigned
            case .discard:
              situation.state == .draft && (standing.keeps || situation.purpose == .exercise && standing.isOwner)
            }
          #expect(
            (Rules.obstacle(to: move, in: situation, by: standing) == nil) == may, "\(move) \(situation) \(standing)")
          possible += may ? 1 : 0
        }
      }
    }
    #expect(possible > 0)
  }

  /// Who may not learns that and nothing else of how things stand.
  @Test func whoMayNotIsToldOnlyThat() {
    let nobody = Rules.Standing(keeps: false, signs: false, isNamed: false, hasSigned: false, isOwner: false)
    for situation in situations {
      for move in MechanismMove.allCases {
        #expect(Rules.obstacle(to: move, in: situation, by: nobody) == .forbidden)
      }
    }
  }
}
