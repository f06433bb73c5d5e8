import Accounts
import Basics
import Casework
import CountryPack
import Documents
import Foundation
import Referrals
import Vault

/// A case taken out as a PDF document or a sealed archive, and lists as spreadsheets.
struct CaseExportPages {
  let desks: Desks
  let settings: SiteSettings

  func add(to routes: Routes) {
    // Exercises stay in practice.
    guard !settings.isPractice else { return }
    routes.get("/cases/list.xlsx", cases)
    routes.get("/cases/due.xlsx", tasks)
    routes.get("/referrals/list.xlsx", referrals)
    routes.get("/cases/:case/export") { visit in try await page(visit, visit.sheet) }
    routes.post("/cases/:case/export", export)
  }

  // MARK: One case

  private func page(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.readCase)
    let summary = try await desks.cases.attachments(actor, try visit.id("case")).summary
    let words = visit.words
    return CaseFormPage.answer(
      visit, summary, title: "export.title", lead: words("export.lead"), notice: words("export.warning"),
      form: sheet.view(
        action: "/cases/\(summary.id)/export", submit: "export.submit",
        fields: [
          sheet.select(
            "purpose", label: "export.purpose", hint: "export.purpose_hint",
            options: CaseTerms(visit: visit).options(.purposes)),
          sheet.choices(
            "form", label: "export.form",
            options: [
              .init("pdf", words("export.pdf"), hint: words("export.pdf_hint")),
              .init("archive", words("export.archive"), hint: words("export.archive_hint")),
            ], value: "pdf"),
          sheet.text(
            "passphrase", label: "export.passphrase", hint: "export.passphrase_hint", type: "password", optional: true),
          sheet.text("again", label: "export.again", type: "password", optional: true),
        ], cancel: "/cases/\(summary.id)"))
  }

  private func export(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let purpose = reader.text("purpose", required: false)
      let isArchive = visit.form["form"] == "archive"
      let passphrase = visit.form["passphrase"] ?? ""
      if isArchive {
        if !SealedArchive.isStrong(passphrase) { reader.refuse("passphrase", "error.export_passphrase") }
        if visit.form["again"] != passphrase { reader.refuse("again", "error.export_again") }
      }
      try reader.check()
      let export = try await desks.cases.export(actor, id, purpose: purpose, withAttachments: isArchive)
      let agencies = try await desks.agencies.directory(actor)
      let view = CaseFileView(
        file: export.file, terms: CaseTerms(visit: visit),
        agencies: Dictionary(agencies.map { ($0.id, $0.name) }) { first, _ in first },
        members: export.file.isShared ? [:] : try await desks.members.names(actor))
      let paper = CasePaper(view, attachments: export.attachments.map(\.attachment))
      let pdf = try self.pdf(paper, export.file, view, actor, purpose: purpose, visit)
      let name = "amparo-\(paper.code)"
      guard isArchive else { return .file(pdf, name: name + ".pdf", type: "application/pdf") }
      let zip = try self.zip(paper, export, pdf, visit.language)
      return .file(
        try SealedArchive.seal(zip, passphrase: passphrase), name: name + ".amparo-case",
        type: "application/octet-stream")
    } orShow: {
      try await page(visit, $0)
    }
  }

  private func pdf(
    _ paper: CasePaper, _ file: CaseFile, _ view: CaseFileView, _ actor: Actor, purpose: String, _ visit: Visit
  ) throws -> [UInt8] {
    let (words, now) = (visit.words, desks.office.clock.now())
    return try paper.sheet(
      title: file.identity?.value.displayName ?? words("casework.case", ["code": paper.code]),
      header: words("export.header", ["code": paper.code, "agency": paper.agency]),
      footer: words(
        "export.footer",
        [
          "name": actor.name, "agency": actor.agencyName, "moment": visit.dates.moment(now),
          "purpose": view.terms.name(.purposes, purpose),
        ])
    ).pdf(on: .a4, created: now, visit.language)
  }

  private struct CaseJSON: Encodable {
    struct Kept: Encodable { var file, title, kind, format: String }
    var version = 1
    var code, agency, kind, province, status, openedAt: String
    var language: String
    var sections: [CasePaper.Section]
    var files: [Kept]
  }

  /// The document, the same for programs, and the photographs and documents by number.
  private func zip(_ paper: CasePaper, _ export: CaseExport, _ pdf: [UInt8], _ language: Language) throws -> [UInt8] {
    var archive = StoredArchive()
    let named = export.attachments.enumerated().map { index, kept in
      (name: "files/\(index + 1).\(kept.attachment.format.ending)", kept: kept)
    }
    let summary = export.file.summary
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let json = try encoder.encode(
      CaseJSON(
        code: paper.code, agency: paper.agency, kind: summary.facts.kind, province: summary.facts.province,
        status: summary.status.rawValue, openedAt: summary.openedAt.wholeSecond, language: language.code,
        sections: paper.sections,
        files: named.map {
          .init(
            file: $0.name, title: $0.kept.attachment.title, kind: $0.kept.attachment.kind.rawValue,
            format: $0.kept.attachment.format.rawValue)
        }))
    archive.add("case.json", Array(json))
    archive.add("case.pdf", pdf)
    for file in named { archive.add(file.name, file.kept.content) }
    return archive.bytes
  }

  // MARK: Lists

  // Their desks read them whole and write the entry for the file.

  private func answer(
    _ visit: Visit, name: String, columns: [String], rows: [[Spreadsheet.Cell]], isCut: Bool,
    further: [ListSheet.Part] = []
  ) -> Answer {
    let part = ListSheet.Part(title: visit.words("export.sheet"), columns: columns, rows: rows)
    return .file(
      ListSheet(parts: [part] + further, isCut: isCut).spreadsheet(visit.words).bytes, name: name + ".xlsx",
      type: ListSheet.type)
  }

  private func cases(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let filter = CaseChoice(visit.query).filter(on: visit.dates.today)
    let (rows, isCut) = try await desks.cases.exportList(actor, filter)
    let (words, terms) = (visit.words, CaseTerms(visit: visit))
    return answer(
      visit, name: "amparo-cases",
      columns: [
        "casework.list.code", "export.status", "casework.facts.kind", "casework.facts.form",
        "casework.facts.province", "casework.facts.age_band", "casework.person.sex", "casework.facts.opened",
        "export.due",
      ],
      rows: rows.map { row in
        let (summary, facts) = (row.summary, row.summary.facts)
        return [
          .typed(summary.code.description), .typed(words("casework.status.\(summary.status.rawValue)")),
          .typed(terms.name(.caseKinds, facts.kind)), .typed(terms.name(.exploitation, facts.form)),
          .typed(terms.province(facts.province)), .typed(terms.name(.ageBands, facts.ageBand)),
          .typed(facts.sex.map { terms.name(.sexes, $0) } ?? ""), visit.dates.sheet(dayOf: summary.openedAt),
          visit.dates.sheet(summary.due),
        ]
      }, isCut: isCut)
  }

  private func tasks(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let names = try await desks.members.names(actor)
    let member = TaskPages.member(visit, actor, names)
    let (tasks, isCut) = try await desks.cases.exportTasks(actor, TaskFilter(member: member))
    let terms = CaseTerms(visit: visit)
    let closings = try await desks.cases.closingsToAnswer(actor).map { terms.row($0, names[$0.member]) }
    let consents = try await desks.cases.endingConsents(actor, of: member).map {
      terms.row($0, holder: names[$0.member])
    }
    let invitations = try await desks.cases.invitations(actor)
    let agencies = Dictionary(try await desks.agencies.directory(actor).map { ($0.id, $0.name) }) { first, _ in first }
    let asked = invitations.map { terms.row($0, agencies[$0.agency]) }
    let further = [("closings", closings), ("invitations", asked), ("consents", consents)].filter { !$0.1.isEmpty }
    return answer(
      visit, name: "amparo-due",
      columns: ["casework.list.code", "export.task", "export.due", "casework.tasks.member"],
      rows: tasks.map { task in
        [
          .typed(task.code.description), .typed(visit.words("casework.task.\(task.kind.rawValue)")), .day(task.due),
          .typed(names[task.member] ?? ""),
        ]
      }, isCut: isCut,
      further: further.map { ListSheet.Part(title: visit.words("casework.tasks.\($0.0)"), $0.1) })
  }

  private func referrals(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let isSent = visit.query["sent"] != nil
    let filter = visit.query["show"].flatMap(ReferralFilter.init(rawValue:)) ?? (isSent ? .all : .waiting)
    let (referrals, isCut) = try await desks.referrals.exportList(actor, filter, isSent: isSent)
    let (words, terms) = (visit.words, try await ReferralWords(visit, actor, desks))
    return answer(
      visit, name: "amparo-referrals",
      columns: [
        "export.from", "export.to", "export.need", "export.urgency", "export.status", "export.sent", "export.due",
      ],
      rows: referrals.map { referral in
        [
          .typed(referral.from.name), .typed(referral.to.name), .typed(terms.need(referral.need)),
          .typed(terms.term(.urgencies, referral.urgency) ?? referral.urgency),
          .typed(words("referrals.state.\(referral.state.rawValue)")), visit.dates.sheet(at: referral.sentAt),
          visit.dates.sheet(at: referral.dueAt),
        ]
      }, isCut: isCut)
  }
}
