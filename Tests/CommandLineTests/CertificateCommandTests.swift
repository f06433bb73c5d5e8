import Foundation
import Testing

@Suite struct CertificateCommandTests {
  private static let files = "Tests/Certificates"
  private static let trust = ["--keys", files + "/keys.json"]
  private static let day = ["--at", "2008-04-01"]

  private func verify(_ file: String, _ more: [String] = [], input: String = "") throws -> Run {
    try Run(["certificate", "verify", file] + more, input: input)
  }

  @Test(arguments: ["badge.json", "badge.jwt", "badge.qr"]) func eachAnswerHasItsOwnCode(_ name: String) throws {
    let file = Self.files + "/" + name
    let valid = try verify(file, Self.trust + Self.day)
    #expect(valid.code == 0 && valid.output.contains("valid: Qué es la trata, issued by OIM Quito to Ñusta"))
    #expect(valid.errors.contains("whether it was withdrawn was not looked at"))
    for (more, code) in [
      (Self.trust, 5), (Self.trust + ["--at", "2008-03-10T14:23:19Z"], 6),
      (Self.trust + Self.day + ["--revoked", Self.files + "/revoked.json"], 7), (Self.day, 4),
      (["--keys", Self.files + "/none.json"], 2),
    ] as [([String], Int32)] {
      let run = try verify(file, more)
      #expect(run.code == code, "\(more) \(run.errors)")
      #expect(run.output.isEmpty)
    }
    var text = try String(contentsOfFile: Run.place(file), encoding: .utf8)
    let middle = text.index(text.startIndex, offsetBy: text.count / 2)
    text.replaceSubrange(middle...middle, with: text[middle] == "A" ? "B" : "A")
    let changed = try verify("-", Self.trust + Self.day, input: text)
    #expect([1, 3].contains(changed.code) && changed.isOneLineRefusal, "\(changed.errors)")
  }

  @Test func whatIsNoCertificateIsSaidSo() throws {
    for text in ["", "hola", "{}", "%PDF-1.5 nada"] {
      let run = try verify("-", Self.trust, input: text)
      #expect(run.code == 1 && run.isOneLineRefusal, "\(text)")
    }
    #expect(try verify("/no/such").code == 2)
    #expect(try verify(Self.files + "/badge.json", ["--at", "mañana"]).code == 64)
    #expect(try verify(Self.files + "/badge.json", ["--keys", Self.files + "/badge.json"]).code == 2)
    #expect(
      try verify(Self.files + "/badge.json", Self.trust + ["--revoked", Self.files + "/keys.json"]).code == 2)
    // A list that somebody shortened is no list.
    let list = try String(contentsOfFile: Run.place(Self.files + "/revoked.json"), encoding: .utf8)
    let shortened = FileManager.default.temporaryDirectory.appending(path: "revoked-\(UUID()).json")
    defer { try? FileManager.default.removeItem(at: shortened) }
    try Data(list.replacing(/\{"id":"[^"]*","revoked":true\}/, with: "").utf8).write(to: shortened)
    let run = try verify(Self.files + "/badge.json", Self.trust + ["--revoked", shortened.path])
    #expect(run.code == 2 && run.errors.contains("not signed by any of the keys"))
  }

  @Test func programsReadTheSame() throws {
    let run = try verify(
      Self.files + "/badge.qr", Self.trust + ["--revoked", Self.files + "/revoked.json", "--json"] + Self.day)
    #expect(run.code == 7)
    #expect(run.object["verdict"] as? String == "revoked")
    #expect(run.object["valid"] as? Bool == false)
    #expect(run.object["name"] as? String == "Ñusta Canaria Quishpe")
    let stranger = try verify(Self.files + "/badge.qr", ["--json"] + Self.day)
    #expect(stranger.object["verdict"] as? String == "unknown_issuer")
    #expect(stranger.object["name"] == nil)
  }

  @Test func keysOfAnInstallation() throws {
    try withInstallation { folder in
      #expect(try folder.run("certificate", "keys").output == "{\"keys\":[],\"type\":\"IssuerKeys\"}\n")
      #expect(try folder.run("certificate", "list-revoked").code == 1)
      let address = ["--public-address", "https://amparo.example.org/"]
      let first = try Run(["certificate", "rotate", "--data", folder.path] + address)
      #expect(first.code == 0, "\(first.errors)")
      let key = try #require(first.output.firstMatch(of: /z6Mk\w+/)).0
      #expect(try Run(["certificate", "rotate", "--data", folder.path] + address).code == 0)
      let list = try Run(["certificate", "list-revoked", "--data", folder.path] + address)
      #expect(list.object["issuer"] as? String == "https://amparo.example.org")
      #expect(try folder.run("certificate", "withdraw-key", "x").code == 64)
      #expect(try folder.run("certificate", "withdraw-key", String(key), "--from", "2008-03-10").code == 0)
      let keys = try folder.run("certificate", "keys").object["keys"] as? [[String: Any]] ?? []
      #expect(keys.count == 2 && keys.count { $0["withdrawnFrom"] as? String == "2008-03-10T00:00:00Z" } == 1)
      let page = try Run(["certificate", "page", "--language", "en", "--data", folder.path] + address)
      #expect(page.output.hasPrefix("<!doctype html>") && page.output.contains("Verify a certificate"))
      // Its policy lets in exactly the script and the style that stand in it, and it asks nobody.
      #expect(page.output.contains("default-src &#39;none&#39;") && !page.output.contains("src=\"http"))
      #expect(try folder.run("audit", "verify").code == 0)
    }
  }
}
