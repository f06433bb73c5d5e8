import Basics
import CountryPack
import Hummingbird
import Training

/// A quiz on the projector, and leading it from there.
struct QuizPages {
  let desks: Desks
  let settings: SiteSettings

  func add(to routes: Routes) {
    routes.get("/training/:cohort/quiz/new") { visit in try await newPage(visit, visit.sheet) }
    routes.post("/training/:cohort/quiz/new", open)
    routes.get("/training/:cohort/quiz/:quiz", project)
    routes.post("/training/:cohort/quiz/:quiz", move)
    routes.get("/training/:cohort/quiz/:quiz/count", count)
  }

  // MARK: Opening

  /// First the lesson, then its questions to pick from.
  private func newPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let id: CohortID = try visit.id("cohort")
    let cohort = try await desks.cohorts.cohort(actor, id).cohort
    let (words, language, base) = (visit.words, visit.language, "/training/\(id)")
    let lessons = desks.pack.training.lessons
    let own = desks.pack.training.phase(cohort.phase)?.lesson ?? ""
    let chosen = sheet.typed["lesson"] ?? visit.query["lesson"] ?? own
    let questions = try await desks.room.quizzes.questions(actor, ofLesson: chosen, language)
    let fields = [
      sheet.hidden("id", QuizID.random().description), sheet.hidden("lesson", chosen),
      sheet.text(
        "count", label: "training.room.quiz_count", hint: "training.room.quiz_count_hint", value: "5", type: "number"),
      sheet.checks(
        "questions", label: "training.room.quiz_pick", hint: "training.room.quiz_pick_hint",
        options: questions.map { .init($0.name ?? "", $0.stem.shown) }, optional: true),
    ]
    return .page(
      "training/quiz-new",
      [
        "title": words("training.room.quiz_new"),
        "heading": Heading(
          title: words("training.room.quiz_new"), lead: words("training.room.quiz_lead"),
          back: .init(address: base + "/room", label: cohort.title(desks.pack, language))
        ).view,
        "lesson": desks.pack.training.lesson(chosen)?.title[language] ?? chosen,
        "lessons": lessons.filter { $0.id != chosen }.map {
          ["address": "\(base)/quiz/new?lesson=\($0.id)", "label": $0.title[language]]
        },
        "form": sheet.view(
          action: base + "/quiz/new", submit: "training.room.quiz_open", fields: fields, cancel: base + "/room"),
      ] as [String: Any])
  }

  private func open(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let cohort: CohortID = try visit.id("cohort")
    return try await visit.attempt {
      let id: QuizID = try FormReader(visit.form).id()
      _ = try await desks.room.quizzes.open(
        actor, id: id, in: cohort, lesson: visit.form["lesson"] ?? "", picked: visit.form.all("questions"),
        count: Int(visit.form["count"] ?? "") ?? 0)
      return .goTo("/training/\(cohort)/quiz/\(id)")
    } orShow: { sheet in
      try await newPage(visit, sheet)
    }
  }

  // MARK: On the projector

  private func project(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: QuizID = try visit.id("quiz")
    let (quiz, paper, cohort, answered, enrolled) = try await desks.room.quizzes.quiz(actor, id)
    let (words, base) = (visit.words, "/training/\(cohort.id)")
    var model: [String: Any] = [
      "title": words("training.room.quiz"), "back": base + "/room", "action": "\(base)/quiz/\(id)",
      "step": String(quiz.step), "count": "\(base)/quiz/\(id)/count", "answered": String(answered),
      "enrolled": String(enrolled), "course": cohort.title(desks.pack, visit.language),
      "lesson": desks.pack.training.lesson(quiz.lesson)?.title[visit.language] ?? quiz.lesson,
      "moves": moves(quiz, words),
    ]
    switch quiz.stage {
    case .waiting: model["isWaiting"] = true
    case .over: model["isOver"] = true
    case .asking(let place), .showing(let place):
      model["number"] = words(
        "training.room.quiz_number", ["number": String(place + 1), "count": String(quiz.questions.count)])
      guard let name = quiz.question, let question = paper.question(name, visit.language) else {
        break
      }
      model["stem"] = question.stem.shown
      model["case"] = question.caseText?.shown
      if case .showing = quiz.stage {
        let tally = try await desks.room.quizzes.tally(actor, id, name)
        model["shown"] = shown(question, tally, words)
      } else {
        model["isAsking"] = true
        model["options"] = PaperPages.options(question, words)
      }
    }
    return .page("training/quiz", model)
  }

  private func moves(_ quiz: Quiz, _ words: Words) -> [[String: Any]] {
    QuizRules.Move.allCases.compactMap { move in
      guard let next = QuizRules.step(move, from: quiz.step, questions: quiz.questions.count),
        // “End” beside a “next” that ends says the same twice.
        move != .end || next != quiz.step + 1
      else { return nil }
      let stage = Quiz.stage(next, of: quiz)
      let key: String
      switch (move, stage) {
      case (.end, _), (.next, .over): key = "end"
      case (.back, _): key = "back"
      case (_, .showing): key = "show"
      default: key = "ask"
      }
      return ["value": move.rawValue, "label": words("training.room.quiz_move.\(key)"), "isMain": move == .next]
    }
  }

  /// How the answers fall: a bar for each choice, the right ones named, and the reasons.
  private func shown(_ question: GiftQuestion, _ tally: QuizTally, _ words: Words) -> [String: Any] {
    let most = Double(max(1, tally.answered))
    let rights = question.rightPlaces
    let bars = PaperPages.options(question, words).enumerated().map { index, option in
      let count = tally.chosen.indices.contains(index) ? tally.chosen[index] : 0
      var bar: [String: Any] = [
        "letter": option["letter"] ?? "", "text": option["text"] ?? "", "count": String(count),
        "share": String(Int((Double(count) / most * 100).rounded())),
      ]
      if rights.contains(index) { bar["isRight"] = true }
      return bar
    }
    let form = TestForm(questions: [question], words: words)
    return [
      "bars": tally.chosen.isEmpty ? [] : bars, "hasBars": !tally.chosen.isEmpty,
      "solution": form.solution(question), "reasons": [question.generalFeedback?.shown].compactMap(\.self),
      "facility": words(
        "training.room.quiz_facility",
        ["share": Figures.percent(tally.facility, words), "count": String(tally.answered)]),
    ]
  }

  private func move(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: QuizID = try visit.id("quiz")
    guard let move = QuizRules.Move(rawValue: visit.form["move"] ?? ""), let step = Int(visit.form["step"] ?? "") else {
      throw RefusedRequest.malformed
    }
    try await desks.room.quizzes.move(actor, id, move, from: step)
    return .goTo("/training/\(visit.part("cohort"))/quiz/\(id)")
  }

  /// The step and how many have answered, for the script that follows.
  private func count(_ visit: Visit) async throws -> Answer {
    let (quiz, _, _, answered, _) = try await desks.room.quizzes.quiz(visit.actor(), visit.id("quiz"))
    return .whole(.plain("\(quiz.step) \(answered)"))
  }
}

extension Quiz {
  static func stage(_ step: Int, of quiz: Quiz) -> QuizStage {
    var moved = quiz
    moved.step = step
    return moved.stage
  }
}

extension GiftQuestion {
  /// The places of the choices that earn something; for true or false, 0 is true.
  var rightPlaces: Set<Int> {
    switch body {
    case .choice(_, let choices): Set(choices.indices.filter { choices[$0].weight > 0 })
    case .trueFalse(let isTrue, _, _): [isTrue ? 0 : 1]
    default: []
    }
  }
}
