import Basics
import Foundation
import Testing

@Suite struct CaseCommandTests {
  /// An installation whose administrator also opens cases.
  private func withWorker(_ body: (DataFolder) throws -> Void) throws {
    try withInstallation { folder in
      try folder.tamper("UPDATE members SET roles = roles || ',case_worker'")
      try body(folder)
    }
  }

  private func write(_ folder: DataFolder, _ name: String, _ text: String) throws -> String {
    let path = folder.path + "/" + name
    try Data(text.utf8).write(to: URL(filePath: path))
    return path
  }

  private func run(_ folder: DataFolder, _ arguments: String...) throws -> Run {
    try Run(["case"] + arguments + ["--as", "ana", "--data", folder.path], input: DataFolder.password + "\n")
  }

  private func count(_ folder: DataFolder, _ sql: String = "SELECT COUNT(*) FROM cases") throws -> Int {
    let run = try Run([folder.path + "/amparo.sqlite", sql], program: URL(filePath: "/usr/bin/sqlite3"))
    return Int(run.output.trimmingCharacters(in: .whitespacesAndNewlines)) ?? -1
  }

  private func register(_ rows: Int) -> String {
    "Nombres,Apellidos,Nacimiento\n"
      + (0..<rows).map { "Rosa \($0),Quispe,\(1960 + $0 % 40)\n" }.joined()
  }

  @Test func aRegisterComesInByItsMapAndGoesOutAsTheStandard() throws {
    try withWorker { folder in
      let file = try write(folder, "a.csv", register(30) + "Luz,Chimbo,31/02/1990\n")
      let shown = try Run(["case", "import", file, "--guess", "--print-map"])
      #expect(shown.code == 0 && shown.output.contains("given_names: Nombres"))
      // What no column says is named all the same.
      let guessed = try run(folder, "import", file, "--guess", "--dry-run", "--language", "en")
      #expect(
        guessed.code == 1 && guessed.errors.contains("a.csv:2: (Kind of case): ")
          && guessed.errors.contains("a.csv:2: (Province): "), "\(guessed.errors.prefix(400))")
      let lines = shown.output.split(separator: "\n").filter { $0 != "fixed: {}" }
      let fixed = "fixed: {kind: trafficking, province: EC-P}"
      let map = try write(folder, "map.yaml", (lines + [fixed[...]]).joined(separator: "\n"))
      let looked = try run(folder, "import", file, "--map", map, "--dry-run", "--language", "en")
      #expect(looked.code == 1 && looked.errors.contains("a.csv:32: Nacimiento: This is no date"), "\(looked.errors)")
      let none = try run(folder, "import", file, "--map", map)
      #expect(none.code == 1 && none.errors.contains("nothing was stored"))
      #expect(try count(folder) == 0)
      let bad = folder.path + "/malas.csv"
      let some = try run(folder, "import", file, "--map", map, "--keep-good-rows", "--refused", bad)
      #expect(some.code == 1 && some.output.contains("30 cases opened, 1 rows refused"), "\(some.output)\(some.errors)")
      #expect(try count(folder) == 30)
      #expect(try String(contentsOfFile: bad, encoding: .utf8).contains("Luz"))
      let again = try run(folder, "import", file, "--map", map, "--keep-good-rows")
      #expect(again.code == 1 && again.errors.contains("ya se trajo"))
      let out = folder.path + "/casos.json"
      let export = try run(
        folder, "export", "--htcds", "-o", out, "--purpose", "coordination", "--with", "identity", "--language", "en")
      #expect(export.code == 0 && export.output.contains("30 cases"), "\(export.errors)")
      let back = try run(folder, "import", "--htcds", out)
      #expect(back.code == 0, "\(back.errors)")
      #expect(try count(folder) == 60)
      #expect(try folder.run("audit", "verify").code == 0)
      #expect(try run(folder, "export", "--htcds", "-o", out, "--purpose", "gossip").errors.contains("purpose"))
      #expect(try run(folder, "import", folder.path + "/nada.csv", "--guess").isOneLineRefusal)
    }
  }

  /// Killed again and again in the middle: called again it goes on, and no row comes twice.
  @Test func anImportThatIsKilledGoesOn() throws {
    try withWorker { folder in
      let rows = 6000
      let file = try write(folder, "a.csv", register(rows))
      let arguments = [
        "case", "import", file, "--guess", "--fixed", "kind=trafficking", "--fixed", "province=EC-P", "--as", "ana",
        "--data", folder.path,
      ]
      var kills = 0
      for _ in 0..<12 {
        let before = try count(folder)
        let started = try Run.Started(arguments, input: DataFolder.password + "\n")
        // Once something of this try is in, the plug is pulled.
        while started.process.isRunning, try count(folder) <= before { usleep(20_000) }
        guard started.process.isRunning else { break }
        kill(started.process.processIdentifier, SIGKILL)
        _ = started.finish()
        kills += 1
        let (cases, done) = (try count(folder), try count(folder, "SELECT done FROM case_imports"))
        #expect(cases == done)
        if cases >= rows / 2 { break }
      }
      #expect(kills > 0)
      let last = try Run(arguments, input: DataFolder.password + "\n")
      #expect(last.code == 0, "\(last.errors)")
      #expect(last.errors.contains("going on after row"))
      #expect(try count(folder) == rows)
      #expect(try count(folder, "SELECT COUNT(DISTINCT person) FROM cases") == rows)
      #expect(try count(folder, "SELECT COUNT(*) FROM case_imports WHERE state = 'finished'") == 1)
      #expect(try folder.run("audit", "verify").code == 0)
    }
  }
}
