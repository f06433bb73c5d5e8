import Accounts
import Basics
import Casework
import CountryPack
import Hummingbird

/// Cases that go from one agency to another, or are held by two: offering, asking, answering, ending.
struct TransferPages: RoomPages {
  let desks: Desks

  static func address(_ id: CaseTransferID) -> String { "/transfers/\(id)" }

  func add(to routes: Routes) {
    routes.list("/transfers", list)
    routes.get("/transfers/:transfer") { visit in try await page(visit, visit.sheet) }
    routes.get("/transfers/:transfer/:move") { visit in try await reasonPage(visit, visit.sheet) }
    routes.post("/transfers/:transfer/:move", make)
    routes.get("/cases/:case/transfers/new") { visit in try await offerPage(visit, visit.sheet) }
    routes.post("/cases/:case/transfers/new", offer)
    routes.get("/cases/:case/transfers/request") { visit in try await requestPage(visit, visit.sheet) }
    routes.post("/cases/:case/transfers/request", request)
  }

  /// What waits for an answer of the own agency.
  func home(_ visit: Visit, _ actor: Actor) async throws -> HomeSection? {
    guard actor.may(.transferCase) else { return nil }
    let waiting = try await desks.transfers.list(actor).filter { $0.inHandOf?.agency == actor.agency }
    guard let first = waiting.first else { return nil }
    var section = HomeSection(
      title: "transfers.home.waiting", rows: waiting.prefix(5).map { row($0, visit, actor) }, empty: nil,
      all: HomeSection.Link(address: "/transfers", label: visit.words("transfers.home.all")), words: visit.words)
    section.next = HomeSection.Link(address: Self.address(first.id), label: visit.words("transfers.home.answer"))
    return section
  }

  // MARK: Lists

  private func list(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let all = try await desks.transfers.list(actor, most: visit.most(200))
    let words = visit.words
    return .page(
      "transfers/list",
      [
        "heading": Heading(title: words("transfers.title"), lead: words("transfers.lead")).view,
        "rows": all.map { row($0, visit, actor).view }, "hasRows": !all.isEmpty,
      ]
    ).listing([
      ListSheet.Part(
        title: words("transfers.title"),
        columns: ["lists.what", "export.from", "export.to", "transfers.made_at", "lists.status", "lists.holder"],
        rows: all.map { transfer in
          [
            .typed(words("transfers.kind.\(transfer.kind.rawValue)")), .typed(transfer.owner.name),
            .typed(transfer.other.name), visit.dates.sheet(at: transfer.madeAt),
            .typed(status(transfer, visit, actor).text), .typed(transfer.inHandOf?.name ?? ""),
          ]
        })
    ])
  }

  private func row(_ transfer: CaseTransfer, _ visit: Visit, _ actor: Actor) -> WorkRow {
    WorkRow(
      title: visit.words("transfers.kind.\(transfer.kind.rawValue)"),
      address: actor.may(.transferCase) ? Self.address(transfer.id) : "",
      facts: [transfer.owner.name + " → " + transfer.other.name, visit.dates.ago(transfer.madeAt)],
      status: status(transfer, visit, actor), holder: transfer.inHandOf?.name)
  }

  private func status(_ transfer: CaseTransfer, _ visit: Visit, _ actor: Actor) -> Status {
    let tone: Status.Tone =
      switch transfer.state {
      case .requested, .offered: transfer.inHandOf?.agency == actor.agency ? .urgent : .open
      case .accepted: transfer.isLive ? .active : .done
      case .refused, .declined, .withdrawn, .ended, .revoked, .lapsed: .ended
      }
    let held = transfer.state == .accepted && transfer.kind == .joint
    return Status(
      text: visit.words(held ? "transfers.state.held" : "transfers.state.\(transfer.state.rawValue)"), tone: tone)
  }

  // MARK: One transfer

  private func page(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let view = try await desks.transfers.view(actor, try visit.id("transfer"))
    let (transfer, words) = (view.transfer, visit.words)
    var facts: [(term: String, value: String)] = []
    if let summary = view.summary {
      func term(_ list: PackList, _ code: String?) -> String {
        code.flatMap { desks.pack.term(list, $0)?.name[visit.language] } ?? ""
      }
      facts = [
        (words("transfers.word"), view.word ?? ""), (words("transfers.case"), summary.code.description),
        (words("transfers.case_kind"), term(.caseKinds, summary.facts.kind)),
        (words("transfers.province"), desks.pack.province(iso: summary.facts.province)?.name[visit.language] ?? ""),
        (words("transfers.age_band"), term(.ageBands, summary.facts.ageBand)),
        (words("transfers.kinds"), kinds(view.kinds, visit)),
        (words("transfers.until"), transfer.until.map { visit.dates.day(of: $0 - .seconds(1)) } ?? ""),
      ]
    }
    facts += [
      (words("transfers.made_at"), visit.dates.moment(transfer.madeAt)),
      (words("transfers.answered_at"), transfer.answeredAt.map(visit.dates.moment) ?? ""),
      (words("transfers.ended_at"), transfer.endedAt.map(visit.dates.moment) ?? ""),
      (
        words("transfers.reason"),
        transfer.reason.flatMap { desks.pack.term(.declineReasons, $0)?.name[visit.language] } ?? ""
      ),
    ]
    let address = Self.address(transfer.id)
    var model: [String: Any] = [
      "heading": Heading(
        title: words("transfers.kind.\(transfer.kind.rawValue)"),
        lead: words("transfers.route", ["owner": transfer.owner.name, "other": transfer.other.name]),
        back: HomeSection.Link(address: "/transfers", label: words("transfers.title"))
      ).view,
      "status": status(transfer, visit, actor).view, "facts": Definitions(facts).view,
      "explained": words("transfers.explained.\(transfer.kind.rawValue)"),
      "moves": view.options.map { move in
        [
          "label": words("transfers.move.\(move.rawValue)"), "address": "\(address)/\(move.rawValue)",
          "isDirect": move != .decline && move != .refuse, "isFirst": move == view.options.first,
          "revision": transfer.revision,
        ] as [String: Any]
      }, "hasMoves": !view.options.isEmpty,
    ]
    if view.opensFile { model["file"] = "/cases/\(transfer.caseID)" }
    if transfer.isLive, transfer.consent != nil, !view.holds { model["lapsed"] = words("transfers.lapsed") }
    model["message"] = sheet.message
    return .page("transfers/transfer", model)
  }

  private func kinds(_ kinds: Set<DataKind>, _ visit: Visit) -> String {
    kinds.sorted().compactMap { desks.pack.term(.dataKinds, $0.rawValue)?.name[visit.language] }
      .joined(separator: ", ")
  }

  /// To decline and to refuse, a reason is asked for; the other moves stand on the page itself.
  private func reasonPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseTransferID = try visit.id("transfer")
    guard let move = TransferMove(rawValue: visit.part("move")) else { throw Refusal.notFound }
    let view = try await desks.transfers.view(actor, id)
    guard move == .decline || move == .refuse, view.options.contains(move) else {
      return sheet.wasSent ? try await page(visit, sheet) : .goTo(Self.address(id))
    }
    let words = visit.words
    return .page(
      "transfers/form",
      [
        "heading": Heading(
          title: words("transfers.move.\(move.rawValue)"),
          lead: words("transfers.route", ["owner": view.transfer.owner.name, "other": view.transfer.other.name]),
          back: HomeSection.Link(address: Self.address(id), label: words("transfers.back"))
        ).view,
        "form": sheet.view(
          action: "\(Self.address(id))/\(move.rawValue)", submit: "transfers.move.\(move.rawValue)",
          fields: [
            sheet.choices(
              "reason", label: "transfers.reason",
              options: (desks.pack.lists[.declineReasons] ?? []).map {
                FormSheet.Option($0.code, $0.name[visit.language])
              }), sheet.hidden("revision", String(view.transfer.revision)),
          ], cancel: Self.address(id)),
      ])
  }

  private func make(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseTransferID = try visit.id("transfer")
    // Whoever may not is told so before anything that was typed is looked at.
    guard actor.may(.transferCase) else { throw Refusal.forbidden }
    guard let move = TransferMove(rawValue: visit.part("move")), ![.revoke, .lapse].contains(move),
      let revision = try visit.form.one("revision").flatMap({ Int($0) })
    else { throw Refusal.notFound }
    do {
      try await desks.transfers.make(move, actor, id, revision: revision, reason: visit.form["reason"] ?? "")
      return .goTo(Self.address(id))
    } catch {
      guard let refusal = Refusal(becauseOf: error), [.invalid, .conflict, .noBasis].contains(refusal.kind) else {
        throw error
      }
      let sheet = FormSheet(words: visit.words, typed: visit.form, refusal: refusal)
      var answer = refusal.kind == .invalid ? try await reasonPage(visit, sheet) : try await page(visit, sheet)
      answer.status = refusal.kind.status
      return answer
    }
  }

  // MARK: Offering and asking

  private func offerPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    let (code, recipients) = try await desks.transfers.recipients(actor, id)
    let words = visit.words
    var model: [String: Any] = [
      "heading": Heading(
        title: words("transfers.offer.title"), lead: words("transfers.offer.lead"),
        back: HomeSection.Link(
          address: "/cases/\(id)", label: words("transfers.offer.case", ["code": code.description]))
      ).view,
      "hasRecipients": !recipients.isEmpty,
    ]
    if actor.may(.recordConsent) { model["consent"] = "/cases/\(id)/consents/new" }
    if recipients.isEmpty { model["message"] = sheet.message }
    let only = recipients.count == 1 ? recipients.first?.agency.id.description ?? "" : ""
    if !recipients.isEmpty {
      model["form"] = sheet.view(
        action: "/cases/\(id)/transfers/new", submit: "transfers.offer.submit",
        fields: [
          sheet.choices(
            "kind", label: "transfers.offer.kind",
            options: CaseTransfer.Kind.allCases.map {
              FormSheet.Option(
                $0.rawValue, words("transfers.kind.\($0.rawValue)"), hint: words("transfers.explained.\($0.rawValue)"))
            }),
          sheet.choices(
            "to", label: "transfers.offer.to", hint: "transfers.offer.to_hint",
            options: recipients.map { recipient in
              FormSheet.Option(
                recipient.agency.id.description, recipient.agency.name,
                hint: words("transfers.offer.covers", ["kinds": kinds(recipient.kinds, visit)]))
            }, value: only),
          sheet.area("word", label: "transfers.word", hint: "transfers.offer.word_hint", rows: 3, optional: true),
          sheet.hidden("id", desks.office.randomness.identifier(CaseTransferEntity.self).description),
        ], cancel: "/cases/\(id)")
    }
    return .page("transfers/offer", model)
  }

  private func offer(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    guard actor.may(.transferCase) else { throw Refusal.forbidden }
    let caseID: CaseID = try visit.id("case")
    return try await visit.attempt(orIf: .noBasis) {
      var reader = FormReader(visit.form)
      let id: CaseTransferID = try reader.id()
      let kind = reader.value("kind", or: "error.choose") { CaseTransfer.Kind(rawValue: $0) }
      let to = reader.value("to", or: "error.choose") { AgencyID($0) }
      let word = reader.text("word", upTo: TransferDesk.longestWord, required: false)
      try reader.check()
      guard let kind, let to else { throw Refusal.notFound }
      try await desks.transfers.offer(actor, caseID, id: id, kind, to: to, word: word)
      return .goTo(Self.address(id))
    } orShow: {
      try await offerPage(visit, $0)
    }
  }

  private func requestPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    guard actor.may(.transferCase) else { throw Refusal.forbidden }
    let id: CaseID = try visit.id("case")
    let file = try await desks.cases.file(actor, id)
    guard file.isShared else { throw Refusal.forbidden }
    let words = visit.words
    return .page(
      "transfers/form",
      [
        "heading": Heading(
          title: words("transfers.request.title"), lead: words("transfers.request.lead"),
          back: HomeSection.Link(
            address: "/cases/\(id)", label: words("transfers.offer.case", ["code": file.summary.code.description]))
        ).view,
        "form": sheet.view(
          action: "/cases/\(id)/transfers/request", submit: "transfers.request.submit",
          fields: [sheet.hidden("id", desks.office.randomness.identifier(CaseTransferEntity.self).description)],
          cancel: "/cases/\(id)"),
      ])
  }

  private func request(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    guard actor.may(.transferCase) else { throw Refusal.forbidden }
    let caseID: CaseID = try visit.id("case")
    return try await visit.attempt(orIf: .noBasis) {
      let id: CaseTransferID = try FormReader(visit.form).id()
      try await desks.transfers.request(actor, caseID, id: id)
      return .goTo(Self.address(id))
    } orShow: {
      try await requestPage(visit, $0)
    }
  }
}

/// A case's transfers, in its file.
extension TransferPages: CaseFileRoom {
  /// Who holds a case jointly, or reads some of it, may ask for it.
  var isInSharedFiles: Bool { true }

  func section(of file: CaseFile, _ visit: Visit, _ actor: Actor) async throws -> CaseFileSection? {
    guard actor.may(.readCase) else { return nil }
    let found = try await desks.transfers.ofCase(actor, file.summary.id)
    let (id, words) = (file.summary.id, visit.words)
    var links: [HomeSection.Link] = []
    if actor.may(.transferCase), file.summary.status == .open {
      links.append(
        file.isShared
          ? HomeSection.Link(address: "/cases/\(id)/transfers/request", label: words("transfers.request.title"))
          : HomeSection.Link(address: "/cases/\(id)/transfers/new", label: words("transfers.offer.title")))
    }
    guard !found.isEmpty || !links.isEmpty else { return nil }
    return CaseFileSection(
      anchor: "transfers", title: words("transfers.title"), rows: found.map { row($0, visit, actor) },
      empty: words("transfers.none"), links: links)
  }

  func endsWithCase(_ file: CaseFile, _ visit: Visit, _ actor: Actor) async throws -> [String] {
    guard actor.may(.readCase) else { return [] }
    let waiting = try await desks.transfers.ofCase(actor, file.summary.id).count { $0.state.isWaiting }
    return waiting > 0 ? [visit.words("transfers.closing", ["count": String(waiting)])] : []
  }

  func endsWithConsent(_ consent: Consent, _ visit: Visit, _ actor: Actor) async throws -> [String] {
    guard actor.may(.readCase) else { return [] }
    return try await desks.transfers.ofCase(actor, consent.caseID).filter { $0.consent == consent.id && $0.isLive }
      .map {
        visit.words(
          "transfers.ends_with_consent",
          ["what": visit.words("transfers.kind.\($0.kind.rawValue)"), "agency": $0.other.name])
      }
  }
}
