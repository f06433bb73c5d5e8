import Basics

/// Two people wrote the same part at once: the second sees what stands there now beside what they typed, and decides.
/// What they typed stays in the form, and sending it again says that they saw the other.
struct Clash {
  /// The form's hidden field with the revision that its sender has seen.
  let revision: FormSheet.Field
  /// What stands there now; `nil` when nobody was faster.
  private(set) var view: [String: Any]?

  /// Shows field by field what each of the two changed.
  mutating func compare(_ table: DataTable) { view?["table"] = table.view }

  /// - Parameters:
  ///   - stored: the revision that stands there now; 0 when there is nothing, or nothing any more.
  ///   - definitions: what stands there now.
  init(_ sheet: FormSheet, stored: Int, _ definitions: () -> Definitions) {
    let isLate = sheet.refusal?.kind == .conflict && sheet.typed["revision"] != String(stored)
    revision =
      isLate
      ? FormSheet(words: sheet.words).hidden("revision", String(stored))
      : sheet.hidden("revision", String(stored))
    view = isLate ? ["definitions": definitions().view] : nil
  }

  /// The revision a form was sent with. Throws `RefusedRequest.malformed` when there is none.
  static func seen(_ visit: Visit) throws -> Int {
    guard let revision = visit.form["revision"].flatMap({ Int($0) }), revision >= 0 else {
      throw RefusedRequest.malformed
    }
    return revision
  }
}
