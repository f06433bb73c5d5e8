import Foundation
import Testing

@Suite struct LinkCommandTests {
  /// A folder with two lists of people, a secret, and what is made of them.
  private func withLists(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "amparo-link-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let files = [
      "a.csv": "id,given,surname1,surname2,birth,sex,nationality\n1,María Fernanda,Zambrano,Loor,1990-05-12,F,ECU\n"
        + "2,José,Quishpe,Toapanta,1985-11-02,M,ECU\n3,Ana,Vera,Cedeño,1999-01-30,F,VEN\n",
      "b.csv": "id,given,surname1,surname2,birth,sex,nationality\nx,Mafer,Zambrano,Loor,1990-05-12,F,ECU\n"
        + "y,Pepe,Quizhpe,Toapanta,1985-11-02,M,ECU\nz,Luis,Mero,Ponce,1970-07-07,M,COL\n",
      "k": "a secret for these tests\n", "other": "another secret for tests\n",
      "truth.csv": "id_a,id_b\n1,x\n2,y\n",
    ]
    for (name, text) in files {
      try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: "\(folder)/\(name)")
    }
    try body(folder)
  }

  private func encode(_ folder: String, _ name: String, secret: String = "k", _ more: String...) throws -> Run {
    try Run(
      [
        "link", "encode", "\(folder)/\(name).csv", "--schema", "es-1", "--secret-file", "\(folder)/\(secret)", "-o",
        "\(folder)/\(name).clk",
      ] + more)
  }

  @Test func listsAreLinkedCountedAndScored() throws {
    try withLists { folder in
      for name in ["a", "b"] {
        let run = try encode(folder, name)
        #expect(run.code == 0 && run.output.contains("never to be published"), "\(run.errors)")
      }
      let both = ["\(folder)/a.clk", "\(folder)/b.clk", "--threshold", "0.73"]
      let match = try Run(
        ["link", "match"] + both + ["-o", "\(folder)/pairs.csv", "--groups", "\(folder)/groups.csv"])
      #expect(match.code == 0, "\(match.errors)")
      let pairs = try String(contentsOfFile: "\(folder)/pairs.csv", encoding: .utf8)
      #expect(pairs.hasPrefix("list_a,id_a,list_b,id_b,score,linked\na,1,b,x,"), "\(pairs)")
      #expect(!pairs.contains("Zambrano"))
      let score = try Run(["link", "score", "\(folder)/pairs.csv", "--truth", "\(folder)/truth.csv", "--json"])
      #expect(score.object["f1"] as? Double == 1, "\(score.output)\(score.errors)")
      #expect(match.output.contains("For “") && match.output.contains("” only; to be deleted after linking"))
      let clusters = try Run(["link", "clusters"] + both + ["-o", "\(folder)/c.csv"])
      #expect(
        clusters.output.hasPrefix("2 people on 2 lists\n0 of 2 have rivals."), "\(clusters.output)\(clusters.errors)")
      let members = try String(contentsOfFile: "\(folder)/c.csv", encoding: .utf8).split(separator: "\n")
      #expect(members.first == "cluster,list,id,lowest,rivals" && members.count == 5)
      let counted = try Run(["link", "clusters"] + both + ["--json"])
      #expect(counted.object["clusters"] as? Int == 2 && counted.object["doubtful"] as? Int == 0)
      #expect(counted.object["purpose"] as? String != nil && counted.object["expires"] as? String != nil)
      let overlap = try Run(["link", "overlap"] + both + ["-o", "\(folder)/h.csv"])
      #expect(overlap.output.contains("4 different people, 2 of them"), "\(overlap.output)\(overlap.errors)")
      let histories = try String(contentsOfFile: "\(folder)/h.csv", encoding: .utf8)
      #expect(histories.hasSuffix("a,b,count\n1,0,1\n0,1,1\n1,1,2\n"), "\(histories)")
      let estimate = try Run(["estimate", "\(folder)/h.csv", "--method", "independence", "--json"])
      #expect(estimate.object["observed"] as? Int == 4, "\(estimate.errors)")
      let floor = try Run(
        ["link", "match"] + both + ["--floor", "0.2", "-o", "\(folder)/all.csv"])
      #expect(floor.code == 0)
      let sample = try Run(["link", "sample", "\(folder)/all.csv", "-o", "\(folder)/s.csv"])
      #expect(sample.output.contains("2 of 2 links"), "\(sample.output)\(sample.errors)")
      let looked = try String(contentsOfFile: "\(folder)/s.csv", encoding: .utf8).split(separator: "\n")
      let filled = [String(looked[0])] + looked.dropFirst().map { "\($0)\($0.contains(",1,2,") ? "yes" : "no")" }
      try Data(filled.joined(separator: "\n").utf8).write(to: URL(filePath: "\(folder)/s.csv"))
      let rates = try Run(["link", "rates", "\(folder)/s.csv"])
      #expect(rates.output == "--missed 0/2 --false-links 0/2\n", "\(rates.output)\(rates.errors)")
      let object = try Run(["link", "rates", "\(folder)/s.csv", "--json"]).object
      let interval = try #require(object["false_interval"] as? [Double])
      #expect(interval.count == 2 && interval[0] == 0 && abs(interval[1] - 0.657620) < 1e-6)
      let unsure = filled.map { $0.hasSuffix("yes") ? String($0.dropLast(3)) + "?" : $0 }
      try Data(unsure.joined(separator: "\n").utf8).write(to: URL(filePath: "\(folder)/s.csv"))
      let nothing = try Run(["link", "rates", "\(folder)/s.csv"])
      #expect(nothing.isOneLineRefusal && nothing.errors.contains("no link was looked at"), "\(nothing.errors)")
    }
  }

  @Test func unequalEncodingsAreRefused() throws {
    try withLists { folder in
      _ = try encode(folder, "a")
      for (secret, more, words) in [
        ("other", [], "secrets"), ("k", ["--harden", "rule90"], "schemas"),
        ("k", ["--list", "a"], "two lists are called"), ("k", ["--purpose", "another"], "its own purpose only"),
      ] {
        let encoded = try Run(
          [
            "link", "encode", "\(folder)/b.csv", "--schema", "es-1", "--secret-file", "\(folder)/\(secret)", "-o",
            "\(folder)/b.clk",
          ] + more)
        #expect(encoded.code == 0, "\(encoded.errors)")
        let match = try Run([
          "link", "match", "\(folder)/a.clk", "\(folder)/b.clk", "--threshold", "0.7", "-o", "\(folder)/p.csv",
        ])
        #expect(match.isOneLineRefusal && match.errors.contains(words), "\(match.errors)")
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/p.csv"))
      }
    }
  }

  @Test func expiredEncodingsAreRefused() throws {
    try withLists { folder in
      _ = try encode(folder, "a")
      _ = try encode(folder, "b")
      let file = "\(folder)/b.clk"
      let late = try String(contentsOfFile: file, encoding: .utf8).replacing(
        /# expires: [0-9\-]+/, with: "# expires: 2020-01-01")
      try Data(late.utf8).write(to: URL(filePath: file))
      for command in [["match", "-o", "\(folder)/p.csv"], ["overlap", "-o", "\(folder)/p.csv"], ["clusters"]] {
        let run = try Run(
          ["link", command[0], "\(folder)/a.clk", file, "--threshold", "0.7"] + command.dropFirst())
        #expect(run.isOneLineRefusal && run.errors.contains("expired on 2020-01-01"), "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/p.csv"))
      }
    }
  }

  @Test func mistakesNameFileAndLine() throws {
    try withLists { folder in
      for (text, words) in [
        ("id,given\n1,Ana\n", ":1: there is no column “surname1”"), ("", "empty"),
        ("id,given,surname1,birth,sex,nationality\n", "holds nobody"),
        ("id,given,surname1,birth,sex,nationality\n1,A,B,,F,\n1,C,D,,F,\n", ":3: this id stands twice"),
        ("id,given,surname1,birth,sex,nationality\n1,A,B\n", ":2: 3 fields"),
      ] {
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/a.csv"))
        let run = try encode(folder, "a")
        #expect(run.isOneLineRefusal && run.errors.contains(words), "\(run.errors)")
        #expect(!run.errors.contains("Ana"))
      }
      try Data("short".utf8).write(to: URL(filePath: "\(folder)/k"))
      #expect(try encode(folder, "b").errors.contains("fewer than 16 bytes"))
      let match = try Run([
        "link", "match", "\(folder)/b.csv", "\(folder)/k", "--threshold", "0.7", "-o", "\(folder)/p",
      ])
      #expect(
        match.isOneLineRefusal && match.errors.contains("b.csv:1: this is no file of encodings"), "\(match.errors)")
      let odd = try Run(["link", "match", "x", "y", "--threshold", "7", "-o", "\(folder)/p"])
      #expect(odd.isOneLineRefusal && odd.code == 64)
    }
  }

  @Test func aPackIsCheckedWithItsSchemas() throws {
    let folder = NSTemporaryDirectory() + "amparo-pack-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.copyItem(atPath: Run.place("Packs/ecuador"), toPath: folder)
    #expect(try Run(["pack", "check", folder]).code == 0)
    let schema = "\(folder)/linkage/es-1.yaml"
    let text = try String(contentsOfFile: schema, encoding: .utf8).replacing("each: 7", with: "each: 8")
    try Data(text.utf8).write(to: URL(filePath: schema))
    let run = try Run(["pack", "check", folder])
    #expect(run.isOneLineRefusal && run.errors.contains("es-1.yaml"), "\(run.errors)")
    #expect(run.errors.contains("test vector"), "\(run.errors)")
  }
}
