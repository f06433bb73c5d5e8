import Accounts
import Basics
import CountryPack
import Hummingbird
import Identification

/// Interviews: their list and home section. The interview itself, its result and its safety are in the files beside.
struct ScreeningPages: RoomPages {
  let desks: Desks
  var desk: ScreeningDesk { desks.screenings }
  var pack: CountryPack { desks.pack }

  func add(to routes: Routes) {
    routes.list("/screenings", list)
    routes.get("/screenings/new", newPage)
    routes.post("/screenings/new", begin)
    routes.get("/screenings/sheet/:instrument", paperSheet)
    routes.get("/screenings/:screening", record)
    routes.get("/screenings/:screening/about", aboutPage)
    routes.post("/screenings/:screening/about", correct)
    routes.get("/screenings/:screening/safety", safetyPage)
    routes.post("/screenings/:screening/safety", answerSafety)
    routes.post("/screenings/:screening/go-on", goOn)
    routes.get("/screenings/:screening/danger", dangerPage)
    routes.post("/screenings/:screening/danger", reportDanger)
    routes.post("/screenings/:screening/settled", settleDanger)
    routes.get("/screenings/:screening/topics/:topic", topicPage)
    routes.post("/screenings/:screening/topics/:topic", saveTopic)
    routes.post("/screenings/:screening/finish", finish)
    routes.post("/screenings/:screening/reopen", reopen)
    routes.get("/screenings/:screening/compare/:earlier", comparePage)
    routes.get("/screenings/:screening/hand-over", handOverPage)
    routes.post("/screenings/:screening/hand-over", handOver)
    routes.get("/screenings/:screening/result", resultPage)
    routes.post("/screenings/:screening/result", decide)
    routes.get("/screenings/:screening/paper", paperEntryPage)
    routes.post("/screenings/:screening/paper", savePaperEntry)
    addDecisions(to: routes)
  }

  var navigation: [NavigationEntry] {
    [
      NavigationEntry(
        path: "/screenings", key: "identification.menu", permission: .conductScreening, orElse: .readScreenings)
    ]
  }

  // MARK: Home

  /// Dangers first, then what waits for a decision, then the interviews that were paused.
  func home(_ visit: Visit, _ actor: Actor) async throws -> HomeSection? {
    guard actor.may(.conductScreening) || actor.may(.readScreenings) else { return nil }
    var section = HomeSection(
      title: "identification.home.title", empty: "identification.home.empty", words: visit.words)
    let names = try await desks.members.names(actor)
    var shown: [Screening] = []
    var (appeals, more) = (ScreeningFilter(limit: 5), ScreeningFilter(ofTheAgency: false, limit: 5))
    (appeals.onlyAppeals, more.onlyAskedForMore) = (true, true)
    for filter in [
      ScreeningFilter(onlyDangers: true, limit: 5), appeals, more,
      ScreeningFilter(ofTheAgency: actor.may(.decideIdentification), statuses: [.finished], limit: 5),
      ScreeningFilter(ofTheAgency: false, statuses: [.inProgress, .safetyCheck, .safetyStopped], limit: 5),
    ] {
      for screening in try await desk.list(actor, filter) where !shown.contains(where: { $0.id == screening.id }) {
        shown.append(screening)
      }
    }
    let clocks = try await desk.clocks(actor, shown)
    section.rows = shown.prefix(8).map { row($0, visit, actor, names, clocks) }
    if actor.may(.conductScreening) {
      section.next = .init(address: "/screenings/new", label: visit.words("identification.list.begin"))
    }
    section.all = .init(address: "/screenings", label: visit.words("identification.home.all"))
    return section
  }

  // MARK: List

  private static let pageSize = 25

  private func list(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let page = max(1, min(Int(visit.query["page"] ?? "") ?? 1, 10_000))
    let tab = visit.query["tab"] ?? ""
    var filter = ScreeningFilter(limit: Self.pageSize + 1, offset: (page - 1) * Self.pageSize)
    switch tab {
    case "open": filter.statuses = [.safetyCheck, .safetyStopped, .inProgress]
    case "decide": filter.statuses = [.finished]
    case "danger": filter.onlyDangers = true
    case "review": filter.awaitsReview = true
    case "due": filter.onClock = true
    case "appeal": filter.onlyAppeals = true
    default: break
    }
    let screenings = try await desk.list(actor, filter)
    let tabs =
      actor.may(.decideIdentification)
      ? ["", "open", "decide", "review", "due", "appeal", "danger"] : ["", "open", "decide", "danger"]
    let names = try await desks.members.names(actor)
    let clocks = try await desk.clocks(actor, screenings)
    func address(_ number: Int) -> String { "/screenings?tab=\(Form.encoded(tab))&page=\(number)" }
    // What phones told stands on top, also before it is a screening.
    let field = try await FieldInboxPages(desks: desks).notice(visit, actor)
    return .page(
      "identification/list",
      ([
        "rows": screenings.prefix(Self.pageSize).map { row($0, visit, actor, names, clocks).view },
        "hasRows": !screenings.isEmpty, "mayBegin": actor.may(.conductScreening),
        "hasForms": !visit.frame.settings.isPractice,
        "tabs": tabs.map { code in
          [
            "address": code.isEmpty ? "/screenings" : "/screenings?tab=\(code)", "isCurrent": code == tab,
            "label": visit.words("identification.tab." + (code.isEmpty ? "all" : code)),
          ] as [String: Any]
        },
        "isPaged": page > 1 || screenings.count > Self.pageSize, "number": page,
        "newer": page > 1 ? address(page - 1) : nil,
        "older": screenings.count > Self.pageSize ? address(page + 1) : nil,
        "sheets": pack.instruments.map { ["id": $0.id, "name": $0.name[visit.language]] },
      ] as [String: Any?]).merging(field) { first, _ in first }
    ).listing(
      [
        ListSheet.Part(
          title: visit.words("identification.list.title"),
          columns: [
            "lists.what", "casework.facts.province", "casework.facts.age_band", "lists.begun", "lists.outcome",
            "lists.status", "lists.due", "lists.holder",
          ],
          rows: screenings.prefix(Self.pageSize).map { cells($0, visit, names, clocks) })
      ], next: screenings.count > Self.pageSize ? address(page + 1) : nil)
  }

  private func cells(
    _ screening: Screening, _ visit: Visit, _ names: [MemberID: String],
    _ clocks: [ScreeningID: DecisionClock.Reading]
  ) -> [Spreadsheet.Cell] {
    let words = visit.words
    return [
      .typed(words("identification.row", ["reference": screening.reference])),
      .typed(province(screening, visit.language)),
      .typed(words("identification.age_group." + screening.ageGroup.rawValue)),
      visit.dates.sheet(at: screening.begunAt),
      .typed(screening.outcome.map { words("identification.outcome." + $0.rawValue) } ?? ""),
      .typed(status(screening, words).text),
      visit.dates.sheet(clocks[screening.id].flatMap { $0.alarm == .informs ? nil : $0.due }),
      .typed(names[screening.member] ?? ""),
    ]
  }

  func row(
    _ screening: Screening, _ visit: Visit, _ actor: Actor, _ names: [MemberID: String],
    _ clocks: [ScreeningID: DecisionClock.Reading]
  ) -> WorkRow {
    let words = visit.words
    var row = WorkRow(
      title: words("identification.row", ["reference": screening.reference]),
      address: "/screenings/\(screening.id)")
    row.facts = [
      province(screening, visit.language), words("identification.age_group." + screening.ageGroup.rawValue),
      visit.dates.moment(screening.begunAt),
    ]
    if let outcome = screening.outcome { row.facts.append(words("identification.outcome." + outcome.rawValue)) }
    row.status = status(screening, words)
    if screening.member != actor.member { row.holder = names[screening.member] }
    let isOwn = screening.member == actor.member && actor.may(.conductScreening)
    switch screening.status {
    case _ where screening.dangerSince != nil:
      row.due = (
        words("identification.danger_since", ["time": visit.dates.ago(screening.dangerSince ?? screening.begunAt)]),
        true
      )
      row.address += "/danger"
      row.action = words("identification.action.danger")
    case .safetyCheck where isOwn, .safetyStopped where isOwn:
      row.address += "/safety"
      row.action = words("identification.action.safety")
    case .inProgress where isOwn:
      row.facts.append(progress(screening, words))
      row.action = words("identification.action.resume")
    case _ where screening.appealSince != nil:
      row.due = (
        words("identification.appeal_since", ["time": visit.dates.ago(screening.appealSince ?? screening.begunAt)]),
        actor.may(.decideIdentification)
      )
      row.address += "/result"
      if actor.may(.decideIdentification) { row.action = words("identification.action.appeal") }
    case .finished where screening.review == .asksMore && isOwn, .decided where screening.review == .asksMore && isOwn:
      row.due = due(clocks[screening.id], visit)
      row.action = words("identification.action.ask_more")
    case .finished where isOwn || actor.may(.decideIdentification):
      row.due = due(clocks[screening.id], visit)
      row.address += "/result"
      row.action = words("identification.action.decide")
    case .finished, .decided:
      row.due = due(clocks[screening.id], visit)
      row.address += "/result"
    default: break
    }
    return row
  }

  /// Until when a formal decision is due. A time that nobody has verified is no matter for a work list.
  private func due(_ reading: DecisionClock.Reading?, _ visit: Visit) -> (text: String, isOver: Bool)? {
    reading.flatMap { $0.alarm == .informs ? nil : clockText($0, visit) }
  }

  func isSafetyDue(_ screening: Screening) -> Bool {
    SafetyRules.isDueAgain(screening.status, lastSaved: screening.touchedAt, now: desks.office.clock.now())
  }

  func progress(_ screening: Screening, _ words: Words) -> String {
    words(
      "identification.progress",
      ["answered": String(screening.answered), "asked": String(desk.questionCount(screening))])
  }

  func province(_ screening: Screening, _ language: Language) -> String {
    pack.province(iso: screening.province)?.name[language] ?? screening.province
  }

  func status(_ screening: Screening, _ words: Words) -> Status {
    if screening.dangerSince != nil { return Status(text: words("identification.status.danger"), tone: .urgent) }
    if screening.review == .asksMore { return Status(text: words("identification.status.asks_more"), tone: .active) }
    if screening.status == .decided, let decision = screening.decision {
      return Status(
        text: words("identification.decision." + decision.rawValue),
        tone: decision == .needsMoreInformation ? .active : .done)
    }
    let tone: Status.Tone =
      switch screening.status {
      case .safetyCheck: .open
      case .safetyStopped: .urgent
      case .inProgress: .active
      case .finished: .active
      case .decided: .done
      }
    return Status(text: words("identification.status." + screening.status.rawValue), tone: tone)
  }
}

extension Screening {
  /// Six letters to say aloud which interview is meant.
  var reference: String { String(id.description.suffix(6)).uppercased() }
}
