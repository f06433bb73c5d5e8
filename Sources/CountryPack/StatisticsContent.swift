import Basics

/// What a country publishes and how it protects people in it.
public struct StatisticsContent: Hashable, Sendable {
  /// Counts from 1 to one below this are small: never published.
  public var threshold: Int
  /// What counts are rounded to where a release rounds.
  public var roundTo: Int
  public var thresholdSource: String
  public var certainty: Certainty
  public var licence: DataLicence
  /// `nil` when the pack names none: then nothing differentially private is published.
  public var privacy: PrivacyBudget?
}

/// Under which licence open data are published.
public struct DataLicence: Hashable, Sendable {
  /// As SPDX names it.
  public var code: String
  public var name: LocalizedText
  public var address: String
  public var source: String
  public var certainty: Certainty
}

extension PackLoader {
  /// Reads `statistics.yaml`.
  func statistics() -> StatisticsContent {
    let head = yaml("statistics.yaml")
    head?.allow("smallCells", "licence", "privacy")
    let cells = head?.child("smallCells")
    cells?.allow("threshold", "roundTo", "source", "certainty")
    let licence = head?.child("licence")
    licence?.allow("code", "name", "address", "source", "certainty")
    return StatisticsContent(
      threshold: cells?.number("threshold", in: 2...1000) ?? 10, roundTo: cells?.number("roundTo", in: 2...1000) ?? 10,
      thresholdSource: cells?.text("source") ?? "",
      certainty: cells?.value("certainty", or: .unverified) ?? .unverified,
      licence: DataLicence(
        code: licence?.text("code") ?? "", name: licence?.localized("name", languages) ?? LocalizedText(es: "", en: ""),
        address: licence?.text("address") ?? "", source: licence?.text("source") ?? "",
        certainty: licence?.value("certainty", or: .unverified) ?? .unverified),
      privacy: head.flatMap(privacyBudget))
  }
}
