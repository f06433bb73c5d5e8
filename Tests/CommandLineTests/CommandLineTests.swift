import Foundation
import Testing

@Suite struct ScreenCommandTests {
  private let screen = ["screen", "--instrument", "ilo-adult-labour", "--age", "25", "--answers", "-"]

  @Test func printsTheContract() throws {
    let run = try Run(
      screen + ["--json"], input: #"{"DR01":"yes","deceptive_recruitment/DR02":"yes","CD01":"unknown"}"#)
    #expect(run.code == 0)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    #expect(object["instrument"] as? String == "ilo-adult-labour")
    #expect(object["assessment"] as? String == "indicators_found")
    let dimensions = try #require(object["dimensions"] as? [[String: Any]])
    #expect(dimensions.map { $0["code"] as? String }.prefix(2) == ["deceptive_recruitment", "coercive_recruitment"])
    #expect(dimensions[0]["state"] as? String == "positive")
    #expect(dimensions[0]["because"] as? [String] == ["DR01", "DR02"])
    #expect(dimensions[1]["state"] as? String == "insufficient")
  }

  @Test func explainsInBothLanguages() throws {
    let spanish = try Run(screen, input: #"{"EX01":"yes","EX02":"yes"}"#)
    #expect(spanish.output.contains("EX01 Jornadas u horarios excesivos"))
    #expect(spanish.output.contains("Decide una persona"))
    let english = try Run(screen + ["--language", "en"], input: #"{"EX01":"yes","EX02":"yes"}"#)
    #expect(english.output.contains("EX02 Little or no pay"))
  }

  @Test(arguments: [
    (#"{"XX99":"yes"}"#, "XX99"), (#"{"DR01":"maybe"}"#, "maybe"), ("[]", "JSON object"), ("", "JSON object"),
    (#"{"DR01":"yes","recruitment/DR01":"no"}"#, "twice"), ("\u{0}\u{1}", "JSON object"),
  ]) func aMistakeIsOneLineAndNonZero(_ input: String, _ message: String) throws {
    let run = try Run(screen + ["--json"], input: input)
    #expect(run.code != 0)
    #expect(run.output.isEmpty)
    #expect(run.errors.contains(message), "\(run.errors)")
    #expect(run.errors.split(separator: "\n").count == 1)
  }

  @Test func wrongArgumentsSayWhatIsRight() throws {
    let unknown = try Run(["screen", "--instrument", "none", "--age", "25", "--answers", "-"])
    #expect(unknown.code != 0)
    #expect(unknown.errors.contains("child-interview, ilo-adult-labour, ilo-adult-sexual"))
    let age = try Run(["screen", "--instrument", "ilo-adult-labour", "--age", "-3", "--answers", "-"])
    #expect(age.code != 0)
    let file = try Run(["screen", "--instrument", "ilo-adult-labour", "--age", "9", "--answers", "/no/such/file"])
    #expect(file.code == 2)
    #expect(file.errors.contains("/no/such/file"))
  }
}

@Suite struct PackCommandTests {
  @Test func theShippedPackIsSound() throws {
    let run = try Run(["pack", "check"])
    #expect(run.code == 0)
    #expect(run.output.contains("24 provinces"))
    #expect(run.output.contains("unodc-observation: shown, never scored."))
  }

  @Test func aMissingPackIsNamed() throws {
    let run = try Run(["pack", "check", "/no/such/pack", "--json"])
    #expect(run.code == 1)
    #expect(run.output.contains(#""file":"pack.yaml""#))
  }
}

@Suite struct ScreenBatchTests {
  private let batch = ["screen", "--batch", "-", "--instrument", "ilo-adult-labour", "--json"]

  @Test func oneReportALineAndErrorsInTheirPlace() throws {
    let run = try Run(
      batch,
      input: """
        {"id": "a", "age": 25, "answers": {"EX01": "yes", "EX02": "yes"}}

        {"age": 25, "answers": {"XX99": "yes"}}
        {"age": "doubt", "answers": {}}
        """)
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0].hasPrefix(#"{"line":1,"id":"a","assessment":"indicators_found""#))
    #expect(lines[1].hasPrefix(#"{"line":3,"error":"#))
    #expect(lines[2].hasPrefix(#"{"line":4,"assessment":"not_enough_information""#))
    #expect(run.code == 1)
    #expect(run.errors.contains("lines that are wrong: 1"))
  }

  /// Longer than what is read at once, and one line that is too long for any screening.
  @Test func aLongFileIsStreamed() throws {
    let line = #"{"age":25,"answers":{"EX01":"yes","EX02":"yes","CD01":"no"}}"# + "\n"
    let endless = String(repeating: "x", count: 3_000_000) + "\n"
    let file = FileManager.default.temporaryDirectory.appending(path: "batch-\(UUID()).jsonl")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data((String(repeating: line, count: 30_000) + endless + line).utf8).write(to: file)
    let run = try Run(["screen", "--batch", file.path, "--instrument", "ilo-adult-labour", "--json"])
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 30_002)
    #expect(lines[29_999].hasPrefix(#"{"line":30000,"#))
    #expect(lines[30_000].contains("longer than 1048576 bytes"))
    #expect(lines[30_001].hasPrefix(#"{"line":30002,"assessment""#))
    #expect(run.code == 1)
  }

  @Test func whatIsMissingIsSaid() throws {
    #expect(try Run(["screen", "--instrument", "ilo-adult-labour"]).code == 64)
    #expect(try Run(["screen", "--instrument", "ilo-adult-labour", "--batch", "/no/such/file"]).code == 2)
  }
}
