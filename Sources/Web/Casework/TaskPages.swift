import Accounts
import Basics
import Casework
import CountryPack
import Training
import Vault

/// What is due: one's own and everybody's, and a calendar of it that names nobody.
struct TaskPages {
  let desks: Desks
  let settings: SiteSettings

  func add(to routes: Routes) {
    routes.get("/cases/due", page)
    guard !settings.isPractice else { return }
    routes.get("/cases/calendar", calendarPage)
    routes.post("/cases/calendar", renew)
    routes.post("/cases/calendar/stop", stop)
    routes.get("/calendar/cases/:token", calendar)
  }

  // MARK: The list

  /// Whose tasks are asked for; `nil` for everybody's.
  static func member(_ visit: Visit, _ actor: Actor, _ names: [MemberID: String]) -> MemberID? {
    // Officers have none of their own: theirs are those of the cases they opened.
    guard actor.may(.readCase) else { return nil }
    guard visit.query["who"] == "all" else { return actor.member }
    return visit.query["member"].flatMap { MemberID($0) }.flatMap { names[$0] == nil ? nil : $0 }
  }

  private func page(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let words = visit.words
    let names = try await desks.members.names(actor)
    let isAll = visit.query["who"] == "all"
    let member = Self.member(visit, actor, names)
    let page = try await desks.cases.tasks(
      actor, TaskFilter(member: member), after: visit.query["after"].flatMap { TaskCursor($0) })
    let ending = visit.query["after"] == nil ? try await desks.cases.endingConsents(actor, of: member) : []
    let closings = visit.query["after"] == nil ? try await desks.cases.closingsToAnswer(actor) : []
    let invitations = visit.query["after"] == nil ? try await desks.cases.invitations(actor) : []
    let agencies =
      invitations.isEmpty
      ? [:]
      : Dictionary(try await desks.agencies.directory(actor).map { ($0.id, $0.name) }) { first, _ in first }
    let terms = CaseTerms(visit: visit)
    func rows(_ tasks: [CaseTask]) -> [[String: Any]] {
      tasks.map { terms.row($0, holder: isAll ? names[$0.member] : nil).view }
    }
    let query = isAll ? "who=all" + (member.map { "&member=\($0)" } ?? "") : "who=mine"
    var model: [String: Any] = [
      "heading": Heading(
        title: words("casework.tasks.title"),
        back: HomeSection.Link(address: "/cases", label: words("casework.list.title"))
      ).view, "rows": rows(page.tasks), "hasRows": !page.tasks.isEmpty, "empty": words("casework.tasks.empty"),
      "closings": closings.map { terms.row($0, names[$0.member]).view }, "hasClosings": !closings.isEmpty,
      "invitations": invitations.map { terms.row($0, agencies[$0.agency]).view },
      "hasInvitations": !invitations.isEmpty, "consents": rows(ending), "hasConsents": !ending.isEmpty,
      "isLater": visit.query["after"] != nil,
      "first": "/cases/due?" + query, "calendar": !settings.isPractice,
    ]
    if !settings.isPractice { model["sheet"] = "/cases/due.xlsx?" + query }
    model["next"] = page.next.map { "/cases/due?\(query)&after=\($0)" }
    if actor.may(.readCase) {
      model["tabs"] =
        Tabs(
          items: ["mine", "all"].map { (words("casework.tasks.\($0)"), "/cases/due?who=\($0)") },
          current: isAll ? "/cases/due?who=all" : "/cases/due?who=mine"
        ).view
      if isAll {
        let colleagues = try await desks.cases.colleagues(actor).sorted { ($0.value, $0.key) < ($1.value, $1.key) }
        model["members"] = colleagues.map {
          ["value": $0.key.description, "label": $0.value, "chosen": $0.key == member] as [String: Any]
        }
        model["isAll"] = true
      }
    }
    return .page("casework/tasks", model)
  }

  // MARK: Calendar

  private func calendarPage(_ visit: Visit) async throws -> Answer {
    let link = try await desks.cases.calendarLink(try visit.actor())
    let words = visit.words
    return .page(
      "casework/calendar",
      [
        "heading": Heading(
          title: words("casework.calendar.title"), lead: words("casework.calendar.lead"),
          back: HomeSection.Link(address: "/cases/due", label: words("casework.tasks.title"))
        ).view, "link": link.map { settings.publicAddress + "/calendar/cases/" + $0.exposedText + ".ics" },
        "form": visit.sheet.view(
          action: "/cases/calendar", submit: link == nil ? "casework.calendar.make" : "casework.calendar.renew",
          fields: []),
      ] as [String: Any?])
  }

  private func renew(_ visit: Visit) async throws -> Answer {
    try await desks.cases.renewCalendar(try visit.actor())
    return .goTo("/cases/calendar")
  }

  private func stop(_ visit: Visit) async throws -> Answer {
    try await desks.cases.stopCalendar(try visit.actor())
    return .goTo("/cases/calendar")
  }

  private func calendar(_ visit: Visit) async throws -> Answer {
    let part = visit.part("token")
    guard let token = Token(part.hasSuffix(".ics") ? String(part.dropLast(4)) : part) else { throw Refusal.notFound }
    let (words, now) = (visit.words, desks.office.clock.now())
    let events = try await desks.cases.calendar(token).map { task in
      CalendarFile.Event(
        // A day that moves makes another event, so that every program shows it where it is now.
        uid: "\(task.kind.rawValue)-\(task.id)-\(task.due)@amparo", sequence: 0, changedAt: now,
        time: .days(task.due, task.due),
        summary: "\(task.code) · " + words("casework.task.\(task.kind.rawValue)"), location: "", isCancelled: false)
    }
    return .file(
      CalendarFile(name: words("casework.calendar.name"), events: events).text, name: "amparo.ics",
      type: "text/calendar; charset=utf-8; method=PUBLISH")
  }
}

extension CaseTerms {
  /// A conference that another agency asks to.
  func row(_ invitation: ConferenceInvitation, _ agency: String?) -> WorkRow {
    WorkRow(
      title: "\(invitation.code) · " + words("casework.task.conference"),
      address: "/cases/\(invitation.caseID)/conferences/\(invitation.id)", facts: [agency].compactMap { $0 },
      due: due(invitation.day), dueOn: invitation.day)
  }

  /// A task as a line of a work list: the case's code and what is to be done, without a name of the person.
  func row(_ task: CaseTask, holder: String? = nil) -> WorkRow {
    let address = "/cases/\(task.caseID)"
    let place =
      switch task.kind {
      case .action: "/plan/actions/\(task.id)/finish"
      case .followUp: "/follow-ups/\(task.id)"
      case .needsAssessment: "/assessments/new/needs"
      case .riskAssessment: "/assessments/new/risk"
      case .retraffickingAssessment: "/assessments/new/retrafficking"
      case .clock: "/clocks/\(task.id)"
      case .conference: "/conferences/\(task.id)"
      case .decision: "/decisions/\(task.id)"
      case .personReturn: "/returns/\(task.id)"
      case .flag: "/flags/\(task.id)"
      case .consent: "#consents"
      case .personRequest: "/rights/requests/\(task.id)"
      }
    // Who can't do it sees the case; what a person asked, whoever gave the paper sees to.
    let canDo = visit.context.actor?.may(.editCase) == true || task.kind == .personRequest
    return WorkRow(
      title: "\(task.code) · " + words("casework.task.\(task.kind.rawValue)"),
      address: canDo || task.kind == .consent ? address + place : address, due: due(task.due),
      dueOn: task.due, holder: holder)
  }
}
