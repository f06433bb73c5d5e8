import Foundation
import Testing

@Suite struct ProsecutionCommandTests {
  private static let header = "period,institution,stage,unit,offence,value,document,document_date,certainty\n"
  private static let good = header + "2019,fge,prosecutions,persons,trafficking,12,Carta ficticia,2020-02-01,verified\n"

  private func write(_ folder: DataFolder, _ text: String) throws -> String {
    let path = folder.path + "/counts.csv"
    try Data(text.utf8).write(to: URL(filePath: path))
    return path
  }

  private func run(_ folder: DataFolder, _ arguments: String...) throws -> Run {
    try Run(
      ["prosecution", "import"] + arguments + ["--as", "ana", "--data", folder.path], input: DataFolder.password + "\n")
  }

  @Test func aFileIsCheckedWithoutAStore() throws {
    try withFile(Self.good) { file in
      let run = try Run(["prosecution", "check", file])
      #expect(run.code == 0 && run.output.contains("1 counts, no error"), "\(run.errors)")
    }
    try withFile(Self.good + "2099,fge,nada,persons,trafficking,-1,Juicio 17282-2019-01234,,\n") { file in
      let run = try Run(["prosecution", "check", file, "--language", "en"])
      #expect(run.code == 1 && run.output.contains("\(file):3: stage: ") && run.output.contains("[unreadable]"))
    }
    try withFile(Self.good + "2099,fge,convictions,persons,trafficking,-1,Juicio 17282-2019-01234,,\n") { file in
      let run = try Run(["prosecution", "check", file, "--language", "en"])
      #expect(run.code == 1)
      for problem in ["[future]", "[negative]", "[points_at_somebody]"] { #expect(run.output.contains(problem)) }
    }
    #expect(try Run(["prosecution", "check", "/nowhere.csv"]).isOneLineRefusal)
  }

  @Test func aFileIsTakenInWholeByWhoMay() throws {
    try withInstallation { folder in
      let file = try write(folder, Self.good)
      // An administrator alone may not.
      #expect(try run(folder, file).isOneLineRefusal)
      try folder.tamper("UPDATE members SET roles = roles || ',analyst'")
      let looked = try run(folder, file, "--dry-run")
      #expect(
        looked.code == 0 && looked.output.contains("1 new, 0 known already; nothing was stored"), "\(looked.errors)")
      #expect(try run(folder, file).output.contains("1 lines, 1 new, 0 known already"))
      #expect(try run(folder, file).output.contains("1 lines, 0 new, 1 known already"))
      _ = try write(folder, Self.good.replacing(",12,", with: ",13,"))
      let changed = try run(folder, file, "--language", "en")
      #expect(
        changed.code == 1 && changed.errors.contains("nothing was stored") && changed.errors.contains("[duplicate]"))
      #expect(try folder.run("audit", "verify").code == 0)
    }
  }
}
