import Basics

/// The ways to estimate.
public enum EstimationMethod: String, CaseIterable, Sendable, Hashable {
  case independence, stepwise
  case aicStepwise = "aic-stepwise"
  case bic, graphs, latent, panel

  /// Every method but the panel of them.
  public static let single = allCases.filter { $0 != .panel }
}

/// One method's answer. Never shown without its interval, its model and its warnings.
public struct Estimate: Hashable, Sendable {
  public var method: EstimationMethod
  public var observed: Double
  public var hidden: Double
  public var total: Double
  public var lower: Double
  public var upper: Double
  /// What kind of interval it is and what it holds.
  public var interval: LocalizedText
  public var model: LocalizedText
  public var warnings: [LocalizedText]
}

/// What to estimate with.
public struct EstimationSettings: Hashable, Sendable {
  /// How many lists one interaction may join, for `bic`.
  public var maxOrder: Int?
  /// Resamples of a bootstrap interval; 0 for an interval given the model only.
  public var bootstrap = 1000
  public var seed: UInt64 = 1
  public var latent = LatentClass.Settings()
  /// The largest total of `graphs`; ten times what independence says unless told.
  public var cap: Int?
  /// How many hidden numbers `graphs` looks at; all up to 60,000 unless told.
  public var gridPoints: Int?
  public init() {}
}
