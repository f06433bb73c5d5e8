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
      case .draft, .sent: .open
      case .seen, .accepted, .inService: .active
      case .asked: referral.from.agency == own ? .urgent : .active
      case .completed, .handedBack, .closedOutside: .done
      case .discarded, .declined, .interrupted, .withdrawn, .revoked, .endedWithCase, .expired: .ended
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
        visit.dates.ago(referral.sentAt), told(referral) ?? "",
      ].filter { !$0.isEmpty }, status: status(referral),
      due: referral.state.isWaiting ? visit.dates.due(referral.dueAt) : nil,
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
    view["more"] = more(event)
    if event.move == .decline { view["suggested"] = referral.suggested?.name }
    return view
  }

  func kinds(_ kinds: Set<DataKind>) -> String {
    kinds.sorted().compactMap { term(.dataKinds, $0.rawValue) }.joined(separator: ", ")
  }

  /// What an event was about: the reason, the outcome, what is left. To whom it was handed only its own agency sees.
  private func more(_ event: ReferralEvent) -> String? {
    guard let code = event.code else { return nil }
    switch event.move {
    case .decline: return term(.declineReasons, code) ?? code
    case .interrupt: return term(.interruptionReasons, code) ?? code
    case .complete, .closeOutside: return term(.outcomes, code) ?? code
    case .handBack:
      let parts = code.split(separator: " ").map(String.init)
      guard parts.count == 2 else { return code }
      return words(
        "referrals.hand_back.more", ["outcome": term(.outcomes, parts[0]) ?? parts[0], "need": need(parts[1])])
    case .handOver: return event.agency == own ? MemberID(code).flatMap { names[$0] } : nil
    default: return nil
    }
  }

  // MARK: The clock

  /// Whom the clock has told of a referral that waits; `nil` before it told anybody but the desk itself.
  private func told(_ referral: Referral) -> String? {
    guard referral.state.isWaiting, let step = referral.clockStep, step > .reminder else { return nil }
    return words("referrals.told.\(step.code)")
  }

  /// A line of the history.
  func step(_ step: ReferralStep, _ referral: Referral, _ followed: FollowedMechanism?) -> [String: String] {
    var places = places(step.agency, referral)
    places["other"] = followed?.alternate?.name
    let isToAlternate = step.step == .sender && places["other"] != nil
    return [
      "what": words("referrals.step.\(step.step.code)\(isToAlternate ? "_to_alternate" : "")", places),
      "when": visit.dates.moment(step.at), "ago": visit.dates.ago(step.at),
      "more": reminded(step) ?? "",
    ].filter { !$0.value.isEmpty }
  }

  /// Whom of the own desk the clock named; of another agency nobody learns names.
  private func reminded(_ step: ReferralStep) -> String? {
    guard step.agency == own else { return nil }
    let known = step.members.compactMap { names[$0] }.sorted()
    return known.isEmpty ? nil : known.joined(separator: ", ")
  }

  /// What happens next, and by when: who has to do something, and what the clock does if nobody does.
  func next(_ view: ReferralView) -> [String] {
    let referral = view.referral
    var sentences: [String] = []
    if let holder = referral.inHandOf {
      let isOurs = holder.agency == own
      sentences.append(
        words(
          "referrals.next.\(referral.state.rawValue)\(isOurs ? ".ours" : "")",
          ["agency": holder.name, "due": visit.dates.moment(referral.dueAt)]))
    }
    if let next = view.next {
      var places = places(referral.inHandOf?.agency ?? referral.to.agency, referral)
      places["when"] = visit.dates.moment(next.at)
      let key =
        next.step == .end && referral.basisUntil == next.at
        ? "end_of_consent"
        : next.step == .sender && view.followed?.alternate != nil ? "sender_to_alternate" : next.step.code
      places["other"] = view.followed?.alternate?.name
      sentences.append(words("referrals.next_step.\(key)", places))
    }
    return sentences
  }

  private func places(_ agency: AgencyID, _ referral: Referral) -> [String: String] {
    [
      "agency": agency == referral.from.agency ? referral.from.name : referral.to.name, "from": referral.from.name,
    ]
  }
}
