import Basics

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
    /// One below the other.
    case lines([String])
    case link(String, address: String)
    case number(String)
    /// What the page shows of a day or a number, and what its spreadsheet holds.
    case shown(String, Spreadsheet.Cell)
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
      "caption": caption, "body": rows.map(html).joined(separator: "\n"),
      "columns": columns.enumerated().map { index, name in
        ["name": name, "isNumber": isNumber(index)] as [String: Any]
      },
    ]
    view["total"] = total.map(html)
    return view
  }

  private func isNumber(_ column: Int) -> Bool {
    rows.first?.dropFirst(column).first?.isNumber == true
  }

  /// A row as it stands in the page, everything escaped: a template would look up each value of thousands of cells by
  /// name, which costs more than all else of a long list.
  private func html(_ row: [Cell]) -> String {
    var html = "<tr>"
    for (index, cell) in row.enumerated() {
      if index == 0 {
        html += "<th scope=\"row\">\(cell.html)</th>"
      } else {
        let column = columns.indices.contains(index) ? columns[index] : ""
        html += "<td data-label=\"\(Screen.escaped(column))\"\(cell.attribute)>\(cell.html)</td>"
      }
    }
    return html + "</tr>"
  }
}

extension DataTable.Cell {
  fileprivate var isNumber: Bool {
    switch self {
    case .number, .shown(_, .count), .shown(_, .number): true
    default: false
    }
  }

  fileprivate var attribute: String { isNumber ? " class=\"number\"" : "" }

  fileprivate var html: String {
    switch self {
    case .text(let text), .number(let text), .shown(let text, _): Screen.escaped(text)
    case .lines(let lines): lines.map(Screen.escaped).joined(separator: "<br>")
    case .link(let text, let address): "<a href=\"\(Screen.escaped(address))\">\(Screen.escaped(text))</a>"
    case .status(let status): status.html
    case .bar(let share):
      """
      <svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect \
      width="\(min(100, max(0, (share * 10).rounded() / 10)))" height="10"/></svg>
      """
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
