import Accounts
import Basics
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

/// A member's inbox: what happened that concerns them, newest first, and where to look.
struct NoticePages: RoomPages {
  static let path = "/notices"
  /// Asked by open pages: it keeps no session alive.
  static let streamPath = "/notices/stream"

  let desks: Desks
  let feed: NoticeFeed

  func add(to routes: Routes) {
    routes.get(Self.path, list)
    routes.post("/notices/read", readAll)
    routes.post("/notices/:notice/open", open)
    routes.get(Self.streamPath, stream)
  }

  private func list(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let words = visit.words
    let now = desks.office.clock.now()
    let counted = try await desks.notices.inbox(actor, limit: 0)
    let pages = Pages(visit, path: Self.path, size: NoticeDesk.pageSize, total: counted.total)
    let page = try await desks.notices.inbox(actor, offset: pages.offset)
    let rows = page.notices.map { notice in
      [
        "action": "/notices/\(notice.id)/open", "label": words("notices.kind.\(notice.kind.rawValue)"),
        "when": visit.dates.moment(notice.at), "ago": visit.dates.ago(notice.at),
        "status": Status(
          text: words(notice.isUnread ? "notices.unread" : "notices.read"),
          tone: notice.isUnread ? (notice.kind.isUrgent ? .urgent : .open) : .done
        ).view,
      ] as [String: Any]
    }
    return .page(
      "notices/list",
      [
        "heading": Heading(
          title: words("notices.title"), lead: words(key(page.unread), ["count": String(page.unread)]),
          next: HomeSection.Link(address: NoticeSettingsPages.path, label: words("notices.settings.title"))
        ).view,
        "rows": rows, "hasRows": !rows.isEmpty, "hasUnread": page.notices.contains(where: \.isUnread),
        "until": String(now.milliseconds), "newest": String(page.notices.first?.at.milliseconds ?? 0),
        "pages": pages.view,
      ] as [String: Any?])
  }

  private func key(_ unread: Int) -> String {
    switch unread {
    case 0: "notices.none_unread"
    case 1: "notices.one_unread"
    default: "notices.many_unread"
    }
  }

  /// Marks it as read and leads to what it is about; who may not see that is told there.
  private func open(_ visit: Visit) async throws -> Answer {
    switch try await desks.notices.open(try visit.actor(), try visit.id("notice")) {
    case .referral(let id): .goTo(ReferralPages.address(id))
    case .tip(let id): .goTo(TipPages.address(id))
    }
  }

  private func readAll(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    guard let until = try visit.form.one("until").flatMap({ Int64($0) }) else { throw RefusedRequest.malformed }
    try await desks.notices.readAll(actor, upTo: Moment(milliseconds: until))
    return .goTo(Self.path)
  }

  // MARK: Live

  /// The stream of an open page. Whoever asks for a page instead is led to it.
  private func stream(_ visit: Visit) async throws -> Answer {
    let isStream = visit.request.headers[.accept]?.contains("text/event-stream") == true
    // No page to sign in on: this answer tells a browser not to come back (HTML Living Standard, “Server-sent events”).
    if isStream, visit.context.actor == nil { return .whole(Response(status: .noContent)) }
    let actor = try visit.actor()
    guard isStream else { return .goTo(Self.path) }
    let (feed, session, member) = (feed, actor.session, actor.member)
    guard await feed.hasRoom else { throw Refusal(.tooMany, Phrase("error.notice_streams")) }
    let known = Self.lastEvent.flatMap { visit.request.headers[$0] }.flatMap { NoticeDesk.Standing(tag: $0) }
    var headers: HTTPFields = [.contentType: "text/event-stream; charset=utf-8"]
    // A proxy that collects an answer before it hands it on would keep this one for ever.
    if let name = Self.unbuffered { headers[name] = "no" }
    return .whole(
      Response(
        status: .ok, headers: headers,
        body: ResponseBody { writer in
          try await writer.write(ByteBuffer(string: "retry: 5000\n\n"))
          if let messages = await feed.watch(session: session, member: member, knowing: known) {
            // A server that stops does not wait for pages to be closed.
            for await message in messages.cancelOnGracefulShutdown() {
              try await writer.write(ByteBuffer(string: message.text))
            }
          }
          try await writer.finish(nil)
        }))
  }

  private static let lastEvent = HTTPField.Name("Last-Event-ID")
  private static let unbuffered = HTTPField.Name("X-Accel-Buffering")
}
