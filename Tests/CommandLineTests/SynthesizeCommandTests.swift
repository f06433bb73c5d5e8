import Foundation
import Testing

@Suite struct SynthesizeCommandTests {
  private static let facts: String = {
    let rows: [String] = (0..<400).map { row in
      let (form, sex, province) = (row * row % 7, row % 2, row * 5 % 11 % 4)
      return "\(row),f\(form),s\(sex),p\(province)"
    }
    return (["id,form,sex,province"] + rows).joined(separator: "\n")
  }()

  private func withPlaces(_ body: (_ facts: String, _ out: String, _ report: String) throws -> Void) throws {
    try withFile(Self.facts) { file in
      defer { for end in [".out", ".json"] { try? FileManager.default.removeItem(atPath: file + end) } }
      try body(file, file + ".out", file + ".json")
    }
  }

  @Test(arguments: [
    ["--method", "kanonymous", "--k", "5"], ["--method", "kanonymous", "--k", "5", "--from", "aggregates"],
  ])
  func noCombinationIsRarerThanK(_ method: [String]) throws {
    try withPlaces { file, out, report in
      let run = try Run(
        ["synthesize", file] + method + ["--length", "3", "--seed", "1", "-o", out, "--report", report])
      #expect(run.code == 0, "\(run.errors)")
      let rows = { (path: String, dropped: Int) in
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").dropFirst().map { line in
          line.split(separator: ",", omittingEmptySubsequences: false).dropFirst(dropped).map(String.init)
        }
      }
      let real = try rows(file, 1)
      for row in Set(try rows(out, 0)) {
        let sharing = real.count { other in zip(row, other).allSatisfy { $0.isEmpty || $0 == $1 } }
        #expect(sharing >= 5, "\(row)")
      }
      let json = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: report))) as? [String: Any]
      let lengths = try #require(json?["lengths"] as? [[String: Any]])
      #expect(lengths.prefix(3).allSatisfy { $0["leaked"] as? Int == 0 })
    }
  }

  @Test func equalSeedsGiveEqualFiles() throws {
    try withPlaces { file, out, report in
      var files: [Data] = []
      for _ in 0..<2 {
        let run = try Run([
          "synthesize", file, "--method", "dp", "--epsilon", "4", "--delta", "0.0001", "--length", "2", "--seed", "9",
          "-o",
          out, "--report", report,
        ])
        #expect(run.code == 0, "\(run.errors)")
        files.append(try Data(contentsOf: URL(filePath: out)) + Data(contentsOf: URL(filePath: report)))
      }
      #expect(files[0] == files[1])
    }
  }

  @Test(arguments: [
    (["--method", "dp", "--epsilon", "0"], "ε must be above 0"), (["--method", "kanonymous", "--k", "1"], "k must be"),
    (["--method", "dp", "--epsilon=-1"], "ε must be above 0"),
    (["--method", "kanonymous", "--length", "4"], "above the number of columns"),
    (["--method", "magic"], "kanonymous or dp"), (["--method", "dp", "--delta", "2"], "δ must be"),
    (["--method", "kanonymous", "--k", "500"], "only 400 rows"),
  ]) func mistakesAreOneSentenceAndNothingIsWritten(_ arguments: [String], _ words: String) throws {
    try withPlaces { file, out, report in
      let run = try Run(["synthesize", file] + arguments + ["-o", out, "--report", report])
      #expect(run.isOneLineRefusal, "\(run.errors)")
      #expect(run.errors.contains(words), "\(run.errors)")
      #expect(!FileManager.default.fileExists(atPath: out) && !FileManager.default.fileExists(atPath: report))
    }
  }

  @Test func aReportThatCannotBeWrittenLeavesNothing() throws {
    try withPlaces { file, out, _ in
      let run = try Run([
        "synthesize", file, "--method", "kanonymous", "--length", "2", "-o", out, "--report", "/nowhere/r.json",
      ])
      #expect(run.isOneLineRefusal)
      #expect(!FileManager.default.fileExists(atPath: out))
      #expect(try Run(["synthesize", file, "--method", "kanonymous", "-o", file]).isOneLineRefusal)
    }
  }
}
