import Accounts
import Basics
import Hummingbird
import Referrals

/// How a member wants to be told: by kind, at which hours, to which address.
struct NoticeSettingsPages: RoomPages {
  static let path = "/notices/settings"
  static let addressPath = "/account/mail"

  let desks: Desks
  let settings: SiteSettings

  func add(to routes: Routes) {
    routes.get(Self.path) { visit in try await page(visit, visit.sheet) }
    routes.post(Self.path, choose)
    routes.get(Self.addressPath) { visit in try await addressPage(visit, visit.sheet) }
    routes.post(Self.addressPath, enter)
    routes.post("/account/mail/confirm", confirm)
    routes.post("/account/mail/remove", remove)
  }

  // MARK: Kinds and hours

  /// The kinds that a member can be told of, by what they do.
  static func groups(_ actor: Actor) -> [(key: String, kinds: [NoticeKind])] {
    var groups: [(key: String, kinds: [NoticeKind])] = []
    if actor.may(.answerReferral) {
      groups.append(
        (
          "notices.group.desk",
          [.arrivedUrgent, .arrived, .consentEnded, .handedOver, .released, .replied, .withdrawn, .caseClosed]
        ))
    }
    if actor.may(.sendReferral) {
      groups.append(
        (
          "notices.group.sender",
          [.asked, .accepted, .declined, .completed, .unanswered, .expired]
            + (actor.may(.answerReferral) ? [] : [.consentEnded])
        ))
    }
    var late: [NoticeKind] = []
    if actor.may(.answerReferral) || actor.may(.sendReferral) { late.append(.reminder) }
    if actor.may(.leadDesk) { late.append(.escalated) }
    if actor.overseesReferrals { late.append(.overseen) }
    if !late.isEmpty { groups.append(("notices.group.late", late)) }
    if actor.may(.answerTips) { groups.append(("notices.group.tips", [.tipUrgent, .tipArrived])) }
    return groups
  }

  private func page(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let words = visit.words
    let choices = try await desks.notices.choices(actor)
    let groups = Self.groups(actor)
    let ways = NoticeChoices.Way.allCases.map { FormSheet.Option($0.rawValue, words("notices.way.\($0.rawValue)")) }
    var fields = [sheet.hidden("revision", String(choices.revision))]
    for group in groups {
      for (index, kind) in group.kinds.enumerated() {
        var field = sheet.select(
          kind.rawValue, label: "notices.kind.\(kind.rawValue)", options: ways, value: choices.way(kind).rawValue)
        if index == 0 { field["before"] = words(group.key) }
        fields.append(field)
      }
    }
    let urgent = groups.flatMap(\.kinds).filter(\.isUrgent)
    var quiet = sheet.tick("quiet", label: "notices.quiet.on", value: choices.quiet != nil)
    quiet["before"] = words("notices.quiet.title")
    fields += [
      quiet,
      sheet.text(
        "from", label: "notices.quiet.from", value: choices.quiet?.from.description ?? "20:00", type: "time"),
      sheet.text(
        "until", label: "notices.quiet.until", value: choices.quiet?.until.description ?? "06:00", type: "time"),
    ]
    if !urgent.isEmpty {
      fields.append(
        sheet.checks(
          "through", label: "notices.quiet.through", hint: "notices.quiet.through_hint",
          options: urgent.map { FormSheet.Option($0.rawValue, words("notices.kind.\($0.rawValue)")) },
          values: Set(urgent.filter { !choices.waiting.contains($0) }.map(\.rawValue)), optional: true))
    }
    fields += [
      sheet.text("daily", label: "notices.daily", value: choices.dailyAt.description, type: "time"),
      sheet.tick("browser", label: "notices.browser", hint: "notices.browser_hint", value: choices.showsInBrowser),
    ]
    let own = try await desks.mailAddresses.own(actor)
    return .page(
      "notices/settings",
      [
        "heading": Heading(
          title: words("notices.settings.title"), lead: words("notices.settings.lead"),
          back: HomeSection.Link(address: NoticePages.path, label: words("notices.title"))
        ).view,
        "hasKinds": !groups.isEmpty, "mail": mail(own, words),
        "form": sheet.view(
          action: Self.path, submit: "notices.settings.submit", fields: fields, cancel: NoticePages.path),
      ] as [String: Any?])
  }

  /// Where mail goes, in one sentence.
  private func mail(_ own: MailAddressDesk.Own, _ words: Words) -> String {
    guard settings.sendsMail else { return words("notices.mail.off") }
    guard let address = own.address else {
      return words(own.pending == nil ? "notices.mail.nowhere" : "notices.mail.waits")
    }
    return words(own.isRefused ? "notices.mail.refused" : "notices.mail.goes", ["address": address.description])
  }

  private func choose(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      var choices = try await desks.notices.choices(actor)
      guard let revision = try visit.form.one("revision").flatMap({ Int($0) }) else { throw RefusedRequest.malformed }
      choices.revision = revision
      let kinds = Self.groups(actor).flatMap(\.kinds)
      for kind in kinds {
        guard let way = reader.value(kind.rawValue, or: "error.choose", { NoticeChoices.Way(rawValue: $0) }) else {
          continue
        }
        choices.ways[kind] = way == NoticeChoices.standard(kind) ? nil : way
      }
      let from = reader.value("from", or: "error.time_of_day") { TimeOfDay($0) }
      let until = reader.value("until", or: "error.time_of_day") { TimeOfDay($0) }
      choices.quiet = nil
      if reader.isTicked("quiet"), let from, let until {
        choices.quiet = NoticeChoices.QuietHours(from: from, until: until)
        if choices.quiet == nil { reader.refuse("until", "error.quiet_hours") }
      }
      let through = reader.values("through", or: "error.choose") { NoticeKind(rawValue: $0) }
      let urgent = Set(kinds.filter(\.isUrgent))
      choices.waiting = choices.waiting.subtracting(urgent).union(urgent.subtracting(through))
      choices.dailyAt = reader.value("daily", or: "error.time_of_day") { TimeOfDay($0) } ?? choices.dailyAt
      choices.showsInBrowser = reader.isTicked("browser")
      try reader.check()
      try await desks.notices.choose(actor, choices)
      return .goTo(NoticePages.path)
    } orShow: { sheet in
      try await page(visit, sheet)
    }
  }

  // MARK: The address

  private func addressPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let words = visit.words
    let own = try await desks.mailAddresses.own(actor)
    let enter = sheet.view(
      action: Self.addressPath, submit: "notices.address.submit",
      fields: [
        sheet.text(
          "address", label: "notices.address.label", hint: "notices.address.hint", type: "email", autocomplete: "email",
          inputmode: "email")
      ])
    let confirm = sheet.view(
      action: "/account/mail/confirm", submit: "notices.address.confirm",
      fields: [
        sheet.text(
          "code", label: "notices.address.code", hint: "notices.address.code_hint", autocomplete: "one-time-code")
      ])
    // A refusal stands above the form that was sent, and not above both.
    let isConfirming = sheet.wasSent && visit.request.uri.path.hasSuffix("/confirm")
    func calm(_ form: [String: Any]) -> [String: Any] { form.filter { $0.key != "message" && $0.key != "problems" } }
    return .page(
      "notices/address",
      [
        "heading": Heading(
          title: words("notices.address.title"), lead: words("notices.address.lead"),
          back: HomeSection.Link(address: Self.path, label: words("notices.settings.title"))
        ).view,
        "mail": mail(own, words), "isOn": settings.sendsMail,
        "pending": own.pending.map { words("notices.address.pending", ["address": $0.description]) },
        "confirm": own.pending == nil || !settings.sendsMail ? nil : (isConfirming ? confirm : calm(confirm)),
        "enter": settings.sendsMail ? (isConfirming ? calm(enter) : enter) : nil,
        "hasAny": own.address != nil || own.pending != nil,
      ] as [String: Any?])
  }

  private func enter(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    return try await visit.attempt {
      guard settings.sendsMail else { throw Refusal(.conflict, Phrase("error.mail_off")) }
      var reader = FormReader(visit.form)
      let address = reader.text("address", upTo: 254)
      try reader.check()
      try await desks.mailAddresses.enter(actor, address)
      return .goTo(Self.addressPath)
    } orShow: { sheet in
      try await addressPage(visit, sheet)
    }
  }

  private func confirm(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let code = reader.text("code", upTo: 40)
      try reader.check()
      try await desks.mailAddresses.confirm(actor, code: code)
      return .goTo(Self.path)
    } orShow: { sheet in
      try await addressPage(visit, sheet)
    }
  }

  private func remove(_ visit: Visit) async throws -> Answer {
    try await desks.mailAddresses.remove(try visit.actor())
    return .goTo(Self.addressPath)
  }
}
