import Accounts
import Basics
import CountryPack
import Records

/// Making public, taking back, and who has a text.
extension PublicSiteDesk {
  /// Makes a version public, now or at a moment to come. Sending it again changes nothing.
  ///
  /// - Parameters:
  ///   - release: chosen by the form.
  ///   - revision: of the text, as it was seen.
  ///
  /// Throws `Refusal`: `.notFound`; `.conflict` when it was changed meanwhile, a newer version was kept, or another
  /// waits for its moment; `.invalid` with what `SiteRules.problems` finds.
  public func publish(
    _ actor: Actor, _ id: SiteTextID, release: SiteReleaseID, _ wish: SiteRules.Publication, seen revision: Int
  ) async throws {
    try await change(actor, "site.published", id, seen: revision, isDone: { $0.releases.contains { $0.id == release } })
    {
      text, now, transaction in
      guard let version = text.version(wish.version), version.language == wish.language else { throw Refusal.notFound }
      guard text.newest(wish.language)?.id == version.id else {
        throw Refusal(.conflict, Phrase("error.site_meanwhile"))
      }
      let standing = SiteRules.standing(text, wish.language, at: now)
      guard SiteRules.allows(.publish, standing.state, isPending: standing.pending != nil) else {
        throw Refusal(.conflict, Phrase("error.site_pending"))
      }
      let problems = SiteRules.problems(wish, of: text, at: now)
      guard problems.isEmpty else { throw Refusal.fields(problems) }
      text.closes = wish.closes
      // After a withdrawal, also within its millisecond.
      let last = text.withdrawals.map { $0.at + Span(milliseconds: 1) }.max() ?? now
      try PublicSiteRecords.insert(
        SiteRelease(
          id: release, language: wish.language, version: version.id, opens: wish.opens ?? now,
          kind: standing.wasPublic ? wish.kind ?? .wording : .first, note: standing.wasPublic ? wish.note : "",
          by: actor.member, at: max(now, last)), of: id, transaction)
      // Whoever had it has done it.
      if text.holder?.member == actor.member { text.holder = nil }
    }
  }

  /// Takes a version back that is not public yet.
  ///
  /// Throws `Refusal`: `.notFound`; `.conflict` when it is public already, or was changed meanwhile.
  public func cancel(_ actor: Actor, _ id: SiteTextID, _ release: SiteReleaseID, seen revision: Int) async throws {
    try await change(
      actor, "site.cancelled", id, seen: revision,
      isDone: { $0.releases.contains { $0.id == release && $0.cancelledAt != nil } }
    ) { text, now, transaction in
      guard let there = text.releases.first(where: { $0.id == release }) else { throw Refusal.notFound }
      guard there.opens > now else { throw Refusal(.conflict, Phrase("error.site_opened")) }
      try PublicSiteRecords.cancel(release, at: now, transaction)
    }
  }

  /// Says when a text comes down in every language; `nil`: it stays.
  ///
  /// Throws `Refusal`: `.notFound`; `.conflict`; `.invalid` for a moment that is over.
  public func end(_ actor: Actor, _ id: SiteTextID, at closes: Moment?, seen revision: Int) async throws {
    try await change(actor, "site.end", id, seen: revision, isDone: { $0.closes == closes }) { text, now, _ in
      let (state, isPending) = SiteRules.whole(text, at: now)
      guard SiteRules.allows(.end, state, isPending: isPending) else {
        throw Refusal(.conflict, Phrase("error.site_not_public"))
      }
      let opens = text.releases.filter { $0.cancelledAt == nil }.map(\.opens).max() ?? now
      if let closes, closes <= max(now, opens) { throw Refusal.fields([FieldProblem("closes", "error.site_closes")]) }
      text.closes = closes
    }
  }

  /// Gives a text that was never public another address, or another place among the pages.
  public func rename(
    _ actor: Actor, _ id: SiteTextID, slug: String, place: Int, seen revision: Int, taken: Set<String> = []
  ) async throws {
    let shipped = Set(pack.sitePages.map(\.slug))
    try await change(actor, "site.moved", id, seen: revision, isDone: { $0.slug == slug && $0.place == place }) {
      text, now, transaction in
      if text.slug != slug {
        let (state, isPending) = SiteRules.whole(text, at: now)
        guard SiteRules.allows(.rename, state, isPending: isPending), text.packPage == nil else {
          throw Refusal.fields([FieldProblem("slug", "error.site_slug_stays")])
        }
        let problems = try Self.problems(slug: slug, taken.union(shipped), id, transaction)
        guard problems.isEmpty else { throw Refusal.fields(problems) }
      }
      (text.slug, text.place) = (slug, place)
    }
  }

  /// Takes a text down in every language. Its address says why.
  ///
  /// - Parameter reason: a sentence for readers, in both languages.
  ///
  /// Throws `Refusal`: `.notFound`; `.conflict` when it is not public; `.invalid` without a reason.
  public func withdraw(_ actor: Actor, _ id: SiteTextID, reason: LocalizedText, seen revision: Int) async throws {
    try await change(
      actor, "site.withdrawn", id, seen: revision,
      isDone: { text in text.revision == revision + 1 && text.withdrawals.last?.reason == reason }
    ) { text, now, transaction in
      let (state, isPending) = SiteRules.whole(text, at: now)
      guard SiteRules.allows(.withdraw, state, isPending: isPending) else {
        throw Refusal(.conflict, Phrase("error.site_not_public"))
      }
      let missing = [Language.spanish, .english].filter { reason[$0].isEmpty }
      guard missing.isEmpty else {
        throw Refusal.fields(missing.map { FieldProblem("reason_\($0)", "error.missing") })
      }
      let last = text.releases.map(\.at).max() ?? now
      try PublicSiteRecords.insert(
        SiteWithdrawal(at: max(now, last), reason: reason, by: actor.member), of: id, transaction)
    }
  }

  /// Hands a text to a colleague with a word on what is asked; `nil` puts it back on the table.
  ///
  /// Throws `Refusal`: `.notFound`; `.conflict`; `.invalid` for somebody who may not write.
  public func hand(
    _ actor: Actor, _ id: SiteTextID, to member: MemberID?, note: String, seen revision: Int
  ) async throws {
    let root = office.root
    let holder = member.map { SiteText.Holder($0, note: note) }
    try await change(actor, "site.handed", id, seen: revision, isDone: { $0.holder == holder }) {
      text, _, transaction in
      if let member {
        guard try Colleagues.who(may: .keepSite, in: actor.agency, root, transaction)[member] != nil else {
          throw Refusal.fields([FieldProblem("member", "error.choose")])
        }
      }
      text.holder = holder
    }
  }

  /// Loads a text, changes it and keeps it, unless it says so already or somebody was faster.
  private func change(
    _ actor: Actor, _ action: String, _ id: SiteTextID, seen revision: Int,
    isDone: @escaping @Sendable (SiteText) -> Bool,
    _ body: @escaping @Sendable (inout SiteText, Moment, any WriteTransaction) throws -> Void
  ) async throws {
    try await write(actor, action, id) { now, transaction in
      guard var text = try PublicSiteRecords.text(id, transaction) else { throw Refusal.notFound }
      if isDone(text) { return false }
      guard text.revision == revision else { throw Refusal(.conflict, Phrase("error.edited_meanwhile")) }
      try body(&text, now, transaction)
      guard try PublicSiteRecords.update(text, transaction) else {
        throw Refusal(.conflict, Phrase("error.edited_meanwhile"))
      }
      return true
    }
  }
}
