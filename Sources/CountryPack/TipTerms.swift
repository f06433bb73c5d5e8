import Basics
import Foundation

/// What a country says of messages from the public.
public struct TipTerms: Hashable, Sendable {
  /// The number for somebody in danger, shown first even where the institution has not confirmed it yet.
  public var emergency: Hotline?
  /// For so many days after it was closed a message is kept; then its key is destroyed.
  public var keepDays: Int

  /// For a pack that says nothing.
  public static let standard = TipTerms(emergency: nil, keepDays: 180)

  public init(emergency: Hotline?, keepDays: Int) {
    self.emergency = emergency
    self.keepDays = keepDays
  }
}

extension PackLoader {
  /// The standard for a pack without `tips.yaml`.
  func tips(_ hotlines: [Hotline]) -> TipTerms {
    let file = "tips.yaml"
    guard FileManager.default.fileExists(atPath: folder.appendingPathComponent(file).path), let head = yaml(file) else {
      return .standard
    }
    head.allow("emergency", "keepDays", "source", "certainty")
    let code = head.text("emergency")
    let line = hotlines.first { $0.code == code && $0.certainty != .unverified }
    if line == nil, !code.isEmpty {
      head.child("emergency")?.note("“\(code)” is not in hotlines.csv, or nobody has seen where it is from")
    }
    _ = (head.text("source"), head.value("certainty", or: Certainty.unverified))
    return TipTerms(emergency: line, keepDays: head.number("keepDays", in: 7...3660))
  }
}
