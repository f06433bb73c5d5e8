import Basics
import CountryPack
import Foundation
import Vault

/// What may happen in a cohort and when: pure.
public enum CohortRules {
  /// The last test stays open a week longer than the course.
  public static let graceDays = 7

  /// Whether somebody can still register.
  public static func isOpen(_ cohort: Cohort, on today: CalendarDay) -> Bool {
    today <= cohort.until && !cohort.isCancelled
  }

  public static func status(_ cohort: Cohort, enrolled: Int) -> Participant.Status {
    enrolled < cohort.seats ? .enrolled : .waiting
  }

  /// - Parameter answered: the occasions already answered.
  public static func testState(
    _ occasion: TestOccasion, _ cohort: Cohort, answered: Set<TestOccasion>, on today: CalendarDay
  ) -> TestState {
    if answered.contains(occasion) { return .answered }
    if cohort.isCancelled { return .closed }
    switch occasion {
    case .pre:
      // A test before that is answered after the one after measures nothing.
      return today > cohort.until || answered.contains(.post) ? .closed : .open
    case .post:
      if today > cohort.until.adding(days: graceDays) { return .closed }
      if today < cohort.from { return .notYet }
      return answered.contains(.pre) || today > cohort.until ? .open : .notYet
    }
  }

  /// The lesson opens once the first test is answered or its time is over.
  public static func isLessonOpen(_ cohort: Cohort, answered: Set<TestOccasion>, on today: CalendarDay) -> Bool {
    testState(.pre, cohort, answered: answered, on: today) != .open
  }

  /// Whether the certificate of attendance can be issued: the last session has come, and the person was present at
  /// no less than the phase's share of all sessions. Excused is not present; not marked is not present.
  ///
  /// - Parameters:
  ///   - marks: what the roll-call said, by session; sessions without a mark are left out.
  public static func earnsCertificate(
    _ sessions: [TrainingSession], marks: [TrainingSessionID: Attendance], minimumPercent: Int, on today: CalendarDay
  ) -> Bool {
    guard let last = sessions.map(\.day).max(), last <= today else { return false }
    let present = sessions.count { marks[$0.id] == .present }
    return present * 100 >= minimumPercent * sessions.count
  }

  // MARK: What is typed

  /// A line somebody typed, trimmed; `nil` when it is too short, too long or holds signs that don't belong in a line.
  static func line(_ typed: String, _ range: ClosedRange<Int>) -> String? {
    guard typed.utf8.count <= 4096 else { return nil }
    let text = typed.precomposedStringWithCanonicalMapping.split(separator: " ").joined(separator: " ")
    let isPlain = text.unicodeScalars.allSatisfy { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
      default: true
      }
    }
    return isPlain && range.contains(text.count) && text.utf8.count <= range.upperBound * 4 ? text : nil
  }

  static func checked(_ new: NewCohort, _ pack: CountryPack) throws(Refusal) -> NewCohort {
    var (new, problems) = (new, [FieldProblem]())
    let phase = pack.training.phase(new.phase)
    if phase == nil { problems.append(FieldProblem("phase", "error.training_phase")) }
    if let place = line(new.place, 2...120) {
      new.place = place
    } else {
      problems.append(.init("place", "error.training_place"))
    }
    if pack.province(iso: new.province) == nil { problems.append(FieldProblem("province", "error.training_province")) }
    if new.from == nil { problems.append(FieldProblem("from", "error.training_day")) }
    if new.until == nil { problems.append(FieldProblem("until", "error.training_day")) }
    if let from = new.from, let until = new.until {
      if until < from { problems.append(FieldProblem("until", "error.training_until_before_from")) }
      if until > from.adding(days: 366) { problems.append(FieldProblem("until", "error.training_course_too_long")) }
    }
    if new.seats.map({ (1...500).contains($0) }) != true {
      problems.append(FieldProblem("seats", "error.training_seats"))
    }
    if new.institutions.isEmpty || !new.institutions.allSatisfy({ pack.institution($0) != nil }) {
      problems.append(FieldProblem("institutions", "error.training_institutions"))
    }
    guard problems.isEmpty else { throw .fields(problems) }
    return new
  }

  static func checked(_ new: NewParticipant, _ cohort: Cohort, _ pack: CountryPack) throws(Refusal) -> NewParticipant {
    var (new, problems) = (new, [FieldProblem]())
    if let name = line(new.name, 2...120), name.contains(where: \.isLetter) {
      new.name = name
    } else {
      problems.append(FieldProblem("name", "error.training_participant_name"))
    }
    if let post = line(new.post, 0...120) {
      new.post = post
    } else {
      problems.append(.init("post", "error.training_post"))
    }
    if !cohort.institutions.contains(new.institution) {
      problems.append(FieldProblem("institution", "error.training_institution"))
    }
    if pack.province(iso: new.province) == nil { problems.append(FieldProblem("province", "error.training_province")) }
    if !new.sex.isEmpty, pack.term(.sexes, new.sex) == nil {
      problems.append(FieldProblem("sex", "error.training_sex"))
    }
    if !new.document.isEmpty {
      new.document = BlindIndex.normalised(document: new.document)
      if !(5...20).contains(new.document.count) {
        problems.append(FieldProblem("document", "error.training_document"))
      }
    }
    new.phone = new.phone.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    if !new.phone.isEmpty, PhoneNumber(new.phone, callingCode: pack.after.plan.callingCode) == nil {
      problems.append(FieldProblem("phone", "error.training_phone"))
    }
    guard problems.isEmpty else { throw .fields(problems) }
    return new
  }

  /// How names are compared: without case, accents and doubled spaces.
  static func comparable(_ name: String) -> [UInt8] {
    Array(
      name.folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
        .split(whereSeparator: \.isWhitespace).joined(separator: " ").utf8)
  }
}
