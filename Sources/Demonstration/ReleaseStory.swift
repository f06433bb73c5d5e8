import Accounts
import Basics
import Casework
import Releases

/// The year 2007 as open data: drafted and checked by the analyst, published by the coordinator.
struct ReleaseStory {
  let stage: Stage
  let names: OpenTable.Names
  let id: ReleaseID

  func plan(_ timeline: inout Timeline) throws {
    let analyst = try stage.team.actor(.committee, .analyst)
    let coordinator = try stage.team.actor(.committee, .coordinator)
    let desk = ReleaseDesk(stage.office, stage.pack)
    let (id, names) = (id, names)
    timeline.add(stage.today - .days(21) + .hours(10)) {
      try await desk.draft(
        analyst, id: id, slug: "casos-2007-forma",
        title: ReleaseText(
          es: "Casos abiertos en 2007, por forma de explotación", en: "Cases opened in 2007, by form of exploitation"),
        choice: TableChoice(rows: .form, filter: [.year: ["2007"]]))
      try await desk.check(analyst, id, seen: 1)
    }
    timeline.add(stage.today - .days(20) + .hours(11)) {
      try await desk.publish(coordinator, id, seen: 2, names: names)
    }
  }
}
