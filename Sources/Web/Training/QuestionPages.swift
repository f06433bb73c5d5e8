import Accounts
import Basics
import CountryPack
import Hummingbird
import Training

/// The questions that tests are drawn from: the pack's, to look at and take along, and the agency's own.
struct QuestionPages {
  let desks: Desks
  private static let base = "/training/questions"

  func add(to routes: Routes) {
    routes.get("/training/questions", list)
    routes.get("/training/questions/new") { visit in
      try visit.actor().require(.manageTraining)
      return writePage(visit, visit.sheet, nil)
    }
    routes.post("/training/questions/new", look)
    routes.post("/training/questions/save", save)
    routes.get("/training/questions/lesson/:lesson", lesson)
    routes.get("/training/questions/lesson/:lesson/:language", lessonFile)
    routes.get("/training/questions/export/:language", export)
    routes.get("/training/questions/own/:question", one)
    routes.get("/training/questions/own/:question/edit") { visit in
      try await writePage(visit, visit.sheet, own(visit))
    }
    routes.post("/training/questions/own/:question/edit", look)
    routes.post("/training/questions/own/:question/retire", retire)
  }

  // MARK: What there is

  private func list(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let (words, language) = (visit.words, visit.language)
    let own = try await desks.questions.own(actor)
    let courses = desks.pack.training.courses.map { course in
      let lessons = course.lessons.compactMap { id -> [String: Any]? in
        guard let lesson = desks.pack.training.lesson(id), let bank = desks.questions.bank(id) else { return nil }
        return [
          "title": lesson.title[language], "address": "\(Self.base)/lesson/\(id)",
          "count": words("training.questions.count", ["count": String(bank.names.count)]),
        ]
      }
      return ["name": course.name[language], "lessons": lessons] as [String: Any]
    }
    let rows = own.map { question in
      let read = QuestionView.read(question.texts[language]).last
      return WorkRow(
        title: read?.stem.shown ?? question.name, address: "\(Self.base)/own/\(question.id)",
        facts: [
          desks.pack.training.course(question.course)?.name[language] ?? question.course,
          read.map { words("training.questions.type.\($0.type)") } ?? "",
          words("training.questions.revision", ["number": String(question.revision)]),
        ],
        status: question.isRetired
          ? Status(text: words("training.questions.retired"), tone: .done)
          : Status(text: words("training.questions.in_use"), tone: .active)
      ).view
    }
    return .page(
      "training/questions",
      [
        "title": words("training.questions.title"),
        "heading": Heading(
          title: words("training.questions.title"), lead: words("training.questions.lead"),
          back: .init(address: "/training", label: words("training.title")),
          next: .init(address: Self.base + "/new", label: words("training.questions.write"))
        ).view,
        "rows": rows, "hasRows": !rows.isEmpty, "courses": courses,
        "exports": ["es", "en"].map {
          ["address": "\(Self.base)/export/\($0)", "label": words("training.questions.export_\($0)")]
        },
      ] as [String: Any])
  }

  private func lesson(_ visit: Visit) async throws -> Answer {
    try visit.actor().require(.manageTraining)
    let words = visit.words
    guard let lesson = desks.pack.training.lesson(visit.part("lesson")), let bank = desks.questions.bank(lesson.id)
    else { throw Refusal.notFound }
    return .page(
      "training/question-list",
      [
        "title": lesson.title[visit.language],
        "heading": Heading(
          title: lesson.title[visit.language],
          lead: words("training.questions.count", ["count": String(bank.names.count)]),
          back: .init(address: Self.base, label: words("training.questions.title"))
        ).view,
        "questions": bank.names.compactMap { bank.question($0, visit.language) }.map {
          QuestionView(question: $0, words: words).view
        },
        "exports": lesson.questions.languages.map {
          [
            "address": "\(Self.base)/lesson/\(lesson.id)/\($0.code)",
            "label": words("training.questions.export_\($0.code)"),
          ]
        },
      ] as [String: Any])
  }

  private func lessonFile(_ visit: Visit) async throws -> Answer {
    try visit.actor().require(.manageTraining)
    guard let lesson = desks.pack.training.lesson(visit.part("lesson")), let language = Language(visit.part("language"))
    else { throw Refusal.notFound }
    return .file(lesson.questions[language], name: "\(lesson.id).\(language.code).gift", type: "text/plain")
  }

  private func export(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    guard let language = Language(visit.part("language")) else { throw Refusal.notFound }
    let texts = try await desks.questions.own(actor).filter { !$0.isRetired }.map { $0.texts[language] }
    return .file(texts.joined(separator: "\n"), name: "questions.\(language.code).gift", type: "text/plain")
  }

  // MARK: One of our own

  private func own(_ visit: Visit) async throws -> OwnQuestion {
    let id = visit.part("question")
    guard let question = try await desks.questions.own(visit.actor()).first(where: { $0.id == id }) else {
      throw Refusal.notFound
    }
    return question
  }

  private func one(_ visit: Visit) async throws -> Answer {
    let question = try await own(visit)
    let words = visit.words
    return .page(
      "training/question",
      [
        "title": words("training.questions.own"),
        "heading": Heading(
          title: words("training.questions.own"),
          eyebrow: words("training.questions.revision", ["number": String(question.revision)]),
          back: .init(address: Self.base, label: words("training.questions.title")),
          next: .init(address: "\(Self.base)/own/\(question.id)/edit", label: words("training.questions.edit"))
        ).view,
        "questions": QuestionView.all(question.texts, words),
        "action": "\(Self.base)/own/\(question.id)/retire", "isRetired": question.isRetired,
      ] as [String: Any])
  }

  private func retire(_ visit: Visit) async throws -> Answer {
    let question = try await own(visit)
    try await desks.questions.retire(visit.actor(), question.name, isRetired: visit.form["retired"] == "yes")
    return .goTo("\(Self.base)/own/\(question.id)")
  }

  // MARK: Writing: type or paste, look, save

  private func writePage(_ visit: Visit, _ sheet: FormSheet, _ question: OwnQuestion?) -> Answer {
    let (words, texts) = (visit.words, question?.texts)
    let english = texts.flatMap { $0.languages.contains(.english) ? $0[.english] : nil }
    let action = question.map { "\(Self.base)/own/\($0.id)/edit" } ?? Self.base + "/new"
    return .page(
      "training/question-write",
      [
        "title": words("training.questions.write"),
        "heading": Heading(
          title: words(question == nil ? "training.questions.write" : "training.questions.edit"),
          lead: words("training.questions.write_lead"),
          back: .init(address: Self.base, label: words("training.questions.title"))
        ).view,
        "form": sheet.view(
          action: action, submit: "training.questions.look",
          fields: [
            sheet.select(
              "course", label: "training.questions.course",
              options: desks.pack.training.courses.map { .init($0.code, $0.name[visit.language]) },
              value: question?.course ?? ""),
            sheet.area(
              "es", label: "training.questions.spanish", hint: "training.questions.file_hint",
              value: texts?[.spanish] ?? "", rows: 12),
            sheet.area(
              "en", label: "training.questions.english", hint: "training.questions.english_hint", value: english ?? "",
              rows: 8, optional: true),
            sheet.hidden("seen", question.map { String($0.revision) } ?? ""),
          ], cancel: Self.base),
        "examples": words("training.questions.examples"),
      ] as [String: Any])
  }

  /// Shows what would be saved, as participants will see it.
  private func look(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let (words, form) = (visit.words, visit.form)
    let question = visit.part("question").isEmpty ? nil : try await own(visit)
    return try await attempt(visit) {
      let changes = try await desks.questions.preview(
        actor, course: form["course"] ?? "", spanish: form["es"] ?? "", english: form["en"] ?? "")
      let entries = try OwnQuestionRules.read(spanish: form["es"] ?? "", english: form["en"] ?? "")
      let sheet = FormSheet(words: words, typed: form)
      return .page(
        "training/question-look",
        [
          "title": words("training.questions.look"),
          "heading": Heading(
            title: words("training.questions.look"),
            lead: words(
              "training.questions.changes",
              [
                "new": String(changes.count(.new)), "changed": String(changes.count(.changed)),
                "same": String(changes.count(.same)),
              ])
          ).view,
          "questions": entries.flatMap { QuestionView.all($0.texts, words) },
          "form": sheet.view(
            action: Self.base + "/save", submit: "training.questions.save",
            fields: ["course", "es", "en", "seen", "name"].map { name in
              sheet.hidden(name, name == "name" ? question?.name ?? "" : "")
            }, cancel: Self.base),
        ] as [String: Any])
    } orShow: { sheet in
      writePage(visit, sheet, question)
    }
  }

  private func save(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let form = visit.form
    return try await attempt(visit) {
      var seen: [String: Int] = [:]
      if let name = form["name"], !name.isEmpty, let revision = form["seen"].flatMap({ Int($0) }) {
        seen[name] = revision
      }
      try await desks.questions.save(
        actor, course: form["course"] ?? "", spanish: form["es"] ?? "", english: form["en"] ?? "", seen: seen)
      return .goTo(Self.base)
    } orShow: { sheet in
      writePage(visit, sheet, nil)
    }
  }

  /// What is wrong in the questions stands beside their text, with its line.
  private func attempt(
    _ visit: Visit, _ act: () async throws -> Answer, orShow show: (FormSheet) async throws -> Answer
  ) async throws -> Answer {
    try await visit.attempt(
      {
        do { return try await act() } catch let error as QuestionProblems {
          throw Refusal.fields(
            error.problems.prefix(20).map { place, problem in
              let sentence = visit.words(problem.phrase)
              let key = problem.line > 0 ? "training.questions.at_line" : "training.questions.in_text"
              return FieldProblem(place, Phrase(key, ["line": String(problem.line), "sentence": sentence]))
            })
        }
      }, orShow: show)
  }
}

/// A question to look at: what is asked, the right answers, and what is said to them.
struct QuestionView {
  let question: GiftQuestion
  let words: Words

  var view: [String: Any] {
    let form = TestForm(questions: [question], words: words)
    var view: [String: Any] = [
      "name": question.name ?? "", "stem": question.stem.shown,
      "type": words("training.questions.type.\(question.type)"), "options": options,
      "solution": form.solution(question),
    ]
    view["caseText"] = question.caseText?.shown
    view["general"] = question.generalFeedback?.shown
    return view
  }

  private var options: [[String: Any]] {
    guard case .choice(_, let choices) = question.body else { return [] }
    return choices.map { choice in
      var option: [String: Any] = ["text": choice.text.shown]
      option["why"] = choice.feedback?.shown
      return option
    }
  }

  static func read(_ text: String) -> [GiftQuestion] { (try? GiftReader.read(text))?.questions ?? [] }

  /// A question in every language it is written in.
  static func all(_ texts: LocalizedText, _ words: Words) -> [[String: Any]] {
    texts.languages.compactMap { language in
      let read = read(texts[language])
      guard var question = read.last else { return nil }
      if read.count > 1 { question.caseText = read[0].stem }
      var view = QuestionView(question: question, words: words).view
      view["language"] = words("common.language.\(language.code)")
      return view
    }
  }
}
