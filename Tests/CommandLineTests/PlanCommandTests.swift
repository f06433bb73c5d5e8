import Foundation
import Testing

@Suite struct PlanCommandTests {
  private static let shipped = ["Packs/ecuador/plans/pacta-2019.yaml", "Packs/ecuador/plans/plan-2006.yaml"]
  private static let wrong = """
    code: prueba
    version: 1
    name: {es: Plan de prueba, en: A plan to try}
    level: national
    from: 2020-01-01
    until: 2024-12-31
    source: ficticio
    certainty: decided
    axes:
      - {code: a, name: {es: A, en: A}, source: ficticio, certainty: decided}
    objectives:
      - {code: a.1, axis: a, name: {es: O, en: O}}
    activities:
      - code: x1
        objective: a.1
        name: {es: X, en: X}
        lead: mdt
        from: 2020-02-01
        until: 2025-06-30
        dependsOn: [x1]
        money:
          - {kind: budget, source: F, currency: ZZZ, amount: "-5", day: 2020-02-01}
    """

  @Test func shippedPlansAreSound() throws {
    let run = try Run(["plan", "check"] + Self.shipped + ["--json"])
    #expect(run.code == 0, "\(run.errors)")
    #expect(run.object["sound"] as? Bool == true)
    #expect((run.object["plans"] as? [String])?.sorted() == ["pacta-2019 v1", "plan-2006 v1"])
    #expect(try Run(["plan", "check", Self.shipped[0], "--language", "en"]).output.contains("4 axes"))
  }

  @Test func whatIsWrongIsToldWhereItStands() throws {
    try withFile(Self.wrong) { file in
      let run = try Run(["plan", "check", file, "--language", "en"])
      #expect(run.code == 1)
      for expected in [
        "\(file):14: x1: It runs from 2020-02-01 to 2025-06-30, outside the plan", "[waits_for_itself]",
        "\(file):22: x1: An amount can't be negative: -5.00 [negative_money]", "[unknown_currency]",
      ] { #expect(run.output.contains(expected), "\(run.output)") }
      let told = try Run(["plan", "check", file, "--json"])
      #expect(told.object["sound"] as? Bool == false)
      #expect((told.object["findings"] as? [[String: Any]])?.count == 4)
      // Twice the same version is in force on the same day.
      let twice = try Run(["plan", "check", Self.shipped[0], Self.shipped[0]])
      #expect(twice.code == 1 && twice.output.contains("[two_in_force]"))
    }
  }

  @Test func aFileComesIntoTheStoreWholeOrNotAtAll() throws {
    let sound = Self.wrong.replacingOccurrences(of: "until: 2025-06-30", with: "until: 2020-06-30")
      .replacingOccurrences(of: "    dependsOn: [x1]\n", with: "").replacingOccurrences(of: "ZZZ", with: "USD")
      .replacingOccurrences(of: "\"-5\"", with: "\"5\"")
    let indicator = """
      indicators:
        - {code: i, objective: a.1, name: {es: I, en: I}, unit: {es: u, en: u}, baseline: 5, target: 4, source: s,
          howMeasured: {es: h, en: h}}
      activities:
      """
    let low = sound.replacingOccurrences(of: "activities:", with: indicator)
    try withInstallation { folder in
      func bring(_ text: String, _ further: String...) throws -> Run {
        let file = folder.path + "/plan.yaml"
        try Data(text.utf8).write(to: URL(filePath: file))
        return try Run(
          ["plan", "import", file, "--as", "ana", "--data", folder.path, "--language", "en"] + further,
          input: DataFolder.password + "\n")
      }
      // An administrator does not keep plans.
      #expect(try bring(sound).code == 1)
      try folder.tamper("UPDATE members SET roles = roles || ',coordinator'")
      let wrong = try bring(Self.wrong)
      #expect(wrong.code == 1 && wrong.errors.contains("errors: 4; nothing was stored"), "\(wrong.errors)")
      for problem in ["outside_plan", "waits_for_itself", "negative_money", "unknown_currency"] {
        #expect(wrong.output.contains("[\(problem)]"), "\(wrong.output)")
      }
      let target = try bring(low)
      #expect(target.code == 1 && target.output.contains("plan.yaml:14: i: The target 4 is below the baseline 5"))
      let looked = try bring(sound, "--dry-run")
      #expect(looked.code == 0 && looked.output.contains("nothing was stored"), "\(looked.errors)")
      #expect(try bring(sound).code == 0)
      let again = try bring(sound)
      #expect(again.code == 1 && again.errors.contains("stored"), "\(again.errors)")
      let both = try bring(sound.replacingOccurrences(of: "version: 1", with: "version: 2"))
      #expect(both.code == 1 && both.output.contains("[two_in_force]"), "\(both.output)\(both.errors)")
      let missing = try Run(
        ["plan", "import", folder.path + "/none.yaml", "--as", "ana", "--data", folder.path], input: "x\n")
      #expect(missing.isOneLineRefusal)
    }
  }

  @Test func exportWritesIATI() throws {
    let place = FileManager.default.temporaryDirectory.appending(path: "plan-\(UUID()).xml")
    defer { try? FileManager.default.removeItem(at: place) }
    let arguments = [
      "plan", "export", "--iati", "-o", place.path, "--reporter-name", "Comité", "--reporter-type", "10",
    ]
    let run = try Run(arguments + ["--reporter", "XX-PRUEBA-1", "--file", Self.shipped[0]])
    #expect(run.code == 0, "\(run.errors)")
    let xml = try String(contentsOf: place, encoding: .utf8)
    #expect(xml.contains("<iati-activities version=\"2.03\"") && xml.contains("XX-PRUEBA-1-pacta-2019"))
    for wrong in [
      ["--reporter", "XX"], ["--reporter", "XX-1", "--file", "/nowhere.yaml"],
      ["--reporter", "XX-1", "--file", "-", "--plan", "x"], ["--reporter", "XX-1", "--axes-uri", "nowhere"],
      ["--reporter", "XX-1", "--data", "/nowhere/at/all"],
    ] {
      let run = try Run(arguments + wrong)
      #expect(run.isOneLineRefusal, "\(wrong): \(run.errors)")
    }
    #expect(
      try Run([
        "plan", "export", "-o", place.path, "--reporter", "X-1", "--reporter-name", "x", "--reporter-type", "10",
      ])
      .isOneLineRefusal)
  }
}
