import Accounts
import Basics
import CountryPack
import Documents
import Hummingbird
import Training
import Vault

/// The roll-call: by touch, from a signature sheet, and the code on the projector that phones open.
struct RollCallPages {
  let desks: Desks
  let settings: SiteSettings

  func add(to routes: Routes) {
    routes.get("/training/:cohort/attendance/:session", page)
    routes.post("/training/:cohort/attendance/:session", mark)
    routes.get("/training/:cohort/room/:session/signatures", signatures)
    routes.get("/training/:cohort/room/:session/numbers") { visit in try await numbersPage(visit, visit.sheet) }
    routes.post("/training/:cohort/room/:session/numbers", markNumbers)
    routes.get("/training/:cohort/room/:session/code", code)
    routes.post("/training/:cohort/room/:session/code", countLate)
    routes.get("/training/:cohort/room/cards", cards)
  }

  private func roll(_ visit: Visit) async throws -> RollCall {
    let actor = try visit.actor()
    let id: CohortID = try visit.id("cohort")
    let roll = try await desks.room.attendance.rollCall(actor, visit.id("session"))
    guard roll.cohort.id == id else { throw Refusal.notFound }
    return roll
  }

  private func institution(_ code: String, _ visit: Visit) -> String {
    desks.pack.institution(code)?.name[visit.language] ?? ""
  }

  // MARK: By touch

  private static let marks = RollMark.allCases.map(\.rawValue) + ["none"]

  private func page(_ visit: Visit) async throws -> Answer {
    let roll = try await roll(visit)
    let words = visit.words
    let rows = roll.people.map { person in
      let current = person.mark?.rawValue ?? "none"
      var row: [String: Any] = [
        "name": person.identity?.name ?? words("training.person.sealed"), "number": String(person.number),
        "institution": institution(person.participant.institution, visit), "label": "m\(person.number)",
        "participant": person.participant.id.description, "before": current,
        "said": words("training.room.mark.\(current)"),
        "marks": Self.marks.map { mark in
          [
            "id": "m\(person.number)-\(mark)", "field": "m.\(person.participant.id)", "value": mark,
            "chosen": mark == current, "label": words("training.room.mark.\(mark)"),
          ] as [String: Any]
        },
      ]
      row["arrival"] = person.arrival.map { words("training.room.by_phone", ["time": visit.dates.time($0.at)]) }
      if let sharing = person.arrival?.sharing, sharing > 1 {
        row["sharing"] = words("training.room.sharing", ["count": String(sharing)])
      }
      return row
    }
    let marked = roll.people.count { $0.mark != nil }
    let counts = RollMark.allCases.map { mark in
      words("training.room.mark.\(mark.rawValue)") + ": \(roll.people.count { $0.mark == mark })"
    }
    return .page(
      "training/roll-call",
      [
        "title": words("training.attendance.title"),
        "heading": Heading(
          title: roll.session.title, lead: words("training.room.roll_lead"),
          eyebrow: visit.dates.day(roll.session.day),
          back: .init(
            address: "/training/\(roll.cohort.id)/room", label: roll.cohort.title(desks.pack, visit.language)),
          next: .init(
            address: "/training/\(roll.cohort.id)/room/\(roll.session.id)/code", label: words("training.room.code"))
        ).view,
        "action": "/training/\(roll.cohort.id)/attendance/\(roll.session.id)", "rows": rows, "hasRows": !rows.isEmpty,
        "marked": String(marked), "all": String(roll.people.count), "hasOthers": marked < roll.people.count,
        "counts": counts.joined(separator: " · "), "isSaved": visit.query["saved"] != nil && marked > 0,
        "add": "/training/\(roll.cohort.id)/participants/new",
        "numbers": "/training/\(roll.cohort.id)/room/\(roll.session.id)/numbers",
      ] as [String: Any])
  }

  private func mark(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let session: TrainingSessionID = try visit.id("session")
    let cohort: CohortID = try visit.id("cohort")
    func read(_ name: String) throws -> RollMark? {
      guard let written = visit.form[name], written != "none" else { return nil }
      guard let mark = RollMark(rawValue: written) else { throw RefusedRequest.malformed }
      return mark
    }
    var changes: [ParticipantID: RollChange] = [:]
    for name in visit.form.names(beginningWith: "m.") {
      let text = String(name.dropFirst(2))
      guard let id = ParticipantID(text) else { throw RefusedRequest.malformed }
      changes[id] = RollChange(from: try read("o." + text), to: try read(name))
    }
    try await desks.room.attendance.mark(actor, session, changes, restPresent: visit.form["all"] != nil)
    return .goTo("/training/\(cohort)/attendance/\(session)?saved=1")
  }

  // MARK: On paper

  private func signatures(_ visit: Visit) async throws -> Answer {
    let roll = try await roll(visit)
    let base = "/training/\(roll.cohort.id)/room/\(roll.session.id)"
    return .page(
      "training/signatures",
      [
        "back": "/training/\(roll.cohort.id)/room", "course": roll.cohort.title(desks.pack, visit.language),
        "agency": try visit.actor().agencyName,
        "facts": roll.cohort.place + " · " + visit.dates.day(roll.session.day),
        "mark": QRCode.svg(settings.publicAddress + base + "/numbers", label: visit.words("training.room.page_mark")),
        "sessions": roll.day.map { ["title": $0.title] },
        "rows": roll.people.map { person in
          [
            "number": String(person.number), "name": person.identity?.name ?? visit.words("training.person.sealed"),
            "institution": institution(person.participant.institution, visit), "boxes": roll.day.map { _ in [:] },
          ] as [String: Any]
        },
        // For those who come without having registered.
        "blank": (0..<5).map { _ in ["boxes": roll.day.map { _ in [String: Any]() }] as [String: Any] },
      ] as [String: Any])
  }

  private func numbersPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let roll = try await roll(visit)
    let (words, base) = (visit.words, "/training/\(roll.cohort.id)")
    return .page(
      "training/numbers",
      [
        "title": words("training.room.numbers"),
        "heading": Heading(
          title: words("training.room.numbers"), lead: words("training.room.numbers_lead"),
          eyebrow: roll.session.title + " · " + visit.dates.day(roll.session.day),
          back: .init(address: base + "/room", label: roll.cohort.title(desks.pack, visit.language))
        ).view,
        "form": sheet.view(
          action: "\(base)/room/\(roll.session.id)/numbers", submit: "training.attendance.save",
          fields: [
            sheet.text("numbers", label: "training.room.numbers_field", hint: "training.room.numbers_hint"),
            sheet.tick("rest", label: "training.room.rest_absent"),
          ], cancel: "\(base)/attendance/\(roll.session.id)"),
        "rows": roll.people.map { person in
          [
            "number": String(person.number), "name": person.identity?.name ?? words("training.person.sealed"),
            "mark": words("training.room.mark.\(person.mark?.rawValue ?? "none")"),
          ]
        },
      ] as [String: Any])
  }

  private func markNumbers(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let session: TrainingSessionID = try visit.id("session")
    return try await visit.attempt {
      _ = try await desks.room.attendance.mark(
        actor, session, numbers: visit.form["numbers"] ?? "", restAbsent: visit.form["rest"] != nil)
      return .goTo("/training/\(visit.part("cohort"))/attendance/\(session)?saved=1")
    } orShow: { sheet in
      try await numbersPage(visit, sheet)
    }
  }

  // MARK: On the projector

  private func code(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let session: TrainingSessionID = try visit.id("session")
    let shown = try await desks.room.checkIn.projection(actor, session)
    let (words, base) = (visit.words, "/training/\(shown.cohort.id)")
    var model: [String: Any] = [
      "title": words("training.room.code"), "session": shown.session.title, "day": visit.dates.day(shown.session.day),
      "back": "\(base)/attendance/\(session)", "action": "\(base)/room/\(session)/code",
      "code": QRCode.svg(
        "\(settings.publicAddress)/a/\(session)/\(shown.code)", label: words("training.room.code_label")),
      "seconds": String(CheckInDesk.period.milliseconds / 1000), "isToday": shown.session.day == visit.dates.today,
      "present": String(shown.present), "enrolled": String(shown.enrolled),
    ]
    model["lateFrom"] = shown.lateFrom.map { words("training.room.late_since", ["time": visit.dates.time($0)]) }
    return .page("training/code", model)
  }

  private func countLate(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let session: TrainingSessionID = try visit.id("session")
    try await desks.room.attendance.countLate(actor, session, visit.form["late"] == "on")
    return .goTo("/training/\(visit.part("cohort"))/room/\(session)/code")
  }

  private func cards(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CohortID = try visit.id("cohort")
    let cohort = try await desks.cohorts.cohort(actor, id).cohort
    let cards = try await desks.room.attendance.badges(actor, id).map { badge in
      [
        "number": String(badge.number), "name": badge.identity?.name ?? visit.words("training.person.sealed"),
        "institution": institution(badge.institution, visit), "code": badge.code,
        "link": QRCode.svg(
          settings.publicAddress + "/t/" + badge.link.exposedText, label: visit.words("training.person.link")),
      ]
    }
    return .page(
      "training/cards",
      [
        "back": "/training/\(id)/room", "course": cohort.title(desks.pack, visit.language), "cards": cards,
        "hasCards": !cards.isEmpty,
      ] as [String: Any])
  }
}

extension Dates {
  /// `21:40`.
  func time(_ moment: Moment) -> String { String(self.moment(moment).suffix(5)) }
}
