import Accounts
import Basics
import Casework
import CountryPack

/// Services and follow-ups.
struct CarePages {
  let desks: Desks

  func add(to routes: Routes) {
    routes.get("/cases/:case/services/new") { visit in try await servicePage(visit, visit.sheet) }
    routes.post("/cases/:case/services/new", addService)
    routes.get("/cases/:case/follow-ups/new") { visit in try await planPage(visit, visit.sheet) }
    routes.post("/cases/:case/follow-ups/new", plan)
    routes.get("/cases/:case/follow-ups/:followup") { visit in try await finishPage(visit, visit.sheet) }
    routes.post("/cases/:case/follow-ups/:followup", finish)
  }

  // MARK: Services

  private func addService(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let service: ServiceRecordID = try reader.id()
      let code = reader.text("service")
      let day = reader.value("day", or: "error.day") { CalendarDay($0) }
      let provider = reader.optional("provider", or: "error.unknown_code") { AgencyID($0) }
      let amount = reader.optional("amount", or: "error.amount", CaseTerms.cents)
      let outcome = PersonForm.code("outcome", &reader)
      let detail = ServiceDetail(
        note: reader.text("note", upTo: 20_000, required: false),
        providerName: reader.text("provider_name", upTo: 120, required: false))
      try reader.check()
      guard let day else { throw RefusedRequest.malformed }
      try await desks.cases.addService(
        actor, id, id: service,
        ServiceRequest(
          service: code, day: day, provider: provider, amountCents: amount, outcome: outcome, detail: detail))
      return .goTo("/cases/\(id)#services")
    } orShow: {
      try await servicePage(visit, $0)
    }
  }

  private func servicePage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let summary = try await CaseFileView.editable(visit, desks, for: .addService).summary
    let terms = CaseTerms(visit: visit)
    let agencies = try await desks.agencies.directory(actor)
    return CaseFormPage.answer(
      visit, summary, title: "casework.service.new",
      form: sheet.view(
        action: "/cases/\(summary.id)/services/new", submit: "casework.save",
        fields: [
          sheet.hidden("id", ServiceRecordID.random().description),
          sheet.select("service", label: "casework.service.kind", options: terms.options(.services)),
          sheet.text(
            "day", label: "casework.service.day", value: visit.dates.today.description, type: "date"),
          sheet.select(
            "provider", label: "casework.service.provider",
            options: agencies.map { FormSheet.Option($0.id.description, $0.name) },
            value: actor.agency.description, optional: true),
          sheet.text(
            "provider_name", label: "casework.service.provider_name", hint: "casework.service.provider_name_hint",
            optional: true),
          sheet.select(
            "outcome", label: "casework.service.outcome", options: terms.options(.outcomes), optional: true),
          sheet.text(
            "amount", label: "casework.service.amount", hint: "casework.service.amount_hint", optional: true,
            inputmode: "decimal"),
          sheet.area("note", label: "casework.service.note", rows: 4, optional: true),
        ], cancel: "/cases/\(summary.id)#services"))
  }

  // MARK: Follow-ups

  private func plan(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let followUp: FollowUpID = try reader.id()
      let due = reader.value("due", or: "error.day") { CalendarDay($0) }
      let note = reader.text("note", upTo: 20_000)
      try reader.check()
      guard let due else { throw RefusedRequest.malformed }
      try await desks.cases.planFollowUp(actor, id, id: followUp, due: due, note: note)
      return .goTo("/cases/\(id)#follow-ups")
    } orShow: {
      try await planPage(visit, $0)
    }
  }

  private func planPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let summary = try await CaseFileView.editable(visit, desks, for: .planFollowUp).summary
    return CaseFormPage.answer(
      visit, summary, title: "casework.follow_up.new",
      form: sheet.view(
        action: "/cases/\(summary.id)/follow-ups/new", submit: "casework.save",
        fields: [
          sheet.hidden("id", FollowUpID.random().description),
          sheet.area("note", label: "casework.follow_up.note", hint: "casework.follow_up.note_hint", rows: 3),
          sheet.text(
            "due", label: "casework.follow_up.due", value: visit.dates.today.adding(days: 7).description, type: "date"),
        ], cancel: "/cases/\(summary.id)#follow-ups"))
  }

  private func finish(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let done = reader.value("done", or: "error.day") { CalendarDay($0) }
      let result = reader.text("result", upTo: 20_000, required: false)
      try reader.check()
      guard let done else { throw RefusedRequest.malformed }
      try await desks.cases.finishFollowUp(actor, id, try visit.id("followup"), on: done, result: result)
      return .goTo("/cases/\(id)#follow-ups")
    } orShow: {
      try await finishPage(visit, $0)
    }
  }

  private func finishPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let file = try await CaseFileView.editable(visit, desks, for: .finishFollowUp).file
    let id: FollowUpID = try visit.id("followup")
    guard let followUp = file.followUps.first(where: { $0.id == id }) else { throw Refusal.notFound }
    let summary = file.summary
    return CaseFormPage.answer(
      visit, summary, title: "casework.follow_up.finish", lead: followUp.note,
      notice: CaseTerms(visit: visit).due(followUp.due)?.text,
      form: sheet.view(
        action: "/cases/\(summary.id)/follow-ups/\(id)", submit: "casework.follow_up.finish",
        fields: [
          sheet.text("done", label: "casework.follow_up.day", value: visit.dates.today.description, type: "date"),
          sheet.area("result", label: "casework.follow_up.result", rows: 4, optional: true),
        ], cancel: "/cases/\(summary.id)#follow-ups"))
  }
}
