import Basics
import Estimation
import Foundation

/// What one run of `amparo estimate` found, for a program or a terminal.
extension EstimateStudy {
  // MARK: For a program

  var json: ReportValue {
    var entries: [(String, ReportValue)] = []
    if let estimate {
      entries = Self.entries(estimate)
    } else if let panel {
      entries = [
        ("method", .text("panel")), ("observed", .count(Int(panel.observed))), ("hidden", .number(nil)),
        ("total", .number(nil)), ("lower", Self.number(panel.range?.lower)), ("upper", Self.number(panel.range?.upper)),
        ("interval", .text("from the lowest to the highest limit of the methods that answered")),
        ("model", .text("panel")), ("warnings", .list(panel.warnings.map { .text($0[.english]) })),
        ("verdict", .text(panel.verdict.rawValue)), ("why", .list(panel.reasons.map { .text($0.words()) })),
        (
          "methods",
          .list(
            panel.lines.map { line in
              .object(
                line.estimate.map(Self.entries) ?? [
                  ("method", .text(line.method.rawValue)), ("total", .number(nil)),
                  ("reason", .text(line.reason?[.english] ?? "")),
                ])
            })
        ),
        (
          "variants",
          .list(
            panel.variants.map { variant in
              .object([
                (variant.isMerge ? "merged" : "without", .text(variant.name)),
                ("observed", .count(Int(variant.observed))),
                ("total", Self.number(variant.total)),
              ])
            })
        ),
      ]
    }
    if let corrected {
      entries.append(
        (
          "linkage",
          .object([
            ("total", Self.number(corrected.total)), ("lower", Self.number(corrected.lower)),
            ("upper", Self.number(corrected.upper)), ("uncorrected", Self.number(corrected.uncorrected)),
            ("distinct", Self.number(corrected.observed)), ("model", .text(corrected.model.notation)),
            ("interval", .text(Self.linkageInterval)),
          ])
        ))
    }
    if let groups {
      let list = groups.groups.map { group in
        ReportValue.object([("group", .text(group.name))] + Self.entries(group.estimate))
      }
      entries.append(("groups", .list(list)))
      entries.append(("groups_joined", .count(groups.joined)))
      entries.append(("group_warnings", .list(groups.warnings.map { .text($0[.english]) })))
    }
    let sentences = EstimationAssumptions.sentences(linkage: corrected != nil)
    entries.append(("assumptions", .list(sentences.map { .text($0) })))
    return .object(entries)
  }

  static let linkageInterval = "95 %, pooled: chance, the choice of the model and the linkage's errors"

  private static func entries(_ estimate: Estimate) -> [(String, ReportValue)] {
    [
      ("method", .text(estimate.method.rawValue)), ("observed", .count(Int(estimate.observed))),
      ("hidden", number(estimate.hidden)), ("total", number(estimate.total)), ("lower", number(estimate.lower)),
      ("upper", number(estimate.upper)), ("interval", .text(estimate.interval[.english])),
      ("model", .text(estimate.model[.english])),
      ("warnings", .list(estimate.warnings.map { .text($0[.english]) })),
    ]
  }

  /// Null where there is no end.
  private static func number(_ number: Double?) -> ReportValue {
    .number(number.flatMap { $0.isFinite ? $0 : nil })
  }

  // MARK: For a terminal

  func tell() {
    print("\(Int(table.observed)) cases on \(table.lists.count) lists: \(table.lists.joined(separator: ", ")).")
    if let estimate {
      print(Self.line(estimate))
      print("  \(estimate.interval[.english])\n  model \(estimate.model[.english])")
      for warning in estimate.warnings { print("  Note: \(warning[.english]).") }
    }
    if let panel { tell(panel) }
    if let corrected {
      print(
        "With the linkage's errors: \(Self.count(corrected.total)) [\(Self.count(corrected.lower)), "
          + "\(Self.count(corrected.upper))], as linked \(Self.count(corrected.uncorrected)); "
          + "\(Self.count(corrected.observed)) different people seen.")
      print("  \(Self.linkageInterval)\n  model \(corrected.model.notation)")
    }
    if let groups {
      for group in groups.groups { print("\(group.name): " + Self.line(group.estimate)) }
      for warning in groups.warnings { print("  Note: \(warning[.english]).") }
    }
    print("Taken for granted:")
    for sentence in EstimationAssumptions.sentences(linkage: corrected != nil) { print("  \(sentence)") }
  }

  private func tell(_ panel: EstimationPanel) {
    for line in panel.lines {
      if let estimate = line.estimate {
        print("\(line.method.rawValue): " + Self.line(estimate))
        print("  \(estimate.interval[.english])\n  model \(estimate.model[.english])")
        for warning in estimate.warnings where !panel.warnings.contains(warning) {
          print("  Note: \(warning[.english]).")
        }
      } else {
        print("\(line.method.rawValue): none. \(line.reason?[.english] ?? "")")
      }
    }
    for variant in panel.variants {
      let change = variant.isMerge ? "\(variant.name) as one" : "without \(variant.name)"
      print("  \(change): \(variant.total.map(Self.count) ?? "not estimable") (stepwise)")
    }
    for warning in panel.warnings { print("Note: \(warning[.english]).") }
    print(panel.verdict.words())
    for reason in panel.reasons { print("  because \(reason.words())") }
  }

  private static func line(_ estimate: Estimate) -> String {
    "\(count(estimate.total)) in all [\(count(estimate.lower)), \(count(estimate.upper))], "
      + "\(count(estimate.hidden)) of them hidden"
  }

  static func count(_ number: Double) -> String {
    number.isFinite && number < 1e15 ? String(Int(number.rounded())) : "no end"
  }
}
