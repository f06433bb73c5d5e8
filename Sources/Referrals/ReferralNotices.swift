import Accounts
import Basics
import Records

/// Who is told of what happens to a referral: pure, one table for all moves and all steps of the clock.
struct ReferralNotice: Hashable {
  /// Whom it concerns, before anybody is looked up.
  enum Listeners: Hashable {
    /// Who has it in hand at the desk; everybody there who answers, when nobody has.
    case holder
    /// Everybody at the desk who answers, whoever has it in hand.
    case desk
    /// One member.
    case member(MemberID)
    /// Who sent it; who leads there, when that member has left.
    case sender
    /// Who leads the desk of an agency.
    case leads(AgencyID)
    /// Who oversees the referrals of all agencies.
    case overseers
  }

  var kind: NoticeKind
  var to: Listeners

  /// What is to be told after a move.
  ///
  /// - Parameters:
  ///   - referral: as it is now.
  ///   - before: who had it in hand before.
  static func after(_ move: ReferralMove, _ referral: Referral, before: MemberID?, at now: Moment) -> [ReferralNotice] {
    // Who had it in hand must hear that it is over, also where the move took it out of the hands.
    let holder = (referral.claimedBy ?? before).map(Listeners.member) ?? .desk
    return switch move {
    case .send: [.init(kind: referral.isDueWithinANight ? .arrivedUrgent : .arrived, to: .desk)]
    case .reply: [.init(kind: .replied, to: .holder)]
    case .withdraw: [.init(kind: .withdrawn, to: holder)]
    case .release: [.init(kind: .released, to: .desk)]
    case .handOver: referral.claimedBy.map { [.init(kind: .handedOver, to: .member($0))] } ?? []
    case .ask: [.init(kind: .asked, to: .sender)]
    case .accept: [.init(kind: .accepted, to: .sender)]
    case .decline: [.init(kind: .declined, to: .sender)]
    case .complete, .interrupt, .handBack: [.init(kind: .completed, to: .sender)]
    // The desk must stop, all of it: whoever printed something, or was about to call.
    case .revoke: [.init(kind: .consentEnded, to: .desk), .init(kind: .consentEnded, to: .sender)]
    case .caseClosed: [.init(kind: .caseClosed, to: .desk)]
    case .expire:
      referral.basisHasRunOut(at: now)
        ? [.init(kind: .consentEnded, to: .desk), .init(kind: .expired, to: .sender)]
        : [.init(kind: .expired, to: holder), .init(kind: .expired, to: .sender)]
    case .keep, .discard, .open, .claim, .begin, .giveCode, .closeOutside, .remind, .escalate: []
    }
  }

  /// What is to be told when the clock makes a step; the end is a move.
  static func after(_ step: ReferralClock.Step, _ referral: Referral) -> [ReferralNotice] {
    let isAsked = referral.state == .asked
    let agency = isAsked ? referral.from.agency : referral.to.agency
    return switch step {
    case .reminder: [.init(kind: .reminder, to: isAsked ? .sender : .holder)]
    case .supervisor: [.init(kind: .escalated, to: .leads(agency))]
    case .sender: [.init(kind: .unanswered, to: .sender)]
    case .coordinator: [.init(kind: .overseen, to: .overseers)]
    case .end: []
    }
  }

  /// What needs nobody's look any more after a move, whoever was told it.
  static func settled(by move: ReferralMove) -> Set<NoticeKind> {
    let came: Set<NoticeKind> = [.arrived, .arrivedUrgent, .released]
    let late: Set<NoticeKind> = [.reminder, .escalated, .unanswered, .overseen]
    return switch move {
    case .claim: came
    case .accept, .decline: came.union(late).union([.replied, .handedOver])
    case .ask: came.union(late)
    case .reply: [.asked, .reminder, .escalated]
    case .withdraw, .revoke, .caseClosed, .expire, .closeOutside:
      came.union(late).union([.asked, .replied, .handedOver])
    case .complete, .interrupt, .handBack: came.union(late).union([.handedOver, .accepted])
    case .keep, .discard, .send, .release, .handOver, .open, .begin, .giveCode, .remind, .escalate: []
    }
  }
}

extension Referral {
  /// Whether its time would be over before a night is: who waits for the morning answers too late.
  var isDueWithinANight: Bool { dueAt - sentAt <= .hours(12) }
}

/// Tells members what happens to referrals, in the transaction in which it does.
enum ReferralNotices {
  /// - Parameters:
  ///   - event: the move's event: each member is told of it once.
  ///   - doer: who made it, and needs no telling.
  static func tell(
    _ move: ReferralMove, _ referral: Referral, heldBefore: MemberID? = nil, event: ReferralEventID, by doer: MemberID?,
    at now: Moment, _ transaction: any WriteTransaction
  ) throws {
    let subject = NoticeSubject.referral(referral.id)
    try NoticeBoard.settle(subject, ReferralNotice.settled(by: move), at: now, transaction)
    let notices = ReferralNotice.after(move, referral, before: heldBefore, at: now)
    try post(notices, referral, event: event.description, except: doer, at: now, transaction)
  }

  static func tell(
    _ step: ReferralClock.Step, _ referral: Referral, at now: Moment, _ transaction: any WriteTransaction
  ) throws {
    try post(
      ReferralNotice.after(step, referral), referral, event: "\(referral.id)/\(step.code)", except: nil, at: now,
      transaction)
  }

  /// The consent ran out by its date while the desk has it in hand.
  static func tellBasisEnded(_ referral: Referral, at now: Moment, _ transaction: any WriteTransaction) throws {
    try post(
      [.init(kind: .consentEnded, to: .desk), .init(kind: .consentEnded, to: .sender)], referral,
      event: "\(referral.id)/basis", except: nil, at: now, transaction)
  }

  private static func post(
    _ notices: [ReferralNotice], _ referral: Referral, event: String, except doer: MemberID?, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    for notice in notices {
      let members = try members(notice.to, referral, transaction).filter { $0 != doer }
      try NoticeBoard.post(
        notice.kind, about: .referral(referral.id), event: event, to: members, at: now, transaction)
    }
  }

  private static func members(
    _ listeners: ReferralNotice.Listeners, _ referral: Referral, _ transaction: any ReadTransaction
  ) throws -> [MemberID] {
    func desk() throws -> [MemberID] {
      try Audience.who(may: .answerReferral, in: referral.to.agency, transaction)
    }
    switch listeners {
    case .desk: return try desk()
    case .holder:
      guard let holder = referral.claimedBy, try Audience.isActive(holder, in: referral.to.agency, transaction) else {
        return try desk()
      }
      return [holder]
    case .member(let member):
      return try Audience.isActive(member, in: referral.to.agency, transaction) ? [member] : try desk()
    case .sender:
      if let sender = try ReferralRecords.sender(of: referral.id, transaction),
        try Audience.isActive(sender, in: referral.from.agency, transaction)
      {
        return [sender]
      }
      return try Audience.who(may: .leadDesk, in: referral.from.agency, transaction)
    case .leads(let agency): return try Audience.who(may: .leadDesk, in: agency, transaction)
    case .overseers: return try Audience.overseers(transaction)
    }
  }
}
