import Accounts
import Basics
import Casework
import CountryPack

/// What the person says of those who had a part in it: a part, a relation, a number, never a name.
struct PerpetratorPages {
  let desks: Desks

  func add(to routes: Routes) {
    routes.get("/cases/:case/perpetrators/new") { visit in
      .goTo("/cases/\(try visit.id("case") as CaseID)/perpetrators/\(PerpetratorID.random())?new=yes")
    }
    routes.get("/cases/:case/perpetrators/:perpetrator") { visit in try await form(visit, visit.sheet) }
    routes.post("/cases/:case/perpetrators/:perpetrator", save)
    routes.get("/cases/:case/perpetrators/:perpetrator/remove") { visit in try await removePage(visit, visit.sheet) }
    routes.post("/cases/:case/perpetrators/:perpetrator/remove", remove)
  }

  private func save(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    let perpetrator: PerpetratorID = try visit.id("perpetrator")
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let codes = PerpetratorCodes(
        role: reader.text("role", upTo: 80), relation: PersonForm.code("relation", &reader))
      let detail = PerpetratorDetail(
        number: reader.optional("number", or: "error.perpetrator_number") { Int($0) },
        words: reader.text("words", upTo: 20_000, required: false))
      let seen = try Clash.seen(visit)
      try reader.check()
      try await desks.cases.putPerpetrator(actor, id, id: perpetrator, codes, detail, seen: seen)
      return .goTo("/cases/\(id)/exploitation#p-\(perpetrator)")
    } orShow: {
      try await form(visit, $0)
    }
  }

  private func form(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let view = try await CaseFileView.editable(visit, desks)
    let id: PerpetratorID = try visit.id("perpetrator")
    let stored = view.file.perpetrators.first { $0.id == id }
    guard stored != nil || visit.query["new"] != nil || sheet.wasSent else { throw Refusal.notFound }
    let own = "\(view.address)/perpetrators/\(id)"
    let clash = Clash(sheet, stored: stored?.revision ?? 0) {
      guard let stored else { return Definitions([("", visit.words("casework.stored_none"))]) }
      var definitions = view.definitions(stored)
      definitions.items.insert(
        (visit.words("casework.perpetrator.role"), view.terms.name(.perpetratorRoles, stored.codes.role)), at: 0)
      return definitions
    }
    return CaseFormPage.answer(
      visit, view.summary, title: "casework.perpetrator.title", lead: visit.words("casework.perpetrator.lead"),
      clash: clash,
      back: HomeSection.Link(address: view.address + "/exploitation", label: visit.words("casework.file.exploitation")),
      further: stored == nil
        ? nil : HomeSection.Link(address: own + "/remove", label: visit.words("casework.perpetrator.remove")),
      form: sheet.view(
        action: stored == nil ? own + "?new=yes" : own, submit: "casework.save",
        fields: [
          clash.revision,
          sheet.select(
            "role", label: "casework.perpetrator.role",
            options: view.terms.options(.perpetratorRoles, keeping: stored?.codes.role),
            value: stored?.codes.role ?? ""),
          sheet.select(
            "relation", label: "casework.perpetrator.relation",
            options: view.terms.options(.perpetratorRelations, keeping: stored?.codes.relation),
            value: stored?.codes.relation ?? "", optional: true),
          sheet.text(
            "number", label: "casework.perpetrator.number", value: stored?.detail?.number.map { String($0) } ?? "",
            optional: true, inputmode: "numeric"),
          sheet.area(
            "words", label: "casework.perpetrator.words", hint: "casework.perpetrator.words_hint",
            value: stored?.detail?.words ?? "", rows: 4, optional: true),
        ], cancel: view.address + "/exploitation"))
  }

  private func remove(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    return try await visit.attempt {
      try await desks.cases.removePerpetrator(actor, id, try visit.id("perpetrator"), seen: try Clash.seen(visit))
      return .goTo("/cases/\(id)/exploitation")
    } orShow: {
      try await removePage(visit, $0)
    }
  }

  private func removePage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let view = try await CaseFileView.editable(visit, desks)
    let id: PerpetratorID = try visit.id("perpetrator")
    guard let stored = view.file.perpetrators.first(where: { $0.id == id }) else { throw Refusal.notFound }
    let clash = Clash(sheet, stored: stored.revision) { view.definitions(stored) }
    return CaseFormPage.answer(
      visit, view.summary, title: "casework.perpetrator.remove", lead: visit.words("casework.remove_lead"),
      clash: clash,
      form: sheet.view(
        action: "\(view.address)/perpetrators/\(id)/remove", submit: "casework.perpetrator.remove",
        fields: [clash.revision], cancel: view.address + "/exploitation", isDangerous: true))
  }
}
