/// A branching story: passages and the choices that lead from one to the next.
public struct TweeStory: Hashable, Sendable {
  public var title: String
  /// The story's own number, a UUID.
  public var ifid: String
  /// The name of the first passage.
  public var start: String
  /// In the order of the file, without `StoryTitle` and `StoryData`.
  public var passages: [TweePassage]

  public func passage(_ name: String) -> TweePassage? { passages.first { $0.name == name } }
}

public struct TweePassage: Hashable, Sendable {
  public var name: String
  public var tags: [String]
  /// Markdown. Lines that hold nothing but links are left out; a link inside of a sentence is its text.
  public var text: String
  public var links: [TweeLink]
  /// The line of its header, from 1.
  public var line: Int

  /// Whether the story ends here.
  public var isEnd: Bool { links.isEmpty || tags.contains("end") }
}

/// A choice.
public struct TweeLink: Hashable, Sendable {
  public var text: String
  /// The name of the passage it leads to.
  public var target: String
  public var line: Int
}

/// What is wrong in a story's file, and where.
public struct TweeProblem: Error, Hashable, Sendable {
  public var line: Int
  public var message: String
}

/// All that is wrong in one file, in the order of its lines.
public struct TweeProblems: Error, Hashable, Sendable {
  public var problems: [TweeProblem]
}
