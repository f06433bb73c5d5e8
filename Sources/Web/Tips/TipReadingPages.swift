import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import Tips

/// One message at the desk: reading, answering, asking, closing, handing on, and the case it belongs to.
struct TipReadingPages {
  let desks: Desks
  private var desk: TipDesk { desks.tips }

  func add(to routes: Routes) {
    let base = TipPages.path + "/:tip"
    routes.get(base) { visit in try await page(visit, visit.sheet) }
    routes.post(base + "/take", take)
    routes.post(base + "/answer", answer)
    routes.post(base + "/close", close)
    routes.post(base + "/pass", pass)
    routes.post(base + "/link", link)
  }

  // MARK: Reading

  private func page(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let (actor, words, id) = (try visit.actor(), visit.words, try visit.id("tip") as TipID)
    let back = HomeSection.Link(address: TipPages.path, label: words("tips.title"))
    if try await desk.tip(actor, id).state == .withdrawn {
      return ProtectionSection.page(
        Heading(title: words("tips.row.title"), lead: words("error.tip_withdrawn"), back: back), [])
    }
    let thread = try await desk.read(actor, id)
    let tip = thread.tip
    var model: [String: Any] = [
      "heading": Heading(
        title: words(tip.danger == .yes ? "tips.row.danger" : "tips.row.title"),
        lead: words("tips.reading.next.\(tip.state.rawValue)"),
        eyebrow: words("tips.row.came", ["day": visit.dates.day(tip.day)]), back: back
      ).view,
      "status": TipPages.status(tip, words).view, "isInDanger": tip.danger == .yes,
      "facts": Definitions(facts(thread, visit)).view,
      "what": TipWords.paragraphs(thread.content.what),
      "messages": thread.messages.map { TipWords.message($0, visit, isDesk: true) },
      "hasMessages": !thread.messages.isEmpty, "isOpen": tip.state.isOpen,
      "hasContact": !thread.contact.isEmpty,
      "contact": Definitions([
        (words("tips.form.way"), thread.contact.way), (words("tips.form.safe_times"), thread.contact.safeTimes),
      ]).view,
      "isOtherLanguage": tip.language != visit.language,
      "language": words("tips.row.language.\(tip.language.code)"),
      "hotlines": desks.pack.tips.emergency.map { [$0.number] } ?? [],
    ]
    model["message"] = sheet.message
    try await addForms(&model, actor, tip, visit, sheet)
    return .page("tips/tip", model)
  }

  private func facts(_ thread: TipThread, _ visit: Visit) -> [(term: String, value: String)] {
    let (words, tip, content) = (visit.words, thread.tip, thread.content)
    return [
      (words("tips.form.danger"), answer("danger", tip.danger, words)),
      (words("tips.form.about"), content.about.map { words("tips.about.\($0.rawValue)") } ?? ""),
      (
        words("tips.form.province"),
        tip.province.map { desks.pack.province(iso: $0)?.name[visit.language] ?? $0 } ?? ""
      ),
      (words("tips.form.place"), content.place), (words("tips.form.when"), content.when),
      (words("tips.form.children"), answer("children", content.children, words)),
      (words("tips.reading.passing"), words("tips.passing.\(tip.passing.rawValue)")),
      (words("tips.reading.outcome"), tip.outcome.map { words("tips.outcome.\($0.rawValue)") } ?? ""),
    ]
  }

  private func answer(_ key: String, _ answer: FourWayAnswer, _ words: Words) -> String {
    words(answer == .notAsked ? "tips.reading.not_said" : "tips.\(key).\(answer.rawValue)")
  }

  // MARK: Forms

  private func addForms(_ model: inout [String: Any], _ actor: Actor, _ tip: Tip, _ visit: Visit, _ sheet: FormSheet)
    async throws
  {
    let (words, base) = (visit.words, TipPages.address(tip.id))
    /// Only the form that was refused keeps what was typed; after somebody else's change with the new revision.
    func own(_ form: String) -> FormSheet { sheet.typed["form"] == form ? sheet : visit.sheet }
    func hidden(_ form: String, _ sheet: FormSheet) -> [FormSheet.Field] {
      [
        ["isHidden": true, "name": "form", "value": form],
        ["isHidden": true, "name": "revision", "value": String(tip.revision)],
        ["isHidden": true, "name": "message", "value": sheet.typed["message"] ?? TipMessageID.random().description],
      ]
    }
    if tip.state != .working {
      model["take"] = visit.sheet.view(
        action: base + "/take", submit: tip.state == .closed ? "tips.take_again" : "tips.take",
        fields: hidden("take", visit.sheet))
    }
    let linking = own("link")
    model["link"] = linking.view(
      action: base + "/link", submit: "tips.link",
      fields: hidden("link", linking) + [
        linking.text("case", label: "tips.link.case", hint: "tips.link.case_hint", optional: true)
      ])
    if let id = tip.caseID { model["linked"] = "/cases/\(id)" }
    model["mayScreen"] = actor.may(.conductScreening)
    model["mayOpenCase"] = actor.may(.openCase)
    guard tip.state.isOpen else { return }
    let answering = own("answer")
    model["answer"] = answering.view(
      action: base + "/answer", submit: "tips.answer",
      fields: hidden("answer", answering) + [
        answering.area("words", label: "tips.answer.words", hint: "tips.answer.hint", rows: 6),
        answering.choices(
          "kind", label: "tips.answer.kind",
          options: [
            .init("answer", words("tips.answer.kind.answer")), .init("question", words("tips.answer.kind.question")),
          ], value: "answer"),
      ])
    let closing = own("close")
    model["close"] = closing.view(
      action: base + "/close", submit: "tips.close",
      fields: hidden("close", closing) + [
        closing.select(
          "outcome", label: "tips.close.outcome", hint: "tips.close.outcome_hint",
          options: TipOutcome.allCases.map { .init($0.rawValue, words("tips.outcome.\($0.rawValue)")) }),
        closing.area("last", label: "tips.close.words", rows: 3, optional: true),
      ])
    let successors = try await desk.successors(actor, of: tip)
    if successors.isEmpty {
      model["mayNotPass"] = words(tip.passing == .nobody ? "tips.pass.not_allowed" : "tips.pass.nobody")
    } else {
      let passing = own("pass")
      model["pass"] = passing.view(
        action: base + "/pass", submit: "tips.pass",
        fields: hidden("pass", passing) + [
          passing.select(
            "agency", label: "tips.pass.agency", hint: "tips.pass.hint",
            options: successors.map { .init($0.agency.description, $0.name) })
        ])
    }
  }

  // MARK: Doing

  private func act(_ visit: Visit, _ work: (Actor, TipID, TipMessageID, Int) async throws -> Void) async throws
    -> Answer
  {
    let (actor, id) = (try visit.actor(), try visit.id("tip") as TipID)
    try actor.require(.answerTips)
    let message: TipMessageID = try FormReader(visit.form).id("message")
    guard let revision = try visit.form.one("revision").flatMap({ Int($0) }) else { throw RefusedRequest.malformed }
    return try await visit.attempt(orIf: .noBasis) {
      try await work(actor, id, message, revision)
      return .goTo(TipPages.address(id))
    } orShow: {
      try await page(visit, $0)
    }
  }

  private func text(_ visit: Visit, _ name: String) -> String {
    (visit.form[name] ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private func take(_ visit: Visit) async throws -> Answer {
    try await act(visit) { actor, id, _, revision in try await desk.take(actor, id, revision: revision) }
  }

  private func answer(_ visit: Visit) async throws -> Answer {
    try await act(visit) { actor, id, message, revision in
      try await desk.answer(
        actor, id, text(visit, "words"), isQuestion: visit.form["kind"] == "question", message: message,
        revision: revision)
    }
  }

  private func close(_ visit: Visit) async throws -> Answer {
    try await act(visit) { actor, id, message, revision in
      guard let outcome = TipOutcome(rawValue: text(visit, "outcome")) else {
        throw Refusal.fields([FieldProblem("outcome", "error.choose")])
      }
      try await desk.close(actor, id, outcome, words: text(visit, "last"), message: message, revision: revision)
    }
  }

  private func pass(_ visit: Visit) async throws -> Answer {
    let (actor, id) = (try visit.actor(), try visit.id("tip") as TipID)
    let answer = try await act(visit) { actor, id, message, revision in
      guard let agency = AgencyID(text(visit, "agency")) else {
        throw Refusal.fields([FieldProblem("agency", "error.choose")])
      }
      try await desk.pass(actor, id, to: agency, message: message, revision: revision)
    }
    // What was handed on is no longer this desk's to see.
    if case .redirect = answer.content, (try? await desk.tip(actor, id)) == nil { return .goTo(TipPages.path) }
    return answer
  }

  private func link(_ visit: Visit) async throws -> Answer {
    try await act(visit) { actor, id, _, revision in
      let code = text(visit, "case")
      var found: CaseID?
      if !code.isEmpty {
        guard actor.may(.readCase), let whole = CaseCode(code),
          let row = try await desks.cases.workList(actor, CaseFilter(code: whole.description)).rows.first
        else { throw Refusal.fields([FieldProblem("case", "error.tip_case")]) }
        found = row.summary.id
      }
      try await desk.link(actor, id, found, revision: revision)
    }
  }
}
