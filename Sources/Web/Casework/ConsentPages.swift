import Accounts
import Basics
import Casework
import CountryPack

/// Recording a consent or another basis, and withdrawing it.
struct ConsentPages {
  let desks: Desks
  let rooms: [any CaseFileRoom]

  func add(to routes: Routes) {
    routes.get("/cases/:case/consents/new") { visit in try await newPage(visit, visit.sheet) }
    routes.post("/cases/:case/consents/new", give)
    routes.get("/cases/:case/consents/:consent/withdraw") { visit in try await withdrawPage(visit, visit.sheet) }
    routes.post("/cases/:case/consents/:consent/withdraw", withdraw)
  }

  /// A consent, unless the address asks for another basis.
  private func isOther(_ visit: Visit) -> Bool { visit.query["basis"] == "other" }

  private func give(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let consent: ConsentID = try reader.id()
      let typed = visit.form["basis"].flatMap { LegalBasis(rawValue: $0) }
      let basis = isOther(visit) ? (typed == .consent ? nil : typed) : .consent
      let purpose = reader.text("purpose", upTo: 80, required: false)
      let recipient = visit.form["recipient"].flatMap { AgencyID($0) }
      let kinds = reader.values("kinds", or: "error.unknown_code") { DataKind(rawValue: $0) }
      let until = reader.optional("until", or: "error.day") { CalendarDay($0) }
      let decider = visit.form["decided_by"].flatMap { ConsentDecider(rawValue: $0) }
      let explained = ConsentTopic.allCases.reduce(into: [ConsentTopic: Bool]()) { answers, topic in
        switch visit.form["explained_\(topic.rawValue)"] {
        case "yes": answers[topic] = true
        case "no": answers[topic] = false
        default: break
        }
      }
      let document = reader.text("document", upTo: 20_000, required: false)
      var request = ConsentRequest(
        basis: basis, purpose: purpose, recipient: recipient, kinds: kinds, until: until, decidedBy: decider,
        language: Language(reader.text("language", upTo: 3, required: false)),
        interpreter: reader.isTicked("interpreter"), readAloud: reader.isTicked("read_aloud"),
        witness: reader.isTicked("witness"), explained: explained, document: document)
      request.namesWall = reader.isTicked("names_wall")
      try reader.check()
      try await desks.cases.giveConsent(actor, id, id: consent, request)
      return .goTo("/cases/\(id)#consents")
    } orShow: {
      try await newPage(visit, $0)
    }
  }

  private func newPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let file = try await desks.cases.file(actor, try visit.id("case"))
    guard file.moves.contains(.giveConsent) else {
      if file.summary.status == .closed { throw Refusal(.conflict, Phrase("error.case_closed")) }
      throw Refusal.forbidden
    }
    let (words, terms) = (visit.words, CaseTerms(visit: visit))
    let agencies = try await desks.agencies.directory(actor).filter { $0.id != actor.agency }
    var fields = [sheet.hidden("id", ConsentID.random().description)]
    if isOther(visit) {
      fields += [
        sheet.choices(
          "basis", label: "casework.consent.basis",
          options: LegalBasis.allCases.filter { $0 != .consent }.map {
            FormSheet.Option($0.rawValue, words("casework.basis.\($0.rawValue)"))
          }),
        sheet.area(
          "document", label: "casework.consent.document", hint: "casework.consent.document_hint", rows: 3),
      ]
    }
    fields += [
      sheet.select(
        "recipient", label: "casework.consent.recipient",
        options: agencies.map { FormSheet.Option($0.id.description, $0.name) }),
      sheet.choices("purpose", label: "casework.consent.purpose", options: purposes(visit, terms)),
      sheet.checks(
        "kinds", label: "casework.consent.kinds", hint: "casework.consent.kinds_hint",
        options: terms.options(.dataKinds)),
      sheet.text(
        "until", label: "casework.consent.until", hint: "casework.consent.until_hint", type: "date",
        optional: isOther(visit)),
    ]
    if !isOther(visit) {
      let deciders = desks.cases.deciders(file)
      fields += [
        sheet.choices(
          "decided_by", label: "casework.consent.decided_by",
          hint: deciders.contains(.guardian) ? "casework.consent.decided_by_child" : nil,
          options: ConsentDecider.allCases.filter(deciders.contains).map {
            FormSheet.Option($0.rawValue, words("casework.decider.\($0.rawValue)"))
          },
          value: deciders == [.person] ? ConsentDecider.person.rawValue : ""),
        sheet.select(
          "language", label: "casework.consent.language",
          options: ["es", "en", "qu", "shu", "fr", "pt", "ht", "zh", "ar"].map {
            FormSheet.Option($0, words("casework.language.\($0)"))
          }, value: "es"),
      ]
      fields += ConsentTopic.allCases.map { topic in
        sheet.choices(
          "explained_\(topic.rawValue)", label: "casework.explained.\(topic.rawValue)",
          options: [
            FormSheet.Option("yes", words("casework.consent.explained_yes")),
            FormSheet.Option("no", words("casework.consent.explained_no")),
          ])
      }
      fields += [
        sheet.tick("names_wall", label: "casework.consent.names_wall"),
        sheet.tick("interpreter", label: "casework.consent.interpreter"),
        sheet.tick("read_aloud", label: "casework.consent.read_aloud"),
        sheet.tick("witness", label: "casework.consent.witness"),
      ]
    }
    let address = "/cases/\(file.summary.id)/consents/new"
    var model: [String: Any] = [
      "heading": Heading(
        title: words(isOther(visit) ? "casework.consent.other_title" : "casework.consent.title"),
        lead: words(isOther(visit) ? "casework.consent.other_lead" : "casework.consent.lead"),
        back: HomeSection.Link(
          address: "/cases/\(file.summary.id)",
          label: words("casework.case", ["code": file.summary.code.description]))
      ).view, "isConsent": !isOther(visit), "other": address + "?basis=other",
    ]
    model["form"] = sheet.view(
      action: isOther(visit) ? address + "?basis=other" : address, submit: "casework.consent.submit", fields: fields,
      cancel: "/cases/\(file.summary.id)#consents")
    return .page("casework/consent", model)
  }

  /// The purposes, with what is read to the person under the one that lets another agency find them.
  private func purposes(_ visit: Visit, _ terms: CaseTerms) -> [FormSheet.Option] {
    terms.options(.purposes).map { option in
      guard let known = desks.pack.known, option.value == known.purpose else { return option }
      return FormSheet.Option(
        option.value, option.label,
        hint: visit.words("casework.known.read_aloud", ["words": known.words[visit.language]])
      )
    }
  }

  // MARK: Withdrawing

  private func withdraw(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    return try await visit.attempt {
      try await desks.cases.withdrawConsent(actor, try visit.id("consent"))
      return .goTo("/cases/\(id)#consents")
    } orShow: {
      try await withdrawPage(visit, $0)
    }
  }

  private func withdrawPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    let (consent, effect) = try await desks.cases.effectOfWithdrawal(actor, try visit.id("consent"))
    guard consent.caseID == id else { throw Refusal.notFound }
    let (words, terms) = (visit.words, CaseTerms(visit: visit))
    let name = try await desks.agencies.directory(actor).first { $0.id == effect.agency }?.name ?? ""
    var sentences: [String] = []
    if !effect.loses.isEmpty {
      sentences.append(words("casework.withdraw.loses", ["agency": name, "kinds": terms.kinds(effect.loses)]))
    }
    if !effect.keeps.isEmpty {
      sentences.append(words("casework.withdraw.keeps", ["agency": name, "kinds": terms.kinds(effect.keeps)]))
    }
    for room in rooms { sentences += try await room.endsWithConsent(consent, visit, actor) }
    if effect.loses.contains(.conference) {
      sentences.append(words("casework.withdraw.conferences", ["agency": name]))
    }
    sentences.append(words("casework.withdraw.no_loss"))
    return .page(
      "casework/withdraw",
      [
        "heading": Heading(
          title: words("casework.withdraw.title"), lead: words("casework.withdraw.lead", ["agency": name]),
          back: HomeSection.Link(address: "/cases/\(id)#consents", label: words("casework.history.back"))
        ).view, "sentences": sentences,
        "form": sheet.view(
          action: "/cases/\(id)/consents/\(consent.id)/withdraw", submit: "casework.withdraw.submit", fields: [],
          cancel: "/cases/\(id)#consents", isDangerous: true),
      ] as [String: Any])
  }
}
