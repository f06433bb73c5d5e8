import Accounts
import Basics
import Casework
import CountryPack
import HTTPTypes

/// Opening a file in an emergency, and the supervisor's look at it afterwards.
struct EmergencyPages {
  let desks: Desks

  func add(to routes: Routes) {
    routes.get("/cases/emergency") { visit in try await form(visit, visit.sheet) }
    routes.post("/cases/emergency", open)
    routes.list("/data-protection/emergencies", past)
    routes.get("/data-protection/emergencies/:emergency") { visit in try await page(visit, visit.sheet) }
    routes.post("/data-protection/emergencies/:emergency", review)
  }

  private func open(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    do {
      return try await visit.attempt {
        var reader = FormReader(visit.form)
        let id: EmergencyID = try reader.id()
        let code = reader.text("code", upTo: 20)
        let basis = reader.value("basis", or: "error.unknown_code") { LegalBasis(rawValue: $0) }
        let reason = reader.text("reason", upTo: 20_000)
        try reader.check()
        let opening = try await desks.protection.openEmergency(actor, id: id, code: code, basis: basis, reason: reason)
        return .goTo("/cases/\(opening.caseID)")
      } orShow: {
        try await form(visit, $0)
      }
    } catch let refusal as Refusal where refusal.kind == .noBasis {
      var answer = try await form(visit, FormSheet(words: visit.words, typed: visit.form, refusal: refusal))
      answer.status = .forbidden
      return answer
    }
  }

  private func form(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    guard actor.may(.openCase) || actor.may(.readCase) else { throw Refusal.forbidden }
    let words = visit.words
    let hours = String(desks.pack.dataProtection.emergency.hours)
    return ProtectionSection.page(
      Heading(
        title: words("protection.emergency.title"), lead: words("protection.emergency.lead", ["hours": hours]),
        back: .init(address: "/cases", label: words("casework.list.title"))), [],
      notice: words("protection.emergency.warning"),
      form: sheet.view(
        action: "/cases/emergency", submit: "protection.emergency.submit",
        fields: [
          sheet.hidden("id", EmergencyID.random().description),
          sheet.text("code", label: "protection.emergency.code", hint: "protection.emergency.code_hint"),
          sheet.choices(
            "basis", label: "protection.emergency.basis",
            options: [LegalBasis.vitalInterest, .courtOrder, .legalDuty].map {
              FormSheet.Option($0.rawValue, words("casework.basis.\($0.rawValue)"))
            }),
          sheet.area("reason", label: "protection.emergency.reason", hint: "protection.emergency.reason_hint", rows: 3),
        ], cancel: "/cases", isDangerous: true))
  }

  // MARK: Afterwards

  private func past(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let words = visit.words
    let all = try await desks.protection.emergencies(actor, reviewed: true, most: visit.most(200))
    let names = try await desks.members.names(actor)
    return ProtectionSection.page(
      Heading(
        title: words("protection.emergency.past"),
        back: .init(address: "/data-protection", label: words("protection.title"))),
      [
        ProtectionSection(
          title: words("protection.emergency.list"), anchor: "list",
          rows: all.map { opening in
            WorkRow(
              title: words("protection.emergency.row", ["code": opening.code?.description ?? "–"]),
              address: "/data-protection/emergencies/\(opening.id)",
              facts: [names[opening.member] ?? "", visit.dates.moment(opening.openedAt)].filter { !$0.isEmpty },
              status: Status(
                text: words("protection.emergency.verdict_\(opening.verdict?.rawValue ?? "justified")"),
                tone: opening.verdict == .justified ? .done : .ended))
          },
          sheet: ListSheet.Part(
            title: words("protection.emergency.list"),
            columns: [
              "casework.list.code", "protection.emergency.by", "protection.emergency.from",
              "protection.emergency.verdict",
            ],
            rows: all.map { opening in
              [
                .typed(opening.code?.description ?? ""), .typed(names[opening.member] ?? ""),
                visit.dates.sheet(at: opening.openedAt),
                .typed(words("protection.emergency.verdict_\(opening.verdict?.rawValue ?? "justified")")),
              ]
            }), empty: words("protection.emergency.past_none"))
      ])
  }

  private func review(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let verdict = reader.value("verdict", or: "error.unknown_code") { EmergencyOpening.Verdict(rawValue: $0) }
      let text = reader.text("words", upTo: 20_000)
      try reader.check()
      try await desks.protection.review(actor, try visit.id("emergency"), verdict, words: text)
      return .goTo("/data-protection")
    } orShow: {
      try await page(visit, $0)
    }
  }

  private func page(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let (words, dates) = (visit.words, visit.dates)
    let found = try await desks.protection.emergency(actor, try visit.id("emergency"))
    let opening = found.opening
    let names = try await desks.members.names(actor)
    let mayReview = opening.verdict == nil && opening.member != actor.member && opening.code != nil
    let readings = DataTable(
      caption: words("protection.emergency.readings"),
      columns: ["casework.history.at", "casework.history.what"].map { words($0) },
      rows: found.readings.map { [.text(dates.moment($0.at)), .text(CaseHistoryWords.action($0.action, words))] })
    return ProtectionSection.page(
      Heading(
        title: words("protection.emergency.row", ["code": opening.code?.description ?? "–"]),
        back: .init(address: "/data-protection", label: words("protection.title"))),
      [
        ProtectionSection(
          title: words("protection.emergency.facts"), anchor: "facts",
          definitions: Definitions([
            (words("protection.emergency.by"), names[opening.member] ?? ""),
            (words("protection.emergency.basis"), words("casework.basis.\(opening.basis.rawValue)")),
            (words("protection.emergency.reason"), opening.reason ?? ""),
            (words("protection.emergency.from"), dates.moment(opening.openedAt)),
            (words("protection.emergency.until"), dates.moment(opening.endedAt ?? opening.until)),
            (words("protection.emergency.review_due"), dates.day(opening.reviewDue)),
            (
              words("protection.emergency.verdict"),
              opening.verdict.map { words("protection.emergency.verdict_\($0.rawValue)") } ?? ""
            ), (words("protection.emergency.words"), opening.words ?? ""),
            (words("protection.emergency.reviewed_by"), opening.reviewedBy.flatMap { names[$0] } ?? ""),
          ])),
        ProtectionSection(
          title: words("protection.emergency.readings"), anchor: "readings",
          table: found.readings.isEmpty ? nil : readings, empty: words("protection.emergency.readings_none")),
      ], notice: opening.member == actor.member && opening.verdict == nil ? words("error.emergency_own") : nil,
      form: mayReview
        ? sheet.view(
          action: "/data-protection/emergencies/\(opening.id)", submit: "protection.emergency.review",
          fields: [
            sheet.choices(
              "verdict", label: "protection.emergency.verdict",
              options: EmergencyOpening.Verdict.allCases.map {
                FormSheet.Option($0.rawValue, words("protection.emergency.verdict_\($0.rawValue)"))
              }), sheet.area("words", label: "protection.emergency.words", rows: 3),
          ]) : nil)
  }
}
