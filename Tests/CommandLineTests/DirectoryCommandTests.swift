import Foundation
import Testing

@Suite struct DirectoryCommandTests {
  private let demonstration = Run.place("Packs/ecuador/directory/demonstration.json")

  @Test func theShippedDirectoryIsSoundAndClearlyFictional() throws {
    let run = try Run(["directory", "import", demonstration, "--json"])
    #expect(run.code == 0, "\(run.errors)")
    #expect(run.object["problem_count"] as? Int == 0)
    #expect((run.object["taken"] as? Int ?? 0) >= 10)
    #expect(run.object["stored"] as? Int == 0)
    let text = try String(contentsOfFile: demonstration, encoding: .utf8)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    for service in try #require(object["services"] as? [[String: Any]]) {
      #expect((service["description"] as? String ?? "").contains("ficticia"))
      for phone in service["phones"] as? [[String: Any]] ?? [] {
        #expect((phone["number"] as? String ?? "").hasPrefix("000 "))
      }
    }
  }

  @Test func exportIsTheSameBytes() throws {
    let run = try Run(["directory", "export", "--hsds"])
    #expect(run.code == 0)
    #expect(run.output == (try String(contentsOfFile: demonstration, encoding: .utf8)))
    #expect(run.output.contains(#""location_type":"redacted""#))
  }

  @Test func aProblemNamesFileLineAndPathAndNothingIsWritten() throws {
    let folder = NSTemporaryDirectory() + "amparo-directory-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (file, output) = (folder + "/in.json", folder + "/out.json")
    let good =
      #"{"id": "a", "name": "N", "status": "active", "organization": {"id": "o", "name": "O", "description": ""}}"#
    let bad = good.replacing(#""id": "a""#, with: #""id": "b", "minimum_age": "x""#)
    try "[\n\(good),\n\(bad)]".write(toFile: file, atomically: true, encoding: .utf8)
    let refused = try Run(["directory", "import", file, "-o", output])
    #expect(refused.code == 1)
    #expect(refused.isOneLineRefusal)
    #expect(refused.errors.hasPrefix("amparo: \(file):3: $[1].minimum_age"))
    #expect(!FileManager.default.fileExists(atPath: output))
    let kept = try Run(["directory", "import", file, "-o", output, "--keep-good", "--json"])
    #expect(kept.code == 1)
    #expect(kept.object["taken"] as? Int == 1)
    let problems = try #require(kept.object["problems"] as? [[String: Any]])
    #expect(problems.map { $0["path"] as? String } == ["$[1].minimum_age"])
    #expect(problems.map { $0["line"] as? Int } == [3])
    #expect(try Run(["directory", "import", output]).code == 0)
  }

  @Test func suggestsWithReasons() throws {
    let boys = try Run([
      "directory", "suggest", "--need", "shelter", "--province", "EC-U", "--age", "14", "--sex", "male", "--at",
      "2026-12-01T22:00", "--json",
    ])
    let found = try #require(try JSONSerialization.jsonObject(with: Data(boys.output.utf8)) as? [[String: Any]])
    // In this directory no shelter of Sucumbíos takes boys over 12: only one elsewhere is left, and it says so.
    #expect(found.map { $0["service"] as? String } == ["demo-service-manglar-acogida"])
    #expect((found[0]["because"] as? [String])?.contains("it is there for other provinces") == true)
    let text = try Run([
      "directory", "suggest", "--need", "legal", "--near", "-0.18,-78.47", "--at", "2026-12-01T10:00",
    ])
    #expect(text.output.contains("before the next one by: eligibility"), "\(text.output)")
  }

  @Test(arguments: [
    (["search", "--need", "magic"], "magic"), (["search", "--near", "200,1"], "--near"),
    (["search", "--at", "x"], "--at"),
    (["search", "--age", "200"], "--age"), (["search", "--within", "5"], "--near"), (["export"], "--hsds"),
    (["search", "--limit", "0"], "--limit"), (["import", "/nowhere/at/all.json"], "missing"),
    (["search", "--in", "/nowhere/at/all.json"], "missing"), (["search", "--sex", "x"], "female"),
  ]) func aMistakeIsOneLineAndNonZero(_ arguments: [String], _ words: String) throws {
    let run = try Run(["directory"] + arguments)
    #expect(run.isOneLineRefusal, "\(run.errors)")
    #expect(run.errors.contains(words), "\(run.errors)")
  }

  @Test(arguments: ["", "[", "\u{0}", "{}", "[1]", String(repeating: "[", count: 5000)])
  func aBrokenFileIsOneLine(_ input: String) throws {
    let run = try Run(["directory", "import", "-"], input: input)
    #expect(run.code == 1)
    #expect(run.isOneLineRefusal, "\(run.errors)")
  }

  @Test func onlyACoordinatorStores() throws {
    try withInstallation { folder in
      let run = try folder.run("directory", "import", demonstration, "--as", "ana", input: DataFolder.password + "\n")
      #expect(run.isOneLineRefusal, "\(run.output)\(run.errors)")
      #expect(run.errors.contains("does not allow it"))
      let export = try folder.run("directory", "export", "--hsds", "--as", "ana", input: "falsa\n")
      #expect(export.isOneLineRefusal)
    }
  }
}
