import Accounts
import Basics
import CountryPack
import Training
import Vault

/// What happened in the room of a made-up class: somebody came late, a quiz ran on phones, each day had its feedback.
extension TrainingStory {
  func planRoom(_ timeline: inout Timeline, _ links: Links) {
    let desks = stage.room
    timeline.add(begunAt + .hours(4) + .minutes(1)) {
      try await desks.attendance.mark(trainer, sessions[0].id, [learners[0].id: .init(from: .present, to: .late)])
    }
    planQuiz(&timeline, links)
    for (index, session) in sessions.enumerated() { planFeedback(&timeline, links, session.day, index) }
  }

  private func planQuiz(_ timeline: inout Timeline, _ links: Links) {
    let (desk, quiz) = (stage.room.quizzes, stage.office.randomness.identifier(QuizEntity.self))
    timeline.add(begunAt + .hours(2)) {
      var run = try await desk.open(trainer, id: quiz, in: id, lesson: phase.lesson, picked: [], count: 3)
      let paper = try await desk.quiz(trainer, quiz).paper
      for (place, name) in run.questions.enumerated() {
        try await desk.move(trainer, quiz, .next, from: run.step)
        guard let question = paper.question(name, .spanish) else { return }
        for learner in learners {
          guard let link = links.personal[learner.id],
            let response = question.response(isRight: place * 4 < learner.before)
          else { continue }
          try await desk.answer(link, quiz, name, response, language: .spanish)
        }
        try await desk.move(trainer, quiz, .next, from: run.step + 1)
        run.step += 2
      }
      try await desk.move(trainer, quiz, .next, from: run.step)
    }
  }

  private static let remarks = [
    "Más casos como el de hoy.", "Me quedó la duda de cuándo avisar al coordinador.",
    "El grupo es muy grande para la sala.",
  ]

  private func planFeedback(_ timeline: inout Timeline, _ links: Links, _ day: CalendarDay, _ index: Int) {
    let form = stage.pack.training.feedback
    for (place, learner) in learners.enumerated() where place % 5 != 4 {
      timeline.add(begunAt + .days(index * 2) + .hours(8) + .minutes(place)) {
        guard let link = links.personal[learner.id] else { return }
        var answers = FeedbackAnswers(values: [:])
        for (number, question) in form.scales.enumerated() {
          answers.values[question.code] = min(5, 3 + (place + number + index) % 3)
        }
        if place % 6 == 1, let question = form.texts.first {
          answers.texts[question.code] = Self.remarks[(place + index) % Self.remarks.count]
        }
        try await stage.room.feedback.give(link, day, answers, isSigned: false)
      }
    }
  }
}
