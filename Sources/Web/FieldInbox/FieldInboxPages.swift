import Accounts
import Basics
import CountryPack
import Foundation
import Hummingbird
import Identification

/// What came in from the field: dangers, interviews to open, what a supervisor decides, the phones, and the files that
/// someone carries in.
struct FieldInboxPages: RoomPages {
  let desks: Desks
  var desk: FieldDesk { desks.field }

  func add(to routes: Routes) {
    routes.list("/field", inbox)
    routes.post("/field/open", openAll)
    routes.get("/field/courier") { visit in try await courierPage(visit, visit.sheet) }
    routes.post("/field/courier", courier)
    routes.list("/field/devices") { visit in try await devicesPage(visit) }
    routes.post("/field/devices/:device/revoke", revoke)
    routes.get("/field/devices/:device/receipts", receipts)
    routes.get("/field/:operation") { visit in try await entryPage(visit, Sheets(visit)) }
    routes.post("/field/:operation/open", open)
    routes.post("/field/:operation/settled", settle)
    routes.post("/field/:operation/release") { visit in
      try await decide(visit, "release", visit.form["release"]) { try await desk.release($0, $1, reason: $2) }
    }
    routes.post("/field/:operation/discard") { visit in
      try await decide(visit, "discard", visit.form["discard"]) { try await desk.discard($0, $1, reason: $2) }
    }
  }

  // MARK: Home and the list of interviews

  /// Only when something waits: dangers first, then what came in, what is held.
  func home(_ visit: Visit, _ actor: Actor) async throws -> HomeSection? {
    guard Self.mayUse(actor), try await !desk.counts(actor).isEmpty else { return nil }
    let entries = try await desk.inbox(actor, FieldFilter(states: Self.pending, withAlarms: true, limit: 5))
    let names = try await desks.members.names(actor)
    var section = HomeSection(title: "inbox.title", words: visit.words)
    section.rows = entries.map { row($0, visit, actor, names) }
    section.all = .init(address: "/field", label: visit.words("inbox.home.all"))
    return section
  }

  /// What the page of interviews says of the field: a count with a link, and dangers on top.
  func notice(_ visit: Visit, _ actor: Actor) async throws -> [String: Any?] {
    if visit.frame.settings.isPractice { return [:] }
    let counts = try await desk.counts(actor)
    let names = try await desks.members.names(actor)
    let alarms =
      counts.alarms == 0 ? [] : try await desk.inbox(actor, FieldFilter(onlyAlarms: true, limit: 10))
    return [
      "fieldAlarms": alarms.map { row($0, visit, actor, names).view }, "hasFieldAlarms": !alarms.isEmpty,
      "fieldLink": counts.waiting + counts.held + counts.beside == 0
        ? visit.words("inbox.link")
        : visit.words("inbox.link_count", ["count": String(counts.waiting + counts.held + counts.beside)]),
    ]
  }

  static func mayUse(_ actor: Actor) -> Bool { actor.may(.conductScreening) || actor.may(.readScreenings) }

  // MARK: Inbox

  private static let pending: Set<FieldState> = [.waiting, .held, .beside]
  private static let pageSize = 25
  private static let tabs: [(code: String, states: Set<FieldState>)] = [
    ("", pending), ("held", [.held]), ("beside", [.beside]), ("done", [.opened, .noted, .discarded]),
  ]

  private func inbox(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let page = max(1, min(Int(visit.query["page"] ?? "") ?? 1, 10_000))
    let tab = Self.tabs.first { $0.code == visit.query["tab"] } ?? Self.tabs[0]
    let counts = try await desk.counts(actor)
    let entries = try await desk.inbox(
      actor,
      FieldFilter(
        states: tab.states, withAlarms: tab.code.isEmpty, limit: Self.pageSize + 1, offset: (page - 1) * Self.pageSize))
    let names = try await desks.members.names(actor)
    func address(_ number: Int) -> String { "/field?tab=\(tab.code)&page=\(number)" }
    let opened = visit.query["opened"].flatMap { Int($0) }.map { visit.words("inbox.opened", ["count": String($0)]) }
    let left = visit.query["left"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    return .page(
      "field-inbox/list",
      [
        "rows": entries.prefix(Self.pageSize).map { row($0, visit, actor, names).view }, "hasRows": !entries.isEmpty,
        "tabs": Self.tabs.map { code, _ in
          [
            "address": code.isEmpty ? "/field" : "/field?tab=\(code)", "isCurrent": code == tab.code,
            "label": visit.words("inbox.tab." + (code.isEmpty ? "pending" : code), ["count": count(code, counts)]),
          ] as [String: Any]
        },
        "mayOpenAll": counts.waiting > 0,
        "openAll": visit.words("inbox.open_all", ["count": String(min(counts.waiting, Self.mostAtOnce))]),
        "opened": opened, "left": left.map { visit.words("inbox.left", ["count": String($0)]) },
        "isPaged": page > 1 || entries.count > Self.pageSize, "number": page,
        "newer": page > 1 ? address(page - 1) : nil, "older": entries.count > Self.pageSize ? address(page + 1) : nil,
      ] as [String: Any?]
    ).listing(
      [sheet(entries.prefix(Self.pageSize), visit, names)],
      next: entries.count > Self.pageSize ? address(page + 1) : nil)
  }

  private func sheet(_ entries: ArraySlice<FieldEntry>, _ visit: Visit, _ names: [MemberID: String]) -> ListSheet.Part {
    let words = visit.words
    return ListSheet.Part(
      title: words("inbox.title"),
      columns: [
        "lists.what", "casework.facts.province", "casework.facts.age_band", "lists.happened", "lists.status",
        "lists.holder",
      ],
      rows: entries.map { entry in
        [
          .typed(words("inbox.kind." + entry.kind.rawValue, ["reference": entry.reference])),
          .typed(entry.province.map { desks.pack.province(iso: $0)?.name[visit.language] ?? $0 } ?? ""),
          .typed(entry.ageGroup.map { words("identification.age_group." + $0.rawValue) } ?? ""),
          visit.dates.sheet(at: entry.happenedAt), .typed(status(entry, words).text),
          .typed(names[entry.member] ?? ""),
        ]
      })
  }

  private static let mostAtOnce = 100

  private func count(_ tab: String, _ counts: FieldCounts) -> String {
    switch tab {
    case "held": String(counts.held)
    case "beside": String(counts.beside)
    default: String(counts.waiting + counts.held + counts.beside)
    }
  }

  func row(_ entry: FieldEntry, _ visit: Visit, _ actor: Actor, _ names: [MemberID: String]) -> WorkRow {
    let words = visit.words
    var row = WorkRow(
      title: words("inbox.kind." + entry.kind.rawValue, ["reference": entry.reference]), address: "/field/\(entry.id)")
    row.facts = [
      entry.province.map { desks.pack.province(iso: $0)?.name[visit.language] ?? $0 },
      entry.ageGroup.map { words("identification.age_group." + $0.rawValue) }, visit.dates.moment(entry.happenedAt),
    ].compactMap { $0 }
    row.status = status(entry, words)
    if entry.member != actor.member { row.holder = names[entry.member] }
    if let since = entry.dangerSince, entry.isAlarm {
      row.due = (words("identification.danger_since", ["time": visit.dates.ago(since)]), true)
      row.action = words("inbox.action.see_to")
    } else {
      switch entry.state {
      case .waiting: row.action = words("inbox.action.open")
      case .held where actor.may(.decideIdentification): row.action = words("inbox.action.decide")
      case .beside: row.action = words("inbox.action.compare")
      case .held, .opened, .noted, .discarded: break
      }
    }
    return row
  }

  func status(_ entry: FieldEntry, _ words: Words) -> Status {
    if entry.isAlarm { return Status(text: words("identification.status.danger"), tone: .urgent) }
    let tone: Status.Tone =
      switch entry.state {
      case .waiting: .open
      case .held: .urgent
      case .beside: .active
      case .opened, .noted: .done
      case .discarded: .ended
      }
    return Status(text: words("inbox.state." + entry.state.rawValue), tone: tone)
  }

  private func openAll(_ visit: Visit) async throws -> Answer {
    let (opened, left) = try await desk.openAll(visit.actor(), limit: Self.mostAtOnce)
    return .goTo("/field?opened=\(opened)&left=\(left)")
  }
}

extension FieldEntry {
  /// Six letters to say aloud which interview is meant: the same as the screening's.
  var reference: String { String(record.description.suffix(6)).uppercased() }
}
