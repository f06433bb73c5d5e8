import Accounts
import Basics
import CountryPack
import Hummingbird
import Training

/// The donor annex: one page, and the same as files.
struct AnnexPages {
  let desks: Desks

  func add(to routes: Routes) {
    routes.get("/training/annex", page)
    routes.get("/training/annex.xlsx") { visit in
      .file(
        try await tables(visit).spreadsheet, name: name(visit, "xlsx"),
        type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    }
    routes.get("/training/annex.csv") { visit in
      .file(try await tables(visit).csv, name: name(visit, "csv"), type: "text/csv")
    }
  }

  private func name(_ visit: Visit, _ ending: String) -> String { "amparo-annex-\(visit.dates.today).\(ending)" }

  private func tables(_ visit: Visit) async throws -> AnnexTables {
    let annex = try await desks.after.annex(
      visit.actor(), from: CalendarDay(visit.query["from"] ?? ""), until: CalendarDay(visit.query["until"] ?? ""))
    return AnnexTables(annex, pack: desks.pack, visit: visit)
  }

  private func page(_ visit: Visit) async throws -> Answer {
    let (words, tables) = (visit.words, try await tables(visit))
    let (from, until) = (CalendarDay(visit.query["from"] ?? ""), CalendarDay(visit.query["until"] ?? ""))
    let range = "?from=\(from?.description ?? "")&until=\(until?.description ?? "")"
    return .page(
      "training/annex",
      [
        "title": words("training.annex.title"),
        "heading": Heading(
          title: words("training.annex.title"),
          lead: words(
            "training.annex.lead",
            ["people": tables.people.map { String($0) } ?? "*"]),
          back: .init(address: "/training", label: words("training.title"))
        ).view,
        "from": from?.description ?? "", "until": until?.description ?? "", "xlsx": "/training/annex.xlsx" + range,
        "csv": "/training/annex.csv" + range, "tables": tables.tables.map(tables.view), "notes": tables.notes,
        "isEmpty": tables.annex.cohorts.isEmpty,
      ] as [String: Any])
  }
}
