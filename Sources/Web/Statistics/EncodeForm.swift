import Basics
import Linkage

/// What is filled in to encode a list of people.
struct EncodeForm {
  /// Longer than any linkage takes.
  static let mostDays = 365
  static let hardenings = ["fold", "rule90", "balance"]

  let sheet: FormSheet
  let schemas: [String]
  private var words: Words { sheet.words }

  func fields(_ visit: Visit) -> [FormSheet.Field] {
    [
      // Like a password: never put back, never shown.
      sheet.text(
        "secret", label: "statistics.linkage.secret", hint: "statistics.linkage.secret_hint", type: "password"),
      sheet.text("list", label: "statistics.linkage.list", hint: "statistics.linkage.list_hint"),
      sheet.text("purpose", label: "statistics.linkage.purpose", hint: "statistics.linkage.purpose_hint"),
      sheet.text(
        "expires", label: "statistics.linkage.expires", hint: "statistics.linkage.expires_hint",
        value: visit.dates.today.adding(days: 30).description, type: "date"),
      sheet.choices(
        "schema", label: "statistics.linkage.schema", hint: "statistics.linkage.schema_hint",
        options: schemas.map { .init($0, $0) }, value: schemas.first { $0 == "es-1" } ?? schemas.first ?? ""),
      sheet.checks(
        "hardening", label: "statistics.linkage.hardening", hint: "statistics.linkage.hardening_hint",
        options: Self.hardenings.map { .init($0, words("statistics.linkage.hardening.\($0)")) }, optional: true),
    ]
  }

  struct Request: Sendable {
    var people: [UInt8]
    var secret: [UInt8]
    var list: String
    var purpose: String
    var expires: CalendarDay
    var schema: String
    var hardening: [LinkageSchema.Hardening]
  }

  /// Reads a sent form.
  ///
  /// Throws `Refusal` with all wrong fields.
  func request(_ visit: Visit) throws(Refusal) -> Request {
    var reader = FormReader(visit.form)
    let people = visit.files["people"] ?? []
    if people.isEmpty { reader.refuse("people", "error.linkage_no_file") }
    let secret = Array(reader.text("secret", upTo: 500).utf8)
    if !secret.isEmpty, secret.count < 16 { reader.refuse("secret", "error.linkage_secret") }
    let list = reader.value("list", or: "error.linkage_list") { text in
      text.count <= 40 && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
        ? text : nil
    }
    let purpose = reader.text("purpose", upTo: 120)
    if purpose.contains(where: \.isNewline) { reader.refuse("purpose", "error.linkage_purpose") }
    let today = visit.dates.today
    let expires = reader.value("expires", or: "error.linkage_expires") { text in
      CalendarDay(text).flatMap { $0 >= today && $0 <= today.adding(days: Self.mostDays) ? $0 : nil }
    }
    let schema = reader.value("schema", or: "error.linkage_schema") { schemas.contains($0) ? $0 : nil }
    let chosen = reader.values("hardening", or: "error.linkage_schema") { Self.hardenings.contains($0) ? $0 : nil }
    try reader.check()
    return Request(
      people: people, secret: secret, list: list ?? "", purpose: purpose, expires: expires ?? today,
      schema: schema ?? "",
      // In one order, so that two agencies that tick the same get the same.
      hardening: Self.hardenings.filter(chosen.contains).compactMap { LinkageSchema.Hardening($0) })
  }
}
