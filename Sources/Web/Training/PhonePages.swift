import Basics
import CountryPack
import Hummingbird
import Training
import Vault

/// What a participant's phone opens in the room, without an account: marking the attendance, following a quiz.
struct PhonePages {
  let desks: Desks
  let settings: SiteSettings

  func add(to routes: Routes) {
    routes.get("/a/:session") { visit in try await door(visit, visit.sheet, code: nil) }
    routes.get("/a/:session/:code") { visit in try await door(visit, visit.sheet, code: visit.part("code")) }
    routes.post("/a/:session", checkIn)
    routes.get("/t/:token/quiz") { visit in try await quiz(visit, visit.sheet) }
    routes.post("/t/:token/quiz", answer)
    routes.get("/quiz/:quiz/step", step)
  }

  // MARK: Cookies of the phone, for these pages only

  private static let days = 14

  private func cookie(_ name: String, _ token: Token) -> Cookie {
    Cookie(
      name: "amparo-" + name, value: token.exposedText, maxAge: Self.days * 86_400, path: "/a",
      secure: settings.isSecure, httpOnly: true, sameSite: .lax)
  }

  /// Remembers the personal link that was opened on this phone, so that one tap marks the attendance.
  func seatCookie(_ link: Token) -> Cookie { cookie("seat", link) }

  private func token(_ visit: Visit, _ name: String) -> Token? {
    visit.context.cookies["amparo-" + name].flatMap { Token($0.value) }
  }

  /// What the room adds to somebody's own page.
  func links(_ visit: Visit, _ link: Token, _ seat: Seat) async throws -> [(String, String)] {
    guard seat.participant.status == .enrolled else { return [] }
    let base = "/t/" + link.exposedText
    var links: [(String, String)] = []
    if try await desks.room.quizzes.follow(link).quiz != nil {
      links.append((base + "/quiz", visit.words("training.room.quiz_follow")))
    }
    for (day, isGiven) in try await desks.room.feedback.days(link) where !isGiven {
      links.append((base + "/feedback/\(day)", visit.words("training.room.give", ["day": visit.dates.day(day)])))
    }
    return links
  }

  // MARK: Marking the attendance

  private func door(_ visit: Visit, _ sheet: FormSheet, code: String?, ticket: String? = nil) async throws -> Answer {
    let session: TrainingSessionID = try visit.id("session")
    let known = token(visit, "device")
    let device = known ?? Token()
    let door = try await desks.room.checkIn.door(session, code: code, device: device, link: token(visit, "seat"))
    let words = visit.words
    var model: [String: Any] = [
      "title": words("training.room.door"),
      "heading": Heading(
        title: words("training.room.door"), lead: door.session.title,
        eyebrow: door.cohort.title(desks.pack, visit.language)
      ).view,
      "marked": door.marked.map {
        words("training.room.marked", ["number": String($0.number), "time": visit.dates.time($0.at)])
      },
      "hasMarked": !door.marked.isEmpty,
    ]
    if let ticket = door.ticket ?? ticket {
      if let seat = door.seat, sheet.refusal == nil {
        model["one"] = [
          "action": "/a/\(session)", "ticket": ticket,
          "label": seat > 0
            ? words("training.room.mark_me_number", ["number": String(seat)]) : words("training.room.mark_me"),
        ]
      }
      model["form"] = sheet.view(
        action: "/a/\(session)", submit: "training.room.mark_me",
        fields: [
          sheet.hidden("ticket", ticket),
          sheet.text("who", label: "training.room.who", hint: "training.room.who_hint", autocomplete: "name"),
        ])
      model["registration"] = door.registration.map { "/t/" + $0.exposedText }
    } else if door.marked.isEmpty {
      model["isOver"] = true
    }
    var answer = Answer.page("training/door", model)
    if known == nil { answer.cookies = [cookie("device", device)] }
    return answer
  }

  private func checkIn(_ visit: Visit) async throws -> Answer {
    let session: TrainingSessionID = try visit.id("session")
    let ticket = visit.form["ticket"] ?? ""
    guard let device = token(visit, "device") else { return .goTo("/a/\(session)") }
    return try await visit.attempt {
      let claim: CheckInDesk.Claim
      if visit.form["seat"] != nil, let link = token(visit, "seat") {
        claim = .link(link)
      } else {
        claim = .typed(visit.form["who"] ?? "")
      }
      try await desks.room.checkIn.checkIn(
        session, claim, ticket: ticket, device: device, client: visit.context.client)
      return .goTo("/a/\(session)")
    } orShow: { sheet in
      // A ticket that is over needs a fresh code from the projector.
      let isOver = sheet.refusal?.phrase.key == "error.training_code_over"
      return try await door(visit, sheet, code: nil, ticket: isOver ? nil : ticket)
    }
  }

  // MARK: Following a quiz

  private func quiz(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    guard let link = Token(visit.part("token")) else { throw Refusal.notFound }
    let (words, base) = (visit.words, "/t/" + visit.part("token"))
    let follower = try await desks.room.quizzes.follow(link)
    var model: [String: Any] = ["title": words("training.room.quiz"), "back": base]
    model["message"] = sheet.message
    guard let quiz = follower.quiz else { return .page("training/quiz-phone", model) }
    model["step"] = String(quiz.step)
    model["follow"] = "/quiz/\(quiz.id)/step"
    let place: Int?
    switch quiz.stage {
    case .waiting:
      model["isWaiting"] = true
      place = nil
    case .asking(let index), .showing(let index): place = index
    case .over:
      model["isOver"] = true
      model["result"] = words(
        "training.room.quiz_result",
        [
          "right": Figures.mark(follower.total, words), "answered": String(follower.answered),
          "count": String(quiz.questions.count),
        ])
      model["step"] = nil
      place = nil
    }
    guard let place, let name = quiz.question, let question = follower.paper?.question(name, visit.language)
    else { return .page("training/quiz-phone", model) }
    model["number"] = words(
      "training.room.quiz_number", ["number": String(place + 1), "count": String(quiz.questions.count)])
    model["case"] = question.caseText?.shown
    let form = TestForm(questions: [question], words: words)
    if quiz.asks(name) {
      if follower.mark != nil {
        model["stem"] = question.stem.shown
        model["isAnswered"] = true
      } else {
        let ask = ask(quiz, question, form, sheet, action: base + "/quiz")
        model["ask"] = ask
        // Else it is the label of the field.
        if ask["taps"] != nil { model["stem"] = question.stem.shown }
        // Who is answering must not lose what is typed.
        model["isQuiet"] = true
      }
    } else {
      model["stem"] = question.stem.shown
      if let mark = follower.mark {
        model["verdict"] =
          [
            "text": words(
              mark >= 1 ? "training.answers.right" : mark > 0 ? "training.answers.partly" : "training.room.wrong"),
            "isGood": mark >= 1,
          ] as [String: Any]
      }
      model["solution"] = form.solution(question)
      model["reasons"] = [question.generalFeedback?.shown].compactMap(\.self)
      model["isShown"] = true
    }
    return .page("training/quiz-phone", model)
  }

  /// One tap answers where one answer is asked for; else a form.
  private func ask(_ quiz: Quiz, _ question: GiftQuestion, _ form: TestForm, _ sheet: FormSheet, action: String)
    -> [String: Any]
  {
    let hidden: [String: Any] = ["quiz": quiz.id.description, "question": question.name ?? "", "action": action]
    let options: [(String, String)]
    switch question.body {
    case .trueFalse:
      options = [("true", sheet.words("training.test.true")), ("false", sheet.words("training.test.false"))]
    case .choice(true, let choices): options = choices.enumerated().map { (String($0), $1.text.shown) }
    default:
      let fields = form.fields(sheet).map { field in
        // The number of the question stands above.
        field.merging(["label": (field["label"] as? String ?? "").replacing(#/^1\. /#, with: "")]) { $1 }
      }
      return hidden.merging(["fields": fields, "isForm": true]) { $1 }
    }
    return hidden.merging([
      "taps": options.enumerated().map { index, option in
        ["field": form.firstField(question), "value": option.0, "letter": Self.letter(index), "text": option.1]
      }
    ]) { $1 }
  }

  /// `A`, `B`, …
  static func letter(_ index: Int) -> String {
    Unicode.Scalar(65 + UInt32(index % 26)).map { String(Character($0)) } ?? "?"
  }

  private func answer(_ visit: Visit) async throws -> Answer {
    guard let link = Token(visit.part("token")) else { throw Refusal.notFound }
    return try await visit.attempt {
      let id: QuizID = try FormReader(visit.form).id("quiz")
      let name = visit.form["question"] ?? ""
      try await desks.room.quizzes.answer(link, id, name, visit.language) { question in
        guard let response = TestForm(questions: [question], words: visit.words).responses(visit.form)[name] else {
          throw Refusal(.invalid, Phrase("error.training_no_answer"))
        }
        return response
      }
      return .goTo("/t/\(visit.part("token"))/quiz")
    } orShow: { sheet in
      try await quiz(visit, sheet)
    }
  }

  /// One number: how far the quiz has come.
  private func step(_ visit: Visit) async throws -> Answer {
    .whole(.plain(String(try await desks.room.quizzes.step(visit.id("quiz")))))
  }
}

extension Response {
  /// A word or two for a script that follows.
  static func plain(_ text: String) -> Response {
    Response(
      status: .ok, headers: [.contentType: "text/plain; charset=utf-8", .contentLength: String(text.utf8.count)],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }
}
