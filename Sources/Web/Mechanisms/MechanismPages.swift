import Accounts
import Basics
import CountryPack
import Hummingbird
import Referrals

/// Referral mechanisms: the adopted one as everybody reads it, drafts with their gaps, signatures, versions compared, and
/// what a version would do with the cases it expects.
struct MechanismPages: RoomPages {
  static let newPath = "/mechanisms/new"
  /// Bytes that a file may have, as the format says.
  static let largestFile = 1 << 20

  let desks: Desks
  var desk: MechanismDesk { desks.mechanisms }
  var terms: MechanismTerms { MechanismTerms(desks.pack) }

  let navigation = [
    NavigationEntry(
      path: "/mechanisms", key: "mechanisms.menu", permission: .readReferralEnvelopes, isForEverybody: true)
  ]

  static func address(_ id: MechanismVersionID) -> String { "/mechanisms/\(id)" }

  func add(to routes: Routes) {
    routes.list("/mechanisms", list)
    routes.get(Self.newPath) { visit in try newPage(visit, visit.sheet, []) }
    routes.post(Self.newPath, bring)
    routes.get("/mechanisms/:version") { visit in try await page(visit, visit.sheet) }
    routes.get("/mechanisms/:version/compare/:other", compare)
    routes.get("/mechanisms/:version/file", file)
    routes.get("/mechanisms/:version/procedure", procedure)
    routes.get("/mechanisms/:version/procedure.pdf", procedurePaper)
    routes.get("/mechanisms/:version/simulate", simulate)
    DesignPages(desks: desks).add(to: routes)
    for (move, permissions) in Self.moves {
      // A language switch on the answer to a refused move comes back to its address.
      routes.get("/mechanisms/:version/\(move.rawValue)") { visit in
        let actor = try visit.actor()
        guard permissions.contains(where: actor.may) else { throw Refusal.forbidden }
        return .goTo(Self.address(try visit.id("version")))
      }
      routes.post("/mechanisms/:version/\(move.rawValue)") { visit in try await make(move, visit) }
    }
  }

  private static let moves: [(MechanismMove, [Permission])] = [
    (.name, [.keepMechanisms]), (.sign, [.signMechanisms]), (.unsign, [.signMechanisms]), (.adopt, [.keepMechanisms]),
    (.discard, [.keepMechanisms, .manageTraining]),
  ]

  /// What waits for the own agency's signature.
  func home(_ visit: Visit, _ actor: Actor) async throws -> HomeSection? {
    guard actor.may(.signMechanisms) else { return nil }
    var rows: [WorkRow] = []
    for version in try await desk.versions(actor) where version.state == .draft && version.purpose == .territory {
      guard let look = try? await desk.look(actor, version.id), look.moves.contains(.sign) else { continue }
      rows.append(row(version, visit, action: visit.words("mechanisms.read_and_sign")))
    }
    return rows.isEmpty ? nil : HomeSection(title: "mechanisms.home", rows: rows, words: visit.words)
  }

  // MARK: List

  private func list(_ visit: Visit) async throws -> Answer {
    let (actor, words) = (try visit.actor(), visit.words)
    let all = try await desk.versions(actor)
    func rows(_ keeps: (MechanismVersion) -> Bool) -> [[String: Any]] {
      all.filter(keeps).map { row($0, visit, action: nil).view }
    }
    let adopted = rows { $0.state == .adopted }
    let drafts = rows { $0.purpose == .territory && $0.state == .draft }
    let exercises = rows { $0.purpose == .exercise }
    let past = rows { $0.state == .replaced }
    let mayBring = actor.may(.keepMechanisms) || actor.may(.manageTraining)
    let shown = all.filter { $0.purpose == .exercise || $0.state != .discarded }
    return .page(
      "mechanisms/list",
      [
        "heading": Heading(
          title: words("mechanisms.title"), lead: words("mechanisms.lead"),
          next: mayBring ? .init(address: DesignPages.beginPath, label: words("design.begin")) : nil
        ).view,
        "mayBring": mayBring, "adopted": adopted, "hasAdopted": !adopted.isEmpty, "drafts": drafts,
        "hasDrafts": !drafts.isEmpty,
        "exercises": exercises, "hasExercises": !exercises.isEmpty, "past": past, "hasPast": !past.isEmpty,
      ] as [String: Any]
    ).listing([
      ListSheet.Part(
        title: words("mechanisms.title"),
        columns: ["lists.what", "lists.code", "lists.day", "lists.brought_in", "lists.status"],
        rows: shown.map { version in
          [
            .typed(version.name), .typed(version.code), .day(version.day), visit.dates.sheet(at: version.readAt),
            .typed(status(version, visit).text),
          ]
        })
    ])
  }

  private func row(_ version: MechanismVersion, _ visit: Visit, action: String?) -> WorkRow {
    WorkRow(
      title: version.name, address: Self.address(version.id),
      facts: [
        visit.words("mechanisms.version_of", ["day": visit.dates.day(version.day)]), visit.dates.moment(version.readAt),
      ], status: status(version, visit), action: action)
  }

  func status(_ version: MechanismVersion, _ visit: Visit) -> Status {
    if version.purpose == .exercise { return Status(text: visit.words("mechanisms.exercise"), tone: .open) }
    let tone: Status.Tone =
      switch version.state {
      case .draft: .active
      case .adopted: .done
      case .replaced, .discarded: .ended
      }
    return Status(text: visit.words("mechanisms.state.\(version.state.rawValue)"), tone: tone)
  }

  // MARK: Bringing one in

  private func newPage(_ visit: Visit, _ sheet: FormSheet, _ problems: [PackProblem]) throws -> Answer {
    let (actor, words) = (try visit.actor(), visit.words)
    guard actor.may(.keepMechanisms) || actor.may(.manageTraining) else { throw Refusal.forbidden }
    let purposes = MechanismVersion.Purpose.allCases.filter { $0 == .exercise || actor.may(.keepMechanisms) }
    var model: [String: Any] = [
      "heading": Heading(
        title: words("mechanisms.new.title"), lead: words("mechanisms.new.lead"),
        back: .init(address: "/mechanisms", label: words("mechanisms.title"))
      ).view,
      "id": desks.office.randomness.identifier(MechanismVersionEntity.self).description,
      "purpose": sheet.choices(
        "purpose", label: "mechanisms.new.purpose",
        options: purposes.map {
          .init(
            $0.rawValue, words("mechanisms.purpose.\($0.rawValue)"),
            hint: words("mechanisms.purpose.\($0.rawValue)_hint"))
        }, value: purposes[0].rawValue),
    ]
    model["error"] = sheet.error("file") ?? sheet.message
    if !problems.isEmpty {
      model["problems"] =
        DataTable(
          caption: words("mechanisms.new.problems"),
          columns: [words("mechanisms.line"), words("mechanisms.new.problem")],
          rows: problems.prefix(200).map { [.text($0.line > 0 ? String($0.line) : "—"), .text($0.message)] }
        ).view
      model["hasProblems"] = true
    }
    return .page("mechanisms/new", model)
  }

  private func bring(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    guard actor.may(.keepMechanisms) || actor.may(.manageTraining) else { throw Refusal.forbidden }
    var problems: [PackProblem] = []
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let id: MechanismVersionID = try reader.id()
      let purpose = reader.value("purpose", or: "error.choose", MechanismVersion.Purpose.init(rawValue:))
      guard let bytes = visit.files["file"], !bytes.isEmpty else {
        throw Refusal.fields([FieldProblem("file", "error.mechanism_no_file")])
      }
      try reader.check()
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw Refusal.fields([FieldProblem("file", "error.mechanism_not_text")])
      }
      do { try await desk.bring(actor, id, text, for: purpose ?? .exercise) } catch let found as PackProblems {
        problems = found.problems
        throw Refusal.fields([FieldProblem("file", "error.mechanism_file")])
      }
      return .goTo(Self.address(id))
    } orShow: {
      try newPage(visit, $0, problems)
    }
  }

  // MARK: Files

  private func file(_ visit: Visit) async throws -> Answer {
    let id: MechanismVersionID = try visit.id("version")
    let look = try await desk.look(try visit.actor(), id)
    return .file(
      try await desk.file(try visit.actor(), id), name: "\(look.version.code)-\(look.version.day).yaml",
      type: "application/yaml")
  }

  /// The whole procedure as one page to keep, print and hand on.
  private func procedure(_ visit: Visit) async throws -> Answer {
    let look = try await desk.look(try visit.actor(), try visit.id("version"))
    let page = MechanismPage(look.mechanism, terms: terms, language: visit.language)
    return .file(page.html, name: "\(look.version.code)-\(look.version.day).html", type: "text/html")
  }
}
