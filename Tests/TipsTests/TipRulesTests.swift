import Basics
import CountryPack
import Testing

@testable import Tips

@Suite struct TipRulesTests {
  /// Where each move leads from each state; what is not here can't be made.
  private static let table: [TipMove: [TipState: TipState]] = [
    .open: [
      .received: .read, .read: .read, .working: .working, .asked: .asked, .answered: .answered, .closed: .closed,
    ],
    .take: [
      .received: .working, .read: .working, .working: .working, .asked: .working, .answered: .working,
      .closed: .working,
    ],
    .answer: [.received: .answered, .read: .answered, .working: .answered, .asked: .answered, .answered: .answered],
    .ask: [.received: .asked, .read: .asked, .working: .asked, .asked: .asked, .answered: .asked],
    .close: [.received: .closed, .read: .closed, .working: .closed, .asked: .closed, .answered: .closed],
    .pass: [.received: .received, .read: .received, .working: .received, .asked: .received, .answered: .received],
    .link: same, .look: same, .forgetContact: same, .setPassing: same,
    .add: [
      .received: .received, .read: .read, .working: .working, .asked: .read, .answered: .read, .closed: .received,
    ],
    .withdraw: [
      .received: .withdrawn, .read: .withdrawn, .working: .withdrawn, .asked: .withdrawn, .answered: .withdrawn,
      .closed: .withdrawn,
    ],
  ]
  private static let same: [TipState: TipState] = [
    .received: .received, .read: .read, .working: .working, .asked: .asked, .answered: .answered, .closed: .closed,
  ]

  @Test func everyMoveFromEveryState() {
    var tried = 0
    for move in TipMove.allCases {
      for state in TipState.allCases {
        #expect(TipRules.state(after: move, from: state) == Self.table[move]?[state], "\(move) from \(state)")
        tried += 1
      }
    }
    #expect(tried == 12 * 7)
  }

  @Test func whatWasTakenBackStaysSoAndTakingBackIsAlwaysPossible() {
    for move in TipMove.allCases { #expect(TipRules.state(after: move, from: .withdrawn) == nil) }
    for state in TipState.allCases where state != .withdrawn {
      for move in [TipMove.withdraw, .add, .forgetContact, .setPassing, .look] {
        #expect(TipRules.state(after: move, from: state) != nil, "\(move) from \(state)")
      }
      // Nothing that whoever wrote does closes it, and whatever they add is to do again.
      #expect(TipRules.state(after: .add, from: state)?.isOpen == true)
    }
  }

  @Test func nobodyIsGivenWhatTheSenderDidNotAllow() throws {
    let pack = try TipHall.pack.get()
    let wall = pack.dataProtection.wall
    let kinds = (pack.lists[.agencyKinds] ?? []).map(\.code)
    #expect(kinds.count > 5 && wall.agencyKinds.isSubset(of: kinds) && !wall.agencyKinds.isEmpty)
    for kind in kinds {
      #expect(!TipRules.mayPass(.nobody, to: kind, wall: wall))
      #expect(TipRules.mayPass(.helpers, to: kind, wall: wall) == !wall.agencyKinds.contains(kind), "\(kind)")
      #expect(TipRules.mayPass(.anybody, to: kind, wall: wall))
    }
  }

  @Test func theNearestReadElseWhoReadsForAllElseAnybody() {
    func receiver(_ name: String, _ provinces: Set<String>, isOpen: Bool = true) -> TipReceiver {
      TipReceiver(agency: .random(), name: name, kind: "ngo", isOpen: isOpen, provinces: provinces)
    }
    let all = [
      receiver("Norte", ["EC-C", "EC-I"]), receiver("País", []), receiver("Antes", [], isOpen: false),
      receiver("Carchi", ["EC-C"]), receiver("Cerrada", ["EC-O"], isOpen: false),
    ]
    func names(_ province: String?, _ all: [TipReceiver]) -> [String] {
      TipRules.receivers(for: province, among: all).map(\.name)
    }
    #expect(names("EC-C", all) == ["Carchi", "Norte"])
    #expect(names("EC-I", all) == ["Norte"])
    #expect(names("EC-O", all) == ["País"])
    #expect(names(nil, all) == ["País"])
    let near = all.filter { !$0.provinces.isEmpty }
    #expect(names("EC-P", near) == ["Carchi", "Norte"], "better somebody far than nobody")
    #expect(names(nil, near) == ["Carchi", "Norte"])
    #expect(names("EC-P", all.filter { !$0.isOpen }).isEmpty && names("EC-P", []).isEmpty)
  }

  @Test func onlyWhatHappenedMustBeThere() throws {
    let pack = try TipHall.pack.get()
    func problems(_ change: (inout TipLetter) -> Void) -> [String] {
      var letter = TipLetter(to: .random(), content: TipContent(what: "Encierran a alguien"))
      change(&letter)
      return TipRules.problems(letter, pack).map { "\($0.field) \($0.phrase.key)" }
    }
    #expect(problems { _ in } == [])
    for empty in ["", " \n ", "…", "123"] {
      #expect(problems { $0.content.what = empty } == ["what error.tip_what"], "\(empty)")
    }
    #expect(problems { $0.content.what = String(repeating: "ñ", count: 4_000) } == [])
    #expect(problems { $0.content.what = String(repeating: "ñ", count: 4_001) } == ["what error.too_long"])
    // One letter that carries ten thousand marks.
    #expect(problems { $0.content.what = "a" + String(repeating: "\u{301}", count: 10_000) } == ["what error.too_long"])
    #expect(problems { $0.content.what = "una\nlínea\ty otra" } == [])
    #expect(problems { $0.content.what = "a\u{202E}b" } == ["what error.text_direction"])
    #expect(problems { $0.content.what = "a\u{2401}b" } == ["what error.text_control"])
    // Joined signs of families and flags are letters of somebody's language.
    #expect(problems { $0.content.what = "👩‍👧 huyó" } == [])
    #expect(problems { $0.content.place = "a\nb" } == ["place error.text_control"])
    #expect(problems { $0.content.when = String(repeating: "x", count: 201) } == ["when error.too_long"])
    #expect(problems { $0.contact.way = String(repeating: "9", count: 201) } == ["way error.too_long"])
    #expect(problems { $0.contact.safeTimes = "\u{7}" } == ["safe_times error.text_control"])
    #expect(problems { $0.province = "EC-P" } == [])
    #expect(problems { $0.province = "PE-LIM" } == ["province error.choose"])
    #expect(TipRules.problem(inMessage: "") == Phrase("error.missing"))
    #expect(TipRules.problem(inMessage: " . ") == Phrase("error.missing"))
    #expect(TipRules.problem(inMessage: "Sí") == nil && TipRules.problem(inMessage: "099") == nil)
    #expect(TipRules.problem(inMessage: String(repeating: "x", count: 4_001))?.key == "error.too_long")
  }

  @Test func itIsErasedSoManyDaysAfterItEnded() throws {
    let day = try #require(CalendarDay("2026-11-30"))
    #expect(TipRules.eraseOn(day, TipTerms(emergency: nil, keepDays: 30)).description == "2026-12-30")
    let terms = try TipHall.pack.get().tips
    #expect(terms.keepDays == 180 && terms.emergency?.number == "911")
  }
}
