import Accounts
import Basics
import Casework
import CountryPack

/// “Is this person known to another agency?”: from a case and before there is one, what it brought, who asked us, and for
/// the supervisor how often everybody asks.
struct KnownPages: RoomPages, CaseFileRoom {
  static let path = "/known"

  let desks: Desks

  func add(to routes: Routes) {
    routes.get("/cases/:case/known") { visit in try await casePage(visit, visit.sheet) }
    routes.post("/cases/:case/known", askFromCase)
    routes.list(Self.path) { visit in try await page(visit, visit.sheet) }
    routes.post(Self.path, ask)
    routes.post(Self.path + "/:question/seen", see)
  }

  func section(of file: CaseFile, _ visit: Visit, _ actor: Actor) async throws -> CaseFileSection? {
    guard desks.known.content != nil, actor.may(.askElsewhere) else { return nil }
    let (words, id) = (visit.words, file.summary.id)
    let answers = try await desks.known.answers(actor, of: id)
    return CaseFileSection(
      anchor: "known", title: words("casework.known.title"),
      rows: answers.prefix(3).map { answer in
        WorkRow(
          title: answer.agencies.isEmpty
            ? words("casework.known.nobody") : answer.agencies.map(\.name).joined(separator: ", "),
          address: "/cases/\(id)/known", facts: [visit.dates.moment(answer.askedAt)])
      }, empty: words("casework.known.not_asked"),
      links: [HomeSection.Link(address: "/cases/\(id)/known", label: words("casework.known.open"))])
  }

  func endsWithConsent(_ consent: Consent, _ visit: Visit, _ actor: Actor) async throws -> [String] {
    guard let content = desks.known.content, consent.purpose == content.purpose else { return [] }
    return [visit.words("casework.known.ends")]
  }

  func home(_ visit: Visit, _ actor: Actor) async throws -> HomeSection? {
    guard actor.may(.readCase) else { return nil }
    let notices = try await desks.known.notices(actor)
    guard !notices.isEmpty else { return nil }
    let words = visit.words
    return HomeSection(
      title: "casework.known.asked_title",
      rows: notices.prefix(5).map { notice in
        WorkRow(
          title: words("casework.known.asked", ["agency": notice.from.name]), address: Self.path,
          facts: [visit.dates.moment(notice.askedAt)])
      }, all: HomeSection.Link(address: Self.path, label: words("casework.known.asked_all")), words: words)
  }

  // MARK: Of a case

  private func casePage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    guard let content = desks.known.content else { throw Refusal.notFound }
    let answers = try await desks.known.answers(actor, of: id)
    let words = visit.words
    let address = "/cases/\(id)"
    let contacts = try await KnownContacts(desks.directory, actor)
    return .page(
      "casework/known",
      [
        "heading": Heading(
          title: words("casework.known.title"), lead: words("casework.known.lead"),
          back: HomeSection.Link(address: address, label: words("casework.known.back"))
        ).view,
        "message": message(sheet), "answers": answers.map { answer($0, contacts, visit) },
        "hasAnswers": !answers.isEmpty,
        "form": sheet.view(
          action: address + "/known", submit: "casework.known.submit",
          fields: [sheet.hidden("id", KnownQuestionID.random().description), reasons(sheet, content, visit)]),
      ] as [String: Any?])
  }

  private func askFromCase(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.askElsewhere)
    let id: CaseID = try visit.id("case")
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let question: KnownQuestionID = try reader.id()
      let reason = reader.text("reason", upTo: 80, required: false)
      try reader.check()
      _ = try await desks.known.ask(actor, id: question, .person(of: id), reason: reason)
      return .goTo("/cases/\(id)/known")
    } orShow: {
      try await casePage(visit, $0)
    }
  }

  private func reasons(_ sheet: FormSheet, _ content: KnownContent, _ visit: Visit) -> FormSheet.Field {
    sheet.choices(
      "reason", label: "casework.known.reason",
      options: content.reasons.map { FormSheet.Option($0.code, $0.name[visit.language]) })
  }

  private func message(_ sheet: FormSheet) -> String? { sheet.refusal?.fields.isEmpty == true ? sheet.message : nil }

  private func answer(_ answer: KnownAnswer, _ contacts: KnownContacts, _ visit: Visit) -> [String: Any] {
    let words = visit.words
    return [
      "line": words(
        "casework.known.line",
        [
          "day": visit.dates.moment(answer.askedAt),
          "reason": desks.known.content?.reason(answer.reason)?.name[visit.language] ?? answer.reason,
        ]), "isHit": !answer.agencies.isEmpty,
      "agencies": answer.agencies.map { agency(name: $0.name, $0.id, contacts, words) },
    ]
  }

  private func agency(name: String, _ id: AgencyID, _ contacts: KnownContacts, _ words: Words) -> [String: Any] {
    let lines = contacts.lines(id)
    return ["name": name, "lines": lines.isEmpty ? [words("casework.known.no_contact")] : lines]
  }

  // MARK: Without a case, and being asked

  private func page(_ visit: Visit, _ sheet: FormSheet, _ found: KnownAnswer? = nil) async throws -> Answer {
    let actor = try visit.actor()
    let notices = try await desks.known.notices(actor)
    let contacts = try await KnownContacts(desks.directory, actor)
    let words = visit.words
    var model: [String: Any?] = [
      "heading": Heading(
        title: words("casework.known.title"), lead: words("casework.known.lead"),
        back: HomeSection.Link(address: "/cases", label: words("casework.list.title"))
      ).view,
      "message": message(sheet), "answers": found.map { [answer($0, contacts, visit)] } ?? [],
      "hasAnswers": found != nil, "hasNotices": !notices.isEmpty,
      "notices": notices.map { notice in
        agency(name: notice.from.name, notice.from.id, contacts, words).merging([
          "line": words(
            "casework.known.line",
            [
              "day": visit.dates.moment(notice.askedAt),
              "reason": desks.known.content?.reason(notice.reason)?.name[visit.language] ?? notice.reason,
            ]), "seen": "\(Self.path)/\(notice.question)/seen",
        ]) { $1 }
      },
    ]
    if let content = desks.known.content, actor.may(.askElsewhere) {
      model["form"] = sheet.view(
        action: Self.path, submit: "casework.known.submit", fields: fields(sheet, content, visit))
    }
    let counts = actor.may(.readAuditLog) ? try await counts(actor, visit) : nil
    model["counts"] = counts?.view
    let asked = ListSheet.Part(
      title: words("casework.known.asked_title"), columns: ["lists.agency", "lists.asked_at", "casework.known.reason"],
      rows: notices.map { notice in
        [
          .typed(notice.from.name), visit.dates.sheet(at: notice.askedAt),
          .typed(desks.known.content?.reason(notice.reason)?.name[visit.language] ?? notice.reason),
        ]
      })
    return .page("casework/known", model).listing([asked] + (counts.map { [ListSheet.Part($0)] } ?? []))
  }

  private func fields(_ sheet: FormSheet, _ content: KnownContent, _ visit: Visit) -> [FormSheet.Field] {
    [
      sheet.hidden("question", KnownQuestionID.random().description),
      sheet.text("given_names", label: "casework.person.given_names"),
      sheet.text("surnames", label: "casework.person.surnames"),
      sheet.text(
        "birth", label: "casework.person.birth", hint: "casework.person.birth_hint", optional: true),
      sheet.choices(
        "sex", label: "casework.person.sex", options: CaseTerms(visit: visit).options(.sexes), optional: true),
      sheet.text("document_number", label: "casework.person.document_number", optional: true),
      reasons(sheet, content, visit),
    ]
  }

  private func ask(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.askElsewhere)
    // From the page that compares with the own agency's people: filled in, and nothing asked yet.
    if visit.form["step"] == "fill" { return try await page(visit, FormSheet(words: visit.words, typed: visit.form)) }
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let question: KnownQuestionID = try reader.id("question")
      let identity = PersonForm.identity(&reader)
      let reason = reader.text("reason", upTo: 80, required: false)
      try reader.check()
      let found = try await desks.known.ask(actor, id: question, .typed(identity), reason: reason)
      // The form is empty again: what was typed stays nowhere.
      return try await page(visit, visit.sheet, found)
    } orShow: {
      try await page(visit, $0)
    }
  }

  private func see(_ visit: Visit) async throws -> Answer {
    try await desks.known.see(try visit.actor(), try visit.id("question"))
    return .goTo(Self.path)
  }

  private func counts(_ actor: Actor, _ visit: Visit) async throws -> DataTable? {
    let counts = try await desks.known.counts(actor)
    guard !counts.isEmpty else { return nil }
    let words = visit.words
    let names = try await desks.members.names(actor)
    return DataTable(
      caption: words("casework.known.counts", ["days": String(KnownDesk.countedDays)]),
      columns: ["member", "asked", "without_case", "last"].map { words("casework.known.column.\($0)") },
      rows: counts.map { count in
        [
          .text(names[count.member] ?? ""), .number(String(count.asked)), .number(String(count.withoutCase)),
          visit.dates.cell(at: count.lastAsked),
        ]
      })
  }
}
