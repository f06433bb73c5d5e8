import Basics
import CountryPack

/// What can happen to a message from the public.
public enum TipMove: String, Hashable, Sendable, CaseIterable {
  // MARK: The desk's

  case open, take, answer, ask, close, pass, link

  // MARK: Of whoever wrote

  case look, add, forgetContact, setPassing, withdraw

  /// Whether the desk makes it.
  public var isDesks: Bool {
    switch self {
    case .open, .take, .answer, .ask, .close, .pass, .link: true
    case .look, .add, .forgetContact, .setPassing, .withdraw: false
    }
  }
}

/// Which move leads where, how long texts may be, and who may be given a message. Pure, and tried for every state and move.
public enum TipRules {
  /// Letters, as a reader counts them.
  public static let longestText = 4_000
  public static let longestLine = 200
  /// A conversation this long needs a telephone.
  public static let mostMessages = 100
  /// So many additions in a row, without a word of the desk.
  public static let mostAdditions = 20
  public static let answerDays = 1...60
  /// So many unread messages an agency's desk can hold: more would bury them all, and a flood fills no store.
  public static let mostWaiting = 1_000

  /// Where a move leads.
  /// - Returns: `nil` when it can't be made.
  public static func state(after move: TipMove, from state: TipState) -> TipState? {
    // What was taken back is gone for everybody.
    guard state != .withdrawn else { return nil }
    return switch move {
    case .open: state == .received ? .read : state
    // A closed one is taken up again by whoever finds that it was closed too soon.
    case .take: .working
    case .answer: state == .closed ? nil : .answered
    case .ask: state == .closed ? nil : .asked
    case .close: state == .closed ? nil : .closed
    case .pass: state == .closed ? nil : .received
    case .link, .look, .forgetContact, .setPassing: state
    case .add:
      switch state {
      // It is the desk's turn again.
      case .asked, .answered: .read
      case .closed: .received
      case .received, .read, .working, .withdrawn: state
      }
    case .withdraw: .withdrawn
    }
  }

  /// Whether a desk may hand a message on to an agency of a kind.
  /// - Parameter wall: the kinds that investigate; what is told to be helped goes there only by a clear word.
  public static func mayPass(_ passing: TipPassing, to kind: String, wall: AssistanceWall) -> Bool {
    switch passing {
    case .nobody: false
    case .helpers: !wall.agencyKinds.contains(kind)
    case .anybody: true
    }
  }

  /// Who reads what comes from a province: those who named it, else those who read for the whole country, else all.
  ///
  /// - Parameter province: `nil` when whoever writes does not say.
  /// - Returns: open receivers by name; empty only when there is none at all.
  public static func receivers(for province: String?, among all: [TipReceiver]) -> [TipReceiver] {
    let open = all.filter(\.isOpen).sorted { ($0.name, $0.agency) < ($1.name, $1.agency) }
    let near = province.map { place in open.filter { $0.provinces.contains(place) } } ?? []
    if !near.isEmpty { return near }
    let everywhere = open.filter(\.provinces.isEmpty)
    return everywhere.isEmpty ? open : everywhere
  }

  /// From this day on a message that has ended is erased.
  public static func eraseOn(_ endedOn: CalendarDay, _ terms: TipTerms) -> CalendarDay {
    endedOn.adding(days: terms.keepDays)
  }

  /// What is wrong with a form.
  public static func problems(_ letter: TipLetter, _ pack: CountryPack) -> [FieldProblem] {
    var problems: [FieldProblem] = []
    if !letter.content.what.contains(where: \.isLetter) { problems.append(FieldProblem("what", "error.tip_what")) }
    func check(_ field: String, _ text: String, upTo most: Int, isLine: Bool) {
      if let phrase = problem(text, upTo: most, isLine: isLine) { problems.append(FieldProblem(field, phrase)) }
    }
    check("what", letter.content.what, upTo: longestText, isLine: false)
    check("place", letter.content.place, upTo: longestLine, isLine: true)
    check("when", letter.content.when, upTo: longestLine, isLine: true)
    check("way", letter.contact.way, upTo: longestLine, isLine: true)
    check("safe_times", letter.contact.safeTimes, upTo: longestLine, isLine: true)
    if let province = letter.province, pack.province(iso: province) == nil {
      problems.append(FieldProblem("province", "error.choose"))
    }
    return problems
  }

  /// What is wrong with a text of the conversation; `nil` when nothing is.
  public static func problem(inMessage text: String) -> Phrase? {
    guard text.contains(where: { $0.isLetter || $0.isNumber }) else { return Phrase("error.missing") }
    return problem(text, upTo: longestText, isLine: false)
  }

  private static func problem(_ text: String, upTo most: Int, isLine: Bool) -> Phrase? {
    // Counted twice: by what a reader sees, and by what the store holds. One letter can carry a thousand marks.
    if text.count > most || text.utf8.count > most * 4 { return Phrase("error.too_long", ["most": String(most)]) }
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x0A, 0x0D, 0x09: if isLine { return Phrase("error.text_control") }
      // The signs from 0x2400 on stand for control characters, as a form shows them.
      case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0x2400...0x2426: return Phrase("error.text_control")
      // Overrides of the writing direction turn around what stands there.
      case 0x202A...0x202E, 0x2066...0x2069: return Phrase("error.text_direction")
      default: break
      }
    }
    return nil
  }
}
