import Accounts
import Basics
import CountryPack
import Hummingbird
import PublicSite
import Training
import Vault

/// What people without an account see: registering, and their own seat with lesson, tests and certificate.
struct SeatPages {
  let desks: Desks
  let settings: SiteSettings

  func add(to routes: Routes) {
    routes.get("/t/:token", entrance)
    routes.post("/t/:token", register)
    routes.get("/t/:token/test/:occasion") { visit in try await testPage(visit, visit.sheet) }
    routes.post("/t/:token/test/:occasion", submit)
    routes.get("/t/:token/lesson", lesson)
    routes.get("/t/:token/answers", answers)
    routes.get("/t/:token/certificate") { visit in try await certificatePage(visit, visit.sheet) }
    routes.post("/t/:token/certificate", certificate)
  }

  private func token(_ visit: Visit) throws(Refusal) -> Token {
    guard let token = Token(visit.part("token")) else { throw .notFound }
    return token
  }

  private func base(_ visit: Visit) -> String { "/t/" + visit.part("token") }

  /// A personal link leads to the seat, a cohort's link to the registration.
  private func entrance(_ visit: Visit) async throws -> Answer {
    let token = try token(visit)
    do {
      let seat = try await desks.participants.seat(token)
      let room = PhonePages(desks: desks, settings: settings)
      let actor = try? visit.actor()
      var keeper: SeatKeeper?
      if let actor { keeper = try await desks.participants.keeper(token, actor) }
      var answer = seatPage(
        visit, seat, try await desks.followUps.seat(token), keeper, also: try await room.links(visit, token, seat))
      // A trainer opens links to help somebody, not to be them.
      if actor?.may(.manageTraining) != true { answer.cookies = [room.seatCookie(token)] }
      return answer
    } catch let refusal as Refusal where refusal.kind == .notFound {
      return registerPage(visit, visit.sheet, try await desks.participants.invitation(token))
    }
  }

  // MARK: Registering

  private func register(_ visit: Visit) async throws -> Answer {
    let token = try token(visit)
    let invitation = try await desks.participants.invitation(token)
    return try await visit.attempt {
      let id: ParticipantID = try FormReader(visit.form).id()
      let made = try await desks.participants.register(token, id: id, RegistrationForm.read(visit.form))
      if visit.form["keep"] != nil, let actor = try? visit.actor() {
        try await desks.participants.keep(made.link, actor)
      }
      return .goTo("/t/" + made.link.exposedText)
    } orShow: { sheet in
      registerPage(visit, sheet, invitation)
    }
  }

  private func registerPage(_ visit: Visit, _ sheet: FormSheet, _ invitation: Invitation) -> Answer {
    let (words, cohort) = (visit.words, invitation.cohort)
    let isFull = invitation.seatsLeft == 0
    return .page(
      "training/register",
      [
        "title": words("training.register.title"),
        "heading": Heading(
          title: cohort.title(desks.pack, visit.language), lead: words("training.register.lead"),
          eyebrow: invitation.agency
        ).view,
        "facts": Definitions([
          (words("training.new.place"), cohort.place + ", " + desks.pack.provinceName(cohort.province, visit.language)),
          (words("training.when"), visit.dates.range(cohort.from, cohort.until)),
          (
            words("training.register.seats_left"),
            isFull ? words("training.register.full") : String(invitation.seatsLeft)
          ),
        ]).view,
        "agency": invitation.agency, "isOpen": invitation.isOpen, "isFull": isFull && invitation.isOpen,
        "form": sheet.view(
          action: base(visit), submit: "training.register.submit",
          fields: RegistrationForm(pack: desks.pack, cohort: cohort, language: visit.language).fields(sheet)
            + keepField(visit, sheet)),
      ] as [String: Any])
  }

  /// For members who register themselves. A trainer registers others more often.
  private func keepField(_ visit: Visit, _ sheet: FormSheet) -> [FormSheet.Field] {
    guard let actor = try? visit.actor() else { return [] }
    return [
      sheet.tick(
        "keep", label: visit.words("training.seats.it_is_me", ["name": actor.name]), hint: "training.seats.keep_hint",
        value: !actor.may(.manageTraining))
    ]
  }

  // MARK: The seat

  /// - Parameter keeper: whose account it is kept in, for a visitor who is signed in.
  private func seatPage(
    _ visit: Visit, _ seat: Seat, _ later: FollowUpSeat, _ keeper: SeatKeeper?, also further: [(String, String)]
  ) -> Answer {
    let (words, base, cohort) = (visit.words, base(visit), seat.cohort)
    let after = AfterSeatView(seat: later, visit: visit, pack: desks.pack, base: base)
    let pre = seat.tests[.pre] ?? .closed
    let post = seat.tests[.post] ?? .closed
    let isHere = seat.participant.status == .enrolled
    var next: HomeSection.Link?
    var step = 0
    if isHere {
      if pre == .open {
        next = .init(address: base + "/test/pre", label: words("training.seat.begin_pre"))
      } else if seat.certificate != nil {
        step = 3
        next = .init(address: base + "/certificate", label: words("training.seat.certificate"))
      } else if post == .answered {
        step = 3
        next = .init(address: base + "/answers", label: words("training.answers.title"))
      } else {
        step = 1
        next = .init(address: base + "/lesson", label: words("training.seat.read"))
      }
    }
    next = after.next ?? next
    let own = [
      seat.isLessonOpen ? (base + "/lesson", words("training.seat.read")) : nil,
      settings.leadsToPractice ? (base + "/exercises", words("practice.title")) : nil,
      seat.isLessonOpen ? (base + "/courses", words("training.courses.title")) : nil,
      post == .open ? (base + "/test/post", words("training.seat.begin_post")) : nil,
      post == .answered ? (base + "/answers", words("training.answers.title")) : nil,
      seat.certificate == nil ? nil : (base + "/certificate", words("training.seat.certificate")),
      after.offersPhone ? (base + "/phone", words("training.after.phone.title")) : nil,
    ].compactMap(\.self)
    let links = (further + own).filter { $0.0 != next?.address }.map { ["address": $0.0, "label": $0.1] }
    let tests = TestOccasion.allCases.map { occasion in
      let state = seat.tests[occasion] ?? .closed
      let score = seat.scores[occasion].map { " · " + Figures.percent($0, words) } ?? ""
      // What was scored before is told only afterwards: it would change the second answers.
      let isTold = occasion == .post || post == .answered
      return (
        term: words("training.test.\(occasion.rawValue)"),
        value: words("training.state.\(state.rawValue)") + (isTold ? score : "")
      )
    }
    return .page(
      "training/seat",
      [
        "title": words("training.seat.title"),
        "heading": Heading(
          title: cohort.title(desks.pack, visit.language),
          eyebrow: cohort.place + " · " + visit.dates.range(cohort.from, cohort.until)
        ).view,
        "steps": Steps(
          names: ["pre", "lesson", "post", "certificate"].map { words("training.step.\($0)") },
          current: step == 1 && post == .open && pre != .open ? 1 : step
        ).view,
        "isWaiting": seat.participant.status == .waiting, "isHere": isHere, "next": next?.view, "links": links,
        "hasLinks": !links.isEmpty && isHere, "tests": Definitions(tests + after.facts).view, "changes": after.changes,
        "hasChanges": !after.changes.isEmpty,
        "sessions": seat.sessions.map {
          [
            "day": [visit.dates.day($0.day), $0.time, $0.room].filter { !$0.isEmpty }.joined(separator: " · "),
            "title": $0.title,
          ]
        }, "calendar": base + "/calendar.ics", "isCancelled": cohort.isCancelled ? true : nil,
        "hasSessions": !seat.sessions.isEmpty, "link": settings.publicAddress + base,
        "account": base + "/account", "canKeep": keeper == .nobody, "isKept": keeper == .actor,
      ] as [String: Any?])
  }

  private func lesson(_ visit: Visit) async throws -> Answer {
    let token = try token(visit)
    let (words, base) = (visit.words, base(visit))
    let lesson: TrainingLesson
    do { lesson = try await desks.participants.lesson(token) } catch let refusal as Refusal
      where refusal.kind == .conflict
    { return .goTo(base) }
    let seat = try await desks.participants.seat(token)
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
        "post": seat.tests[.post] == .open ? base + "/test/post" : nil,
      ] as [String: Any?])
  }

  // MARK: Tests

  private func occasion(_ visit: Visit) throws(Refusal) -> TestOccasion {
    guard let occasion = TestOccasion(rawValue: visit.part("occasion")) else { throw .notFound }
    return occasion
  }

  private func testPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let (token, occasion) = (try token(visit), try occasion(visit))
    let (words, base) = (visit.words, base(visit))
    let (seat, questions) = try await desks.participants.test(token, visit.language)
    guard seat.participant.status == .enrolled, seat.tests[occasion] == .open else { return .goTo(base) }
    let form = TestForm(questions: questions, words: words)
    var fields = form.fields(sheet)
    if sheet.wasSent { fields.append(sheet.tick("leave", label: "training.test.leave")) }
    return .page(
      "training/form",
      [
        "title": words("training.test.\(occasion.rawValue)"),
        "heading": Heading(
          title: words("training.test.\(occasion.rawValue)"), lead: words("training.test.lead.\(occasion.rawValue)"),
          back: .init(address: base, label: words("training.seat.title"))
        ).view,
        "form": sheet.view(
          action: "\(base)/test/\(occasion.rawValue)", submit: "training.test.submit", fields: fields, cancel: base),
      ])
  }

  private func submit(_ visit: Visit) async throws -> Answer {
    let (token, occasion, base) = (try token(visit), try occasion(visit), base(visit))
    return try await visit.attempt {
      try await desks.participants.submit(token, occasion, visit.language) { questions in
        let form = TestForm(questions: questions, words: visit.words)
        let responses = form.responses(visit.form)
        let open = questions.filter { $0.name.map { responses[$0] == nil } ?? false }
        guard open.isEmpty || visit.form["leave"] != nil else {
          throw Refusal(
            .invalid, Phrase("error.training_unanswered", ["count": String(open.count)]),
            fields: open.map { FieldProblem(form.firstField($0), "error.training_no_answer") })
        }
        return responses
      }
      return .goTo(occasion == .post ? base + "/answers" : base)
    } orShow: { sheet in
      try await testPage(visit, sheet)
    }
  }

  /// The right answers with their reasons, once the last test is in.
  private func answers(_ visit: Visit) async throws -> Answer {
    let token = try token(visit)
    let (words, base) = (visit.words, base(visit))
    let seat = try await desks.participants.seat(token)
    guard seat.tests[.post] == .answered else { return .goTo(base) }
    let questions = try await desks.participants.questions(token, visit.language)
    let form = TestForm(questions: questions, words: words)
    let rows = questions.enumerated().map { index, question in
      let mark = seat.marks[.post]?[question.name ?? ""] ?? 0
      let status =
        mark >= 1
        ? Status(text: words("training.answers.right"), tone: .done)
        : mark > 0
          ? Status(text: words("training.answers.partly"), tone: .active)
          : Status(text: words("training.answers.review"), tone: .open)
      return [
        "number": String(index + 1), "stem": question.stem.shown, "status": status.view,
        "solution": form.solution(question), "reasons": [question.generalFeedback?.shown].compactMap(\.self),
      ] as [String: Any]
    }
    let pre = seat.scores[.pre].map { Figures.percent($0, words) } ?? "–"
    return .page(
      "training/answers",
      [
        "title": words("training.answers.title"),
        "heading": Heading(
          title: words("training.answers.title"),
          lead: words(
            "training.answers.lead", ["before": pre, "after": Figures.percent(seat.scores[.post], words)]),
          back: .init(address: base, label: words("training.seat.title"))
        ).view, "rows": rows,
      ] as [String: Any])
  }

  // MARK: The certificate

  private func certificatePage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let (words, base) = (visit.words, base(visit))
    guard let certificate = try await desks.participants.seat(token(visit)).certificate else { return .goTo(base) }
    return .page(
      "training/form",
      [
        "title": words("training.certificate.title"),
        "heading": Heading(
          title: words("training.certificate.title"), lead: words("training.certificate.name_lead"),
          eyebrow: CertificateSheet.grouped(certificate.id),
          back: .init(address: base, label: words("training.seat.title"))
        ).view,
        "form": sheet.view(
          action: base + "/certificate", submit: "training.certificate.show",
          fields: [sheet.text("name", label: "training.check.name", autocomplete: "name")], cancel: base),
      ])
  }

  private func certificate(_ visit: Visit) async throws -> Answer {
    let token = try token(visit)
    return try await visit.attempt {
      let name = (visit.form["name"] ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
      let one = try await desks.certificates.paper(token, name: name, address: settings.publicAddress)
      if let file = visit.form["file"].flatMap(CertificateFile.init) {
        return try await CertificatePress(visit, settings).answer(one, as: file)
      }
      var sheet = try CertificateSheet(one, desks.pack, settings).model(visit, back: base(visit))
      sheet["action"] = base(visit) + "/certificate"
      sheet["choices"] = CertificateFile.allCases.map {
        ["file": $0.rawValue, "label": visit.words("training.papers.file.\($0.rawValue)")]
      }
      return .page("training/certificate", sheet)
    } orShow: { sheet in
      try await certificatePage(visit, sheet)
    }
  }
}
