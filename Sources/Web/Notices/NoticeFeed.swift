import Accounts
import Basics
import Foundation

/// What open pages are told, live: one look at the store every two seconds for everybody who watches, and none while
/// nobody does. It tells how things stand and not what happened, so that nothing is missed: whoever comes back after an
/// hour gets the present count, whichever server wrote it.
actor NoticeFeed {
  /// One page that watches.
  enum Message: Hashable, Sendable {
    case standing(NoticeDesk.Standing)
    /// Says that the connection lives: proxies cut what is silent, and a browser that left is noticed.
    case beat
    /// The session is over.
    case ended
  }

  struct Limits: Sendable {
    /// Pages of one sign-in. Pages of one browser share one; a page that was left is noticed only when something is sent
    /// to it, so that the oldest makes room for a new one.
    var ofSession = 3
    var inAll = 2000
    var look = Span.seconds(2)
    var beat = Span.seconds(15)
  }

  private struct Watcher {
    var session: [UInt8]
    var member: MemberID
    var last: NoticeDesk.Standing?
    var heard: ContinuousClock.Instant
    var messages: AsyncStream<Message>.Continuation
  }

  private let desk: NoticeDesk
  private let limits: Limits
  private var watchers: [Int: Watcher] = [:]
  private var next = 0
  private var looking: Task<Void, Never>?

  init(_ desk: NoticeDesk, limits: Limits = Limits()) {
    self.desk = desk
    self.limits = limits
  }

  /// How many watch.
  var count: Int { watchers.count }

  /// Whether one more page may watch.
  var hasRoom: Bool { watchers.count < limits.inAll }

  /// Watches until the session ends or nobody reads the messages any more; `nil` when there is no room.
  ///
  /// - Parameter last: what the page knows already.
  func watch(session: [UInt8], member: MemberID, knowing last: NoticeDesk.Standing? = nil) -> AsyncStream<Message>? {
    guard hasRoom else { return nil }
    let own = watchers.filter { $0.value.session == session }.keys.sorted()
    for oldest in own.prefix(max(0, own.count + 1 - limits.ofSession)) {
      watchers.removeValue(forKey: oldest)?.messages.finish()
    }
    let (stream, continuation) = AsyncStream.makeStream(of: Message.self, bufferingPolicy: .bufferingNewest(8))
    let id = next
    next += 1
    watchers[id] = Watcher(session: session, member: member, last: last, heard: .now, messages: continuation)
    continuation.onTermination = { [weak self] _ in
      guard let self else { return }
      Task { await self.leave(id) }
    }
    if looking == nil { looking = Task { await self.run() } }
    return stream
  }

  private func leave(_ id: Int) { watchers[id] = nil }

  private func run() async {
    while !watchers.isEmpty {
      await look()
      try? await Task.sleep(for: .milliseconds(limits.look.milliseconds))
    }
    looking = nil
  }

  private func look() async {
    var asked: [[UInt8]: MemberID] = [:]
    for watcher in watchers.values { asked[watcher.session] = watcher.member }
    // A store that can't be reached now is asked again; the pages keep what they know.
    guard let found = try? await desk.standings(asked.map { (session: $0.key, member: $0.value) }) else { return }
    for (id, watcher) in watchers where asked[watcher.session] != nil {
      guard let standing = found[watcher.session] else {
        watcher.messages.yield(.ended)
        watcher.messages.finish()
        watchers[id] = nil
        continue
      }
      if standing != watcher.last {
        watchers[id]?.last = standing
        watchers[id]?.heard = .now
        watcher.messages.yield(.standing(standing))
      } else if watcher.heard.duration(to: .now) >= .milliseconds(limits.beat.milliseconds) {
        watchers[id]?.heard = .now
        watcher.messages.yield(.beat)
      }
    }
  }
}

extension NoticeFeed.Message {
  /// As the stream carries it (HTML Living Standard, “Server-sent events”).
  var text: String {
    switch self {
    case .standing(let standing):
      """
      id: \(standing.tag)
      event: notices
      data: {"unread":\(standing.unread),"newest":\(standing.newest?.milliseconds ?? 0),"shows":\(standing.shows)}


      """
    case .beat: ":\n\n"
    case .ended: "event: ended\ndata: {}\n\n"
    }
  }
}

extension NoticeDesk.Standing {
  /// What a page that comes back sends as `Last-Event-ID`.
  var tag: String { "\(unread).\(newest?.milliseconds ?? 0).\(shows ? 1 : 0)" }

  init?(tag: String) {
    let texts = tag.split(separator: ".", omittingEmptySubsequences: false)
    let parts = texts.compactMap { Int64($0) }
    guard texts.count == 3, parts.count == 3, let unread = Int(exactly: parts[0]), unread >= 0, tag.utf8.count < 60
    else { return nil }
    self.init(unread: unread, newest: parts[1] == 0 ? nil : Moment(milliseconds: parts[1]), shows: parts[2] == 1)
  }
}
