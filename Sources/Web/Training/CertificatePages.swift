import Basics
import CountryPack
import Hummingbird
import Training

/// Certificates: the trainer's sheet to print, and the public check.
struct CertificatePages {
  let desks: Desks
  let settings: SiteSettings

  func add(to routes: Routes) {
    routes.get("/training/:cohort/certificates/:certificate", sheet)
    routes.get("/certificate") { visit in numberPage(visit, visit.sheet) }
    routes.post("/certificate", find)
    routes.get("/certificate/:certificate") { visit in try await checkPage(visit, visit.sheet, nil) }
    routes.post("/certificate/:certificate", check)
  }

  private func sheet(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let (paper, identity) = try await desks.cohorts.certificate(actor, visit.id("certificate"))
    return CertificateSheet(paper: paper, name: identity.name, pack: desks.pack, settings: settings)
      .page(visit, back: "/training/\(paper.cohort.id)/participants/\(paper.certificate.participant)")
  }

  // MARK: For anybody

  private func numberPage(_ visit: Visit, _ sheet: FormSheet) -> Answer {
    let words = visit.words
    return .page(
      "training/form",
      [
        "title": words("training.check.title"),
        "heading": Heading(title: words("training.check.title"), lead: words("training.check.lead")).view,
        "form": sheet.view(
          action: "/certificate", submit: "training.check.find",
          fields: [sheet.text("number", label: "training.check.number", hint: "training.check.number_hint")]),
      ])
  }

  private func find(_ visit: Visit) async throws -> Answer {
    try await visit.attempt {
      let typed = (visit.form["number"] ?? "").lowercased().filter { $0.isLetter || $0.isNumber }
      guard let id = CertificateID(typed), (try? await desks.participants.check(id)) != nil else {
        throw Refusal.fields([FieldProblem("number", "error.training_certificate_number")])
      }
      return .goTo("/certificate/\(id)")
    } orShow: { sheet in
      numberPage(visit, sheet)
    }
  }

  private func check(_ visit: Visit) async throws -> Answer {
    let id: CertificateID = try visit.id("certificate")
    let (name, code) = (visit.form["name"] ?? "", visit.form["code"] ?? "")
    let found = try await desks.participants.check(
      id, name: name.isEmpty ? nil : name, code: code.isEmpty ? nil : code)
    return try await checkPage(visit, FormSheet(words: visit.words, typed: visit.form), found)
  }

  private func checkPage(_ visit: Visit, _ sheet: FormSheet, _ found: CertificateCheck?) async throws -> Answer {
    let id: CertificateID = try visit.id("certificate")
    let shown = try await desks.participants.check(id)
    let (words, paper) = (visit.words, shown.paper)
    let verdicts = [("name", found?.nameAgrees), ("code", found?.codeAgrees)].compactMap { thing, agrees in
      agrees.map {
        ["text": words("training.check.\(thing)_\($0 ? "yes" : "no")"), "isGood": $0] as [String: Any]
      }
    }
    return .page(
      "training/check",
      [
        "title": words("training.check.title"),
        "heading": Heading(title: words("training.check.found")).view, "verdicts": verdicts,
        "facts": Definitions([
          (words("training.check.number"), CertificateSheet.grouped(paper.certificate.id)),
          (words("training.certificate.course"), paper.cohort.title(desks.pack, visit.language)),
          (words("training.certificate.by"), paper.agency),
          (words("training.new.place"), paper.cohort.place),
          (words("training.when"), visit.dates.range(paper.cohort.from, paper.cohort.until)),
          (
            words("training.attendance.title"),
            words(
              "training.certificate.sessions",
              ["attended": String(paper.certificate.attended), "held": String(paper.certificate.held)])
          ),
          (words("training.certificate.issued"), visit.dates.day(paper.certificate.issuedOn)),
        ]).view,
        "form": sheet.view(
          action: "/certificate/\(id)", submit: "training.check.submit",
          fields: [
            sheet.text("name", label: "training.check.name", hint: "training.check.name_hint", optional: true),
            sheet.text("code", label: "training.check.code", optional: true),
          ]),
      ] as [String: Any])
  }
}

/// The sheet itself: A4 across, both languages.
struct CertificateSheet {
  let paper: CertificatePaper
  let name: String
  let pack: CountryPack
  let settings: SiteSettings

  /// In groups that read aloud.
  static func grouped(_ id: CertificateID) -> String {
    let letters = Array(id.description)
    return stride(from: 0, to: letters.count, by: 5).map { String(letters[$0..<min($0 + 5, letters.count)]) }
      .joined(separator: "-")
  }

  func page(_ visit: Visit, back: String) -> Answer {
    let (spanish, english) = (side(visit, .spanish), side(visit, .english))
    return .page(
      "training/certificate",
      [
        "title": visit.words("training.certificate.title"), "name": name, "agency": paper.agency, "es": spanish,
        "en": english, "number": Self.grouped(paper.certificate.id), "code": paper.certificate.code,
        "address": settings.publicAddress + "/certificate/\(paper.certificate.id)", "back": back,
      ] as [String: Any])
  }

  private func side(_ visit: Visit, _ language: Language) -> [String: Any] {
    let words = visit.frame.screen.words(language)
    let dates = Dates(words: words, offset: pack.offsetFromUTC, now: visit.dates.now)
    return [
      "heading": words("training.certificate.heading"), "given": words("training.certificate.given"),
      "for": words(
        "training.certificate.for",
        ["attended": String(paper.certificate.attended), "held": String(paper.certificate.held)]),
      "course": paper.cohort.title(pack, language), "programme": pack.training.programme.name[language],
      "where": words(
        "training.certificate.where",
        ["place": paper.cohort.place, "days": dates.range(paper.cohort.from, paper.cohort.until)]),
      "issued": words("training.certificate.issued_on", ["day": dates.day(paper.certificate.issuedOn)]),
      "numberLabel": words("training.check.number"), "codeLabel": words("training.check.code"),
      "verify": words("training.certificate.verify"), "signature": words("training.certificate.signature"),
    ]
  }
}
