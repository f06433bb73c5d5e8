import Basics

/// “Is this person known to another desk already?”, answered without saying who, what or how surely: only that there is a
/// hit, and whom to call. Names, ids and scores stay where they are; the two desks talk, and a person decides.
public struct KnownElsewhere: Sendable {
  /// A desk's encodings and how it wants to be reached.
  public struct Desk: Sendable {
    public var list: EncodedList
    /// A telephone number or an address of the desk, never of a person.
    public var contact: String

    public init(list: EncodedList, contact: String) { (self.list, self.contact) = (list, contact) }
  }

  private let desks: [Desk]
  private let threshold: Double

  /// - Parameter threshold: fixed beforehand; the same as for linking.
  public init(_ desks: [Desk], threshold: Double) { (self.desks, self.threshold) = (desks, threshold) }

  /// The contacts of the desks that seem to know the person, in the order of the desks; several likenesses at one desk
  /// are one hit.
  ///
  /// - Parameter question: a list that holds the one person who is asked about.
  ///
  /// Throws `LinkageProblem` when the encodings can't be compared or the question holds more than one person: the answer
  /// to a whole list would be a linkage, which has its own rules. `CancellationError` when the task is cancelled.
  public func contacts(for question: EncodedList, today: CalendarDay) async throws -> [String] {
    guard question.count == 1 else {
      throw LinkageProblem(es: "se pregunta por una persona a la vez", en: "one person is asked about at a time")
    }
    var found: [String] = []
    for desk in desks {
      try EncodedList.check([question, desk.list], today: today)
      if try await !PairSearch.candidates([question, desk.list], threshold: threshold).isEmpty {
        found.append(desk.contact)
      }
    }
    return found
  }
}
