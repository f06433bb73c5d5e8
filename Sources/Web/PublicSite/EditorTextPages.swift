import Accounts
import Basics
import CountryPack
import PublicSite

/// One text for its editors: where it stands in each language, every version, and what changed between two.
struct EditorTextPages {
  let desks: Desks
  var desk: PublicSiteDesk { desks.publicSite }

  func add(to routes: Routes) {
    routes.get(EditorPages.path + "/:text", overview)
    routes.get(EditorPages.path + "/:text/versions/:version", version)
    routes.get(EditorPages.path + "/:text/compare/:language", compare)
  }

  private func screen(_ visit: Visit) async throws -> (Actor, EditorScreen) {
    let actor = try visit.actor()
    let text = try await desk.text(actor, try visit.id("text"))
    return (actor, EditorScreen(visit: visit, text: text, names: try await desks.members.names(actor)))
  }

  // MARK: Overview

  private func overview(_ visit: Visit) async throws -> Answer {
    let (_, screen) = try await screen(visit)
    let (text, words) = (screen.text, visit.words)
    let (state, isPending) = SiteRules.whole(text, at: screen.now)
    var notice: String?
    if state == .withdrawn, let last = text.withdrawals.last {
      notice = words(
        "site.withdrawn_notice", ["moment": visit.dates.moment(last.at), "reason": last.reason[visit.language]])
    } else if let closes = text.closes {
      notice = words(
        closes <= screen.now ? "site.closed_notice" : "site.closes_notice", ["moment": visit.dates.moment(closes)])
    }
    let moves: [(SiteRules.Move, String)] = [(.end, "/end"), (.withdraw, "/withdraw")]
    var links = [
      HomeSection.Link(address: screen.address("/hand"), label: words("site.hand")),
      HomeSection.Link(address: screen.address("/address"), label: words("site.move")),
    ]
    links += moves.filter { SiteRules.allows($0.0, state, isPending: isPending) }
      .map { .init(address: screen.address($0.1), label: words("site.\($0.0.rawValue)")) }
    return ProtectionSection.page(
      Heading(
        title: text.title, eyebrow: words("site.kind.\(text.kind.rawValue)"),
        back: .init(address: EditorPages.path, label: words("site.title"))),
      desks.pack.languages.map { language(screen, $0) } + [
        ProtectionSection(
          title: words("site.more"), anchor: "more",
          definitions: Definitions([
            (words("site.slug"), (text.kind.isNews ? "/news/" : "/") + text.slug),
            (words("site.place"), text.kind.isNews ? "" : String(text.place)),
            (
              words("site.holder"),
              text.holder.map { [screen.who($0.member), $0.note].filter { !$0.isEmpty }.joined(separator: ": ") } ?? ""
            ),
          ]), links: links),
        history(screen),
      ], notice: notice)
  }

  /// Where one language stands, and what can be done with it.
  private func language(_ screen: EditorScreen, _ language: Language) -> ProtectionSection {
    let (text, words) = (screen.text, screen.words)
    let standing = screen.standing(language)
    let newest = text.newest(language)
    var links: [HomeSection.Link] = []
    func link(_ rest: String, _ key: String) {
      links.append(.init(address: screen.address(rest), label: words(key)))
    }
    link(
      "/write/\(language)",
      newest != nil ? (language == text.original ? "site.edit" : "site.edit_translation") : "site.translate")
    if let newest {
      if newest.id != standing.shown?.version || standing.state != .live, standing.pending == nil {
        link("/publish/\(language)", standing.wasPublic ? "site.publish_change" : "site.publish")
      }
      if standing.pending != nil { link("/cancel/\(language)", "site.cancel") }
      link("/versions/\(newest.id)", "site.look")
      if newest.number > 1 { link("/compare/\(language)", "site.compare") }
    }
    if standing.state == .live {
      links.append(
        .init(
          address: "/\(language)/" + (text.kind.isNews ? "news/" : "") + text.slug, label: words("site.see_public")))
    }
    let rows =
      newest.map { newest in
        [
          WorkRow(
            title: newest.title, address: screen.address("/versions/\(newest.id)"), facts: screen.facts(language),
            status: screen.status(language))
        ]
      } ?? []
    return ProtectionSection(
      title: screen.languageName(language), anchor: "language-\(language)", rows: rows,
      empty: words("site.not_written"), links: links)
  }

  /// Everything that was written and published, newest first.
  private func history(_ screen: EditorScreen) -> ProtectionSection {
    let (text, words, dates) = (screen.text, screen.words, screen.visit.dates)
    var rows: [(Moment, [DataTable.Cell])] = text.versions.map { version in
      (
        version.writtenAt,
        [
          .text(dates.moment(version.writtenAt)), .text(screen.languageName(version.language)),
          .link(
            words("site.written_version", ["number": String(version.number)]),
            address: screen.address("/versions/\(version.id)")),
          .text(screen.who(version.writer)),
        ]
      )
    }
    rows += text.releases.map { release in
      let number = text.version(release.version).map { String($0.number) } ?? ""
      var lines = [
        words("site.released_version", ["number": number, "moment": dates.moment(release.opens)]),
        words("site.change.\(release.kind.rawValue)") + (release.note.isEmpty ? "" : ": \(release.note)"),
      ]
      if release.cancelledAt != nil { lines.append(words("site.was_cancelled")) }
      return (
        release.at,
        [
          .text(dates.moment(release.at)), .text(screen.languageName(release.language)), .lines(lines),
          .text(screen.who(release.by)),
        ]
      )
    }
    rows += text.withdrawals.map { withdrawal in
      (
        withdrawal.at,
        [
          .text(dates.moment(withdrawal.at)), .text(""),
          .text(words("site.state.withdrawn") + ": " + withdrawal.reason[screen.visit.language]),
          .text(screen.who(withdrawal.by)),
        ]
      )
    }
    return ProtectionSection(
      title: words("site.history"), anchor: "history",
      table: DataTable(
        caption: words("site.history"),
        columns: [words("site.when"), words("site.language"), words("site.what"), words("site.who")],
        rows: rows.sorted { $1.0 < $0.0 }.map(\.1)))
  }

  // MARK: Versions

  private func version(_ visit: Visit) async throws -> Answer {
    let (_, screen) = try await screen(visit)
    let id: SiteVersionID = try visit.id("version")
    guard let version = screen.text.version(id) else { throw Refusal.notFound }
    let words = visit.words
    var model: [String: Any] = ["title": version.title, "text": screen.rendered(version)]
    model["back"] = screen.address()
    model["backLabel"] = words("site.back")
    model["about"] = words(
      "site.version_about",
      [
        "number": String(version.number), "language": screen.languageName(version.language),
        "moment": visit.dates.moment(version.writtenAt), "name": screen.who(version.writer),
      ])
    model["isPublic"] =
      screen.standing(version.language).state == .live
      && screen.standing(version.language).shown?.version == version.id
    model["source"] = version.body
    return .page("public-site/version", model)
  }

  private func compare(_ visit: Visit) async throws -> Answer {
    let (_, screen) = try await screen(visit)
    guard let language = desks.pack.languages.first(where: { $0.code == visit.part("language") }) else {
      throw Refusal.notFound
    }
    let versions = screen.text.versions.filter { $0.language == language }.sorted { $0.number < $1.number }
    guard let last = versions.last else { throw Refusal.notFound }
    func asked(_ name: String, or standing: Int) -> SiteVersion {
      let number = visit.query[name].flatMap { Int($0) } ?? standing
      return versions.first { $0.number == number } ?? last
    }
    let (from, to) = (asked("from", or: max(1, last.number - 1)), asked("to", or: last.number))
    let words = visit.words
    let comparison = VersionComparison(from: from, to: to)
    func options(_ chosen: SiteVersion) -> [[String: Any]] {
      versions.map { version in
        [
          "value": String(version.number), "chosen": version.id == chosen.id,
          "label": words("site.version", ["number": String(version.number)]) + " · "
            + visit.dates.moment(version.writtenAt),
        ]
      }
    }
    return .page(
      "public-site/compare",
      [
        "title": words("site.compare"),
        "heading": Heading(
          title: words("site.compare"), eyebrow: screen.text.title, back: screen.back
        ).view,
        "action": screen.address("/compare/\(language)"), "textLanguage": language.code, "from": options(from),
        "to": options(to), "isEqual": comparison.isEqual,
        "lines": comparison.lines.map { line in
          ["words": line.words, "isRemoved": line.mark == .removed, "isAdded": line.mark == .added] as [String: Any]
        },
      ] as [String: Any])
  }
}
