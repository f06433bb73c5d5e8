import Basics

/// What can be wrong with counts.
public enum ProsecutionProblem: String, Hashable, Sendable, CaseIterable, Codable {
  /// A file or a field that can't be read.
  case unreadable
  case negative
  case tooLarge = "too_large"
  case missingNumber = "missing_number"
  case unneededNumber = "unneeded_number"
  case unknownCode = "unknown_code"
  case outcomeOfAnotherStage = "outcome_of_another_stage"
  case future
  case unfinished
  case offenceOfALaterTime = "offence_of_a_later_time"
  case missingSource = "missing_source"
  case sourceInTheFuture = "source_in_the_future"
  case readBeforeSource = "read_before_source"
  case pointsAtSomebody = "points_at_somebody"
  case duplicate
  case contradicts
  case partsExceedWhole = "parts_exceed_whole"
  case moreConvictions = "more_convictions"
}

/// One thing that is wrong with counts, or worth a look, and where it stands.
public struct ProsecutionFinding: Hashable, Sendable, Codable {
  public enum Weight: String, Hashable, Sendable, Codable {
    /// It can't be kept as it stands.
    case error
    case notice
  }

  public var problem: ProsecutionProblem
  public var weight: Weight
  /// The identifier of the count that is meant; empty for a file's.
  public var item: String
  /// In the file, from 1; 0 when the count came from elsewhere.
  public var line: Int
  /// The column of a file and the field of a form.
  public var field: String
  public var says: LocalizedText

  public init(
    _ problem: ProsecutionProblem, _ weight: Weight = .error, item: String = "", line: Int = 0, field: String = "",
    says: LocalizedText
  ) {
    (self.problem, self.weight, self.item) = (problem, weight, item)
    (self.line, self.field, self.says) = (line, field, says)
  }
}
