import Accounts
import Basics
import Casework
import Records
import TestSupport
import Testing

@testable import Web

/// A house with a case worker, a supervisor and an officer; the worker's browser, and the address of a case that the
/// named one of them opened.
func withOpenCase(
  _ engine: Engine, openedBy opener: String = "worker",
  _ body: (WebHouse, TestBrowser, String) async throws -> Void
) async throws {
  try await withSite(engine) { house in
    try await house.join("worker", [.caseWorker])
    try await house.join("supervisor", [.supervisor])
    try await house.join("officer", [.frontlineOfficer])
    let id = CaseID.random()
    try await house.desks.cases.open(
      try await house.actor(opener), id: id,
      CaseOpening(
        person: .new(
          .random(), PersonIdentity(givenNames: "Rosa", surnames: "Quispe", birth: .year(1980)), SafeContact()),
        kind: "trafficking", province: "EC-P", form: "labour"))
    let browser = TestBrowser(house)
    try await browser.signIn("worker")
    try await body(house, browser, "/cases/\(id)")
  }
}

extension TestBrowser.Page {
  /// The first address on the page that a pattern fits.
  func link(_ pattern: String) throws -> String {
    let regex = try Regex<(Substring, Substring)>("href=\"(" + pattern + ")\"")
    return String(try #require(text.firstMatch(of: regex)).1).replacing("&amp;", with: "&")
  }
}
