import Accounts
import Basics
import CountryPack
import Training
import Vault

/// What happens after a made-up course: some answer the questions of each round, fewer every time, one on paper; some
/// leave a telephone number. Nobody answers for those who are silent.
struct AfterStory {
  let stage: Stage
  let course: TrainingStory
  let dice: SeededGenerator

  /// Of ten people, how many answer each round, and how many answers of ten are right.
  private static let rounds = [(answer: 9, right: 8), (answer: 5, right: 7), (answer: 3, right: 6)]

  init(_ stage: Stage, _ course: TrainingStory, seed: UInt64) {
    self.stage = stage
    self.course = course
    dice = SeededGenerator(seed: seed)
  }

  func plan(_ timeline: inout Timeline) {
    let (followUps, after) = (FollowUpDesk(stage.office, stage.pack), AfterDesk(stage.office, stage.pack))
    let ended = course.begunAt + .days(14)
    var dice = dice
    let phones = course.learners.map { _ in Int.random(in: 0..<10, using: &dice) < 6 }
    timeline.add(course.begunAt + .days(3)) {
      for (number, row) in try await stage.cohorts.participants(course.trainer, course.id).enumerated()
      where phones[number % phones.count] {
        // From the range that no operator gives out.
        try await followUps.setPhone(row.link, "+593 99 000 0\(100 + number)")
      }
    }
    for (round, law) in zip(stage.pack.after.plan.rounds, Self.rounds) {
      for index in course.learners.indices where Int.random(in: 0..<10, using: &dice) < law.answer {
        let wait = Int.random(in: 0..<min(round.openDays, 12), using: &dice)
        let rights = (0..<stage.pack.after.plan.questions).map { _ in Int.random(in: 0..<10, using: &dice) < law.right }
        let isUnfinished = index % 7 == 6
        let isOnPaper = index % 5 == 4
        let at = ended + .days(round.day + wait) + .hours(2) + .minutes(index * 7)
        timeline.add(at) {
          let rows = try await after.people(course.trainer, course.id)
          guard rows.indices.contains(index) else { return }
          let (row, cohort) = (rows[index], try await stage.cohorts.cohort(course.trainer, course.id).cohort)
          guard let open = try await followUps.seat(row.link).open else { return }
          let texts = try await followUps.questions(open.questions.map(\.name), of: cohort, .spanish)
          var responses: [(String, QuestionResponse?)] = zip(open.questions, rights).map { asked, isRight in
            (asked.name, texts[asked.name]?.response(isRight: isRight))
          }
          if isOnPaper {
            let given = Dictionary(responses.compactMap { name, response in response.map { (name, $0) } }) { $1 }
            try await after.enter(
              course.trainer, course.id, round: round.day, number: row.number, given, language: .spanish)
          } else {
            if isUnfinished { responses = Array(responses.prefix(1)) }
            for (name, response) in responses {
              try await followUps.answer(row.link, name, response, language: .spanish)
            }
          }
        }
      }
    }
  }
}
