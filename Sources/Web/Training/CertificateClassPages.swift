import Accounts
import Basics
import CountryPack
import Documents
import Hummingbird
import Training

/// All certificates of a class: issuing to everybody who earned one, printing them as one file, taking one back.
struct CertificateClassPages {
  let desks: Desks
  let settings: SiteSettings

  func add(to routes: Routes) {
    routes.list("/training/:cohort/certificates") { visit in try await page(visit, visit.sheet) }
    routes.post("/training/:cohort/certificates", issueAll)
    routes.get("/training/:cohort/papers/:paper", papers)
    routes.get("/training/:cohort/certificates/:certificate/file/:file", file)
    routes.get("/training/:cohort/certificates/:certificate/withdraw") { visit in
      try await withdrawPage(visit, visit.sheet)
    }
    routes.post("/training/:cohort/certificates/:certificate/withdraw", withdraw)
  }

  private func page(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let id: CohortID = try visit.id("cohort")
    let summary = try await desks.cohorts.cohort(actor, id)
    let people = try await desks.cohorts.participants(actor, id).sorted(by: ParticipantListPages.byName)
    let withdrawn = try await desks.certificates.withdrawn(actor, of: id)
    let words = visit.words
    let issued = people.compactMap { person in person.certificate.map { (person, $0) } }
    let owed = people.count { $0.earnsCertificate && $0.certificate == nil }
    let table = DataTable(
      caption: words("training.papers.caption", ["count": String(issued.count)]),
      columns: [
        words("training.person.name"), words("training.certificate.issued"), words("training.attendance.title"),
        words("training.check.number"),
      ],
      rows: issued.map { person, certificate in
        [
          .link(person.shownName(words), address: "/training/\(id)/certificates/\(certificate.id)"),
          visit.dates.cell(certificate.issuedOn), .text("\(certificate.attended)/\(certificate.held)"),
          .text(CertificateSheet.grouped(certificate.id)),
        ]
      })
    var model: [String: Any] = [
      "title": words("training.papers.tab"),
      "heading": summary.cohort.heading(visit, desks.pack).view,
      "tabs": summary.cohort.tabs(words, current: "/training/\(id)/certificates").view, "table": table.view,
      "hasRows": !issued.isEmpty, "a4": "/training/\(id)/papers/a4", "letter": "/training/\(id)/papers/letter",
      "hasWithdrawn": !withdrawn.isEmpty,
      "withdrawn": withdrawn.map {
        [
          "number": CertificateSheet.grouped($0.certificate.id), "day": visit.dates.day(of: $0.at),
          "reason": words("training.papers.reason.\($0.reason.rawValue)"),
        ]
      },
    ]
    if owed > 0 {
      model["owed"] = words("training.papers.owed", ["count": String(owed)])
      model["issue"] = sheet.view(
        action: "/training/\(id)/certificates", submit: "training.papers.issue_all", fields: [])
    }
    let back = ListSheet.Part(
      title: words("training.papers.withdrawn"),
      columns: ["training.check.number", "lists.withdrawn_on", "lists.why"],
      rows: withdrawn.map {
        [
          .typed(CertificateSheet.grouped($0.certificate.id)), visit.dates.sheet(dayOf: $0.at),
          .typed(words("training.papers.reason.\($0.reason.rawValue)")),
        ]
      })
    return .page("training/papers", model).listing([ListSheet.Part(table), back])
  }

  /// Everybody who earned one and has none. Asked twice, it finds nothing left to do.
  private func issueAll(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CohortID = try visit.id("cohort")
    return try await visit.attempt {
      for person in try await desks.cohorts.participants(actor, id)
      where person.earnsCertificate && person.certificate == nil && person.identity != nil {
        _ = try await desks.cohorts.issueCertificate(
          actor, id: desks.office.randomness.identifier(), for: person.participant.id)
      }
      return .goTo("/training/\(id)/certificates")
    } orShow: { sheet in
      try await page(visit, sheet)
    }
  }

  private func papers(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CohortID = try visit.id("cohort")
    guard let paper = Paper(visit.part("paper")) else { throw Refusal.notFound }
    let papers = try await desks.certificates.papers(actor, of: id, address: settings.publicAddress)
    guard !papers.isEmpty else { throw Refusal.notFound }
    return .file(
      try await CertificatePress(visit, settings).pdf(papers, on: paper), name: "certificados-\(id).pdf",
      type: "application/pdf")
  }

  private func file(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    guard let file = CertificateFile(rawValue: visit.part("file")) else { throw Refusal.notFound }
    let paper = try await desks.certificates.paper(
      actor, try visit.id("certificate"), address: settings.publicAddress)
    return try await CertificatePress(visit, settings).answer(paper, as: file)
  }

  // MARK: Taking back

  private func withdrawPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let id: CertificateID = try visit.id("certificate")
    let (cohort, words) = (visit.part("cohort"), visit.words)
    let found = try await desks.cohorts.certificate(actor, id)
    let base = "/training/\(cohort)/certificates"
    return .page(
      "training/form",
      [
        "title": words("training.papers.withdraw"),
        "heading": Heading(
          title: words("training.papers.withdraw"), lead: words("training.papers.withdraw_lead"),
          eyebrow: found.identity.name + " · " + CertificateSheet.grouped(id),
          back: .init(address: "\(base)/\(id)", label: words("training.certificate.title"))
        ).view,
        "form": sheet.view(
          action: "\(base)/\(id)/withdraw", submit: "training.papers.withdraw",
          fields: [
            sheet.choices(
              "reason", label: "training.papers.reason",
              options: WithdrawalReason.allCases.map {
                .init($0.rawValue, words("training.papers.reason.\($0.rawValue)"))
              },
              value: "")
          ], cancel: "\(base)/\(id)", isDangerous: true),
      ])
  }

  private func withdraw(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CertificateID = try visit.id("certificate")
    return try await visit.attempt {
      guard let reason = visit.form["reason"].flatMap(WithdrawalReason.init) else {
        throw Refusal.fields([FieldProblem("reason", "error.training_papers_reason")])
      }
      try await desks.certificates.withdraw(actor, id, reason)
      return .goTo("/training/\(visit.part("cohort"))/certificates")
    } orShow: { sheet in
      try await withdrawPage(visit, sheet)
    }
  }
}
