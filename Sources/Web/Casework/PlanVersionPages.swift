import Accounts
import Basics
import Casework
import CountryPack

/// Plans as they were when they were agreed.
struct PlanVersionPages {
  let desks: Desks

  func add(to routes: Routes) { routes.get("/cases/:case/plan/versions", page) }

  private func page(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    let versions = try await desks.cases.planVersions(actor, id)
    let words = visit.words
    let agencies = Dictionary(try await desks.agencies.directory(actor).map { ($0.id, $0.name) }) { first, _ in first }
    return .page(
      "casework/plan-versions",
      [
        "heading": Heading(
          title: words("casework.plan.versions"), lead: words("casework.plan.versions_lead"),
          back: HomeSection.Link(address: "/cases/\(id)/plan", label: words("casework.plan.title"))
        ).view, "isEmpty": versions.isEmpty,
        "versions": versions.map { version in
          [
            "title": words("casework.plan.version", ["number": String(version.version)]),
            "anchor": "v-\(version.version)",
            "facts": Definitions(
              version.goals.map { goal in
                (
                  goal.words + " (" + words("casework.plan.state.\(goal.state.rawValue)") + ")",
                  goal.actions.isEmpty
                    ? words("casework.plan.no_actions")
                    : goal.actions.map { action in
                      [
                        action.words, action.provider.flatMap { agencies[$0] } ?? action.providerName,
                        visit.dates.day(action.due),
                        action.done.map { words("casework.follow_up.done_on", ["day": visit.dates.day($0)]) } ?? "",
                      ].filter { !$0.isEmpty }.joined(separator: " · ")
                    }.joined(separator: "; ")
                )
              }
            ).view,
          ] as [String: Any]
        },
      ] as [String: Any])
  }
}
