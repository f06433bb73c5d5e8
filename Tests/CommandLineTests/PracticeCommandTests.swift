import Foundation
import Testing

@Suite struct ExercisesCommandTests {
  private static let story = """
    :: StoryTitle
    Bus

    :: StoryData
    {"ifid": "0b5e6c0e-7d7c-4a57-9c51-2d1f7b0a9a11"}

    :: Start [tool]
    Hello
    [[On->end]]

    :: end
    Bye
    """

  @Test func printsEveryPassage() throws {
    let run = try Run(["exercises", "check", "-", "--json"], input: Self.story)
    #expect(run.code == 0, "\(run.errors)")
    #expect(run.object["title"] as? String == "Bus")
    #expect(run.object["ifid"] as? String == "0B5E6C0E-7D7C-4A57-9C51-2D1F7B0A9A11")
    #expect(run.object["start"] as? String == "Start")
    let passages = try #require(run.object["passages"] as? [[String: Any]])
    #expect(passages.map { $0["name"] as? String } == ["Start", "end"])
    #expect(passages[0]["tags"] as? [String] == ["tool"] && passages[1]["isEnd"] as? Bool == true)
    let links = try #require(passages[0]["links"] as? [[String: Any]])
    #expect(links[0]["target"] as? String == "end" && links[0]["line"] as? Int == 9)
    let plain = try Run(["exercises", "check", "-"], input: Self.story)
    #expect(plain.output == "-:7: Start -> end\n-:11: end\n-: sound, 2 passages, 1 of them ends.\n")
  }

  @Test func everyMistakeIsNamedWithItsLine() throws {
    let broken = Self.story.replacingOccurrences(of: "->end]]", with: "->nowhere]] <<set $x to 1>>")
    let run = try Run(["exercises", "check", "-"], input: broken)
    #expect(run.code == 1 && run.output.isEmpty)
    #expect(run.errors.contains("amparo: -:9: there is no passage “nowhere”\n"))
    #expect(run.errors.contains("amparo: -:9: macros (“<<…>>”) are not read: a story is read, never run\n"))
    #expect(run.errors.contains("amparo: -:11: no way leads to the passage “end”\n"))
    let json = try Run(["exercises", "check", "-", "--json"], input: broken)
    let first = try #require(json.output.split(separator: "\n").first)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(first.utf8)) as? [String: Any])
    #expect(json.code == 1 && (object["problems"] as? [[String: Any]])?.count == 4)
    #expect(try Run(["exercises", "check", "/no/such"]).code == 2)
  }
}

@Suite struct PracticeServerTests {
  /// Starts a server with practice and stops it after `body`.
  private func serve(_ folder: DataFolder, _ port: Int, _ body: () throws -> Void = {}) throws -> Run {
    let server = try Run.Started(
      ["serve", "--data", folder.path, "--port", "0", "--practice-port", String(port)])
    for _ in 0..<100 where try status(port) != "200" { Thread.sleep(forTimeInterval: 0.1) }
    let result = Result { try body() }
    server.process.terminate()
    let run = server.finish()
    try result.get()
    return run
  }

  private func status(_ port: Int) throws -> String {
    try Run(
      ["-s", "-o", "/dev/null", "-w", "%{http_code}", "http://127.0.0.1:\(port)/health"],
      program: URL(filePath: "/usr/bin/curl")
    ).output
  }

  @Test func practiceHasAStoreAndASecretOfItsOwn() throws {
    try withInstallation { folder in
      let port = Int.random(in: 20_000..<30_000)
      var run = try serve(folder, port) {
        #expect(try status(port) == "200")
        // Both listen, or none does.
        try withInstallation { other in
          let taken = try other.run("serve", "--port", "0", "--practice-port", String(port))
          #expect(taken.code == 2 && taken.errors.contains("can't listen"))
        }
      }
      #expect(run.code == 0 && run.errors.isEmpty, "\(run.errors)")
      #expect(run.output.contains("practice listens on 127.0.0.1:\(port)"))
      let files = FileManager.default
      func bytes(_ name: String) -> Data? { files.contents(atPath: folder.path + "/" + name) }
      #expect(bytes("practice/secret/root") != nil && bytes("practice/secret/root") != bytes("secret/root"))
      for path in ["practice", "practice/secret"] {
        let mode = try files.attributesOfItem(atPath: folder.path + "/" + path)[.posixPermissions] as? NSNumber
        #expect(mode?.intValue == 0o700)
      }
      // The live store has none of practice's tables, before and after.
      let tables = try Run(
        [folder.path + "/amparo.sqlite", ".tables"], program: URL(filePath: "/usr/bin/sqlite3"))
      #expect(tables.output.contains("agencies") && !tables.output.contains("practice"))
      run = try serve(folder, port)
      #expect(run.code == 0)
      // A store without its secret is not given another.
      try files.removeItem(atPath: folder.path + "/practice/secret/root")
      let lost = try folder.run("serve", "--port", "0", "--practice-port", String(port))
      #expect(lost.isOneLineRefusal && lost.errors.contains("the root secret is missing"))
      // A live store never becomes practice's.
      try files.removeItem(atPath: folder.path + "/practice")
      try files.createDirectory(atPath: folder.path + "/practice", withIntermediateDirectories: true)
      try files.copyItem(atPath: folder.path + "/amparo.sqlite", toPath: folder.path + "/practice/amparo.sqlite")
      let mixed = try folder.run("serve", "--port", "0", "--practice-port", String(port))
      #expect(mixed.isOneLineRefusal && mixed.errors.contains("in use for something else"))
    }
  }

  @Test func whatIsMissingIsSaid() throws {
    try withInstallation { folder in
      let unnamed = try folder.run(
        "serve", "--port", "0", "--practice-port", "8081", "--public-address", "https://amparo.example.org")
      #expect(unnamed.isOneLineRefusal && unnamed.errors.contains("--practice-address"))
      for wrong in [
        ["--practice-port", "0"], ["--practice-port", "x"], ["--practice-address", "ftp://x"],
        ["--practice-database", "./x"],
      ] {
        let run = try Run(["serve", "--data", folder.path, "--port", "0"] + wrong)
        #expect(run.isOneLineRefusal && run.code == 64, "\(wrong)")
      }
    }
  }
}
