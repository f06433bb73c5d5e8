import Basics
import Casework
import CountryPack

/// Needs, risks and the plan for danger, in words.
extension CaseFileView {
  /// The lines of the case page: the latest look at each, and the plan.
  var assessments: CaseFileSection {
    let page = address + "/assessments"
    var rows = AssessmentKind.allCases.compactMap { kind in
      file.assessments.first { $0.kind == kind }.map { latest in
        WorkRow(
          title: words("casework.assessment.kind.\(kind.rawValue)"), address: page + "#a-\(latest.id)",
          facts: [
            terms.name(.assessmentLevels, latest.level),
            words("casework.assessment.last", ["day": dates.day(latest.day)]),
          ], due: summary.status == .open ? terms.due(latest.due) : nil)
      }
    }
    if file.safetyPlan != nil {
      rows.append(
        WorkRow(
          title: words("casework.safety_plan.title"), address: page + "#safety-plan",
          facts: [words("casework.safety_plan.there")]))
    }
    return CaseFileSection(
      anchor: "assessments", title: words("casework.assessment.title"), rows: rows,
      empty: words("casework.assessment.none"), links: link(.edit, "/assessments/new", "casework.assessment.new"))
  }

  /// Whether a look at something is due or over; that look's kind.
  var lateAssessment: AssessmentKind? {
    AssessmentKind.allCases.first { kind in
      file.assessments.first { $0.kind == kind }.map { $0.due <= dates.today } == true
    }
  }

  func assessmentParts(with pack: CountryPack) -> [Part] {
    file.assessments.map { assessment in
      let before = file.assessments.drop { $0.id != assessment.id }.dropFirst().first { $0.kind == assessment.kind }
      return Part(
        kind: "a-\(assessment.id)",
        title: words("casework.assessment.kind.\(assessment.kind.rawValue)") + " · " + dates.day(assessment.day),
        definitions: definitions(
          assessment, before.flatMap { AssessmentRules.comparison(assessment, with: $0, pack) }), text: nil,
        edit: file.moves.contains(.edit) ? "\(address)/assessments/\(assessment.id)/remove" : nil,
        editLabel: words("casework.assessment.remove"), empty: words("casework.file.nothing"))
    }
  }

  func definitions(_ assessment: Assessment, _ comparison: AssessmentComparison? = nil) -> Definitions {
    let list = AssessmentRules.list(assessment.kind)
    let answers = assessment.content?.answers ?? [:]
    // Risks are sentences with commas in them.
    func names(_ codes: [String]) -> String { codes.map { terms.name(list, $0) }.joined(separator: "; ") }
    func those(_ answer: FourWayAnswer) -> String { names(terms.codes(list).filter { answers[$0] == answer }) }
    let level = comparison.map { words("casework.assessment.compared.\($0.level.rawValue)") }
    return Definitions([
      (
        words("casework.assessment.level.\(assessment.kind.rawValue)"),
        [terms.name(.assessmentLevels, assessment.level), level].compactMap { $0 }.joined(separator: ", ")
      ), (words("casework.assessment.came"), comparison.map { names($0.came) } ?? ""),
      (words("casework.assessment.went"), comparison.map { names($0.went) } ?? ""),
      (words("casework.assessment.unanswered"), comparison.map { names($0.unanswered) } ?? ""),
      (words("casework.assessment.yes"), those(.yes)), (words("casework.assessment.no"), those(.no)),
      (words("casework.assessment.unknown"), those(.unknown)),
      (words("casework.assessment.note"), assessment.content?.note ?? ""),
      (words("casework.assessment.due"), dates.day(assessment.due)),
      (words("casework.assessment.by"), members[assessment.recordedBy] ?? ""),
    ])
  }

  /// `nil` for a reader who was not given it.
  var safetyPlanPart: Part? {
    guard file.kinds.contains(.safety) else { return nil }
    return Part(
      kind: "safety-plan", title: words("casework.safety_plan.title"),
      definitions: file.safetyPlan.map { definitions($0.value) }, text: nil,
      edit: file.moves.contains(.edit) ? address + "/safety-plan" : nil, editLabel: words("casework.safety_plan.edit"),
      empty: words("casework.safety_plan.none"))
  }

  func definitions(_ plan: SafetyPlan) -> Definitions {
    Definitions([
      (words("casework.safety_plan.signs"), plan.signs), (words("casework.safety_plan.places"), plan.places),
      (words("casework.safety_plan.people"), plan.people), (words("casework.safety_plan.signal"), plan.signal),
      (words("casework.safety_plan.belongings"), plan.belongings),
    ])
  }
}
