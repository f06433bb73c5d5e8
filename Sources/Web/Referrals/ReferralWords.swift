import Accounts
import Basics
import Casework
import CountryPack
import Referrals

/// How referrals are put into words for one reader.
struct ReferralWords {
  let visit: Visit
  let actor: Actor
  let pack: CountryPack
  /// Names of the colleagues of the reader's own agency.
  let names: [MemberID: String]

  init(_ visit: Visit, _ actor: Actor, _ desks: Desks) async throws {
    self.visit = visit
    self.actor = actor
    pack = desks.pack
    names = try await desks.members.names(actor)
  }

  private var words: Words { visit.words }
  /// The agency whose side the reader is on; who oversees is on nobody's.
  private var own: AgencyID? { actor.overseesReferrals ? nil : actor.agency }

  func need(_ code: String) -> String { term(.services, code) ?? term(.needs, code) ?? code }

  func term(_ list: PackList, _ code: String) -> String? { pack.term(list, code)?.name[visit.language] }

  func status(_ referral: Referral) -> Status {
    let now = visit.frame.desks.office.clock.now()
    let tone: Status.Tone =
      switch referral.state {
      case .sent: .open
      case .seen, .accepted: .active
      case .asked: referral.from.agency == own ? .urgent : .active
      case .completed: .done
      case .declined, .withdrawn, .revoked, .endedWithCase: .ended
      }
    return Status(
      text: words("referrals.state.\(referral.state.rawValue)"), tone: referral.isOverdue(at: now) ? .urgent : tone)
  }

  /// Who has to do the next thing: a colleague by name, another agency by its name.
  func holder(_ referral: Referral) -> String? {
    guard let side = referral.inHandOf else { return nil }
    if side.agency == own, side.agency == referral.to.agency, let member = referral.claimedBy {
      return names[member] ?? side.name
    }
    return side.agency == own ? words("referrals.our_desk") : side.name
  }

  /// A line of a work list.
  func row(_ referral: Referral) -> WorkRow {
    let isOurs = referral.from.agency == own
    let route =
      isOurs
      ? words("referrals.row.to", ["agency": referral.to.name])
      : referral.to.agency == own
        ? words("referrals.row.from", ["agency": referral.from.name])
        : referral.from.name + " → " + referral.to.name
    return WorkRow(
      title: need(referral.need), address: ReferralPages.address(referral.id),
      facts: [
        route, words("referrals.row.urgency", ["urgency": term(.urgencies, referral.urgency) ?? referral.urgency]),
        visit.dates.ago(referral.sentAt),
      ], status: status(referral), due: referral.state.isWaiting ? visit.dates.due(referral.dueAt) : nil,
      holder: holder(referral))
  }

  /// A line of the history.
  func event(_ event: ReferralEvent, _ referral: Referral) -> [String: Any] {
    let agency = event.agency == nil || event.agencyName.isEmpty ? words("referrals.system") : event.agencyName
    var view: [String: Any] = [
      "what": words("referrals.event.\(event.move.rawValue)", ["agency": agency]),
      "when": visit.dates.moment(event.at), "ago": visit.dates.ago(event.at),
    ]
    if event.agency == actor.agency { view["who"] = event.member.flatMap { names[$0] } }
    view["note"] = event.note
    if event.hasNote, event.note == nil { view["sealed"] = words("referrals.note_sealed") }
    if event.move == .decline {
      view["more"] = referral.declineReason.map { term(.declineReasons, $0) ?? $0 }
      view["suggested"] = referral.suggested?.name
    }
    if event.move == .complete { view["more"] = referral.outcome.map { term(.outcomes, $0) ?? $0 } }
    return view
  }

  func kinds(_ kinds: Set<DataKind>) -> String {
    kinds.sorted().compactMap { term(.dataKinds, $0.rawValue) }.joined(separator: ", ")
  }
}
