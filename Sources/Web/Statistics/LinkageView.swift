import Basics
import Estimation
import Linkage

/// What comparing encodings found: what they are for and until when, and how the lists overlap. No ids, no scores.
struct LinkageView {
  /// What a list says about itself.
  struct List: Sendable {
    var name: String
    var purpose: String
    var created: CalendarDay
    var expires: CalendarDay
    var schema: String
    var hardening: [String]
    var count: Int

    init(_ list: EncodedList) {
      (name, purpose, created, expires) = (list.name, list.purpose, list.created, list.expires)
      (schema, hardening, count) = (list.schema, list.hardening, list.count)
    }
  }

  struct Found: Sendable {
    var lists: [List]
    var threshold: Double
    /// People found on two lists or more.
    var together: Int
    /// By capture history, bit `i` for list `i`.
    var histories: [Int]
  }

  let found: Found
  let words: Words
  let dates: Dates

  private func count(_ number: Int) -> String { GroupedNumber.text(Double(number), words.language) }

  /// The overlaps as `HistoryFile` reads them.
  static func table(_ found: Found) -> String {
    var lines = [(found.lists.map(\.name) + ["count"]).joined(separator: ",")]
    for history in 1..<found.histories.count where found.histories[history] > 0 {
      let marks = found.lists.indices.map { String(history >> $0 & 1) }
      lines.append((marks + [String(found.histories[history])]).joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// - Parameters:
  ///   - estimate: the identifier of the run that the page's button begins.
  ///   - sample: where the drawn pairs are judged.
  func model(estimate: String, sample: String?) -> [String: Any?] {
    let people = found.histories.reduce(0, +)
    return [
      "heading": Heading(
        title: words("statistics.linkage.result"),
        lead: words(
          "statistics.linkage.result_lead",
          [
            "people": count(people), "records": count(found.lists.reduce(0) { $0 + $1.count }),
            "together": count(found.together),
          ]), back: HomeSection.Link(address: LinkagePages.path, label: words("statistics.linkage.title"))
      ).view,
      "lists": DataTable(
        caption: words("statistics.linkage.compared"),
        columns: ["list", "purpose", "created", "expires", "schema", "count"].map {
          words("statistics.linkage.column.\($0)")
        },
        rows: found.lists.map { list in
          [
            .text(list.name), .text(list.purpose), .text(dates.day(list.created)), .text(dates.day(list.expires)),
            .text(list.schema + (list.hardening.isEmpty ? "" : " + " + list.hardening.joined(separator: " + "))),
            .number(count(list.count)),
          ]
        }
      ).view,
      "overlaps": DataTable(
        caption: words(
          "statistics.linkage.overlaps",
          ["threshold": "\(found.threshold)".replacing(".", with: words("statistics.decimal"))]),
        columns: [words("statistics.linkage.column.on"), words("statistics.linkage.column.people")],
        rows: (1..<found.histories.count).filter { found.histories[$0] > 0 }.map { history in
          [
            .text(
              found.lists.indices.filter { history >> $0 & 1 == 1 }.map { found.lists[$0].name }.joined(
                separator: " + ")),
            .number(count(found.histories[history])),
          ]
        }
      ).view,
      "table": Self.table(found), "id": estimate, "sample": sample, "methods": EstimationMethod.single.map(\.rawValue),
      "canEstimate": found.lists.count >= 2 && found.together > 0,
    ]
  }
}
