import Basics
import CountryPack
import Foundation

/// What a trainer tells the public of a cohort: that others may join it, in a few words, and whom to ask.
public struct CourseAnnouncement: Hashable, Sendable {
  public var cohort: CohortID
  /// 1 to 600 signs.
  public var spanish: String
  /// May be empty: then the Spanish one stands for both.
  public var english: String
  /// As it is dialled; may be empty.
  public var phone: String
  /// May be empty where there is a telephone.
  public var email: String
  public var isOpen: Bool
  /// Counts its edits, from 1.
  public var revision = 1
  public var changedAt: Moment
}

/// What a trainer types to announce a cohort.
public struct NewAnnouncement: Hashable, Sendable {
  public var spanish: String
  public var english: String
  public var phone: String
  public var email: String

  public init(spanish: String, english: String = "", phone: String = "", email: String = "") {
    self.spanish = spanish
    self.english = english
    self.phone = phone
    self.email = email
  }
}

/// A course that somebody may join, as anybody reads it. Nothing in it is about who takes part: not even how many.
public struct OpenCourse: Hashable, Sendable {
  /// How many seats are left, in words: a number would say how many have registered.
  public enum Room: String, Hashable, Sendable, CaseIterable {
    case plenty
    case few
    /// Whoever registers now waits.
    case none
  }

  /// The phase's code in the pack.
  public var phase: String
  public var agency: String
  public var place: String
  /// ISO 3166-2.
  public var province: String
  public var from: CalendarDay
  public var until: CalendarDay
  /// Codes of the institutions whose staff may come.
  public var institutions: [String]
  public var spanish: String
  public var english: String
  public var phone: String
  public var email: String
  public var room: Room
}

/// What may be announced, and what is shown of it: pure.
public enum AnnouncementRules {
  public static let longestText = 600

  /// Whether the public reads of it: it is open, takes place, and has not begun before today.
  public static func isShown(_ cohort: Cohort, _ announcement: CourseAnnouncement, on today: CalendarDay) -> Bool {
    announcement.isOpen && !cohort.isCancelled && today <= cohort.from
  }

  /// Few is a quarter of the seats or fewer, and always five or fewer.
  public static func room(seats: Int, enrolled: Int) -> OpenCourse.Room {
    let left = seats - enrolled
    if left <= 0 { return .none }
    return left <= 5 || left * 4 <= seats ? .few : .plenty
  }

  /// Throws `Refusal.invalid` with each field that can't stand so.
  static func checked(_ new: NewAnnouncement) throws(Refusal) -> NewAnnouncement {
    var (new, problems) = (new, [FieldProblem]())
    let (spanish, english) = (text(new.spanish), text(new.english))
    if let spanish, !spanish.isEmpty {
      new.spanish = spanish
    } else {
      problems.append(.init("spanish", "error.announcement_text"))
    }
    if let english { new.english = english } else { problems.append(.init("english", "error.announcement_text")) }
    new.phone = new.phone.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    new.email = new.email.split(whereSeparator: \.isWhitespace).joined()
    if !new.phone.isEmpty, !isPhone(new.phone) { problems.append(.init("phone", "error.training_phone")) }
    if !new.email.isEmpty, !isEmail(new.email) { problems.append(.init("email", "error.announcement_email")) }
    if new.phone.isEmpty, new.email.isEmpty { problems.append(.init("phone", "error.announcement_contact")) }
    guard problems.isEmpty else { throw .fields(problems) }
    return new
  }

  /// Paragraphs of plain text, trimmed; `nil` when too long or with signs that don't belong in text.
  private static func text(_ typed: String) -> String? {
    guard typed.utf8.count <= longestText * 4 else { return nil }
    let lines = typed.precomposedStringWithCanonicalMapping.split(omittingEmptySubsequences: false) { $0.isNewline }
    var plain: [String] = []
    for line in lines {
      guard let line = CohortRules.line(String(line), 0...longestText) else { return nil }
      plain.append(line)
    }
    while plain.last?.isEmpty == true { plain.removeLast() }
    let text = plain.drop { $0.isEmpty }.joined(separator: "\n")
    return text.count <= longestText ? text : nil
  }

  /// Digits with spaces, hyphens, brackets and a plus in front; short service numbers too.
  private static func isPhone(_ text: String) -> Bool {
    let digits = text.filter(\.isNumber)
    return (3...15).contains(digits.count)
      && text.utf8.enumerated().allSatisfy { place, byte in
        (48...57).contains(byte) || [32, 40, 41, 45].contains(byte) || (byte == 43 && place == 0)
      }
  }

  private static func isEmail(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    return parts.count == 2 && text.utf8.count <= 120 && !parts[0].isEmpty && parts[1].contains(".")
      && !parts[1].hasPrefix(".") && !parts[1].hasSuffix(".")
      && text.utf8.allSatisfy { byte in
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
          || [43, 45, 46, 64, 95].contains(byte)
      }
  }
}
