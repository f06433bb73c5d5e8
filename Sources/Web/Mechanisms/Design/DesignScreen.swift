import Accounts
import Basics
import CountryPack
import Referrals

/// A draft as its design pages see it.
struct DesignScreen {
  let visit: Visit
  let actor: Actor
  let design: MechanismDesign
  let terms: MechanismTerms

  var mechanism: Mechanism { design.mechanism }
  var language: Language { visit.language }
  var words: Words { visit.words }
  var version: String { MechanismPages.address(design.version.id) }
  var base: String { version + "/design" }

  /// The languages in which texts are written, the reader's own first.
  var languages: [Language] {
    [language].filter(terms.languages.contains) + terms.languages.filter { $0 != language }
  }

  func step(_ code: String) throws(Refusal) -> Mechanism.Step {
    guard let step = mechanism.steps.first(where: { $0.code == code }) else { throw .notFound }
    return step
  }

  func stepName(_ code: String) -> String {
    mechanism.steps.first { $0.code == code }?.name[language] ?? missing(code)
  }

  func deskName(_ code: String) -> String {
    mechanism.desks.first { $0.code == code }?.name[language] ?? missing(code)
  }

  /// What a file may name though it does not exist.
  func missing(_ code: String) -> String { words("design.missing", ["code": code]) }

  func stepAddress(_ code: String) -> String { base + "/steps/" + code }

  /// Where a finding is mended.
  func address(of finding: MechanismFinding) -> String {
    switch finding.thing(in: mechanism) {
    case nil: return finding.code == .serviceOutOfReach ? base + "#steps" : base + "/promise"
    // Before there is any desk, none can be chosen.
    case .step where finding.code == .stepWithoutDesk && mechanism.desks.isEmpty: return base + "/add/desks"
    case .step(let code):
      let part =
        switch finding.code {
        case .stepWithoutDesk, .provinceWithoutDesk, .unknownDesk, .unknownService: "/what"
        case .noTimeLimit, .limitOverLaw, .limitOverUnverified, .lawNotInForce, .unknownLimit: "/time"
        case .noHandoverCriteria, .noFeedback, .unknownForm: "/handover"
        default: ""
        }
      return stepAddress(code) + part
    case .desk(let code): return base + "/desks/\(code)/" + (finding.code == .unusedDesk ? "who" : "hours")
    case .service(let code): return base + "/services/\(code)/what"
    case .form(let code): return base + "/forms/\(code)"
    case .arrival, .way: return base
    }
  }

  /// A finding as the lists show it: what it says, what to do on the screen, and where.
  func view(_ finding: MechanismFinding) -> [String: Any] {
    let key = "design.advice.\(finding.code.rawValue)"
    return [
      "says": finding.says[language], "advice": words.has(key) ? words(key) : finding.advice[language],
      "address": address(of: finding), "isGap": finding.weight == .gap,
    ]
  }

  func findings(of thing: MechanismThing?) -> [[String: Any]] {
    design.check.findings.filter { $0.thing(in: mechanism) == thing }.map(view)
  }

  /// What somebody changed, in a few words.
  func words(_ differences: [MechanismDifference]) -> String {
    let names = differences.prefix(4).map { one -> String in
      let name =
        one.name?[language]
        ?? (one.thing == .territory
          ? visit.frame.desks.pack.province(iso: one.code)?.name[language] : nil) ?? one.code
      let parts = one.parts.map { words("mechanisms.part.\($0.rawValue)") }.joined(separator: ", ")
      return words("mechanisms.thing.\(one.thing.rawValue)") + (name.isEmpty ? "" : " «\(name)»") + ": "
        + words("mechanisms.change.\(one.change.rawValue)") + (parts.isEmpty ? "" : " (\(parts))")
    }
    return names.joined(separator: "; ") + (differences.count > 4 ? "…" : "")
  }
}

/// One short form of a draft: its fields, and what they make of the mechanism.
struct DesignForm {
  var title: String
  var lead: String?
  var address: String
  var back: String
  var fields: (FormSheet) -> [FormSheet.Field]
  /// Puts what was typed into the mechanism.
  /// - Returns: where to go on.
  var read: (inout FormReader, inout Mechanism) -> String
}

/// What the page shows to whoever comes too late, and to whoever may not change this draft.
extension DesignPages {
  func screen(_ visit: Visit) async throws -> DesignScreen {
    let actor = try visit.actor()
    guard actor.may(.keepMechanisms) || actor.may(.manageTraining) else { throw Refusal.forbidden }
    let design = try await desk.design(actor, try visit.id("version"))
    if design.obstacle == .forbidden { throw Refusal.forbidden }
    return DesignScreen(visit: visit, actor: actor, design: design, terms: terms)
  }

  func show(_ visit: Visit, _ form: @Sendable (DesignScreen) async throws -> DesignForm) async throws -> Answer {
    let screen = try await screen(visit)
    if screen.design.obstacle != nil { return .goTo(screen.base) }
    return try await page(screen, try await form(screen), visit.sheet)
  }

  /// Reads a form and writes the draft anew.
  func save(_ visit: Visit, _ form: @Sendable (DesignScreen) async throws -> DesignForm) async throws -> Answer {
    try await visit.attempt {
      var reader = FormReader(visit.form)
      let edit: MechanismEditID = try reader.id("edit")
      guard let revision = try visit.form.one("revision").flatMap({ Int($0) }) else { throw RefusedRequest.malformed }
      let screen = try await screen(visit)
      if try await desk.isDone(screen.actor, edit, screen.design.version.id) { return .goTo(screen.base) }
      guard screen.design.version.revision == revision, screen.design.obstacle == nil else {
        // The desk says why.
        try await desk.write(
          screen.actor, screen.design.version.id, edit, screen.mechanism, revision: revision)
        throw Refusal.conflict
      }
      var mechanism = screen.mechanism
      let next = try await form(screen).read(&reader, &mechanism)
      try reader.check()
      try await desk.write(screen.actor, screen.design.version.id, edit, mechanism, revision: revision)
      return .goTo(next)
    } orShow: { sheet in
      let screen = try await screen(visit)
      let shown: DesignForm
      do { shown = try await form(screen) } catch let refusal as Refusal where refusal.kind == .notFound {
        return try await gone(screen, sheet)
      }
      return try await page(screen, shown, sheet)
    }
  }

  private func page(_ screen: DesignScreen, _ form: DesignForm, _ sheet: FormSheet) async throws -> Answer {
    let words = screen.words
    let isLate = sheet.refusal?.kind == .conflict
    let fields = form.fields(sheet) + hidden(screen, isLate ? nil : sheet.typed["revision"], sheet.typed["edit"])
    var model: [String: Any] = [
      "heading": Heading(
        title: form.title, lead: form.lead,
        eyebrow: screen.mechanism.name[screen.language] == form.title
          ? nil : screen.mechanism.name[screen.language],
        back: .init(address: form.back, label: words("design.back"))
      ).view,
      "form": sheet.view(action: form.address, submit: "design.save", fields: fields, cancel: form.back),
    ]
    if isLate { model["meanwhile"] = try await meanwhile(screen, sheet) }
    return .page("mechanisms/design-form", model)
  }

  /// What the others changed since the form was opened.
  private func meanwhile(_ screen: DesignScreen, _ sheet: FormSheet) async throws -> String? {
    guard let seen = sheet.typed["revision"].flatMap({ Int($0) }) else { return nil }
    let changes = try await desk.changes(screen.actor, screen.design.version.id, since: seen)
    return changes.isEmpty ? nil : screen.words("design.meanwhile", ["changes": screen.words(changes)])
  }

  /// What the form was about is no longer there: what was typed can still be read and copied.
  private func gone(_ screen: DesignScreen, _ sheet: FormSheet) async throws -> Answer {
    let words = screen.words
    let unseen = ["csrf", "edit", "revision"]
    let typed = sheet.typed.fields.filter { !unseen.contains($0.name) && !$0.value.isEmpty }
    var model: [String: Any] = [
      "heading": Heading(
        title: words("design.gone"), lead: words("design.gone_more"),
        back: .init(address: screen.base, label: words("design.back"))
      ).view, "typed": typed.map { ["value": $0.value] },
    ]
    model["meanwhile"] = try await meanwhile(screen, sheet)
    return .page("mechanisms/design-gone", model)
  }

  /// The fields that go along unseen: the change's identifier and the revision it was made of.
  func hidden(_ screen: DesignScreen, _ revision: String? = nil, _ edit: String? = nil) -> [FormSheet.Field] {
    let edit = edit ?? desks.office.randomness.identifier(MechanismEditEntity.self).description
    let revision = revision ?? String(screen.design.version.revision)
    return [("edit", edit), ("revision", revision)].map { ["isHidden": true, "name": $0.0, "value": $0.1] }
  }
}
