import Foundation
import Testing

/// A file that is gone afterwards.
func withFile(_ text: String, _ body: (String) throws -> Void) throws {
  let place = FileManager.default.temporaryDirectory.appending(path: "amparo-\(UUID()).csv")
  try Data(text.utf8).write(to: place)
  defer { try? FileManager.default.removeItem(at: place) }
  try body(place.path)
}

@Suite struct FiguresCommandTests {
  private func findings(_ file: String) throws -> [String: [String]] {
    let run = try Run(["figures", "check", file, "--json"])
    #expect(run.code == 0, "\(run.errors)")
    let findings = try #require(run.object["findings"] as? [[String: String]])
    #expect(findings.allSatisfy { $0["says"]?.hasPrefix("can't be so as printed, because") == true })
    return Dictionary(grouping: findings) { $0["id"] ?? "" }.mapValues { $0.compactMap { $0["check"] } }
  }

  @Test func thePacksFiguresKeepTheirOddities() throws {
    #expect(
      try findings("Packs/ecuador/figures.csv")
        == ["oit-explotacion-sexual": ["impossible_date"], "dinapen-2007-sexual": ["attainable_share"]])
  }

  @Test func aFileWithoutFindingsSaysSo() throws {
    try withFile("id,value,unit,n\na,33.3,%,81\n") { file in
      let found = try findings(file)
      #expect(found.isEmpty)
    }
  }

  @Test func mistakesAreOneSentence() throws {
    for text in ["", "id,value\n1,2\n", "id,value,unit,n\na,b,%,3\n"] {
      try withFile(text) { file in
        let run = try Run(["figures", "check", file, "--json"])
        #expect(run.isOneLineRefusal)
        #expect(run.errors.contains(file + ":"))
      }
    }
    #expect(try Run(["figures", "check", "/nowhere.csv"]).isOneLineRefusal)
  }
}

@Suite struct TableCommandTests {
  private let facts =
    "id,form,province,year\n1,begging,EC-P,2007\n2,begging,EC-O,2007\n3,sexual,EC-P,2007\n4,,EC-P,2006\n"

  @Test func countsWithEveryTotalAndANamedDenominator() throws {
    try withFile(facts) { file in
      let run = try Run(["table", file, "--rows", "form", "--columns", "province", "--json"])
      #expect(run.code == 0, "\(run.errors)")
      let table = try #require((run.object["tables"] as? [[String: Any]])?.first)
      let cells = try #require(table["cells"] as? [[String: Any]])
      func cell(_ form: String?, _ province: String?) -> [String: Any]? {
        cells.first { cell in
          let at = cell["at"] as? [Any] ?? []
          return at.first as? String == form && at.last as? String == province
        }
      }
      #expect(cell("begging", "EC-P")?["count"] as? Int == 1)
      #expect(cell("begging", nil)?["count"] as? Int == 2)
      #expect(cell("begging", nil)?["of"] as? Int == 3)
      #expect(cell(nil, nil)?["count"] as? Int == 4)
      #expect(cell("not_asked", nil)?["count"] as? Int == 1)
      #expect((table["denominator"] as? String)?.contains("form is known") == true)
      let some = try Run(["table", file, "--rows", "form", "--where", "year=2007"])
      #expect(some.output.contains("total        3"), "\(some.output)")
    }
  }

  @Test func mistakesAreOneSentence() throws {
    try withFile(facts) { file in
      for (arguments, words) in [
        (["--rows", "shape"], "no column “shape”"), (["--rows", "form", "--where", "year=1999"], "“1999”"),
        (["--rows", "form", "--where", "year"], "column=code"), (["--rows", "form", "--columns", "form"], "twice"),
        (["--rows", "form", "--where", "form=shape"], "“shape”"),
        (["--rows", "form", "--layers", "year"], "--columns"),
        (["--rows", "form", "--columns", "province", "--layers", "form"], "twice"),
        (["--rows", "form", "--columns", "province", "--layers", "year,form"], "one column"),
        (["--rows", " "], "--rows"),
      ] {
        let run = try Run(["table", file] + arguments)
        #expect(run.isOneLineRefusal, "\(run.errors)")
        #expect(run.errors.contains(words), "\(run.errors)")
      }
    }
  }
}

@Suite struct ProtectCommandTests {
  private static let facts: String = {
    let forms = ["begging", "sexual", "labour"]
    let provinces = ["EC-P", "EC-O", "EC-D", "EC-G"]
    let rows: [String] = (0..<300).map { row in
      let form = forms[row * row % 7 % 3]
      return "\(form),\(provinces[row * 7 % 11 % 4])"
    }
    return (["form,province"] + rows + ["other,EC-P", "other,EC-O"]).joined(separator: "\n")
  }()

  @Test(arguments: ["suppress", "round", "cellkey"]) func fromFactsToAnAuditedRelease(_ method: String) throws {
    try withFile(Self.facts) { file in
      let table = try Run(["table", file, "--rows", "form", "--columns", "province", "--json"])
      let release = try Run(["protect", "-", "--method", method, "--threshold", "10", "--json"], input: table.output)
      #expect(release.code == 0, "\(release.errors)")
      let audit = try Run(["protect", "audit", "-", "--json"], input: release.output)
      #expect(audit.code == 0, "\(audit.errors)")
      #expect(audit.object["safe"] as? Bool == true)
      #expect(audit.object["recoverable"] as? Int == 0)
      let naive = try Run(["protect", "audit", "-", "--json"], input: table.output)
      #expect(naive.code == 1)
      #expect(naive.object["smallPublished"] as? Int ?? 0 > 0)
    }
  }

  @Test func mistakesAreOneSentence() throws {
    try withFile(Self.facts) { file in
      let table = try Run(["table", file, "--rows", "form", "--json"]).output
      for (arguments, input, words) in [
        (["--method", "hide"], table, "suppress, round or cellkey"),
        (["--method", "round"], "{}", "no file of tables"),
        (["--method", "suppress", "--threshold", "1"], table, "threshold"),
        (["--method", "suppress"], table.replacing("\"count\":302", with: "\"count\":303"), "margins disagree"),
      ] {
        let run = try Run(["protect", "-"] + arguments, input: input)
        #expect(run.isOneLineRefusal, "\(run.errors)")
        #expect(run.errors.contains(words), "\(run.errors)")
      }
    }
  }
}
