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

  /// How alike two people are: Dice's coefficient of their filters, 0 to 1; 2 when sound document numbers agree. As much
  /// work for strangers as for the same person.
  public static func likeness(_ one: RecordEncoder.Encoded, _ other: RecordEncoder.Encoded) -> Double {
    var (both, ones) = (0, 0)
    for (left, right) in zip(one.filter, other.filter) {
      both += (left & right).nonzeroBitCount
      ones += left.nonzeroBitCount + right.nonzeroBitCount
    }
    let dice = ones > 0 ? 2 * Double(both) / Double(ones) : 0
    return one.document != nil && one.document == other.document ? 2 : dice
  }
}

extension RecordEncoder.Encoded {
  /// The filter's bytes, then the document's tag: to be sealed and kept.
  public var bytes: [UInt8] { RecordEncoder.bytes(filter) + Array((document ?? "").utf8) }

  /// - Parameter bits: of the schema, hardened; `nil` when there are fewer bytes.
  public init?(bytes: [UInt8], bits: Int) {
    guard bytes.count >= bits / 8 else { return nil }
    let tag = String(decoding: bytes[(bits / 8)...], as: UTF8.self)
    self.init(filter: RecordEncoder.words(bytes.prefix(bits / 8)), document: tag.isEmpty ? nil : tag)
  }
}
