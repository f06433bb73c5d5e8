import Accounts
import Basics
import Casework
import CountryPack
import Releases
import Statistics

/// Where releases are worked on: drafted from a table, attacked, looked at by somebody else, published, corrected,
/// withdrawn; and the ledger of everything that was ever public.
struct ReleasePages: RoomPages {
  static let path = "/statistics/releases"
  let desks: Desks

  func add(to routes: Routes) {
    routes.list(Self.path, list)
    routes.get(Self.path + "/new") { visit in try await newPage(visit, visit.sheet) }
    routes.post(Self.path + "/new", draft)
    routes.get(Self.path + "/:release") { visit in try await page(visit, visit.sheet) }
    routes.post(Self.path + "/:release", move)
  }

  func home(_ visit: Visit, _ actor: Actor) async throws -> HomeSection? {
    guard actor.may(.publishReleases) else { return nil }
    let waiting = try await desks.releases.releases(actor).atWork.filter {
      $0.state == .checked && $0.draftedBy != actor.member && $0.checkedBy != actor.member
    }
    guard !waiting.isEmpty else { return nil }
    return HomeSection(
      title: "statistics.releases.waiting", rows: waiting.map { row($0, visit) }, words: visit.words)
  }

  // MARK: The list

  private func row(_ release: Release, _ visit: Visit) -> WorkRow {
    let words = visit.words
    return WorkRow(
      title: release.title[visit.language], address: "\(Self.path)/\(release.id)",
      facts: [release.address] + (release.publishedAt.map { [visit.dates.day(of: $0)] } ?? []),
      status: Self.status(release.state, words))
  }

  static func status(_ state: ReleaseState, _ words: Words) -> Status {
    let tone: Status.Tone =
      switch state {
      case .draft: .open
      case .checked: .active
      case .published: .done
      case .withdrawn: .urgent
      case .discarded: .ended
      }
    return Status(text: words("statistics.releases.state_\(state.rawValue)"), tone: tone)
  }

  private func list(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let (atWork, ledger) = try await desks.releases.releases(actor)
    let words = visit.words
    return ProtectionSection.page(
      Heading(
        title: words("statistics.releases.title"), lead: words("statistics.releases.lead"),
        next: .init(address: TablePages.path, label: words("statistics.releases.begin"))),
      [
        ProtectionSection(
          title: words("statistics.releases.at_work"), anchor: "work", rows: atWork.map { row($0, visit) },
          empty: words("statistics.releases.none_at_work")),
        ProtectionSection(
          title: words("statistics.releases.ledger"), anchor: "ledger", lead: words("statistics.releases.ledger_lead"),
          rows: ledger.map { row($0, visit) }, empty: words("statistics.releases.none"),
          links: [.init(address: "/open-data", label: words("statistics.open.title"))]),
      ], further: ["tabs": StatisticsTabs.view(visit, actor, current: Self.path)])
  }

  // MARK: Drafting

  private func newPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.readCounts)
    // The first time the choice stands in the address, afterwards in the form.
    let values = sheet.wasSent ? visit.form : visit.query
    let choice = try TableChoice({ values.all($0) }, desks.pack)
    let words = visit.words
    let screen = visit.frame.screen
    func title(_ language: Language) -> String {
      FactTerms(language, screen.words(language), desks.pack).title(choice)
    }
    return ProtectionSection.page(
      Heading(
        title: words("statistics.releases.new"), lead: FactTerms(visit).title(choice),
        back: .init(
          address: TablePages.path + "?" + TablePages.query(choice), label: words("statistics.tables.title"))),
      [],
      notice: choice.protection == .inside ? words("error.release_inside") : FactTerms(visit).says(choice.protection),
      form: sheet.view(
        action: Self.path + "/new", submit: "statistics.releases.draft",
        fields: [sheet.hidden("id", ReleaseID.random().description)]
          // A filter may have several codes: each goes along as it is.
          + choice.query.map { ["isHidden": true, "name": $0.name, "value": $0.value] as FormSheet.Field }
          + [
            sheet.text("title_es", label: "statistics.releases.title_es", value: title(.spanish)),
            sheet.text("title_en", label: "statistics.releases.title_en", value: title(.english)),
            sheet.text(
              "slug", label: "statistics.releases.slug", hint: "statistics.releases.slug_hint", value: slug(choice)),
          ], cancel: TablePages.path + "?" + TablePages.query(choice)))
  }

  /// An address that says what stands there: `cases-form-province-2007`.
  private func slug(_ choice: TableChoice) -> String {
    let parts = [choice.measure.rawValue] + choice.axes.map(\.rawValue) + (choice.filter[.year] ?? [])
    return parts.joined(separator: "-").replacing("_", with: "-")
  }

  private func draft(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.readCounts)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let id: ReleaseID = try reader.id()
      let title = ReleaseText(es: reader.text("title_es", upTo: 300), en: reader.text("title_en", upTo: 300))
      let slug = reader.text("slug", upTo: 60)
      try reader.check()
      let choice = try TableChoice({ visit.form.all($0) }, desks.pack)
      try await desks.releases.draft(actor, id: id, slug: slug, title: title, choice: choice)
      return .goTo("\(Self.path)/\(id)")
    } orShow: {
      try await newPage(visit, $0)
    }
  }

  // MARK: One

  private func page(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let report = try await desks.releases.report(actor, try visit.id("release"))
    let names = try await desks.members.names(actor)
    return .page(
      "statistics/release", ReleaseView(report: report, names: names, visit: visit, sheet: sheet).model)
  }

  private func move(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.readCounts)
    let id: ReleaseID = try visit.id("release")
    // Whoever does not know of it is told so before anything else.
    _ = try await desks.releases.report(actor, id)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let move = reader.value("move", or: "error.unknown_code") { ReleaseMove(rawValue: $0) }
      let revision = reader.value("revision", or: "error.unknown_code") { Int($0) }
      func text(_ name: String, required: Bool = true) -> ReleaseText {
        ReleaseText(
          es: reader.text(name + "_es", upTo: 300, required: required),
          en: reader.text(name + "_en", upTo: 300, required: required))
      }
      let releases = desks.releases
      switch move {
      case .check:
        try reader.check()
        try await releases.check(actor, id, seen: revision ?? 0)
      case .publish:
        try reader.check()
        try await releases.publish(
          actor, id, seen: revision ?? 0, names: OpenTable.Names(visit.frame.screen, desks.pack))
      case .sendBack:
        let reason = text("reason")
        try reader.check()
        try await releases.sendBack(actor, id, seen: revision ?? 0, because: reason)
      case .discard:
        try reader.check()
        try await releases.discard(actor, id, seen: revision ?? 0)
        return .goTo(Self.path)
      case .withdraw:
        let reason = text("reason")
        try reader.check()
        try await releases.withdraw(actor, id, seen: revision ?? 0, because: reason)
      case .correct:
        let (title, note) = (text("title"), text("note"))
        let protection = reader.value("protection", or: "error.unknown_code") {
          TableChoice.Protection(rawValue: $0)
        }
        let new: ReleaseID = try reader.id("new")
        try reader.check()
        guard let protection else { throw RefusedRequest.malformed }
        try await releases.correct(actor, id, id: new, title: title, note: note, protection: protection)
        return .goTo("\(Self.path)/\(new)")
      case nil: try reader.check()
      }
      return .goTo("\(Self.path)/\(id)")
    } orShow: {
      try await page(visit, $0)
    }
  }
}
