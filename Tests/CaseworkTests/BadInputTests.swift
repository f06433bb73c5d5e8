import Accounts
import Basics
import Foundation
import Records
import TestSupport
import Testing

@testable import Casework

/// What people paste, mistype or try on purpose, in every field of a case: a sentence beside the field, nothing stored.
@Suite struct BadInputTests {
  /// Characters that are refused wherever they stand, and what is said.
  private static let hostile: [(text: String, key: String)] = [
    ("\u{0}", "error.text_control"), ("a\u{1}b", "error.text_control"), ("a\u{7F}", "error.text_control"),
    ("a\u{9B}b", "error.text_control"), ("a\u{2028}b", "error.text_control"), ("␀", "error.text_control"),
    ("\u{202E}asoR", "error.text_direction"), ("a\u{202A}b", "error.text_direction"),
    ("a\u{2066}b", "error.text_direction"), ("a\u{200F}b", "error.text_direction"),
    ("Ro\u{200B}sa", "error.text_direction"), ("Ro\u{2060}sa", "error.text_direction"),
    ("\u{FEFF}Rosa", "error.text_direction"), ("Rosa\u{E0041}", "error.text_direction"),
    ("a\u{61C}b", "error.text_direction"),
  ]

  private typealias Change = @Sendable (inout CaseOpening, String) -> Void

  /// Every field of the opening form that takes words.
  private static let fields: [(field: String, limit: Int, put: Change)] = [
    ("given_names", TextRules.nameLength, { identity(&$0, \.givenNames, $1) }),
    ("surnames", TextRules.nameLength, { identity(&$0, \.surnames, $1) }),
    ("other_names", TextRules.nameLength, { identity(&$0, \.otherNames, $1) }),
    ("document_number", TextRules.nameLength, { identity(&$0, \.documentNumber, $1) }),
    ("nationality", TextRules.nameLength, { identity(&$0, \.nationality, $1) }),
    ("contact_how", TextRules.lineLength, { contact(&$0, \.how, $1) }),
    ("contact_when", TextRules.lineLength, { contact(&$0, \.when, $1) }),
    ("contact_not_with", TextRules.lineLength, { contact(&$0, \.notWith, $1) }),
    ("narrative", TextRules.noteLength, { $0.narrative = $1 }),
    ("needs_note", TextRules.noteLength, { $0.needs.note = $1 }),
    ("health", TextRules.noteLength, { $0.health = $1 }), ("legal", TextRules.noteLength, { $0.legal = $1 }),
  ]

  private static func identity(
    _ request: inout CaseOpening, _ field: WritableKeyPath<PersonIdentity, String>, _ text: String
  ) {
    guard case .new(let person, var identity, let contact) = request.person else { return }
    identity[keyPath: field] = text
    request.person = .new(person, identity, contact)
  }

  private static func contact(
    _ request: inout CaseOpening, _ field: WritableKeyPath<SafeContact, String>, _ text: String
  ) {
    guard case .new(let person, let identity, var contact) = request.person else { return }
    contact[keyPath: field] = text
    request.person = .new(person, identity, contact)
  }

  @Test func everyFieldOfTheOpeningFormRefusesWhatHidesAndWhatIsTooLong() async throws {
    try await withTown(.sqlite) { town in
      for (field, limit, put) in Self.fields {
        var texts = Self.hostile.map { ($0.text, $0.key) }
        texts.append((String(repeating: "x", count: limit + 1), "error.text_too_long"))
        texts.append((String(repeating: "x", count: 10_000_000), "error.text_too_long"))
        // One letter with very many marks is one letter only to the eye.
        texts.append(("e" + String(repeating: "\u{301}", count: limit), "error.text_too_long"))
        for (text, key) in texts {
          var request = town.opening()
          put(&request, text)
          let found = try await refusal { try await town.opened(nil, request) }
          #expect(found?.fields.map(\.field) == [field] && found?.fields.first?.phrase.key == key, "\(field) \(key)")
        }
        // The longest that is allowed, with what people do write, passes.
        var request = town.opening()
        put(&request, String(repeating: "ñ", count: limit - 8) + " J-o’Áß🌵")
        #expect(try await refusal { try await town.opened(nil, request) } == nil, "\(field)")
      }
      #expect(try await town.desk.list(town.worker).rows.count == Self.fields.count)
    }
  }

  @Test func everyOtherTextOfACaseIsJudgedTheSame() async throws {
    try await withTown(.sqlite) { town in
      let id = try await town.opened().id
      let long = String(repeating: "x", count: TextRules.noteLength + 1)
      typealias Act = (String) async throws -> Void
      let acts: [(field: String, act: Act)] = [
        ("narrative", { try await town.desk.edit(town.worker, id, .narrative($0), seen: 0) }),
        ("health", { try await town.desk.edit(town.worker, id, .health($0), seen: 0) }),
        ("legal", { try await town.desk.edit(town.worker, id, .legal($0), seen: 0) }),
        ("needs_note", { try await town.desk.edit(town.worker, id, .needs(Needs(note: $0)), seen: 0) }),
        ("contact_how", { try await town.desk.edit(town.worker, id, .contact(SafeContact(how: $0)), seen: 0) }),
        (
          "surnames",
          {
            let identity = PersonIdentity(givenNames: "Rosa", surnames: $0)
            try await town.desk.edit(town.worker, id, .identity(identity), seen: 1)
          }
        ),
        (
          "words",
          {
            let account = EventAccount(EventCodes(stage: .transit), words: $0)
            try await town.desk.putEvent(town.worker, id, id: .random(), account, seen: 0)
          }
        ),
        (
          "place",
          {
            let account = EventAccount(EventCodes(stage: .transit), detail: EventDetail(place: $0))
            try await town.desk.putEvent(town.worker, id, id: .random(), account, seen: 0)
          }
        ),
        (
          "border",
          {
            let account = EventAccount(
              EventCodes(stage: .transit, crossing: .yes), detail: EventDetail(border: $0))
            try await town.desk.putEvent(town.worker, id, id: .random(), account, seen: 0)
          }
        ),
        (
          "words",
          {
            try await town.desk.putPerpetrator(
              town.worker, id, id: .random(), PerpetratorCodes(role: "recruiter"), PerpetratorDetail(words: $0), seen: 0
            )
          }
        ),
        (
          "document",
          {
            var request = town.consent(to: town.north.agency)
            request.document = $0
            try await town.desk.giveConsent(town.worker, id, id: .random(), request)
          }
        ), ("summary", { try await town.close(id, summary: $0) }),
      ]
      for (field, act) in acts {
        for (text, key) in Self.hostile.map({ ($0.text, $0.key) }) + [(long, "error.text_too_long")] {
          let found = try await refusal { try await act(text) }
          #expect(found?.fields.map(\.field) == [field] && found?.fields.first?.phrase.key == key, "\(field) \(key)")
        }
      }
      #expect(try await town.desk.file(town.worker, id).summary.status == .open)
    }
  }

  @Test func impossibleAndUnlikelyDaysAreRefused() throws {
    let pack = try Town.pack.get()
    let today = try #require(CalendarDay("2007-11-05"))
    for text in [
      "1990-02-30", "1990-13-01", "1990-00-10", "90", "199", "19900101", "1990/01/01", "hoy", "1990-1-1", "٢٠٠٠",
    ] {
      #expect(Birth(text) == nil, "\(text)")
      if text.count != 4 { #expect(RoughDate(text) == nil, "\(text)") }
    }
    for (birth, key) in [
      ("1707", "error.birth_too_long_ago"), ("1801-01-01", "error.birth_too_long_ago"),
      ("1876", "error.birth_too_long_ago"), ("0000", "error.birth_too_long_ago"), ("-100", "error.birth_too_long_ago"),
      ("2007-11-06", "error.birth_future"), ("2008", "error.birth_future"), ("2107", "error.birth_future"),
    ] {
      guard let birth = Birth(birth) else {
        #expect(birth == "-100")
        continue
      }
      let problems = PersonRules.problems(PersonIdentity(givenNames: "Luz", birth: birth), pack, on: today)
      #expect(problems == [FieldProblem("birth", key)], "\(birth)")
    }
    for birth in ["1877", "2007-11-05", "2007", ""] {
      let born = try #require(Birth(birth))
      #expect(PersonRules.problems(PersonIdentity(givenNames: "Luz", birth: born), pack, on: today).isEmpty, "\(birth)")
    }
    for (from, until, born, wrong) in [
      ("2007-11-06", nil, nil, ["from"]), ("1801", nil, nil, ["from"]), ("1989", nil, "1990-01-01", ["from"]),
      ("2006-05", "2006-04", nil, ["until"]), ("2006", "2006-04", nil, []), (nil, "2007-12", nil, ["until"]),
    ] as [(String?, String?, String?, [String])] {
      let detail = EventDetail(from: from.flatMap { RoughDate($0) }, until: until.flatMap { RoughDate($0) })
      let problems = ExploitationRules.problems(
        EventAccount(EventCodes(stage: .transit), detail: detail), born: born.flatMap { Birth($0) } ?? .unknown, pack,
        on: today)
      #expect(problems.map(\.field) == wrong, "\(from ?? "") \(until ?? "")")
    }
  }

  /// The rule of the identity card is the pack's, by kind of document.
  @Test func aCardWithAWrongDigitIsRefusedAndOtherPapersAreNot() throws {
    let pack = try Town.pack.get()
    let today = try #require(CalendarDay("2007-11-05"))
    func isRefused(_ kind: String, _ number: String) -> Bool {
      let identity = PersonIdentity(givenNames: "Luz", documentKind: kind, documentNumber: number)
      return PersonRules.problems(identity, pack, on: today) == [
        FieldProblem("document_number", "error.document_digit")
      ]
    }
    // Worked by hand: 1710034065 is the number that textbooks show.
    for number in ["1710034065", "171003406-5", "1710 034065", "0100000009", "3000000004"] {
      #expect(!isRefused("cedula", number), "\(number)")
    }
    for number in [
      "1710034064", "1710034066", "7110034065", "171003406", "17100340655", "2510034065", "0010034065", "1760034065",
      "171003406A", "١٧١٠٠٣٤٠٦٥", "0000000000",
    ] { #expect(isRefused("cedula", number), "\(number)") }
    #expect(!isRefused("cedula", "") && !isRefused("passport", "1710034066") && !isRefused("foreign_id", "1710034066"))
    // Every wrong last digit, and every pair of neighbours that differ and change places, but for 0 and 9.
    let good = Array("1710034065".utf8)
    for digit in UInt8(ascii: "0")...UInt8(ascii: "9") where digit != good[9] {
      #expect(!PersonRules.isEcuadorCard(String(decoding: good.dropLast() + [digit], as: UTF8.self)))
    }
  }
}
