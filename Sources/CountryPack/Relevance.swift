import Basics
import Foundation

/// When something is asked: always, or when one of its groups of conditions holds.
///
/// Written as `S03 = yes and adult or means/IM02 != no`: `and` binds stronger than `or`; there are no brackets. A
/// question that was itself skipped counts as not asked.
public struct Relevance: Hashable, Sendable {
  public enum Condition: Hashable, Sendable {
    /// The answer to an earlier question is this one, or is not.
    case answer(dimension: String, code: String, is: FourWayAnswer, Bool)
    /// The person counts as a child: under 18, or in doubt.
    case child(Bool)
  }

  /// All conditions of a group must hold; one group is enough. No group: always asked.
  public var groups: [[Condition]]

  public static let always = Relevance(groups: [])
  public var isAlways: Bool { groups.isEmpty }

  public init(groups: [[Condition]]) { self.groups = groups }

  /// What is wrong with a written condition, in words for the pack's author.
  struct Problem: Error { var message: String }

  /// Reads a written condition; empty means always.
  ///
  /// - Parameter earlier: the questions that stand before: nothing can depend on what comes later, so nothing can go
  ///   round in a circle.
  init(_ written: String, earlier: [Indicator]) throws(Problem) {
    groups = []
    guard !written.isEmpty else { return }
    var group: [Condition] = []
    var words = written.split(whereSeparator: \.isWhitespace).map(String.init)[...]
    while true {
      group.append(try Self.condition(&words, earlier))
      switch words.popFirst() {
      case "and": continue
      case "or":
        groups.append(group)
        group = []
      case nil:
        groups.append(group)
        return
      case let word?: throw Problem(message: "“and” or “or” is expected before “\(word)”")
      }
    }
  }

  private static func condition(_ words: inout ArraySlice<String>, _ earlier: [Indicator]) throws(Problem) -> Condition
  {
    guard let name = words.popFirst() else { throw Problem(message: "a condition is missing at the end") }
    if name == "child" || name == "adult" { return .child(name == "child") }
    guard let sign = words.popFirst(), sign == "=" || sign == "!=", let value = words.popFirst() else {
      throw Problem(message: "“\(name)” must be followed by = or != and an answer")
    }
    guard let answer = FourWayAnswer(rawValue: value) else {
      throw Problem(message: "“\(value)” is no answer: use yes, no, unknown or not_asked")
    }
    let matches = earlier.filter { $0.code == name || $0.dimension + "/" + $0.code == name }
    guard let match = matches.first else { throw Problem(message: "“\(name)” is no question that stands before") }
    guard matches.count == 1 else { throw Problem(message: "“\(name)” stands twice: write dimension/code") }
    return .answer(dimension: match.dimension, code: match.code, is: answer, sign == "=")
  }

  /// Whether it is asked.
  ///
  /// - Parameter answer: the answer to an earlier question; `.notAsked` for a skipped one.
  public func holds(countsAsChild: Bool, _ answer: (_ dimension: String, _ code: String) -> FourWayAnswer) -> Bool {
    isAlways
      || groups.contains { group in
        group.allSatisfy { condition in
          switch condition {
          case .child(let wanted): countsAsChild == wanted
          case .answer(let dimension, let code, let wanted, let isEqual): (answer(dimension, code) == wanted) == isEqual
          }
        }
      }
  }
}
