import Accounts
import Basics
import CountryPack
import Tips

/// Which agencies receive messages from the public, for where, and how soon they answer.
struct TipReceiverPages {
  static let path = "/tips/receivers"
  let desks: Desks
  private var desk: TipDesk { desks.tips }

  func add(to routes: Routes) {
    routes.list(Self.path, list)
    routes.get(Self.path + "/:agency") { visit in try await form(visit, visit.sheet) }
    routes.post(Self.path + "/:agency", save)
  }

  private func list(_ visit: Visit) async throws -> Answer {
    let (actor, words) = (try visit.actor(), visit.words)
    let all = try await desk.settings(actor)
    return ProtectionSection.page(
      Heading(
        title: words("tips.receivers.title"), lead: words("tips.receivers.lead"),
        back: actor.may(.answerTips) ? .init(address: TipPages.path, label: words("tips.title")) : nil),
      [
        ProtectionSection(
          title: words("tips.receivers.agencies"), anchor: "agencies",
          rows: all.map { one in
            WorkRow(
              title: one.name, address: "\(Self.path)/\(one.agency)", facts: one.isOpen ? facts(one, visit) : [],
              status: Status(
                text: words(one.isOpen ? "tips.receivers.open" : "tips.receivers.closed"),
                tone: one.isOpen ? .active : .ended), action: words("tips.receivers.change"))
          }, empty: words("tips.receivers.none"))
      ])
  }

  private func facts(_ one: TipReceiver, _ visit: Visit) -> [String] {
    let places = one.provinces.sorted().map { desks.pack.province(iso: $0)?.name[visit.language] ?? $0 }
    return [
      places.isEmpty ? visit.words("tips.form.everywhere") : places.joined(separator: ", "),
      visit.words("tips.form.answers_in", ["days": String(one.answerDays)]),
    ]
  }

  private func one(_ visit: Visit) async throws -> TipReceiver {
    let id: AgencyID = try visit.id("agency")
    guard let one = try await desk.settings(try visit.actor()).first(where: { $0.agency == id }) else {
      throw Refusal.notFound
    }
    return one
  }

  private func form(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let (one, words) = (try await one(visit), visit.words)
    var revision = sheet.hidden("revision", String(one.revision))
    // After somebody else's change what is sent again has seen it: the page says so.
    if sheet.refusal?.kind == .conflict { revision["value"] = String(one.revision) }
    return ProtectionSection.page(
      Heading(
        title: one.name, lead: words("tips.receivers.form_lead"),
        back: .init(address: Self.path, label: words("tips.receivers.title"))), [],
      form: sheet.view(
        action: "\(Self.path)/\(one.agency)", submit: "tips.receivers.save",
        fields: [
          revision, sheet.tick("open", label: "tips.receivers.receives", value: one.isOpen),
          sheet.checks(
            "provinces", label: "tips.receivers.provinces", hint: "tips.receivers.provinces_hint",
            options: desks.pack.provinces.map { .init($0.iso, $0.name[visit.language]) }, values: one.provinces,
            optional: true),
          sheet.text(
            "answer_days", label: "tips.receivers.days", hint: "tips.receivers.days_hint",
            value: String(one.answerDays), inputmode: "numeric"),
        ], cancel: Self.path))
  }

  private func save(_ visit: Visit) async throws -> Answer {
    let before = try await one(visit)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let revision = reader.value("revision", or: "error.unknown_code") { Int($0) }
      let provinces = reader.values("provinces", or: "error.choose") { $0 }
      let days = reader.value("answer_days", or: "error.tip_answer_days") { Int($0) }
      try reader.check()
      guard let revision, let days else { throw RefusedRequest.malformed }
      try await desk.receive(
        try visit.actor(),
        TipReceiver(
          agency: before.agency, name: before.name, kind: before.kind, isOpen: reader.isTicked("open"),
          provinces: provinces, answerDays: days, revision: revision))
      return .goTo(Self.path)
    } orShow: {
      try await form(visit, $0)
    }
  }
}
