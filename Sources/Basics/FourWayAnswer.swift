/// The four answers a question can have. They are four different things in the type, in the store and in
/// the statistics: nobody may read "unknown" or "not asked" as "no".
public enum FourWayAnswer: String, Hashable, Sendable, Codable, CaseIterable {
  case yes
  case no
  case unknown
  case notAsked = "not_asked"
}
