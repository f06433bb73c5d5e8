import Accounts
import Basics
import Casework
import Records
import TestSupport

@testable import Web

/// A house with cases of the year, an analyst and a coordinator.
///
/// - Parameters:
///   - further: roles somebody has beside them.
///   - sex: of the case with a number.
func withCountedHouse(
  _ engine: Engine, _ counts: [(form: String, province: String, count: Int)], further: [Role] = [],
  sex: (Int) -> String = { _ in "female" }, _ body: (WebHouse, TestBrowser, TestBrowser) async throws -> Void
) async throws {
  try await withSite(engine) { house in
    for role in [Role.caseWorker, .analyst, .coordinator] + further { try await house.join(role.rawValue, [role]) }
    let people = counts.flatMap { form, province, count in
      (0..<count).map { number in
        (
          identity: PersonIdentity(givenNames: "Canaria \(number)", birth: .year(1980)),
          facts: CaseFacts(
            kind: "trafficking", province: province, form: form, ageBand: "18-29", sex: sex(number))
        )
      }
    }
    _ = try await house.desks.cases.seed(
      try await house.actor("case_worker"), people, at: house.desks.office.clock.now())
    let (analyst, coordinator) = (TestBrowser(house), TestBrowser(house))
    try await analyst.signIn("analyst")
    try await coordinator.signIn("coordinator")
    try await body(house, analyst, coordinator)
  }
}
