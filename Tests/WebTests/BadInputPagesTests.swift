import Accounts
import Basics
import Casework
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Web

/// Bad input in the pages of a case: the sentence beside the field, and nothing else that was typed is lost.
@Suite struct BadInputPagesTests {
  /// What is typed into one field of the opening form, and the sentence that must stand there.
  private static let wrong: [(field: String, text: String, sentence: String)] = [
    ("birth", "1990-02-30", "Escriba el día como 1990-02-28"), ("birth", "1707", "Nadie vivo nació en esa fecha"),
    ("birth", "2999", "está en el futuro"), ("birth", "ayer", "Escriba el día como"),
    ("document_number", "1710034066", "no es el número de una cédula"),
    ("given_names", "\u{202E}asoR", "caracteres ocultos"), ("surnames", "Qui\u{200B}spe", "caracteres ocultos"),
    ("given_names", "Ro\u{7}sa", "caracteres que no se ven"), ("nationality", "\u{1B}[31m", "caracteres que no se ven"),
    ("narrative", "a\u{0}b", "caracteres que no se ven"), ("contact_how", "a\u{2066}b", "caracteres ocultos"),
    ("surnames", String(repeating: "x", count: 121), "como máximo 120"),
    ("contact_when", String(repeating: "x", count: 301), "como máximo 300"),
    ("narrative", String(repeating: "palabra ", count: 2501), "como máximo 20000"),
    // Ten megabytes: what is kept of it is its beginning.
    ("narrative", String(repeating: "palabras", count: 1_310_000), "como máximo 20000"),
    ("needs_note", String(repeating: "ñ", count: 20_001), "como máximo 20000"),
  ]

  @Test func theOpeningFormSaysWhatIsWrongBesideTheFieldAndKeepsTheRest() async throws {
    try await withOpenCase(.sqlite) { house, browser, _ in
      let name = try await browser.get("/cases/new")
      let details = try await browser.submit(name, ["given_names": "Luz"], action: "/cases/new")
      let typed = [
        "surnames": "Yumbolema", "birth": "1990", "document_kind": "cedula", "kind": "trafficking", "province": "EC-P",
        "other_names": "La Colorada", "contact_how": "Por la tarde", "health": "",
      ]
      for (field, text, sentence) in Self.wrong {
        let page = try await browser.submit(details, typed.merging([field: text]) { $1 }, action: "/cases/new")
        #expect(page.status == .unprocessableContent, "\(field) \(text.prefix(20))")
        let mark = "id=\"f-\(field.replacing("_", with: "-"))-error\""
        let beside = page.text.range(of: mark).map { page.text[$0.upperBound...].prefix(300) }
        #expect(beside?.contains(sentence) == true, "\(field) \(text.prefix(20))")
        let kept = try #require(browser.forms(page).first { $0.action == "/cases/new" }).fields
        for (other, value) in typed where other != field && !value.isEmpty {
          #expect(kept.contains { $0.0 == other && $0.1 == value }, "\(other) after \(field)")
        }
        if text.utf8.count < 1000, !text.unicodeScalars.contains(where: { $0.value < 32 }) {
          #expect(kept.contains { $0.0 == field && $0.1 == text }, "\(field) is there to be mended")
        }
      }
      #expect(!(try await browser.get("/cases")).contains("Yumbolema"))
    }
  }

  /// Two colleagues have the same part open: the second sees both and decides, and nothing of either is lost.
  @Test(arguments: TestEngine.available) func ofTwoWhoEditAtOnceNeitherLosesAnything(_ engine: Engine) async throws {
    try await withOpenCase(engine) { house, first, address in
      let second = TestBrowser(house)
      try await second.signIn("supervisor")
      for part in ["narrative", "health", "legal"] {
        let path = "\(address)/edit/\(part)"
        let (one, two) = (try await first.get(path), try await second.get(path))
        #expect(try await first.submit(one, [part: "Lo de la primera"], action: path).status == .seeOther)
        let clash = try await second.submit(two, [part: "Lo de la segunda"], action: path)
        #expect(clash.status == .conflict, "\(part)")
        #expect(clash.contains("Lo de la primera") && clash.contains("Lo de la segunda"), "\(part)")
        // Nothing is overwritten before the second decides; then it is, and the first is in what she saw.
        #expect(try await first.get(address).contains("Lo de la primera"))
        let both = try await second.submit(clash, [part: "Lo de la primera. Lo de la segunda"], action: path)
        #expect(both.status == .seeOther)
        #expect(try await first.get(address).contains("Lo de la primera. Lo de la segunda"))
        // Sending the old form once more does not undo it.
        #expect(try await first.submit(one, [part: "Otra vez"], action: path).status == .conflict)
        #expect(try await first.get(address).contains("Lo de la primera. Lo de la segunda"))
      }
    }
  }

  /// Many at once on one part: exactly one of each round is stored, and every other is told.
  @Test(arguments: TestEngine.available) func ofManyWhoSaveTogetherOneIsStored(_ engine: Engine) async throws {
    try await withOpenCase(engine) { house, _, address in
      let id = try #require(CaseID(String(address.dropFirst("/cases/".count))))
      let actor = try await house.actor("worker")
      for round in 0..<5 {
        let outcomes = await withTaskGroup(of: Bool?.self) { group in
          for number in 0..<8 {
            group.addTask {
              do {
                try await house.desks.cases.edit(actor, id, .legal("Ronda \(round), \(number)"), seen: round)
                return true
              } catch let refusal as Refusal { return refusal.kind == .conflict ? false : nil } catch { return nil }
            }
          }
          return await group.reduce(into: [Bool?]()) { $0.append($1) }
        }
        #expect(outcomes.count { $0 == true } == 1 && outcomes.count { $0 == false } == 7, "\(outcomes)")
      }
      #expect(try await house.desks.cases.file(actor, id).legal?.revision == 5)
    }
  }
}
