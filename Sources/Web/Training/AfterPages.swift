import Accounts
import Basics
import CountryPack
import HTTPTypes
import Hummingbird
import NIOCore
import Training
import Vault

/// The trainer's pages for the time after a course: who answered, what remains, messages, paper.
struct AfterPages: RoomPages {
  let desks: Desks
  let settings: SiteSettings

  func add(to routes: Routes) {
    routes.get("/training/:cohort/after", overview)
    routes.list("/training/:cohort/after/people", people)
    routes.post("/training/:cohort/after/messages", messages)
    routes.post("/training/:cohort/after/forget", forget)
    routes.post("/training/:cohort/after/xapi", statements)
    routes.get("/training/:cohort/after/:round/sheets", sheets)
    routes.get("/training/:cohort/after/:round/entry") { visit in try await entry(visit, visit.sheet) }
    routes.get("/training/:cohort/after/:round/entry/:number") { visit in try await entry(visit, visit.sheet) }
    routes.post("/training/:cohort/after/:round/entry/:number", enter)
    FollowUpPages(desks: desks).add(to: routes)
    AnnexPages(desks: desks).add(to: routes)
  }

  // MARK: Home

  func home(_ visit: Visit, _ actor: Actor) async throws -> HomeSection? {
    guard actor.may(.manageTraining) else { return nil }
    let words = visit.words
    let reminders = try await desks.after.reminders(actor)
    guard !reminders.isEmpty else { return nil }
    return HomeSection(
      title: "training.after.home.title",
      rows: reminders.map { reminder in
        let result = reminder.result
        return WorkRow(
          title: words(
            "training.after.home.row",
            [
              "days": String(result.round.day), "phase": reminder.cohort.title(desks.pack, visit.language),
            ]), address: "/training/\(reminder.cohort.id)/after",
          facts: [
            reminder.cohort.place,
            words("training.answered", ["count": String(result.answered), "of": String(result.asked)]),
            words(
              result.isDue ? "training.after.home.until" : "training.after.home.from",
              ["day": visit.dates.day(result.isDue ? result.closes : result.opens)]),
          ], status: RoundWords(result: result, words: words).status)
      }, words: words)
  }

  // MARK: The class

  private func overview(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CohortID = try visit.id("cohort")
    let after = try await desks.after.overview(actor, id)
    let (words, base, cohort) = (visit.words, "/training/\(id)/after", after.cohort)
    let rounds = after.results.map { result in
      let round = RoundWords(result: result, words: words)
      var view: [String: Any] = [
        "title": words("training.after.round", ["days": String(result.round.day)]), "status": round.status.view,
        "facts": Definitions(round.facts(visit.dates)).view,
      ]
      view["sentence"] = round.sentence
      if result.isDue, !result.isOver, result.asked > 0 {
        view["sheets"] = base + "/\(result.round.day)/sheets"
        view["entry"] = base + "/\(result.round.day)/entry"
      }
      return view
    }
    let open = after.results.first { $0.isDue && !$0.isOver }
    let changes = RefresherView(changes: after.changes, pack: desks.pack, visit: visit).rows { _ in nil }
    let sample = open.map { TextMessage(text(words)(Token(), $0.closes)) }
    var model: [String: Any] = [
      "title": words("training.after.tab"), "heading": cohort.heading(visit, desks.pack).view,
      "tabs": cohort.tabs(words, current: base).view, "rounds": rounds, "people": base + "/people",
      "phones": words("training.after.phones", ["count": String(after.phones)]), "hasPhones": after.phones > 0,
      "xapi": visit.sheet.view(action: base + "/xapi", submit: "training.after.xapi.submit", fields: []),
      "changes": changes, "hasChanges": !changes.isEmpty, "hasEnded": visit.dates.today > cohort.until,
    ]
    if let sample, after.phones > 0 {
      model["messages"] = visit.sheet.view(
        action: base + "/messages", submit: "training.after.messages.submit", fields: [])
      model["sample"] = sample.text
      model["sampleLength"] = words(
        sample.parts == 1 ? "training.after.messages.one" : "training.after.messages.parts",
        ["length": String(sample.length), "parts": String(sample.parts)])
    }
    if after.phones > 0, after.results.allSatisfy(\.isOver) {
      model["forget"] = visit.sheet.view(
        action: base + "/forget", submit: "training.after.phones.forget", fields: [], isDangerous: true)
    }
    return .page("training/after", model)
  }

  /// Who answered, by name.
  private func people(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CohortID = try visit.id("cohort")
    let cohort = try await desks.cohorts.cohort(actor, id).cohort
    let rows = try await desks.after.people(actor, id)
    let words = visit.words
    let table = DataTable(
      caption: words("training.after.people.caption"),
      columns: [words("training.person.name"), words("training.after.people.number")]
        + desks.pack.after.plan.rounds.map { words("training.after.round", ["days": String($0.day)]) }
        + [words("training.after.phone")],
      rows: rows.sorted { ($0.identity?.name ?? "~", $0.number) < ($1.identity?.name ?? "~", $1.number) }.map { row in
        [
          .link(
            row.identity?.name ?? words("training.person.sealed"),
            address: "/training/\(id)/participants/\(row.participant.id)"), .number(String(row.number)),
        ]
          + row.states.map { .status(RoundWords.status($0, words)) }
          + [.text(words(row.hasPhone ? "training.after.people.has_phone" : "training.after.people.no_phone"))]
      })
    return .page(
      "training/participants",
      [
        "title": words("training.after.people.title"),
        "heading": Heading(
          title: words("training.after.people.title"), lead: words("training.after.people.lead"),
          back: .init(address: "/training/\(id)/after", label: cohort.title(desks.pack, visit.language))
        ).view,
        "tabs": cohort.tabs(words, current: "/training/\(id)/after").view, "table": table.view,
        "hasRows": !rows.isEmpty,
      ] as [String: Any]
    ).listing([ListSheet.Part(table)])
  }

  // MARK: Messages

  /// Short, without a name or a word about the subject: the telephone may lie on a table.
  private func text(_ words: Words) -> @Sendable (Token, CalendarDay) -> String {
    let address = settings.publicAddress
    return { link, until in
      words(
        "training.after.messages.text",
        ["link": address + "/t/" + link.exposedText + "/follow-up", "day": until.description])
    }
  }

  private func messages(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CohortID = try visit.id("cohort")
    let messages = try await desks.after.messages(actor, id, text: text(visit.words))
    let lines = messages.map { "\"\($0.phone)\",\"\($0.message.text.replacing("\"", with: "\"\""))\"\r\n" }
    return .file(lines.joined(), name: "amparo-sms-\(visit.dates.today).csv", type: "text/csv")
  }

  /// For other learning systems: opaque accounts, no names.
  private func statements(_ visit: Visit) async throws -> Answer {
    let id: CohortID = try visit.id("cohort")
    let told = try await desks.after.statements(.member(visit.actor()), id, home: settings.publicAddress)
    return .file(
      try ExperienceFile.bytes(told), name: "amparo-xapi-\(visit.dates.today).json", type: "application/json")
  }

  private func forget(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CohortID = try visit.id("cohort")
    try await desks.after.forgetPhones(actor, id)
    return .goTo("/training/\(id)/after")
  }

  // MARK: Paper

  private func round(_ visit: Visit) throws(Refusal) -> Int {
    guard let day = Int(visit.part("round")), desks.pack.after.plan.rounds.contains(where: { $0.day == day }) else {
      throw .notFound
    }
    return day
  }

  /// One sheet a person, with a number and no name.
  private func sheets(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let (id, day): (CohortID, Int) = (try visit.id("cohort"), try round(visit))
    let cohort = try await desks.cohorts.cohort(actor, id).cohort
    let (words, language) = (visit.words, visit.language)
    let open = try await desks.after.sheets(actor, id, round: day).filter { $0.state == .open }
    let texts = try await desks.after.questions(open.flatMap { $0.questions.map(\.name) }, of: cohort, language)
    let sheets = open.map { sheet in
      [
        "number": String(sheet.number),
        "questions": sheet.questions.filter { sheet.marks[$0.name] == nil }.enumerated().compactMap { index, asked in
          texts[asked.name].map {
            PaperQuestion(question: $0, words: words).view(index + 1)
          }
        },
      ] as [String: Any]
    }
    return .page(
      "training/follow-up-sheets",
      [
        "back": "/training/\(id)/after", "phase": cohort.title(desks.pack, language),
        "round": words("training.after.round", ["days": String(day)]),
        "place": cohort.place + " · " + visit.dates.range(cohort.from, cohort.until), "sheets": sheets,
        "hasSheets": !sheets.isEmpty,
      ] as [String: Any])
  }

  /// The sheets that are still missing, and the form of one.
  private func entry(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let (id, day): (CohortID, Int) = (try visit.id("cohort"), try round(visit))
    let cohort = try await desks.cohorts.cohort(actor, id).cohort
    let all = try await desks.after.sheets(actor, id, round: day)
    let (words, base) = (visit.words, "/training/\(id)/after/\(day)/entry")
    let open = all.filter { $0.state == .open }
    var model: [String: Any] = [
      "title": words("training.after.entry.title"),
      "numbers": open.map { ["number": String($0.number), "address": base + "/\($0.number)"] },
      "hasNumbers": !open.isEmpty,
    ]
    var eyebrow = words("training.after.round", ["days": String(day)])
    if let number = Int(visit.part("number")) {
      guard let one = all.first(where: { $0.number == number }) else { throw Refusal.notFound }
      guard one.state == .open else { return .goTo(base) }
      let texts = try await desks.after.questions(one.questions.map(\.name), of: cohort, visit.language)
      let questions = one.questions.filter { one.marks[$0.name] == nil }.compactMap { texts[$0.name] }
      eyebrow += " · " + words("training.after.sheet.number", ["number": String(number)])
      model["form"] = sheet.view(
        action: base + "/\(number)", submit: "training.after.entry.submit",
        fields: TestForm(questions: questions, words: words).fields(sheet), cancel: base)
    }
    model["heading"] =
      Heading(
        title: words("training.after.entry.title"), lead: words("training.after.entry.lead"), eyebrow: eyebrow,
        back: .init(address: "/training/\(id)/after", label: cohort.title(desks.pack, visit.language))
      ).view
    return .page("training/follow-up-entry", model)
  }

  private func enter(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let (id, day): (CohortID, Int) = (try visit.id("cohort"), try round(visit))
    guard let number = Int(visit.part("number")) else { throw Refusal.notFound }
    return try await visit.attempt {
      let cohort = try await desks.cohorts.cohort(actor, id).cohort
      guard let one = try await desks.after.sheets(actor, id, round: day).first(where: { $0.number == number }) else {
        throw Refusal.notFound
      }
      let texts = try await desks.after.questions(one.questions.map(\.name), of: cohort, visit.language)
      let questions = one.questions.compactMap { texts[$0.name] }
      try await desks.after.enter(
        actor, id, round: day, number: number, TestForm(questions: questions, words: visit.words).responses(visit.form),
        language: visit.language)
      // On to the next sheet of the pile.
      let next = try await desks.after.sheets(actor, id, round: day).first { $0.state == .open && $0.number > number }
      return .goTo("/training/\(id)/after/\(day)/entry" + (next.map { "/\($0.number)" } ?? ""))
    } orShow: { sheet in
      try await entry(visit, sheet)
    }
  }
}

/// A question as it stands on paper.
struct PaperQuestion {
  let question: GiftQuestion
  let words: Words

  func view(_ number: Int) -> [String: Any] {
    var view: [String: Any] = ["stem": "\(number). \(question.stem.text)"]
    view["case"] = question.caseText?.text
    switch question.body {
    case .trueFalse: view["boxes"] = [words("training.test.true"), words("training.test.false")]
    case .choice(let isSingle, let choices):
      view["boxes"] = choices.map(\.text.text)
      if !isSingle { view["hint"] = words("training.test.several") }
    case .matching(let pairs):
      view["lines"] = pairs.map(\.left.text).filter { !$0.isEmpty }
      view["hint"] = question.rightSides.joined(separator: " · ")
    case .ordering(let steps, _):
      view["lines"] = question.shownSteps.map { "___ " + steps[$0].text }
      view["hint"] = words("training.after.sheet.order")
    default: view["lines"] = [""]
    }
    return view
  }
}
