import Basics
import Records

/// How one member wants to be told.
public struct NoticeChoices: Hashable, Sendable {
  /// From the least to the most.
  public enum Way: String, Hashable, Sendable, CaseIterable {
    /// In the list, counted nowhere.
    case silent
    /// In the list, counted in the page's frame, shown by the browser when it may.
    case page
    /// And once a day by e-mail.
    case daily
    /// And at once by e-mail.
    case atOnce = "at_once"
  }

  /// Every day from one time to another, over midnight where the first is the later. Equal times would mean all day or
  /// never, and can't be chosen.
  public struct QuietHours: Hashable, Sendable {
    public let from: TimeOfDay
    public let until: TimeOfDay

    /// `nil` when both are the same.
    public init?(from: TimeOfDay, until: TimeOfDay) {
      guard from != until else { return nil }
      self.from = from
      self.until = until
    }
  }

  /// What differs from `standard`, by kind.
  public var ways: [NoticeKind: Way]
  /// Urgent kinds that wait for the end of the quiet hours all the same.
  public var waiting: Set<NoticeKind>
  public var quiet: QuietHours?
  /// When the daily mail goes, by the country's clock.
  public var dailyAt: TimeOfDay
  /// Whether the browser may show that something came while a page is open.
  public var showsInBrowser: Bool
  /// What the member's clock shows beyond UTC: the country's, as it was when the choice was made.
  public var offsetFromUTC: Span
  /// Counts up with every change; 0 when nothing was ever chosen.
  public var revision: Int

  public init(
    ways: [NoticeKind: Way] = [:], waiting: Set<NoticeKind> = [], quiet: QuietHours? = nil,
    dailyAt: TimeOfDay = TimeOfDay("07:00") ?? .midnight, showsInBrowser: Bool = false,
    offsetFromUTC: Span = .seconds(0), revision: Int = 0
  ) {
    self.ways = ways
    self.waiting = waiting
    self.quiet = quiet
    self.dailyAt = dailyAt
    self.showsInBrowser = showsInBrowser
    self.offsetFromUTC = offsetFromUTC
    self.revision = revision
  }

  public func way(_ kind: NoticeKind) -> Way { ways[kind] ?? Self.standard(kind) }

  /// What is done for who chose nothing. E-mail needs a confirmed address besides.
  public static func standard(_ kind: NoticeKind) -> Way {
    switch kind {
    case .arrived, .arrivedUrgent, .handedOver, .consentEnded, .asked, .declined, .escalated, .unanswered, .tipArrived,
      .tipUrgent:
      .atOnce
    case .replied, .released, .withdrawn, .caseClosed, .accepted, .completed, .expired, .reminder, .overseen: .daily
    }
  }
}

extension NoticeChoices {
  /// The ways as one column: `arrived=page,asked=daily`, sorted. Kinds and ways that are not known are passed over.
  var codedWays: String {
    ways.map { "\($0.key.rawValue)=\($0.value.rawValue)" }.sorted().joined(separator: ",")
  }

  static func ways(coded text: String) -> [NoticeKind: Way] {
    text.split(separator: ",").reduce(into: [:]) { ways, pair in
      let parts = pair.split(separator: "=").map(String.init)
      guard parts.count == 2, let kind = NoticeKind(rawValue: parts[0]), let way = Way(rawValue: parts[1]) else {
        return
      }
      ways[kind] = way
    }
  }
}
