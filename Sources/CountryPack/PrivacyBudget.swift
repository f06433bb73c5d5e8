import Basics

/// How much differentially private data may be published about the same persons, over all releases together.
public struct PrivacyBudget: Hashable, Sendable {
  /// The sum of ε of everything ever published.
  public var epsilon: Double
  /// The sum of δ.
  public var delta: Double
  public var source: String
  public var certainty: Certainty

  public init(epsilon: Double, delta: Double, source: String, certainty: Certainty) {
    self.epsilon = epsilon
    self.delta = delta
    self.source = source
    self.certainty = certainty
  }
}

extension PackLoader {
  /// Reads the part `privacy` of `statistics.yaml`; `nil` when it is not there.
  func privacyBudget(_ head: YAMLReader) -> PrivacyBudget? {
    guard head.has("privacy"), let part = head.child("privacy") else { return nil }
    part.allow("epsilon", "delta", "source", "certainty")
    func number(_ key: String, upTo most: Double) -> Double {
      let written = part.text(key)
      if let number = Double(written), number > 0, number <= most { return number }
      if !written.isEmpty { part.child(key)?.note("“\(key)” must be above 0 and at most \(most)") }
      return most
    }
    return PrivacyBudget(
      epsilon: number("epsilon", upTo: 20), delta: number("delta", upTo: 0.1), source: part.text("source"),
      certainty: part.value("certainty", or: .unverified))
  }
}
