import Basics
import CountryPack
import Foundation
import TestSupport
import Testing

@testable import Referrals

@Suite struct MechanismReadingTests {
  private func problems(_ text: String) throws -> [PackProblem] {
    do {
      _ = try MechanismWorld.read(text)
      return []
    } catch let problems as PackProblems { return problems.problems }
  }

  @Test(arguments: [
    ("needs: [housing]\nstart", "needs: [house]\nstart", "“house” is not known"),
    ("kind: ngo", "kind: club", "“club” is not known"),
    ("people: 1", "people: 0", "from 1 to 500"),
    ("version: 2026-11-30", "version: 2026-11-31", "must be a day"),
    ("code: small", "code: Small Town", "small letters"),
    ("name: {es: Fondo, en: Back}", "name: {es: Fondo}", "no text in “en”"),
    ("hours: always", "hours: sometimes", "always, or a list"),
    ("hours: always", "hours: [{days: [mon], from: \"17:00\", until: \"08:00\"}]", "must come after"),
    ("hours: always", "hours: []", "open at some time"),
    ("within: {hours: 24}", "within: {hours: 24, days: 1}", "one of “minutes”"),
    ("within: {hours: 24}", "within: {hours: -1}", "whole number"),
    ("within: {hours: 24}", "within: {hours: 99999999999999999999}", "whole number"),
    ("stay: {days: 10}", "stay: {days: 10, spread: odd}", "none, moderate, wide"),
    ("    stay: {days: 10}\n", "", "go together"),
    ("ends: true", "ends: true\n    next: [{to: first}]", "has no “next”"),
    ("services: [beds]", "services: [beds]\n    desks: [back]", "not both"),
    ("code: back", "code: front", "stands twice"),
    ("source: test\ncertainty", "colour: red\nsource: test\ncertainty", "not a known key"),
    ("name: {es: Pequeño, en: Small}", "name: &a {es: Pequeño, en: Small}", "anchors and aliases"),
    ("provinces: [EC-U]", "provinces: *a", "anchors and aliases"),
  ])
  func whatIsWrittenWronglyIsToldWithItsLine(_ from: String, _ to: String, _ words: String) throws {
    let text = MechanismWorld.sound.replacingOccurrences(of: from, with: to)
    #expect(text != MechanismWorld.sound)
    let found = try problems(text)
    #expect(found.contains { $0.message.contains(words) }, "\(found)")
    #expect(found.allSatisfy { $0.line > 0 && $0.file == "m.yaml" })
  }

  @Test func theLineIsThatOfTheEditor() throws {
    let found = try problems(MechanismWorld.sound.replacingOccurrences(of: "kind: ngo", with: "kind: club"))
    #expect(found.map(\.line) == [MechanismWorld.line(of: "kind: ngo")])
  }

  @Test func hostileFilesAreRefused() throws {
    let deep = String(repeating: "[", count: 100_000)
    let dashes = String(repeating: "- ", count: 100_000) + "a"
    let bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    let large = MechanismWorld.sound + "# " + String(repeating: "x", count: 1_000_001)
    let many = MechanismWorld.sound.replacingOccurrences(
      of: "forms: [sheet]", with: "forms: [\(Array(repeating: "sheet", count: 5000).joined(separator: ", "))]")
    for text in [
      "", "   \n", "- 1\n- 2\n", "{", "a: b: c", "\u{0}", "code: \u{1}", deep, dashes, bomb, large, many, "null", "42",
    ] {
      #expect(throws: PackProblems.self) { _ = try MechanismWorld.read(text) }
    }
  }

  /// Bytes changed at random: it is read or refused, and never ends otherwise; what is read can be checked and shown.
  @Test func damagedFilesAreReadOrRefused() throws {
    var generator = SeededGenerator(seed: testSeed("mechanism files"))
    let whole = Array(MechanismWorld.sound.utf8)
    let terms = try MechanismWorld.terms
    let signs = Array("{}[]:,-&*#\"'|>!%@ \n\t0a".utf8)
    for _ in 0..<250 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes[place] = signs.randomElement(using: &generator) ?? 0
        case 1: bytes.remove(at: place)
        default: bytes.insert(signs.randomElement(using: &generator) ?? 0, at: place)
        }
      }
      guard let mechanism = try? MechanismWorld.read(String(decoding: bytes, as: UTF8.self)) else { continue }
      _ = MechanismCheck(mechanism, terms: terms)
      #expect(MechanismPage(mechanism, terms: terms, language: .spanish).html.hasSuffix("</html>\n"))
      _ = try? MechanismSimulation(mechanism, terms: terms, cases: 50, seed: 1, comparisons: 0)
    }
  }

  @Test func thePageShowsWhatIsWrittenAndRunsNone() throws {
    let attack = "<script>alert(1)</script>\\\" onload='x'"
    let text = MechanismWorld.sound.replacingOccurrences(of: "es: Primero", with: "es: \"\(attack)\"")
      .replacingOccurrences(of: "desks: [front]", with: "desks: []")
    let mechanism = try MechanismWorld.read(text)
    let page = MechanismPage(mechanism, terms: try MechanismWorld.terms, language: .spanish).html
    #expect(!page.contains("<script") && !page.contains("onload='"))
    #expect(page.contains("&lt;script&gt;alert(1)"))
    #expect(page.contains("Lo que falta") && page.contains("sin mesa"))
    let english = MechanismPage(
      try MechanismWorld.shipped("frontera-norte"), terms: try MechanismWorld.terms, language: .english
    ).html
    #expect(english.contains("<html lang=\"en\">") && !english.contains("What is missing"))
    #expect(english.components(separatedBy: "<rect").count - 1 == 6)
    #expect(english.contains("Counter-referral"))
  }
}
