import Accounts
import Basics
import Casework
import CountryPack

/// What a supervisor sees to about data: emergencies to review, what persons asked, what runs out and is erased.
struct DataProtectionPages: RoomPages {
  let desks: Desks

  let navigation = [NavigationEntry(path: "/data-protection", key: "protection.title", permission: .protectData)]

  func add(to routes: Routes) {
    routes.list("/data-protection", overview)
    routes.list("/data-protection/retention", retention)
    routes.list("/data-protection/erasures", ledger)
    routes.get("/data-protection/erasures/:erasure") { visit in try await erasure(visit, visit.sheet) }
    routes.post("/data-protection/erasures/:erasure", decide)
    RightsPages(desks: desks).add(to: routes)
    EmergencyPages(desks: desks).add(to: routes)
    BreachPages(desks: desks).add(to: routes)
  }

  // MARK: Overview

  private func overview(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.protectData)
    let words = visit.words
    let duties = try await ProtectionDuties(desks, visit, actor)
    return ProtectionSection.page(
      Heading(title: words("protection.title"), lead: words("protection.lead")),
      [
        ProtectionSection(
          title: words("protection.emergency.waiting"), anchor: "emergencies", rows: duties.emergencies,
          empty: words("protection.emergency.none"),
          links: [.init(address: "/data-protection/emergencies", label: words("protection.emergency.past"))]),
        ProtectionSection(
          title: words("protection.request.open"), anchor: "requests", rows: duties.requests,
          empty: words("protection.request.none")),
        ProtectionSection(
          title: words("protection.erasure.waiting"), anchor: "erasures", rows: duties.erasures,
          empty: words("protection.erasure.none"),
          links: [
            .init(address: "/data-protection/retention", label: words("protection.retention.title")),
            .init(address: "/data-protection/erasures", label: words("protection.erasure.past")),
          ]),
        ProtectionSection(
          title: words("protection.breach.title"), anchor: "breaches", rows: duties.breaches,
          empty: words("protection.breach.none"),
          links: [.init(address: "/data-protection/breaches", label: words("protection.breach.all"))]),
      ])
  }

  // MARK: What runs out

  private func retention(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let (words, terms) = (visit.words, CaseTerms(visit: visit))
    let days = [30, 90, 365].first { String($0) == visit.query["days"] } ?? 90
    let rows = try await desks.protection.running(actor, within: days)
    let today = visit.dates.today
    let table = DataTable(
      caption: words("protection.retention.caption", ["days": String(days)]),
      columns: ["case", "kind", "closed", "due", "schedule", "state"].map { words("protection.retention.\($0)") },
      rows: rows.map { row in
        let state: Status =
          row.isHeld
          ? Status(text: words("protection.hold.live"), tone: .open)
          : row.isProposed
            ? Status(text: words("protection.erasure.state_waiting"), tone: .active)
            : row.due <= today
              ? Status(text: words("protection.retention.over"), tone: .urgent)
              : Status(text: words("protection.retention.running"), tone: .open)
        return [
          .link(row.summary.code.description, address: "/cases/\(row.summary.id)/rights"),
          .text(terms.name(.caseKinds, row.summary.facts.kind)),
          visit.dates.cell(row.summary.closedAt.map { CalendarDay($0, offsetFromUTC: visit.dates.offset) }),
          visit.dates.cell(row.due),
          .text(Self.schedule(row.schedule, words)), .status(state),
        ]
      })
    return ProtectionSection.page(
      Heading(
        title: words("protection.retention.title"), lead: words("protection.retention.lead"),
        back: .init(address: "/data-protection", label: words("protection.title"))),
      [
        ProtectionSection(
          title: words("protection.retention.list"), anchor: "list", table: rows.isEmpty ? nil : table,
          empty: words("protection.retention.none"))
      ],
      further: [
        "finder": [
          "action": "/data-protection/retention", "submit": words("casework.tasks.show"),
          "selects": [
            [
              "name": "days", "label": words("protection.retention.within"),
              "options": [30, 90, 365].map {
                [
                  "value": String($0), "label": words("protection.retention.days", ["days": String($0)]),
                  "chosen": $0 == days,
                ] as [String: Any]
              },
            ] as [String: Any]
          ],
        ] as [String: Any]
      ])
  }

  /// A schedule with what is not verified of it.
  static func schedule(_ schedule: RetentionSchedule, _ words: Words) -> String {
    let years = schedule.months % 12 == 0
    let term = words(
      years ? "protection.schedule.years" : "protection.schedule.months",
      ["count": String(years ? schedule.months / 12 : schedule.months)])
    return schedule.certainty == .unverified ? term + " · " + words("protection.schedule.unverified") : term
  }

  // MARK: Erasing

  private func ledger(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let words = visit.words
    let past = try await desks.protection.erasures(actor, waiting: false, most: visit.most(200))
    let names = try await desks.members.names(actor)
    let table = DataTable(
      caption: words("protection.erasure.past"),
      columns: ["when", "outcome", "ground", "proposed_by", "decided_by"].map { words("protection.erasure.\($0)") },
      rows: past.map { erasure in
        [
          visit.dates.cell(at: erasure.decidedAt),
          .text(words("protection.erasure.outcome_\(erasure.outcome?.rawValue ?? "declined")")),
          .text(words("protection.erasure.ground_\(erasure.ground.rawValue)")),
          .text(names[erasure.proposedBy] ?? ""), .text(erasure.decidedBy.flatMap { names[$0] } ?? ""),
        ]
      })
    return ProtectionSection.page(
      Heading(
        title: words("protection.erasure.past"), lead: words("protection.erasure.past_lead"),
        back: .init(address: "/data-protection", label: words("protection.title"))),
      [
        ProtectionSection(
          title: words("protection.erasure.list"), anchor: "list", table: past.isEmpty ? nil : table,
          empty: words("protection.erasure.past_none"))
      ])
  }

  private func decide(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: ErasureID = try visit.id("erasure")
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let decision = reader.text("decision", upTo: 20)
      try reader.check()
      switch decision {
      case "erase": try await desks.protection.confirm(actor, id)
      case "keep": try await desks.protection.decline(actor, id)
      default: throw Refusal.fields([FieldProblem("decision", "error.answer_needed")])
      }
      return .goTo("/data-protection/erasures")
    } orShow: {
      try await erasure(visit, $0)
    }
  }

  private func erasure(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let words = visit.words
    let erasure = try await desks.protection.erasure(actor, try visit.id("erasure"))
    guard erasure.outcome == nil else { throw Refusal(.conflict, Phrase("error.erase_decided")) }
    let names = try await desks.members.names(actor)
    let schedule = erasure.schedule.flatMap { desks.pack.dataProtection.schedule($0) }
    let isOwn = erasure.proposedBy == actor.member
    let form = sheet.view(
      action: "/data-protection/erasures/\(erasure.id)", submit: "protection.erasure.submit",
      fields: [
        sheet.choices(
          "decision", label: "protection.erasure.decision",
          options: (isOwn ? [] : [FormSheet.Option("erase", words("protection.erasure.erase"))])
            + [FormSheet.Option("keep", words("protection.erasure.keep"))])
      ], cancel: "/data-protection", isDangerous: true)
    return ProtectionSection.page(
      Heading(
        title: words("protection.erasure.title", ["code": erasure.code?.description ?? ""]),
        back: .init(address: "/data-protection", label: words("protection.title"))),
      [
        ProtectionSection(
          title: words("protection.erasure.what"), anchor: "what", lead: words("protection.erasure.what_goes"),
          definitions: Definitions([
            (words("protection.erasure.ground"), words("protection.erasure.ground_\(erasure.ground.rawValue)")),
            (
              words("protection.retention.schedule"),
              schedule.map { Self.schedule($0, words) + ". " + $0.source } ?? ""
            ),
            (words("protection.erasure.proposed_by"), names[erasure.proposedBy] ?? ""),
            (words("protection.erasure.proposed_at"), visit.dates.moment(erasure.proposedAt)),
          ]), paragraphs: [words("protection.erasure.what_stays")],
          links: [.init(address: "/cases/\(erasure.caseID)/rights", label: words("protection.rights.title"))])
      ], notice: words(isOwn ? "error.erase_own" : "protection.erasure.warning"), form: form)
  }
}

/// On the first page of who sees to data: what waits. Above everything else, because an emergency is a notice.
struct ProtectionNotice: RoomPages {
  let desks: Desks

  func add(to routes: Routes) {}

  func home(_ visit: Visit, _ actor: Actor) async throws -> HomeSection? {
    guard actor.may(.protectData) else { return nil }
    let duties = try await ProtectionDuties(desks, visit, actor)
    guard !duties.all.isEmpty else { return nil }
    return HomeSection(
      title: "protection.home", rows: Array(duties.all.prefix(8)),
      all: .init(address: "/data-protection", label: visit.words("protection.title")), words: visit.words)
  }
}

/// What waits for who sees to data, as lines of a work list: codes and days, no names of persons.
struct ProtectionDuties {
  var emergencies: [WorkRow]
  var requests: [WorkRow]
  var erasures: [WorkRow]
  var breaches: [WorkRow]
  var all: [WorkRow] { emergencies + breaches + requests + erasures }

  init(_ desks: Desks, _ visit: Visit, _ actor: Actor) async throws {
    let (words, dates, terms) = (visit.words, visit.dates, CaseTerms(visit: visit))
    let names = try await desks.members.names(actor)
    emergencies = try await desks.protection.emergencies(actor, reviewed: false).map { opening in
      WorkRow(
        title: words("protection.emergency.row", ["code": opening.code?.description ?? "–"]),
        address: "/data-protection/emergencies/\(opening.id)",
        facts: [names[opening.member] ?? "", words("casework.basis.\(opening.basis.rawValue)")].filter { !$0.isEmpty },
        status: opening.isLive(at: dates.now)
          ? Status(text: words("protection.emergency.live"), tone: .urgent)
          : Status(text: words("protection.emergency.unreviewed"), tone: .open), due: terms.due(opening.reviewDue),
        dueOn: opening.reviewDue)
    }
    breaches = BreachPages.rows(try await desks.protection.breaches(actor, open: true), desks, visit)
    requests = try await desks.protection.openRequests(actor).map { request in
      WorkRow(
        title: "\(request.code?.description ?? "–") · " + words("protection.request.kind_\(request.kind.rawValue)"),
        address: "/cases/\(request.caseID)/rights/requests/\(request.id)", due: terms.due(request.due),
        dueOn: request.due, holder: names[request.recordedBy])
    }
    erasures = try await desks.protection.erasures(actor, waiting: true).map { erasure in
      WorkRow(
        title: words("protection.erasure.row", ["code": erasure.code?.description ?? "–"]),
        address: "/data-protection/erasures/\(erasure.id)",
        facts: [words("protection.erasure.ground_\(erasure.ground.rawValue)")],
        status: Status(text: words("protection.erasure.state_waiting"), tone: .active),
        holder: names[erasure.proposedBy])
    }
  }
}
