import Accounts
import Basics
import Casework
import CountryPack
import Hummingbird
import Referrals

/// To whom a case could be referred: the desks that answer a need, ranked, with the reasons in words. The sender chooses.
struct DeskSuggestionPages: RoomPages {
  let desks: Desks

  static func address(_ id: CaseID) -> String { "/cases/\(id)/referrals/suggest" }

  func add(to routes: Routes) {
    routes.get("/cases/:case/referrals/suggest") { visit in try await page(visit, visit.sheet) }
    // What is asked of a person's situation goes in a form and not in an address.
    routes.post("/cases/:case/referrals/suggest", answer)
  }

  // MARK: The page

  private func answer(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    // Who may not refer this case is told so before anything that was typed is looked at.
    let recipients = try await desks.referrals.recipients(actor, id).list
    if let chosen = visit.form["choose"].flatMap({ AgencyID($0) }) {
      return try await choose(visit, chosen, recipients)
    }
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let need = reader.value("need", or: "error.referral_need") { code in
        desks.pack.term(.services, code) ?? desks.pack.term(.needs, code) == nil ? nil : code
      }
      try reader.check()
      return try await page(visit, FormSheet(words: visit.words, typed: visit.form), need)
    } orShow: {
      try await page(visit, $0)
    }
  }

  /// Goes on to the form that sends, with what was chosen filled in.
  private func choose(_ visit: Visit, _ agency: AgencyID, _ recipients: [ReferralRecipient]) async throws -> Answer {
    var typed = ["need": visit.form["need"] ?? ""]
    if let language = visit.form["language"].flatMap({ Language($0) }) {
      typed["language"] = DirectoryWords(visit).language(language)
    }
    if let recipient = recipients.first(where: { $0.agency.id == agency }) {
      typed["to"] = ReferralPages.value(recipient)
    }
    return try await ReferralPages(desks: desks).sendPage(visit, FormSheet(words: visit.words, typed: Form(typed)))
  }

  private func page(_ visit: Visit, _ sheet: FormSheet, _ need: String? = nil) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    let (code, facts) = try await desks.directory.situation(actor, of: id)
    let (words, texts) = (visit.words, DirectoryWords(visit))
    let towns = try await desks.directory.towns(actor)
    var model: [String: Any] = [
      "heading": Heading(
        title: words("referrals.suggest.title"), lead: words("referrals.suggest.lead"),
        back: HomeSection.Link(
          address: "/cases/\(id)/referrals/new",
          label: words("referrals.suggest.back", ["code": code.description]))
      ).view,
      "form": sheet.view(
        action: Self.address(id), submit: "referrals.suggest.submit",
        fields: [
          sheet.select("need", label: "referrals.suggest.need", options: texts.needOptions),
          sheet.select(
            "province", label: "directory.search.province", options: texts.provinceOptions, value: facts.province,
            optional: true),
          sheet.select(
            "town", label: "directory.search.town", options: towns.map { FormSheet.Option($0.name, $0.name) },
            optional: true),
          sheet.select(
            "age", label: "directory.search.age", hint: "referrals.suggest.age_hint",
            options: texts.options(.ageBands), value: facts.ageBand, optional: true),
          sheet.select(
            "sex", label: "directory.search.sex", options: texts.options(.sexes), value: facts.sex ?? "",
            optional: true),
          sheet.select("language", label: "directory.search.language", options: texts.languageOptions, optional: true),
          sheet.select(
            "children", label: "directory.suggest.children",
            options: [FourWayAnswer.yes, .no, .unknown].map {
              .init($0.rawValue, words("common.answer.\($0.rawValue)"))
            },
            optional: true),
        ]),
    ]
    guard let need else { return .page("referrals/suggest", model) }
    var query = DirectoryQuestion(visit.form, desks.pack, towns, now: desks.office.clock.now()).query
    query.needs = [need]
    query.words = ""
    query.person.exploitation = facts.form.map { [$0] } ?? []
    query.person.withChildren = visit.form["children"].flatMap { FourWayAnswer(rawValue: $0) } ?? .notAsked
    query.limit = 50
    let route = try await desks.referrals.route(
      actor, need: need, province: visit.form["province"] ?? facts.province, age: visit.form["age"] ?? facts.ageBand,
      sex: visit.form["sex"].flatMap { $0.isEmpty ? nil : $0 })
    let found = ordered(try await desks.directory.suggestions(actor, for: id, query), by: route, actor)
    let fitting = found.filter { !isExcluded($0.match) }
    let others = found.filter { isExcluded($0.match) }
    model["wasAsked"] = true
    model["need"] = texts.need(need)
    let leads = fitting.first.map { isOf($0, route, actor) } ?? false
    model["desks"] = fitting.enumerated().map { place, one in
      var view = view(one, number: place + 1, id, need, visit, actor)
      if place == 0, leads, let route {
        view["mechanism"] = mechanism(route, visit)
        view["ahead"] = nil
      }
      return view
    }
    model["hasDesks"] = !fitting.isEmpty
    // The desk that was agreed on may have no entry of its own in the directory.
    if let route, !leads { model["agreed"] = try await agreed(route, id, need, visit, actor) }
    model["others"] = others.map { view($0, number: 0, id, need, visit, actor) }
    model["hasOthers"] = !others.isEmpty
    return .page("referrals/suggest", model)
  }

  // MARK: The mechanism that holds

  /// Whether a service is one of the agency that the mechanism names for now.
  private func isOf(_ suggestion: DeskSuggestion, _ route: MechanismRoute?, _ actor: Actor) -> Bool {
    guard let agency = route?.answering.agency, !isExcluded(suggestion.match) else { return false }
    return switch suggestion.way {
    case .agreed(let owner), .notAgreed(let owner): owner == agency
    case .own: agency == actor.agency
    case .outside: false
    }
  }

  /// What the participants agreed on comes first; the rest stays in the directory's order.
  private func ordered(_ found: [DeskSuggestion], by route: MechanismRoute?, _ actor: Actor) -> [DeskSuggestion] {
    guard let place = found.firstIndex(where: { isOf($0, route, actor) }) else { return found }
    var found = found
    found.insert(found.remove(at: place), at: 0)
    return found
  }

  /// Why it stands first: the desk, the mechanism and its day, by when it answers, who takes over.
  private func mechanism(_ route: MechanismRoute, _ visit: Visit) -> [String: Any] {
    let (words, language) = (visit.words, visit.language)
    var reasons = [
      words(
        route.outOfHours == nil ? "referrals.suggest.mechanism" : "referrals.suggest.mechanism_out_of_hours",
        [
          "desk": route.answering.name[language], "responsible": route.responsible.name[language],
          "step": route.step[language],
        ])
    ]
    if let limit = route.limit {
      reasons.append(words("referrals.suggest.mechanism_limit", ["limit": Self.words(limit, visit)]))
    }
    if let alternate = route.other(than: route.answering.agency) {
      reasons.append(words("referrals.suggest.mechanism_alternate", ["desk": alternate.name[language]]))
    }
    return [
      "reasons": reasons, "address": MechanismPages.address(route.version),
      "name": words(
        "referrals.mechanism.version", ["name": route.name[language], "day": visit.dates.day(route.day)]),
    ]
  }

  private static func words(_ limit: Mechanism.TimeLimit, _ visit: Visit) -> String {
    let isHours = limit.minutes % 60 == 0
    return visit.words(
      "referrals.mechanism.\(limit.counts == .working ? "working_" : "")\(isHours ? "hours" : "minutes")",
      ["count": String(isHours ? limit.minutes / 60 : limit.minutes)])
  }

  /// The agreed desk on its own, with the way there.
  private func agreed(_ route: MechanismRoute, _ id: CaseID, _ need: String, _ visit: Visit, _ actor: Actor)
    async throws -> [String: Any]
  {
    let agency = route.answering.agency
    var view: [String: Any] = [
      "name": try await ReferralPages(desks: desks).name(of: agency, actor), "mechanism": mechanism(route, visit),
    ]
    if agency == actor.agency {
      view["isOwn"] = true
    } else if try await desks.referrals.recipients(actor, id).list.contains(where: { $0.agency.id == agency }) {
      view["choose"] = [
        "action": Self.address(id), "agency": agency.description, "need": need,
        "language": visit.form["language"] ?? "", "name": view["name"] ?? "",
      ]
    } else {
      view["notAgreed"] = true
      if actor.may(.recordConsent) { view["consent"] = "/cases/\(id)/consents/new" }
    }
    return view
  }

  private func isExcluded(_ match: DirectoryMatch) -> Bool {
    if case .excluded = match.eligibility { true } else { false }
  }

  /// One service with its reasons and the next step.
  private func view(
    _ suggestion: DeskSuggestion, number: Int, _ id: CaseID, _ need: String, _ visit: Visit, _ actor: Actor
  ) -> [String: Any] {
    let (match, texts) = (suggestion.match, DirectoryWords(visit))
    let place = texts.place(match.place)
    var view: [String: Any] = [
      "number": number, "name": match.service.name, "address": DirectoryPages.address(match.service.key),
      "organisation": [match.organisation.name, place].filter { !$0.isEmpty }.joined(separator: " · "),
      "reasons": texts.reasons(match),
    ]
    view["ahead"] = texts.ahead(match.aheadOfNextBy)
    view["phones"] = match.service.phones.map { ["text": texts.phone($0)] }
    guard number > 0 else { return view }
    switch suggestion.way {
    case .agreed(let agency):
      view["choose"] = [
        "action": Self.address(id), "agency": agency.description, "need": need,
        "language": visit.form["language"] ?? "", "name": match.service.name,
      ]
    case .notAgreed:
      view["notAgreed"] = true
      if actor.may(.recordConsent) { view["consent"] = "/cases/\(id)/consents/new" }
    case .own: view["isOwn"] = true
    case .outside: view["isOutside"] = true
    }
    return view
  }
}
