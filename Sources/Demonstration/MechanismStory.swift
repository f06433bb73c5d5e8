import Accounts
import Basics
import CountryPack
import Referrals

/// A mechanism in the demonstration: brought in by the coordinator, signed by two of the agencies behind its desks, and
/// waiting for the others.
struct MechanismStory {
  let stage: Stage
  /// The file; empty for none.
  let text: String

  func plan(_ timeline: inout Timeline) throws {
    guard !text.isEmpty else { return }
    let desk = MechanismDesk(stage.office, stage.pack)
    let id = stage.office.randomness.identifier(MechanismVersionEntity.self)
    let coordinator = try stage.team.actor(.committee, .coordinator)
    let places: [MadeUpAgency.Place] = [.tulcan, .lagoAgrio, .migration, .canario]
    let agencies = try places.map { try stage.team.agency($0) }
    let signers = [try stage.team.actor(.tulcan, .supervisor), try stage.team.actor(.migration, .supervisor)]
    timeline.add(stage.today - .days(9) + .hours(10)) {
      _ = try await desk.bring(coordinator, id, text, for: .territory)
      let look = try await desk.look(coordinator, id)
      let named = look.mechanism.desks.enumerated().map { ($1.code, agencies[$0 % agencies.count]) }
      try await desk.name(
        coordinator, id, Dictionary(named) { first, _ in first }, revision: look.version.revision)
    }
    for (index, signer) in signers.enumerated() {
      timeline.add(stage.today - .days(4 - index) + .hours(9)) {
        try await desk.sign(signer, id, revision: try await desk.look(signer, id).version.revision)
      }
    }
  }
}
