import Accounts
import Basics
import CountryPack
import NationalPlan
import Training

/// The campaigns of a year as tables to take along: for donors whom they reached and how that was counted.
struct CampaignExport {
  let desks: Desks

  private func open(_ visit: Visit) async throws -> (CampaignScreen, CampaignOverview) {
    let screen = CampaignScreen(visit, try await desks.campaigns.look(try visit.actor()))
    return (screen, CampaignPages.overview(visit, screen.look, desks.pack))
  }

  /// One line an entry of reach, with all that is needed to judge it.
  func csv(_ visit: Visit) async throws -> Answer {
    let (screen, data) = try await open(visit)
    let rows = reach(screen, data).map { $0.map(\.shown) }
    return .file(
      CSVText.file(rows, separator: visit.language == .spanish ? ";" : ","),
      name: "amparo-campaigns-\(data.year)-\(visit.language).csv", type: "text/csv")
  }

  func xlsx(_ visit: Visit) async throws -> Answer {
    let (screen, data) = try await open(visit)
    let words = visit.words
    let sheets = [
      Spreadsheet.Sheet(name: words("campaigns.title"), rows: campaigns(screen, data)),
      Spreadsheet.Sheet(name: words("campaigns.events"), rows: events(screen, data)),
      Spreadsheet.Sheet(name: words("campaigns.reach"), rows: reach(screen, data)),
      Spreadsheet.Sheet(name: words("plan.money"), rows: money(screen, data)),
      Spreadsheet.Sheet(
        name: words("campaigns.by_audience"),
        rows: lines("campaigns.audience", data.audiences, screen) {
          screen.audience($0)
        }),
      Spreadsheet.Sheet(
        name: words("campaigns.by_province"),
        rows: lines("plan.province", data.provinces, screen) {
          screen.province($0)
        }),
    ]
    return .file(
      Spreadsheet(sheets: sheets).bytes, name: "amparo-campaigns-\(data.year)-\(visit.language).xlsx",
      type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
  }

  private func heading(_ words: Words, _ keys: [String]) -> [Spreadsheet.Cell] { keys.map { .text(words($0)) } }

  private func campaigns(_ screen: CampaignScreen, _ data: CampaignOverview) -> [[Spreadsheet.Cell]] {
    let words = screen.words
    return [
      heading(
        words,
        [
          "campaigns.code", "campaigns.name", "plan.state_term", "campaigns.audiences", "campaigns.channels",
          "campaigns.languages", "plan.where", "plan.from", "plan.until", "plan.lead", "plan.partners", "plan.result",
        ])
    ]
      + data.campaigns.map { one in
        let languages = (screen.look.messages[one.id] ?? []).map { screen.term(.languages, $0.language) }
        return [
          .typed(one.code), .typed(one.name[screen.language]), .text(screen.status(one).text),
          .text(screen.audiences(one.audiences)), .text(screen.channels(one.channels)),
          .text(languages.joined(separator: ", ")), .typed(screen.places(one)), .text(one.from.description),
          .text(one.until.description), .text(screen.institution(one.lead, on: one.until)),
          .text(one.partners.map { screen.institution($0, on: one.until) }.joined(separator: ", ")),
          .typed(one.result),
        ]
      }
  }

  private func events(_ screen: CampaignScreen, _ data: CampaignOverview) -> [[Spreadsheet.Cell]] {
    [
      heading(
        screen.words,
        [
          "campaigns.of_campaign", "campaigns.event_kind", "campaigns.name", "plan.state_term", "campaigns.audiences",
          "plan.day", "plan.province", "campaigns.place", "plan.lead",
        ])
    ]
      + data.events.map { one in
        [
          .typed(one.campaign.flatMap(screen.look.campaign)?.code ?? ""), .text(screen.term(.eventKinds, one.kind)),
          .typed(one.name[screen.language]), .text(screen.status(one).text), .text(screen.audiences(one.audiences)),
          .text(one.day.description), .text(screen.province(one.province)), .typed(one.place),
          .text(screen.institution(one.lead, on: one.day)),
        ]
      }
  }

  /// What the year's sums add up, and what is in others already; not what was struck.
  private func reach(_ screen: CampaignScreen, _ data: CampaignOverview) -> [[Spreadsheet.Cell]] {
    let words = screen.words
    let check = CampaignCheck(screen.pack)
    return [
      heading(
        words,
        [
          "campaigns.of_campaign", "campaigns.event", "campaigns.audience", "campaigns.number", "campaigns.unit",
          "campaigns.counted_or_estimated", "campaigns.method", "campaigns.source", "plan.day", "campaigns.within",
        ])
    ]
      + screen.look.reach.filter { $0.day.year == data.year && !$0.isStruck }.map { one in
        var event = ""
        if case .event(let id) = one.subject { event = screen.look.event(id)?.name[screen.language] ?? "" }
        let campaign = screen.look.campaign(of: one.subject).flatMap(screen.look.campaign)
        return [
          .typed(campaign?.code ?? ""), .typed(event), .text(screen.audience(one.audience)), .count(one.number),
          .text(words("campaigns.unit.\(one.unit.rawValue)")),
          .text(words(check.isEstimate(one.method) ? "campaigns.estimate" : "campaigns.count")),
          .text(screen.term(.reachMethods, one.method)), .typed(one.source), .text(one.day.description),
          .text(words(one.isWithinAnother ? "campaigns.yes" : "campaigns.no")),
        ]
      }
  }

  private func money(_ screen: CampaignScreen, _ data: CampaignOverview) -> [[Spreadsheet.Cell]] {
    let words = screen.words
    return [
      heading(
        words,
        [
          "campaigns.of_campaign", "campaigns.event", "plan.money_kind", "plan.money_source", "plan.currency",
          "plan.amount", "plan.day",
        ])
    ]
      + screen.look.money.filter { $0.money.day.year == data.year && !$0.isStruck }.map { one in
        var event = ""
        if case .event(let id) = one.subject { event = screen.look.event(id)?.name[screen.language] ?? "" }
        let campaign = screen.look.campaign(of: one.subject).flatMap(screen.look.campaign)
        return [
          .typed(campaign?.code ?? ""), .typed(event), .text(words("plan.kind.\(one.money.kind.rawValue)")),
          .typed(one.money.source), .text(one.money.currency), .number(Double(one.money.amount.cents) / 100),
          .text(one.money.day.description),
        ]
      }
  }

  private func lines(
    _ column: String, _ lines: [CampaignOverview.Line], _ screen: CampaignScreen, _ name: (String) -> String
  ) -> [[Spreadsheet.Cell]] {
    let words = screen.words
    let units = ReachUnit.allCases.flatMap { unit in [(unit, false), (unit, true)] }
    let counted = units.map { unit, isEstimate in
      Spreadsheet.Cell.text(
        words("campaigns.unit.\(unit.rawValue)") + ", "
          + words(isEstimate ? "campaigns.estimate" : "campaigns.count"))
    }
    return [
      heading(
        words, [column, "campaigns.tally_planned", "campaigns.tally_under_way", "campaigns.tally_done"]) + counted
    ]
      + lines.map { line in
        [
          .text(name(line.code)), .count(line.tally.planned), .count(line.tally.underWay), .count(line.tally.done),
        ]
          + units.map { unit, isEstimate in
            line.reach.number(unit, isEstimate: isEstimate).map(Spreadsheet.Cell.count) ?? ""
          }
      }
  }
}
