import Basics
import Casework
import CountryPack

/// The assistance plan, in words.
extension CaseFileView {
  private var plan: AssistancePlan { file.plan ?? AssistancePlan() }

  /// The lines of the case page: what is still to be done. All of it stands on a page of its own.
  var planSection: CaseFileSection {
    let open = plan.actions.filter { $0.done == nil }
    let links =
      plan.goals.isEmpty
      ? link(.edit, "/plan/goals/new", "casework.plan.begin")
      : [HomeSection.Link(address: address + "/plan", label: words("casework.plan.see"))]
    return CaseFileSection(
      anchor: "plan", title: words("casework.plan.title"), rows: open.map(row),
      empty: words(plan.goals.isEmpty ? "casework.plan.none" : "casework.plan.all_done"), links: links)
  }

  /// The first action that is late.
  var lateAction: PlanAction? { plan.actions.first { $0.done == nil && $0.due < dates.today } }

  func row(_ action: PlanAction) -> WorkRow {
    let canFinish = action.done == nil && file.moves.contains(.edit)
    let service = action.service.flatMap { id in file.services.first { $0.id == id } }
    return WorkRow(
      title: firstLine(action.content?.words) ?? words("casework.plan.action"),
      address: canFinish ? "\(address)/plan/actions/\(action.id)/finish" : "",
      facts: [
        doer(action), members[action.responsible].map { words("casework.plan.seen_to_by", ["name": $0]) } ?? "",
        action.done.map { words("casework.follow_up.done_on", ["day": dates.day($0)]) } ?? "", action.result ?? "",
        service.map { words("casework.plan.service_of", ["service": terms.name(.services, $0.service)]) } ?? "",
      ].filter { !$0.isEmpty },
      status: action.outcome.map { Status(text: terms.name(.outcomes, $0), tone: .done) },
      due: action.done == nil ? terms.due(action.due) : nil,
      action: canFinish ? words("casework.follow_up.finish") : nil)
  }

  func doer(_ action: PlanAction) -> String {
    action.provider.flatMap { agencies[$0] } ?? action.content?.providerName ?? ""
  }

  func goalView(_ goal: PlanGoal) -> [String: Any] {
    let mayEdit = file.moves.contains(.edit)
    var view: [String: Any] = [
      "anchor": "g-\(goal.id)", "title": goal.content?.words ?? words("casework.plan.goal"),
      "rows": plan.actions(of: goal.id).map { action in
        var row = row(action).view
        // An open action can be changed too; that link stands beside its facts.
        if mayEdit, action.done == nil { row["edit"] = "\(address)/plan/actions/\(action.id)" }
        return row
      }, "hasRows": !plan.actions(of: goal.id).isEmpty, "empty": words("casework.plan.no_actions"),
      "facts": goal.content?.need.map { [words("casework.plan.for_need", ["need": terms.name(.needs, $0)])] } ?? [],
      "status": Status(
        text: words("casework.plan.state.\(goal.state.rawValue)"), tone: goal.state == .open ? .active : .done
      ).view,
    ]
    if mayEdit {
      view["edit"] = "\(address)/plan/goals/\(goal.id)"
      if goal.state == .open { view["add"] = "\(address)/plan/goals/\(goal.id)/actions/new" }
    }
    return view
  }

  func definitions(_ goal: GoalContent, _ state: PlanGoal.State) -> Definitions {
    Definitions([
      (words("casework.plan.goal"), goal.words),
      (words("casework.plan.need"), terms.names(.needs, [goal.need].compactMap { $0 })),
      (words("casework.plan.state"), words("casework.plan.state.\(state.rawValue)")),
    ])
  }

  func definitions(_ action: PlanAction) -> Definitions {
    Definitions([
      (words("casework.plan.action"), action.content?.words ?? ""), (words("casework.plan.provider"), doer(action)),
      (words("casework.plan.responsible"), members[action.responsible] ?? ""),
      (words("casework.plan.due"), dates.day(action.due)),
      (words("casework.service.outcome"), action.outcome.map { terms.name(.outcomes, $0) } ?? ""),
    ])
  }

  /// Whether and how the plan as it is was agreed and signed, and what was before.
  var planMarks: (now: String, lines: [String]) {
    let now: String
    if let signature = plan.signature {
      now = words(
        "casework.plan.is_signed", ["day": dates.day(signature.day), "name": members[signature.madeBy] ?? ""])
    } else if plan.agreement != nil {
      now = words("casework.plan.is_agreed")
    } else {
      now = words(plan.marks.isEmpty ? "casework.plan.not_agreed" : "casework.plan.changed_since")
    }
    let lines = plan.marks.map { mark in
      [
        words(
          "casework.plan.mark.\(mark.kind.rawValue)",
          ["day": dates.day(mark.day), "name": members[mark.madeBy] ?? ""]),
        mark.way.map { terms.name(.agreementWays, $0) } ?? "", mark.note ?? "",
      ].filter { !$0.isEmpty }.joined(separator: " · ")
    }
    return (now, lines)
  }

  private func firstLine(_ text: String?) -> String? { text?.split(separator: "\n").first.map(String.init) }
}
