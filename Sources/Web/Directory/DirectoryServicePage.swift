import Accounts
import Basics
import CountryPack
import Hummingbird
import Referrals

/// One service: what anybody may know of it, and what its owner and the coordinator can do.
extension DirectoryPages {
  /// `sheet` carries why something was refused.
  func servicePage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let entry = try await desk.entry(actor, try key(visit))
    let (words, texts, service) = (visit.words, DirectoryWords(visit), entry.service)
    let organisation = entry.directory.organisations[service.organisation]
    let isOwner = actor.may(.keepDirectory) && entry.owner == actor.agency
    let places = service.sites.compactMap { entry.directory.places[$0.place] }
    let agencies = try await desks.agencies.directory(actor)
    let now = desks.office.clock.now()
    var statuses = [texts.freshness(entry.freshness)]
    if service.status != .active { statuses.insert(Status(text: texts.status(service.status), tone: .ended), at: 0) }
    var model: [String: Any] = [
      "title": service.name,
      "heading": Heading(
        title: service.name, lead: organisation?.name,
        back: .init(address: "/directory", label: words("directory.title"))
      ).view,
      "statuses": statuses.map(\.view), "openNow": texts.opening(desk.opening(entry, at: now)),
      "isOld": !entry.freshness.holds,
      "about": about(entry, texts, words).view, "whom": texts.eligibility(service),
      "hours": texts.hours(entry.directory, service), "contact": contact(entry, texts, words).view,
      "phones": phones(service, texts), "places": places.map { place($0, texts, words) },
      "rooms": service.capacities.map { room($0, entry, isOwner, visit) }, "hasRooms": !service.capacities.isEmpty,
      "owner": entry.owner.flatMap { id in agencies.first { $0.id == id }?.name } ?? words("directory.nobody"),
      "isOwner": isOwner, "revision": entry.revision, "address": Self.address(service.key),
      "isConfirmed": isConfirmed(entry),
    ]
    let showing = try await desk.showing(actor, service.key)
    if showing.since != nil || showing.mayChange {
      model["public"] = [
        "label": words(showing.since == nil ? "directory.public.hidden" : "directory.public.shown"),
        "address": Self.address(service.key) + "/public", "mayChange": showing.mayChange,
      ]
    }
    model["message"] = sheet.message
    model["alert"] = service.alert
    if isOwner {
      model["countForm"] = countForm(sheet, entry)
      if let until = until(entry.freshness) { model["until"] = visit.dates.day(until) }
    }
    if actor.may(.importDirectory) {
      model["ownerForm"] = sheet.view(
        action: Self.address(service.key) + "/owner", submit: "directory.owner.submit",
        fields: [
          sheet.select(
            "agency", label: "directory.owner.label", hint: "directory.owner.hint",
            options: agencies.map { FormSheet.Option($0.id.description, $0.name) },
            value: entry.owner?.description ?? "", optional: true),
          ["isHidden": true, "name": "revision", "value": String(entry.revision)],
        ])
    }
    return .page("directory/service", model)
  }

  private func until(_ freshness: DirectoryFreshness) -> CalendarDay? {
    switch freshness {
    case .confirmed(let until), .due(let until): until
    case .stale, .neverConfirmed: nil
    }
  }

  private func about(_ entry: DirectoryEntry, _ texts: DirectoryWords, _ words: Words) -> Definitions {
    let service = entry.service
    return Definitions([
      (words("directory.what"), service.description ?? ""),
      (words("directory.needs"), service.needs.map(texts.need).joined(separator: ", ")),
      (words("directory.area"), texts.area(service)), (words("directory.languages"), texts.spoken(service)),
      (words("directory.cost"), texts.cost(service)), (words("directory.application"), service.application ?? ""),
      (words("directory.waiting"), service.waitingTime ?? ""),
      (words("directory.documents"), service.documents.joined(separator: ", ")),
    ])
  }

  private func contact(_ entry: DirectoryEntry, _ texts: DirectoryWords, _ words: Words) -> Definitions {
    let service = entry.service
    let organisation = entry.directory.organisations[service.organisation]
    let desks = (service.desks + (organisation?.desks ?? [])).map { desk in
      ([desk.title, desk.department, desk.email].compactMap(\.self) + desk.phones.map(texts.phone))
        .joined(separator: " · ")
    }
    return Definitions([
      (words("directory.email"), service.email ?? organisation?.email ?? ""),
      (words("directory.website"), service.website ?? organisation?.website ?? ""),
      (words("directory.desk"), desks.joined(separator: "\n")),
      (words("directory.organisation"), organisation.map { $0.description } ?? ""),
    ])
  }

  private func phones(_ service: DirectoryService, _ texts: DirectoryWords) -> [[String: String]] {
    service.phones.map { phone in
      ["text": texts.phone(phone), "dial": phone.number.filter { $0.isNumber || $0 == "+" }]
    }
  }

  private func place(_ place: DirectoryPlace, _ texts: DirectoryWords, _ words: Words) -> [String: Any] {
    var view: [String: Any] = ["where": texts.place(place), "isHidden": place.isUndisclosed]
    guard let details = place.details else { return view }
    let address = details.address.map { address in
      (address.lines + [address.city, address.postalCode].compactMap(\.self)).joined(separator: ", ")
    }
    view["lines"] = [details.name, address, details.description].compactMap(\.self)
    view["facts"] =
      Definitions([
        (words("directory.transport"), details.transport ?? ""),
        (words("directory.accessibility"), details.accessibility.joined(separator: "\n")),
      ]).view
    return view
  }

  // MARK: Room

  /// One kind of room with its figure's age; for the owner a button for each count that is likely next.
  private func room(_ capacity: DirectoryCapacity, _ entry: DirectoryEntry, _ isOwner: Bool, _ visit: Visit)
    -> [String: Any]
  {
    let now = desks.office.clock.now()
    let vacancy = DirectoryVacancy([capacity], at: now)
    let texts = DirectoryWords(visit)
    var view: [String: Any] = [
      "unit": capacity.unit, "address": Self.address(entry.service.key), "revision": entry.revision,
      "status": texts.vacancy(vacancy)?.view ?? [:],
    ]
    view["most"] = capacity.maximum.map { visit.words("directory.of", ["count": String($0)]) }
    view["maximum"] = capacity.maximum.map { String($0) }
    view["note"] = capacity.note
    guard isOwner else { return view }
    var next: [Int] = []
    let likely = [capacity.available - 1, capacity.available, capacity.available + 1, 0, capacity.maximum ?? 0]
    for number in likely where number >= 0 && number <= capacity.maximum ?? Int.max && !next.contains(number) {
      next.append(number)
    }
    view["counts"] = next.sorted().map { number in
      [
        "number": number, "isSame": number == capacity.available,
        "label": number == 0
          ? visit.words("directory.count.none")
          : visit.words(number == 1 ? "directory.count.one" : "directory.count.many", ["count": String(number)]),
      ] as [String: Any]
    }
    return view
  }

  /// Another figure, or room of a kind that was not counted yet.
  private func countForm(_ sheet: FormSheet, _ entry: DirectoryEntry) -> [String: Any] {
    let first = entry.service.capacities.first
    return sheet.view(
      action: Self.address(entry.service.key) + "/count", submit: "directory.count.submit",
      fields: [
        sheet.text(
          "unit", label: "directory.count.unit", hint: "directory.count.unit_hint",
          value: first?.unit ?? sheet.words("directory.count.bed")),
        sheet.text("available", label: "directory.count.available", inputmode: "numeric"),
        sheet.text(
          "maximum", label: "directory.count.maximum", value: first?.maximum.map { String($0) } ?? "", optional: true,
          inputmode: "numeric"),
        ["isHidden": true, "name": "revision", "value": String(entry.revision)],
      ])
  }

  // MARK: What owners and coordinators do

  func confirm(_ visit: Visit) async throws -> Answer {
    let (actor, key) = (try visit.actor(), try key(visit))
    try actor.require(.keepDirectory)
    return try await visit.attempt {
      try await desk.confirm(actor, key, revision: try revision(visit))
      // From the list back to the list: several are confirmed one after the other.
      return .goTo(visit.form["from"] == "keep" ? "/directory/keep" : Self.address(key))
    } orShow: {
      try await servicePage(visit, $0)
    }
  }

  func count(_ visit: Visit) async throws -> Answer {
    let (actor, key) = (try visit.actor(), try key(visit))
    try actor.require(.keepDirectory)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let unit = reader.text("unit", upTo: 60)
      let available = reader.value("available", or: "error.directory_count") { Int($0) }
      let maximum = reader.optional("maximum", or: "error.directory_count") { Int($0) }
      try reader.check()
      try await desk.count(
        actor, key, unit: unit, available: available ?? 0, maximum: maximum, revision: try revision(visit))
      return .goTo(Self.address(key))
    } orShow: {
      try await servicePage(visit, $0)
    }
  }

  func assign(_ visit: Visit) async throws -> Answer {
    let (actor, key) = (try visit.actor(), try key(visit))
    try actor.require(.importDirectory)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let agency = reader.optional("agency", or: "error.choose") { AgencyID($0) }
      try reader.check()
      try await desk.assign(actor, key, to: agency, revision: try revision(visit))
      return .goTo(Self.address(key))
    } orShow: {
      try await servicePage(visit, $0)
    }
  }

  /// The revision that the page was looked at with.
  func revision(_ visit: Visit) throws -> Int {
    guard let revision = try visit.form.one("revision").flatMap({ Int($0) }) else { throw RefusedRequest.malformed }
    return revision
  }
}
