import Basics
import CountryPack
import Hummingbird
import PublicSite
import Training
import Vault

/// The time after a course for people without an account: one question a page, what is right and why, their number.
struct FollowUpPages {
  let desks: Desks

  func add(to routes: Routes) {
    routes.get("/t/:token/follow-up") { visit in try await page(visit, visit.sheet) }
    routes.post("/t/:token/follow-up", answer)
    routes.get("/t/:token/follow-up/:number", feedback)
    routes.get("/t/:token/phone") { visit in try await phonePage(visit, visit.sheet) }
    routes.post("/t/:token/phone", phone)
    routes.get("/t/:token/changed/:lesson", lesson)
  }

  private func token(_ visit: Visit) throws(Refusal) -> Token {
    guard let token = Token(visit.part("token")) else { throw .notFound }
    return token
  }

  private func base(_ visit: Visit) -> String { "/t/" + visit.part("token") }

  // MARK: The questions

  private func page(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let seat = try await desks.followUps.seat(token(visit))
    guard let open = seat.open, let next = open.next else { return try await closed(visit, seat) }
    let (words, base) = (visit.words, base(visit))
    let number = String((open.questions.firstIndex(of: next) ?? 0) + 1)
    let texts = try await desks.followUps.questions([next.name], of: seat.cohort, visit.language)
    guard let question = texts[next.name] else {
      throw Refusal.notFound
    }
    var fields = TestForm(questions: [question], words: words).fields(sheet).map { field in
      var field = field
      // The question is alone on its page: its number stands above.
      if let label = field["label"] as? String, label.hasPrefix("1. ") { field["label"] = String(label.dropFirst(3)) }
      return field
    }
    fields.append(sheet.hidden("question", next.name))
    fields.append(sheet.tick("unknown", label: "training.after.dont_know"))
    return .page(
      "training/form",
      [
        "title": words("training.after.ask.title"),
        "heading": Heading(
          title: words("training.after.ask.title"),
          lead: open.marks.isEmpty ? words("training.after.ask.lead") : nil,
          eyebrow: words("training.after.ask.number", ["number": number, "of": String(open.questions.count)]),
          back: .init(address: base, label: words("training.seat.title"))
        ).view,
        "form": sheet.view(action: base + "/follow-up", submit: "training.after.ask.submit", fields: fields),
      ])
  }

  private func answer(_ visit: Visit) async throws -> Answer {
    let token = try token(visit)
    return try await visit.attempt {
      let seat = try await desks.followUps.seat(token)
      let name = try visit.form.one("question") ?? ""
      // Sent twice, or the round is over: the page says where things stand.
      guard let open = seat.open, open.marks[name] == nil else { return .goTo(base(visit) + "/follow-up") }
      guard let number = open.questions.firstIndex(where: { $0.name == name }),
        let question = try await desks.followUps.questions([name], of: seat.cohort, visit.language)[name]
      else { throw RefusedRequest.malformed }
      let form = TestForm(questions: [question], words: visit.words)
      let response = visit.form["unknown"] == nil ? form.responses(visit.form)[name] : nil
      if response == nil, visit.form["unknown"] == nil {
        throw Refusal.fields([FieldProblem(form.firstField(question), "error.training_after_no_answer")])
      }
      try await desks.followUps.answer(token, name, response, language: visit.language)
      return .goTo(base(visit) + "/follow-up/\(number + 1)")
    } orShow: { sheet in
      try await page(visit, sheet)
    }
  }

  /// What is right and why, after each answer.
  private func feedback(_ visit: Visit) async throws -> Answer {
    let seat = try await desks.followUps.seat(token(visit))
    let (words, base) = (visit.words, base(visit))
    guard let round = seat.open ?? seat.rounds.last(where: { $0.state == .answered }),
      let number = Int(visit.part("number")), round.questions.indices.contains(number - 1)
    else { throw Refusal.notFound }
    let asked = round.questions[number - 1]
    guard round.marks[asked.name] != nil else { return .goTo(base + "/follow-up") }
    let isLast = round.next == nil
    return .page(
      "training/follow-up",
      [
        "title": words("training.after.ask.title"),
        "heading": Heading(
          title: words("training.after.ask.title"),
          eyebrow: words(
            "training.after.ask.number", ["number": String(number), "of": String(round.questions.count)]),
          back: .init(address: base, label: words("training.seat.title"))
        ).view,
        "rows": try await rows(round, [asked], seat, visit),
        "next": HomeSection.Link(
          address: base + "/follow-up", label: words(isLast ? "training.after.ask.end" : "training.after.ask.next")
        ).view,
      ] as [String: Any?])
  }

  /// Nothing to answer now: what was right the last time, and when the next questions come.
  private func closed(_ visit: Visit, _ seat: FollowUpSeat) async throws -> Answer {
    let (words, base) = (visit.words, base(visit))
    let last = seat.rounds.last { $0.state != .notDue }
    var lead = words("training.after.ask.none")
    if let last { lead = words("training.after.ask.\(last.state == .answered ? "thanks" : "missed")") }
    if let next = seat.rounds.first(where: { $0.state == .notDue }) {
      lead += " " + words("training.after.ask.later", ["day": visit.dates.day(next.opens)])
    }
    var shown: [[String: Any]] = []
    if let last { shown = try await rows(last, last.questions.filter { last.marks[$0.name] != nil }, seat, visit) }
    return .page(
      "training/follow-up",
      [
        "title": words("training.after.ask.title"),
        "heading": Heading(
          title: words("training.after.ask.title"), lead: lead,
          back: .init(address: base, label: words("training.seat.title"))
        ).view, "rows": shown,
      ] as [String: Any?])
  }

  private func rows(
    _ round: FollowUpRound, _ asked: [FollowUpQuestion], _ seat: FollowUpSeat, _ visit: Visit
  ) async throws -> [[String: Any]] {
    let texts = try await desks.followUps.questions(asked.map(\.name), of: seat.cohort, visit.language)
    return asked.compactMap { asked in
      guard let question = texts[asked.name],
        let mark = round.marks[asked.name]
      else { return nil }
      return [
        "stem": question.stem.text, "status": AnswerMark.status(mark, visit.words).view,
        "solution": TestForm(questions: [question], words: visit.words).solution(question),
        "reasons": [question.generalFeedback?.text].compactMap(\.self),
      ]
    }
  }

  // MARK: The number

  private func phonePage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let seat = try await desks.followUps.seat(token(visit))
    let (words, base) = (visit.words, base(visit))
    return .page(
      "training/form",
      [
        "title": words("training.after.phone.title"),
        "heading": Heading(
          title: words("training.after.phone.title"),
          lead: words(seat.hasPhone ? "training.after.phone.kept" : "training.after.phone.lead"),
          back: .init(address: base, label: words("training.seat.title"))
        ).view,
        "form": sheet.view(
          action: base + "/phone", submit: "training.after.phone.submit",
          fields: [
            sheet.text(
              "phone", label: "training.after.phone", hint: "training.after.phone.empty", type: "tel",
              autocomplete: "tel", optional: true)
          ], cancel: base),
      ])
  }

  private func phone(_ visit: Visit) async throws -> Answer {
    let token = try token(visit)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let typed = reader.text("phone", upTo: 40, required: false)
      try reader.check()
      try await desks.followUps.setPhone(token, typed)
      return .goTo(base(visit))
    } orShow: { sheet in
      try await phonePage(visit, sheet)
    }
  }

  // MARK: What changed

  private func lesson(_ visit: Visit) async throws -> Answer {
    let (words, base) = (visit.words, base(visit))
    let lesson = try await desks.followUps.lesson(token(visit), visit.part("lesson"))
    return .page(
      "training/lesson",
      [
        "title": lesson.title[visit.language],
        "heading": Heading(
          title: lesson.title[visit.language],
          eyebrow: words("training.lesson.minutes", ["count": String(lesson.minutes)]),
          back: .init(address: base, label: words("training.seat.title"))
        ).view,
        "text": Markdown.html(lesson.text[visit.language], droppingTitle: true), "back": base,
      ] as [String: Any?])
  }
}

/// What stands on a seat about the time after the course.
struct AfterSeatView {
  let seat: FollowUpSeat
  let visit: Visit
  let pack: CountryPack
  let base: String

  /// The way to the open questions, the one clear next thing.
  var next: HomeSection.Link? {
    seat.open.map { _ in .init(address: base + "/follow-up", label: visit.words("training.after.seat.begin")) }
  }

  /// Rounds with their states; empty before the course has ended.
  var facts: [(term: String, value: String)] {
    guard visit.dates.today > seat.cohort.until else { return [] }
    return seat.rounds.map { round in
      let when = round.state == .notDue ? round.opens : round.closes
      return (
        visit.words("training.after.round", ["days": String(round.round.day)]),
        visit.words("training.after.seat.\(round.state.rawValue)", ["day": visit.dates.day(when)])
      )
    }
  }

  /// Whether a number can still be of use.
  var offersPhone: Bool {
    seat.participant.status == .enrolled && visit.dates.today <= lastDay
  }

  private var lastDay: CalendarDay {
    pack.after.plan.rounds.last.map { FollowUpRules.closes($0, seat.cohort.until) } ?? seat.cohort.until
  }

  var changes: [[String: Any]] {
    RefresherView(changes: seat.changes, pack: pack, visit: visit).rows { base + "/changed/" + $0 }
  }
}

/// What changed since a course, one line each.
struct RefresherView {
  let changes: [Refresher]
  let pack: CountryPack
  let visit: Visit

  /// - Parameter address: where a lesson can be read; `nil` for nowhere.
  func rows(_ address: (String) -> String?) -> [[String: Any]] {
    changes.map { change in
      let lesson = change.lesson.flatMap { pack.training.lesson($0) }
      var text = change.sentence?[visit.language] ?? visit.words("training.after.changed.silent")
      if let law = change.law?[visit.language] { text = law + ": " + text }
      if change.certainty == .unverified || change.certainty == .secondHand {
        text += " " + visit.words("training.after.changed.unsure")
      }
      var row: [String: Any] = ["text": text]
      row["day"] = change.on.map { visit.dates.day($0) }
      row["source"] = change.source
      if let lesson, let address = address(lesson.id) {
        row["lesson"] = ["address": address, "label": lesson.title[visit.language]]
      }
      return row
    }
  }
}

/// A mark in words.
enum AnswerMark {
  static func status(_ mark: Double, _ words: Words) -> Status {
    mark >= 1
      ? Status(text: words("training.answers.right"), tone: .done)
      : mark > 0
        ? Status(text: words("training.answers.partly"), tone: .active)
        : Status(text: words("training.answers.review"), tone: .open)
  }
}
