import Accounts
import Basics
import CountryPack
import NationalPlan

/// A plan's projects as a file of the IATI standard, for donors.
struct PlanDonorPages {
  let desks: Desks
  var desk: NationalPlanDesk { desks.plans }

  func add(to routes: Routes) {
    routes.get(NationalPlanPages.path + "/:plan/iati") { visit in try await page(visit, visit.sheet) }
    routes.post(NationalPlanPages.path + "/:plan/iati", make)
  }

  private func page(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let screen = PlanScreen(visit, try await desk.look(actor, try visit.id("plan"), isWhole: false))
    return ProtectionSection.page(
      Heading(
        title: visit.words("plan.iati"), lead: visit.words("plan.iati_lead"), back: screen.back("", "plan.overview")),
      [],
      form: sheet.view(
        action: screen.address("iati"), submit: "plan.iati_make",
        fields: [
          sheet.text("reference", label: "plan.iati_reference", hint: "plan.iati_reference_hint"),
          sheet.text("name", label: "plan.iati_name"),
          sheet.select(
            "type", label: "plan.iati_type",
            options: IATIReporter.types.map { FormSheet.Option($0, visit.words("plan.iati_type_\($0)")) }),
          sheet.text("axes", label: "plan.iati_axes", hint: "plan.iati_axes_hint", type: "url", optional: true),
        ], cancel: screen.address()))
  }

  private func make(_ visit: Visit) async throws -> Answer {
    let screen = PlanScreen(visit, try await desk.look(try visit.actor(), try visit.id("plan")))
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let reference = reader.text("reference", upTo: 100)
      let name = reader.text("name", upTo: 200)
      let type = reader.text("type", upTo: 2)
      let axes = reader.text("axes", upTo: 500, required: false)
      try reader.check()
      guard IATIReporter(reference: reference, name: name, type: type) != nil else {
        throw Refusal.fields([FieldProblem("reference", "error.plan_iati_reference")])
      }
      guard let reporter = IATIReporter(reference: reference, name: name, type: type, axes: axes) else {
        throw Refusal.fields([FieldProblem("axes", "error.plan_iati_axes")])
      }
      // What an earlier version finished stays published: its identifiers are the same.
      var plan = screen.plan
      plan.activities += screen.look.past.activities
      let file = IATIActivities(
        plan, institutions: screen.look.institutions, pack: desks.pack, reporter: reporter,
        generated: desks.office.clock.now())
      return .file(
        file.xml, name: "amparo-iati-\(screen.plan.code)-v\(screen.plan.version).xml", type: "application/xml")
    } orShow: {
      try await page(visit, $0)
    }
  }
}
