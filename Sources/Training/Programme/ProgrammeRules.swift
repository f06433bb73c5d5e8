import Basics
import CountryPack

/// What may be changed in a cohort's programme: pure.
public enum ProgrammeRules {
  /// What an edit of a cohort must leave true, beyond what its fields must be.
  ///
  /// - Parameters:
  ///   - sessions: the cohort's sessions.
  ///   - institutions: those of the people who are registered.
  ///   - enrolled: how many have a seat.
  static func problems(
    _ new: NewCohort, sessions: [CalendarDay], institutions: Set<String>, enrolled: Int
  ) -> [FieldProblem] {
    var problems: [FieldProblem] = []
    if let from = new.from, let until = new.until, !sessions.allSatisfy({ from <= $0 && $0 <= until }) {
      problems.append(FieldProblem("until", "error.training_sessions_outside"))
    }
    if let seats = new.seats, seats < enrolled {
      problems.append(FieldProblem("seats", Phrase("error.training_seats_taken", ["count": String(enrolled)])))
    }
    if !institutions.isSubset(of: new.institutions) {
      problems.append(FieldProblem("institutions", "error.training_institution_in_use"))
    }
    return problems
  }

  static func checked(_ new: NewSession, _ cohort: Cohort) throws(Refusal) -> TrainingSession {
    var problems: [FieldProblem] = []
    let title = CohortRules.line(new.title, 2...120)
    if title == nil { problems.append(FieldProblem("title", "error.training_session_title")) }
    if new.day.map({ isWithin(cohort, $0) }) != true {
      problems.append(FieldProblem("day", "error.training_session_day"))
    }
    let (begins, ends) = times(new.begins, new.ends, required: false, &problems)
    let room = CohortRules.line(new.room, 0...80)
    if room == nil { problems.append(FieldProblem("room", "error.training_room")) }
    guard problems.isEmpty, let title, let day = new.day, let room else { throw .fields(problems) }
    return TrainingSession(id: .random(), day: day, title: title, begins: begins, ends: ends, room: room)
  }

  static func checked(
    _ new: NewAgendaPoint, _ cohort: Cohort, _ training: TrainingContent, trainers: Set<TrainerID>
  ) throws(Refusal) -> AgendaPoint {
    var problems: [FieldProblem] = []
    let title = CohortRules.line(new.title, 2...160)
    if title == nil { problems.append(FieldProblem("title", "error.training_session_title")) }
    if new.day.map({ isWithin(cohort, $0) }) != true {
      problems.append(FieldProblem("day", "error.training_session_day"))
    }
    let (begins, ends) = times(new.begins, new.ends, required: true, &problems)
    let room = CohortRules.line(new.room, 0...80)
    if room == nil { problems.append(FieldProblem("room", "error.training_room")) }
    if !new.course.isEmpty, training.course(new.course) == nil {
      problems.append(FieldProblem("course", "error.training_course"))
    }
    let trainer = TrainerID(new.trainer)
    if !new.trainer.isEmpty, trainer.map(trainers.contains) != true {
      problems.append(FieldProblem("trainer", "error.training_trainer"))
    }
    guard problems.isEmpty, let title, let day = new.day, let begins, let ends, let room else {
      throw .fields(problems)
    }
    return AgendaPoint(
      id: .random(), day: day, begins: begins, ends: ends, title: title,
      course: new.course.isEmpty ? nil : new.course, isBreak: new.isBreak, room: room, trainer: trainer, revision: 1)
  }

  static func checked(_ new: NewBudgetLine, _ pack: CountryPack) throws(Refusal) -> BudgetLine {
    var problems: [FieldProblem] = []
    if pack.term(.budgetKinds, new.kind) == nil { problems.append(FieldProblem("kind", "error.training_budget_kind")) }
    let (planned, spent) = (Money(new.planned.trimmed), Money(new.spent.trimmed))
    if planned == nil { problems.append(FieldProblem("planned", "error.training_amount")) }
    if spent == nil, !new.spent.trimmed.isEmpty { problems.append(FieldProblem("spent", "error.training_amount")) }
    let note = CohortRules.line(new.note, 0...200)
    if note == nil { problems.append(FieldProblem("note", "error.training_note")) }
    guard problems.isEmpty, let planned, let note else { throw .fields(problems) }
    return BudgetLine(id: .random(), kind: new.kind, planned: planned, spent: spent, note: note, revision: 1)
  }

  static func checked(_ lines: [MaterialLine], _ pack: CountryPack) throws(Refusal) -> [MaterialLine] {
    var problems: [FieldProblem] = []
    for line in lines {
      if pack.term(.materialKinds, line.kind) == nil { throw .notFound }
      if line.needed.map({ (0...100_000).contains($0) }) == false {
        problems.append(FieldProblem("n.\(line.kind)", "error.training_needed"))
      }
    }
    guard problems.isEmpty else { throw .fields(problems) }
    return lines
  }

  /// Whether making `by` the one who trained `trainer` would let somebody have trained themselves.
  static func closesCircle(_ trainer: TrainerID, trainedBy by: TrainerID, _ all: [Trainer]) -> Bool {
    let above = Dictionary(all.compactMap { one in one.trainedBy.map { (one.id, $0) } }) { first, _ in first }
    var (next, seen): (TrainerID?, Set<TrainerID>) = (by, [])
    while let current = next, seen.insert(current).inserted {
      if current == trainer { return true }
      next = above[current]
    }
    return false
  }

  /// The sessions and points of an agenda from a day on, day after day.
  ///
  /// - Parameter id: makes the identifier's bytes of the nth thing, so that the same request makes the same things.
  static func plan(
    _ agenda: TrainingAgenda, from first: CalendarDay, _ language: Language, id: (Int) -> (UInt64, UInt64)
  ) -> (sessions: [TrainingSession], points: [AgendaPoint]) {
    var (sessions, points): ([TrainingSession], [AgendaPoint]) = ([], [])
    for (index, day) in agenda.days.enumerated() {
      let date = first.adding(days: index)
      for session in day.sessions {
        sessions.append(
          TrainingSession(
            id: TrainingSessionID(bytes: id(sessions.count + points.count)), day: date,
            title: "\(index + 1). \(day.name[language]), \(session.name[language])", begins: session.from,
            ends: session.until))
        for item in session.items {
          points.append(
            AgendaPoint(
              id: AgendaPointID(bytes: id(sessions.count + points.count)), day: date, begins: item.from,
              ends: item.until, title: item.title[language], course: item.course, isBreak: item.isBreak, room: "",
              trainer: nil, revision: 1))
        }
      }
    }
    return (sessions, points)
  }

  private static func isWithin(_ cohort: Cohort, _ day: CalendarDay) -> Bool {
    cohort.from <= day && day <= cohort.until
  }

  private static func times(
    _ begins: String, _ ends: String, required: Bool, _ problems: inout [FieldProblem]
  ) -> (TimeOfDay?, TimeOfDay?) {
    if !required, begins.isEmpty, ends.isEmpty { return (nil, nil) }
    // Browsers may send seconds along.
    let (from, until) = (TimeOfDay(String(begins.prefix(5))), TimeOfDay(String(ends.prefix(5))))
    if from == nil { problems.append(FieldProblem("begins", "error.training_time")) }
    if until == nil { problems.append(FieldProblem("ends", "error.training_time")) }
    if let from, let until, until <= from { problems.append(FieldProblem("ends", "error.training_times_order")) }
    return (from, until)
  }
}

extension String {
  fileprivate var trimmed: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
