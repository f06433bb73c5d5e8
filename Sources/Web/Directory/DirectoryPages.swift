import Accounts
import Basics
import CountryPack
import Hummingbird
import Referrals

/// The directory of services: found by need and place, one service's page, and what its owners keep of it.
struct DirectoryPages: RoomPages {
  let desks: Desks
  var desk: DirectoryDesk { desks.directory }

  static let importPath = "/directory/import"
  static func address(_ service: DirectoryServiceKey) -> String { "/directory/services/\(service)" }

  let navigation = [
    NavigationEntry(
      path: "/directory", key: "directory.menu", permission: .readReferralEnvelopes, orElse: .sendReferral)
  ]

  func add(to routes: Routes) {
    routes.list("/directory", searchPage)
    routes.get("/directory/export", export)
    routes.list("/directory/keep", keepPage)
    routes.get("/directory/new") { visit in try await newPage(visit, visit.sheet) }
    routes.post("/directory/new", create)
    routes.get(Self.importPath) { visit in try importPage(visit, visit.sheet, nil) }
    routes.post(Self.importPath, read)
    routes.get("/directory/import/:draft") { visit in try await draftPage(visit, visit.sheet) }
    routes.post("/directory/import/:draft", store)
    routes.get("/directory/services/:service") { visit in try await servicePage(visit, visit.sheet) }
    routes.get("/directory/services/:service/edit") { visit in try await editPage(visit, visit.sheet) }
    routes.post("/directory/services/:service/edit", save)
    // A language switch on the answer to a refused click comes back to its address.
    for (part, permission) in [
      ("confirm", Permission.keepDirectory), ("count", .keepDirectory), ("owner", .importDirectory),
    ] {
      routes.get("/directory/services/:service/\(part)") { visit in
        try visit.actor().require(permission)
        return .goTo(Self.address(try key(visit)))
      }
    }
    routes.get("/directory/services/:service/public") { visit in try await showPage(visit, visit.sheet) }
    routes.post("/directory/services/:service/public", show)
    routes.post("/directory/services/:service/confirm", confirm)
    routes.post("/directory/services/:service/count", count)
    routes.post("/directory/services/:service/owner", assign)
  }

  func key(_ visit: Visit) throws(Refusal) -> DirectoryServiceKey {
    guard let key = DirectoryServiceKey(visit.part("service")) else { throw .notFound }
    return key
  }

  /// What the own agency has to confirm, the longest unconfirmed first; for who brings directories in, what nobody keeps.
  func home(_ visit: Visit, _ actor: Actor) async throws -> HomeSection? {
    let words = DirectoryWords(visit)
    if actor.may(.keepDirectory) {
      let waiting = try await toConfirm(actor)
      guard !waiting.isEmpty else { return nil }
      return HomeSection(
        title: "directory.home.confirm", rows: waiting.prefix(5).map { row($0, words, action: true) },
        all: waiting.count > 5 ? .init(address: "/directory/keep", label: visit.words("directory.home.all")) : nil,
        words: visit.words)
    }
    guard actor.may(.importDirectory) else { return nil }
    let waiting = try await desk.unkept(actor)
    guard !waiting.isEmpty else { return nil }
    return HomeSection(
      title: "directory.home.unkept", rows: waiting.prefix(5).map { row($0, words, action: false) },
      all: .init(address: "/directory/keep", label: visit.words("directory.home.all")), words: visit.words)
  }

  /// Own entries that nobody confirmed, or whose confirmation ends soon.
  func toConfirm(_ actor: Actor) async throws -> [DirectoryEntry] {
    try await desk.own(actor).filter { entry in
      if case .confirmed = entry.freshness { return false }
      return entry.service.status == .active || entry.service.status == .temporarilyClosed
    }
  }

  func row(_ entry: DirectoryEntry, _ words: DirectoryWords, action: Bool) -> WorkRow {
    let service = entry.service
    return WorkRow(
      title: service.name, address: Self.address(service.key),
      facts: [
        entry.directory.organisations[service.organisation]?.name ?? "",
        words.place(service.sites.first.flatMap { entry.directory.places[$0.place] }),
        service.status == .active ? "" : words.status(service.status),
      ].filter { !$0.isEmpty }, status: words.freshness(entry.freshness),
      action: action ? words.words("directory.check") : nil)
  }

  // MARK: Search

  private func searchPage(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let (words, texts) = (visit.words, DirectoryWords(visit))
    let towns = try await desk.towns(actor)
    let search = DirectoryQuestion(visit.query, desks.pack, towns, now: desks.office.clock.now())
    var query = search.query
    query.limit = min(visit.most(query.limit), DirectoryQuery.mostMatches)
    let matches = try await desk.search(actor, query)
    let shown = matches.filter { if case .excluded = $0.eligibility { false } else { true } }
    let others = matches.filter { if case .excluded = $0.eligibility { true } else { false } }
    var links: [HomeSection.Link] = []
    if actor.may(.keepDirectory) || actor.may(.importDirectory) {
      links.append(.init(address: "/directory/keep", label: words("directory.keep.title")))
    }
    if actor.may(.importDirectory) {
      links.append(.init(address: Self.importPath, label: words("directory.import.title")))
    }
    links.append(.init(address: "/directory/export", label: words("directory.export")))
    return .page(
      "directory/search",
      [
        "heading": Heading(
          title: words("directory.title"), lead: words("directory.lead"),
          next: actor.may(.keepDirectory) ? .init(address: "/directory/new", label: words("directory.new.title")) : nil
        ).view,
        "fields": search.fields(FormSheet(words: words, typed: visit.query), texts, towns),
        "more": search.moreFields(FormSheet(words: words, typed: visit.query), texts), "isNarrowed": search.isNarrowed,
        "rows": shown.map { texts.row($0).view }, "hasRows": !shown.isEmpty,
        "others": others.map { texts.row($0).view }, "hasOthers": !others.isEmpty,
        "count": words("directory.found", ["count": String(shown.count)]),
        "isCut": matches.count == search.query.limit, "links": links.map(\.view),
      ] as [String: Any]
    ).listing(
      [texts.sheet(shown, words("directory.title")), texts.sheet(others, words("directory.search.others"))],
      isCut: matches.count == query.limit)
  }

  /// The directory as HSDS, to hand on. Undisclosed places leave without any address: none is stored.
  private func export(_ visit: Visit) async throws -> Answer {
    let directory = try await desk.directory(try visit.actor())
    return .file(
      directory.hsds(DirectoryCodes(desks.pack)), name: "directory-\(visit.dates.today).json",
      type: "application/json; charset=utf-8")
  }

  // MARK: What is kept

  /// The own agency's entries with what is overdue on top; for who brings directories in, what nobody keeps.
  private func keepPage(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    guard actor.may(.keepDirectory) || actor.may(.importDirectory) else { throw Refusal.forbidden }
    let (words, texts) = (visit.words, DirectoryWords(visit))
    let own = actor.may(.keepDirectory) ? try await desk.own(actor) : []
    let unkept = actor.may(.importDirectory) ? try await desk.unkept(actor) : []
    let names = Dictionary(
      try await desks.agencies.directory(actor).map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    return .page(
      "directory/keep",
      [
        "heading": Heading(
          title: words("directory.keep.title"),
          lead: words(actor.may(.keepDirectory) ? "directory.keep.lead" : "directory.keep.lead_all"),
          back: .init(address: "/directory", label: words("directory.title")),
          next: actor.may(.keepDirectory) ? .init(address: "/directory/new", label: words("directory.new.title")) : nil
        ).view,
        "isKeeper": actor.may(.keepDirectory), "hasOwn": !own.isEmpty,
        "own": own.map { entry in
          let service = entry.service
          return [
            "name": service.name, "address": Self.address(service.key),
            "status": texts.freshness(entry.freshness).view,
            "facts": [
              texts.status(service.status),
              texts.vacancy(DirectoryVacancy(service.capacities, at: desks.office.clock.now()))?.text ?? "",
            ].filter { !$0.isEmpty },
            "revision": entry.revision, "isDue": !isConfirmed(entry),
          ] as [String: Any]
        },
        "isOverseer": actor.may(.importDirectory), "hasUnkept": !unkept.isEmpty,
        "unkept": unkept.map { entry in
          var row = row(entry, texts, action: false)
          row.holder = entry.owner.flatMap { names[$0] } ?? words("directory.nobody")
          return row.view
        },
      ] as [String: Any]
    ).listing([
      texts.sheet(own, words("directory.keep.own"), names), texts.sheet(unkept, words("directory.keep.unkept"), names),
    ])
  }

  func isConfirmed(_ entry: DirectoryEntry) -> Bool {
    if case .confirmed = entry.freshness { true } else { false }
  }
}

/// What is looked for, as the address's query says it. Coarse codes only: nothing that says who somebody is.
struct DirectoryQuestion {
  private(set) var query: DirectoryQuery
  private let town: String

  /// What can't be read is left out, as if it had not been asked.
  init(_ form: Form, _ pack: CountryPack, _ towns: [DirectoryTown], now: Moment) {
    var query = DirectoryQuery(now: now)
    if let need = form["need"], pack.term(.needs, need) != nil || pack.term(.services, need) != nil {
      query.needs = [need]
    }
    query.words = String((form["words"] ?? "").prefix(100))
    query.province = form["province"].flatMap { pack.province(iso: $0)?.iso }
    town = form["town"] ?? ""
    query.position = towns.first { [town = town] in $0.name == town }?.position
    query.person.age = form["age"].flatMap { Self.ages($0, pack) }
    query.person.sex = form["sex"].flatMap { pack.term(.sexes, $0)?.code }
    query.language = form["language"].flatMap { Language($0) }
    query.onlyOpen = form["open"] != nil
    query.onlyWithVacancy = form["room"] != nil
    query.isAboutSomebody = form["age"].map { !$0.isEmpty } == true || query.person.sex != nil
    query.withExcluded = true
    query.limit = 100
    self.query = query
  }

  /// The years of an age band; the one for an age in doubt says nothing.
  static func ages(_ code: String, _ pack: CountryPack) -> ClosedRange<Int>? {
    guard let term = pack.term(.ageBands, code), let low = term.details["youngest"].flatMap({ Int($0) }),
      let high = term.details["oldest"].flatMap({ Int($0) }), low <= high
    else { return nil }
    return low...high
  }

  var isNarrowed: Bool {
    query.person.age != nil || query.person.sex != nil || query.language != nil || query.onlyOpen
      || query.onlyWithVacancy
  }

  func fields(_ sheet: FormSheet, _ texts: DirectoryWords, _ towns: [DirectoryTown]) -> [FormSheet.Field] {
    [
      sheet.select("need", label: "directory.search.need", options: texts.needOptions, optional: true),
      sheet.select("province", label: "directory.search.province", options: texts.provinceOptions, optional: true),
      sheet.select(
        "town", label: "directory.search.town", options: towns.map { FormSheet.Option($0.name, $0.name) },
        optional: true),
      sheet.text("words", label: "directory.search.words", type: "search", optional: true),
    ]
  }

  func moreFields(_ sheet: FormSheet, _ texts: DirectoryWords) -> [FormSheet.Field] {
    [
      sheet.select("age", label: "directory.search.age", options: texts.options(.ageBands), optional: true),
      sheet.select("sex", label: "directory.search.sex", options: texts.options(.sexes), optional: true),
      sheet.select("language", label: "directory.search.language", options: texts.languageOptions, optional: true),
      sheet.tick("open", label: "directory.search.open", value: query.onlyOpen),
      sheet.tick("room", label: "directory.search.room", value: query.onlyWithVacancy),
    ]
  }
}
