import Accounts
import Basics
import Casework
import CountryPack
import Foundation

/// Codes of cases in the reader's words, and lists to choose from.
struct CaseTerms: Sendable {
  let visit: Visit
  private var pack: CountryPack { visit.frame.desks.pack }
  var words: Words { visit.words }

  func name(_ list: PackList, _ code: String?) -> String {
    guard let code else { return words("casework.unknown") }
    return pack.term(list, code)?.name[visit.language] ?? code
  }

  /// A date as far as it is known: `9 mar 2007`, `mar 2007`, `2007`.
  func rough(_ date: RoughDate?) -> String {
    switch date {
    case .day(let day): visit.dates.day(day)
    case .month(let month): visit.dates.month(month)
    case .year(let year): String(year)
    case nil: ""
    }
  }

  func province(_ iso: String) -> String { pack.province(iso: iso)?.name[visit.language] ?? iso }

  func names(_ list: PackList, _ codes: [String]) -> String {
    codes.map { name(list, $0) }.joined(separator: ", ")
  }

  /// All codes of a list, in its order.
  func codes(_ list: PackList) -> [String] { (pack.lists[list] ?? []).map(\.code) }

  func kinds(_ kinds: Set<DataKind>) -> String { names(.dataKinds, kinds.sorted().map(\.rawValue)) }

  /// The entries of a list that are in use today, and the one that stands there already.
  func options(_ list: PackList, keeping code: String? = nil) -> [FormSheet.Option] {
    let today = visit.dates.today
    return (pack.lists[list] ?? []).filter { term in
      term.code == code || term.until.map { today < $0 } != false
    }.map { FormSheet.Option($0.code, $0.name[visit.language]) }
  }

  var provinces: [FormSheet.Option] {
    pack.provinces.map { FormSheet.Option($0.iso, $0.name[visit.language]) }.sorted {
      $0.label.compare($1.label, options: [.caseInsensitive, .diacriticInsensitive]) == .orderedAscending
    }
  }

  func status(_ summary: CaseSummary) -> Status {
    switch summary.status {
    case .closed: Status(text: words("casework.status.closed"), tone: .done)
    case .open where summary.isOverdue(on: visit.dates.today):
      Status(text: words("casework.status.overdue"), tone: .urgent)
    case .open: Status(text: words("casework.status.open"), tone: .active)
    }
  }

  /// When the next thing is due.
  func due(_ day: CalendarDay?) -> (text: String, isOver: Bool)? {
    guard let day else { return nil }
    let left = day.daysSince1970 - visit.dates.today.daysSince1970
    let key = left < 0 ? "casework.due.over" : left == 0 ? "casework.due.today" : "casework.due.by"
    return (words(key, ["day": visit.dates.day(day)]), left < 0)
  }

  func row(_ row: CaseRow) -> WorkRow {
    let summary = row.summary
    return WorkRow(
      title: row.name.map { "\(summary.code) · \($0)" } ?? summary.code.description, address: "/cases/\(summary.id)",
      facts: [
        name(.exploitation, summary.facts.form), province(summary.facts.province),
        name(.ageBands, summary.facts.ageBand), visit.dates.month(summary.month),
      ], status: status(summary), due: due(summary.due))
  }

  /// `12.50`, as money is typed.
  static func money(_ cents: Int) -> String {
    "\(cents / 100)." + (cents % 100 < 10 ? "0" : "") + String(cents % 100)
  }

  /// Reads `12`, `12.5`, `12,50`; `nil` for anything else.
  static func cents(_ text: String) -> Int? {
    let parts = text.replacingOccurrences(of: ",", with: ".").split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), parts.allSatisfy({ $0.allSatisfy { ("0"..."9").contains($0) } }),
      let whole = Int(parts[0]), whole <= 1_000_000
    else { return nil }
    guard parts.count == 2 else { return whole * 100 }
    guard (1...2).contains(parts[1].count), let fraction = Int(parts[1]) else { return nil }
    return whole * 100 + (parts[1].count == 1 ? fraction * 10 : fraction)
  }
}

/// A room that has something to say in a case's file, for example its referrals.
protocol CaseFileRoom: Sendable {
  /// Whether its part also stands in what another agency may read of a file.
  var isInSharedFiles: Bool { get }
  func section(of file: CaseFile, _ visit: Visit, _ actor: Actor) async throws -> CaseFileSection?
  /// What becomes of the room's things when the case is closed, in sentences.
  func endsWithCase(_ file: CaseFile, _ visit: Visit, _ actor: Actor) async throws -> [String]
  /// What of the room ends with a consent, in sentences.
  func endsWithConsent(_ consent: Consent, _ visit: Visit, _ actor: Actor) async throws -> [String]
}

extension CaseFileRoom {
  var isInSharedFiles: Bool { false }
  func endsWithConsent(_ consent: Consent, _ visit: Visit, _ actor: Actor) async throws -> [String] { [] }
  func endsWithCase(_ file: CaseFile, _ visit: Visit, _ actor: Actor) async throws -> [String] { [] }
}

/// One part of a case's file: a work list under its own heading.
struct CaseFileSection: Sendable {
  /// For the link to it within the page.
  var anchor: String
  /// The text itself.
  var title: String
  var rows: [WorkRow] = []
  /// What stands there when there is nothing.
  var empty: String
  /// What can be done.
  var links: [HomeSection.Link] = []

  var view: [String: Any] {
    [
      "anchor": anchor, "title": title, "rows": rows.map(\.view), "hasRows": !rows.isEmpty, "empty": empty,
      "links": links.map(\.view),
    ]
  }
}
