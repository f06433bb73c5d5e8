import Foundation
import Testing

@Suite struct MechanismCommandTests {
  private static let sound = "Packs/ecuador/mechanisms/frontera-norte.yaml"
  private static let exercise = "Packs/ecuador/mechanisms/ejercicio-sucumbios.yaml"

  @Test func checkNamesGapsAndEndsWithOne() throws {
    let good = try Run(["mechanism", "check", Self.sound, "--json"])
    #expect(good.code == 0, "\(good.errors)")
    #expect(good.object["sound"] as? Bool == true)
    let bad = try Run(["mechanism", "check", Self.exercise, "--json"])
    #expect(bad.code == 1)
    let findings = try #require(bad.object["findings"] as? [[String: Any]])
    let missed = try #require(findings.first { $0["code"] as? String == "need_without_service" })
    #expect((missed["people"] as? [String: [String]])?["sexes"] == ["male"])
    #expect((missed["people"] as? [String: [String]])?["provinces"] == ["EC-U"])
    #expect((missed["says"] as? [String: String])?.keys.sorted() == ["en", "es"])
    #expect(findings.allSatisfy { ($0["line"] as? Int ?? 0) > 0 })
    let words = try Run(["mechanism", "check", Self.exercise, "--language", "en"])
    #expect(words.output.contains("[step_without_desk]") && words.output.contains("9 gaps"))
  }

  @Test func simulateRepeatsItself() throws {
    let arguments = ["mechanism", "simulate", Self.sound, "--cases", "1500", "--seed", "7", "--seeds", "2", "--json"]
    let first = try Run(arguments)
    #expect(first.code == 0, "\(first.errors)")
    #expect(try Run(arguments).output == first.output)
    #expect(first.object["cases"] as? Int == 1500)
    let steps = try #require(first.object["steps"] as? [[String: Any]])
    #expect(steps.count == 6)
    #expect((steps[0]["waits"] as? [String: Any])?["medianMinutes"] is Int)
    let more = try #require((first.object["oneMore"] as? [String: Any])?["changes"] as? [[String: Any]])
    #expect(more.contains { $0["kind"] as? String == "place" })
    let words = try Run(["mechanism", "simulate", Self.sound, "--cases", "200", "--seeds", "0", "--language", "en"])
    #expect(words.output.contains("200 cases in"))
  }

  @Test func exportWritesAPage() throws {
    let place = FileManager.default.temporaryDirectory.appending(path: "mechanism-\(UUID()).html")
    defer { try? FileManager.default.removeItem(at: place) }
    let run = try Run(["mechanism", "export", Self.exercise, "-o", place.path, "--language", "en"])
    #expect(run.code == 0 && run.output.isEmpty, "\(run.errors)")
    let page = try String(contentsOf: place, encoding: .utf8)
    #expect(page.contains("<svg") && page.contains("What is missing") && !page.contains("<script"))
  }

  @Test func mistakesAreOneSentence() throws {
    try withFile("code: x\ncolour: red\n") { file in
      let run = try Run(["mechanism", "check", file])
      #expect(run.code == 1 && run.output.isEmpty)
      #expect(run.errors.contains("\(file):2: “colour” is not a known key"))
      let told = try Run(["mechanism", "check", file, "--json"])
      #expect((told.object["problems"] as? [[String: Any]])?.contains { $0["line"] as? Int == 2 } == true)
    }
    try withFile("[[[[") { file in
      let run = try Run(["mechanism", "simulate", file])
      #expect(run.isOneLineRefusal, "\(run.errors)")
    }
    for arguments in [
      ["check", "/nowhere.yaml"], ["simulate", Self.sound, "--cases", "0"], ["simulate", Self.sound, "--seed", "-1"],
      ["check", Self.sound, "--language", "qu"], ["export", Self.sound, "-o", "/nowhere/page.html"],
    ] {
      let run = try Run(["mechanism"] + arguments)
      #expect(run.isOneLineRefusal, "\(arguments): \(run.errors)")
    }
  }
}
