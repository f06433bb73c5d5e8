import Foundation
import Testing

@Suite struct QuestionsCommandTests {
  @Test func printsEveryQuestion() throws {
    let run = try Run(
      ["questions", "check", "-", "--json"],
      input: "::uno:: ¿18? {=sí#bien ~%25%tal vez ~no####siempre}\n\n::dos:: ¿Falso? {F#mal#bien}\n\n¿Año? {#1990:2}")
    #expect(run.code == 0)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    let questions = try #require(object["questions"] as? [[String: Any]])
    #expect(questions.map { $0["type"] as? String } == ["single_choice", "true_false", "numeric"])
    #expect(questions[0]["name"] as? String == "uno")
    #expect(questions[0]["stem"] as? String == "¿18?")
    #expect(questions[0]["feedback"] as? String == "siempre")
    let answers = try #require(questions[0]["answers"] as? [[String: Any]])
    #expect(answers.map { $0["weight"] as? Double } == [100, 25, 0])
    #expect(answers[0]["feedback"] as? String == "bien")
  }

  @Test func aMistakeIsNamed() throws {
    let run = try Run(["questions", "check", "-"], input: "Uno {T}\n\nDos {~a}")
    #expect(run.code == 1)
    #expect(run.errors == "amparo: -:3: a choice needs at least two answers\n")
    #expect(try Run(["questions", "check", "/no/such"]).code == 2)
  }

  @Test func formattingTwiceIsFormattingOnce() throws {
    let file = "Packs/ecuador/training/questions/que-es-la-trata.es.gift"
    let once = try Run(["questions", "format", file])
    #expect(once.code == 0)
    let twice = try Run(["questions", "format", "-"], input: once.output)
    #expect(twice.output == once.output)
  }
}

@Suite struct EvaluateCommandTests {
  private func files(_ texts: [String], _ body: ([String]) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "evaluate-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let places = texts.indices.map { folder.appending(path: "\($0).csv").path }
    for (text, place) in zip(texts, places) { try Data(text.utf8).write(to: URL(filePath: place)) }
    try body(places)
  }

  @Test func printsTheContract() throws {
    try files([
      "participant,score\na,20\nb,40\nc,60\nd,0\n", "participant,score\na,60\nb,60\nc,90\n",
    ]) { places in
      let run = try Run(["evaluate", "gain", "--pre", places[0], "--post", places[1], "--json"])
      #expect(run.code == 0, "\(run.errors)")
      let object = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
      let keys = [
        "matched_n", "attrition", "pre_mean", "post_mean", "gain", "mean_difference", "sd_difference", "t", "df", "p",
        "ci_low", "ci_high", "d_z", "d_av", "g_z", "retention",
      ]
      for key in keys { #expect(object[key] != nil, "\(key)") }
      #expect(object["matched_n"] as? Int == 3)
      #expect(abs((object["gain"] as? Double ?? 0) - 0.5) < 1e-9)
      #expect(object["retention"] is NSNull)
      #expect((object["reasons"] as? [String: String])?["retention"] == "not_followed")
    }
  }

  @Test func itemsPrintTheContract() throws {
    let run = try Run(
      ["evaluate", "items", "-", "--json"],
      input: "participant,a,b,c,d\n1,1,1,1,1\n2,1,1,1,0\n3,1,1,0,0\n4,1,0,1,0\n5,1,0,0,0\n6,0,0,0,0\n")
    let object = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    #expect(abs((object["kr20"] as? Double ?? 0) - 0.7111) < 0.0001)
    let items = try #require(object["items"] as? [[String: Any]])
    #expect(
      Set(items[0].keys).isSuperset(of: [
        "item", "facility", "discrimination", "point_biserial_total", "point_biserial_rest",
        "discriminative_efficiency", "alpha_if_deleted",
      ]))
  }

  @Test func badFilesAreNamed() throws {
    try files(["participant,score\na,20\na,30\n", "participant,score\na,130\n"]) { places in
      let twice = try Run(["evaluate", "gain", "--pre", places[0], "--post", places[1]])
      #expect(twice.code == 1)
      #expect(twice.errors.contains("0.csv:3: this participant stands already in line 2"))
      let beyond = try Run(["evaluate", "gain", "--pre", places[1], "--post", places[1]])
      #expect(beyond.errors.contains("1.csv:2:"))
    }
  }
}
