import Accounts
import Basics
import CountryPack
import Records
import TestSupport
import Testing
import Vault

@testable import Training

/// A class in its room: three seats taken, one session today.
private struct Room {
  let school: School
  let desks: RoomDesks
  let session = TrainingSessionID.random()
  var links: [Token] = []
  var ids: [ParticipantID] = []

  init(_ school: School) async throws {
    self.school = school
    desks = RoomDesks(school.office, school.pack)
    try await school.desk.addSession(
      school.trainer, id: session, to: school.cohort, day: day("2008-03-10"), title: "Día 1")
    for name in ["Zoila Canaria", "Ana Canaria", "Luz Canaria"] {
      links.append(try await school.join(name))
      ids.append(try await school.visitors.seat(links[links.count - 1]).participant.id)
    }
  }

  func marks() async throws -> [RollMark?] {
    let people = try await desks.attendance.rollCall(school.trainer, session).people
    return ids.map { id in people.first { $0.participant.id == id }?.mark }
  }

  /// A ticket as a phone gets it from the code on the projector.
  func ticket(_ device: Token) async throws -> String {
    let code = try await desks.checkIn.projection(school.trainer, session).code
    return try await desks.checkIn.door(session, code: code, device: device, link: nil).ticket ?? ""
  }
}

private func withRoom(_ engine: Engine, _ body: (Room) async throws -> Void) async throws {
  try await withSchool(engine) { try await body(Room($0)) }
}

@Suite struct RoomDeskTests {
  @Test(arguments: TestEngine.available) func theRollIsCalledOnce(_ engine: Engine) async throws {
    try await withRoom(engine) { room in
      let (desk, trainer, ids) = (room.desks.attendance, room.school.trainer, room.ids)
      var roll = try await desk.rollCall(trainer, room.session)
      #expect(roll.people.map(\.number) == [1, 2, 3])
      #expect(roll.people.compactMap(\.identity?.name) == ["Ana Canaria", "Luz Canaria", "Zoila Canaria"])
      try await desk.mark(
        trainer, room.session, [ids[0]: .init(from: nil, to: .late), ids[1]: .init(from: nil, to: nil)],
        restPresent: true)
      #expect(try await room.marks() == [.late, .present, .present])
      // A page that was opened before takes back nothing it did not change.
      try await desk.mark(
        trainer, room.session, [ids[1]: .init(from: nil, to: nil), ids[2]: .init(from: nil, to: .excused)])
      #expect(try await room.marks() == [.late, .present, .excused])
      try await desk.mark(trainer, room.session, [ids[2]: .init(from: .excused, to: nil)])
      #expect(try await room.marks() == [.late, .present, nil])
      #expect(try await desk.mark(trainer, room.session, numbers: "1 3", restAbsent: true) == 2)
      #expect(try await room.marks() == [.present, .present, .absent])
      let wrong = await refusal { _ = try await desk.mark(trainer, room.session, numbers: "1a 9", restAbsent: false) }
      #expect(wrong?.fields.first?.phrase.values == ["tokens": "9"])
      #expect(try await room.marks()[1] == .present, "nothing is marked when something is wrong")
      // A number that stands on paper stays, whoever comes later.
      try await room.school.desk.withdraw(trainer, ids[1])
      _ = try await room.school.join("Aaron Canario")
      roll = try await desk.rollCall(trainer, room.session)
      #expect(roll.people.map(\.number) == [2, 3, 4])
    }
  }

  @Test(arguments: TestEngine.available) func aPhoneMarksItsOwner(_ engine: Engine) async throws {
    try await withRoom(engine) { room in
      let (desk, time, phone) = (room.desks.checkIn, room.school.time, Token())
      let code = try await desk.projection(room.school.trainer, room.session).code
      var door = try await desk.door(room.session, code: code, device: phone, link: room.links[0])
      let ticket = try #require(door.ticket)
      #expect(door.seat == 0 && door.registration != nil)
      try await desk.checkIn(room.session, .link(room.links[0]), ticket: ticket, device: phone, client: "10.0.0.1")
      #expect(try await room.marks() == [.present, nil, nil])
      // A friend's name from the same phone is marked, and the trainer sees it.
      try await desk.checkIn(room.session, .typed("  ANA canaria"), ticket: ticket, device: phone, client: "10.0.0.1")
      let people = try await room.desks.attendance.rollCall(room.school.trainer, room.session).people
      #expect(people.compactMap(\.arrival?.sharing) == [2, 2])
      // The badge's code, with its letters only.
      let luz = try #require(people.first { $0.identity?.name == "Luz Canaria" })
      for wrong in [
        "\(luz.number)", "\(luz.number)-zzz", "99-abc", "Nadie Canario", "", String(repeating: "x", count: 3000),
      ] {
        let refused = await refusal {
          try await desk.checkIn(room.session, .typed(wrong), ticket: ticket, device: phone, client: "10.0.0.1")
        }
        #expect(refused?.fields.first?.field == "who", "\(wrong.prefix(20))")
      }
      try await room.desks.attendance.countLate(room.school.trainer, room.session, true)
      let other = Token()
      try await desk.checkIn(
        room.session, .typed(luz.code.uppercased()), ticket: try await room.ticket(other), device: other,
        client: "10.0.0.1")
      #expect(try await room.marks() == [.present, .present, .late])
      door = try await desk.door(room.session, code: nil, device: phone, link: nil)
      #expect(door.marked.count == 2 && door.ticket == nil && door.registration == nil)
      // Whoever guesses names waits, and so does nobody else.
      for _ in 0..<4 {
        _ = await refusal {
          try await desk.checkIn(
            room.session, .typed("Nadie Canario"), ticket: ticket, device: phone, client: "10.0.0.1")
        }
      }
      #expect(
        await refusal {
          try await desk.checkIn(
            room.session, .typed("Ana Canaria"), ticket: ticket, device: phone, client: "10.0.0.1")
        }?.phrase.key == "error.training_names_wait")
      try await desk.checkIn(room.session, .link(room.links[0]), ticket: ticket, device: phone, client: "10.0.0.1")

      // Not from another phone, not later, not with another code.
      #expect(
        await refusal {
          try await desk.checkIn(room.session, .link(room.links[0]), ticket: ticket, device: other, client: "10.0.0.1")
        }?
        .phrase.key == "error.training_code_over")
      for forged in ["", "x", ".", "99999999999999.abc", ticket + "0", String(ticket.dropLast())] {
        #expect(
          await refusal {
            try await desk.checkIn(
              room.session, .link(room.links[0]), ticket: forged, device: phone, client: "10.0.0.1")
          }?
          .phrase.key == "error.training_code_over")
      }
      time.move(.seconds(59))
      #expect(try await desk.door(room.session, code: code, device: phone, link: nil).ticket != nil)
      time.move(.seconds(30))
      #expect(try await desk.door(room.session, code: code, device: phone, link: nil).ticket == nil)
      #expect(try await desk.door(room.session, code: "zzzzzzzzzzzz", device: phone, link: nil).ticket == nil)
      time.move(.minutes(5))
      #expect(
        await refusal {
          try await desk.checkIn(room.session, .link(room.links[0]), ticket: ticket, device: phone, client: "10.0.0.1")
        }?
        .phrase.key == "error.training_code_over")
      time.move(days: 1)
      let late = try await room.ticket(phone)
      #expect(
        await refusal {
          try await desk.checkIn(room.session, .link(room.links[0]), ticket: late, device: phone, client: "10.0.0.1")
        }?
        .phrase.key == "error.training_not_today")
    }
  }

  @Test(arguments: TestEngine.available) func questionsOfACaseAreDrawnTogether(_ engine: Engine) async throws {
    try await withRoom(engine) { room in
      for _ in 0..<20 {
        let quiz = try await room.desks.quizzes.open(
          room.school.trainer, id: .random(), in: room.school.cohort, lesson: "general-2-trafficking-smuggling",
          picked: [], count: 2)
        // The lesson has one case, told by two questions.
        #expect([0, 2].contains(quiz.questions.count { $0.contains("/") }), "\(quiz.questions)")
      }
    }
  }

  @Test(arguments: TestEngine.available) func aQuizAsksOwnQuestionsAsTheyWere(_ engine: Engine) async throws {
    try await withRoom(engine) { room in
      let (desk, trainer, cohort) = (room.desks.quizzes, room.school.trainer, room.school.cohort)
      let writing = QuestionDesk(room.school.office, room.school.pack)
      let lesson = "general-2-trafficking-smuggling"
      let courses = room.school.pack.training.courses
      let course = try #require(courses.first { $0.lessons.contains(lesson) }?.code)
      let other = try #require(courses.first { !$0.lessons.contains(lesson) }?.code)
      try await writing.save(trainer, course: course, spanish: "::propia:: ¿Una propia? {T}", english: "")
      try await writing.save(trainer, course: other, spanish: "::ajena:: ¿De otro curso? {T}", english: "")
      #expect(try await desk.questions(trainer, ofLesson: lesson, .english).last?.name == "propia")
      #expect(
        await refusal {
          _ = try await desk.open(trainer, id: .random(), in: cohort, lesson: lesson, picked: ["ajena"], count: 0)
        }?.fields.first?.field == "questions")
      let quiz = try await desk.open(
        trainer, id: .random(), in: cohort, lesson: lesson, picked: ["propia"], count: 0)
      #expect(quiz.questions == ["propia"])
      // What is asked stays what it was when the quiz was opened.
      try await writing.save(trainer, course: course, spanish: "::propia:: ¿Cambiada? {F}", english: "")
      try await writing.retire(trainer, "propia")
      try await desk.move(trainer, quiz.id, .next, from: 0)
      let asked = try #require(try await desk.follow(room.links[0]).paper?.question("propia", .spanish))
      #expect(asked.stem.text.contains("propia"))
      #expect(try await desk.answer(room.links[0], quiz.id, "propia", .trueFalse(true), language: .spanish))
      #expect(try await desk.follow(room.links[0]).mark == 1)
      #expect(try await desk.tally(trainer, quiz.id, "propia").chosen == [1, 0])
      #expect(try await desk.questions(trainer, ofLesson: lesson, .spanish).allSatisfy { $0.name != "propia" })
    }
  }

  @Test(arguments: TestEngine.available) func phonesFollowAQuiz(_ engine: Engine) async throws {
    try await withRoom(engine) { room in
      let (desk, trainer, id) = (room.desks.quizzes, room.school.trainer, QuizID.random())
      let quiz = try await desk.open(
        trainer, id: id, in: room.school.cohort, lesson: "que-es-la-trata", picked: [], count: 3)
      #expect(quiz.questions.count == 3)
      #expect(
        try await desk.open(trainer, id: id, in: room.school.cohort, lesson: "que-es-la-trata", picked: [], count: 1)
          == quiz)
      #expect(try await desk.follow(room.links[0]).quiz?.stage == .waiting)
      let name = quiz.questions[0]
      let question = try #require(try await desk.quiz(trainer, id).paper.question(name, .spanish))
      let response = question.anyResponse
      #expect(
        await refusal { try await desk.answer(room.links[0], id, name, response, language: .spanish) }?.phrase.key
          == "error.training_quiz_moved_on")
      try await desk.move(trainer, id, .next, from: 0)
      // The second click of a double click.
      try await desk.move(trainer, id, .next, from: 0)
      #expect(try await desk.step(id) == 1)
      #expect(try await desk.answer(room.links[0], id, name, response, language: .spanish))
      #expect(try await !desk.answer(room.links[0], id, name, response, language: .english))
      // Everybody at once, each twice: each is kept once.
      let kept = try await withThrowingTaskGroup(of: Bool.self) { group in
        for link in room.links + room.links {
          group.addTask { try await desk.answer(link, id, name, response, language: .spanish) }
        }
        return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
      }
      #expect(kept == 2)
      #expect(try await desk.quiz(trainer, id).answered == 3)
      #expect(try await desk.follow(room.links[1]).mark != nil)
      try await desk.move(trainer, id, .next, from: 1)
      let tally = try await desk.tally(trainer, id, name)
      #expect(tally.answered == 3 && tally.chosen.reduce(0, +) <= 3)
      #expect(
        await refusal { try await desk.answer(room.links[2], id, name, response, language: .spanish) }?.kind
          == .conflict)
      try await desk.move(trainer, id, .end, from: 2)
      let follower = try await desk.follow(room.links[0])
      #expect(follower.quiz?.stage == .over && follower.answered == 1)
      room.school.time.move(days: 1)
      #expect(try await desk.follow(room.links[0]).quiz == nil)
    }
  }

  @Test(arguments: TestEngine.available) func sheetsAreTypedIn(_ engine: Engine) async throws {
    try await withRoom(engine) { room in
      let (desk, trainer, cohort) = (room.desks.papers, room.school.trainer, room.school.cohort)
      let pile = try await desk.pile(trainer, cohort, .test(.pre), .spanish)
      let count = pile.questions.count
      #expect(count > 4 && pile.sheets.map(\.number) == [1, 2, 3])
      let right = pile.questions.map(\.typedRight).joined()
      let blank = "-?" + String(repeating: "-", count: count - 2)
      var entered = try await desk.enter(
        trainer, cohort, .test(.pre), "1 \(right)\n2 \(blank)\n2 \(right)\n9 \(blank)\nx\n\n3 \(blank)", .spanish)
      #expect(entered.saved.map(\.number) == [1, 3] && entered.saved.map(\.score) == [Double(count), 0])
      #expect(entered.unreadable == 1)
      #expect(
        entered.open.map(\.why.key) == ["twice", "twice", "nobody", "number"].map { "error.training_line_" + $0 })
      // Typed again the same changes nothing; otherwise it must be said.
      entered = try await desk.enter(trainer, cohort, .test(.pre), "1 \(right)\n3 \(right)", .spanish)
      #expect(entered.saved.map(\.number) == [1] && entered.open.map(\.why.key) == ["error.training_line_other"])
      entered = try await desk.enter(trainer, cohort, .test(.pre), "!3 \(right)", .spanish)
      #expect(entered.saved.map(\.score) == [Double(count)])
      // What came by phone stays.
      try await room.school.visitors.submit(room.links[2], .pre, [:], language: .spanish)
      entered = try await desk.enter(trainer, cohort, .test(.pre), "!2 \(right)", .spanish)
      #expect(entered.open.map(\.why.key) == ["error.training_line_by_phone"])
      // The same pair as by phone.
      entered = try await desk.enter(trainer, cohort, .test(.post), "1 \(right)\n2 \(right)\n3 \(blank)", .spanish)
      #expect(entered.open.isEmpty)
      let result = try await room.school.desk.results(trainer, cohort)
      #expect(result.answeredBefore == 3 && result.paired.matched == 3)
      #expect(result.paired.preMean == 2.0 / 3 && result.paired.postMean == 2.0 / 3)
      for wrong in ["", "\n \n", String(repeating: "1 a\n", count: 1001)] {
        #expect(
          await refusal { _ = try await desk.enter(trainer, cohort, .test(.pre), wrong, .spanish) }?.fields.first?.field
            == "lines")
      }
      let quiz = QuizID.random()
      let opened = try await room.desks.quizzes.open(
        trainer, id: quiz, in: cohort, lesson: "que-es-la-trata", picked: [], count: 2)
      let paper = try await room.desks.quizzes.quiz(trainer, quiz).paper
      let asked = opened.questions.compactMap { paper.question($0, .spanish)?.typedRight }
      entered = try await desk.enter(trainer, cohort, .quiz(quiz), "2 " + asked.joined(), .spanish)
      #expect(entered.saved.map(\.score) == [2])
    }
  }

  @Test(arguments: TestEngine.available) func feedbackIsNobodys(_ engine: Engine) async throws {
    try await withRoom(engine) { room in
      let (desk, trainer, cohort, today) = (
        room.desks.feedback, room.school.trainer, room.school.cohort, day("2008-03-10")
      )
      let answers = FeedbackAnswers(values: ["useful": 5, "clear": 4], texts: ["note": "palabracanaria"])
      #expect(try await desk.days(room.links[0]).map(\.isGiven) == [false])
      #expect(try await desk.give(room.links[0], today, answers, isSigned: true))
      #expect(try await !desk.give(room.links[0], today, answers, isSigned: false))
      #expect(try await desk.days(room.links[0]).map(\.isGiven) == [true])
      #expect(try await desk.result(trainer, cohort, today).result.scales.isEmpty)
      #expect(try await desk.give(room.links[1], today, FeedbackAnswers(values: ["useful": 1]), isSigned: false))
      let pile = TrainingSessionID.random()
      #expect(try await desk.enter(trainer, id: pile, cohort, today, "3333 Bien\n\n----\n2--2") == 2)
      #expect(try await desk.enter(trainer, id: pile, cohort, today, "3333 Bien\n2--2") == 0)
      let (_, result, texts) = try await desk.result(trainer, cohort, today)
      #expect(result.forms == 4 && texts == 2)
      #expect(result.scales.first { $0.code == "useful" }?.counts == [1, 1, 1, 0, 1])
      #expect(
        Set(try await desk.texts(trainer, cohort, today).compactMap(\.note?.text)) == ["palabracanaria", "Bien"])
      let refused = await refusal { _ = try await desk.enter(trainer, id: .random(), cohort, today, "3333\n9") }
      #expect(refused?.fields.first?.phrase.values["line"] == "2")
      for (wrong, kind) in [
        (FeedbackAnswers(values: [:]), Refusal.Kind.invalid), (FeedbackAnswers(values: ["useful": 6]), .invalid),
        (FeedbackAnswers(values: ["otra": 1]), .invalid),
        (FeedbackAnswers(values: [:], texts: ["note": String(repeating: "x", count: 5000)]), .invalid),
      ] {
        #expect(await refusal { try await desk.give(room.links[2], today, wrong, isSigned: false) }?.kind == kind)
      }
      #expect(
        await refusal { try await desk.give(room.links[2], day("2008-03-11"), answers, isSigned: false) }?.phrase.key
          == "error.training_feedback_over")
      // Neither words nor whose they are stand in the store; the log names the cohort only.
      let dump = try await room.school.office.database.read { transaction in
        try ["feedback_counts", "feedback_texts", "feedback_given", "audit_entries"].map { table in
          (table, try transaction.rows("SELECT * FROM \(table)").map { String(reflecting: $0) }.joined())
        }
      }
      for (table, text) in dump {
        #expect(!text.contains("palabracanaria"), "\(table)")
        if table != "audit_entries" { #expect(!text.contains(room.ids[0].description), "\(table)") }
      }
      let given = try await room.school.office.database.read {
        try AuditLog.entries($0, objectKind: "participant", objectID: room.ids[0].description).map(\.entry.action)
      }
      #expect(!given.contains { $0.hasPrefix("feedback") })
    }
  }

  @Test(arguments: TestEngine.available) func anotherAgencyFindsNoRoom(_ engine: Engine) async throws {
    try await withRoom(engine) { room in
      let (desks, stranger, cohort, today) = (room.desks, room.school.stranger, room.school.cohort, day("2008-03-10"))
      let quiz = QuizID.random()
      _ = try await desks.quizzes.open(
        room.school.trainer, id: quiz, in: cohort, lesson: "que-es-la-trata", picked: [], count: 1)
      let tries: [() async throws -> Void] = [
        { _ = try await desks.attendance.rollCall(stranger, room.session) },
        { _ = try await desks.attendance.badges(stranger, cohort) },
        { try await desks.attendance.mark(stranger, room.session, [:], restPresent: true) },
        { _ = try await desks.attendance.mark(stranger, room.session, numbers: "1", restAbsent: false) },
        { try await desks.attendance.countLate(stranger, room.session, true) },
        { _ = try await desks.checkIn.projection(stranger, room.session) },
        { _ = try await desks.quizzes.quizzes(stranger, cohort) }, { _ = try await desks.quizzes.quiz(stranger, quiz) },
        { try await desks.quizzes.move(stranger, quiz, .next, from: 0) },
        { _ = try await desks.quizzes.tally(stranger, quiz, "x") },
        { _ = try await desks.papers.pile(stranger, cohort, .test(.pre), .spanish) },
        { _ = try await desks.papers.enter(stranger, cohort, .test(.pre), "1 -----", .spanish) },
        { _ = try await desks.feedback.result(stranger, cohort, today) },
        { _ = try await desks.feedback.texts(stranger, cohort, today) },
        { _ = try await desks.feedback.enter(stranger, id: .random(), cohort, today, "5555") },
        {
          _ = try await desks.quizzes.open(
            stranger, id: .random(), in: cohort, lesson: "que-es-la-trata", picked: [], count: 1)
        },
      ]
      for (index, work) in tries.enumerated() { #expect(await refusal(work)?.kind == .notFound, "try \(index)") }
      #expect(await refusal { _ = try await desks.quizzes.follow(Token()) }?.kind == .notFound)
      #expect(await refusal { _ = try await desks.feedback.days(Token()) }?.kind == .notFound)
    }
  }
}

extension GiftQuestion {
  /// Some answer of the right kind.
  fileprivate var anyResponse: QuestionResponse {
    switch body {
    case .trueFalse: .trueFalse(true)
    case .choice: .chosen([0])
    case .matching: .pairs([:])
    case .ordering: .order([:])
    default: .text("1")
    }
  }

  /// The right answer as it is typed from paper.
  fileprivate var typedRight: String {
    func letters(_ places: [Int]) -> String {
      "(" + String(places.map { Character(Unicode.Scalar(UInt8(97 + $0))) }) + ")"
    }
    switch body {
    case .trueFalse(let isTrue, _, _): return isTrue ? "v" : "f"
    case .choice(_, let choices): return letters(choices.indices.filter { choices[$0].weight > 0 })
    case .short(let choices): return "\"\(choices[0].text.text)\""
    case .numeric(let answers, _):
      switch answers[0].target {
      case .value(let value, _): return "\"\(value)\""
      case .range(let low, _): return "\"\(low)\""
      case .any: return "\"1\""
      }
    case .matching(let pairs):
      return letters(pairs.filter { !$0.left.text.isEmpty }.map { rightSides.firstIndex(of: $0.right) ?? 0 })
    case .ordering(let steps, _): return letters(steps.indices.map { shownSteps.firstIndex(of: $0) ?? 0 })
    default: return "-"
    }
  }
}
