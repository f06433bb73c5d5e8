import Accounts
import Basics
import CountryPack

/// How the made-up members were told of it all: most of them have read what came; two still have something to read, and
/// one of those chose quiet hours and a daily mail.
struct NoticeStory {
  /// How many notices are left unread.
  static let left = 3

  let stage: Stage

  func plan(_ timeline: inout Timeline) throws {
    let desk = NoticeDesk(stage.office, offsetFromUTC: stage.pack.offsetFromUTC)
    let busy = try [stage.team.desk(.canario), stage.team.actor(.canario, .caseWorker)]
    let end = stage.today - .minutes(1)
    for member in MadeUpMember.everyone {
      let actor = try stage.team.actor(member.login)
      let left = busy.contains { $0.member == actor.member } ? Self.left : 0
      timeline.add(end) {
        let unread = try await desk.inbox(actor, limit: 1000).notices.filter(\.isUnread)
        if unread.count > left { try await desk.readAll(actor, upTo: unread[left].at) }
      }
    }
    timeline.add(end) {
      var choices = try await desk.choices(busy[0])
      for kind in [NoticeKind.reminder, .withdrawn, .caseClosed] { choices.ways[kind] = .page }
      choices.ways[.arrived] = .daily
      choices.quiet = TimeOfDay("20:00").flatMap { from in
        TimeOfDay("06:00").flatMap { NoticeChoices.QuietHours(from: from, until: $0) }
      }
      try await desk.choose(busy[0], choices)
    }
  }
}
