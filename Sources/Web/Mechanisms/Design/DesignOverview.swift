import Basics
import CountryPack
import Referrals

/// A draft at a glance: every thing with what the check finds about it, and the way to change it.
extension DesignPages {
  /// One row of a list.
  private struct Entry {
    var thing: MechanismThing
    var title: String
    var address: String
    var facts: [String]
    var isStart = false
  }

  /// `sheet` carries why a change was refused.
  func overview(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let screen = try await screen(visit)
    let (words, design) = (visit.words, screen.design)
    let mayChange = design.obstacle == nil
    let general = screen.findings(of: nil)
    var model: [String: Any] = [
      "heading": Heading(
        title: screen.mechanism.name[visit.language], lead: words("design.lead"),
        eyebrow: words(design.version.purpose == .exercise ? "mechanisms.exercise" : "mechanisms.state.draft"),
        back: .init(address: screen.version, label: words("mechanisms.back"))
      ).view,
      "address": screen.base, "version": screen.version, "mayChange": mayChange,
      "gapCount": words("mechanisms.gaps", ["count": String(design.check.gaps)]), "isSound": design.check.gaps == 0,
      "general": general, "hasGeneral": !general.isEmpty, "facts": facts(screen).view,
      "sections": sections(screen, mayChange),
    ]
    model["message"] = sheet.message
    if sheet.refusal?.kind == .conflict, let seen = sheet.typed["revision"].flatMap({ Int($0) }) {
      let changes = try await desk.changes(screen.actor, design.version.id, since: seen)
      if !changes.isEmpty { model["meanwhile"] = words("design.meanwhile", ["changes": screen.words(changes)]) }
    }
    if let obstacle = design.obstacle {
      model["closed"] = [
        "says": words("error.mechanism_design_\(obstacle.rawValue)"),
        "again": Self.beginPath + "?from=" + design.version.id.description,
      ]
    } else if design.last != nil {
      let did = screen.words(design.lastDid)
      model["undo"] =
        [
          "fields": hidden(screen),
          "label": did.isEmpty ? words("design.undo") : words("design.undo_what", ["changes": did]),
        ] as [String: Any]
    }
    let others = try await desk.versions(screen.actor).filter { $0.id != design.version.id }.prefix(20)
    model["others"] = others.map {
      ["address": "\(screen.version)/compare/\($0.id)", "label": "\($0.name), \(visit.dates.day($0.day))"]
    }
    model["hasOthers"] = !others.isEmpty
    return .page("mechanisms/design", model)
  }

  private func facts(_ screen: DesignScreen) -> Definitions {
    let (words, mechanism, language) = (screen.words, screen.mechanism, screen.language)
    return Definitions([
      (words("design.text"), mechanism.text[language]),
      (
        words("mechanisms.territory"),
        mechanism.provinces.map { desks.pack.province(iso: $0)?.name[language] ?? $0 }.joined(separator: ", ")
      ),
      (
        words("design.needs"),
        mechanism.needs.map { code in terms.needs.first { $0.code == code }?.name[language] ?? code }
          .joined(separator: ", ")
      ), (words("design.start"), screen.stepName(mechanism.start.code)),
      (words("mechanisms.source"), mechanism.source),
    ])
  }

  // MARK: Lists

  private func sections(_ screen: DesignScreen, _ mayChange: Bool) -> [[String: Any]] {
    let (mechanism, language) = (screen.mechanism, screen.language)
    let steps = mechanism.steps.enumerated().map { number, step in
      Entry(
        thing: .step(step.code), title: "\(number + 1). \(step.name[language])",
        address: screen.stepAddress(step.code), facts: facts(of: step, screen),
        isStart: mechanism.start.code == step.code)
    }
    let desks = mechanism.desks.map { desk in
      Entry(
        thing: .desk(desk.code), title: desk.name[language], address: screen.base + "/desks/\(desk.code)/who",
        facts: [hours(desk, screen), alternates(desk, screen)])
    }
    let services = mechanism.services.map { service in
      Entry(
        thing: .service(service.code), title: service.name[language],
        address: screen.base + "/services/\(service.code)/what",
        facts: [
          screen.deskName(service.desk.code),
          service.places.map { screen.words("design.places_of", ["count": String($0)]) } ?? "",
        ])
    }
    let forms = mechanism.forms.map { form in
      Entry(
        thing: .form(form.code), title: form.name[language], address: screen.base + "/forms/\(form.code)", facts: [])
    }
    let arrivals = mechanism.arrivals.enumerated().map { number, arrival in
      Entry(
        thing: .arrival(number),
        title: screen.words("design.per_year_of", ["count": String(arrival.perYear)]),
        address: screen.base + "/arrivals/\(number)",
        facts: [
          arrival.group.needs.map { code in terms.needs.first { $0.code == code }?.name[language] ?? code }
            .joined(separator: ", ")
        ])
    }
    return [("steps", steps), ("desks", desks), ("services", services), ("forms", forms), ("arrivals", arrivals)]
      .map { section($0.0, $0.1, screen, mayChange) }
  }

  private func section(_ list: String, _ entries: [Entry], _ screen: DesignScreen, _ mayChange: Bool)
    -> [String: Any]
  {
    [
      "id": list, "title": screen.words("design.\(list)"), "hint": screen.words("design.\(list)_hint"),
      "isEmpty": entries.isEmpty, "add": screen.base + "/add/" + list,
      "addLabel": screen.words("design.add_\(list)"), "mayChange": mayChange,
      "rows": entries.enumerated().map { place, entry in
        row(entry, isFirst: place == 0, isLast: place == entries.count - 1, screen, mayChange)
      },
    ]
  }

  private func row(_ entry: Entry, isFirst: Bool, isLast: Bool, _ screen: DesignScreen, _ mayChange: Bool)
    -> [String: Any]
  {
    let findings = screen.findings(of: entry.thing)
    var row: [String: Any] = [
      "id": Self.anchor(entry.thing), "title": entry.title, "facts": entry.facts.filter { !$0.isEmpty },
      "findings": findings, "hasFindings": !findings.isEmpty, "isStart": entry.isStart,
    ]
    // Whose text can't be changed is read elsewhere.
    if mayChange {
      row["link"] = entry.address
      row["moves"] = moves(entry.thing, entry.title, isFirst: isFirst, isLast: isLast, screen)
    }
    return row
  }

  /// The buttons that put a thing elsewhere or take it out.
  func moves(_ thing: MechanismThing, _ title: String, isFirst: Bool, isLast: Bool, _ screen: DesignScreen)
    -> [String: Any]
  {
    var ways: [MechanismArrangement] = []
    if !isFirst { ways.append(.up) }
    if !isLast { ways.append(.down) }
    if case .step(let code) = thing, screen.mechanism.start.code != code { ways.append(.start) }
    ways.append(.remove)
    return [
      "action": screen.base + "/arrange", "thing": thing.text, "fields": hidden(screen),
      "buttons": ways.map {
        ["how": $0.rawValue, "label": screen.words("design.how.\($0.rawValue)"), "of": title]
      },
    ]
  }

  // MARK: In a few words

  func facts(of step: Mechanism.Step, _ screen: DesignScreen) -> [String] {
    let (words, mechanism) = (screen.words, screen.mechanism)
    let who =
      step.desks.map { screen.deskName($0.code) }
      + step.services.map { one in
        mechanism.services.first { $0.code == one.code }?.name[screen.language] ?? screen.missing(one.code)
      }
    let next = step.next.map { screen.stepName($0.to.code) }.joined(separator: ", ")
    return [
      who.isEmpty ? words("design.no_desk") : who.joined(separator: ", "), within(step.within, screen),
      step.ends ? words("design.ends") : next.isEmpty ? "" : words("design.then", ["steps": next]),
    ]
  }

  func within(_ within: Mechanism.Within?, _ screen: DesignScreen) -> String {
    switch within {
    case nil: return screen.words("design.within.none")
    case .urgency: return screen.words("design.within.urgency")
    case .limit(let limit):
      return time(limit.minutes, screen)
        + (limit.counts == .working ? " (\(screen.words("design.counts.working")))" : "")
    }
  }

  func time(_ minutes: Int, _ screen: DesignScreen) -> String {
    let unit = DesignUnit(of: minutes)
    return screen.words("mechanisms.time.\(unit.rawValue)", ["count": String(minutes / unit.minutes)])
  }

  private func hours(_ desk: Mechanism.Desk, _ screen: DesignScreen) -> String {
    guard case .weekly(let windows) = desk.hours else { return screen.words("design.hours.always") }
    return windows.map { window in
      window.days.map { screen.words("design.day.\($0)") }.joined(separator: ", ") + " "
        + DesignClock.text(window.from) + "–" + DesignClock.text(window.until)
    }.joined(separator: "; ")
  }

  private func alternates(_ desk: Mechanism.Desk, _ screen: DesignScreen) -> String {
    desk.alternate.map { screen.words("design.alternate_is", ["desk": screen.deskName($0.code)]) } ?? ""
  }
}
