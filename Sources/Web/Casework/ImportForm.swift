import Basics
import Casework
import CountryPack
import Foundation

/// Which column holds what, as a form: a choice a field, with what the headings suggest.
struct ImportForm {
  let sheet: FormSheet
  let visit: Visit
  private var words: Words { visit.words }

  func fields(_ table: ImportTable, _ province: String) -> [FormSheet.Field] {
    let terms = CaseTerms(visit: visit)
    let isHtcds = Htcds.isHeader(table.header)
    let suggestion = ColumnMapping.suggestion(for: table.header)
    let columns = table.header.enumerated().map { index, heading in
      FormSheet.Option(
        String(index), heading.isEmpty ? words("casework.import.nameless", ["number": String(index + 1)]) : heading)
    }
    var fields = [
      sheet.choices(
        "as", label: "casework.import.as",
        options: ["columns", "htcds"].map { FormSheet.Option($0, words("casework.import.as.\($0)")) },
        value: isHtcds ? "htcds" : "columns")
    ]
    fields += ImportField.allCases.map { field in
      let column = suggestion.columns[field.rawValue].flatMap { table.header.firstIndex(of: $0) }
      return sheet.select(
        Self.name(field), label: words("casework.import.field.\(field.rawValue)"), options: columns,
        value: isHtcds ? "" : column.map(String.init) ?? "", optional: true)
    }
    fields += [
      sheet.choices(
        "days", label: "casework.import.days",
        options: DayOrder.allCases.map { FormSheet.Option($0.rawValue, words("casework.import.days.\($0.rawValue)")) },
        value: DayOrder.dayFirst.rawValue),
      sheet.select(
        "fixed_kind", label: "casework.import.fixed_kind", hint: "casework.import.fixed_hint",
        options: terms.options(.caseKinds), optional: true),
      sheet.select(
        "fixed_province", label: "casework.import.fixed_province", hint: "casework.import.fixed_hint",
        options: terms.provinces, value: province, optional: true),
      sheet.area(
        "words", label: "casework.import.words", hint: "casework.import.words_hint", rows: 4, optional: true),
    ]
    return fields
  }

  private static func name(_ field: ImportField) -> String { "c_" + field.rawValue }

  /// The mapping that was chosen. Throws `Refusal` `.invalid` beside the fields that can't be read.
  static func mapping(_ form: Form, _ table: ImportTable) throws(Refusal) -> ImportMapping {
    var reader = FormReader(form)
    var fixed: [String: String] = [:]
    for (name, field) in [("fixed_kind", "kind"), ("fixed_province", "province")] {
      let value = reader.text(name, upTo: 80, required: false)
      if !value.isEmpty { fixed[field] = value }
    }
    if form["as"] == "htcds" {
      try reader.check()
      return .htcds(
        fixed: Dictionary(
          uniqueKeysWithValues: fixed.map { ($0.key == "kind" ? "amparo_CaseKind" : "amparo_Province", $0.value) }))
    }
    var mapping = ColumnMapping(fixed: fixed, days: DayOrder(rawValue: form["days"] ?? "") ?? .dayFirst)
    for field in ImportField.allCases {
      let chosen = reader.text(name(field), upTo: 10, required: false)
      guard !chosen.isEmpty else { continue }
      guard let index = Int(chosen), table.header.indices.contains(index) else {
        reader.refuse(name(field), "error.unknown_code")
        continue
      }
      mapping.columns[field.rawValue] = table.header[index]
    }
    if mapping.columns["given_names"] == nil, mapping.columns["surnames"] == nil {
      reader.refuse(name(.givenNames), "error.import_no_name")
    }
    for line in reader.text("words", upTo: 5000, required: false).split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      let left = parts.first?.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) } ?? []
      guard parts.count == 2, left.count == 2, ImportField(rawValue: left[0]) != nil else {
        reader.refuse("words", "error.import_words")
        break
      }
      mapping.values[left[0], default: [:]][left[1]] = parts[1]
    }
    try reader.check()
    return .columns(mapping)
  }

  /// The choices, to go along unseen from the look to the start.
  static func kept(_ form: Form) -> [[String: String]] {
    let names = ["as", "days", "fixed_kind", "fixed_province", "words"] + ImportField.allCases.map(name)
    return names.compactMap { name in form[name].map { ["name": name, "value": $0] } }
  }
}
