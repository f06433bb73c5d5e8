import Accounts
import Basics
import NationalPlan

/// The amounts of an activity and the values of an indicator, and striking one that was entered by mistake.
struct PlanStrikePages {
  let desks: Desks
  var desk: NationalPlanDesk { desks.plans }

  func add(to routes: Routes) {
    let address = NationalPlanPages.path + "/:plan/entries/:entry/strike"
    routes.get(address, page)
    routes.post(address, strike)
  }

  // MARK: Tables

  static func amounts(_ entries: [PlanEntry], _ screen: PlanScreen, mayKeep: Bool) -> DataTable {
    let words = screen.words
    return DataTable(
      caption: words("plan.money"),
      columns: [
        words("plan.day"), words("plan.money_kind"), words("plan.money_source"), words("plan.amount"),
        words("campaigns.note"),
      ],
      rows: entries.compactMap { entry in
        guard case .money(let money) = entry.content else { return nil }
        return [
          .text(screen.visit.dates.day(money.day)), .text(words("plan.kind.\(money.kind.rawValue)")),
          .text(money.source), .number(screen.money(money.amount, money.currency)), note(entry, screen, mayKeep),
        ]
      })
  }

  /// The newest first.
  static func values(_ entries: [PlanEntry], _ screen: PlanScreen, mayKeep: Bool) -> DataTable {
    let words = screen.words
    return DataTable(
      caption: words("plan.values"),
      columns: [words("plan.day"), words("plan.value"), words("plan.source_term"), words("campaigns.note")],
      rows: entries.reversed().compactMap { entry in
        guard case .value(let value) = entry.content else { return nil }
        return [
          .text(screen.visit.dates.day(value.day)), .number(screen.number(value.value)), .text(value.source),
          note(entry, screen, mayKeep),
        ]
      })
  }

  private static func note(_ entry: PlanEntry, _ screen: PlanScreen, _ mayKeep: Bool) -> DataTable.Cell {
    if entry.isStruck { return .text(screen.words("campaigns.struck")) }
    guard mayKeep else { return .text("–") }
    return .link(
      screen.words("campaigns.strike"), address: PlanScreen.address(entry.plan, "entries/\(entry.id)/strike"))
  }

  // MARK: Striking

  private func open(_ visit: Visit) async throws -> (Actor, PlanScreen, PlanEntry, back: String) {
    let actor = try visit.actor()
    try actor.require(.keepPlan)
    let screen = PlanScreen(visit, try await desk.look(actor, try visit.id("plan"), isWhole: false))
    let entry = try await desk.entry(actor, try visit.id("entry"), in: screen.look.id)
    let kind =
      switch entry.content {
      case .money: "activities"
      case .value: "indicators"
      }
    return (actor, screen, entry, screen.address("\(kind)/\(entry.part)"))
  }

  private func page(_ visit: Visit) async throws -> Answer {
    let (_, screen, entry, back) = try await open(visit)
    let says =
      switch entry.content {
      case .money(let money): screen.money(money.amount, money.currency) + " · " + money.source
      case .value(let value): screen.number(value.value) + " · " + value.source
      }
    return ProtectionSection.page(
      Heading(
        title: visit.words("campaigns.strike_title"), lead: says,
        back: .init(address: back, label: visit.words("plan.back"))), [], notice: visit.words("campaigns.strike_lead"),
      form: visit.sheet.view(
        action: screen.address("entries/\(entry.id)/strike"), submit: "campaigns.strike", fields: [], cancel: back,
        isDangerous: true))
  }

  private func strike(_ visit: Visit) async throws -> Answer {
    let (actor, screen, entry, back) = try await open(visit)
    try await desk.strike(actor, entry.id, in: screen.look.id)
    return .goTo(back)
  }
}
