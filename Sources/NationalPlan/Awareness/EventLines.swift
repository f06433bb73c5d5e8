import Basics
import CountryPack
import Foundation

/// Events as somebody pastes them out of a spreadsheet, one a line: day, kind, name, audience, province, place, and where
/// they were counted people, how, source. Parted by tabs, or by semicolons where there is no tab. Pure.
///
///     2026-03-12;Taller;Taller en Lago Agrio;Policía;Sucumbíos;Auditorio municipal;24;Hoja de firmas;Acta 3
///
/// Kinds, audiences, ways of counting and provinces are written by their codes or as they are called in a language of the
/// pack. A day is `2026-03-12` or `12/3/2026`. A first line without any digit is a heading.
public struct EventLines: Sendable {
  public struct Line: Hashable, Sendable {
    /// In the text, from 1.
    public var number: Int
    public var day: CalendarDay
    public var kind: String
    public var name: String
    public var audience: String
    public var province: String
    public var place: String
    /// How many came, where somebody counted.
    public var people: Int?
    public var method: String
    public var source: String
  }

  public struct Problem: Hashable, Sendable {
    public enum What: String, Hashable, Sendable, CaseIterable {
      /// Fewer columns than six or more than nine.
      case columns
      case day
      case kind
      case name
      case audience
      case province
      case place
      /// No whole number from 0.
      case people
      /// A number without how it was counted, or a way that nobody knows.
      case method
      /// A number without its source.
      case source
      /// More lines than are taken at once.
      case many
    }

    public var line: Int
    public var what: What
  }

  /// How many lines are taken at once.
  public static let most = 200

  public private(set) var lines: [Line] = []
  public private(set) var problems: [Problem] = []

  public init(_ text: String, pack: CountryPack) {
    let parting: Character = text.contains("\t") ? "\t" : ";"
    let written = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
      .map { ($0 + 1, String($1).trimmingCharacters(in: .whitespaces)) }.filter { !$0.1.isEmpty }
    let hasHeading = written.first.map { !$0.1.contains { $0.isNumber } } == true
    let rows = written.dropFirst(hasHeading ? 1 : 0)
    if rows.count > Self.most { problems.append(Problem(line: rows[rows.startIndex + Self.most].0, what: .many)) }
    for (number, row) in rows.prefix(Self.most) {
      let cells = row.split(separator: parting, omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: .whitespaces) }
      read(cells, number, pack)
    }
  }

  private mutating func read(_ cells: [String], _ number: Int, _ pack: CountryPack) {
    guard (6...9).contains(cells.count) else {
      return problems.append(Problem(line: number, what: .columns))
    }
    func cell(_ place: Int) -> String { cells.indices.contains(place) ? cells[place] : "" }
    let before = problems.count
    func found<Value>(_ value: Value?, _ what: Problem.What) -> Value? {
      if value == nil { problems.append(Problem(line: number, what: what)) }
      return value
    }
    let day = found(Self.day(cell(0)), .day)
    let kind = found(Self.code(cell(1), .eventKinds, pack), .kind)
    let name = found(Self.text(cell(2), upTo: 200), .name)
    let audience = found(Self.code(cell(3), .campaignAudiences, pack), .audience)
    let province = found(Self.province(cell(4), pack), .province)
    let place = found(Self.text(cell(5), upTo: 160), .place)
    var (people, method, source) = (Int?.none, "", "")
    if !cell(6).isEmpty {
      people = found(Int(cell(6)).flatMap { (0...1_000_000).contains($0) ? $0 : nil }, .people)
      method = found(Self.code(cell(7), .reachMethods, pack), .method) ?? ""
      source = found(Self.text(cell(8), upTo: 300), .source) ?? ""
    }
    guard problems.count == before, let day, let kind, let name, let audience, let province, let place else { return }
    lines.append(
      Line(
        number: number, day: day, kind: kind, name: name, audience: audience, province: province, place: place,
        people: people, method: method, source: source))
  }

  private static func text(_ text: String, upTo most: Int) -> String? {
    text.isEmpty || text.count > most ? nil : text
  }

  private static func day(_ text: String) -> CalendarDay? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 3, let day = parts[0], let month = parts[1], let year = parts[2] else {
      return CalendarDay(text)
    }
    return CalendarDay(year: year, month: month, day: day)
  }

  private static func code(_ text: String, _ list: PackList, _ pack: CountryPack) -> String? {
    let wanted = folded(text)
    return pack.lists[list]?.first { term in
      term.code == text || term.name.languages.contains { folded(term.name[$0]) == wanted }
    }?.code
  }

  private static func province(_ text: String, _ pack: CountryPack) -> String? {
    let wanted = folded(text)
    return pack.provinces.first { one in
      one.iso == text || one.name.languages.contains { folded(one.name[$0]) == wanted }
    }?.iso
  }

  private static func folded(_ text: String) -> String {
    text.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil)
  }
}
