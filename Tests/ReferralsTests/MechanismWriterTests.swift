import Basics
import CountryPack
import TestSupport
import Testing

@testable import Referrals

/// What is written is read back as the same mechanism, whatever it says.
@Suite struct MechanismWriterTests {
  private func again(_ mechanism: Mechanism) throws -> Mechanism {
    try MechanismWorld.read(mechanism.written(terms: try MechanismWorld.terms))
  }

  @Test(arguments: ["frontera-norte", "ejercicio-sucumbios"]) func shippedOnesStayTheSame(_ name: String) throws {
    let mechanism = try MechanismWorld.shipped(name)
    #expect(try again(mechanism).withoutLines == mechanism.withoutLines)
  }

  @Test func everyKeyIsKept() throws {
    let mechanism = try MechanismWorld.read(MechanismWorld.whole)
    let written = mechanism.written(terms: try MechanismWorld.terms)
    #expect(try MechanismWorld.read(written).withoutLines == mechanism.withoutLines)
    // What is left out of a file stays left out: a need that the pack gains later is promised too.
    #expect(
      !(try MechanismWorld.spoilt("needs: [housing]\nstart", "start")).written(terms: try MechanismWorld.terms)
        .contains("\nneeds:"))
    // Writing again changes nothing.
    #expect(try MechanismWorld.read(written).written(terms: try MechanismWorld.terms) == written)
  }

  @Test func oneFieldChangesNothingElse() throws {
    let before = try MechanismWorld.read(MechanismWorld.whole)
    var changed = before
    changed.steps[0].within = .limit(.init(minutes: 90, counts: .working))
    var after = try again(changed)
    #expect(after.steps[0].within == .limit(.init(minutes: 90, counts: .working)))
    after.steps[0].within = before.steps[0].within
    #expect(after.withoutLines == before.withoutLines)
    let parts = MechanismDifference.all(from: before, to: try again(changed))
    #expect(parts.map(\.parts) == [[.within]] && parts.map(\.code) == ["first"])
  }

  @Test func remarksAtTheTopAreKept() throws {
    let text = "# De prueba\n# second: &line *x\n" + MechanismWorld.sound
    let written = try MechanismWorld.read(text).written(
      terms: try MechanismWorld.terms, remarks: Mechanism.remarks(of: text))
    #expect(written.hasPrefix("# De prueba\n# second: &line *x\ncode: small\n"))
    #expect(try MechanismWorld.read(written).withoutLines == MechanismWorld.read(text).withoutLines)
  }

  /// Texts that mean something to YAML, to the guard before it, or to a page.
  static let texts = [
    "&ancla", "*alias", "a: b, c: d", "\"cita\", &x \"*y", "it's , *z", "{x}", "[x", "]", "# nada", "a # b", "- uno",
    "? clave", "yes", "null", "~", "007", "1e5", "2026-12-01", "línea uno\nlínea dos\n\n  sangría", "\ttabulador",
    " espacio ",
    "\\ barra \\n \\x22", "comillas \\\" , &x", "\u{2028}\u{2029}\u{FEFF}\u{85}\u{A0}", "ñandú 👩🏽‍⚕️ \u{10FFFF}",
    "<b>&amp;</b>", "%TAG", "@x", "`x`", "|", ">", "!", "e\u{301}", "---", "...", "{{x}}", "\u{7}\u{1B}[31m",
  ]

  @Test(arguments: texts) func hostileTextsAreTexts(_ text: String) throws {
    var mechanism = try MechanismWorld.read(MechanismWorld.whole)
    let localized = LocalizedText(es: text, en: "en " + text)
    mechanism.name = localized
    mechanism.source = text
    mechanism.steps[0].handover = localized
    mechanism.steps[0].next[0].when = localized
    mechanism.desks[0].name = localized
    let read = try again(mechanism)
    #expect(read.withoutLines == mechanism.withoutLines)
    // Equal as text may still differ in its bytes.
    #expect(Array(read.source.unicodeScalars) == Array(text.unicodeScalars))
  }

  @Test func anyMechanismIsReadBack() throws {
    let seed = testSeed("mechanism writer")
    let terms = try MechanismWorld.terms
    for round in 0..<150 {
      var maker = MechanismMaker(seed: seed &+ UInt64(round), terms: terms)
      let mechanism = maker.mechanism()
      let written = mechanism.written(terms: terms)
      do {
        let read = try MechanismWorld.read(written)
        #expect(read.withoutLines == mechanism, "round \(round)\n\(written)")
      } catch let problems as PackProblems {
        Issue.record("round \(round): \(problems.problems.prefix(3))\n\(written.prefix(2000))")
      }
    }
  }
}

/// Mechanisms at random, as wild as the format allows.
private struct MechanismMaker {
  var random: SeededGenerator
  let terms: MechanismTerms

  init(seed: UInt64, terms: MechanismTerms) {
    random = SeededGenerator(seed: seed)
    self.terms = terms
  }

  private mutating func flip() -> Bool { Bool.random(using: &random) }
  private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

  private mutating func pick(_ codes: [String]) -> [String] {
    flip() ? [] : Array(codes.shuffled(using: &random).prefix(number(0...codes.count)))
  }

  private mutating func one(_ codes: [String]) -> String { codes[number(0...(codes.count - 1))] }

  private mutating func string() -> String {
    let signs = Array("abz ñÉ09\"'\\:,#&*{}[]-?!|>%@`~\n\t\u{2028}👩🏽<>.").map(String.init)
    let text = (0..<number(1...12)).map { _ in one(signs) }.joined()
    return flip() ? text : one(MechanismWriterTests.texts)
  }

  private mutating func text() -> LocalizedText { LocalizedText(es: string(), en: string()) }
  private mutating func day() -> CalendarDay { CalendarDay(daysSince1970: number(10_000...30_000)) }
  private mutating func certainty() -> Certainty { Certainty.allCases[number(0...(Certainty.allCases.count - 1))] }

  private mutating func group() -> Mechanism.Group {
    .init(
      needs: pick(terms.needs.map(\.code)), ages: pick(terms.ages.map(\.code)), sexes: pick(terms.sexes.map(\.code)),
      provinces: pick(terms.provinces.map(\.iso)))
  }

  private mutating func duration(_ most: Int) -> Mechanism.Duration {
    .init(mean: flip() ? number(1...most) : 60 * number(1...(most / 60)), spread: flip() ? .none : .moderate)
  }

  private mutating func reference(_ codes: [String]) -> Mechanism.Reference {
    .init(flip() ? one(codes) : one(["nobody", "n", "12", "true", "2026-12-01", "x: y"]))
  }

  private mutating func hours() -> Mechanism.OpeningHours {
    if flip() { return .always }
    return .weekly(
      (0..<number(1...4)).map { _ in
        let from = number(0...1438)
        return .init(
          days: Array((0..<7).shuffled(using: &random).prefix(number(1...7))), from: from,
          until: flip() ? 1440 : number((from + 1)...1440))
      })
  }

  private mutating func desk(_ code: String, _ codes: [String]) -> Mechanism.Desk {
    .init(
      code: code, name: text(), kind: one(terms.kinds.map(\.code)), provinces: pick(terms.provinces.map(\.iso)),
      people: number(1...500), hours: hours(), keepsHolidays: flip(), outOfHours: flip() ? reference(codes) : nil,
      alternate: flip() ? reference(codes) : nil, source: string(), certainty: certainty())
  }

  private mutating func service(_ code: String, _ desks: [String]) -> Mechanism.Service {
    var group = group()
    if group.needs.isEmpty { group.needs = [one(terms.needs.map(\.code))] }
    let hasPlaces = flip()
    return .init(
      code: code, name: text(), desk: reference(desks), service: one(terms.services.map(\.code)), group: group,
      places: hasPlaces ? number(1...10_000) : nil, stay: hasPlaces ? duration(5_256_000) : nil, source: string(),
      certainty: certainty())
  }

  private mutating func step(_ code: String, _ all: (steps: [String], desks: [String], services: [String]))
    -> Mechanism.Step
  {
    let ends = flip()
    let hasDesks = flip()
    var step = Mechanism.Step(code: code, name: text(), text: text(), work: duration(43_200), ends: ends)
    if hasDesks { step.desks = (0..<number(0...3)).map { _ in reference(all.desks) } }
    if !hasDesks { step.services = (0..<number(0...3)).map { _ in reference(all.services) } }
    switch number(0...2) {
    case 0: step.within = .urgency
    case 1: step.within = .limit(.init(minutes: number(1...5_256_000), counts: flip() ? .working : .calendar))
    default: break
    }
    if flip() { step.law = reference(["formal-decision"]) }
    if flip() { step.handover = text() }
    if flip() { step.feedback = text() }
    step.forms = (0..<number(0...2)).map { _ in reference(["sheet"]) }
    if !ends {
      for _ in 0..<number(0...4) {
        step.next.append(
          .init(
            to: reference(all.steps), group: group(), share: number(1...1000), when: flip() ? text() : nil))
      }
    }
    return step
  }

  mutating func mechanism() -> Mechanism {
    let names = ["x", "no", "007", "a-b", "c_d", "null", "detection-1"]
    let desks = Array(names.prefix(number(0...7)))
    let services = Array(names.prefix(number(0...7)))
    let steps = Array(names.prefix(number(1...7)))
    let all = (steps, desks.isEmpty ? ["nobody"] : desks, services.isEmpty ? ["nothing"] : services)
    let from = flip() ? day() : nil
    let needs = pick(terms.needs.map(\.code))
    let provinces = pick(terms.provinces.map(\.iso))
    var mechanism = Mechanism(
      code: one(names), name: text(), text: text(), version: day(), from: from,
      until: flip() ? from.map { $0.adding(days: 30) } ?? day() : nil, source: string(), certainty: certainty(),
      provinces: provinces.isEmpty ? ["EC-U"] : provinces, needs: needs.isEmpty ? terms.needs.map(\.code) : needs,
      start: reference(steps), holidays: flip() ? [day(), day()] : [],
      desks: desks.map { desk($0, all.1) }, services: services.map { service($0, all.1) },
      steps: steps.map { step($0, all) })
    mechanism.forms = names.prefix(number(0...3)).map { .init(code: $0, name: text()) }
    for _ in 0..<number(0...3) {
      mechanism.arrivals.append(
        .init(
          perYear: number(1...1_000_000), group: group(), urgency: one(terms.urgencies.map(\.code)), source: string(),
          certainty: certainty()))
    }
    if flip() {
      mechanism.pattern = .init(
        days: [1] + (1..<7).map { _ in number(0...1000) }, hours: [2] + (1..<24).map { _ in number(0...1000) })
    }
    return mechanism.withoutLines
  }
}
