import Basics
import CountryPack

/// Where in the course of justice something was counted. Numbers of different stages are never added.
public enum ProsecutionStage: String, Hashable, Sendable, CaseIterable {
  /// Complaints and reports of the offence that were recorded.
  case reports
  /// Investigations that were opened.
  case investigations
  /// Prosecutions that were brought, or persons charged.
  case prosecutions
  case convictions
  case acquittals
  /// What ended without conviction or acquittal.
  case otherEnds = "other_ends"
}

/// What a number counts: three persons in one case are one case.
public enum ProsecutionUnit: String, Hashable, Sendable, CaseIterable {
  case cases
  case persons
}

/// What an institution answered when it was asked for a number. That nobody asked is no entry at all; nought is a number.
public enum ProsecutionAnswer: String, Hashable, Sendable, CaseIterable {
  case counted
  /// It was asked and gave no number.
  case notReported = "not_reported"
  /// It says that it does not record this.
  case notKept = "not_kept"
}

/// The time that a number is of: a year, a quarter of one, or several years that the source does not tell apart.
///
///     ProsecutionPeriod("2021-Q3")?.quarter == 3
public struct ProsecutionPeriod: Hashable, Sendable, Comparable, LosslessStringConvertible {
  public let year: Int
  /// The same as `year` but for several years.
  public let lastYear: Int
  /// 1 to 4; 0 for whole years.
  public let quarter: Int

  /// A whole year, or several. `nil` outside 1990...2100 and for years turned round.
  public init?(year: Int, lastYear: Int? = nil, quarter: Int = 0) {
    let lastYear = lastYear ?? year
    guard (1990...2100).contains(year), (year...2100).contains(lastYear), (0...4).contains(quarter),
      quarter == 0 || lastYear == year
    else { return nil }
    (self.year, self.lastYear, self.quarter) = (year, lastYear, quarter)
  }

  /// Reads `2021`, `2021-Q3` (also with a T, as quarters are written in Spanish) and `2011-2012`; `nil` for anything else.
  public init?(_ description: String) {
    let parts = description.uppercased().split(omittingEmptySubsequences: false) { "-–/".contains($0) }
    func year(_ part: Substring) -> Int? {
      part.utf8.count == 4 && part.utf8.allSatisfy { (48...57).contains($0) } ? Int(part) : nil
    }
    guard (1...2).contains(parts.count), let first = year(parts[0]) else { return nil }
    guard parts.count == 2 else {
      self.init(year: first)
      return
    }
    if let last = year(parts[1]) {
      guard last > first else { return nil }
      self.init(year: first, lastYear: last)
      return
    }
    guard parts[1].utf8.count == 2, "QT".contains(parts[1].prefix(1)), let quarter = Int(parts[1].dropFirst()),
      (1...4).contains(quarter)
    else { return nil }
    self.init(year: first, quarter: quarter)
  }

  public var description: String {
    quarter > 0 ? "\(year)-Q\(quarter)" : lastYear > year ? "\(year)-\(lastYear)" : String(year)
  }

  public var isSpan: Bool { lastYear > year }

  /// The first day on which it can be counted whole.
  public var endsBefore: CalendarDay? {
    quarter == 0 || quarter == 4
      ? CalendarDay(year: lastYear + 1, month: 1, day: 1)
      : CalendarDay(year: year, month: quarter * 3 + 1, day: 1)
  }

  public var firstDay: CalendarDay? { CalendarDay(year: year, month: max(1, quarter * 3 - 2), day: 1) }

  public static func < (lhs: Self, rhs: Self) -> Bool {
    (lhs.year, lhs.lastYear, lhs.quarter) < (rhs.year, rhs.lastYear, rhs.quarter)
  }
}

/// What exactly a number is of. An empty outcome, sex or age means all of them.
public struct ProsecutionCell: Hashable, Sendable {
  public var period: ProsecutionPeriod
  /// The code of the institution that counted, or `unknown` where the source does not say.
  public var institution: String
  public var stage: ProsecutionStage
  public var unit: ProsecutionUnit
  /// A code of the pack's offences.
  public var offence: String
  /// A code of the pack's outcomes, or empty.
  public var outcome: String
  /// A code of the pack's sexes, or empty.
  public var sex: String
  /// `child`, `adult`, or empty.
  public var age: String

  public init(
    period: ProsecutionPeriod, institution: String, stage: ProsecutionStage, unit: ProsecutionUnit, offence: String,
    outcome: String = "", sex: String = "", age: String = ""
  ) {
    (self.period, self.institution, self.stage, self.unit) = (period, institution, stage, unit)
    (self.offence, self.outcome, self.sex, self.age) = (offence, outcome, sex, age)
  }

  public static let unknownInstitution = "unknown"
  public static let ages = ["child", "adult"]
}

/// Where a number was read.
public struct ProsecutionSource: Hashable, Sendable {
  /// The letter, report or file; never what leads to one case or person.
  public var document: String
  /// Its date; `nil` where it bears none.
  public var day: CalendarDay?
  public var readOn: CalendarDay
  public var certainty: Certainty

  public init(document: String, day: CalendarDay?, readOn: CalendarDay, certainty: Certainty) {
    (self.document, self.day, self.readOn, self.certainty) = (document, day, readOn, certainty)
  }
}

/// One number, or the word that there is none, as a source has it. Never about one person.
public struct ProsecutionCount: Hashable, Sendable {
  public var cell: ProsecutionCell
  public var answer: ProsecutionAnswer
  /// Only with `.counted`.
  public var number: Int?
  public var source: ProsecutionSource
  public var note: String
  /// Whether the source really prints what does not fit together.
  public var isAsPrinted: Bool

  public init(
    cell: ProsecutionCell, answer: ProsecutionAnswer = .counted, number: Int?, source: ProsecutionSource,
    note: String = "", isAsPrinted: Bool = false
  ) {
    (self.cell, self.answer, self.number) = (cell, answer, number)
    (self.source, self.note, self.isAsPrinted) = (source, note, isAsPrinted)
  }

  public static let mostLetters = (document: 300, note: 1000)
  public static let largestNumber = 9_999_999
}

public enum ProsecutionCountEntity {}
public enum ProsecutionImportEntity {}
public typealias ProsecutionCountID = Identifier<ProsecutionCountEntity>
/// One file that was taken in, chosen by its form so that sending it twice takes it in once.
public typealias ProsecutionImportID = Identifier<ProsecutionImportEntity>
