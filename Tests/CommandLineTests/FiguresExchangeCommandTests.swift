import Foundation
import Testing

/// Figures in the forms that others ask for, from the command line.
@Suite struct FiguresExchangeCommandTests {
  private var facts: String {
    let groups: [(String, Int)] = [
      ("2024,female,12-17,sexual,,ec,partner", 40), ("2024,male,30-59,labour,agriculture,ec,stranger", 30),
      ("2025,female,60+,begging,,,family", 3),
    ]
    var id = 0
    let rows = groups.flatMap { text, count in
      (0..<count).map { _ in
        id += 1
        return "\(id),\(text)"
      }
    }
    return (["id,year,sex,age_band,form,sector,destination,recruiter"] + rows).joined(separator: "\n") + "\n"
  }

  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "amparo-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
  }

  @Test func recordsGoToCTDCAndComeBackAsFacts() throws {
    try withFile(facts) { file in
      try withFolder { folder in
        let (there, back) = (folder + "/ctdc.csv", folder + "/facts.csv")
        let run = try Run(["figures", "export-ctdc", file, "--k", "10", "--seed", "5", "-o", there])
        #expect(run.code == 0, "\(run.errors)")
        let text = try String(contentsOfFile: there, encoding: .utf8)
        #expect(text.hasPrefix("yearOfRegistration,gender,ageBroad,") && text.contains("sectorOfLabourAgriculture"))
        // Three persons are fewer than k: nothing of them goes out.
        #expect(!text.contains("2025") && text.contains("ECU"))
        // The same seed gives the same file.
        let again = folder + "/again.csv"
        #expect(try Run(["figures", "export-ctdc", file, "--seed", "5", "-o", again]).code == 0)
        #expect(try String(contentsOfFile: again, encoding: .utf8) == text)
        let read = try Run(["figures", "import-ctdc", there, "-o", back])
        #expect(read.code == 0, "\(read.errors)")
        let table = try Run(["table", back, "--rows", "form", "--columns", "sex", "--json"])
        #expect(table.code == 0 && table.output.contains("labour") && table.output.contains("female"))
      }
    }
  }

  @Test func questionnaireAndGoalHideSmallCounts() throws {
    try withFile(facts) { file in
      let run = try Run(["figures", "questionnaire", file])
      #expect(run.code == 0 && run.output.contains("girls,40,no") && !run.output.contains(",3,no"))
    }
    // Where nothing is small every number stands, with its rate where a population is known.
    let plain = facts.split(separator: "\n").filter { !$0.contains("2025") }.joined(separator: "\n") + "\n"
    try withFile(plain) { file in
      try withFile("year,by,code,persons\n2024,total,,1000000\n2024,sex,female,500000\n") { people in
        let rates = try Run(["figures", "sdg", file, "--population", people])
        #expect(rates.code == 0, "\(rates.errors)")
        #expect(rates.output.contains("2024,total,,70,no,1000000,7.0"))
        #expect(rates.output.contains("2024,sex,female,40,no,500000,8.0"))
        #expect(rates.output.contains("2024,sex,male,30,no,,"))
      }
    }
  }

  @Test func mistakesAreOneSentenceAndLeaveNothing() throws {
    try withFile(facts) { file in
      try withFolder { folder in
        let output = folder + "/out.csv"
        for wrong in [
          ["figures", "export-ctdc", file, "--release", "1999", "-o", output],
          ["figures", "export-ctdc", file, "--k", "1", "-o", output],
          ["figures", "export-ctdc", file, "-o", file], ["figures", "export-ctdc", "/nowhere.csv", "-o", output],
          ["figures", "import-ctdc", file, "-o", output], ["figures", "sdg", file, "--population", file],
          ["figures", "questionnaire", file, "--threshold", "1"],
        ] {
          let run = try Run(wrong)
          #expect(run.isOneLineRefusal, "\(wrong)")
          #expect(!FileManager.default.fileExists(atPath: output), "\(wrong)")
        }
      }
    }
  }

  @Test func theReportIsAPageWhereItsNameSaysSo() throws {
    try withFile(facts) { file in
      try withFolder { folder in
        let report = folder + "/report.html"
        let run = try Run([
          "synthesize", file, "--method", "kanonymous", "--seed", "3", "-o", folder + "/out.csv", "--report", report,
          "--language", "en",
        ])
        #expect(run.code == 0, "\(run.errors)")
        let html = try String(contentsOfFile: report, encoding: .utf8)
        #expect(html.contains("Report of privacy and utility") && html.contains("<svg"))
      }
    }
  }
}
