import Accounts
import Basics
import CountryPack
import Hummingbird
import Referrals

/// The roster of the own desk: who is on duty now, the week, single changes, and who answers out of hours.
struct DutyPages: RoomPages {
  let desks: Desks

  private static let address = "/referrals/duty"

  /// Which form of the page was sent.
  private enum Part: String, CaseIterable {
    case shifts, changes
    case outOfHours = "out-of-hours"
  }

  func add(to routes: Routes) {
    routes.list(Self.address) { visit in try await page(visit, nil, visit.sheet) }
    for part in Part.allCases {
      // A language switch on the answer to a refused form comes back to its address.
      routes.get("\(Self.address)/\(part.rawValue)") { _ in .goTo(Self.address) }
      routes.post("\(Self.address)/\(part.rawValue)") { visit in try await keep(part, visit) }
    }
    routes.post(Self.address + "/shifts/:shift/remove") { visit in
      try await desks.duty.remove(try visit.actor(), shift: try visit.id("shift"))
      return .goTo(Self.address)
    }
    routes.post(Self.address + "/changes/:change/remove") { visit in
      try await desks.duty.remove(try visit.actor(), change: try visit.id("change"))
      return .goTo(Self.address)
    }
    routes.post(Self.address + "/answers/:agency") { visit in
      try await desks.duty.answer(
        try visit.actor(), to: try visit.id("agency"), agrees: visit.form["agrees"] == "yes")
      return .goTo(Self.address)
    }
  }

  // MARK: The page

  private func page(_ visit: Visit, _ sent: Part?, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let view = try await desks.duty.roster(actor)
    let agencies = try await desks.agencies.directory(actor)
    let names = Dictionary(agencies.map { ($0.id, $0.name) }) { first, _ in first }
    let (words, leads) = (visit.words, actor.may(.leadDesk))
    var model: [String: Any] = [
      "heading": Heading(
        title: words("referrals.duty.title"), lead: words("referrals.duty.lead"),
        back: HomeSection.Link(address: "/referrals", label: words("referrals.title"))
      ).view,
      "now": Self.sentence(view.now, view.names, names, words), "leads": leads,
      "days": (0..<7).map { weekday in day(weekday, view, words) },
      "changes": view.roster.changes.map { change in
        [
          "text": words(
            "referrals.duty.change",
            [
              "who": change.member.map { view.names[$0] ?? "" } ?? words("referrals.duty.nobody"),
              "from": visit.dates.moment(change.from), "until": visit.dates.moment(change.until),
            ]), "action": "\(Self.address)/changes/\(change.id)/remove", "leads": leads,
        ] as [String: Any]
      },
      "hasChanges": !view.roster.changes.isEmpty,
      "outside": outside(view.roster.outOfHours, view, names, words),
    ]
    let asked = leads ? view.asked : []
    model["asked"] = asked.map { agency, agrees in
      [
        "text": words(
          agrees ? "referrals.duty.asked_agreed" : "referrals.duty.asked", ["agency": names[agency] ?? ""]),
        "action": "\(Self.address)/answers/\(agency)", "agrees": agrees,
      ] as [String: Any]
    }
    model["hasAsked"] = !asked.isEmpty
    let parts = sheets(view, visit)
    guard leads else { return .page("referrals/duty", model).listing(parts) }
    func shown(_ part: Part, _ form: (FormSheet) -> [String: Any]) -> [String: Any] {
      var view = form(sent == part ? sheet : FormSheet(words: words))
      view["isOpen"] = sent == part
      return view
    }
    model["shiftForm"] = shown(.shifts) { shiftForm(view, $0) }
    model["changeForm"] = shown(.changes) { changeForm(view, $0) }
    let others = agencies.filter { $0.id != actor.agency }
    model["outsideForm"] = shown(.outOfHours) { outsideForm(view, others, $0) }
    return .page("referrals/duty", model).listing(parts)
  }

  private func sheets(_ view: DutyView, _ visit: Visit) -> [ListSheet.Part] {
    let words = visit.words
    let shifts = view.roster.shifts.sorted { ($0.weekday, $0.from) < ($1.weekday, $1.from) }
    return [
      ListSheet.Part(
        title: words("referrals.duty.week"),
        columns: ["lists.day", "lists.from_time", "lists.until_time", "lists.who"],
        rows: shifts.map { shift in
          [
            .typed(words("referrals.duty.day.\(shift.weekday)")), .typed("\(shift.from)"), .typed("\(shift.until)"),
            .typed(view.names[shift.member] ?? ""),
          ]
        }),
      ListSheet.Part(
        title: words("referrals.duty.changes"), columns: ["lists.from_time", "lists.until_time", "lists.who"],
        rows: view.roster.changes.map { change in
          [
            visit.dates.sheet(at: change.from), visit.dates.sheet(at: change.until),
            .typed(change.member.map { view.names[$0] ?? "" } ?? words("referrals.duty.nobody")),
          ]
        }),
    ]
  }

  /// Who is to be asked now, in one sentence.
  static func sentence(
    _ duty: DutyRoster.Duty, _ names: [MemberID: String], _ agencies: [AgencyID: String], _ words: Words
  ) -> String {
    func list(_ members: Set<MemberID>) -> String { members.compactMap { names[$0] }.sorted().joined(separator: ", ") }
    return switch duty {
    case .members(let members): words("referrals.duty.now", ["who": list(members)])
    case .onCall(let members): words("referrals.duty.now_on_call", ["who": list(members)])
    case .agency(let agency): words("referrals.duty.now_agency", ["agency": agencies[agency] ?? ""])
    case .nobody: words("referrals.duty.now_nobody")
    case .everybody: words("referrals.duty.now_everybody")
    }
  }

  private func day(_ weekday: Int, _ view: DutyView, _ words: Words) -> [String: Any] {
    let shifts = view.roster.shifts.filter { $0.weekday == weekday }
    return [
      "name": words("referrals.duty.day.\(weekday)"), "hasShifts": !shifts.isEmpty,
      "shifts": shifts.map { shift in
        [
          "text": "\(shift.from)–\(shift.until) · \(view.names[shift.member] ?? "")"
            + (shift.until > shift.from ? "" : " · " + words("referrals.duty.next_day")),
          "action": "\(Self.address)/shifts/\(shift.id)/remove",
        ] as [String: Any]
      },
    ]
  }

  private func outside(
    _ value: DutyRoster.OutOfHours, _ view: DutyView, _ agencies: [AgencyID: String], _ words: Words
  ) -> String {
    switch value {
    case .nobody: return words("referrals.duty.outside_nobody")
    case .own(let members):
      let list = members.compactMap { view.names[$0] }.sorted().joined(separator: ", ")
      return words("referrals.duty.outside_own", ["who": list])
    case .agency(let agency, let agreed):
      return words(
        agreed ? "referrals.duty.outside_agency" : "referrals.duty.outside_asked",
        ["agency": agencies[agency] ?? ""])
    }
  }

  // MARK: Forms

  private func members(_ view: DutyView) -> [FormSheet.Option] {
    view.names.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map {
      FormSheet.Option($0.key.description, $0.value)
    }
  }

  private func shiftForm(_ view: DutyView, _ sheet: FormSheet) -> [String: Any] {
    let words = sheet.words
    let fields =
      [
        sheet.select("member", label: "referrals.duty.member", options: members(view)),
        sheet.checks(
          "days", label: "referrals.duty.days",
          options: (0..<7).map { FormSheet.Option(String($0), words("referrals.duty.day.\($0)")) }),
        sheet.text("from", label: "referrals.duty.from", value: "08:00", type: "time"),
        sheet.text(
          "until", label: "referrals.duty.until", hint: "referrals.duty.until_hint", value: "17:00", type: "time"),
      ]
      + (0..<7).map {
        sheet.hidden("id.\($0)", desks.office.randomness.identifier(DutyShiftEntity.self).description)
      }
    return sheet.view(
      action: "\(Self.address)/\(Part.shifts.rawValue)", submit: "referrals.duty.add_shift", fields: fields)
  }

  private func changeForm(_ view: DutyView, _ sheet: FormSheet) -> [String: Any] {
    sheet.view(
      action: "\(Self.address)/\(Part.changes.rawValue)", submit: "referrals.duty.add_change",
      fields: [
        sheet.select(
          "who", label: "referrals.duty.who", hint: "referrals.duty.who_hint", options: members(view), optional: true),
        sheet.text("from_day", label: "referrals.duty.from_day", type: "date"),
        sheet.text("from_time", label: "referrals.duty.from", value: "08:00", type: "time"),
        sheet.text("until_day", label: "referrals.duty.until_day", type: "date"),
        sheet.text("until_time", label: "referrals.duty.until", value: "17:00", type: "time"),
        sheet.hidden("id", desks.office.randomness.identifier(DutyChangeEntity.self).description),
      ])
  }

  private func outsideForm(_ view: DutyView, _ agencies: [Agency], _ sheet: FormSheet) -> [String: Any] {
    var (called, other, kind): (Set<MemberID>, AgencyID?, String) = ([], nil, "nobody")
    switch view.roster.outOfHours {
    case .nobody: break
    case .own(let members): (called, kind) = (members, "own")
    case .agency(let agency, _): (other, kind) = (agency, "agency")
    }
    return sheet.view(
      action: "\(Self.address)/\(Part.outOfHours.rawValue)", submit: "referrals.duty.set_outside",
      fields: [
        sheet.choices(
          "kind", label: "referrals.duty.outside_kind",
          options: ["nobody", "own", "agency"].map {
            FormSheet.Option($0, sheet.words("referrals.duty.outside_kind.\($0)"))
          }, value: kind),
        sheet.checks(
          "on_call", label: "referrals.duty.on_call", options: members(view),
          values: Set(called.map(\.description)), optional: true),
        sheet.select(
          "other", label: "referrals.duty.other", hint: "referrals.duty.other_hint",
          options: agencies.map { FormSheet.Option($0.id.description, $0.name) }, value: other?.description ?? "",
          optional: true),
      ])
  }

  private func keep(_ part: Part, _ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    guard actor.may(.leadDesk) else { throw Refusal.forbidden }
    return try await visit.attempt {
      switch part {
      case .shifts: try await addShifts(visit, actor)
      case .changes: try await addChange(visit, actor)
      case .outOfHours: try await setOutside(visit, actor)
      }
      return .goTo(Self.address)
    } orShow: {
      try await page(visit, part, $0)
    }
  }

  private func addShifts(_ visit: Visit, _ actor: Actor) async throws {
    var reader = FormReader(visit.form)
    let member = reader.value("member", or: "error.referral_colleague") { MemberID($0) }
    let days = reader.values("days", or: "error.choose") { Int($0).flatMap { (0..<7).contains($0) ? $0 : nil } }
    if days.isEmpty { reader.refuse("days", "error.choose") }
    let from = reader.value("from", or: "error.duty_hour") { TimeOfDay($0) }
    let until = reader.value("until", or: "error.duty_hour") { TimeOfDay($0) }
    try reader.check()
    guard let member, let from, let until else { throw Refusal.notFound }
    var ids: [Int: DutyShiftID] = [:]
    for day in days { ids[day] = try reader.id("id.\(day)") }
    try await desks.duty.add(actor, ids, member: member, from: from, until: until)
  }

  private func addChange(_ visit: Visit, _ actor: Actor) async throws {
    var reader = FormReader(visit.form)
    let who = reader.optional("who", or: "error.referral_colleague") { MemberID($0) }
    let fromDay = reader.value("from_day", or: "error.day") { CalendarDay($0) }
    let fromTime = reader.value("from_time", or: "error.duty_hour") { TimeOfDay($0) }
    let untilDay = reader.value("until_day", or: "error.day") { CalendarDay($0) }
    let untilTime = reader.value("until_time", or: "error.duty_hour") { TimeOfDay($0) }
    try reader.check()
    guard let fromDay, let fromTime, let untilDay, let untilTime else { throw Refusal.notFound }
    func moment(_ day: CalendarDay, _ time: TimeOfDay) -> Moment {
      Moment(milliseconds: Int64(day.daysSince1970) * 86_400_000) + .minutes(time.minutes) - desks.pack.offsetFromUTC
    }
    try await desks.duty.change(
      actor, try reader.id(), member: who, from: moment(fromDay, fromTime), until: moment(untilDay, untilTime))
  }

  private func setOutside(_ visit: Visit, _ actor: Actor) async throws {
    var reader = FormReader(visit.form)
    let kind = reader.text("kind")
    let called = reader.values("on_call", or: "error.referral_colleague") { MemberID($0) }
    let other = reader.optional("other", or: "error.choose") { AgencyID($0) }
    if kind == "own", called.isEmpty { reader.refuse("on_call", "error.choose") }
    if kind == "agency", other == nil { reader.refuse("other", "error.choose") }
    try reader.check()
    switch kind {
    case "nobody": try await desks.duty.setOutOfHours(actor, .nobody)
    case "own": try await desks.duty.setOutOfHours(actor, .own(called))
    case "agency":
      if let other { try await desks.duty.setOutOfHours(actor, .agency(other, agreed: false)) }
    default: throw Refusal.fields([FieldProblem("kind", "error.choose")])
    }
  }
}
