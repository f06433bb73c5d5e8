import Accounts
import Basics
import CountryPack
import Hummingbird
import Referrals

/// One version: its gaps in words, who stands behind its desks, signatures, and the procedure itself.
extension MechanismPages {
  /// `sheet` carries why a move was refused.
  func page(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let (actor, words) = (try visit.actor(), visit.words)
    let look = try await desk.look(actor, try visit.id("version"))
    let (version, mechanism) = (look.version, look.mechanism)
    let agencies = try await desks.agencies.directory(actor)
    let names = Dictionary(agencies.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    let address = Self.address(version.id)
    var model: [String: Any] = [
      "heading": Heading(
        title: mechanism.name[visit.language], lead: mechanism.text[visit.language],
        back: .init(address: "/mechanisms", label: words("mechanisms.title"))
      ).view,
      "status": status(version, visit).view, "address": address, "revision": version.revision,
      "facts": facts(look, visit, names).view,
      "procedure": MechanismPage(mechanism, terms: terms, language: visit.language).body,
      "isDraft": version.state == .draft,
    ]
    model["message"] = sheet.message
    // What is missing concerns those who make it; who works by it reads what holds.
    let isMade = version.state == .draft || actor.may(.keepMechanisms) || actor.may(.signMechanisms)
    if isMade {
      let gaps = look.check.findings.filter { $0.weight == .gap }
      let notices = look.check.findings.filter { $0.weight == .notice }
      model["isMade"] = true
      model["gaps"] = gaps.map { finding($0, visit) }
      model["hasGaps"] = !gaps.isEmpty
      model["gapCount"] = words("mechanisms.gaps", ["count": String(gaps.count)])
      model["notices"] = notices.map { finding($0, visit) }
      model["hasNotices"] = !notices.isEmpty
    }
    if version.purpose == .territory {
      model["desks"] = agenciesTable(look, visit, names).view
      model["isSignable"] = true
    }
    if look.moves.contains(.name) { model["nameForm"] = nameForm(look, sheet, agencies, address) }
    if look.moves.contains(.sign) { model["canSign"] = true }
    if look.moves.contains(.unsign), look.signatures.contains(where: { $0.agency == actor.agency }) {
      model["canUnsign"] = true
    }
    if look.moves.contains(.adopt) {
      model["adopt"] = ["gaps": look.check.gaps, "hasGaps": look.check.gaps > 0] as [String: Any]
    }
    if look.moves.contains(.discard) { model["canDiscard"] = true }
    if actor.may(.keepMechanisms) || actor.may(.manageTraining) {
      if obstacleToDesign(look, actor) == nil { model["design"] = address + "/design" }
      model["again"] = DesignPages.beginPath + "?from=" + version.id.description
    }
    if let before = look.before {
      model["compare"] = [
        "address": "\(address)/compare/\(before.id)",
        "label": words("mechanisms.compare_with", ["day": visit.dates.day(before.day)]),
      ]
    }
    let others = try await desk.versions(actor).filter { $0.id != version.id && $0.id != look.before?.id }.prefix(20)
    model["others"] = others.map {
      ["address": "\(address)/compare/\($0.id)", "label": "\($0.name), \(visit.dates.day($0.day))"]
    }
    model["hasOthers"] = !others.isEmpty
    return .page("mechanisms/version", model)
  }

  private func obstacleToDesign(_ look: MechanismLook, _ actor: Actor) -> MechanismDesignObstacle? {
    MechanismRules.obstacleToDesign(
      look.version.state, look.version.purpose, isSigned: !look.signatures.isEmpty,
      by: MechanismRules.Standing(
        keeps: actor.may(.keepMechanisms), signs: actor.may(.signMechanisms), isNamed: false, hasSigned: false,
        isOwner: look.version.agency == actor.agency), teaches: actor.may(.manageTraining))
  }

  private func facts(_ look: MechanismLook, _ visit: Visit, _ names: [AgencyID: String]) -> Definitions {
    let (words, mechanism, version) = (visit.words, look.mechanism, look.version)
    return Definitions([
      (
        words("mechanisms.territory"),
        mechanism.provinces.map { desks.pack.province(iso: $0)?.name[visit.language] ?? $0 }.joined(separator: ", ")
      ), (words("mechanisms.version"), visit.dates.day(version.day)),
      (words("mechanisms.from"), mechanism.from.map(visit.dates.day) ?? ""),
      (words("mechanisms.until"), mechanism.until.map(visit.dates.day) ?? ""),
      (words("mechanisms.source"), mechanism.source),
      (
        words("mechanisms.brought"),
        visit.dates.moment(version.readAt) + (names[version.agency].map { ", " + $0 } ?? "")
      ), (words("mechanisms.adopted_at"), version.adoptedAt.map(visit.dates.moment) ?? ""),
      (
        words("mechanisms.known_gaps"),
        version.knownGaps.map { $0 == 0 ? words("mechanisms.no_gaps") : String($0) } ?? ""
      ),
    ])
  }

  private func finding(_ finding: MechanismFinding, _ visit: Visit) -> [String: String] {
    [
      "says": finding.says[visit.language], "advice": finding.advice[visit.language],
      "line": visit.words("mechanisms.in_line", ["line": String(finding.line)]),
    ]
  }

  /// Each desk with the agency behind it and whether that has signed.
  private func agenciesTable(_ look: MechanismLook, _ visit: Visit, _ names: [AgencyID: String]) -> DataTable {
    let words = visit.words
    let signed = Dictionary(
      look.signatures.map { ($0.agency, $0.signedAt) }, uniquingKeysWith: { first, _ in first })
    return DataTable(
      caption: words("mechanisms.agencies"),
      columns: ["mechanisms.desk", "mechanisms.agency", "mechanisms.signed"].map { words($0) },
      rows: look.mechanism.desks.map { desk in
        let agency = look.agencies[desk.code]
        let signature: DataTable.Cell =
          agency.flatMap { signed[$0] }.map { .status(Status(text: visit.dates.moment($0), tone: .done)) }
          ?? .status(Status(text: words("mechanisms.not_signed"), tone: .open))
        return [
          .text(desk.name[visit.language]),
          .text(agency.map { names[$0] ?? words("mechanisms.other_agency") } ?? words("mechanisms.nobody")), signature,
        ]
      })
  }

  private func nameForm(_ look: MechanismLook, _ sheet: FormSheet, _ agencies: [Agency], _ address: String)
    -> [String: Any]
  {
    let options = agencies.map { FormSheet.Option($0.id.description, $0.name) }
    return sheet.view(
      action: address + "/name", submit: "mechanisms.name.submit",
      fields: look.mechanism.desks.map { desk in
        // A desk that is called like an agency is most likely its own.
        let guess = agencies.first { $0.name == desk.name[.spanish] }?.id
        return sheet.select(
          "desk." + desk.code, label: desk.name[sheet.words.language], options: options,
          value: (look.agencies[desk.code] ?? guess)?.description ?? "", optional: true)
      } + [["isHidden": true, "name": "revision", "value": String(look.version.revision)]])
  }

  // MARK: Moves

  func make(_ move: MechanismMove, _ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: MechanismVersionID = try visit.id("version")
    return try await visit.attempt {
      guard let revision = try visit.form.one("revision").flatMap({ Int($0) }) else { throw RefusedRequest.malformed }
      switch move {
      case .name: try await desk.name(actor, id, try agencies(visit), revision: revision)
      case .sign: try await desk.sign(actor, id, revision: revision)
      case .unsign: try await desk.unsign(actor, id, revision: revision)
      case .adopt:
        // Without the tick nobody says that the gaps are known.
        let known = visit.form["known"].flatMap { Int($0) }
        try await desk.adopt(actor, id, knownGaps: known ?? 0, revision: revision)
      case .discard:
        try await desk.discard(actor, id, revision: revision)
        return .goTo("/mechanisms")
      }
      return .goTo(Self.address(id))
    } orShow: {
      try await page(visit, $0)
    }
  }

  private func agencies(_ visit: Visit) throws -> [String: AgencyID] {
    var (reader, chosen) = (FormReader(visit.form), [String: AgencyID]())
    for field in visit.form.names(beginningWith: "desk.") {
      if let agency = reader.optional(field, or: "error.choose", { AgencyID($0) }) {
        chosen[String(field.dropFirst("desk.".count))] = agency
      }
    }
    try reader.check()
    return chosen
  }
}
