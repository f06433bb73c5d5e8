import Accounts
import Basics
import Casework
import CountryPack
import Hummingbird
import Referrals

/// The forms: sending a referral, and the moves that need something typed.
extension ReferralPages {
  // MARK: Sending

  /// - Parameter draft: what was kept of it, to go on writing; without it, a fresh one.
  func sendPage(_ visit: Visit, _ sheet: FormSheet, _ draft: KeptDraft? = nil) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    let (code, recipients) = try await desks.referrals.recipients(actor, id)
    let texts = try await ReferralWords(visit, actor, desks)
    let words = visit.words
    var model: [String: Any] = [
      "heading": Heading(
        title: words("referrals.send.title"), lead: words("referrals.send.lead"),
        back: draft == nil
          ? HomeSection.Link(address: "/cases/\(id)", label: words("referrals.send.case", ["code": code.description]))
          : HomeSection.Link(address: "/referrals/drafts", label: words("referrals.drafts.title"))
      ).view,
      "hasRecipients": !recipients.isEmpty,
    ]
    // Only who may record a consent is led there.
    if actor.may(.recordConsent) { model["consent"] = "/cases/\(id)/consents/new" }
    model["message"] = sheet.message
    model["suggest"] = visit.frame.settings.isPractice ? nil : DeskSuggestionPages.address(id)
    let asked = draft.map(\.codes.to) ?? visit.query["to"].flatMap { AgencyID($0) }
    let wanted =
      recipients.first { $0.agency.id == asked && draft.map(\.codes.purpose) ?? $0.purpose == $0.purpose }
      ?? (recipients.count == 1 && draft == nil ? recipients.first : nil)
    let kept = draft?.words ?? ReferralDraft.Words()
    var fields = [
      sheet.select(
        "need", label: "referrals.send.need", options: needs(visit), value: draft?.codes.need ?? ""),
      sheet.choices(
        "urgency", label: "referrals.urgency",
        options: (desks.pack.lists[.urgencies] ?? []).map {
          FormSheet.Option(
            $0.code, $0.name[visit.language], hint: words("referrals.send.hours", ["hours": $0.details["hours"] ?? ""]))
        }, value: draft?.codes.urgency ?? ""),
      sheet.text(
        "language", label: "referrals.language", hint: "referrals.send.language_hint", value: kept.language,
        optional: true),
      sheet.area(
        "safe_contact", label: "referrals.safe_contact", hint: "referrals.send.safe_contact_hint",
        value: kept.safeContact, rows: 2, optional: true),
      sheet.area(
        "word", label: "referrals.word", hint: "referrals.send.word_hint", value: kept.word, rows: 3, optional: true),
      sheet.hidden("id", (draft?.id ?? desks.office.randomness.identifier(ReferralEntity.self)).description),
      sheet.hidden("revision", String(draft?.revision ?? 0)),
    ]
    let action = draft.map { Self.address($0.id, of: id) } ?? "/cases/\(id)/referrals/new"
    if !recipients.isEmpty {
      fields.insert(
        sheet.choices(
          "to", label: "referrals.send.to", hint: "referrals.send.to_hint",
          options: recipients.map { option($0, visit, texts) }, value: wanted.map(Self.value) ?? ""), at: 0)
      var form = sheet.view(action: action, submit: "referrals.send.submit", fields: fields, cancel: "/cases/\(id)")
      form["also"] = ["name": "keep", "label": words("referrals.drafts.keep")]
      model["form"] = form
    } else if draft != nil {
      // Nobody may receive it now: it can be gone on with, and sent when the person agrees.
      fields.append(sheet.hidden("keep", "1"))
      model["form"] = sheet.view(
        action: action, submit: "referrals.drafts.keep", fields: fields, cancel: "/referrals/drafts")
    }
    if let draft {
      model["discard"] = Self.address(draft.id, of: id) + "/discard"
      if let to = draft.codes.to, wanted == nil {
        model["lapsed"] = words("referrals.drafts.lapsed", ["agency": try await name(of: to, actor)])
      }
    }
    return .page("referrals/send", model)
  }

  /// Services, and needs whose code is not a service's as well.
  private func needs(_ visit: Visit) -> [FormSheet.Option] {
    let services = desks.pack.lists[.services] ?? []
    let onlyNeeds = (desks.pack.lists[.needs] ?? []).filter { desks.pack.term(.services, $0.code) == nil }
    return (services + onlyNeeds).map { FormSheet.Option($0.code, $0.name[visit.language]) }
  }

  private func option(_ recipient: ReferralRecipient, _ visit: Visit, _ texts: ReferralWords) -> FormSheet.Option {
    let purpose = texts.term(.purposes, recipient.purpose) ?? recipient.purpose
    let until = recipient.until.map { visit.dates.day(of: $0 - .seconds(1)) }
    var hint = visit.words("referrals.send.shares", ["kinds": texts.kinds(recipient.kinds)])
    if let until { hint += " " + visit.words("referrals.send.until", ["until": until]) }
    return FormSheet.Option(Self.value(recipient), recipient.agency.name + " · " + purpose, hint: hint)
  }

  /// One choice names agency and purpose: the pair that the person agreed to.
  static func value(_ recipient: ReferralRecipient) -> String {
    "\(recipient.agency.id).\(recipient.purpose)"
  }

  func send(_ visit: Visit) async throws -> Answer {
    try await send(visit) { try await sendPage(visit, $0) }
  }

  /// Sends what the form says, or keeps it as a draft where that was asked for.
  ///
  /// - Parameter draft: the draft in the address; without it, the form says what will be.
  func send(_ visit: Visit, _ draft: ReferralID? = nil, orShow show: (FormSheet) async throws -> Answer) async throws
    -> Answer
  {
    let actor = try visit.actor()
    let caseID: CaseID = try visit.id("case")
    return try await visit.attempt(orIf: .noBasis) {
      let isKept = visit.form["keep"] != nil
      var reader = FormReader(visit.form)
      let written: ReferralID = try reader.id()
      guard draft == nil || draft == written else { throw Refusal.notFound }
      let typed = visit.form["to"] ?? ""
      let pair = typed.isEmpty && isKept ? nil : reader.value("to", or: "error.referral_recipient", Self.recipient)
      let need = reader.text("need", upTo: 60, required: !isKept)
      let urgency = reader.text("urgency", upTo: 60, required: !isKept)
      let language = reader.text("language", upTo: 60, required: false)
      let contact = reader.text("safe_contact", upTo: 300, required: false)
      let word = reader.text("word", upTo: 600, required: false)
      try reader.check()
      if isKept {
        guard let revision = try visit.form.one("revision").flatMap({ Int($0) }) else { throw Refusal.notFound }
        try await desks.referrals.keep(
          actor, written, of: caseID,
          ReferralDraft.Codes(to: pair?.0, need: need, purpose: pair?.1 ?? "", urgency: urgency),
          ReferralDraft.Words(language: language, safeContact: contact, word: word), seen: revision)
        return .goTo("/referrals/drafts")
      }
      guard let pair else { throw Refusal.notFound }
      try await desks.referrals.send(
        actor, id: written,
        NewReferral(
          caseID: caseID, to: pair.0, need: need, purpose: pair.1, urgency: urgency, language: language,
          safeContact: contact, word: word))
      return .goTo(Self.address(written))
    } orShow: {
      try await show($0)
    }
  }

  private static func recipient(_ text: String) -> (AgencyID, String)? {
    let parts = text.split(separator: ".", maxSplits: 1)
    guard parts.count == 2, let agency = AgencyID(String(parts[0])) else { return nil }
    return (agency, String(parts[1]))
  }

  // MARK: Moves

  func moveForm(_ visit: Visit) async throws -> Answer {
    guard let move = ReferralMove(rawValue: visit.part("move")) else { throw Refusal.notFound }
    // A language switch on the answer to a refused move comes back to its address.
    if Self.direct.contains(move) { return .goTo(Self.address(try visit.id("referral"))) }
    return try await moveForm(visit, move, visit.sheet)
  }

  private func moveForm(_ visit: Visit, _ move: ReferralMove, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let id: ReferralID = try visit.id("referral")
    let view = try await desks.referrals.view(actor, id)
    guard view.options.contains(move) else {
      return sheet.wasSent ? try await page(visit, sheet) : .goTo(Self.address(id))
    }
    let texts = try await ReferralWords(visit, actor, desks)
    let question = view.events.last { $0.move == .ask }?.note
    var fields = try await self.fields(of: move, view, visit, sheet)
    fields.append(sheet.hidden("event", desks.office.randomness.identifier(ReferralEventEntity.self).description))
    fields.append(sheet.hidden("revision", String(view.referral.revision)))
    var model: [String: Any] = [
      "heading": Heading(
        title: visit.words("referrals.\(move.rawValue).title"),
        lead: texts.need(view.referral.need) + " · "
          + visit.words("referrals.route", ["from": view.referral.from.name, "to": view.referral.to.name]),
        back: HomeSection.Link(address: Self.address(id), label: visit.words("referrals.back"))
      ).view,
      "notice": visit.words("referrals.\(move.rawValue).notice"),
      "form": sheet.view(
        action: "\(Self.address(id))/\(move.rawValue)", submit: "referrals.\(move.rawValue).submit", fields: fields,
        cancel: Self.address(id), isDangerous: move == .withdraw),
    ]
    if move == .reply { model["question"] = question }
    return .page("referrals/move", model)
  }

  private func fields(of move: ReferralMove, _ view: ReferralView, _ visit: Visit, _ sheet: FormSheet) async throws
    -> [FormSheet.Field]
  {
    func options(_ list: PackList) -> [FormSheet.Option] {
      (desks.pack.lists[list] ?? []).map { FormSheet.Option($0.code, $0.name[visit.language]) }
    }
    func note(optional: Bool) -> FormSheet.Field {
      sheet.area("note", label: "referrals.\(move.rawValue).note", rows: 4, optional: optional)
    }
    switch move {
    case .ask, .reply: return [note(optional: false)]
    case .decline:
      let agencies = try await desks.agencies.directory(try visit.actor())
      let others = agencies.filter { ![view.referral.to.agency, view.referral.from.agency].contains($0.id) }
        .map { FormSheet.Option($0.id.description, $0.name) }
      return [
        sheet.choices("reason", label: "referrals.decline.reason", options: options(.declineReasons)),
        sheet.select(
          "suggested", label: "referrals.decline.suggested", hint: "referrals.decline.suggested_hint", options: others,
          optional: true),
        note(optional: true),
      ]
    case .complete:
      return [
        sheet.choices("outcome", label: "referrals.complete.outcome", options: options(.outcomes)),
        note(optional: true),
      ]
    case .handOver:
      let colleagues = try await desks.referrals.colleagues(try visit.actor())
        .filter { $0.member != view.referral.claimedBy }
        .map { FormSheet.Option($0.member.description, $0.name) }
      return [sheet.choices("member", label: "referrals.hand_over.member", options: colleagues)]
    case .interrupt:
      return [
        sheet.choices("reason", label: "referrals.interrupt.reason", options: options(.interruptionReasons)),
        note(optional: true),
      ]
    case .handBack:
      return [
        sheet.choices("outcome", label: "referrals.complete.outcome", options: options(.outcomes)),
        sheet.select(
          "remaining", label: "referrals.hand_back.remaining", hint: "referrals.hand_back.remaining_hint",
          options: needs(visit)), note(optional: true),
      ]
    case .closeOutside:
      return [
        sheet.choices("outcome", label: "referrals.close_outside.outcome", options: options(.outcomes)),
        note(optional: true),
      ]
    case .accept, .withdraw: return [note(optional: true)]
    case .keep, .discard, .send, .open, .claim, .release, .begin, .giveCode, .revoke, .caseClosed, .remind, .escalate,
      .expire:
      return []
    }
  }

  func move(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: ReferralID = try visit.id("referral")
    guard let move = ReferralMove(rawValue: visit.part("move")) else { throw Refusal.notFound }
    do {
      let event: ReferralEventID = try FormReader(visit.form).id("event")
      if move == .giveCode { return try await codePage(visit, actor, id, event: event) }
      guard let revision = try visit.form.one("revision").flatMap({ Int($0) }), let act = act(move, visit) else {
        throw Refusal.notFound
      }
      try await desks.referrals.make(act, actor, id, event: event, revision: revision)
      return .goTo(Self.address(id))
    } catch {
      guard let refusal = Refusal(becauseOf: error) else { throw error }
      let sheet = FormSheet(words: visit.words, typed: visit.form, refusal: refusal)
      var answer: Answer
      switch refusal.kind {
      case .invalid where !Self.direct.contains(move), .unavailable where !Self.direct.contains(move),
        .storageFull where !Self.direct.contains(move):
        answer = try await moveForm(visit, move, sheet)
      // The page as it stands now, with what happened meanwhile on top.
      case .conflict, .noBasis: answer = try await page(visit, sheet)
      default: throw error
      }
      answer.status = refusal.kind.status
      return answer
    }
  }

  private func act(_ move: ReferralMove, _ visit: Visit) -> ReferralAct? {
    let note = visit.form["note"] ?? ""
    switch move {
    case .claim: return .claim
    case .release: return .release
    case .begin: return .begin
    case .ask: return .ask(note)
    case .reply: return .reply(note)
    case .accept: return .accept(note: note)
    case .decline:
      let suggested = visit.form["suggested"] ?? ""
      // What is no identifier at all is a choice that does not exist: the desk says so beside the field.
      return .decline(
        reason: visit.form["reason"] ?? "", suggested: suggested.isEmpty ? nil : AgencyID(suggested) ?? .random(),
        note: note)
    case .complete: return .complete(outcome: visit.form["outcome"] ?? "", note: note)
    // As above: what is no identifier is nobody.
    case .handOver: return .handOver(to: MemberID(visit.form["member"] ?? "") ?? .random())
    case .interrupt: return .interrupt(reason: visit.form["reason"] ?? "", note: note)
    case .handBack:
      return .handBack(
        outcome: visit.form["outcome"] ?? "", remaining: visit.form["remaining"] ?? "", note: note)
    case .closeOutside: return .closeOutside(outcome: visit.form["outcome"] ?? "", note: note)
    case .withdraw: return .withdraw(note: note)
    case .keep, .discard, .send, .open, .giveCode, .revoke, .caseClosed, .remind, .escalate, .expire: return nil
    }
  }
}
