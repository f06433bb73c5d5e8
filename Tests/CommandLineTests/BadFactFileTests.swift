import Foundation
import Testing

/// Files as people have them: what can be read is read, the rest is refused in one sentence that names the line.
@Suite struct BadFactFileTests {
  private func withBytes(_ bytes: [UInt8], _ body: (String) throws -> Void) throws {
    let place = FileManager.default.temporaryDirectory.appending(path: "amparo-\(UUID()).csv")
    try Data(bytes).write(to: place)
    defer { try? FileManager.default.removeItem(at: place) }
    try body(place.path)
  }

  private func total(_ file: String) throws -> Int? {
    let run = try Run(["table", file, "--rows", "form", "--columns", "province", "--json"])
    #expect(run.code == 0, "\(run.errors)")
    let table = (run.object["tables"] as? [[String: Any]])?.first
    let cells = table?["cells"] as? [[String: Any]]
    return cells?.first { ($0["at"] as? [Any])?.allSatisfy { $0 is NSNull } == true }?["count"] as? Int
  }

  @Test func byteOrderMarksSemicolonsAndLineEndsOfSpreadsheetsAreRead() throws {
    let lines = ["form;province", "begging;EC-P", "\"sexual; other\";EC-O", "begging;EC-P"]
    for ending in ["\n", "\r\n"] {
      try withBytes([0xEF, 0xBB, 0xBF] + Array((lines.joined(separator: ending) + ending).utf8)) { file in
        let counted = try total(file)
        #expect(counted == 3)
      }
    }
  }

  @Test func whatIsNoFileOfFactsIsOneSentenceWithItsLine() throws {
    let good = Array("form,province\nbegging,EC-P\n".utf8)
    let cases: [(bytes: [UInt8], words: String)] = [
      (good + Array("cr".utf8) + [0xED] + Array("a,EC-O\n".utf8), ":3: the line is not UTF-8"),
      ([0xFF, 0xFE, 0x66, 0x00], "UTF-16"), (good + Array("begging\n".utf8), ":3: 1 fields"),
      (good + Array("\"begging,EC-O\n".utf8), "quotation mark"), (good + [0x61, 0, 0x2C, 0x62, 0x0A], "zero byte"),
      (Array("id,form,province\n7,a,b\n7,a,b\n".utf8), ":3: the id “7”"),
      (Array("form,form\na,b\n".utf8), "stands twice"), ([], "empty"),
      (good + Array("beg\u{202E}ging,EC-P\n".utf8), ":3: the column “form” holds a character that is not seen"),
      (good + Array("beg\u{1B}[2Jging,EC-P\n".utf8), ":3: the column “form” holds a character that is not seen"),
    ]
    for (bytes, words) in cases {
      try withBytes(bytes) { file in
        let run = try Run(["table", file, "--rows", "form", "--columns", "province", "--json"])
        #expect(run.isOneLineRefusal, "\(run.errors)")
        #expect(run.errors.contains(words), "\(run.errors)")
      }
    }
  }

  /// Ten gigabytes, of which the disk holds none.
  @Test func aFileOfTenGigabytesIsOneSentence() throws {
    try withBytes([]) { file in
      let handle = try #require(FileHandle(forWritingAtPath: file))
      try handle.truncate(atOffset: 10_000_000_000)
      try handle.close()
      let counted = try Run(["table", file, "--rows", "form"])
      #expect(counted.isOneLineRefusal && counted.errors.contains("zero byte"), "\(counted.errors)")
      for arguments in [["protect", file, "--method", "suppress"], ["protect", "audit", file]] {
        let run = try Run(arguments)
        #expect(run.isOneLineRefusal && run.errors.contains("more than 250 MB"), "\(run.errors)")
      }
    }
  }

  @Test func whatNamesACaseIsNeverCounted() throws {
    let facts = "id,form\n7,begging\n8,begging\n"
    for arguments in [
      ["--rows", "id"], ["--rows", "form", "--columns", "id"], ["--rows", "form", "--where", "id=7"],
    ] {
      let run = try Run(["table", "-"] + arguments, input: facts)
      #expect(run.isOneLineRefusal && run.errors.contains("the column “id” names a case"), "\(run.errors)")
    }
  }

  /// A file that only says it was rounded or perturbed is judged by its counts.
  @Test func aClaimOfProtectionIsHeldAgainstTheCounts() throws {
    let table = try Run(["table", "-", "--rows", "form", "--json"], input: "form\na\na\nb\n").output
    for claim in [#""method":"round","threshold":10,"base":10"#, #""method":"cellkey","threshold":10"#] {
      let forged = #"{"protection":{"says":"",\#(claim)},"# + table.drop { $0 == "{" }
      let run = try Run(["protect", "audit", "-", "--json"], input: forged)
      #expect(run.code == 1 && run.object["smallPublished"] as? Int == 3, "\(run.output) \(run.errors)")
    }
    for method in ["round", "cellkey"] {
      let release = try Run(["protect", "-", "--method", method, "--json"], input: table)
      let audit = try Run(["protect", "audit", "-", "--json"], input: release.output)
      #expect(audit.code == 0 && audit.object["safe"] as? Bool == true, "\(audit.errors)")
    }
    let empty = try Run(["protect", "audit", "-"], input: #"{"tables":[]}"#)
    #expect(empty.isOneLineRefusal && empty.errors.contains("there is no table"), "\(empty.errors)")
  }

  /// Three hundred thousand lines come through a pipe; memory holds two bytes a cell and one piece of the file.
  @Test func aStreamIsCountedAsItComes() throws {
    let input = "form,province\n" + String(repeating: "begging,EC-P\nsexual,EC-O\nbegging,EC-O\n", count: 100_000)
    let run = try Run(["table", "-", "--rows", "form", "--columns", "province"], input: input)
    #expect(run.code == 0 && run.output.contains("300000"), "\(run.errors)")
  }

  @Test func aTableForEachCodeOfAThirdColumnAndOneOfAll() throws {
    let lines = (0..<240).map { "\(["a", "b"][$0 % 2]),\(["x", "y", "z"][$0 % 3]),\(["m", "n"][$0 / 120])" }
    let facts = (["form,province,age"] + lines).joined(separator: "\n")
    let arguments = ["table", "-", "--rows", "form", "--columns", "province", "--layers", "age"]
    let text = try Run(arguments, input: facts)
    #expect(text.output.contains("age: m") && text.output.contains("age: n") && text.output.contains("age: total"))
    let table = try Run(arguments + ["--json"], input: facts)
    let release = try Run(["protect", "-", "--method", "suppress", "--threshold", "30", "--json"], input: table.output)
    #expect(release.code == 0, "\(release.errors)")
    let audit = try Run(["protect", "audit", "-", "--json"], input: release.output)
    #expect(audit.code == 0 && audit.object["recoverable"] as? Int == 0, "\(audit.errors)")
    let whole = (release.object["tables"] as? [[String: Any]])?.first
    #expect(
      (whole?["dimensions"] as? [[String: Any]])?.compactMap { $0["column"] as? String } == [
        "form", "province", "age",
      ])
  }

  @Test func tablesThatContradictThemselvesAreRefusedByTheAttackToo() throws {
    let table = try Run(["table", "-", "--rows", "form", "--json"], input: "form\na\na\nb\n").output
    let wrong = table.replacing("\"count\":3", with: "\"count\":4")
    #expect(wrong != table)
    for arguments in [["protect", "-", "--method", "round"], ["protect", "audit", "-"]] {
      let run = try Run(arguments, input: wrong)
      #expect(run.isOneLineRefusal && run.errors.contains("margins disagree"), "\(run.errors)")
    }
    for (arguments, words) in [
      (["protect", "audit", "-", "--threshold", "1"], "from 2 to 1000"),
      (["protect", "-", "--method", "round", "--base", "1"], "from 2 to 1000"),
      (["protect", "-", "--method", "cellkey", "--deviation", "0"], "from 1 to 1000"),
    ] {
      let run = try Run(arguments, input: table)
      #expect(run.isOneLineRefusal && run.errors.contains(words), "\(run.errors)")
    }
  }
}
