import Accounts
import Basics
import Casework
import CountryPack

/// The breach console: what happened, what the log says was opened, who is told by when, and drafts of what to say.
struct BreachPages {
  let desks: Desks

  func add(to routes: Routes) {
    routes.list("/data-protection/breaches", list)
    routes.get("/data-protection/breaches/new") { visit in try await newPage(visit, visit.sheet) }
    routes.post("/data-protection/breaches/new", record)
    routes.get("/data-protection/breaches/:breach") { visit in try await page(visit, visit.sheet) }
    routes.post("/data-protection/breaches/:breach", tell)
    routes.get("/data-protection/breaches/:breach/drafts", drafts)
    routes.get("/data-protection/breaches/:breach/close") { visit in try await closePage(visit, visit.sheet) }
    routes.post("/data-protection/breaches/:breach/close", close)
    routes.get("/data-protection/breaches/:breach/cases.csv", export)
  }

  static func rows(_ breaches: [Breach], _ desks: Desks, _ visit: Visit) -> [WorkRow] {
    let (words, terms) = (visit.words, CaseTerms(visit: visit))
    return breaches.map { breach in
      let duties = breach.duties(desks.pack.dataProtection, holidays: desks.pack.identification.holidays)
      let due = breach.closedAt == nil ? duties.filter { $0.toldOn == nil }.map(\.due).min() : nil
      return WorkRow(
        title: words("protection.breach.row", ["day": visit.dates.day(breach.knownOn)]),
        address: "/data-protection/breaches/\(breach.id)",
        facts: [
          words(
            "protection.breach.told_count",
            ["told": String(duties.count { $0.toldOn != nil }), "all": String(duties.count)])
        ],
        status: breach.closedAt == nil
          ? Status(text: words("protection.breach.state_open"), tone: .urgent)
          : Status(text: words("protection.breach.state_closed"), tone: .done), due: terms.due(due),
        dueOn: due)
    }
  }

  private func list(_ visit: Visit) async throws -> Answer {
    let words = visit.words
    let all = try await desks.protection.breaches(try visit.actor())
    return ProtectionSection.page(
      Heading(
        title: words("protection.breach.title"), lead: words("protection.breach.lead"),
        back: .init(address: "/data-protection", label: words("protection.title")),
        next: .init(address: "/data-protection/breaches/new", label: words("protection.breach.new"))),
      [
        ProtectionSection(
          title: words("protection.breach.list"), anchor: "list", rows: Self.rows(all, desks, visit),
          sheet: sheet(all, visit), empty: words("protection.breach.none"))
      ])
  }

  private func sheet(_ breaches: [Breach], _ visit: Visit) -> ListSheet.Part {
    ListSheet.Part(
      title: visit.words("protection.breach.list"),
      columns: ["protection.breach.known", "lists.told", "lists.to_tell", "lists.due", "protection.breach.closed"],
      rows: breaches.map { breach in
        let duties = breach.duties(desks.pack.dataProtection, holidays: desks.pack.identification.holidays)
        let untold = duties.filter { $0.toldOn == nil }
        return [
          .day(breach.knownOn), .count(duties.count - untold.count), .count(untold.count),
          visit.dates.sheet(breach.closedAt == nil ? untold.map(\.due).min() : nil),
          visit.dates.sheet(at: breach.closedAt),
        ]
      })
  }

  // MARK: Writing one down

  private func record(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let id: BreachID = try reader.id()
      func day(_ name: String) -> CalendarDay? { reader.value(name, or: "error.day") { CalendarDay($0) } }
      let (known, from, until) = (day("known"), day("from"), day("until"))
      let member = reader.optional("member", or: "error.unknown_code") { MemberID($0) }
      let text = reader.text("words", upTo: 20_000)
      try reader.check()
      guard let known, let from, let until else { throw RefusedRequest.malformed }
      try await desks.protection.record(
        actor, id: id, knownOn: known, from: from, until: until, member: member, words: text)
      return .goTo("/data-protection/breaches/\(id)")
    } orShow: {
      try await newPage(visit, $0)
    }
  }

  private func newPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.protectData)
    let words = visit.words
    let names = try await desks.members.names(actor)
    let today = visit.dates.today.description
    return ProtectionSection.page(
      Heading(
        title: words("protection.breach.new"), lead: words("protection.breach.new_lead"),
        back: .init(address: "/data-protection/breaches", label: words("protection.breach.title"))), [],
      form: sheet.view(
        action: "/data-protection/breaches/new", submit: "casework.save",
        fields: [
          sheet.hidden("id", BreachID.random().description),
          sheet.text("known", label: "protection.breach.known", value: today, type: "date"),
          sheet.text("from", label: "protection.breach.from", hint: "protection.breach.from_hint", type: "date"),
          sheet.text("until", label: "protection.breach.until", value: today, type: "date"),
          sheet.select(
            "member", label: "protection.breach.member", hint: "protection.breach.member_hint",
            options: names.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map {
              FormSheet.Option($0.key.description, $0.value)
            }, optional: true),
          sheet.area("words", label: "protection.breach.words", hint: "protection.breach.words_hint", rows: 5),
        ], cancel: "/data-protection/breaches"))
  }

  // MARK: One

  private func tell(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: BreachID = try visit.id("breach")
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let notice = reader.text("notice", upTo: 80)
      let day = reader.value("told", or: "error.day") { CalendarDay($0) }
      try reader.check()
      guard let day else { throw RefusedRequest.malformed }
      try await desks.protection.tell(actor, id, notice, on: day)
      return .goTo("/data-protection/breaches/\(id)")
    } orShow: {
      try await page(visit, $0)
    }
  }

  private func page(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let (words, dates, terms) = (visit.words, visit.dates, CaseTerms(visit: visit))
    let (breach, scope) = try await desks.protection.breach(actor, try visit.id("breach"))
    let names = try await desks.members.names(actor)
    let duties = breach.duties(desks.pack.dataProtection, holidays: desks.pack.identification.holidays)
    let address = "/data-protection/breaches/\(breach.id)"
    let untold = duties.filter { $0.toldOn == nil }
    let cases = DataTable(
      caption: words("protection.breach.cases"),
      columns: ["case", "count", "first", "last"].map { words("protection.breach.column_\($0)") },
      rows: scope.cases.prefix(500).map { item in
        [
          item.code.map { DataTable.Cell.link($0.description, address: "/cases/\(item.caseID)") }
            ?? .text(words("protection.breach.erased")), .number(String(item.count)), .text(dates.moment(item.first)),
          .text(dates.moment(item.last)),
        ]
      })
    return ProtectionSection.page(
      Heading(
        title: words("protection.breach.row", ["day": dates.day(breach.knownOn)]),
        back: .init(address: "/data-protection/breaches", label: words("protection.breach.title"))),
      [
        ProtectionSection(
          title: words("protection.breach.what"), anchor: "what",
          definitions: Definitions([
            (words("protection.breach.known"), dates.day(breach.knownOn)),
            (
              words("protection.breach.window"),
              dates.day(breach.from) + " – " + dates.day(breach.until)
            ),
            (
              words("protection.breach.member"),
              breach.member.map { names[$0] ?? "–" } ?? words("protection.breach.anybody")
            ),
            (words("protection.breach.words"), breach.words ?? ""),
            (words("protection.breach.closed"), breach.closedAt.map { dates.moment($0) } ?? ""),
          ]),
          links: breach.closedAt == nil
            ? [.init(address: address + "/close", label: words("protection.breach.close"))] : []),
        ProtectionSection(
          title: words("protection.breach.duties"), anchor: "duties",
          rows: duties.map { duty in
            WorkRow(
              title: duty.notice.name[visit.language], address: "",
              facts: [
                words(
                  "protection.days_\(duty.notice.term.counts.rawValue)", ["days": String(duty.notice.term.days)]),
                duty.notice.term.source,
              ],
              status: duty.toldOn.map {
                Status(text: words("protection.breach.told", ["day": dates.day($0)]), tone: .done)
              }, due: duty.toldOn == nil ? terms.due(duty.due) : nil)
          }, links: [.init(address: address + "/drafts", label: words("protection.breach.drafts"))]),
        ProtectionSection(
          title: words("protection.breach.cases"), anchor: "cases",
          lead: words(
            "protection.breach.scope", ["cases": String(scope.cases.count), "lists": String(scope.lists)]),
          table: scope.cases.isEmpty ? nil : cases, empty: words("protection.breach.cases_none"),
          links: scope.cases.isEmpty
            ? [] : [.init(address: address + "/cases.csv", label: words("protection.breach.export"))]),
      ],
      form: breach.closedAt == nil && !untold.isEmpty
        ? sheet.view(
          action: address, submit: "protection.breach.tell",
          fields: [
            sheet.choices(
              "notice", label: "protection.breach.who",
              options: untold.map { FormSheet.Option($0.notice.code, $0.notice.name[visit.language]) }),
            sheet.text("told", label: "protection.breach.told_on", value: dates.today.description, type: "date"),
          ]) : nil)
  }

  /// What to tell, in both languages, with no person in it.
  private func drafts(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let (breach, scope) = try await desks.protection.breach(actor, try visit.id("breach"))
    let agency = actor.agencyName
    let sections = desks.pack.languages.flatMap { language -> [ProtectionSection] in
      let words = visit.frame.screen.words(language)
      let dates = Dates(words: words, offset: desks.pack.offsetFromUTC, now: desks.office.clock.now())
      return desks.pack.dataProtection.breach.map { notice in
        let key = notice.code == "persons" ? "protection.draft.person" : "protection.draft.authority"
        return ProtectionSection(
          title: notice.name[language], anchor: "\(notice.code)-\(language.code)",
          paragraphs: [
            words(
              key,
              [
                "agency": agency, "known": dates.day(breach.knownOn), "from": dates.day(breach.from),
                "until": dates.day(breach.until), "cases": String(scope.cases.count),
              ])
          ])
      }
    }
    return ProtectionSection.page(
      Heading(
        title: visit.words("protection.breach.drafts"), lead: visit.words("protection.breach.drafts_lead"),
        back: .init(
          address: "/data-protection/breaches/\(breach.id)",
          label: visit.words("protection.breach.row", ["day": visit.dates.day(breach.knownOn)]))), sections)
  }

  private func export(_ visit: Visit) async throws -> Answer {
    let (_, scope) = try await desks.protection.breach(
      try visit.actor(), try visit.id("breach"), isExport: true)
    let dates = visit.dates
    let lines =
      ["case,opened,first,last"]
      + scope.cases.map {
        "\($0.code?.description ?? ""),\($0.count),\(CalendarDay($0.first, offsetFromUTC: dates.offset)),"
          + "\(CalendarDay($0.last, offsetFromUTC: dates.offset))"
      }
    return .file(lines.joined(separator: "\r\n") + "\r\n", name: "amparo-cases.csv", type: "text/csv")
  }

  private func close(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: BreachID = try visit.id("breach")
    return try await visit.attempt {
      try await desks.protection.close(actor, id)
      return .goTo("/data-protection/breaches")
    } orShow: {
      try await closePage(visit, $0)
    }
  }

  private func closePage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.protectData)
    let id: BreachID = try visit.id("breach")
    let address = "/data-protection/breaches/\(id)"
    return ProtectionSection.page(
      Heading(
        title: visit.words("protection.breach.close"), lead: visit.words("protection.breach.close_lead"),
        back: .init(address: address, label: visit.words("protection.breach.title"))), [],
      form: sheet.view(
        action: address + "/close", submit: "protection.breach.close", fields: [], cancel: address))
  }
}
