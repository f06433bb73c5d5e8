import Accounts
import Basics
import CountryPack
import Tips

/// The desk's side of messages from the public: what came, what to do next. Opening and answering is in `TipReadingPages`,
/// who receives in `TipReceiverPages`.
struct TipPages: RoomPages {
  static let path = "/tips"
  let desks: Desks
  private var desk: TipDesk { desks.tips }

  static func address(_ id: TipID) -> String { "\(path)/\(id)" }

  func add(to routes: Routes) {
    routes.list(Self.path, inbox)
    // Addresses with a name of their own come before those of messages.
    TipReceiverPages(desks: desks).add(to: routes)
    TipReadingPages(desks: desks).add(to: routes)
  }

  var navigation: [NavigationEntry] { [.init(path: Self.path, key: "tips.title", permission: .answerTips)] }

  func home(_ visit: Visit, _ actor: Actor) async throws -> HomeSection? {
    guard actor.may(.answerTips) else { return nil }
    let inbox = try await desk.inbox(actor, limit: 3)
    guard inbox.unread > 0 else { return nil }
    var section = HomeSection(title: "tips.title", words: visit.words)
    section.rows = inbox.tips.filter(\.isUnread).map { Self.row($0, visit, days: inbox.answerDays) }
    section.all = .init(address: Self.path, label: visit.words("tips.inbox.all", ["count": String(inbox.unread)]))
    if inbox.unreadDanger > 0, let first = inbox.tips.first {
      section.next = .init(address: Self.address(first.id), label: visit.words("tips.inbox.danger_next"))
    }
    return section
  }

  // MARK: The inbox

  private func inbox(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let (words, open) = (visit.words, visit.query["show"] != "ended")
    // Asked twice: how many there are says which page there is.
    let counted = try await desk.inbox(actor, open: open, limit: 0)
    let total = counted.counts.filter { $0.key.isOpen == open }.map(\.value).reduce(0, +)
    let path = open ? Self.path : Self.path + "?show=ended"
    let pages = Pages(visit, path: Self.path, size: TipDesk.pageSize, total: total)
    let inbox = try await desk.inbox(actor, open: open, offset: pages.offset)
    let mayKeep = actor.may(.leadDesk) || actor.may(.manageAgencies)
    var sections = [
      ProtectionSection(
        title: words(open ? "tips.inbox.open" : "tips.inbox.ended"), anchor: "list",
        rows: inbox.tips.map { Self.row($0, visit, days: inbox.answerDays) },
        sheet: Self.sheet(inbox.tips, visit, days: inbox.answerDays),
        empty: words(open ? "tips.inbox.empty" : "tips.inbox.none_ended"))
    ]
    if open {
      sections.append(
        ProtectionSection(
          title: words("tips.inbox.counts"), anchor: "counts", lead: words("tips.inbox.counts_lead"),
          table: DataTable(
            caption: words("tips.inbox.counts"), columns: [words("tips.inbox.state"), words("tips.inbox.number")],
            rows: TipState.allCases.map {
              [.text(words("tips.state.\($0.rawValue)")), .number(String(inbox.counts[$0] ?? 0))]
            })))
    }
    var further: [String: Any] = [
      "tabs": Tabs(
        items: [
          (words("tips.inbox.open"), Self.path), (words("tips.inbox.ended"), Self.path + "?show=ended"),
        ], current: path
      ).view
    ]
    let join = open ? "?" : "&"
    if pages.number > 1 { further["first"] = path }
    if pages.number * pages.size < total { further["next"] = "\(path)\(join)page=\(pages.number + 1)" }
    return ProtectionSection.page(
      Heading(
        title: words("tips.title"),
        lead: words(inbox.unread == 0 ? "tips.inbox.lead_none" : "tips.inbox.lead", ["count": String(inbox.unread)]),
        next: mayKeep
          ? .init(address: TipReceiverPages.path, label: words("tips.receivers.title")) : nil), sections,
      notice: inbox.isOpen ? nil : words("tips.inbox.not_open"), further: further)
  }

  /// The inbox in a spreadsheet: codes and days, as its lines have them.
  private static func sheet(_ tips: [Tip], _ visit: Visit, days: Int) -> ListSheet.Part {
    let words = visit.words
    return ListSheet.Part(
      title: words("tips.title"),
      columns: [
        "lists.what", "lists.came", "casework.facts.province", "lists.language", "lists.with_case", "lists.outcome",
        "lists.status", "lists.due",
      ],
      rows: tips.map { tip in
        let isWaiting = tip.state.isOpen && tip.state != .asked && tip.state != .answered && days > 0
        return [
          .typed(words(tip.danger == .yes ? "tips.row.danger" : "tips.row.title")), .day(tip.day),
          .typed(tip.province.map { visit.frame.desks.pack.province(iso: $0)?.name[visit.language] ?? $0 } ?? ""),
          .typed(visit.frame.screen.words(tip.language)("common.language")),
          .typed(words(tip.caseID == nil ? "common.answer.no" : "common.answer.yes")),
          .typed(tip.outcome.map { words("tips.outcome.\($0.rawValue)") } ?? ""), .typed(status(tip, words).text),
          isWaiting ? .day(tip.day.adding(days: days)) : "",
        ]
      })
  }

  /// A line of the inbox: codes and days, and what to do.
  static func row(_ tip: Tip, _ visit: Visit, days: Int) -> WorkRow {
    let words = visit.words
    let today = visit.dates.today
    var facts = [words("tips.row.came", ["day": visit.dates.day(tip.day)])]
    if let province = tip.province {
      facts.append(visit.frame.desks.pack.province(iso: province)?.name[visit.language] ?? province)
    }
    if tip.language != visit.language { facts.append(words("tips.row.language.\(tip.language.code)")) }
    if tip.caseID != nil { facts.append(words("tips.row.linked")) }
    if let outcome = tip.outcome { facts.append(words("tips.outcome.\(outcome.rawValue)")) }
    let isWaiting = tip.state.isOpen && tip.state != .asked && tip.state != .answered
    var row = WorkRow(
      title: words(tip.danger == .yes ? "tips.row.danger" : "tips.row.title"), address: address(tip.id), facts: facts,
      status: status(tip, words))
    if isWaiting, days > 0 {
      let left = tip.day.daysSince1970 + days - today.daysSince1970
      row.due = (
        left < 0
          ? words("tips.row.late", ["days": String(-left)]) : words("tips.row.due", ["days": String(left)]), left < 0
      )
    }
    row.action = tip.state.isOpen ? words("tips.next.\(tip.isUnread ? "unread" : tip.state.rawValue)") : nil
    return row
  }

  static func status(_ tip: Tip, _ words: Words) -> Status {
    if tip.isUnread { return Status(text: words("tips.state.unread"), tone: tip.danger == .yes ? .urgent : .open) }
    let tone: Status.Tone =
      switch tip.state {
      case .received, .read: .open
      case .working, .asked: .active
      case .answered, .closed: .done
      case .withdrawn: .ended
      }
    return Status(text: words("tips.state.\(tip.state.rawValue)"), tone: tone)
  }
}
