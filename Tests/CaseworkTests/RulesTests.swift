import Accounts
import Basics
import CountryPack
import Identification
import TestSupport
import Testing

@testable import Casework

@Suite struct CaseRulesTests {
  /// Who may do what with an open case of their own agency, written out by hand beside the rule.
  private let whenOpen: [Role: Set<CaseMove>] = [
    .caseWorker: [
      .read, .edit, .giveConsent, .withdrawConsent, .addService, .planFollowUp, .finishFollowUp, .close,
    ],
    .supervisor: [
      .read, .edit, .withdrawConsent, .addService, .planFollowUp, .finishFollowUp, .approvePlan, .close, .answerClosing,
    ],
    .referralDesk: [.read, .edit, .withdrawConsent, .addService, .planFollowUp, .finishFollowUp],
  ]
  private let whenClosed: [Role: Set<CaseMove>] = [
    .caseWorker: [.read, .withdrawConsent, .reopen],
    .supervisor: [.read, .withdrawConsent, .reopen],
    .referralDesk: [.read, .withdrawConsent],
  ]

  private func allowed(_ role: Role, _ part: CasePart, _ status: CaseStatus) -> Set<CaseMove> {
    Set(
      CaseMove.allCases.filter {
        CaseRules.verdict($0, status, part, may: role.permissions.contains) == .allowed
      })
  }

  @Test(arguments: Role.allCases) func everyRolePartStateAndMove(_ role: Role) {
    #expect(allowed(role, .colleague, .open) == whenOpen[role] ?? [])
    #expect(allowed(role, .colleague, .closed) == whenClosed[role] ?? [])
    let isOfficer = role == .frontlineOfficer
    #expect(
      allowed(role, .opener, .open)
        == (isOfficer ? [.read, .giveConsent, .withdrawConsent, .close] : whenOpen[role] ?? []))
    #expect(
      allowed(role, .opener, .closed) == (isOfficer ? [.read, .withdrawConsent, .reopen] : whenClosed[role] ?? []))
    for status in CaseStatus.allCases {
      #expect(allowed(role, .stranger, status).isEmpty)
      #expect(allowed(role, .receiver, status) == (role.permissions.contains(.readCase) ? [.read] : []))
      for move in CaseMove.allCases {
        #expect(CaseRules.verdict(move, status, .stranger, may: role.permissions.contains) == .unknown)
      }
    }
  }

  @Test func aMoveInTheWrongStateSaysWhichStateItIs() {
    #expect(CaseRules.verdict(.edit, .closed, .colleague) { _ in true } == .wrongState("error.case_closed"))
    #expect(CaseRules.verdict(.reopen, .open, .colleague) { _ in true } == .wrongState("error.case_open"))
    #expect(CaseRules.verdict(.close, .closed, .colleague) { $0 == .readCase } == .forbidden)
  }
}

@Suite struct ConsentRulesTests {
  private let pack: CountryPack
  private let day = CalendarDay("2007-11-05") ?? CalendarDay(daysSince1970: 0)
  private let owner = AgencyID.random()
  private let recipient = AgencyID.random()
  init() throws { pack = try Town.pack.get() }

  private func request() -> ConsentRequest {
    ConsentRequest(
      purpose: "assistance", recipient: recipient, kinds: [.identity], until: day, decidedBy: .person,
      language: .spanish, explained: ConsentRequest.allExplained)
  }

  private func wrong(
    _ deciders: Set<ConsentDecider> = [.person], exists: Bool = true, _ change: (inout ConsentRequest) -> Void
  ) -> [String: String] {
    var request = request()
    change(&request)
    let problems = ConsentRules.problems(
      request, deciders: deciders, owner: owner, recipientExists: exists, pack, on: day)
    return Dictionary(problems.map { ($0.field, $0.phrase.key) }) { first, _ in first }
  }

  @Test func aPersonDecidesFromFifteenAndNobodyInAnAdultsPlace() {
    for low in 0...120 {
      for high in low...min(120, low + 5) {
        let deciders = ConsentRules.deciders(ages: low...high, ownFrom: 15, adultFrom: 18)
        #expect(deciders.contains(.person) == (low >= 15))
        #expect(deciders.contains(.guardian) == (low < 18))
        // A guardian may be the trafficker: there is always another way beside them.
        #expect(deciders.contains(.bestInterest) == deciders.contains(.guardian))
      }
    }
    #expect(ConsentRules.deciders(ages: nil, ownFrom: 15, adultFrom: 18) == [.guardian, .bestInterest])
    #expect(pack.rules[.ownConsentFromYears]?.value == 15)
  }

  @Test func aWholeRequestIsAccepted() { #expect(wrong { _ in }.isEmpty) }

  @Test(arguments: ConsentTopic.allCases) func everyTopicMustBeExplained(_ topic: ConsentTopic) {
    let field = "explained_" + topic.rawValue
    #expect(wrong { $0.explained[topic] = false } == [field: "error.consent_not_explained"])
    #expect(wrong { $0.explained[topic] = nil } == [field: "error.answer_needed"])
  }

  @Test func everyWrongFieldIsNamed() {
    #expect(wrong { $0.purpose = "profit" } == ["purpose": "error.unknown_code"])
    #expect(wrong { $0.recipient = owner } == ["recipient": "error.consent_own_agency"])
    #expect(wrong(exists: false) { _ in } == ["recipient": "error.unknown_recipient"])
    #expect(wrong { $0.kinds = [] } == ["kinds": "error.consent_no_kinds"])
    #expect(wrong { $0.until = nil } == ["until": "error.consent_until_needed"])
    #expect(wrong { $0.until = day.adding(days: -1) } == ["until": "error.day_past"])
    #expect(wrong { $0.until = day.adding(days: 2000) } == ["until": "error.day_too_far"])
    #expect(wrong { $0.language = nil } == ["language": "error.consent_language_needed"])
    #expect(wrong { $0.decidedBy = nil } == ["decided_by": "error.consent_decider_needed"])
    #expect(wrong([.guardian, .bestInterest]) { _ in } == ["decided_by": "error.consent_too_young"])
    #expect(wrong { $0.decidedBy = .guardian } == ["decided_by": "error.consent_adult_decides"])
    #expect(
      wrong {
        $0.purpose = ""; $0.kinds = []; $0.until = nil
      }.count == 3)
  }

  @Test(arguments: [LegalBasis.courtOrder, .legalDuty, .vitalInterest])
  func anotherBasisNeedsItsDocumentAndNothingElse(_ basis: LegalBasis) {
    func other(_ document: String) -> [String: String] {
      wrong {
        $0.basis = basis
        $0.document = document
        $0.until = nil
        $0.decidedBy = nil
        $0.language = nil
        $0.explained = [:]
      }
    }
    #expect(other(" - ") == ["document": "error.document_needed"])
    #expect(other("Oficio 23-2007").isEmpty)
  }

  @Test func aConsentHoldsThroughItsLastDay() throws {
    let end = ConsentRules.end(of: day, offsetFromUTC: .hours(-5))
    #expect(CalendarDay(end - Span(milliseconds: 1), offsetFromUTC: .hours(-5)) == day)
    #expect(CalendarDay(end, offsetFromUTC: .hours(-5)) == day.adding(days: 1))
  }
}

@Suite struct ValueTests {
  private let day = CalendarDay("2007-11-05") ?? CalendarDay(daysSince1970: 0)

  @Test func codesAreReadAsPeopleTypeThem() throws {
    let code = try #require(CaseCode("K7M3-2QX9"))
    #expect(CaseCode("k7m3 2qx9") == code)
    #expect(CaseCode("K7M32QX9")?.description == "K7M3-2QX9")
    #expect(CaseCode("OI10-0000")?.description == "0110-0000")
    for bad in ["", "K7M3", "K7M3-2QX9A", "K7M3-2QU9", "K7M3-2Q'9", "ñ7M3-2QX9"] { #expect(CaseCode(bad) == nil) }
    let many = Randomness.seeded(3)
    #expect(Set((0..<2000).map { _ in CaseCode.random(using: many) }).count == 2000)
  }

  @Test func cursorsSurviveAnAddress() {
    let cursors: [CaseCursor] = [
      .opened(Moment(milliseconds: 12), .random()), .due(day, .random()), .code(.random(using: .system)),
    ]
    for cursor in cursors { #expect(CaseCursor(cursor.description) == cursor) }
    for bad in ["", "o", "o.x.y", "d.2007-02-30.0", "c.no", "z.1.2"] { #expect(CaseCursor(bad) == nil) }
  }

  @Test func birthsAreDaysYearsOrUnknown() {
    #expect(Birth("1990-02-28") == .day(CalendarDay("1990-02-28") ?? day))
    #expect(Birth(" 1990 ") == .year(1990))
    #expect(Birth("") == .unknown)
    for bad in ["1990-02-30", "90", "ayer", "19 90"] { #expect(Birth(bad) == nil) }
    #expect(Birth.year(1992).ages(on: day) == 14...15)
    #expect(Birth("1992-11-05")?.ages(on: day) == 15...15)
    #expect(Birth("1992-11-06")?.ages(on: day) == 14...14)
    #expect(Birth.unknown.ages(on: day) == nil)
  }

  @Test func agesFindTheirBandAndDoubtIsOne() throws {
    let pack = try Town.pack.get()
    #expect(PersonRules.ageBand(.year(1980), pack, on: day) == "18-29")
    #expect(PersonRules.ageBand(.year(1989), pack, on: day) == "doubt")
    #expect(PersonRules.ageBand(.years(12), pack) == "12-17")
    #expect(PersonRules.ageBand(.inDoubt, pack) == "doubt")
    #expect(PersonRules.ageBand(.unknown, pack, on: day) == nil)
    for age in 0...120 { #expect(PersonRules.ageBand(.years(age), pack) != "doubt") }
  }

  @Test func hiddenCharactersAreRefusedBesideTheField() throws {
    let pack = try Town.pack.get()
    for bad in ["Ro\u{0}sa", "Ro\u{202E}asoR", "Ro\u{200B}sa", "Ro\nsa", "Ro\u{85}sa", "\u{2066}Rosa", "Ro\u{7}sa"] {
      let problems = PersonRules.problems(PersonIdentity(givenNames: bad), pack, on: day)
      #expect(problems.map(\.field) == ["given_names"], "\(bad.unicodeScalars)")
    }
    for good in ["Ñusta Ángeles", "D'Ambrosio-Núñez", "José\u{301}"] {
      #expect(PersonRules.problems(PersonIdentity(givenNames: good), pack, on: day).isEmpty)
    }
    #expect(TextRules.problem(String(repeating: "a", count: 120), .name) == nil)
    #expect(TextRules.problem(String(repeating: "a", count: 121), .name)?.key == "error.text_too_long")
    #expect(TextRules.problem("a" + String(repeating: "\u{301}", count: 20_000), .note) != nil)
    #expect(TextRules.problem("una línea\n\totra", .note) == nil)
  }

  @Test func impossibleBirthsAreRefused() throws {
    let pack = try Town.pack.get()
    func wrong(_ birth: Birth) -> [String] {
      PersonRules.problems(PersonIdentity(givenNames: "Rosa", birth: birth), pack, on: day).map(\.phrase.key)
    }
    #expect(wrong(.day(day)).isEmpty)
    #expect(wrong(.day(day.adding(days: 1))) == ["error.birth_future"])
    #expect(wrong(.year(2008)) == ["error.birth_future"])
    #expect(wrong(.year(1877)).isEmpty)
    #expect(wrong(.year(1876)) == ["error.birth_too_long_ago"])
  }
}
