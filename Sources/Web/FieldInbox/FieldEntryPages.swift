import Accounts
import Basics
import CountryPack
import Identification

/// One thing that came from the field: what is known of it, and what can be done.
extension FieldInboxPages {
  /// The forms of the page: the one that was sent shows what was typed.
  struct Sheets {
    var open: FormSheet
    var settle: FormSheet
    var release: FormSheet
    var discard: FormSheet

    init(_ visit: Visit) {
      (open, settle, release, discard) = (visit.sheet, visit.sheet, visit.sheet, visit.sheet)
    }
  }

  func open(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: FieldOperationID = try visit.id("operation")
    return try await visit.attempt {
      let screening = try await desk.open(actor, id)
      return .goTo("/screenings/\(screening)")
    } orShow: {
      var sheets = Sheets(visit)
      sheets.open = $0
      return try await entryPage(visit, sheets)
    }
  }

  func settle(_ visit: Visit) async throws -> Answer {
    try await decide(visit, "settled", visit.form["settled"]) { try await desk.settleDanger($0, $1, reason: $2) }
  }

  /// Does what a supervisor decided with its reason; each form's field has the form's own name.
  func decide(
    _ visit: Visit, _ form: String, _ reason: String?,
    _ act: (Actor, FieldOperationID, String) async throws -> Void
  ) async throws -> Answer {
    let actor = try visit.actor()
    let id: FieldOperationID = try visit.id("operation")
    return try await visit.attempt {
      try await act(actor, id, reason ?? "")
      return .goTo("/field/\(id)")
    } orShow: { shown in
      var sheet = shown
      sheet.refusal?.fields = shown.refusal?.fields.map { FieldProblem(form, $0.phrase) } ?? []
      var sheets = Sheets(visit)
      switch form {
      case "settled": sheets.settle = sheet
      case "release": sheets.release = sheet
      default: sheets.discard = sheet
      }
      return try await entryPage(visit, sheets)
    }
  }

  func entryPage(_ visit: Visit, _ sheets: Sheets) async throws -> Answer {
    let actor = try visit.actor()
    let (entry, reason, dangerReason) = try await desk.entry(actor, visit.id("operation"))
    let names = try await desks.members.names(actor)
    let words = visit.words
    let (address, decides) = ("/field/\(entry.id)", actor.may(.decideIdentification))
    func form(_ name: String, _ sheet: FormSheet, isDangerous: Bool = false) -> [String: Any] {
      sheet.view(
        action: address + "/" + name, submit: "inbox." + name + ".submit",
        fields: [sheet.area(name, label: "inbox." + name + ".reason", hint: "inbox." + name + ".hint", rows: 3)],
        isDangerous: isDangerous)
    }
    let isOpenable = entry.kind == .screening && [.waiting, .beside].contains(entry.state)
    var model: [String: Any] = [
      "name": words("inbox.kind." + entry.kind.rawValue, ["reference": entry.reference]), "address": address,
      "status": status(entry, words).view, "facts": facts(entry, visit, names).view, "isAlarm": entry.isAlarm,
      "isCarried": entry.isDangerCarried, "mayOpen": isOpenable, "isBeside": entry.state == .beside,
      "isHeld": entry.state == .held, "cause": entry.cause.map { words("inbox.says." + $0.rawValue) } ?? "",
      // Numbers that sources disagree about are never shown to someone in a hurry.
      "hotlines": desks.pack.hotlines.filter { $0.certainty != .unverified }.map { line in
        ["name": line.name[visit.language], "number": line.number, "dial": line.number.filter { !$0.isWhitespace }]
      },
    ]
    model["openProblem"] = sheets.open.message
    model["screening"] = entry.screening.map { "/screenings/\($0)" }
    model["dangerReason"] = dangerReason
    if decides {
      if entry.isAlarm { model["settle"] = form("settled", sheets.settle) }
      if entry.state == .held { model["release"] = form("release", sheets.release) }
      if [.held, .waiting, .beside].contains(entry.state) {
        model["discard"] = form("discard", sheets.discard, isDangerous: true)
      }
    }
    model["decision"] = entry.decidedAt.map { at in
      var decision = [
        "who": entry.decidedBy.flatMap { names[$0] } ?? "", "when": visit.dates.moment(at),
        "state": words("inbox.state." + entry.state.rawValue),
      ]
      decision["reason"] = reason
      return decision
    }
    return .page("field-inbox/entry", model)
  }

  private func facts(_ entry: FieldEntry, _ visit: Visit, _ names: [MemberID: String]) -> Definitions {
    let (words, dates) = (visit.words, visit.dates)
    let off = entry.skew.flatMap { abs($0.milliseconds) > FieldRules.tolerance.milliseconds ? $0 : nil }
    return Definitions([
      (words("inbox.fact.who"), names[entry.member] ?? ""),
      (
        words("identification.start.province"),
        entry.province.map { desks.pack.province(iso: $0)?.name[visit.language] ?? $0 } ?? ""
      ),
      (
        words("inbox.fact.age"), entry.ageGroup.map { words("identification.age_group." + $0.rawValue) } ?? ""
      ),
      (words("inbox.fact.happened"), dates.moment(entry.happenedAt)),
      (words("inbox.fact.received"), dates.moment(entry.receivedAt)),
      (words("inbox.fact.way"), words("inbox.way." + entry.way.rawValue)),
      (
        words("inbox.fact.clock"),
        off.map {
          words(
            $0.milliseconds > 0 ? "inbox.clock_behind" : "inbox.clock_ahead",
            ["time": dates.length(Span(milliseconds: abs($0.milliseconds))), "said": dates.moment(entry.clientTime)])
        } ?? ""
      ),
      (
        words("inbox.fact.danger"),
        entry.dangerSince.map { since in
          guard let settled = entry.dangerSettledAt else { return dates.moment(since) }
          return words(
            "inbox.danger_settled",
            [
              "since": dates.moment(since), "settled": dates.moment(settled),
              "who": entry.dangerSettledBy.flatMap { names[$0] } ?? "",
            ])
        } ?? ""
      ),
    ])
  }
}
