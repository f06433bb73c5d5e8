import Accounts
import Basics
import Foundation
import Hummingbird

/// The lists of a page as a spreadsheet: the same records under the same headings, days as days, numbers as numbers and
/// nothing that a program could take for a formula.
///
/// A page gets one by `Routes.list` instead of `Routes.get`, and by saying with `Answer.listing` what stands in it:
///
///     routes.list("/transfers", list)
///     return .page("transfers/list", …).listing([ListSheet.Part(title: …, columns: …, rows: …)])
///
/// A page of `ProtectionSection`s says it by itself.
struct ListSheet: Sendable {
  /// As many rows leave in one file; a last line says so where there are more.
  static let mostRows = 2_000

  /// One list of the page, a sheet of the workbook.
  struct Part: Sendable {
    var title: String
    /// The headings: texts, or keys of texts.
    var columns: [String]
    var rows: [[Spreadsheet.Cell]]

    init(title: String, columns: [String], rows: [[Spreadsheet.Cell]]) {
      self.title = title
      self.columns = columns
      self.rows = rows
    }

    /// A table as it stands in the page, without its line of totals: a spreadsheet reckons them itself.
    init(_ table: DataTable) {
      self.init(title: table.caption, columns: table.columns, rows: table.rows.map { $0.map(\.inSpreadsheet) })
    }

    /// Lines of a work list, for lists whose records have no columns of their own.
    init(title: String, _ rows: [WorkRow]) {
      self.init(
        title: title, columns: ["lists.what", "lists.facts", "lists.status", "lists.due", "lists.holder"],
        rows: rows.map { row in
          [
            .typed(row.title), .typed(row.facts.joined(separator: " · ")), .typed(row.status?.text ?? ""),
            row.dueOn.map { .day($0) } ?? .typed(row.due?.text ?? ""), .typed(row.holder ?? ""),
          ]
        })
    }
  }

  var parts: [Part]
  /// The address of the page on which the first of them goes on.
  var next: String?
  /// Whether there are more records of the first than any page shows.
  var isCut = false

  var isEmpty: Bool { parts.allSatisfy(\.rows.isEmpty) }

  /// Puts the next page of the first list below; what else a page shows is the same on each.
  fileprivate mutating func add(_ other: ListSheet) {
    if let first = other.parts.first { parts[0].rows += first.rows }
    next = other.next
  }

  /// The workbook: a sheet for each list, each with its headings.
  func spreadsheet(_ words: Words) -> Spreadsheet {
    var left = Self.mostRows
    var names: Set<String> = []
    let sheets = parts.enumerated().map { place, part in
      let kept = part.rows.prefix(left)
      left -= kept.count
      var rows = [part.columns.map { Spreadsheet.Cell.typed(words.text($0)) }] + kept
      let goesOn = (next != nil || isCut) && place == 0
      if kept.count < part.rows.count || goesOn {
        rows.append([.text(words("export.cut", ["most": String(kept.count)]))])
      }
      return Spreadsheet.Sheet(name: Self.name(part.title, place, &names), rows: rows)
    }
    return Spreadsheet(sheets: sheets.isEmpty ? [.init(name: words("export.sheet"), rows: [])] : sheets)
  }

  /// A sheet's name: short enough, and unlike the others' also when nobody looks at capitals.
  private static func name(_ title: String, _ place: Int, _ taken: inout Set<String>) -> String {
    var name = String(title.prefix(31))
    if taken.contains(name.lowercased()) { name = String(title.prefix(27)) + " \(place + 1)" }
    taken.insert(name.lowercased())
    return name
  }

  static let type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

  /// The file with every page of a list, as far as `mostRows`: what the page would show to the same member, with the same
  /// entries in the audit log and one more for the file.
  ///
  /// - Parameters:
  ///   - page: the list's page; what it answers instead of a list is answered here too.
  ///   - path: the page's address with its places, which names the file.
  static func file(_ visit: Visit, _ page: Routes.Page, _ path: String) async throws -> Answer {
    let actor = try visit.actor()
    var context = visit.context
    context.takesAll = true
    context.query = try Form(encoded: visit.narrowing)
    var here = Visit(request: visit.request, context: context, frame: visit.frame)
    let answer = try await page(here)
    guard var sheet = answer.list?() else { return answer }
    while let next = sheet.next, let first = sheet.parts.first, first.rows.count < mostRows {
      context.query = try Form(encoded: String(next.drop { $0 != "?" }.dropFirst()))
      here = Visit(request: visit.request, context: context, frame: visit.frame)
      guard let more = try await page(here).list?(), more.parts.first?.rows.isEmpty == false else { break }
      sheet.add(more)
    }
    let desks = visit.frame.desks
    try await ListDesk(desks.office).record(actor, taking: here.listed)
    return .file(sheet.spreadsheet(visit.words).bytes, name: name(path), type: type)
  }

  /// `amparo-training-participants.xlsx`: only the words of the address that every such list has.
  static func name(_ path: String) -> String {
    let pieces = path.split(separator: "/").filter { !$0.hasPrefix(":") }
    return "amparo-" + pieces.joined(separator: "-") + ".xlsx"
  }
}

extension DataTable.Cell {
  /// The cell in a spreadsheet. A bar repeats a number in percent.
  fileprivate var inSpreadsheet: Spreadsheet.Cell {
    switch self {
    case .text(let text), .link(let text, _): .typed(text)
    case .lines(let lines): .typed(lines.joined(separator: "\n"))
    case .number(let text): Int(text).map { .count($0) } ?? .typed(text)
    case .shown(_, let cell): cell
    case .status(let status): .typed(status.text)
    case .bar(let share): .count(Int(share.rounded()))
    }
  }
}

extension Dates {
  /// A day in a table of a page: in words there, as a day in its spreadsheet.
  func cell(_ day: CalendarDay?) -> DataTable.Cell {
    day.map { .shown(self.day($0), .day($0)) } ?? .text("")
  }

  /// The same for a moment, to the minute.
  func cell(at moment: Moment?) -> DataTable.Cell {
    moment.map { .shown(self.moment($0), sheet(at: $0)) } ?? .text("")
  }

  /// A day in a spreadsheet; empty where there is none.
  func sheet(_ day: CalendarDay?) -> Spreadsheet.Cell { day.map { .day($0) } ?? "" }

  /// A moment in a spreadsheet, by the country's clock.
  func sheet(at moment: Moment?) -> Spreadsheet.Cell {
    moment.map { .minute($0, offsetFromUTC: offset) } ?? ""
  }

  /// The day of a moment in a spreadsheet.
  func sheet(dayOf moment: Moment?) -> Spreadsheet.Cell {
    sheet(moment.map { CalendarDay($0, offsetFromUTC: offset) })
  }
}

extension Money {
  /// The amount as a number, of the currency that the list names.
  var cell: Spreadsheet.Cell { .number(Double(cents) / 100) }
}

extension Answer {
  /// Says what of the page is a list.
  ///
  /// - Parameters:
  ///   - next: the address on which the list goes on, on a page that shows a piece of it.
  ///   - isCut: whether there are more that no page shows.
  func listing(
    _ parts: @escaping @Sendable @autoclosure () -> [ListSheet.Part], next: String? = nil, isCut: Bool = false
  ) -> Answer {
    var answer = self
    answer.list = { ListSheet(parts: parts(), next: next, isCut: isCut) }
    return answer
  }
}

extension Visit {
  /// How many records to ask a desk for: as many as the page shows, or, for a file, one more than it holds, so that it
  /// can say that there are more.
  func most(_ shown: Int) -> Int { context.takesAll ? ListSheet.mostRows + 1 : shown }

  /// The address of the page whose list this is: only random identifiers and codes stand in it.
  fileprivate var listed: String {
    let path = request.uri.path
    return path.hasSuffix(Routes.ending) ? String(path.dropLast(Routes.ending.count)) : path
  }

  /// What a list is narrowed by, as a query, without which piece of it is shown.
  fileprivate var narrowing: String {
    query.fields.filter { !["page", "after"].contains($0.name) }
      .map { Form.encoded($0.name) + "=" + Form.encoded($0.value) }.joined(separator: "&")
  }

  /// Where the list of this page is as a spreadsheet.
  fileprivate var sheetAddress: String {
    request.uri.path + Routes.ending + (narrowing.isEmpty ? "" : "?" + narrowing)
  }
}

extension Routes {
  fileprivate static let ending = ".xlsx"

  /// A page with a list, and the list as a spreadsheet at the same address with `.xlsx` behind: whoever may see the one
  /// may take the other along. Exercises stay in practice: there is no spreadsheet there.
  func list(_ path: String, _ page: @escaping Page) {
    guard !isPractice else { return get(path, page) }
    get(path) { visit in
      var answer = try await page(visit)
      if answer.list?().isEmpty == false { answer.sheet = visit.sheetAddress }
      return answer
    }
    get(path + Self.ending) { visit in try await ListSheet.file(visit, page, path) }
  }

  /// The spreadsheet of a list that is asked for by a form, because what is asked must not stand in an address.
  func listSent(to path: String, _ page: @escaping Page) {
    guard !isPractice else { return }
    post(path + Self.ending) { visit in try await ListSheet.file(visit, page, path) }
  }
}
