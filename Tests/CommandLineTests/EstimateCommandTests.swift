import Foundation
import Testing

@Suite struct EstimateCommandTests {
  private static let kingdom = Run.place("Tests/Fixtures/mse/uk2013_4.csv")

  @Test func aStepwiseEstimateHasItsKeysAndRepeats() throws {
    let arguments = ["estimate", Self.kingdom, "--method", "stepwise", "--bootstrap", "100", "--seed", "3", "--json"]
    let run = try Run(arguments)
    #expect(run.code == 0, "\(run.errors)")
    let object = run.object
    #expect(object["observed"] as? Int == 2428 && object["method"] as? String == "stepwise")
    #expect(abs((object["total"] as? Double ?? 0) - 11_015.2445) < 0.01)
    for key in ["hidden", "lower", "upper", "interval", "model", "warnings", "assumptions"] {
      #expect(object[key] != nil, "\(key)")
    }
    #expect(try Run(arguments).output == run.output)
    let words = try Run(["estimate", Self.kingdom, "--method", "independence"])
    #expect(words.code == 0 && words.output.contains("10694 in all [9507, 12081]"), "\(words.output)")
    #expect(words.output.contains("Taken for granted"))
  }

  @Test func linkageErrorsWidenTheInterval() throws {
    let run = try Run([
      "estimate", Self.kingdom, "--method", "independence", "--missed", "20/100", "--false-links", "2/100",
      "--bootstrap", "200", "--json",
    ])
    let linkage = try #require(run.object["linkage"] as? [String: Any], "\(run.errors)")
    let (total, plain) = (linkage["total"] as? Double ?? 0, linkage["uncorrected"] as? Double ?? 0)
    #expect(total < plain && plain > 10_694 && plain < 10_695)
  }

  @Test(arguments: [
    (["--method", "magic"], "A,B,count\n1,0,4\n", "--method must be"),
    (["--bootstrap", "7"], "A,B,count\n1,0,4\n", "--bootstrap"), (["--missed", "1/2"], "A,B,count\n", "go together"),
    (["--missed", "9/2", "--false-links", "0/1"], "A,B,count\n", "is written"),
    (["--merge", "A"], "A,B,count\n", "A+B"),
    ([], "A,B,count\n1,0,4\n0,1,3\n", "no case stands on two lists"),
    ([], "A,B,count\n1,2,4\n", ":2: “B” must be 0 or 1"),
    ([], "A,B,count\n0,0,4\n", ":2: a case on no list"), ([], "A,count\n1,4\n", ":1: only one list"),
    ([], "A,B,count\n1,0,-4\n", ":2: the count is negative"),
    ([], "A,B,count\n1,0,4\n0,1,2.5\n", ":3: the count “2.5” is no whole number"),
    ([], "A,B,C,count\n1,0,0,4\n0,1,0,3\n1,1,0,2\n", "the list “C” is empty"),
    ([], "A,B,count\n1,1,7\n", "both lists hold the same cases"), ([], "A,B,count\n1,0,1\n1,0,2\n", ":3: this history"),
    ([], "A,B,count\n1,1,12\n0,1,40\n", "one list inside another"), ([], "", "no table"),
    (["--strata", "sex"], "A,B,count\n1,1,12\n", "no column “sex”"),
    (["--method", "latent"], "A,B,count\n1,1,12\n0,1,40\n1,0,9\n", "two lists"),
  ]) func mistakesAreOneSentence(_ arguments: [String], _ text: String, _ words: String) throws {
    try withFile(text) { file in
      let run = try Run(["estimate", file] + arguments)
      #expect(run.isOneLineRefusal, "\(run.output)\(run.errors)")
      #expect(run.errors.contains(words), "\(run.errors)")
    }
    let missing = try Run(["estimate", "/nowhere.csv"])
    #expect(missing.isOneLineRefusal && missing.code == 2)
  }

  @Test(arguments: ["es", "en"]) func reportsAreWhole(_ language: String) throws {
    try withFile("") { place in
      for end in ["html", "pdf"] {
        let report = place + "." + end
        defer { try? FileManager.default.removeItem(atPath: report) }
        let run = try Run([
          "estimate", Self.kingdom, "--method", "stepwise", "--bootstrap", "100", "--report", report, "--language",
          language,
        ])
        #expect(run.code == 0, "\(run.errors)")
        let bytes = try Data(contentsOf: URL(filePath: report))
        if end == "pdf" {
          #expect(bytes.starts(with: Data("%PDF".utf8)) && bytes.count > 4000)
        } else {
          let text = String(decoding: bytes, as: UTF8.self)
          #expect(text.contains(language == "es" ? "Anexo técnico" : "Technical annex") && text.contains("<svg"))
          #expect(text.contains(language == "es" ? "2\u{00A0}428" : "2,428"))
        }
      }
    }
    #expect(try Run(["estimate", Self.kingdom, "--report", "x.doc"]).isOneLineRefusal)
    #expect(try Run(["estimate", Self.kingdom, "--language", "qu"]).isOneLineRefusal)
  }
}
