import Basics

/// A form that somebody else's change overtook: the page shows what stands there now beside what was typed, and sending
/// it again says that its sender has seen it.
extension FormSheet {
  private var isOvertaken: Bool { refusal?.kind == .conflict }

  /// What of the stored the form has seen: a revision, or the value it would change.
  func seen(_ stored: String, as name: String = "revision") -> Field {
    isOvertaken ? FormSheet(words: words).hidden(name, stored) : hidden(name, stored)
  }

  func seen(_ revision: Int, as name: String = "revision") -> Field { seen(String(revision), as: name) }

  /// Field by field what stands there now and what was typed, where they differ; `nil` when nobody was faster.
  ///
  /// - Parameter fields: the form's fields, filled by the sheet that it is given.
  func overtaken(_ fields: (FormSheet) -> [Field]) -> ProtectionSection? {
    guard isOvertaken else { return nil }
    let rows: [[DataTable.Cell]] = zip(fields(FormSheet(words: words)), fields(self)).compactMap { now, yours in
      let (now, yours, label) = (shown(now), shown(yours), now["label"] as? String)
      guard let label, now != yours else { return nil }
      return [.text(label), .text(now.isEmpty ? "–" : now), .text(yours.isEmpty ? "–" : yours)]
    }
    guard !rows.isEmpty else { return nil }
    return ProtectionSection(
      title: words("plan.overtaken"), anchor: "overtaken",
      table: DataTable(
        caption: words("casework.clash.caption"),
        columns: ["field", "now", "yours"].map { words("casework.clash.\($0)") }, rows: rows))
  }

  /// A field's value as its reader sees it.
  private func shown(_ field: Field) -> String {
    if let isTicked = field["checked"] as? Bool { return words(isTicked ? "common.answer.yes" : "common.answer.no") }
    guard let options = field["options"] as? [[String: Any]] else { return field["value"] as? String ?? "" }
    return options.filter { $0["chosen"] as? Bool == true }.compactMap { $0["label"] as? String }
      .joined(separator: ", ")
  }
}

extension ProtectionSection {
  /// A page with a form for something that two people may change at once.
  ///
  /// - Parameter fields: the form's fields, filled by the sheet that it is given; what was seen is `FormSheet.seen`.
  static func form(
    _ heading: Heading, _ sheet: FormSheet, action: String, submit: String = "plan.save", cancel: String,
    _ fields: (FormSheet) -> [FormSheet.Field]
  ) -> Answer {
    page(
      heading, [sheet.overtaken(fields)].compactMap { $0 },
      form: sheet.view(action: action, submit: submit, fields: fields(sheet), cancel: cancel))
  }
}
