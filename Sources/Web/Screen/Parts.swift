import Basics
import Mustache

/// Terms and what is known of them, for `{{#facts}}{{>parts/definitions}}{{/facts}}`. What is empty is left out.
struct Definitions: Sendable {
  var items: [(term: String, value: String)]
  init(_ items: [(term: String, value: String)]) { self.items = items }

  var view: [String: Any] {
    ["items": items.filter { !$0.value.isEmpty }.map { ["term": $0.term, "value": $0.value] }]
  }
}

/// A table for `{{#table}}{{>parts/table}}{{/table}}`: on a phone each row becomes a card whose cells name their column.
struct DataTable: Sendable {
  enum Cell: Sendable {
    case text(String)
    case link(String, address: String)
    case number(String)
    case status(Status)
    /// A bar of 0 to 100.
    case bar(Double)
  }

  var caption: String
  var columns: [String]
  /// The first cell of a row is its heading.
  var rows: [[Cell]]
  /// The last line, for totals.
  var total: [Cell]?

  var view: [String: Any] {
    var view: [String: Any] = [
      "caption": caption, "rows": rows.map { row in ["cells": row.enumerated().map(cell)] as [String: Any] },
      "columns": columns.enumerated().map { index, name in
        ["name": name, "isNumber": isNumber(index)] as [String: Any]
      },
    ]
    view["total"] = total.map { row in ["cells": row.enumerated().map(cell)] as [String: Any] }
    return view
  }

  private func isNumber(_ column: Int) -> Bool {
    guard let cell = rows.first?.dropFirst(column).first, case .number = cell else { return false }
    return true
  }

  private func cell(_ index: Int, _ cell: Cell) -> CellView {
    CellView(cell: cell, isHead: index == 0, column: columns.indices.contains(index) ? columns[index] : "")
  }

  /// A cell as its template asks for it. A type of its own, since a list has thousands and a dictionary costs ten times
  /// as much to look into.
  private struct CellView: MustacheParent {
    var cell: Cell
    var isHead: Bool
    var column: String

    func child(named name: String) -> Any? {
      switch (name, cell) {
      case ("isHead", _): isHead
      case ("column", _): column
      case ("text", .text(let text)), ("text", .link(let text, _)), ("text", .number(let text)): text
      case ("address", .link(_, let address)): address
      case ("isNumber", .number): true
      case ("status", .status(let status)): status.view
      case ("bar", .bar(let share)): ["share": String(min(100, max(0, (share * 10).rounded() / 10)))]
      default: nil
      }
    }
  }
}

/// Where one is on a way with several stations, for `{{#steps}}{{>parts/steps}}{{/steps}}`.
struct Steps: Sendable {
  var names: [String]
  /// The index of the present one.
  var current: Int

  var view: [String: Any] {
    [
      "items": names.enumerated().map { index, name in
        ["name": name, "isCurrent": index == current, "isDone": index < current] as [String: Any]
      }
    ]
  }
}

/// Parts of one thing, each on its own page, for `{{#tabs}}{{>parts/tabs}}{{/tabs}}`.
struct Tabs: Sendable {
  var items: [(label: String, address: String)]
  var current: String

  var view: [String: Any] {
    [
      "items": items.map {
        ["label": $0.label, "address": $0.address, "isCurrent": $0.address == current] as [String: Any]
      }
    ]
  }
}

/// A long list in pages, for `{{#pages}}{{>parts/pages}}{{/pages}}`. Pages are counted from 1 in the query `page`.
struct Pages: Sendable {
  var path: String
  var number: Int
  var size: Int
  var total: Int

  init(_ visit: Visit, path: String, size: Int = 25, total: Int) {
    self.path = path
    self.size = size
    self.total = total
    let last = max(1, (total + size - 1) / size)
    number = min(last, max(1, visit.query["page"].flatMap { Int($0) } ?? 1))
  }

  var offset: Int { (number - 1) * size }
  private var last: Int { max(1, (total + size - 1) / size) }

  /// `nil` when one page is enough.
  var view: [String: Any]? {
    guard last > 1 else { return nil }
    var view: [String: Any] = ["number": number, "last": last]
    if number > 1 { view["before"] = "\(path)?page=\(number - 1)" }
    if number < last { view["after"] = "\(path)?page=\(number + 1)" }
    return view
  }
}

/// A page's heading with one clear next action, for `{{#heading}}{{>parts/heading}}{{/heading}}`.
struct Heading: Sendable {
  var title: String
  var lead: String?
  var eyebrow: String?
  var back: HomeSection.Link?
  var next: HomeSection.Link?

  var view: [String: Any] {
    var view: [String: Any] = ["title": title]
    view["lead"] = lead
    view["eyebrow"] = eyebrow
    view["back"] = back?.view
    view["next"] = next?.view
    return view
  }
}
