import Basics
import CountryPack

/// What differentially private releases have spent of what the pack allows: ε and δ add up over everything that was ever
/// published, withdrawn or not, because every release can be about the same persons.
///
/// The sum is the plain one (basic composition), which always holds. k-anonymous records spend nothing: they make no
/// promise of this kind.
public struct RecordsLedger: Hashable, Sendable {
  public private(set) var epsilon = 0.0
  public private(set) var delta = 0.0
  public let budget: PrivacyBudget?

  /// - Parameter published: all that was ever published.
  public init(_ published: some Sequence<RecordsRelease>, budget: PrivacyBudget?) {
    self.budget = budget
    for release in published where release.publishedAt != nil {
      epsilon += release.epsilon
      delta += release.delta
    }
  }

  public var left: (epsilon: Double, delta: Double) {
    (max(0, (budget?.epsilon ?? 0) - epsilon), max(0, (budget?.delta ?? 0) - delta))
  }

  /// Throws `Refusal` `.invalid` when one more release would spend more than the pack allows.
  public func require(epsilon more: Double, delta moreDelta: Double) throws(Refusal) {
    guard more > 0 || moreDelta > 0 else { return }
    guard let budget else { throw Refusal(.invalid, Phrase("error.records_no_budget")) }
    // Sums of decimals are off by a hair, and a budget that is used up to the last must be usable.
    let hair = 1e-9
    guard epsilon + more <= budget.epsilon * (1 + hair), delta + moreDelta <= budget.delta * (1 + hair) else {
      throw Refusal(
        .invalid,
        Phrase(
          "error.records_budget",
          ["spent": Self.text(epsilon), "more": Self.text(more), "budget": Self.text(budget.epsilon)]))
    }
  }

  /// `0.5`, `4`: at most six decimals.
  public static func text(_ number: Double) -> String {
    let rounded = (number * 1_000_000).rounded() / 1_000_000
    if number > 0, rounded == 0 { return String(number) }
    return rounded == rounded.rounded() && abs(rounded) < 1e9 ? String(Int(rounded)) : String(rounded)
  }
}
