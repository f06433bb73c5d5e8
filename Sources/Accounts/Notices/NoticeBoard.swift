import Basics
import Records

/// Where rooms tell members something, in the transaction in which it happens: what is stored is told, and what is told is
/// stored.
///
///     try NoticeBoard.post(.asked, about: .referral(id), event: event.description, to: members, at: now, transaction)
public enum NoticeBoard {
  /// Tells members that something happened, each once for an event, and queues the mail that each of them wants.
  ///
  /// - Parameters:
  ///   - event: names what happened, the same whoever tells it: an event's identifier, or a thing's and a step.
  ///   - members: in any order; nobody twice.
  public static func post(
    _ kind: NoticeKind, about: NoticeSubject, event: String, to members: some Sequence<MemberID>, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    var rest = Array(Set(members)).sorted()[...]
    while !rest.isEmpty {
      let some = Array(rest.prefix(200))
      rest = rest.dropFirst(200)
      let choices = try NoticeRecords.choices(some, transaction)
      let reachable = try MailAddressRecords.reachable(some, transaction)
      for member in some {
        let chosen = choices[member] ?? NoticeChoices()
        let notice = Notice(
          id: .random(), kind: kind, about: about, at: now, readAt: nil, isSilent: chosen.way(kind) == .silent)
        let mailAt = reachable.contains(member) ? NoticeRules.mailAt(kind, happened: now, chosen) : nil
        let isNew = try NoticeRecords.insert(notice, of: member, event: event, mailAt: mailAt, transaction)
        if isNew, let mailAt { try OutboxRecords.want(member, at: mailAt, queued: now, transaction) }
      }
    }
  }

  /// Somebody looked at a thing: what they were told about it is read.
  public static func read(
    _ about: NoticeSubject, by member: MemberID, at now: Moment, _ transaction: any WriteTransaction
  ) throws {
    guard try NoticeRecords.hasUnread(about, of: member, transaction) else { return }
    try NoticeRecords.settle(about, nil, of: member, at: now, transaction)
  }

  /// What was told of these kinds about a thing is no longer so: nobody needs to look, and no mail goes for it.
  public static func settle(
    _ about: NoticeSubject, _ kinds: Set<NoticeKind>, at now: Moment, _ transaction: any WriteTransaction
  ) throws {
    try NoticeRecords.settle(about, kinds, of: nil, at: now, transaction)
  }
}

/// Members whom something concerns, by what they may do: for telling them. Reads roles only and opens nobody's profile.
public enum Audience {
  /// The active members of an agency who may do something.
  public static func who(may permission: Permission, in agency: AgencyID, _ transaction: any ReadTransaction) throws
    -> [MemberID]
  {
    try AudienceRecords.active(in: agency, transaction).filter { member in
      member.roles.contains { $0.permissions.contains(permission) }
    }.map(\.id)
  }

  /// The active members of all agencies who see every referral's codes and dates, and work with no person
  /// (`Actor.overseesReferrals`).
  public static func overseers(_ transaction: any ReadTransaction) throws -> [MemberID] {
    let works: [Permission] = [.sendReferral, .answerReferral, .readCase]
    let roles = Role.allCases.filter { $0.permissions.contains(.readReferralEnvelopes) }
      .filter { role in !works.contains { role.permissions.contains($0) } }
    return try AudienceRecords.active(withAnyOf: roles, transaction).filter { member in
      !works.contains { work in member.roles.contains { $0.permissions.contains(work) } }
    }.map(\.id)
  }

  /// Whether a member still works in an agency.
  public static func isActive(_ member: MemberID, in agency: AgencyID, _ transaction: any ReadTransaction) throws
    -> Bool
  {
    try AudienceRecords.active(in: agency, transaction).contains { $0.id == member }
  }
}
