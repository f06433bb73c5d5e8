import Basics
import CountryPack
import Documents
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
    let one = try await desks.certificates.paper(actor, visit.id("certificate"), address: settings.publicAddress)
    let (cohort, certificate) = (one.paper.cohort.id, one.paper.certificate)
    let base = "/training/\(cohort)/certificates/\(certificate.id)"
    var sheet = try CertificateSheet(one, desks.pack, settings)
      .model(visit, back: "/training/\(cohort)/participants/\(certificate.participant)")
    sheet["files"] = CertificateFile.allCases.map {
      ["address": "\(base)/file/\($0.rawValue)", "label": visit.words("training.papers.file.\($0.rawValue)")]
    }
    sheet["withdraw"] = base + "/withdraw"
    return .page("training/certificate", sheet)
  }

  // MARK: For anybody

  private func numberPage(_ visit: Visit, _ sheet: FormSheet) -> Answer {
    let words = visit.words
    return .page(
      "training/form",
      [
        "title": words("training.check.title"),
        "heading": Heading(
          title: words("training.check.title"), lead: words("training.check.lead"),
          next: .init(address: "/verify", label: words("training.papers.verify_link"))
        ).view,
        "form": sheet.view(
          action: "/certificate", submit: "training.check.find",
          fields: [sheet.text("number", label: "training.check.number", hint: "training.check.number_hint")]),
      ])
  }

  private func find(_ visit: Visit) async throws -> Answer {
    try await visit.attempt {
      let typed = (visit.form["number"] ?? "").lowercased().filter { $0.isLetter || $0.isNumber }
      guard let id = CertificateID(typed), try await exists(id) else {
        throw Refusal.fields([FieldProblem("number", "error.training_certificate_number")])
      }
      return .goTo("/certificate/\(id)")
    } orShow: { sheet in
      numberPage(visit, sheet)
    }
  }

  private func exists(_ id: CertificateID) async throws -> Bool {
    if try await desks.certificates.withdrawn(id) != nil { return true }
    return (try? await desks.participants.check(id)) != nil
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
    if let (paper, withdrawn) = try await desks.certificates.withdrawn(id) {
      return withdrawnPage(visit, paper, withdrawn)
    }
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
        "facts": facts(visit, paper).view,
        "form": sheet.view(
          action: "/certificate/\(id)", submit: "training.check.submit",
          fields: [
            sheet.text("name", label: "training.check.name", hint: "training.check.name_hint", optional: true),
            sheet.text("code", label: "training.check.code", optional: true),
          ]),
      ] as [String: Any])
  }

  private func facts(_ visit: Visit, _ paper: CertificatePaper) -> Definitions {
    let (words, certificate) = (visit.words, paper.certificate)
    return Definitions([
      (words("training.check.number"), CertificateSheet.grouped(certificate.id)),
      (words("training.certificate.course"), paper.cohort.title(desks.pack, visit.language)),
      (words("training.certificate.by"), paper.agency), (words("training.new.place"), paper.cohort.place),
      (words("training.when"), visit.dates.range(paper.cohort.from, paper.cohort.until)),
      (
        words("training.attendance.title"),
        words(
          "training.certificate.sessions", ["attended": String(certificate.attended), "held": String(certificate.held)])
      ),
      (words("training.certificate.issued"), visit.dates.day(certificate.issuedOn)),
      (words("training.certificate.valid"), certificate.validUntil.map { visit.dates.day($0) } ?? ""),
    ])
  }

  private func withdrawnPage(_ visit: Visit, _ paper: CertificatePaper, _ withdrawn: WithdrawnCertificate) -> Answer {
    let words = visit.words
    return .page(
      "training/check-withdrawn",
      [
        "title": words("training.check.title"), "heading": Heading(title: words("training.check.title")).view,
        "notice": words("training.papers.withdrawn_check", ["day": visit.dates.day(of: withdrawn.at)]),
        "facts": facts(visit, paper).view,
      ] as [String: Any])
  }
}

/// The sheet itself: A4 across, both languages.
struct CertificateSheet {
  let one: SignedPaper
  let pack: CountryPack
  let settings: SiteSettings
  private var paper: CertificatePaper { one.paper }

  init(_ one: SignedPaper, _ pack: CountryPack, _ settings: SiteSettings) {
    self.one = one
    self.pack = pack
    self.settings = settings
  }

  /// In groups that read aloud.
  static func grouped(_ id: CertificateID) -> String {
    let letters = Array(id.description)
    return stride(from: 0, to: letters.count, by: 5).map { String(letters[$0..<min($0 + 5, letters.count)]) }
      .joined(separator: "-")
  }

  /// Since when, and until when where it ends.
  static func issued(_ certificate: Certificate, _ words: Words, _ dates: Dates) -> String {
    let issued = words("training.certificate.issued_on", ["day": dates.day(certificate.issuedOn)])
    guard let until = certificate.validUntil else { return issued }
    return issued + " · " + words("training.certificate.valid_until", ["day": dates.day(until)])
  }

  func model(_ visit: Visit, back: String) throws -> [String: Any] {
    [
      "title": visit.words("training.certificate.title"), "name": one.name, "agency": paper.agency,
      "es": side(visit, .spanish), "en": side(visit, .english), "number": Self.grouped(paper.certificate.id),
      "code": paper.certificate.code, "address": settings.publicAddress + "/certificate/\(paper.certificate.id)",
      "qr": try CertificatePress.code(one.signed.link).svg(label: visit.words("training.papers.scan")), "back": back,
    ]
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
      "issued": Self.issued(paper.certificate, words, dates),
      "numberLabel": words("training.check.number"), "codeLabel": words("training.check.code"),
      "verify": words("training.certificate.verify"), "signature": words("training.certificate.signature"),
    ]
  }
}
