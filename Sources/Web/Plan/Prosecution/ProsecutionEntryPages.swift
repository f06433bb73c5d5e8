import Accounts
import Basics
import CountryPack
import NationalPlan

/// One count: entered, read with all it ever said, put right, taken back.
struct ProsecutionEntryPages {
  let desks: Desks
  var desk: ProsecutionDesk { desks.prosecution }
  private static let path = ProsecutionScreen.path

  func add(to routes: Routes) {
    routes.get(Self.path + "/new") { visit in try await newPage(visit, visit.sheet) }
    routes.post(Self.path + "/new", enter)
    routes.get(Self.path + "/take") { visit in
      try visit.actor().require(.keepProsecution)
      return .goTo(Self.path)
    }
    routes.post(Self.path + "/take") { visit in
      try await desk.takeOver(try visit.actor())
      return .goTo(Self.path)
    }
    routes.get(Self.path + "/:count", page)
    routes.get(Self.path + "/:count/correct") { visit in try await correctPage(visit, visit.sheet) }
    routes.post(Self.path + "/:count/correct", correct)
    routes.get(Self.path + "/:count/withdraw") { visit in try await withdrawPage(visit, visit.sheet) }
    routes.post(Self.path + "/:count/withdraw", withdraw)
  }

  // MARK: Entering

  private func newPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.keepProsecution)
    let screen = ProsecutionScreen(visit, try await desk.all(actor).terms)
    return ProtectionSection.page(
      Heading(
        title: visit.words("prosecution.new"), lead: visit.words("prosecution.new_lead"),
        back: .init(address: Self.path, label: visit.words("prosecution.title"))), [],
      form: sheet.view(
        action: Self.path + "/new", submit: "plan.save",
        fields: [sheet.hidden("id", ProsecutionCountID.random().description)] + cellFields(sheet, screen, visit)
          + valueFields(sheet, screen, nil), cancel: Self.path))
  }

  private func cellFields(_ sheet: FormSheet, _ screen: ProsecutionScreen, _ visit: Visit) -> [FormSheet.Field] {
    let terms = screen.terms
    func options(_ terms: [Term]) -> [FormSheet.Option] { terms.map { .init($0.code, $0.name[screen.language]) } }
    return [
      sheet.text("period", label: "prosecution.period", hint: "prosecution.period_hint"),
      sheet.select("institution", label: "prosecution.institution", options: screen.institutionOptions),
      sheet.select(
        "stage", label: "prosecution.stage_term", hint: "prosecution.stage_hint",
        options: ProsecutionStage.allCases.map { .init($0.rawValue, screen.stage($0)) },
        value: visit.query["stage"].flatMap(ProsecutionStage.init(rawValue:))?.rawValue ?? ""),
      sheet.choices(
        "unit", label: "prosecution.unit_term",
        options: ProsecutionUnit.allCases.map { .init($0.rawValue, screen.unit($0)) }),
      sheet.select(
        "offence", label: "prosecution.offence", hint: "prosecution.offence_hint", options: options(terms.offences)),
      sheet.select(
        "outcome", label: "prosecution.outcome", hint: "prosecution.only_parted",
        options: terms.outcomes.map { term in
          let stage = term.details["stage"].flatMap(ProsecutionStage.init(rawValue:)).map { screen.stage($0) } ?? ""
          return .init(term.code, stage + ": " + term.name[screen.language])
        }, optional: true),
      sheet.select(
        "sex", label: "prosecution.sex", hint: "prosecution.only_parted", options: options(terms.sexes), optional: true),
      sheet.select(
        "age", label: "prosecution.age_term", hint: "prosecution.only_parted",
        options: ProsecutionCell.ages.map { .init($0, screen.age($0)) }, optional: true),
    ]
  }

  private func valueFields(
    _ sheet: FormSheet, _ screen: ProsecutionScreen, _ count: ProsecutionCount?
  ) -> [FormSheet.Field] {
    [
      sheet.choices(
        "answer", label: "prosecution.answer_term",
        options: ProsecutionAnswer.allCases.map { .init($0.rawValue, screen.answer($0)) },
        value: (count?.answer ?? .counted).rawValue),
      sheet.text(
        "value", label: "prosecution.value", hint: "prosecution.value_hint",
        value: count?.number.map(String.init) ?? "", optional: true, inputmode: "numeric"),
      sheet.text(
        "document", label: "prosecution.document", hint: "prosecution.document_hint",
        value: count?.source.document ?? ""),
      sheet.text(
        "document_date", label: "prosecution.document_date", value: count?.source.day?.description ?? "", type: "date",
        optional: true),
      sheet.text(
        "read_on", label: "prosecution.read_on", value: (count?.source.readOn ?? screen.dates.today).description,
        type: "date"),
      sheet.select(
        "certainty", label: "plan.certainty_term",
        options: Certainty.allCases.map { .init($0.rawValue, screen.certainty($0)) },
        value: (count?.source.certainty ?? .verified).rawValue),
      sheet.tick(
        "as_printed", label: "prosecution.as_printed", hint: "prosecution.as_printed_hint",
        value: count?.isAsPrinted ?? false),
      sheet.area(
        "note", label: "prosecution.note", hint: "prosecution.note_hint", value: count?.note ?? "", rows: 3,
        optional: true),
    ]
  }

  /// Reads what both forms have.
  private struct Values {
    var answer: ProsecutionAnswer?
    var number: Int?
    var document: String
    var day, readOn: CalendarDay?
    var certainty: Certainty?
    var isAsPrinted: Bool
    var note: String

    init(_ reader: inout FormReader) {
      answer = reader.value("answer", or: "error.choose", ProsecutionAnswer.init(rawValue:))
      number = reader.optional("value", or: "error.prosecution_number") { text in
        // `-3` is read and then refused for what it is.
        text.utf8.count <= 9 && text.utf8.allSatisfy { (48...57).contains($0) || $0 == 45 } ? Int(text) : nil
      }
      document = reader.text("document", upTo: ProsecutionCount.mostLetters.document)
      day = reader.optional("document_date", or: "error.day", CalendarDay.init)
      readOn = reader.value("read_on", or: "error.day", CalendarDay.init)
      certainty = reader.value("certainty", or: "error.choose", Certainty.init(rawValue:))
      isAsPrinted = reader.isTicked("as_printed")
      note = reader.text("note", upTo: ProsecutionCount.mostLetters.note, required: false)
    }

    /// Throws `RefusedRequest.malformed` when something is missing that the reader has told already.
    func count(of cell: ProsecutionCell) throws -> ProsecutionCount {
      guard let answer, let readOn, let certainty else { throw RefusedRequest.malformed }
      return ProsecutionCount(
        cell: cell, answer: answer, number: number,
        source: ProsecutionSource(document: document, day: day, readOn: readOn, certainty: certainty), note: note,
        isAsPrinted: isAsPrinted)
    }
  }

  private func enter(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.keepProsecution)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let id: ProsecutionCountID = try reader.id()
      let period = reader.value("period", or: "error.prosecution_period", ProsecutionPeriod.init)
      let institution = reader.text("institution", upTo: 60)
      let stage = reader.value("stage", or: "error.choose", ProsecutionStage.init(rawValue:))
      let unit = reader.value("unit", or: "error.choose", ProsecutionUnit.init(rawValue:))
      let offence = reader.text("offence", upTo: 60)
      let outcome = reader.text("outcome", upTo: 60, required: false)
      let sex = reader.text("sex", upTo: 60, required: false)
      let age = reader.text("age", upTo: 60, required: false)
      let values = Values(&reader)
      try reader.check()
      guard let period, let stage, let unit else { throw RefusedRequest.malformed }
      let cell = ProsecutionCell(
        period: period, institution: institution, stage: stage, unit: unit, offence: offence, outcome: outcome,
        sex: sex, age: age)
      try await desk.add(actor, try values.count(of: cell), id: id)
      return .goTo(ProsecutionScreen.address(id))
    } orShow: {
      try await newPage(visit, $0)
    }
  }

  // MARK: Reading

  private func page(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: ProsecutionCountID = try visit.id("count")
    let (stored, versions) = try await desk.look(actor, id)
    let (all, terms) = try await desk.all(actor)
    let screen = ProsecutionScreen(visit, terms)
    let words = visit.words
    let found = desk.findings(all, terms).filter { $0.item == id.description }
    let agencies = Dictionary(
      try await desks.agencies.directory(actor).map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    let colleagues = try await desks.members.names(actor)
    let mayKeep = actor.may(.keepProsecution) && !stored.isWithdrawn
    let sections = [
      ProtectionSection(
        title: words("prosecution.count"), anchor: "count",
        definitions: Definitions(definitions(stored, screen, agencies[stored.agency] ?? "")),
        paragraphs: found.map { $0.says[visit.language] + "." },
        links: mayKeep
          ? [
            .init(address: ProsecutionScreen.address(id, "correct"), label: words("prosecution.correct")),
            .init(address: ProsecutionScreen.address(id, "withdraw"), label: words("prosecution.withdraw")),
          ] : []),
      ProtectionSection(
        title: words("prosecution.before"), anchor: "before",
        rows: versions.map { version in
          WorkRow(
            title: screen.value(version.count), address: "",
            facts: [
              words("prosecution.until", ["moment": visit.dates.moment(version.replacedAt)]),
              colleagues[version.member] ?? "", agencies[version.agency] ?? "",
              words("prosecution.why", ["why": version.why]),
              screen.source(version.count.source),
            ].filter { !$0.isEmpty })
        }, empty: words("prosecution.never_changed")),
    ]
    return ProtectionSection.page(
      Heading(
        title: words(
          "prosecution.row", ["stage": screen.stage(stored.count.cell.stage), "value": screen.value(stored.count)]),
        eyebrow: screen.period(stored.count.cell.period),
        back: .init(
          address: ProsecutionScreen.address(stored.count.cell.stage), label: screen.stage(stored.count.cell.stage))),
      sections, notice: stored.isWithdrawn ? words("prosecution.withdrawn_notice") : nil)
  }

  private func definitions(
    _ stored: StoredProsecution, _ screen: ProsecutionScreen, _ agency: String
  ) -> [(String, String)] {
    let (words, count) = (screen.words, stored.count)
    let cell = count.cell
    var pairs = [
      (words("prosecution.value"), screen.value(count)),
      (words("prosecution.period"), screen.period(cell.period)),
      (words("prosecution.institution"), screen.institution(cell.institution, cell.period)),
      (words("prosecution.unit_term"), screen.unit(cell.unit)),
      (words("prosecution.offence"), screen.offence(cell.offence)),
      (words("prosecution.outcome"), screen.outcome(cell.outcome)), (words("prosecution.sex"), screen.sex(cell.sex)),
      (words("prosecution.age_term"), screen.age(cell.age)),
      (words("prosecution.document"), count.source.document),
      (words("prosecution.document_date"), count.source.day.map(screen.dates.day) ?? words("prosecution.no_date")),
      (words("prosecution.read_on"), screen.dates.day(count.source.readOn)),
      (words("plan.certainty_term"), screen.certainty(count.source.certainty)),
      (
        words("prosecution.entered"),
        [screen.dates.moment(stored.enteredAt), agency].filter { !$0.isEmpty }.joined(separator: ", ")
      ),
    ]
    if count.isAsPrinted { pairs.append((words("prosecution.as_printed"), words("common.answer.yes"))) }
    if !count.note.isEmpty { pairs.append((words("prosecution.note"), count.note)) }
    return pairs
  }

  // MARK: Putting right

  /// The count to be changed. Throws `Refusal`.
  private func kept(_ visit: Visit) async throws -> (Actor, StoredProsecution, ProsecutionScreen) {
    let actor = try visit.actor()
    try actor.require(.keepProsecution)
    let stored = try await desk.look(actor, try visit.id("count")).stored
    return (actor, stored, ProsecutionScreen(visit, try await desk.all(actor).terms))
  }

  private func correctPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let (_, stored, screen) = try await kept(visit)
    return ProtectionSection.form(
      Heading(
        title: visit.words("prosecution.correct"),
        lead: ([screen.stage(stored.count.cell.stage)] + screen.facts(stored.count.cell)).joined(separator: " · "),
        back: .init(address: ProsecutionScreen.address(stored.id), label: visit.words("plan.back"))), sheet,
      action: ProsecutionScreen.address(stored.id, "correct"), cancel: ProsecutionScreen.address(stored.id)
    ) { sheet in
      [sheet.seen(stored.revision)] + valueFields(sheet, screen, stored.count)
        + [sheet.area("why", label: "prosecution.why_term", hint: "prosecution.why_hint", rows: 2)]
    }
  }

  private func correct(_ visit: Visit) async throws -> Answer {
    let (actor, stored, _) = try await kept(visit)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let revision = reader.value("revision", or: "error.unknown_code") { Int($0) }
      let values = Values(&reader)
      let why = reader.text("why", upTo: 500)
      try reader.check()
      guard let revision else { throw RefusedRequest.malformed }
      try await desk.correct(actor, stored.id, try values.count(of: stored.count.cell), why: why, seen: revision)
      return .goTo(ProsecutionScreen.address(stored.id))
    } orShow: {
      try await correctPage(visit, $0)
    }
  }

  private func withdrawPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let (_, stored, screen) = try await kept(visit)
    return ProtectionSection.page(
      Heading(
        title: visit.words("prosecution.withdraw"), lead: visit.words("prosecution.withdraw_lead"),
        eyebrow: ([screen.stage(stored.count.cell.stage)] + screen.facts(stored.count.cell)).joined(separator: " · "),
        back: .init(address: ProsecutionScreen.address(stored.id), label: visit.words("plan.back"))), [],
      form: sheet.view(
        action: ProsecutionScreen.address(stored.id, "withdraw"), submit: "prosecution.withdraw",
        fields: [
          sheet.seen(stored.revision),
          sheet.area("why", label: "prosecution.why_term", hint: "prosecution.why_hint", rows: 2),
        ], cancel: ProsecutionScreen.address(stored.id), isDangerous: true))
  }

  private func withdraw(_ visit: Visit) async throws -> Answer {
    let (actor, stored, _) = try await kept(visit)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let revision = reader.value("revision", or: "error.unknown_code") { Int($0) }
      let why = reader.text("why", upTo: 500)
      try reader.check()
      guard let revision else { throw RefusedRequest.malformed }
      try await desk.withdraw(actor, stored.id, why: why, seen: revision)
      return .goTo(ProsecutionScreen.address(stored.id))
    } orShow: {
      try await withdrawPage(visit, $0)
    }
  }
}
