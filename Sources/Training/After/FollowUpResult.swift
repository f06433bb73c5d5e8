import Basics
import CountryPack

/// How one round went in a class: who was asked, who answered, what remains. What nobody answered stays unanswered.
public struct FollowUpResult: Hashable, Sendable {
  /// One person who was asked.
  public struct Person: Hashable, Sendable {
    /// Shares of the full mark; `nil` for a test that was not handed in.
    public var pre: Double?
    public var post: Double?
    public var state: FollowUpState
    /// The marks that came in, and whether each question measures.
    public var marks: [(question: FollowUpQuestion, mark: Double)]
    public var way: FollowUpWay?

    public init(
      pre: Double?, post: Double?, state: FollowUpState, marks: [(question: FollowUpQuestion, mark: Double)],
      way: FollowUpWay? = nil
    ) {
      self.pre = pre
      self.post = post
      self.state = state
      self.marks = marks
      self.way = way
    }

    /// The mean mark of the questions that measure; `nil` without any.
    public var follow: Double? {
      let anchors = marks.filter(\.question.isAnchor).map(\.mark)
      return anchors.isEmpty ? nil : anchors.stableMean
    }

    public static func == (left: Self, right: Self) -> Bool {
      left.pre == right.pre && left.post == right.post && left.state == right.state && left.way == right.way
        && left.marks.map(\.mark) == right.marks.map(\.mark)
        && left.marks.map(\.question) == right.marks.map(\.question)
    }

    public func hash(into hasher: inout Hasher) {
      hasher.combine(pre)
      hasher.combine(post)
      hasher.combine(state)
      hasher.combine(marks.map(\.mark))
    }
  }

  public var round: FollowUpPlan.Round
  public var opens: CalendarDay
  public var closes: CalendarDay
  public var asked: Int
  public var answered: Int
  /// Begun and not ended, whether it can still be or not.
  public var unfinished: Int
  public var onPaper: Int
  public var retention: Retention
  /// The mean of the test after, of those who answered and of those who did not: where they differ much, what remains is
  /// not what remains in the class.
  public var postOfAnswered: Double?
  public var postOfSilent: Double?
  public var isDue: Bool
  public var isOver: Bool

  public var silent: Int { asked - answered - unfinished }
  /// `nil` while nobody is asked.
  public var rate: Double? { asked == 0 || !isDue ? nil : Double(answered) / Double(asked) }

  public init(_ round: FollowUpPlan.Round, ended: CalendarDay, people: [Person], on today: CalendarDay) {
    self.round = round
    (opens, closes) = (FollowUpRules.opens(round, ended), FollowUpRules.closes(round, ended))
    (isDue, isOver) = (today >= opens, today > closes)
    asked = people.count
    let whole = people.filter { $0.state == .answered }
    answered = whole.count
    unfinished = people.count { $0.state != .answered && !$0.marks.isEmpty }
    onPaper = whole.count { $0.way == .paper }
    retention = Retention(
      people.compactMap { person in
        guard let pre = person.pre, let post = person.post, let follow = person.follow else { return nil }
        return Retention.Person(pre: pre, post: post, follow: follow)
      })
    func mean(_ people: [Person]) -> Double? {
      let posts = people.compactMap(\.post)
      return posts.isEmpty ? nil : posts.stableMean
    }
    postOfAnswered = mean(whole)
    postOfSilent = mean(people.filter { $0.marks.isEmpty })
  }
}
