import Foundation
import Testing

@Suite struct DemoCommandTests {
  @Test func theDemonstrationIsMadeOnceAndKept() throws {
    try withDataFolder { folder in
      let first = try folder.run("demo", "--prepare-only", "--cases", "3", "--json")
      #expect(first.code == 0, "\(first.errors)")
      let members = try #require(first.object["members"] as? [[String: Any]])
      #expect(members.count >= 20)
      let before = try folder.run("audit", "verify", "--json")
      #expect(before.code == 0, "\(before.errors)")
      #expect((before.object["entries"] as? Int ?? 0) > 50)
      let again = try folder.run("demo", "--prepare-only", "--cases", "3")
      #expect(again.code == 0)
      #expect(again.output.contains("kept as it is"))
      #expect(again.output.contains("marta"))
      let after = try folder.run("audit", "verify", "--json")
      #expect(after.object["root"] as? String == before.object["root"] as? String)
    }
  }

  @Test func aRealInstallationIsNeverFilledWithMadeUpContent() throws {
    try withInstallation { folder in
      let run = try folder.run("demo", "--prepare-only")
      #expect(run.isOneLineRefusal)
      #expect(run.errors.contains("no demonstration"))
    }
  }

  @Test func whatWasBrokenOffIsMadeAnew() throws {
    try withDataFolder { folder in
      let making = folder.path + "/making/secret"
      try FileManager.default.createDirectory(atPath: making, withIntermediateDirectories: true)
      try Data("half".utf8).write(to: URL(filePath: folder.path + "/making/amparo.sqlite"))
      #expect(try folder.run("demo", "--prepare-only", "--cases", "1").code == 0)
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/making"))
      #expect(try folder.run("audit", "verify").code == 0)
    }
  }
}

@Suite struct ServeCommandTests {
  /// Starts a server on a free port, and stops it afterwards.
  private func withServer(_ folder: DataFolder, _ body: (Int) throws -> Void) throws -> Run {
    let server = try Run.Started(["serve", "--data", folder.path, "--port", "0"])
    let line = server.firstLine()
    let port = Int(line.split(separator: ":").dropFirst().first?.prefix { $0.isNumber } ?? "") ?? 0
    #expect(port > 0, "\(line)")
    do { try body(port) } catch {
      server.process.terminate()
      _ = server.finish()
      throw error
    }
    server.process.terminate()
    return server.finish()
  }

  @Test func itServesUntilItIsToldToStopAndSigns() throws {
    try withInstallation { folder in
      let run = try withServer(folder) { port in
        let page = try Run(
          ["-s", "-o", "/dev/null", "-w", "%{http_code}", "http://127.0.0.1:\(port)/es"],
          program: URL(filePath: "/usr/bin/curl"))
        #expect(page.output == "200")
        let second = try folder.run("serve", "--port", "0")
        #expect(second.isOneLineRefusal)
        #expect(second.errors.contains("another amparo is at work"))
        // While it runs, others may read and back up.
        #expect(try folder.run("agency", "list").code == 0)
        let file = folder.path + "/while-running.tar"
        #expect(try folder.run("backup", file).code == 0)
      }
      #expect(run.code == 0, "\(run.errors)")
      #expect(run.errors.isEmpty)
      let log = try folder.run("audit", "verify", "--json")
      #expect(log.object["signedUpTo"] as? Int == log.object["entries"] as? Int)
    }
  }

  @Test func aTakenPortIsOneLine() throws {
    try withInstallation { folder in
      _ = try withServer(folder) { port in
        try withInstallation { other in
          let run = try other.run("serve", "--port", "\(port)")
          #expect(run.isOneLineRefusal)
          #expect(run.errors.contains("can't listen"))
        }
      }
    }
  }
}
