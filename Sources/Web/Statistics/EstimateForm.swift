import Basics
import Estimation
import Foundation
import Training

/// What is filled in to ask for an estimate.
struct EstimateForm {
  /// A table of histories is small; whoever sends more has sent a list of people.
  static let largest = 1 << 20
  static let resamples = [200, 1000, 2000]

  let sheet: FormSheet
  var words: Words { sheet.words }

  /// The fields that everybody looks at.
  var fields: [FormSheet.Field] {
    [
      sheet.area(
        "table", label: "statistics.estimate.table", hint: "statistics.estimate.table_hint", rows: 8, optional: true),
      sheet.checks(
        "methods", label: "statistics.estimate.methods", hint: "statistics.estimate.methods_hint",
        options: EstimationMethod.single.map {
          .init($0.rawValue, Self.name($0, words), hint: words("statistics.estimate.method.\($0.key)"))
        }, values: Set(EstimationMethod.single.map(\.rawValue))),
    ]
  }

  /// The fields that most leave as they are.
  var furtherFields: [FormSheet.Field] {
    [
      sheet.text(
        "groups", label: "statistics.estimate.groups", hint: "statistics.estimate.groups_hint", optional: true),
      sheet.text("merge", label: "statistics.estimate.merge", hint: "statistics.estimate.merge_hint", optional: true),
      sheet.text(
        "missed", label: "statistics.estimate.missed", hint: "statistics.estimate.missed_hint", optional: true),
      sheet.text("wrong", label: "statistics.estimate.wrong", hint: "statistics.estimate.wrong_hint", optional: true),
      sheet.choices(
        "resamples", label: "statistics.estimate.resamples", hint: "statistics.estimate.resamples_hint",
        options: Self.resamples.map { .init(String($0), GroupedNumber.text(Double($0), words.language)) },
        value: "1000"),
      sheet.text(
        "seed", label: "statistics.estimate.seed", hint: "statistics.estimate.seed_hint", value: "1",
        inputmode: "numeric"),
    ]
  }

  /// Whether something is wrong in a field that is folded away.
  var isOpen: Bool {
    ["groups", "merge", "missed", "wrong", "resamples", "seed"].contains { sheet.error($0) != nil }
  }

  static func name(_ method: EstimationMethod, _ words: Words) -> String {
    let name = method.name(words.language)
    return name.prefix(1).uppercased() + name.dropFirst()
  }

  // MARK: Reading

  /// What was asked for, the table's text still unread.
  struct Request: Sendable {
    var text: String
    var groups: [String]
    var merge: [[String]]
    var question: EstimateQuestion
    /// The field that the table came in.
    var field: String

    /// Reads the table. Throws `HistoryProblem`.
    func tables() throws(HistoryProblem) -> EstimateStudy.Tables {
      try HistoryFile.read(text, strata: groups, merge: merge)
    }
  }

  /// Reads a sent form.
  ///
  /// Throws `Refusal` with all wrong fields.
  static func request(_ visit: Visit) throws(Refusal) -> Request {
    var reader = FormReader(visit.form)
    let pasted = reader.text("table", upTo: 100_000, required: false)
    let file = visit.files["file"].flatMap { $0.isEmpty ? nil : $0 }
    if file == nil, pasted.isEmpty { reader.refuse("file", "error.estimate_no_table") }
    if file?.count ?? 0 > largest { reader.refuse("file", "error.estimate_too_large") }
    let methods = reader.values("methods", or: "error.estimate_methods") { text in
      EstimationMethod(rawValue: text).flatMap { $0 == .panel ? nil : $0 }
    }
    if methods.count < 2, !reader.problems.contains(where: { $0.field == "methods" }) {
      reader.refuse("methods", "error.estimate_methods")
    }
    let groups = names(reader.text("groups", upTo: 300, required: false), ",")
    let merge = names(reader.text("merge", upTo: 500, required: false), ",").map { names($0, "+") }
    let merged = merge.joined()
    if merge.contains(where: { $0.count < 2 }) || Set(merged).count < merged.count {
      reader.refuse("merge", "error.estimate_merge")
    }
    let missed = reader.optional("missed", or: "error.estimate_share", share)
    let wrong = reader.optional("wrong", or: "error.estimate_share", share)
    let asked = ["missed", "wrong"].filter { !(visit.form[$0] ?? "").trimmingCharacters(in: .whitespaces).isEmpty }
    if asked.count == 1 { reader.refuse(asked == ["missed"] ? "wrong" : "missed", "error.estimate_both_shares") }
    var settings = EstimationSettings()
    settings.bootstrap =
      reader.optional("resamples", or: "error.estimate_resamples") { text in
        Int(text).flatMap { resamples.contains($0) ? $0 : nil }
      } ?? settings.bootstrap
    settings.seed = reader.optional("seed", or: "error.estimate_seed") { UInt64($0) } ?? settings.seed
    try reader.check()
    var question = EstimateQuestion(.panel, settings: settings)
    (question.methods, question.hasGroups) = (methods, !groups.isEmpty)
    if let missed, let wrong { question.error = LinkageError(missed: missed, wrongly: wrong) }
    return Request(
      text: file.map { CSVText.text($0) } ?? pasted, groups: groups, merge: merge, question: question,
      field: file == nil ? "table" : "file")
  }

  private static func names(_ text: String, _ separator: Character) -> [String] {
    text.split(separator: separator).map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }

  /// `24/400`.
  private static func share(_ text: String) -> LinkageError.Share? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map {
      Int($0.trimmingCharacters(in: .whitespaces))
    }
    guard parts.count == 2, let wrong = parts[0], let looked = parts[1] else { return nil }
    return LinkageError.Share(wrong: wrong, looked: looked)
  }
}

extension EstimationMethod {
  /// As the keys of texts have it.
  var key: String { rawValue.replacing("-", with: "_") }
}
