/// One thing that is wrong in a pack, said so that its author finds it.
public struct PackProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file, relative to the pack's folder.
  public var file: String
  /// Counted from 1; 0 when the whole file is meant.
  public var line: Int
  public var message: String

  public init(file: String, line: Int, _ message: String) {
    self.file = file
    self.line = line
    self.message = message
  }

  public var description: String { line > 0 ? "\(file):\(line): \(message)" : "\(file): \(message)" }
}

/// All that is wrong in a pack, in the order of its files.
public struct PackProblems: Error, Hashable, Sendable, CustomStringConvertible {
  public var problems: [PackProblem]
  public init(problems: [PackProblem]) { self.problems = problems }
  public var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// How sure we are of a statement.
public enum Certainty: String, Hashable, Sendable, Codable, CaseIterable {
  /// Read in the source named.
  case verified
  /// Read in a copy, a summary or a secondary table.
  case secondHand = "second_hand"
  /// From memory, or sources disagree: shown as such, never scores, never on public pages.
  case unverified
  /// Our own decision, openly stated.
  case decided
}
