import Basics
import CountryPack
import Foundation
import Identification

/// What an identity must fulfil, and what follows from it. Pure.
public enum PersonRules {
  /// Nobody alive was born earlier.
  static let longestLife = 130

  /// What is wrong with an identity, field by field.
  static func problems(_ identity: PersonIdentity, _ pack: CountryPack, on day: CalendarDay) -> [FieldProblem] {
    var problems = TextRules.problems([
      ("given_names", identity.givenNames, .name), ("surnames", identity.surnames, .name),
      ("other_names", identity.otherNames, .name), ("document_number", identity.documentNumber, .name),
      ("nationality", identity.nationality, .name),
    ])
    // A person may not want to give a name, or have only one: one word to call them by is enough.
    if !(identity.givenNames + identity.surnames).contains(where: \.isLetter), problems.isEmpty {
      problems.append(FieldProblem("given_names", "error.name_needed"))
    }
    if let sex = identity.sex, pack.term(.sexes, sex) == nil {
      problems.append(FieldProblem("sex", "error.unknown_code"))
    }
    if let kind = identity.documentKind, pack.term(.documentKinds, kind) == nil {
      problems.append(FieldProblem("document_kind", "error.unknown_code"))
    }
    if let kind = identity.documentKind, let problem = documentProblem(identity.documentNumber, kind, pack) {
      problems.append(FieldProblem("document_number", problem))
    }
    let birthYear: Int?
    switch identity.birth {
    case .day(let birth):
      birthYear = birth.year
      if birth > day { problems.append(FieldProblem("birth", "error.birth_future")) }
    case .year(let year):
      birthYear = year
      if year > day.year { problems.append(FieldProblem("birth", "error.birth_future")) }
    case .unknown: birthYear = nil
    }
    if let birthYear, birthYear < day.year - longestLife {
      problems.append(FieldProblem("birth", "error.birth_too_long_ago"))
    }
    return problems
  }

  /// What a document's number shows by itself to be mistyped, as far as the pack knows a rule for its kind.
  static func documentProblem(_ number: String, _ kind: String, _ pack: CountryPack) -> Phrase? {
    guard !number.isEmpty, let check = pack.term(.documentKinds, kind)?.details["check"] else { return nil }
    switch DocumentCheck(rawValue: check) {
    case .ecuadorModulo10: return isEcuadorCard(number) ? nil : Phrase("error.document_digit")
    case .none?, nil: return nil
    }
  }

  /// Ten digits (blanks and a dash are passed over): a province of 01 to 24, or 30 for those registered abroad, a third
  /// digit below 6, and the last such that the sum is a multiple of ten, every other digit counted twice, less nine when
  /// that gives two digits.
  ///
  /// Source: Registro Civil del Ecuador, dígito verificador de la cédula (módulo 10).
  static func isEcuadorCard(_ number: String) -> Bool {
    let digits = number.utf8.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "-") }.map { Int($0) - 48 }
    guard digits.count == 10, digits.allSatisfy({ (0...9).contains($0) }) else { return false }
    let province = digits[0] * 10 + digits[1]
    guard (1...24).contains(province) || province == 30, digits[2] < 6 else { return false }
    let sum = digits.dropLast().enumerated().reduce(0) { sum, digit in
      guard digit.offset.isMultiple(of: 2) else { return sum + digit.element }
      return sum + (digit.element > 4 ? digit.element * 2 - 9 : digit.element * 2)
    }
    return (sum + digits[9]).isMultiple(of: 10)
  }

  static func problems(_ contact: SafeContact) -> [FieldProblem] {
    TextRules.problems([
      ("contact_how", contact.how, .line), ("contact_when", contact.when, .line),
      ("contact_not_with", contact.notWith, .line),
    ])
  }

  /// The pack's age band that holds all the ages a person may have; the one for doubt when no band does.
  public static func ageBand(_ birth: Birth, _ pack: CountryPack, on day: CalendarDay) -> String? {
    birth.ages(on: day).flatMap { ageBand($0, pack) }
  }

  /// The band of an age as a screening knows it.
  public static func ageBand(_ age: Age, _ pack: CountryPack) -> String? {
    switch age {
    case .years(let years): ageBand(years...years, pack)
    case .inDoubt: ageBand(0...120, pack)
    }
  }

  private static func ageBand(_ ages: ClosedRange<Int>, _ pack: CountryPack) -> String? {
    let bands = (pack.lists[.ageBands] ?? []).compactMap { term in term.years.map { (term.code, $0) } }
    return bands.filter { $0.1.lowerBound <= ages.lowerBound && ages.upperBound <= $0.1.upperBound }
      .min { $0.1.count < $1.1.count }?.0
  }
}

extension Term {
  /// The years of an age band.
  var years: ClosedRange<Int>? {
    guard let low = Int(details["youngest"] ?? ""), let high = Int(details["oldest"] ?? ""), low <= high else {
      return nil
    }
    return low...high
  }
}
