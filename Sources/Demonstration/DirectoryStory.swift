import Accounts
import Basics
import Referrals

/// The directory in the demonstration: brought in by the coordinator, then kept by some of its agencies. One confirms
/// too seldom, and some services belong to nobody who takes part: that is what the coordinator has to look after.
struct DirectoryStory {
  let stage: Stage
  let directory: Directory
  private let desk: DirectoryDesk

  init(_ stage: Stage, _ directory: Directory) {
    self.stage = stage
    self.directory = directory
    desk = DirectoryDesk(stage.office, stage.pack)
  }

  func plan(_ timeline: inout Timeline) throws {
    guard !directory.services.isEmpty else { return }
    let coordinator = try stage.team.actor(.committee, .coordinator)
    timeline.add(stage.today - .days(120) + .hours(10)) {
      _ = try await desk.bring(coordinator, unconfirmed, isDryRun: false)
    }
    // How many days ago each agency confirmed, and how many hours ago it counted its beds.
    let keeping: [(MadeUpAgency.Place, confirmed: Int, counted: Int, free: Int)] = [
      (.canario, 12, 5, 4), (.machala, 80, 9, 0), (.orellana, 30, 0, 0), (.lagoAgrio, 99, 40, 2),
    ]
    for (place, confirmed, counted, free) in keeping {
      let keeper = try stage.team.desk(place)
      timeline.add(stage.today - .days(confirmed) + .hours(11)) {
        for entry in try await desk.own(keeper) {
          _ = try await desk.confirm(keeper, entry.service.key, revision: entry.revision)
        }
      }
      // Three let the public read what has no undisclosed place; the fourth has not looked yet.
      if place != .lagoAgrio {
        timeline.add(stage.today - .days(confirmed) + .hours(12)) {
          try await show(try await desk.own(keeper), by: keeper)
        }
      }
      timeline.add(stage.today - .hours(counted)) {
        for entry in try await desk.own(keeper) {
          guard let capacity = entry.service.capacities.first else { continue }
          _ = try await desk.count(
            keeper, entry.service.key, unit: capacity.unit, available: min(free, capacity.maximum ?? free),
            maximum: capacity.maximum, revision: entry.revision)
        }
      }
    }
  }

  private func show(_ entries: [DirectoryEntry], by keeper: Actor) async throws {
    for entry in entries where PublicService.obstacle(entry.directory) == nil {
      try await desk.show(keeper, entry.service.key, toPublic: true, revision: entry.revision)
    }
  }

  /// As the file says it, but for confirmations and counts: those are the agencies' own, on days that are always the
  /// same so long ago.
  private var unconfirmed: Directory {
    Directory(
      organisations: Array(directory.organisations.values), places: Array(directory.places.values),
      services: directory.services.map { service in
        var service = service
        (service.confirmedOn, service.confirmedBy) = (nil, nil)
        for index in service.capacities.indices {
          service.capacities[index].updated = stage.today - .days(120)
        }
        return service
      })
  }
}
