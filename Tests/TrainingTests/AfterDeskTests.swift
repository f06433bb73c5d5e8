import Accounts
import Basics
import CountryPack
import Records
import TestSupport
import Testing
import Vault

@testable import Training

extension School {
  var followUps: FollowUpDesk { FollowUpDesk(office, pack) }
  var after: AfterDesk { AfterDesk(office, pack) }

  /// Registers, answers both tests and answers the personal link.
  func learn(_ name: String, phone: String = "", before: Bool = false, afterwards: Bool = true) async throws -> Token {
    var person = person(name)
    person.phone = phone
    let link = try await visitors.register(try await desk.link(trainer, cohort), id: .random(), person).link
    try await visitors.submit(link, .pre, try await responses(link, right: before), language: .spanish)
    try await visitors.submit(link, .post, try await responses(link, right: afterwards), language: .spanish)
    return link
  }

  /// Answers everything of the round that is open.
  func recall(_ link: Token, right: Bool, most: Int = 9) async throws {
    let seat = try await followUps.seat(link)
    for asked in try #require(seat.open).questions.prefix(most) {
      let question = try #require(
        try await followUps.questions([asked.name], of: seat.cohort, .spanish)[asked.name])
      try await followUps.answer(link, asked.name, right ? question.rightResponse : nil, language: .spanish)
    }
  }
}

extension GiftQuestion {
  var rightResponse: QuestionResponse? {
    switch body {
    case .trueFalse(let isTrue, _, _): .trueFalse(isTrue)
    case .choice(_, let choices): .chosen(Set(choices.indices.filter { choices[$0].weight > 0 }))
    case .short(let choices): .text(choices[0].text.text)
    case .numeric(let answers, _):
      if case .value(let value, _) = answers[0].target { .text(String(value)) } else { .text("1") }
    case .matching(let pairs): .pairs(Dictionary(uniqueKeysWithValues: pairs.enumerated().map { ($0, $1.right) }))
    case .ordering(let steps, _): .order(Dictionary(uniqueKeysWithValues: steps.indices.map { ($0, $0) }))
    default: nil
    }
  }
}

@Suite struct AfterDeskTests {
  @Test(arguments: TestEngine.available) func halfAYearAfter(_ engine: Engine) async throws {
    try await withSchool(engine) { school in
      let (after, trainer) = (school.after, school.trainer)
      let ana = try await school.learn("Ana Canaria", phone: "099 123 4567")
      let luz = try await school.learn("Luz Canaria", afterwards: false)
      _ = try await school.join("Nunca Vino")
      var seat = try await school.followUps.seat(ana)
      #expect(seat.rounds.map(\.state) == [.notDue, .notDue, .notDue] && seat.hasPhone)
      #expect(
        await refusal { try await school.followUps.answer(ana, "x", nil, language: .spanish) }?.phrase.key
          == "error.training_no_round")
      // The course ends on the 14th; the first round opens on the 21st.
      school.time.move(days: 5)
      #expect(try await after.reminders(trainer).map(\.result.round.day) == [7])
      school.time.move(days: 6)
      seat = try await school.followUps.seat(ana)
      #expect(seat.rounds.map(\.state) == [.open, .notDue, .notDue])
      let first = try #require(seat.open)
      try await school.recall(ana, right: true)
      #expect(try await !school.followUps.answer(ana, first.questions[0].name, nil, language: .spanish))
      seat = try await school.followUps.seat(ana)
      #expect(seat.rounds[0].state == .answered && seat.rounds[0].questions == first.questions)
      #expect(seat.rounds[0].marks.values.allSatisfy { $0 == 1 })
      try await school.recall(luz, right: false, most: 1)
      var result = try await after.overview(trainer, school.cohort).results[0]
      #expect((result.asked, result.answered, result.unfinished, result.silent) == (2, 1, 1, 0))
      school.time.move(days: 14)
      #expect(try await school.followUps.seat(luz).rounds[0].state == .missed)
      result = try await after.overview(trainer, school.cohort).results[0]
      #expect(result.isOver && result.rate == 0.5)
      // What came in counts, unfinished or not; what did not come is nowhere.
      #expect(result.retention.matched == 2)
      school.time.move(days: 70)
      let second = try #require(try await school.followUps.seat(ana).open)
      #expect(Set(second.questions.map(\.name)).isDisjoint(with: first.questions.map(\.name)))
      let people = try await after.people(trainer, school.cohort)
        .sorted { ($0.identity?.name ?? "") < ($1.identity?.name ?? "") }
      #expect(people.map(\.identity?.name) == ["Ana Canaria", "Luz Canaria"])
      #expect(people.map(\.states) == [[.answered, .open, .notDue], [.missed, .open, .notDue]])
      #expect(people.map(\.hasPhone) == [true, false])
    }
  }

  @Test(arguments: TestEngine.available) func paperCountsLikeTheLinkAndOnce(_ engine: Engine) async throws {
    try await withSchool(engine) { school in
      let (after, trainer, cohort) = (school.after, school.trainer, school.cohort)
      let ana = try await school.learn("Ana Canaria")
      _ = try await school.learn("Luz Canaria")
      school.time.move(days: 12)
      let sheets = try await after.sheets(trainer, cohort, round: 7)
      #expect(sheets.map(\.number) == [1, 2] && sheets.allSatisfy { $0.questions.count == 3 })
      #expect(await refusal { _ = try await after.sheets(trainer, cohort, round: 8) }?.kind == .notFound)
      #expect(
        await refusal {
          try await after.enter(trainer, cohort, round: 7, number: 9, [:], language: .spanish)
        }?.kind == .notFound)
      #expect(
        await refusal {
          try await after.enter(trainer, cohort, round: 90, number: 1, [:], language: .spanish)
        }?.phrase.key == "error.training_no_round")
      #expect(
        await refusal {
          try await after.enter(trainer, cohort, round: 7, number: 1, ["otra": .text("x")], language: .spanish)
        }?.kind == .invalid)
      // One question came by link before the sheet: it keeps its first answer.
      try await school.recall(ana, right: true, most: 1)
      let number = try #require(
        try await after.people(trainer, cohort).first { $0.identity?.name == "Ana Canaria" }
      ).number
      #expect(try await after.enter(trainer, cohort, round: 7, number: number, [:], language: .spanish))
      #expect(try await !after.enter(trainer, cohort, round: 7, number: number, [:], language: .spanish))
      let round = try await school.followUps.seat(ana).rounds[0]
      #expect(round.state == .answered && round.questions.map { round.marks[$0.name] } == [1, 0, 0])
      let result = try await after.overview(trainer, cohort).results[0]
      #expect((result.answered, result.onPaper, result.silent) == (1, 1, 1))
    }
  }

  @Test(arguments: TestEngine.available) func messagesGoToThoseWhoAreAsked(_ engine: Engine) async throws {
    try await withSchool(engine) { school in
      let (after, trainer, cohort) = (school.after, school.trainer, school.cohort)
      let ana = try await school.learn("Ana Canaria", phone: "0991234567")
      let luz = try await school.learn("Luz Canaria", phone: "+593 98 765 4321")
      let wrong = await refusal { _ = try await school.learn("Mal Número", phone: "12") }
      #expect(wrong?.fields.map(\.phrase.key) == ["error.training_phone"])
      @Sendable func text(_ link: Token, _ until: CalendarDay) -> String { "\(until): \(link.exposedText)" }
      #expect(try await after.messages(trainer, cohort, text: text).isEmpty)
      school.time.move(days: 12)
      try await school.recall(luz, right: true)
      let messages = try await after.messages(trainer, cohort, text: text)
      #expect(messages.map(\.phone) == ["+593991234567"])
      #expect(messages[0].message.text == "2008-04-03: " + ana.exposedText)
      let dump = try await school.office.database.read { transaction in
        try ["participant_phones", "follow_up_answers", "audit_entries"].flatMap {
          try transaction.rows("SELECT * FROM \($0)").map { String(reflecting: $0) }
        }.joined()
      }
      #expect(dump.contains("follow_up.messages"))
      for canary in ["991234567", "987654321", "Canaria", ana.exposedText] { #expect(!dump.contains(canary)) }
      try await school.followUps.setPhone(ana, "")
      #expect(try await !school.followUps.seat(ana).hasPhone)
      try await after.forgetPhones(trainer, cohort)
      try await after.forgetPhones(trainer, cohort)
      #expect(try await after.overview(trainer, cohort).phones == 0)
    }
  }

  @Test(arguments: TestEngine.available) func anotherAgencyFindsNothingAfterwards(_ engine: Engine) async throws {
    try await withSchool(engine) { school in
      let (after, stranger, cohort) = (school.after, school.stranger, school.cohort)
      let link = try await school.learn("Ana")
      school.time.move(days: 12)
      let tries: [() async throws -> Void] = [
        { _ = try await after.overview(stranger, cohort) }, { _ = try await after.people(stranger, cohort) },
        { _ = try await after.messages(stranger, cohort) { _, _ in "" } },
        { _ = try await after.sheets(stranger, cohort, round: 7) },
        { try await after.enter(stranger, cohort, round: 7, number: 1, [:], language: .spanish) },
        { try await after.forgetPhones(stranger, cohort) },
        { _ = try await school.followUps.seat(Token()) }, { try await school.followUps.setPhone(Token(), "") },
        { _ = try await school.followUps.lesson(link, "no-such-lesson") },
        { _ = try await school.followUps.lesson(link, "../secret") },
      ]
      for (index, work) in tries.enumerated() { #expect(await refusal(work)?.kind == .notFound, "try \(index)") }
      #expect(try await after.reminders(stranger).isEmpty)
    }
  }

  @Test(arguments: TestEngine.available) func whatChangedSinceIsTold(_ engine: Engine) async throws {
    try await withSchool(engine) { school in
      let link = try await school.learn("Ana")
      // On the last day nothing has changed since; a later law is not told before its day.
      #expect(try await school.followUps.seat(link).changes.isEmpty)
      school.time.move(days: 10)
      #expect(try await school.followUps.seat(link).changes.isEmpty)
      school.time.move(days: 365 * 7)
      let told = try await school.followUps.seat(link).changes
      #expect(told.contains { $0.lesson == "general-4-law" && $0.on == day("2014-08-10") })
      #expect(told.contains { $0.law?[.spanish].contains("COIP") == true })
      #expect(told.allSatisfy { ($0.on ?? day("2000-01-01")) <= day("2015-04-01") })
      #expect(try await school.followUps.lesson(link, "general-4-law").id == "general-4-law")

      // The lesson's own text is another one now, and nobody wrote down why.
      var pack = school.pack
      pack.after.changes = []
      pack.legalTexts = []
      let lesson = try #require(pack.training.lessons.firstIndex { $0.id == "general-1-act-means-purpose" })
      pack.training.lessons[lesson].text = LocalizedText(es: "# Otra", en: "# Other")
      let silent = try await FollowUpDesk(school.office, pack).seat(link).changes
      #expect(
        silent == [
          Refresher(lesson: "general-1-act-means-purpose", on: nil, sentence: nil, source: nil, certainty: nil)
        ])
      let trainers = try await AfterDesk(school.office, pack).overview(school.trainer, school.cohort).changes
      #expect(trainers == silent)
    }
  }
}
