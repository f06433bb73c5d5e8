import Accounts
import Basics
import Casework
import CountryPack
import Hummingbird
import Referrals

/// What was kept of a referral, as its form shows it again.
struct KeptDraft {
  var id: ReferralID
  var codes: ReferralDraft.Codes
  var words: ReferralDraft.Words
  var revision: Int
}

/// Drafts: what the own agency is writing, going on with one, and putting it away.
extension ReferralPages {
  static func address(_ draft: ReferralID, of id: CaseID) -> String { "/cases/\(id)/referrals/drafts/\(draft)" }

  /// The lists of referrals beside one another; `nil` where there is only one.
  func tabs(_ visit: Visit, _ actor: Actor, current: String) -> [String: Any]? {
    let words = visit.words
    var items: [(label: String, address: String)] = []
    if actor.receivesReferrals { items.append((words("referrals.received"), "/referrals")) }
    items.append((words("referrals.sent"), "/referrals/sent"))
    if actor.may(.sendReferral) { items.append((words("referrals.drafts.title"), "/referrals/drafts")) }
    return items.count > 1 ? Tabs(items: items, current: current).view : nil
  }

  func drafts(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let drafts = try await desks.referrals.drafts(actor)
    let texts = try await ReferralWords(visit, actor, desks)
    let agencies = try await names(actor)
    let words = visit.words
    var model: [String: Any] = [
      "heading": Heading(title: words("referrals.title"), lead: words("referrals.drafts.lead")).view,
      "rows": drafts.map { row($0, texts, agencies, visit).view }, "hasRows": !drafts.isEmpty,
    ]
    model["tabs"] = tabs(visit, actor, current: "/referrals/drafts")
    return .page("referrals/drafts", model).listing([
      ListSheet.Part(
        title: words("referrals.drafts.title"), columns: ["export.need", "export.to", "lists.saved", "lists.holder"],
        rows: drafts.map { draft in
          [
            .typed(draft.codes.need.isEmpty ? words("referrals.drafts.no_need") : texts.need(draft.codes.need)),
            .typed(draft.codes.to.flatMap { agencies[$0] } ?? ""), visit.dates.sheet(at: draft.savedAt),
            .typed(texts.names[draft.member] ?? ""),
          ]
        })
    ])
  }

  /// The drafts of one case, for its file.
  func draftRows(of id: CaseID, _ visit: Visit, _ actor: Actor, _ texts: ReferralWords) async throws -> [WorkRow] {
    let drafts = try await desks.referrals.drafts(actor).filter { $0.caseID == id }
    guard !drafts.isEmpty else { return [] }
    let agencies = try await names(actor)
    return drafts.map { row($0, texts, agencies, visit) }
  }

  private func row(_ draft: ReferralDraft, _ texts: ReferralWords, _ agencies: [AgencyID: String], _ visit: Visit)
    -> WorkRow
  {
    let words = visit.words
    let to = draft.codes.to.flatMap { agencies[$0] }
    return WorkRow(
      title: draft.codes.need.isEmpty ? words("referrals.drafts.no_need") : texts.need(draft.codes.need),
      address: Self.address(draft.id, of: draft.caseID),
      facts: [
        to.map { words("referrals.row.to", ["agency": $0]) } ?? words("referrals.drafts.no_agency"),
        words("referrals.drafts.saved", ["ago": visit.dates.ago(draft.savedAt)]),
      ], status: Status(text: words("referrals.state.draft"), tone: .open), holder: texts.names[draft.member])
  }

  /// The form with what was kept, to go on writing.
  func draft(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let (draft, words) = try await desks.referrals.draft(actor, try visit.id("draft"), of: try visit.id("case"))
    return try await sendPage(
      visit, sheet, KeptDraft(id: draft.id, codes: draft.codes, words: words, revision: draft.revision))
  }

  func sendDraft(_ visit: Visit) async throws -> Answer {
    let (id, caseID): (ReferralID, CaseID) = (try visit.id("draft"), try visit.id("case"))
    let actor = try visit.actor()
    do { return try await send(visit, id) { try await draft(visit, $0) } } catch {
      // The same click again, or a colleague's: it has been sent, and there it is.
      guard let refusal = Refusal(becauseOf: error), refusal.phrase.key == "error.referral_already_sent" else {
        throw error
      }
      let sent = try await desks.referrals.ofCase(actor, caseID).contains { $0.id == id }
      guard sent else { throw error }
      return .goTo(Self.address(id))
    }
  }

  func discardDraft(_ visit: Visit) async throws -> Answer {
    try await desks.referrals.discard(try visit.actor(), try visit.id("draft"), of: try visit.id("case"))
    return .goTo("/referrals/drafts")
  }

  func name(of agency: AgencyID, _ actor: Actor) async throws -> String { try await names(actor)[agency] ?? "" }

  func names(_ actor: Actor) async throws -> [AgencyID: String] {
    Dictionary(try await desks.agencies.directory(actor).map { ($0.id, $0.name) }) { first, _ in first }
  }
}
