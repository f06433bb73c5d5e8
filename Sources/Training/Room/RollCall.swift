import Basics
import Vault

/// What the roll-call says of somebody: `Attendance`, and of those present whether they came late. Not marked is the
/// lack of any.
public enum RollMark: String, Hashable, Sendable, CaseIterable {
  case present, late, absent, excused

  public var attendance: Attendance {
    switch self {
    case .present, .late: .present
    case .absent: .absent
    case .excused: .excused
    }
  }

  public init(_ attendance: Attendance, isLate: Bool) {
    switch attendance {
    case .present: self = isLate ? .late : .present
    case .absent: self = .absent
    case .excused: self = .excused
    }
  }
}

/// A change of a mark: what the page showed when it was made, and what it shall be.
public struct RollChange: Hashable, Sendable {
  public var from: RollMark?
  public var to: RollMark?

  public init(from: RollMark?, to: RollMark?) {
    self.from = from
    self.to = to
  }
}

/// The list of one session, in the order of the numbers.
public struct RollCall: Sendable {
  public struct Person: Sendable {
    public var participant: Participant
    public var number: Int
    /// `nil` when the trainer was never given the key of that time.
    public var identity: ParticipantIdentity?
    public var mark: RollMark?
    /// When the person's phone marked it, and how many people that phone has marked in this session.
    public var arrival: (at: Moment, sharing: Int)?
    /// The short code on the badge.
    public var code: String
    /// The personal link.
    public var link: Token
  }

  public var cohort: Cohort
  public var session: TrainingSession
  /// Sessions of the same day, this one among them.
  public var day: [TrainingSession]
  public var people: [Person]
  /// Whoever marks by phone from then on counts as late.
  public var lateFrom: Moment?
}

/// Numbers of people as a trainer types them from a signature sheet: `1-12 15 17`, `1-30 !7`, `9t` (late), `4j` (excused).
///
/// Tokens stand apart by spaces, commas or semicolons. A number or a range may end with one letter: `p` present, `t` or
/// `l` late (tarde), `a` absent, `j` or `e` excused (justificado); without one it is present. `!` takes numbers out again.
/// `*` is everybody. What stands later wins.
public struct NumberList: Hashable, Sendable {
  public private(set) var marks: [Int: RollMark] = [:]
  /// What was not understood, as typed.
  public private(set) var wrong: [String] = []

  /// - Parameter known: the numbers that exist; others are wrong.
  public init(_ typed: String, known: Set<Int>) {
    for token in typed.prefix(4000).split(whereSeparator: { $0.isWhitespace || $0 == "," || $0 == ";" }) {
      guard let (numbers, mark) = Self.read(token, known) else {
        // A word may be somebody's name, which no message repeats.
        wrong.append(token.contains(where: \.isNumber) ? String(token.prefix(12)) : "…")
        continue
      }
      for number in numbers { marks[number] = mark }
    }
  }

  private static func read(_ token: Substring, _ known: Set<Int>) -> (numbers: Set<Int>, mark: RollMark?)? {
    var rest = token.lowercased()[...]
    let isOut = rest.first == "!"
    if isOut { rest = rest.dropFirst() }
    var mark = RollMark.present
    if let last = rest.last, last.isLetter {
      guard !isOut, let read = letters[last] else { return nil }
      mark = read
      rest = rest.dropLast()
    }
    if rest == "*" { return (known, isOut ? nil : mark) }
    let ends = rest.split(omittingEmptySubsequences: false) { "-–—".contains($0) }.map { number($0) }
    guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last,
      last - first < 1000, known.contains(first), known.contains(last)
    else { return nil }
    // A range may run over the number of somebody who left.
    return (known.intersection(first...last), isOut ? nil : mark)
  }

  private static let letters: [Character: RollMark] = [
    "p": .present, "t": .late, "l": .late, "a": .absent, "j": .excused, "e": .excused,
  ]

  private static func number(_ text: Substring) -> Int? {
    !text.isEmpty && text.utf8.allSatisfy { (48...57).contains($0) } ? Int(text) : nil
  }
}
