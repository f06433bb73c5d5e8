import Basics
import CountryPack
import Foundation
import Referrals

/// The fields that several forms of a mechanism have.
struct DesignFields {
  let sheet: FormSheet
  let screen: DesignScreen
  typealias Field = FormSheet.Field
  typealias Option = FormSheet.Option

  private var terms: MechanismTerms { screen.terms }

  // MARK: Texts

  /// A text in every language, the reader's own first. Where another says the same, its field stays empty.
  func texts(
    _ name: String, label: String, hint: String? = nil, value: LocalizedText?, rows: Int? = nil,
    optional: Bool = false
  ) -> [Field] {
    screen.languages.enumerated().map { place, language in
      let isFirst = place == 0
      let written = value?[language] ?? ""
      let shown = isFirst || written != value?[screen.languages[0]] ? written : ""
      let field = "\(name)_\(language.code)"
      let label = self.label(label, language)
      let hint = isFirst ? hint : "design.other_language"
      if let rows {
        return sheet.area(
          field, label: label, hint: hint, value: shown, rows: rows, optional: optional || !isFirst)
      }
      return sheet.text(field, label: label, hint: hint, value: shown, optional: optional || !isFirst)
    }
  }

  private func label(_ key: String, _ language: Language) -> String {
    let label = screen.words.text(key)
    if screen.languages.count == 1 { return label }
    return screen.words(
      "design.in_language",
      ["label": label, "language": screen.visit.frame.screen.words(language)("common.language")])
  }

  func source(_ source: String?, _ certainty: Certainty?) -> [Field] {
    [
      sheet.text(
        "source", label: "design.source", hint: "design.source_hint",
        value: source ?? screen.words("design.source_standing")),
      sheet.select(
        "certainty", label: "design.certainty",
        options: Certainty.allCases.map { Option($0.rawValue, screen.words("design.certainty.\($0.rawValue)")) },
        value: (certainty ?? .unverified).rawValue),
    ]
  }

  // MARK: Times

  /// A length of time: a number and its unit.
  func time(_ name: String, label: String, hint: String? = nil, minutes: Int?, optional: Bool = false) -> [Field] {
    let unit = minutes.map(DesignUnit.init(of:)) ?? .hours
    return [
      sheet.text(
        name, label: label, hint: hint, value: minutes.map { String($0 / unit.minutes) } ?? "", optional: optional,
        inputmode: "numeric"),
      sheet.choices(
        name + "_unit", label: "design.unit",
        options: DesignUnit.allCases.map { Option($0.rawValue, screen.words("design.unit.\($0.rawValue)")) },
        value: unit.rawValue),
    ]
  }

  func spread(_ name: String, value: Mechanism.Duration.Spread) -> Field {
    sheet.choices(
      name, label: "design.spread",
      options: [Mechanism.Duration.Spread.none, .moderate, .wide].map {
        Option($0.rawValue, screen.words("design.spread.\($0.rawValue)"))
      }, value: value.rawValue)
  }

  // MARK: Codes

  func provinces(_ name: String, label: String, hint: String? = nil, values: [String], all: [String]? = nil) -> Field {
    let shown = all.map { all in terms.provinces.filter { all.contains($0.iso) || values.contains($0.iso) } }
    return sheet.checks(
      name, label: label, hint: hint,
      options: (shown ?? terms.provinces).map { Option($0.iso, $0.name[screen.language]) }, values: Set(values),
      optional: true)
  }

  /// For whom: nothing ticked means everybody.
  func group(_ group: Mechanism.Group, needs: String) -> [Field] {
    [
      terms("needs", needs, terms.needs, group.needs), terms("ages", "design.ages", terms.ages, group.ages),
      terms("sexes", "design.sexes", terms.sexes, group.sexes),
      provinces(
        "provinces", label: "design.provinces", hint: "design.nobody_ticked", values: group.provinces,
        all: screen.mechanism.provinces),
    ]
  }

  func terms(_ name: String, _ label: String, _ all: [Term], _ values: [String], hint: String? = "design.nobody_ticked")
    -> Field
  {
    sheet.checks(
      name, label: label, hint: hint, options: all.map { Option($0.code, $0.name[screen.language]) },
      values: Set(values), optional: true)
  }

  /// Desks, services or forms that are named: also one that a file names and that does not exist.
  func references(_ name: String, label: String, hint: String? = nil, all: [Option], values: [Mechanism.Reference])
    -> Field
  {
    sheet.checks(
      name, label: label, hint: hint, options: all + missing(values.map(\.code), all), values: Set(values.map(\.code)),
      optional: true)
  }

  func reference(
    _ name: String, label: String, hint: String? = nil, all: [Option], value: Mechanism.Reference?,
    optional: Bool = true
  ) -> Field {
    sheet.select(
      name, label: label, hint: hint, options: all + missing([value?.code].compactMap(\.self), all),
      value: value?.code ?? "", optional: optional)
  }

  private func missing(_ codes: [String], _ all: [Option]) -> [Option] {
    codes.filter { code in !all.contains { $0.value == code } }.map { Option($0, screen.missing($0)) }
  }

  var desks: [Option] { screen.mechanism.desks.map { Option($0.code, $0.name[screen.language]) } }
  var steps: [Option] { screen.mechanism.steps.map { Option($0.code, $0.name[screen.language]) } }
  var services: [Option] {
    screen.mechanism.services.map { service in
      Option(service.code, service.name[screen.language], hint: screen.deskName(service.desk.code))
    }
  }
  var forms: [Option] { screen.mechanism.forms.map { Option($0.code, $0.name[screen.language]) } }
}

enum DesignUnit: String, CaseIterable {
  case minutes, hours, days

  /// The largest that needs no fraction.
  init(of minutes: Int) { self = minutes % 1440 == 0 ? .days : minutes % 60 == 0 ? .hours : .minutes }

  var minutes: Int {
    switch self {
    case .minutes: 1
    case .hours: 60
    case .days: 1440
    }
  }
}

/// Reading the same fields. What is typed as it stood is left as it was, to the last space.
extension FormReader {
  mutating func texts(_ name: String, _ screen: DesignScreen, old: LocalizedText?, required: Bool = true)
    -> LocalizedText?
  {
    var typed: [Language: String] = [:]
    for language in screen.languages {
      let field = "\(name)_\(language.code)"
      // YAML takes a mark of the byte order off where a text begins: nobody typed it to be read.
      let text = text(field, upTo: 5000, required: false).replacing("\u{FEFF}", with: "")
      if text.utf8.count > 5000 { refuse(field, "error.mechanism_long") }
      guard !text.isEmpty else { continue }
      typed[language] = old.map { Self.kept($0[language], text) } ?? text
    }
    let first = "\(name)_\(screen.languages[0].code)"
    guard let standing = screen.languages.lazy.compactMap({ typed[$0] }).first else {
      if required { refuse(first, "error.missing") }
      return nil
    }
    for language in screen.languages where typed[language] == nil { typed[language] = standing }
    return LocalizedText(typed)
  }

  /// What stood there, where only what a field takes off is missing: space around it, and line ends in one line.
  private static func kept(_ old: String, _ typed: String) -> String {
    let lines = [old, old.filter { !$0.isNewline }]
    return lines.contains { $0.trimmingCharacters(in: .whitespacesAndNewlines) == typed } ? old : typed
  }

  mutating func source(_ old: String?) -> String {
    let text = text("source", upTo: 2000).replacing("\u{FEFF}", with: "")
    if text.isEmpty, form["source"]?.isEmpty == false { refuse("source", "error.missing") }
    if text.utf8.count > 2000 { refuse("source", "error.mechanism_long") }
    return old.map { Self.kept($0, text) } ?? text
  }

  mutating func certainty() -> Certainty {
    value("certainty", or: "error.choose", Certainty.init(rawValue:)) ?? .unverified
  }

  /// Minutes; `nil` where nothing stands.
  mutating func minutes(_ name: String, upTo most: Int, required: Bool = true) -> Int? {
    let unit = value(name + "_unit", or: "error.choose", DesignUnit.init(rawValue:)) ?? .hours
    return whole(name, in: 1...(most / unit.minutes), required: required).map { $0 * unit.minutes }
  }

  mutating func whole(_ name: String, in range: ClosedRange<Int>, required: Bool = true) -> Int? {
    let text = text(name, upTo: 20, required: required)
    guard !text.isEmpty else { return nil }
    guard let number = Int(text), range.contains(number) else {
      refuse(
        name,
        Phrase("error.mechanism_number", ["least": String(range.lowerBound), "most": String(range.upperBound)]))
      return nil
    }
    return number
  }

  /// Codes that are ticked: those that stood there in their order, then the others in the list's.
  mutating func codes(_ name: String, _ all: [String], old: [String]) -> [String] {
    let known = Set(all + old)
    let ticked: Set<String> = values(name, or: "error.choose") { known.contains($0) ? $0 : nil }
    return old.filter(ticked.contains) + all.filter { ticked.contains($0) && !old.contains($0) }
  }

  mutating func references(_ name: String, _ all: [String], old: [Mechanism.Reference]) -> [Mechanism.Reference] {
    codes(name, all, old: old.map(\.code)).map { Mechanism.Reference($0) }
  }

  mutating func reference(_ name: String, _ all: [String], old: Mechanism.Reference?) -> Mechanism.Reference? {
    let known = Set(all + [old?.code].compactMap(\.self))
    return optional(name, or: "error.choose") { known.contains($0) ? Mechanism.Reference($0) : nil }
  }

  mutating func group(_ screen: DesignScreen, old: Mechanism.Group) -> Mechanism.Group {
    Mechanism.Group(
      needs: codes("needs", screen.terms.needs.map(\.code), old: old.needs),
      ages: codes("ages", screen.terms.ages.map(\.code), old: old.ages),
      sexes: codes("sexes", screen.terms.sexes.map(\.code), old: old.sexes),
      provinces: codes("provinces", screen.mechanism.provinces, old: old.provinces))
  }
}
