import Accounts
import Basics
import CountryPack
import Hummingbird
import Training
import Vault

/// Who takes part: the list with names, adding by hand, personal links, withdrawing.
struct ParticipantListPages {
  let desks: Desks
  let settings: SiteSettings

  func add(to routes: Routes) {
    routes.list("/training/:cohort/participants", list)
    routes.get("/training/:cohort/participants/new") { visit in try await newPage(visit, visit.sheet) }
    routes.post("/training/:cohort/participants/new", register)
    routes.get("/training/:cohort/participants/:participant") { visit in try await person(visit, visit.sheet) }
    routes.post("/training/:cohort/participants/:participant/withdraw", withdraw)
    routes.post("/training/:cohort/participants/:participant/certificate", issue)
  }

  private func list(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CohortID = try visit.id("cohort")
    let summary = try await desks.cohorts.cohort(actor, id)
    let rows = try await desks.cohorts.participants(actor, id).filter { $0.participant.status != .withdrawn }
    let words = visit.words
    let table = DataTable(
      caption: words("training.list.caption", ["count": String(rows.count)]),
      columns: [
        words("training.person.name"), words("training.person.institution"), words("training.person.status"),
        words("training.attendance.title"), words("training.tests"),
      ],
      rows: rows.sorted(by: Self.byName).map { row in
        let present = summary.sessions.count { row.attendance[$0.id] == .present }
        return [
          .link(row.shownName(words), address: "/training/\(id)/participants/\(row.participant.id)"),
          .text(desks.pack.institution(row.participant.institution)?.name[visit.language] ?? ""),
          .status(row.status(words)),
          .text("\(present)/\(summary.sessions.count)"),
          .text(
            TestOccasion.allCases.map {
              words("training.test.short.\($0.rawValue)") + "\u{A0}" + (row.answered.contains($0) ? "✓" : "–")
            }.joined(separator: " · ")),
        ]
      })
    return .page(
      "training/participants",
      [
        "title": words("training.tab.participants"),
        "heading": summary.cohort.heading(
          visit, desks.pack,
          next: .init(address: "/training/\(id)/participants/new", label: words("training.add.title"))
        ).view,
        "tabs": summary.cohort.tabs(words, current: "/training/\(id)/participants").view, "table": table.view,
        "hasRows": !rows.isEmpty, "file": "/training/\(id)/participants.csv",
        "list": "/training/\(id)/participants/list",
        "done": visit.query["registered"].flatMap { Int($0) }.map {
          words(
            "training.list_in.done",
            [
              "registered": String($0), "waiting": visit.query["waiting"] ?? "0",
              "skipped": visit.query["skipped"] ?? "0",
            ])
        },
      ] as [String: Any?]
    ).listing([ListSheet.Part(table)])
  }

  static func byName(_ left: ParticipantRow, _ right: ParticipantRow) -> Bool {
    (left.identity?.name ?? "~", left.participant.id) < (right.identity?.name ?? "~", right.participant.id)
  }

  // MARK: Adding by hand

  private func newPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let id: CohortID = try visit.id("cohort")
    let cohort = try await desks.cohorts.cohort(actor, id).cohort
    let words = visit.words
    return .page(
      "training/form",
      [
        "title": words("training.add.title"),
        "heading": Heading(
          title: words("training.add.title"), lead: words("training.add.lead"),
          back: .init(address: "/training/\(id)/participants", label: cohort.title(desks.pack, visit.language))
        ).view,
        "form": sheet.view(
          action: "/training/\(id)/participants/new", submit: "training.add.submit",
          fields: RegistrationForm(pack: desks.pack, cohort: cohort, language: visit.language).fields(sheet),
          cancel: "/training/\(id)/participants"),
      ])
  }

  private func register(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let cohort: CohortID = try visit.id("cohort")
    return try await visit.attempt {
      let id: ParticipantID = try FormReader(visit.form).id()
      _ = try await desks.cohorts.register(actor, id: id, in: cohort, RegistrationForm.read(visit.form))
      return .goTo("/training/\(cohort)/participants/\(id)")
    } orShow: { sheet in
      try await newPage(visit, sheet)
    }
  }

  // MARK: One person

  private func person(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let (cohort, row) = try await found(visit, actor)
    let (words, id) = (visit.words, row.participant.id)
    let base = "/training/\(cohort.cohort.id)/participants"
    let sessions = cohort.sessions.map { session in
      [
        "day": visit.dates.day(session.day), "title": session.title,
        "mark": words("training.attendance.\(row.attendance[session.id]?.rawValue ?? "not_marked")"),
      ]
    }
    var model: [String: Any] = [
      "title": words("training.person.title"),
      "heading": Heading(
        title: row.shownName(words), eyebrow: row.identity?.post,
        back: .init(address: base, label: words("training.tab.participants"))
      ).view,
      "status": row.status(words).view,
      "facts": Definitions([
        (
          words("training.person.institution"),
          desks.pack.institution(row.participant.institution)?.name[visit.language] ?? ""
        ), (words("training.person.province"), desks.pack.provinceName(row.participant.province, visit.language)),
        (words("training.person.registered"), visit.dates.moment(row.participant.registeredAt)),
      ]).view,
      "sessions": sessions, "hasSessions": !sessions.isEmpty,
      "link": settings.publicAddress + "/t/" + row.link.exposedText,
      "isHere": row.participant.status != .withdrawn,
    ]
    model["message"] = sheet.message
    if let certificate = row.certificate {
      model["certificate"] = "/training/\(cohort.cohort.id)/certificates/\(certificate.id)"
    } else if row.earnsCertificate {
      model["issue"] = sheet.view(
        action: "\(base)/\(id)/certificate", submit: "training.certificate.issue",
        fields: [sheet.hidden("id", CertificateID.random().description)])
    } else {
      let percent = desks.pack.training.phase(cohort.cohort.phase)?.minimumAttendance ?? 100
      model["rule"] = words("training.certificate.rule", ["percent": String(percent)])
    }
    model["withdraw"] = sheet.view(
      action: "\(base)/\(id)/withdraw", submit: "training.withdraw.submit", fields: [], isDangerous: true)
    return .page("training/person", model)
  }

  private func found(_ visit: Visit, _ actor: Actor) async throws -> (cohort: CohortSummary, row: ParticipantRow) {
    let id: ParticipantID = try visit.id("participant")
    let cohort: CohortID = try visit.id("cohort")
    guard let row = try await desks.cohorts.participants(actor, cohort).first(where: { $0.participant.id == id }) else {
      throw Refusal.notFound
    }
    return (try await desks.cohorts.cohort(actor, cohort), row)
  }

  private func withdraw(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: ParticipantID = try visit.id("participant")
    return try await visit.attempt {
      try await desks.cohorts.withdraw(actor, id)
      return .goTo("/training/\(visit.part("cohort"))/participants")
    } orShow: { sheet in
      try await person(visit, sheet)
    }
  }

  private func issue(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let participant: ParticipantID = try visit.id("participant")
    return try await visit.attempt {
      let id: CertificateID = try FormReader(visit.form).id()
      let certificate = try await desks.cohorts.issueCertificate(actor, id: id, for: participant)
      return .goTo("/training/\(certificate.cohort)/certificates/\(certificate.id)")
    } orShow: { sheet in
      try await person(visit, sheet)
    }
  }
}

extension ParticipantRow {
  func shownName(_ words: Words) -> String { identity?.name ?? words("training.person.sealed") }

  func status(_ words: Words) -> Status {
    let tone: Status.Tone =
      switch participant.status {
      case .enrolled: .done
      case .waiting: .open
      case .withdrawn: .ended
      }
    return Status(text: words("training.status.\(participant.status.rawValue)"), tone: tone)
  }
}

/// Registering, the same fields by hand and through the link.
struct RegistrationForm {
  let pack: CountryPack
  let cohort: Cohort
  let language: Language

  func fields(_ sheet: FormSheet) -> [FormSheet.Field] {
    var fields = [
      sheet.hidden("id", ParticipantID.random().description),
      sheet.text("name", label: "training.person.name", hint: "training.person.name_hint", autocomplete: "name"),
      sheet.choices(
        "institution", label: "training.person.institution",
        options: cohort.institutions.map { .init($0, pack.institution($0)?.name[language] ?? $0) },
        value: cohort.institutions.count == 1 ? cohort.institutions[0] : ""),
      sheet.text("post", label: "training.person.post", optional: true),
      sheet.select(
        "province", label: "training.person.province", options: pack.provinceOptions(language), value: cohort.province),
      sheet.select(
        "sex", label: "training.programme.sex", hint: "training.programme.sex_hint",
        options: (pack.lists[.sexes] ?? []).map { .init($0.code, $0.name[language]) }, optional: true),
      sheet.text(
        "phone", label: "training.after.phone", hint: "training.after.phone.hint", type: "tel", autocomplete: "tel",
        optional: true),
    ]
    if sheet.refusal?.phrase.key == "error.training_already_registered" {
      fields.append(sheet.tick("another", label: "training.person.another"))
    }
    return fields
  }

  static func read(_ form: Form) -> NewParticipant {
    NewParticipant(
      name: form["name"] ?? "", post: form["post"] ?? "", institution: form["institution"] ?? "",
      province: form["province"] ?? "", isAnother: form["another"] != nil, sex: form["sex"] ?? "",
      document: form["document"] ?? "", phone: form["phone"] ?? "")
  }
}
