import Accounts
import Basics
import Casework
import CountryPack

/// Closing a case by two people, and opening it again: proposing, answering, taking back, looking at a reopening.
struct ClosingPages {
  let desks: Desks
  let rooms: [any CaseFileRoom]

  func add(to routes: Routes) {
    routes.get("/cases/:case/close") { visit in try await proposePage(visit, visit.sheet) }
    routes.post("/cases/:case/close", propose)
    routes.get("/cases/:case/closing") { visit in try await answerPage(visit, visit.sheet) }
    routes.post("/cases/:case/closing", answer)
    routes.post("/cases/:case/closing/take-back", takeBack)
    routes.post("/cases/:case/closing/confirm", confirm)
    routes.get("/cases/:case/reopen") { visit in try await reopenPage(visit, visit.sheet) }
    routes.post("/cases/:case/reopen", reopen)
  }

  /// The file, when one of the moves is possible now.
  private func view(_ visit: Visit, for moves: Set<ClosingMove>, else obstacle: String) async throws
    -> CaseFileView
  {
    let view = try await CaseFileView.read(visit, desks)
    guard view.file.closingMoves.isDisjoint(with: moves) else { return view }
    let actor = try visit.actor()
    guard !view.file.isShared, actor.may(.closeCase) || actor.may(.approveClosing) else { throw Refusal.forbidden }
    let isClosed = view.summary.status == .closed && !moves.contains(.reopen)
    throw Refusal(.conflict, Phrase(isClosed ? "error.case_closed" : obstacle))
  }

  /// What a closing would leave undone and what becomes of it, in sentences.
  private func leftOpen(_ view: CaseFileView, _ visit: Visit) async throws -> (count: Int, sentences: [String]) {
    let actor = try visit.actor()
    let left = try await desks.cases.leftOpen(actor, view.summary.id)
    var sentences = CaseTask.Kind.allCases.compactMap { kind in
      left.counts[kind].map { visit.words("casework.task.\(kind.rawValue)") + ": \($0)" }
    }
    let live = view.file.consents.count { $0.state(at: visit.dates.now) == .live }
    if live > 0 { sentences.append(visit.words("casework.closing.consents", ["count": String(live)])) }
    for room in rooms { sentences += try await room.endsWithCase(view.file, visit, actor) }
    return (left.total, sentences)
  }

  // MARK: Proposing

  private func propose(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let proposal: ClosingProposalID = try reader.id()
      let reason = reader.text("reason", upTo: 80)
      let summary = reader.text("summary", upTo: 20_000, required: false)
      try reader.check()
      try await desks.cases.proposeClosing(
        actor, id, id: proposal, reason: reason, summary: summary, leavingOpen: reader.isTicked("leaving"))
      return .goTo("/cases/\(id)")
    } orShow: {
      try await proposePage(visit, $0)
    }
  }

  private func proposePage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let view = try await view(visit, for: [.propose], else: "error.closing_proposed")
    let (count, sentences) = try await leftOpen(view, visit)
    var fields = [
      sheet.hidden("id", ClosingProposalID.random().description),
      sheet.choices(
        "reason", label: "casework.close.reason", options: view.terms.options(.closureReasons)),
      sheet.area(
        "summary", label: "casework.close.summary", hint: "casework.close.summary_hint", rows: 5, optional: true),
    ]
    if count > 0 { fields.append(sheet.tick("leaving", label: "casework.close.leaving")) }
    return page(
      visit, view, title: "casework.close.title", lead: "casework.close.lead", sentences,
      form: sheet.view(
        action: view.address + "/close", submit: "casework.close.submit", fields: fields, cancel: view.address))
  }

  // MARK: Answering

  private func answer(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let proposal: ClosingProposalID = try reader.id()
      let answer = reader.value("answer", or: "error.answer_needed") { ["approve": true, "refuse": false][$0] }
      let words = reader.text("words", upTo: 20_000, required: false)
      try reader.check()
      guard let answer else { throw RefusedRequest.malformed }
      try await desks.cases.answerClosing(actor, id, proposal, approves: answer, words: words)
      return .goTo("/cases/\(id)")
    } orShow: {
      try await answerPage(visit, $0)
    }
  }

  private func answerPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let view = try await view(
      visit, for: [.approve, .takeBack, .confirm], else: "error.closing_not_proposed")
    let moves = view.file.closingMoves
    guard let proposal = view.file.closing?.waiting else {
      return page(
        visit, view, title: "casework.reopening.title", lead: "casework.reopening.lead",
        facts: view.reopeningFacts,
        form: visit.sheet.view(
          action: view.address + "/closing/confirm", submit: "casework.reopening.submit", fields: [],
          cancel: view.address))
    }
    let (_, sentences) = try await leftOpen(view, visit)
    guard moves.contains(.approve) else {
      return page(
        visit, view, title: "casework.closing.title", lead: "casework.closing.waits", sentences,
        facts: view.definitions(proposal),
        form: FormSheet(words: visit.words).view(
          action: view.address + "/closing/take-back", submit: "casework.closing.take_back",
          fields: [FormSheet(words: visit.words).hidden("id", proposal.id.description)], cancel: view.address))
    }
    return page(
      visit, view, title: "casework.closing.title", lead: "casework.closing.lead", sentences,
      facts: view.definitions(proposal),
      form: sheet.view(
        action: view.address + "/closing", submit: "casework.closing.submit",
        fields: [
          // A new proposal that came meanwhile is another one: it is shown above, and answered as it is.
          FormSheet(words: visit.words).hidden("id", proposal.id.description),
          sheet.choices(
            "answer", label: "casework.closing.answer",
            options: ["approve", "refuse"].map {
              FormSheet.Option(
                $0, visit.words("casework.closing.\($0)"), hint: visit.words("casework.closing.\($0)_hint"))
            }),
          sheet.area(
            "words", label: "casework.closing.words", hint: "casework.closing.words_hint", rows: 4, optional: true),
        ], cancel: view.address))
  }

  private func takeBack(_ visit: Visit) async throws -> Answer {
    let id: CaseID = try visit.id("case")
    let reader = FormReader(visit.form)
    try await desks.cases.takeClosingBack(try visit.actor(), id, try reader.id())
    return .goTo("/cases/\(id)")
  }

  private func confirm(_ visit: Visit) async throws -> Answer {
    let id: CaseID = try visit.id("case")
    try await desks.cases.confirmReopening(try visit.actor(), id)
    return .goTo("/cases/\(id)")
  }

  // MARK: Opening again

  private func reopen(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let words = reader.text("words", upTo: 20_000)
      try reader.check()
      try await desks.cases.reopen(actor, id, reason: words)
      return .goTo("/cases/\(id)")
    } orShow: {
      try await reopenPage(visit, $0)
    }
  }

  private func reopenPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let view = try await view(visit, for: [.reopen], else: "error.case_open")
    return page(
      visit, view, title: "casework.reopen.title", lead: "casework.reopen.lead",
      form: sheet.view(
        action: view.address + "/reopen", submit: "casework.reopen.submit",
        fields: [
          sheet.area("words", label: "casework.reopen.reason", hint: "casework.reopen.reason_hint", rows: 4)
        ], cancel: view.address))
  }

  private func page(
    _ visit: Visit, _ view: CaseFileView, title: String, lead: String, _ left: [String] = [],
    facts: Definitions? = nil, form: [String: Any]
  ) -> Answer {
    .page(
      "casework/closing",
      [
        "heading": Heading(title: visit.words(title), lead: visit.words(lead), back: view.back).view,
        "title": visit.words(title), "left": left, "hasLeft": !left.isEmpty, "facts": facts?.view, "form": form,
      ] as [String: Any?])
  }
}

extension CaseTerms {
  /// A proposal to close, or a reopening, as a line of a supervisor's work list.
  func row(_ closing: ClosingToAnswer, _ name: String?) -> WorkRow {
    WorkRow(
      title: "\(closing.code) · "
        + words(closing.isReopening ? "casework.closing.row_reopened" : "casework.closing.row"),
      address: "/cases/\(closing.caseID)/closing", facts: [name, visit.dates.ago(closing.since)].compactMap { $0 },
      action: words("casework.next.closing"))
  }
}
