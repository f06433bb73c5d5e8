import Basics
import CountryPack
import Referrals
import Statistics

/// The figures in one language: each table with its picture, and as rows of a file.
struct ReferralFigureTables {
  typealias Kind = ReferralFigureSheet.Kind

  let sheet: ReferralFigureSheet
  let terms: FactTerms
  /// Names of the agencies.
  let desks: [String: String]
  /// Below every picture.
  let source: String

  private var words: Words { terms.words }
  private var pack: CountryPack { terms.pack }

  /// One table in plain cells; a count is `nil` when it is hidden.
  struct Plain {
    struct Line {
      var code: String
      var label: String
      var counts: [Int?]
      var share: Share?
    }
    var kind: Kind
    var title: String
    /// What the rows are.
    var head: String
    var columns: [String]
    /// Which columns the picture draws.
    var drawn: [Int]
    var lines: [Line]
    var total: [Int?]?
    /// What the share is, where there is one.
    var shareTitle: String?
  }

  var all: [Plain] { Kind.allCases.compactMap(plain).filter { !$0.lines.isEmpty } }

  private func plain(_ kind: Kind) -> Plain? {
    switch kind {
    case .funnel: return funnel
    case .series: return series
    case .overdue:
      guard sheet.isProtected, let table = sheet.tables[.overdue] else { return nil }
      return Plain(
        kind: kind, title: title(kind), head: words("referrals.figures.head.desks"),
        columns: [words("referrals.figures.column.overdue")], drawn: [0],
        lines: table.rows.map { .init(code: $0, label: desks[$0] ?? $0, counts: [table.count($0)]) }
          .sorted { $0.label < $1.label }, total: [table.count(nil)])
    case .desks: return sheet.isProtected ? answers(kind) : nil
    case .needs, .provinces: return answers(kind)
    case .reasons: return column(kind, of: .declined)
    case .outcomes: return column(kind, of: .accepted)
    case .punctuality:
      guard let table = sheet.tables[kind] else { return nil }
      return Plain(
        kind: kind, title: title(kind), head: words("referrals.figures.head.punctuality"),
        columns: [words("referrals.figures.column.count")], drawn: [0],
        lines: table.rows.map { .init(code: $0, label: label(kind, $0), counts: [table.count($0, nil)]) },
        total: [table.count(nil, nil)])
    }
  }

  private func title(_ kind: Kind) -> String { words("referrals.figures.title." + kind.rawValue) }

  /// A code in words.
  private func label(_ kind: Kind, _ code: String) -> String {
    func term(_ list: PackList) -> String? { pack.term(list, code)?.name[terms.language] }
    switch kind {
    case .desks, .overdue: return desks[code] ?? code
    case .needs: return term(.services) ?? term(.needs) ?? code
    case .provinces: return pack.province(iso: code)?.name[terms.language] ?? code
    case .reasons: return term(.declineReasons) ?? code
    case .outcomes:
      return code == ReferralFigureSheet.noReason ? words("referrals.figures.no_outcome") : term(.outcomes) ?? code
    case .punctuality: return words("referrals.figures.punctuality." + code)
    case .funnel: return words("referrals.figures.step." + code)
    case .series: return CalendarQuarter(code).map(quarter) ?? code
    }
  }

  func quarter(_ quarter: CalendarQuarter) -> String {
    words("referrals.figures.quarter", ["number": String(quarter.number), "year": String(quarter.year)])
  }

  private var funnel: Plain {
    Plain(
      kind: .funnel, title: title(.funnel), head: words("referrals.figures.head.funnel"),
      columns: [words("referrals.figures.column.count")], drawn: [0],
      lines: sheet.funnel.map { .init(code: $0.step, label: label(.funnel, $0.step), counts: [$0.count]) })
  }

  private var series: Plain? {
    guard let table = sheet.tables[.series] else { return nil }
    return Plain(
      kind: .series, title: title(.series), head: words("referrals.figures.head.series"),
      columns: [words("referrals.figures.column.sent"), words("referrals.figures.column.late")], drawn: [1],
      lines: table.rows.map { code in
        .init(
          code: code, label: label(.series, code),
          counts: [table.count(code, nil), table.count(code, ReferralFigureSheet.late)])
      })
  }

  /// What was asked by what was answered, with the part that was accepted.
  private func answers(_ kind: Kind) -> Plain? {
    guard let table = sheet.tables[kind] else { return nil }
    // Unmet need is what was declined, or what nobody answered.
    let drawn: [ReferralAnswer] = kind == .provinces ? [.declined, .unanswered] : [.accepted, .declined]
    let shown: [String?] = table.columns.map { $0 } + [nil]
    var lines = table.rows.map { row in
      Plain.Line(
        code: row, label: label(kind, row), counts: shown.map { table.count(row, $0) },
        share: sheet.accepted(kind, row))
    }
    if kind == .desks { lines.sort { $0.label < $1.label } }
    return Plain(
      kind: kind, title: title(kind), head: words("referrals.figures.head." + kind.rawValue),
      columns: table.columns.map { words("referrals.figures.answer." + $0) } + [words("statistics.total")],
      drawn: table.columns.indices.filter { place in drawn.contains { $0.rawValue == table.columns[place] } },
      lines: lines, total: shown.map { table.count(nil, $0) }, shareTitle: words("referrals.figures.column.accepted"))
  }

  /// The rows of one answer: why it was declined, what came of it.
  private func column(_ kind: Kind, of answer: ReferralAnswer) -> Plain? {
    guard let table = sheet.tables[kind], table.columns.contains(answer.rawValue) else { return nil }
    let rows = table.rows.filter { row in
      (kind == .outcomes || row != ReferralFigureSheet.noReason) && table.count(row, answer.rawValue) != 0
    }
    return Plain(
      kind: kind, title: title(kind), head: words("referrals.figures.head." + kind.rawValue),
      columns: [words("referrals.figures.column.count")], drawn: [0],
      lines: rows.map { .init(code: $0, label: label(kind, $0), counts: [table.count($0, answer.rawValue)]) },
      total: [table.count(nil, answer.rawValue)])
  }

  // MARK: The page

  private func number(_ count: Int?) -> DataTable.Cell {
    .number(count.map(terms.number) ?? words("statistics.tables.hidden"))
  }

  func view(_ plain: Plain) -> [String: Any] {
    let table = DataTable(
      caption: plain.title, columns: [plain.head] + plain.columns + (plain.shareTitle.map { [$0] } ?? []),
      rows: plain.lines.map { line in
        [.text(line.label)] + line.counts.map(number)
          + (plain.shareTitle == nil ? [] : [.number(terms.share(line.share))])
      },
      total: plain.total.map { total in
        [.text(words("statistics.total"))] + total.map(number) + (plain.shareTitle == nil ? [] : [.text("")])
      })
    return [
      "id": plain.kind.rawValue, "note": words("referrals.figures.note." + plain.kind.rawValue), "table": table.view,
      "chart": chart(plain),
    ]
  }

  private func chart(_ plain: Plain) -> String {
    let lines = Dictionary(plain.lines.map { ($0.code, $0) }) { first, _ in first }
    let columns =
      plain.drawn.count > 1
      ? plain.drawn.map { PictureData.Heading(code: String($0), label: plain.columns[$0]) } : []
    return PictureData(
      title: plain.drawn.count == 1 && plain.columns.count > 1
        ? plain.title + ": " + plain.columns[plain.drawn[0]].lowercasedFirst : plain.title,
      source: source, rows: plain.lines.map { .init(code: $0.code, label: $0.label) }, columns: columns,
      hidden: words("statistics.tables.hidden"), number: terms.number
    ) { row, column in
      let place = column.flatMap { Int($0) } ?? plain.drawn.first ?? 0
      return lines[row]?.counts[place]
    }
    .svg(.bars, pack)
  }

  // MARK: Files

  private var head: [Spreadsheet.Cell] { ["table", "row", "row_name", "column", "count", "hidden"] }

  private func rows(_ plain: Plain) -> [[Spreadsheet.Cell]] {
    plain.lines.flatMap { line in
      zip(plain.columns, line.counts).map { column, count -> [Spreadsheet.Cell] in
        [
          .text(plain.kind.rawValue), .text(line.code), .typed(line.label), .text(column),
          count.map(Spreadsheet.Cell.count) ?? "", .text(count == nil ? "yes" : "no"),
        ]
      }
    }
  }

  /// Comma-separated, UTF-8, lines ended by CR LF (RFC 4180); one line a count.
  var csv: String {
    ([head] + all.flatMap(rows)).map { row in row.map(Self.written).joined(separator: ",") + "\r\n" }.joined()
  }

  private static func written(_ cell: Spreadsheet.Cell) -> String {
    let text = cell.shown
    guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }

  /// A sheet for each table, and one that says what they are.
  var spreadsheet: Spreadsheet {
    Spreadsheet(
      sheets: all.map { plain in
        .init(
          name: words("referrals.figures.sheet." + plain.kind.rawValue),
          rows: [[.text(plain.head)] + plain.columns.map { .text($0) }]
            + plain.lines.map { line in
              [.typed(line.label)]
                + line.counts.map { count -> Spreadsheet.Cell in
                  count.map(Spreadsheet.Cell.count) ?? .text(words("statistics.tables.hidden"))
                }
            })
      } + [
        .init(name: words("referrals.figures.sheet.about"), texts: [[quarter(sheet.quarter)], [source]])
      ])
  }
}
