import Basics
import Foundation
@testable import Linkage
import Testing

enum Schemas {
  static func text(_ name: String) throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(contentsOf: root.appending(path: "Packs/ecuador/linkage/\(name).yaml"), encoding: .utf8)
  }

  static func named(_ name: String, _ extra: [LinkageSchema.Hardening] = []) throws -> LinkageSchema {
    try LinkageSchema(yaml: text(name), extra: extra)
  }
}

@Suite struct SchemaTests {
  /// The vector that clkhash itself and a rewrite from its description agree on.
  @Test func clkhashBitForBit() throws {
    var encoder = try RecordEncoder(Schemas.named("clk-3"), secret: Array("not a real secret".utf8))
    let columns = try encoder.columns(in: ["given", "surnames", "dob", "sex", "nationality"])
    let record = encoder.encode(["maria fernanda", "zambrano loor", "19900512", "F", "ECU"], columns)
    let bytes = RecordEncoder.bytes(record.filter)
    #expect(record.filter.reduce(0) { $0 + $1.nonzeroBitCount } == 485)
    #expect(bytes.prefix(16).map { $0 }.hexadecimal == "6440931ddc02337129504712ac5b1bdd")
    #expect(
      KeyDerivation.digest(bytes).hexadecimal == "97baf9d61a05f6d3328493a200e691475f123e2f9e07f7a61ed3772944d9b096")
    #expect(RecordEncoder.words(bytes) == record.filter)
  }

  @Test func theSpanishSchemaHoldsItsVector() throws {
    let schema = try Schemas.named("es-1")
    #expect(schema.threshold == 0.73 && schema.finalBits == 1024)
    let changed = try Schemas.text("es-1").replacing("each: 7", with: "each: 8")
    #expect(throws: LinkageProblem.self) { _ = try LinkageSchema(yaml: changed) }
    #expect(try Schemas.named("es-1", [.fold]).fingerprint != schema.fingerprint)
  }

  /// What is one person on paper gives the same filter, or nearly.
  @Test(arguments: [
    (["Ma. Fernanda", "Zambrano", "Loor"], ["María Fernanda", "de la Zambrano", "Loor"], 1.0),
    (["Mafer", "Zambrano", "Loor"], ["Maria Fernanda", "Loor", "Zambrano"], 1.0),
    (["José", "Muñoz", "Peñafiel"], ["Pepe", "MUNOZ", "PENAFIEL"], 1.0),
    (["Jessica", "Vera", "Cedeño"], ["Yesica", "Bera", "Sedeño"], 0.7),
    (["Maria Fernanda", "Zambrano", "Loor"], ["Fernanda", "Zambrano", ""], 0.7),
    (["Maria Fernanda", "Zambrano", "Loor"], ["Carlos Andres", "Quishpe", "Toapanta"], 0.0),
  ]) func spellingsOfOnePersonAreNear(_ first: [String], _ second: [String], _ least: Double) throws {
    var encoder = try RecordEncoder(Schemas.named("es-1"), secret: Array("a secret for these tests".utf8))
    let columns = try encoder.columns(in: ["given", "surname1", "surname2", "birth", "sex", "nationality"])
    let filters = [first, second].map { encoder.encode($0 + ["1990-05-12", "F", "ECU"], columns).filter }
    let same = zip(filters[0], filters[1]).reduce(0) { $0 + ($1.0 & $1.1).nonzeroBitCount }
    let ones = filters.joined().reduce(0) { $0 + $1.nonzeroBitCount }
    let dice = 2 * Double(same) / Double(ones)
    #expect(dice >= least && (least > 0 || dice < 0.73), "\(dice)")
  }

  @Test func datesGetPartialCredit() throws {
    var encoder = try RecordEncoder(Schemas.named("es-1"), secret: Array("a secret for these tests".utf8))
    let columns = try encoder.columns(in: ["given", "surname1", "birth", "sex", "nationality"])
    func near(_ day: String) -> Int {
      let filters = ["1990-05-12", day].map { encoder.encode(["", "", $0, "", ""], columns).filter }
      return zip(filters[0], filters[1]).reduce(0) { $0 + ($1.0 & $1.1).nonzeroBitCount }
    }
    #expect(near("1990-05-12") > near("1990-12-05") && near("1990-12-05") > near("1990-01-01"))
    #expect(near("1990-01-01") > near("1991-01-01") && near("1991-01-01") > near("1970-01-01"))
    #expect(
      RecordEncoder.day("1990-13-01") == nil && RecordEncoder.day("yesterday") == nil && RecordEncoder.day("") == nil)
  }

  @Test func soundsAreClasses() {
    func sound(_ word: String) -> String { String(decoding: SpanishNames.sound(Array(word.utf8)), as: UTF8.self) }
    for (first, second) in [
      ("gonzalez", "gonsales"), ("vera", "bera"), ("yepez", "llepes"), ("quishpe", "kishpe"), ("hector", "ector"),
      ("jimenez", "gimenes"), ("guevara", "guebara"), ("philipe", "filipe"), ("rosa", "rossa"),
    ] { #expect(sound(first) == sound(second), "\(sound(first)) \(sound(second))") }
    #expect(sound("vera") != sound("vaca"))
  }

  @Test func cedulasAreChecked() {
    #expect(SpanishNames.isCedula("1710034065") && !SpanishNames.isCedula("1710034066"))
    for text in ["", "171003406", "17100340655", "9910034065", "1790034065", "171003406a"] {
      #expect(!SpanishNames.isCedula(text), "\(text)")
    }
  }

  @Test(arguments: [
    ("", "empty"), ("id: x\n", "missing"), ("id: [", "YAML"),
    ("id: x\nversion: '1'\nbits: 1000\nfields: [{columns: [a], kind: exact, bits: 9}]\nvectors: []\n", "bits"),
    ("id: x\nversion: '1'\nbits: 1024\nfields: [{columns: [a], kind: odd, bits: 9}]\nvectors: []\n", "odd"),
    ("id: x\nversion: '1'\nbits: 1024\nfields: [{columns: [a], kind: exact, bits: 9}]\nvectors: []\n", "test vector"),
    ("id: x\nversion: '1'\nbits: 1024\nfields: [{columns: [a], kind: names}]\nvectors: []\n", "each"),
    (
      "id: x\nversion: '1'\nbits: 512\nfields: [{columns: [a], kind: exact, bits: 9}]\nhardening: [fold, fold, fold]\n"
        + "vectors: []\n", "compared"
    ),
  ]) func badSchemasSayWhy(_ yaml: String, _ words: String) {
    do {
      _ = try LinkageSchema(yaml: yaml)
      Issue.record("read")
    } catch { #expect(error.message.contains(words), "\(error)") }
  }
}
