import Accounts
import Basics
import Casework
import CountryPack

/// A case's file as its templates show it.
struct CaseFileView {
  let file: CaseFile
  let terms: CaseTerms
  let agencies: [AgencyID: String]
  let members: [MemberID: String]

  var words: Words { terms.words }
  var dates: Dates { terms.visit.dates }
  var summary: CaseSummary { file.summary }
  var address: String { "/cases/\(summary.id)" }

  var model: [String: Any] {
    var model: [String: Any] = [
      "code": summary.code.description, "heading": heading, "facts": facts.view, "parts": parts.map(\.view),
      "isShared": file.isShared, "status": terms.status(summary).view, "address": address,
      "contents": contents(further: []),
    ]
    model["due"] = terms.due(summary.due).map { ["text": $0.text, "isOver": $0.isOver] as [String: Any] }
    model["emergency"] = file.emergencyUntil.map {
      words("protection.emergency.open", ["moment": dates.moment($0)])
    }
    model["holder"] = agencies[summary.agency]
    model["services"] = services.view
    if file.kinds.contains(.exploitation) { model["exploitation"] = exploitation.view }
    if file.plan != nil { model["plan"] = planSection.view }
    if file.kinds.contains(.safety) || file.kinds.contains(.needs) { model["assessments"] = assessments.view }
    if !file.isShared || !file.conferences.isEmpty { model["conferences"] = conferences.view }
    let protected =
      file.kinds.contains(.protection)
      ? [HomeSection.Link(address: address + "/protection", label: words("casework.protection.title"))] : []
    let attachments =
      terms.visit.frame.settings.isPractice
      ? [] : [HomeSection.Link(address: address + "/attachments", label: words("attachments.title"))]
    let receipt =
      terms.visit.frame.settings.isPractice ? [] : link(.withdrawConsent, "/receipt", "receipt.title")
    let out =
      terms.visit.frame.settings.isPractice || terms.visit.context.actor?.may(.readCase) != true
      ? [] : [HomeSection.Link(address: address + "/export", label: words("export.title"))]
    if file.isShared { model["links"] = (protected + attachments + out).map(\.view) }
    if !file.isShared {
      model["links"] =
        (link(.edit, "/edit/facts", "casework.edit.facts")
        + protected + attachments
        + (file.emergencyUntil == nil ? link(.read, "/history", "casework.history.title") : [])
        + link(.read, "/sheet", "casework.sheet.link") + receipt + out
        + (file.closingMoves.contains(.propose)
          ? [HomeSection.Link(address: address + "/close", label: words("casework.close.title"))] : []))
        .map(\.view)
      model["clocks"] = clocks.view
      model["returns"] = returns.view
      model["flags"] = flags.view
      model["closingNotice"] = closingNotice
      model["consents"] = consents.view
      model["followUps"] = followUps.view
      model["closures"] = closures
      model["hasClosures"] = !file.closures.isEmpty
    }
    return model
  }

  /// Links to the parts of the page.
  func contents(further: [(title: String, anchor: String)]) -> [[String: String]] {
    let own: [(String, String)] =
      file.isShared
      ? [("casework.file.person", "identity")]
        + (file.kinds.contains(.exploitation) ? [("casework.file.exploitation", "exploitation")] : [])
        + (file.kinds.contains(.safety) || file.kinds.contains(.needs)
          ? [("casework.assessment.title", "assessments")] : [])
        + (file.plan != nil ? [("casework.plan.title", "plan")] : [])
        + (file.conferences.isEmpty ? [] : [("casework.conference.title", "conferences")])
        + [("casework.file.services", "services")]
      : [
        ("casework.file.person", "identity"), ("casework.assessment.title", "assessments"),
        ("casework.file.exploitation", "exploitation"),
        ("casework.plan.title", "plan"), ("casework.clock.title", "clocks"),
        ("casework.conference.title", "conferences"), ("casework.file.consents", "consents"),
        ("casework.file.services", "services"), ("casework.file.follow_ups", "follow-ups"),
        ("casework.return.title", "returns"), ("casework.flag.title", "flags"),
      ]
    return own.map { ["label": words($0.0), "anchor": $0.1] }
      + further.map { ["label": $0.title, "anchor": $0.anchor] }
  }

  private var heading: [String: Any] {
    Heading(
      title: file.identity?.value.displayName ?? words("casework.case", ["code": summary.code.description]),
      eyebrow: words("casework.case", ["code": summary.code.description]),
      back: HomeSection.Link(address: "/cases", label: words("casework.list.title")), next: next
    ).view
  }

  /// The one thing that is missing most.
  private var next: HomeSection.Link? {
    func link(_ move: CaseMove, _ path: String, _ key: String) -> HomeSection.Link? {
      file.moves.contains(move) ? HomeSection.Link(address: address + path, label: words(key)) : nil
    }
    let today = dates.today
    if !file.closingMoves.isDisjoint(with: [.approve, .confirm]) {
      return HomeSection.Link(address: address + "/closing", label: words("casework.next.closing"))
    }
    if let late = file.followUps.first(where: { $0.isOverdue(on: today) }),
      let next = link(.finishFollowUp, "/follow-ups/\(late.id)", "casework.next.finish")
    {
      return next
    }
    if let late = lateAction,
      let next = link(.edit, "/plan/actions/\(late.id)/finish", "casework.next.action")
    {
      return next
    }
    if let late = lateAssessment, let next = link(.edit, "/assessments/new/\(late.rawValue)", "casework.next.assess") {
      return next
    }
    if file.needs == nil, let next = link(.edit, "/edit/needs", "casework.next.needs") { return next }
    if !file.consents.contains(where: { $0.state(at: dates.now) == .live }),
      let next = link(.giveConsent, "/consents/new", "casework.next.consent")
    {
      return next
    }
    if !file.followUps.contains(where: { $0.done == nil }),
      let next = link(.planFollowUp, "/follow-ups/new", "casework.next.follow_up")
    {
      return next
    }
    return link(.addService, "/services/new", "casework.next.service")
      ?? link(.reopen, "/reopen", "casework.next.reopen")
  }

  var facts: Definitions {
    let facts = summary.facts
    return Definitions([
      (words("casework.facts.kind"), terms.name(.caseKinds, facts.kind)),
      (words("casework.facts.form"), terms.name(.exploitation, facts.form)),
      (words("casework.facts.province"), terms.province(facts.province)),
      (words("casework.facts.age_band"), terms.name(.ageBands, facts.ageBand)),
      (words("casework.person.sex"), facts.sex.map { terms.name(.sexes, $0) } ?? words("casework.not_asked")),
      (
        words("casework.facts.opened"),
        [dates.day(of: summary.openedAt), members[summary.openedBy]].compactMap { $0 }.joined(separator: ", ")
      ),
      (words("casework.facts.closed"), summary.closedAt.map { dates.day(of: $0) } ?? ""),
      (words("casework.close.reason"), summary.closureReason.map { terms.name(.closureReasons, $0) } ?? ""),
    ])
  }

  // MARK: Sealed parts

  struct Part {
    /// The anchor.
    var kind: String
    var title: String
    var definitions: Definitions?
    var text: String?
    var edit: String?
    var editLabel: String
    var empty: String

    var view: [String: Any] {
      var view: [String: Any] = ["anchor": kind, "title": title, "editLabel": editLabel, "empty": empty]
      view["definitions"] = definitions?.view
      view["text"] = text
      view["edit"] = edit
      view["isEmpty"] = definitions == nil && text == nil
      return view
    }
  }

  /// The kinds that are one text or a few lines; the others have sections and pages of their own.
  private static let written: [DataKind] = [.identity, .contact, .narrative, .needs, .health, .legal]

  /// What stands there of a kind, to be compared with what somebody typed meanwhile.
  func stored(_ kind: DataKind) -> Definitions {
    guard let part = parts.first(where: { $0.kind == kind.rawValue }) else { return Definitions([]) }
    return part.definitions ?? Definitions([(part.title, part.text ?? part.empty)])
  }

  var parts: [Part] {
    Self.written.filter { file.kinds.contains($0) }.map { kind in
      var part = Part(
        kind: kind.rawValue, title: words("casework.file.\(kind.rawValue)"),
        edit: file.moves.contains(.edit) ? "\(address)/edit/\(kind.rawValue)" : nil,
        editLabel: words("casework.edit.\(kind.rawValue)"), empty: words("casework.file.nothing"))
      switch kind {
      case .identity: part.definitions = file.identity.map { identity($0.value) }
      case .contact: part.definitions = file.contact.map { contact($0.value) }
      case .narrative: part.text = file.narrative?.value
      case .needs:
        part.definitions = file.needs.map { needs in
          Definitions([
            (words("casework.file.needs"), terms.names(.needs, needs.value.codes)),
            (words("casework.needs_note"), needs.value.note),
          ])
        }
      case .health: part.text = file.health?.value
      case .legal: part.text = file.legal?.value
      case .exploitation, .safety, .plan, .conference, .protection: break
      }
      return part
    }
  }

  private func identity(_ identity: PersonIdentity) -> Definitions {
    let birth = identity.birth.text
    return Definitions([
      (words("casework.person.name"), identity.displayName),
      (words("casework.person.other_names"), identity.otherNames),
      (words("casework.person.birth"), birth.isEmpty ? words("casework.unknown") : birth),
      (
        words("casework.person.document"),
        [identity.documentKind.map { terms.name(.documentKinds, $0) } ?? "", identity.documentNumber]
          .filter { !$0.isEmpty }.joined(separator: " ")
      ), (words("casework.person.nationality"), identity.nationality),
    ])
  }

  private func contact(_ contact: SafeContact) -> Definitions {
    Definitions([
      (words("casework.contact.how"), contact.how), (words("casework.contact.when"), contact.when),
      (words("casework.contact.not_with"), contact.notWith),
    ])
  }

  // MARK: Lists

  var consents: CaseFileSection {
    CaseFileSection(
      anchor: "consents", title: words("casework.file.consents"),
      rows: file.consents.map { consent in
        let state = consent.state(at: dates.now)
        let canWithdraw = state == .live && file.moves.contains(.withdrawConsent)
        let until = consent.until.map { CalendarDay($0 - Span(milliseconds: 1), offsetFromUTC: dates.offset) }
        return WorkRow(
          title: agencies[consent.recipient] ?? words("casework.unknown"),
          address: canWithdraw ? "\(address)/consents/\(consent.id)/withdraw" : "",
          facts: [
            words("casework.basis.\(consent.basis.rawValue)"), terms.name(.purposes, consent.purpose),
            terms.kinds(consent.kinds), file.documents[consent.id] ?? "", explanation(consent),
            until.map { words("casework.consent.until_day", ["day": dates.day($0)]) } ?? "",
            consent.withdrawnAt.map { words("casework.consent.withdrawn_on", ["day": dates.day(of: $0)]) } ?? "",
          ].filter { !$0.isEmpty },
          status: Status(
            text: words("casework.consent.state.\(state.rawValue)"), tone: state == .live ? .active : .ended),
          action: canWithdraw ? words("casework.consent.withdraw") : nil)
      }, empty: words("casework.consent.none"),
      links: link(.giveConsent, "/consents/new", "casework.consent.new"))
  }

  /// Who decided, and how it was explained.
  private func explanation(_ consent: Consent) -> String {
    guard let decider = consent.decidedBy else { return "" }
    let language = consent.language.map { language in
      let key = "casework.language.\(language.code)"
      return words("casework.consent.explained_in", ["language": words.has(key) ? words(key) : language.code])
    }
    return [
      words("casework.decider.\(decider.rawValue)"), language,
      consent.interpreter ? words("casework.consent.interpreter") : nil,
      consent.readAloud ? words("casework.consent.read_aloud") : nil,
      consent.witness ? words("casework.consent.witness") : nil,
      words(
        "casework.consent.given_on",
        ["day": dates.day(of: consent.givenAt), "name": members[consent.givenBy] ?? ""]),
    ].compactMap { $0 }.joined(separator: "; ")
  }

  var services: CaseFileSection {
    CaseFileSection(
      anchor: "services", title: words("casework.file.services"),
      rows: file.services.map { service in
        let outcome = service.outcome.map { terms.name(.outcomes, $0) }
        return WorkRow(
          title: terms.name(.services, service.service), address: "",
          facts: [
            dates.day(service.day), service.provider.flatMap { agencies[$0] } ?? service.detail?.providerName ?? "",
            service.amountCents.map { words("casework.service.amount_of", ["amount": CaseTerms.money($0)]) } ?? "",
            service.detail?.note ?? "",
          ].filter { !$0.isEmpty }, status: outcome.map { Status(text: $0, tone: .done) })
      }, empty: words("casework.service.none"), links: link(.addService, "/services/new", "casework.service.new"))
  }

  var followUps: CaseFileSection {
    CaseFileSection(
      anchor: "follow-ups", title: words("casework.file.follow_ups"),
      rows: file.followUps.map { followUp in
        let canFinish = followUp.done == nil && file.moves.contains(.finishFollowUp)
        let note = (followUp.note ?? "").split(separator: "\n").first.map(String.init)
        return WorkRow(
          title: note ?? words("casework.follow_up.unnamed"),
          address: canFinish ? "\(address)/follow-ups/\(followUp.id)" : "",
          facts: [
            members[followUp.plannedBy] ?? "",
            followUp.done.map { words("casework.follow_up.done_on", ["day": dates.day($0)]) } ?? "",
            followUp.result ?? "",
          ].filter { !$0.isEmpty },
          status: followUp.done == nil
            ? nil : Status(text: words("casework.follow_up.done"), tone: .done),
          due: followUp.done == nil ? terms.due(followUp.due) : nil,
          action: canFinish ? words("casework.follow_up.finish") : nil)
      }, empty: words("casework.follow_up.none"),
      links: link(.planFollowUp, "/follow-ups/new", "casework.follow_up.new"))
  }

  func link(_ move: CaseMove, _ path: String, _ key: String) -> [HomeSection.Link] {
    file.moves.contains(move) ? [HomeSection.Link(address: address + path, label: words(key))] : []
  }
}
