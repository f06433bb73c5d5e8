import Accounts
import Basics
import CountryPack
import Hummingbird
import Identification
import Training

/// An agency's own forms: their list and home section. Uploading and filling in are in the files beside.
struct OwnFormPages: RoomPages {
  let desks: Desks
  var desk: FormDesk { desks.forms }

  func add(to routes: Routes) {
    routes.list("/forms", list)
    routes.get("/forms/new") { visit in try await uploadPage(visit, visit.sheet) }
    routes.post("/forms/new", upload)
    routes.get("/forms/versions/:version", versionPage)
    routes.post("/forms/versions/:version/adopt") { visit in try await move(visit, desk.adopt) }
    routes.post("/forms/versions/:version/retire") { visit in try await move(visit, desk.retire) }
    routes.post("/forms/versions/:version/discard", discard)
    routes.get("/forms/versions/:version/answers.csv", answers)
    routes.get("/forms/fillings/:filling", fillingPage)
    routes.post("/forms/fillings/:filling/finish", finish)
    routes.get("/forms/fillings/:filling/pages/:page") { visit in try await page(visit, nil) }
    routes.post("/forms/fillings/:filling/pages/:page", savePage)
    routes.get("/forms/:form", formPage)
    routes.post("/forms/:form/begin", begin)
  }

  // MARK: Home

  /// What was begun and not finished; for those who manage forms also what waits for being adopted.
  func home(_ visit: Visit, _ actor: Actor) async throws -> HomeSection? {
    let (fills, manages) = (actor.may(.conductScreening), actor.may(.manageForms))
    guard fills || manages else { return nil }
    var section = HomeSection(title: "forms.list.title", empty: "forms.home.empty", words: visit.words)
    if manages { section.rows += try await desk.waiting(actor).prefix(5).map { row($0, visit) } }
    if fills {
      let open = try await desk.fillings(
        actor, FormFillingFilter(ofTheAgency: false, status: .inProgress, limit: 5))
      section.rows += open.map { row($0, visit, actor, [:]) }
    }
    // Most agencies have no form of their own: their officers are not told of none.
    let hasForms = try await !desk.inUse(actor).isEmpty
    guard manages || hasForms || !section.rows.isEmpty else { return nil }
    section.all = .init(address: "/forms", label: visit.words("forms.home.all"))
    return section
  }

  // MARK: List

  private func list(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let words = visit.words
    let reads = actor.may(.conductScreening) || actor.may(.readScreenings)
    let names = try await desks.members.names(actor)
    let (used, past) = (try await desk.inUse(actor), try await desk.outOfUse(actor))
    let waiting = actor.may(.manageForms) ? try await desk.waiting(actor) : []
    func fillings(_ status: FormFillingRow.Status, _ most: Int) async throws -> [FormFillingRow] {
      reads ? try await desk.fillings(actor, FormFillingFilter(status: status, limit: visit.most(most))) : []
    }
    let (open, done) = (try await fillings(.inProgress, 25), try await fillings(.finished, 10))
    return .page(
      "own-forms/list",
      [
        "heading": Heading(
          title: words("forms.list.title"), lead: words("forms.list.lead"),
          next: actor.may(.manageForms) ? .init(address: "/forms/new", label: words("forms.list.upload")) : nil
        ).view,
        "forms": used.map { used in
          [
            "title": title(used, words), "address": "/forms/\(used.form)", "facts": facts(used, visit),
            "begin": actor.may(.conductScreening) ? beginForm(used.form) : [],
          ] as [String: Any]
        },
        "hasForms": !used.isEmpty, "waiting": waiting.map { row($0, visit).view }, "hasWaiting": !waiting.isEmpty,
        "open": open.map { row($0, visit, actor, names).view }, "hasOpen": !open.isEmpty,
        "done": done.map { row($0, visit, actor, names).view }, "hasDone": !done.isEmpty,
        "past": past.map { ["title": title($0, words), "address": "/forms/\($0.form)"] }, "hasPast": !past.isEmpty,
      ] as [String: Any]
    ).listing([
      sheet(done, words("forms.list.done"), visit, names), sheet(open, words("forms.list.open"), visit, names),
    ])
  }

  private func sheet(_ fillings: [FormFillingRow], _ title: String, _ visit: Visit, _ names: [MemberID: String])
    -> ListSheet.Part
  {
    let words = visit.words
    return ListSheet.Part(
      title: title,
      columns: ["lists.what", "lists.code", "lists.begun", "lists.finished", "lists.answered", "lists.holder"],
      rows: fillings.map { filling in
        [
          .typed(filling.title.isEmpty ? words("forms.untitled") : filling.title), .typed(filling.reference),
          visit.dates.sheet(at: filling.begunAt), visit.dates.sheet(at: filling.finishedAt), .count(filling.answered),
          .typed(names[filling.member] ?? ""),
        ]
      })
  }

  /// A button's form that begins a filling once, however often it is pressed.
  private func beginForm(_ form: OwnFormID) -> [[String: Any]] {
    [
      [
        "action": "/forms/\(form)/begin",
        "id": desks.office.randomness.identifier(FormFillingEntity.self).description,
      ]
    ]
  }

  func title(_ version: FormVersion, _ words: Words) -> String {
    version.title.isEmpty ? words("forms.untitled") : version.title
  }

  private func facts(_ version: FormVersion, _ visit: Visit) -> [String] {
    [
      version.label.isEmpty ? "" : visit.words("forms.version", ["version": version.label]),
      version.adoptedAt.map { visit.words("forms.since", ["day": visit.dates.day(of: $0)]) } ?? "",
    ].filter { !$0.isEmpty }
  }

  private func row(_ version: FormVersion, _ visit: Visit) -> WorkRow {
    var row = WorkRow(title: title(version, visit.words), address: "/forms/versions/\(version.id)")
    row.facts = facts(version, visit) + [visit.dates.moment(version.readAt)]
    row.status = status(version, visit.words)
    row.action = visit.words("forms.look")
    return row
  }

  func status(_ version: FormVersion, _ words: Words) -> Status {
    let tone: Status.Tone =
      switch version.status {
      case .read: .open
      case .inUse: .active
      case .replaced: .done
      case .retired: .ended
      }
    return Status(text: words("forms.status." + version.status.rawValue), tone: tone)
  }

  private func row(_ filling: FormFillingRow, _ visit: Visit, _ actor: Actor, _ names: [MemberID: String]) -> WorkRow {
    let words = visit.words
    var row = WorkRow(
      title: words(
        "forms.row",
        ["title": filling.title.isEmpty ? words("forms.untitled") : filling.title, "reference": filling.reference]),
      address: "/forms/fillings/\(filling.id)")
    row.facts = [
      visit.dates.moment(filling.begunAt), words("forms.answered", ["count": String(filling.answered)]),
    ]
    row.status = status(filling, words)
    if filling.member != actor.member { row.holder = names[filling.member] }
    if filling.status == .inProgress, filling.member == actor.member, actor.may(.conductScreening) {
      row.action = words("forms.resume")
    }
    return row
  }

  func status(_ filling: FormFillingRow, _ words: Words) -> Status {
    Status(
      text: words("forms.filling." + filling.status.rawValue), tone: filling.status == .finished ? .done : .active)
  }

  // MARK: One form

  private static let pageSize = 25

  private func formPage(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let (id, words): (OwnFormID, Words) = (try visit.id("form"), visit.words)
    let versions = try await desk.versions(actor, of: id)
    let current = versions.first { $0.status == .inUse }
    guard let shown = current ?? versions.first else { throw Refusal.notFound }
    let number = max(1, min(Int(visit.query["page"] ?? "") ?? 1, 10_000))
    let reads = actor.may(.conductScreening) || actor.may(.readScreenings)
    let names = try await desks.members.names(actor)
    let fillings =
      reads
      ? try await desk.fillings(
        actor, FormFillingFilter(form: id, limit: Self.pageSize + 1, offset: (number - 1) * Self.pageSize)) : []
    let table = DataTable(
      caption: words("forms.versions"),
      columns: ["forms.column.read", "forms.column.version", "forms.column.status", "forms.column.fillings"].map {
        words($0)
      },
      rows: versions.map { version in
        [
          actor.may(.manageForms)
            ? .link(visit.dates.moment(version.readAt), address: "/forms/versions/\(version.id)")
            : .text(visit.dates.moment(version.readAt)),
          .text(version.label.isEmpty ? "—" : version.label), .status(status(version, words)),
          .number(String(version.fillings)),
        ]
      })
    return .page(
      "own-forms/form",
      [
        "heading": Heading(
          title: title(shown, words), lead: current == nil ? words("forms.not_in_use") : nil,
          back: .init(address: "/forms", label: words("forms.list.title"))
        ).view,
        "begin": current != nil && actor.may(.conductScreening) ? beginForm(id) : [], "table": table.view,
        "manages": actor.may(.manageForms), "again": "/forms/new?form=\(id)",
        "files": actor.may(.readScreenings)
          ? versions.filter { $0.fillings > 0 }.map { version in
            [
              "address": "/forms/versions/\(version.id)/answers.csv",
              "label": words(
                "forms.csv",
                ["version": version.label.isEmpty ? visit.dates.day(of: version.readAt) : version.label]),
            ]
          } : [],
        "rows": fillings.prefix(Self.pageSize).map { row($0, visit, actor, names).view },
        "hasRows": !fillings.isEmpty, "reads": reads,
        "isPaged": number > 1 || fillings.count > Self.pageSize, "number": number,
        "newer": number > 1 ? "/forms/\(id)?page=\(number - 1)" : nil,
        "older": fillings.count > Self.pageSize ? "/forms/\(id)?page=\(number + 1)" : nil,
      ] as [String: Any?])
  }

  private func begin(_ visit: Visit) async throws -> Answer {
    let id: FormFillingID = try FormReader(visit.form).id()
    try await desk.begin(try visit.actor(), id, try visit.id("form"))
    return .goTo("/forms/fillings/\(id)?begun=1")
  }

  // MARK: Taking it along

  /// The finished fillings of a version, for a spreadsheet. No field can become a formula.
  private func answers(_ visit: Visit) async throws -> Answer {
    let table = try await desk.table(try visit.actor(), try visit.id("version"))
    let words = visit.words
    let head = [words("forms.column.reference"), words("forms.column.begun"), words("forms.column.finished")]
    let offset = desks.pack.offsetFromUTC
    func day(_ moment: Moment) -> String { CalendarDay(moment, offsetFromUTC: offset).description }
    let lines = table.lines.map { line in
      [line.filling.reference, day(line.filling.begunAt), line.filling.finishedAt.map(day) ?? ""] + line.values
    }
    return .file(
      CSVText.file([head + table.columns] + lines, separator: words("training.list_separator")),
      name: words("forms.csv_name") + ".csv", type: "text/csv; charset=utf-8")
  }
}

extension FormFillingRow {
  /// Six letters to say aloud which filling is meant.
  var reference: String { String(id.description.suffix(6)).uppercased() }
}
