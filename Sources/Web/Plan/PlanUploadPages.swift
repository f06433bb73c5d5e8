import Accounts
import Basics
import CountryPack
import NationalPlan

/// Bringing a plan's file in: read and checked first, each finding at its line, and stored only when nothing is wrong; the
/// whole plan or nothing of it.
struct PlanUploadPages {
  static let path = "/plan/upload"
  /// Bytes that may come: the file, and the text of the one before it.
  static let largest = 2 * Plan.largestFile
  /// More findings than this nobody reads at once.
  private static let most = 200

  let desks: Desks
  var desk: NationalPlanDesk { desks.plans }

  func add(to routes: Routes) {
    routes.get(Self.path) { visit in try page(visit, visit.sheet, Reading()) }
    routes.post(Self.path, upload)
  }

  /// What a file was found to be.
  private struct Reading {
    var text = ""
    var plan: Plan?
    /// What can't be read, in the English of the format.
    var problems: [PackProblem] = []
    var findings: [PlanFinding] = []
  }

  private func page(_ visit: Visit, _ sheet: FormSheet, _ reading: Reading) throws -> Answer {
    try visit.actor().require(.keepPlan)
    let words = visit.words
    var model: [String: Any] = [
      "heading": Heading(
        title: words("plan.upload"), lead: words("plan.upload_lead"),
        back: .init(address: NationalPlanPages.path, label: words("plan.title"))
      ).view,
      "id": visit.form["id"] ?? StoredPlanID.random().description, "text": reading.text,
      "hint": words("plan.upload_hint", ["most": String(Plan.largestFile / 1_000_000)]),
    ]
    model["error"] = sheet.error("file") ?? sheet.message
    if !reading.problems.isEmpty {
      model["found"] = table(
        words("plan.upload_unreadable"), reading.problems.map { ($0.line, "", "", $0.message) }, visit)
      model["note"] = words("plan.upload_english")
    } else if !reading.findings.isEmpty {
      model["found"] = table(
        words("plan.upload_found"),
        reading.findings.map { ($0.line, weight($0, words), $0.item, $0.says[visit.language]) }, visit)
    }
    if let plan = reading.plan {
      model["summary"] =
        Definitions([
          (words("plan.title_term"), plan.name[visit.language]), (words("plan.version_term"), String(plan.version)),
          (words("plan.time_term"), NationalPlanPages.time(plan, visit)), (words("plan.source_term"), plan.source),
          (
            words("plan.upload_holds"),
            words(
              "plan.upload_counts",
              [
                "axes": String(plan.axes.count), "objectives": String(plan.objectives.count),
                "indicators": String(plan.indicators.count), "activities": String(plan.activities.count),
              ])
          ),
        ]).view
      model["isSound"] = !sheet.wasSent
    }
    return .page("plan/upload", model)
  }

  private func weight(_ finding: PlanFinding, _ words: Words) -> String {
    words("plan.upload_weight_\(finding.weight.rawValue)")
  }

  private func table(_ title: String, _ rows: [(line: Int, weight: String, item: String, says: String)], _ visit: Visit)
    -> [String: Any]
  {
    let words = visit.words
    let cut = rows.count > Self.most ? " " + words("plan.upload_cut", ["count": String(rows.count)]) : ""
    return DataTable(
      caption: title + cut,
      columns: [words("plan.line"), words("plan.upload_weight"), words("plan.upload_part"), words("plan.upload_says")],
      rows: rows.prefix(Self.most).map { row in
        [
          .text(row.line > 0 ? String(row.line) : "—"), .text(row.weight.isEmpty ? "—" : row.weight),
          .text(row.item.isEmpty ? "—" : row.item), .text(row.says),
        ]
      }
    ).view
  }

  private func upload(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.keepPlan)
    var reading = Reading()
    return try await visit.attempt {
      let id: StoredPlanID = try FormReader(visit.form).id()
      reading.text = try text(visit)
      do throws(PackProblems) {
        reading.plan = try Plan.read(reading.text, file: "", languages: desks.pack.languages)
      } catch {
        reading.problems = error.problems
        throw Refusal.fields([FieldProblem("file", "error.plan_file")])
      }
      guard let plan = reading.plan else { throw RefusedRequest.malformed }
      reading.findings = try await desk.findings(actor, plan, as: id)
        .sorted { ($0.line, $0.item) < ($1.line, $1.item) }
      guard !reading.findings.contains(where: { $0.weight == .error }) else {
        throw Refusal.fields([FieldProblem("file", "error.plan_file_findings")])
      }
      guard visit.form["move"] == "keep" else { return try page(visit, visit.sheet, reading) }
      try await desk.keep(actor, plan, as: id)
      return .goTo(PlanScreen.address(id))
    } orShow: {
      try page(visit, $0, reading)
    }
  }

  /// The file that was chosen, or else what stands in the field.
  private func text(_ visit: Visit) throws -> String {
    let bytes = visit.files["file"] ?? []
    if bytes.isEmpty {
      guard let typed = visit.form["text"], !typed.isEmpty else {
        throw Refusal.fields([FieldProblem("file", "error.plan_no_file")])
      }
      return typed
    }
    guard bytes.count <= Plan.largestFile else { throw Refusal.fields([FieldProblem("file", "error.plan_file_large")]) }
    guard let text = String(validating: bytes, as: UTF8.self), !text.utf8.contains(0) else {
      throw Refusal.fields([FieldProblem("file", "error.plan_not_text")])
    }
    return text
  }
}
