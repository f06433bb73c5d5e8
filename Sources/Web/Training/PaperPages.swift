import Basics
import CountryPack
import Documents
import Hummingbird
import Training

/// Tests and quizzes on paper: questions and answer sheets to print, and typing the sheets in.
struct PaperPages {
  let desks: Desks
  let settings: SiteSettings

  func add(to routes: Routes) {
    routes.get("/training/:cohort/paper/:kind") { visit in try await page(visit, visit.sheet, nil) }
    routes.post("/training/:cohort/paper/:kind", enter)
    routes.get("/training/:cohort/paper/:kind/sheets", sheets)
    routes.get("/training/:cohort/paper/:kind/questions", questions)
  }

  static func links(_ kind: String) -> [(String, String)] {
    [
      ("/paper/\(kind)/questions", "training.room.print_questions"),
      ("/paper/\(kind)/sheets", "training.room.print_sheets"), ("/paper/\(kind)", "training.room.type_sheets"),
    ]
  }

  private func kind(_ visit: Visit) throws(Refusal) -> PaperKind {
    let part = visit.part("kind")
    if let occasion = TestOccasion(rawValue: part) { return .test(occasion) }
    guard let quiz = QuizID(part) else { throw .notFound }
    return .quiz(quiz)
  }

  private func name(_ kind: PaperKind, _ words: Words) -> String {
    switch kind {
    case .test(let occasion): words("training.test.\(occasion.rawValue)")
    case .quiz: words("training.room.quiz")
    }
  }

  private func pile(_ visit: Visit) async throws -> (pile: PaperDesk.Pile, kind: PaperKind) {
    let kind = try kind(visit)
    return (try await desks.room.papers.pile(visit.actor(), visit.id("cohort"), kind, visit.language), kind)
  }

  // MARK: Typing in

  private func page(_ visit: Visit, _ sheet: FormSheet, _ entered: PaperDesk.Entered?) async throws -> Answer {
    let (pile, kind) = try await pile(visit)
    let (words, base) = (visit.words, "/training/\(pile.cohort.id)")
    let count = Double(pile.questions.count)
    let fields = [
      sheet.area("lines", label: "training.room.lines", hint: "training.room.lines_hint", rows: 12)
    ]
    var model: [String: Any] = [
      "title": words("training.room.type_sheets"),
      "heading": Heading(
        title: name(kind, words), lead: words("training.room.paper_lead"), eyebrow: words("training.room.type_sheets"),
        back: .init(address: base + "/room", label: pile.cohort.title(desks.pack, visit.language))
      ).view,
      "example": example(pile, words),
      "form": sheet.view(
        action: "\(base)/paper/\(visit.part("kind"))", submit: "training.room.lines_save", fields: fields,
        cancel: base + "/room"),
      "table": DataTable(
        caption: words(
          "training.room.paper_caption",
          ["count": String(pile.sheets.count { $0.score != nil }), "all": String(pile.sheets.count)]),
        columns: [
          words("training.room.number"), words("training.person.name"), words("training.room.marks"),
          words("training.room.way"),
        ],
        rows: pile.sheets.map { sheet in
          [
            .text(String(sheet.number)), .text(sheet.identity?.name ?? words("training.person.sealed")),
            .text(
              sheet.score.map {
                words("training.room.of", ["right": Figures.mark($0, words), "count": Figures.plain(count)])
              } ?? "–"),
            .text(
              sheet.score == nil
                ? "–" : words(sheet.isOnPaper ? "training.room.on_paper" : "training.room.on_phone")),
          ]
        }
      ).view,
    ]
    if let entered {
      model["saved"] =
        entered.saved.isEmpty
        ? nil
        : entered.saved.map { saved in
          "\(saved.number): "
            + words(
              "training.room.of", ["right": Figures.mark(saved.score, words), "count": Figures.plain(count)])
        }.joined(separator: " · ")
      model["savedCount"] = words("training.room.lines_saved", ["count": String(entered.saved.count)])
      if entered.unreadable > 0 {
        model["unreadable"] = words("training.room.unreadable", ["count": String(entered.unreadable)])
      }
      model["open"] = entered.open.map { ["line": $0.line, "why": words($0.why)] }
      model["hasOpen"] = !entered.open.isEmpty
    }
    return .page("training/paper", model)
  }

  /// A line as it could be typed for these questions.
  private func example(_ pile: PaperDesk.Pile, _ words: Words) -> String {
    let signs = pile.questions.map { question -> String in
      switch question.body {
      case .trueFalse: return words("training.room.true_letter").lowercased()
      case .choice(let isSingle, let choices): return isSingle || choices.count < 2 ? "b" : "(ab)"
      case .short: return "\"…\""
      case .numeric: return "\"15\""
      case .matching(let pairs):
        return "(" + String("abcdefghij".prefix(pairs.count { !$0.left.text.isEmpty })) + ")"
      case .ordering(let steps, _): return "(" + String("abcdefghij".prefix(steps.count)) + ")"
      case .description, .essay: return ""
      }
    }
    return "\(pile.sheets.first?.number ?? 1) " + signs.joined()
  }

  private func enter(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let (cohort, kind): (CohortID, PaperKind) = (try visit.id("cohort"), try kind(visit))
    return try await visit.attempt {
      let entered = try await desks.room.papers.enter(
        actor, cohort, kind, visit.form["lines"] ?? "", visit.language)
      // What is still open stays in the field.
      let left = Form(["lines": entered.open.map(\.line).joined(separator: "\n")])
      var answer = try await page(visit, FormSheet(words: visit.words, typed: left), entered)
      if !entered.open.isEmpty { answer.status = .unprocessableContent }
      return answer
    } orShow: { sheet in
      try await page(visit, sheet, nil)
    }
  }

  // MARK: To print

  private func sheets(_ visit: Visit) async throws -> Answer {
    let (pile, kind) = try await pile(visit)
    let (words, base) = (visit.words, "/training/\(pile.cohort.id)")
    let mark = QRCode.svg(
      "\(settings.publicAddress)\(base)/paper/\(visit.part("kind"))", label: words("training.room.page_mark"))
    let boxes = pile.questions.enumerated().map { index, question in
      [
        "number": String(index + 1), "letters": Self.options(question, words).map { $0["letter"] ?? "" },
        "isText": Self.options(question, words).isEmpty,
        "places": (0..<Self.placesToFill(question)).map { String($0 + 1) },
        "hasPlaces": Self.placesToFill(question) > 0,
      ] as [String: Any]
    }
    return .page(
      "training/paper-sheets",
      [
        "back": base + "/room", "kind": name(kind, words), "course": pile.cohort.title(desks.pack, visit.language),
        "mark": mark,
        "sheets": pile.sheets.map { sheet in
          [
            "number": String(sheet.number), "name": sheet.identity?.name ?? words("training.person.sealed"),
            "institution": desks.pack.institution(sheet.institution)?.name[visit.language] ?? "", "boxes": boxes,
          ] as [String: Any]
        },
      ] as [String: Any])
  }

  private func questions(_ visit: Visit) async throws -> Answer {
    let (pile, kind) = try await pile(visit)
    let words = visit.words
    return .page(
      "training/paper-questions",
      [
        "back": "/training/\(pile.cohort.id)/room", "name": name(kind, words),
        "course": pile.cohort.title(desks.pack, visit.language),
        "questions": pile.questions.enumerated().map { index, question in
          var view: [String: Any] = [
            "number": String(index + 1), "stem": question.stem.shown, "options": Self.options(question, words),
          ]
          view["case"] = question.caseText?.shown
          switch question.body {
          case .choice(false, _): view["hint"] = words("training.test.several")
          case .matching(let pairs):
            view["hint"] = words("training.room.match_hint")
            view["left"] = pairs.filter { !$0.left.text.isEmpty }.enumerated().map {
              ["number": String($0 + 1), "text": $1.left.shown]
            }
            view["hasLeft"] = true
          case .ordering: view["hint"] = words("training.room.order_hint")
          case .short, .numeric: view["isText"] = true
          default: break
          }
          return view
        },
      ] as [String: Any])
  }

  /// What is chosen from, with its letters: choices, true and false, right sides, steps.
  static func options(_ question: GiftQuestion, _ words: Words) -> [[String: String]] {
    func lettered(_ texts: [String]) -> [[String: String]] {
      texts.enumerated().map { ["letter": PhonePages.letter($0), "text": $1] }
    }
    switch question.body {
    case .trueFalse:
      return [
        ["letter": words("training.room.true_letter"), "text": words("training.test.true")],
        ["letter": words("training.room.false_letter"), "text": words("training.test.false")],
      ]
    case .choice(_, let choices): return lettered(choices.map(\.text.shown))
    case .matching: return lettered(question.rightSides)
    case .ordering(let steps, _): return lettered(question.shownSteps.map { steps[$0].shown })
    case .short, .numeric, .description, .essay: return []
    }
  }

  /// How many letters are written down, where it is not one box to tick.
  private static func placesToFill(_ question: GiftQuestion) -> Int {
    switch question.body {
    case .matching(let pairs): pairs.count { !$0.left.text.isEmpty }
    case .ordering(let steps, _): steps.count
    default: 0
    }
  }
}
