import Accounts
import Basics
import CountryPack
import Hummingbird
import Referrals

/// Designing a mechanism on the screen, thing by thing: what the file says, for who never writes one.
struct DesignPages {
  static let beginPath = "/mechanisms/design"

  let desks: Desks
  var desk: MechanismDesk { desks.mechanisms }
  var terms: MechanismTerms { MechanismTerms(desks.pack) }

  func add(to routes: Routes) {
    routes.get(Self.beginPath) { visit in try await beginPage(visit, visit.sheet) }
    routes.post(Self.beginPath, begin)
    let base = "/mechanisms/:version/design"
    routes.get(base) { visit in try await overview(visit, visit.sheet) }
    for (path, change) in [("/arrange", arrange), ("/undo", undo)] {
      // A language switch on the answer to a refused change comes back to its address.
      routes.get(base + path) { visit in .goTo(try await screen(visit).base) }
      routes.post(base + path, change)
    }
    routes.get(base + "/steps/:item", stepPage)
    let forms: [(String, @Sendable (DesignScreen) async throws -> DesignForm)] = [
      ("/about", aboutForm), ("/promise", promiseForm), ("/add/:list", addForm), ("/steps/:item/:part", stepForm),
      ("/steps/:item/ways/:way", wayForm), ("/desks/:item/:part", deskForm), ("/services/:item/:part", serviceForm),
      ("/forms/:item", paperForm), ("/arrivals/:item", arrivalForm),
    ]
    for (path, form) in forms {
      routes.get(base + path) { visit in try await show(visit, form) }
      routes.post(base + path) { visit in try await save(visit, form) }
    }
  }

  /// What is added to a list of the draft.
  private func addForm(_ screen: DesignScreen) async throws -> DesignForm {
    switch screen.visit.part("list") {
    case "steps": stepWhat(screen, nil)
    case "desks": try await deskWho(screen, nil)
    case "services": serviceWhat(screen, nil)
    case "forms": paper(screen, nil)
    case "arrivals": arrival(screen, nil)
    default: throw Refusal.notFound
    }
  }

  // MARK: Beginning

  private func beginPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let (actor, words) = (try visit.actor(), visit.words)
    guard actor.may(.keepMechanisms) || actor.may(.manageTraining) else { throw Refusal.forbidden }
    let all = try await desk.versions(actor)
    // What another page proposed; anything else is nothing.
    let asked = (sheet.typed["from"] ?? visit.query["from"]).flatMap { asked in all.first { $0.id.description == asked }
    }
    let versions = [asked].compactMap(\.self) + all.filter { $0.id != asked?.id }.prefix(20)
    let purposes = MechanismVersion.Purpose.allCases.filter { $0 == .exercise || actor.may(.keepMechanisms) }
    let isTerritory = actor.may(.keepMechanisms) && asked?.purpose != .exercise
    let options =
      ["skeleton", "nothing"].map {
        FormSheet.Option($0, words("design.from.\($0)"), hint: words("design.from.\($0)_hint"))
      }
      + versions.map { version in
        FormSheet.Option(
          version.id.description, version.name,
          hint: words("mechanisms.version_of", ["day": visit.dates.day(version.day)]))
      }
    var fields: [FormSheet.Field] = [
      sheet.hidden("id", desks.office.randomness.identifier(MechanismVersionEntity.self).description)
    ]
    fields += terms.languages.map { language in
      sheet.text(
        "name_\(language.code)",
        label: words(
          "design.in_language",
          ["label": words("design.name"), "language": visit.frame.screen.words(language)("common.language")]),
        hint: language == terms.languages.first ? "design.name_hint" : "design.other_language",
        optional: language != visit.language || asked != nil)
    }
    fields.append(
      sheet.choices(
        "from", label: "design.from", options: options, value: asked?.id.description ?? "skeleton"))
    fields.append(
      sheet.checks(
        "provinces", label: "mechanisms.territory", hint: "design.territory_hint",
        options: terms.provinces.map { FormSheet.Option($0.iso, $0.name[visit.language]) }, optional: true))
    fields.append(
      sheet.choices(
        "purpose", label: "mechanisms.new.purpose",
        options: purposes.map {
          .init(
            $0.rawValue, words("mechanisms.purpose.\($0.rawValue)"),
            hint: words("mechanisms.purpose.\($0.rawValue)_hint"))
        }, value: (isTerritory ? MechanismVersion.Purpose.territory : .exercise).rawValue))
    fields.append(
      sheet.tick(
        "continues", label: "design.continues", hint: "design.continues_hint", value: asked?.purpose == .territory))
    return .page(
      "mechanisms/design-form",
      [
        "heading": Heading(
          title: words("design.begin"), lead: words("design.begin_lead"),
          back: .init(address: "/mechanisms", label: words("mechanisms.title"))
        ).view,
        "form": sheet.view(
          action: Self.beginPath, submit: "design.begin_submit", fields: fields, cancel: "/mechanisms"),
      ])
  }

  private func begin(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    guard actor.may(.keepMechanisms) || actor.may(.manageTraining) else { throw Refusal.forbidden }
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let id: MechanismVersionID = try reader.id()
      let purpose = reader.value("purpose", or: "error.choose", MechanismVersion.Purpose.init(rawValue:))
      let from = reader.value("from", or: "error.choose") { text -> MechanismBeginning.From? in
        switch text {
        case "nothing": .nothing
        case "skeleton": .skeleton
        default: MechanismVersionID(text).map { .version($0) }
        }
      }
      var isFresh = true
      if case .version = from { isFresh = false }
      let provinces = reader.codes("provinces", terms.provinces.map(\.iso), old: [])
      if isFresh, provinces.isEmpty { reader.refuse("provinces", "error.mechanism_territory") }
      let name = name(&reader, visit, required: isFresh)
      try reader.check()
      let beginning = MechanismBeginning(
        from ?? .nothing, name: name, provinces: provinces, continues: reader.isTicked("continues"))
      try await desk.begin(actor, id, beginning, for: purpose ?? .exercise)
      return .goTo(MechanismPages.address(id) + "/design")
    } orShow: {
      try await beginPage(visit, $0)
    }
  }

  private func name(_ reader: inout FormReader, _ visit: Visit, required: Bool) -> LocalizedText? {
    var typed: [Language: String] = [:]
    for language in terms.languages {
      let text = reader.text("name_\(language.code)", upTo: 200, required: false)
      if !text.isEmpty { typed[language] = text }
    }
    guard let standing = typed[visit.language] ?? terms.languages.lazy.compactMap({ typed[$0] }).first else {
      if required { reader.refuse("name_\(visit.language.code)", "error.missing") }
      return nil
    }
    for language in terms.languages where typed[language] == nil { typed[language] = standing }
    return LocalizedText(typed)
  }

  // MARK: Moving, removing, taking back

  private func arrange(_ visit: Visit) async throws -> Answer {
    try await changed(visit) { screen, edit, revision in
      guard let thing = try visit.form.one("thing").flatMap(MechanismThing.init),
        let how = try visit.form.one("how").flatMap(MechanismArrangement.init(rawValue:))
      else { throw RefusedRequest.malformed }
      var mechanism = screen.mechanism
      // A button on an old page: what it meant may stand elsewhere by now, and the desk says so.
      if screen.design.version.revision == revision {
        do throws(MechanismArrangementObstacle) { try mechanism.arrange(thing, how) } catch {
          throw Refusal(.conflict, Phrase("error.mechanism_arrange_\(error.rawValue)"))
        }
      }
      try await desk.write(screen.actor, screen.design.version.id, edit, mechanism, revision: revision)
      if case .way(let step, _) = thing { return screen.stepAddress(step) }
      return screen.base + (how == .remove ? "" : "#" + Self.anchor(thing))
    }
  }

  private func undo(_ visit: Visit) async throws -> Answer {
    try await changed(visit) { screen, edit, revision in
      try await desk.undo(screen.actor, screen.design.version.id, edit, revision: revision)
      return screen.base
    }
  }

  private func changed(
    _ visit: Visit, _ change: @Sendable (DesignScreen, MechanismEditID, Int) async throws -> String
  ) async throws -> Answer {
    try await visit.attempt {
      let edit: MechanismEditID = try FormReader(visit.form).id("edit")
      guard let revision = try visit.form.one("revision").flatMap({ Int($0) }) else { throw RefusedRequest.malformed }
      let screen = try await screen(visit)
      if try await desk.isDone(screen.actor, edit, screen.design.version.id) { return .goTo(screen.base) }
      return .goTo(try await change(screen, edit, revision))
    } orShow: {
      try await overview(visit, $0)
    }
  }

  static func anchor(_ thing: MechanismThing) -> String {
    thing.text.replacing("/", with: "-")
  }
}
