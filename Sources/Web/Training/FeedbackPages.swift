import Basics
import CountryPack
import Documents
import Hummingbird
import Training
import Vault

/// The form at the end of a day: on the phone, on paper, and what it says.
struct FeedbackPages {
  let desks: Desks
  let settings: SiteSettings
  private var form: FeedbackForm { desks.pack.training.feedback }

  func add(to routes: Routes) {
    routes.get("/t/:token/feedback/:day") { visit in try await phone(visit, visit.sheet) }
    routes.post("/t/:token/feedback/:day", give)
    routes.get("/training/:cohort/feedback/:day", results)
    routes.get("/training/:cohort/feedback/:day/texts", texts)
    routes.get("/training/:cohort/feedback/:day/paper", paper)
    routes.get("/training/:cohort/feedback/:day/entry") { visit in try await entryPage(visit, visit.sheet) }
    routes.post("/training/:cohort/feedback/:day/entry", enter)
  }

  private func day(_ visit: Visit) throws(Refusal) -> CalendarDay {
    guard let day = CalendarDay(visit.part("day")) else { throw .notFound }
    return day
  }

  // MARK: On the phone

  private func phone(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    guard let link = Token(visit.part("token")) else { throw Refusal.notFound }
    let (day, base, words) = (try day(visit), "/t/" + visit.part("token"), visit.words)
    guard let known = try await desks.room.feedback.days(link).first(where: { $0.day == day }) else {
      throw Refusal.notFound
    }
    let ends = "1 = \(form.low[visit.language]) · 5 = \(form.high[visit.language])"
    let fields =
      form.questions.map { question in
        switch question.kind {
        case .scale:
          sheet.choices(
            question.code, label: question.text[visit.language], hint: ends,
            options: FeedbackForm.scale.map { .init(String($0), String($0)) }, optional: true)
        case .text: sheet.area(question.code, label: question.text[visit.language], rows: 4, optional: true)
        }
      } + [sheet.tick("sign", label: "training.room.feedback_sign", hint: "training.room.feedback_sign_hint")]
    var model: [String: Any] = [
      "title": words("training.room.feedback"),
      "heading": Heading(
        title: words("training.room.feedback"),
        lead: words(known.isGiven ? "training.room.feedback_given" : "training.room.feedback_lead"),
        eyebrow: visit.dates.day(day), back: .init(address: base, label: words("training.seat.title"))
      ).view,
    ]
    if !known.isGiven {
      model["form"] = sheet.view(
        action: "\(base)/feedback/\(day)", submit: "training.room.feedback_send", fields: fields, cancel: base)
    }
    return .page("training/feedback-form", model)
  }

  private func give(_ visit: Visit) async throws -> Answer {
    guard let link = Token(visit.part("token")) else { throw Refusal.notFound }
    let day = try day(visit)
    return try await visit.attempt {
      var values: [String: Int] = [:]
      for question in form.scales {
        guard let written = visit.form[question.code], !written.isEmpty else { continue }
        guard let value = Int(written) else { throw RefusedRequest.malformed }
        values[question.code] = value
      }
      let texts = form.texts.reduce(into: [String: String]()) { $0[$1.code] = visit.form[$1.code] }
      try await desks.room.feedback.give(
        link, day, FeedbackAnswers(values: values, texts: texts), isSigned: visit.form["sign"] != nil)
      return .goTo("/t/\(visit.part("token"))/feedback/\(day)")
    } orShow: { sheet in
      try await phone(visit, sheet)
    }
  }

  // MARK: What it says

  private func results(_ visit: Visit) async throws -> Answer {
    let (actor, day, id): (_, _, CohortID) = (try visit.actor(), try day(visit), try visit.id("cohort"))
    let (cohort, result, texts) = try await desks.room.feedback.result(actor, id, day)
    let (words, base) = (visit.words, "/training/\(id)")
    let table = DataTable(
      caption: words("training.room.feedback_caption", ["count": String(result.forms)]),
      columns: [words("training.results.question")] + FeedbackForm.scale.map(String.init) + [
        words("training.room.mean"), words("training.room.interval"),
      ],
      rows: result.scales.map { scale in
        [.text(form.scales.first { $0.code == scale.code }?.text[visit.language] ?? scale.code)]
          + scale.counts.map { .number(String($0)) }
          + [
            .number(Figures.decimal(scale.mean, words)),
            .number(
              scale.interval.map { range in
                Figures.decimal(range.lowerBound, words) + " – " + Figures.decimal(range.upperBound, words)
              } ?? "–"),
          ]
      })
    return .page(
      "training/feedback",
      [
        "title": words("training.room.feedback"),
        "heading": Heading(
          title: words("training.room.feedback"), eyebrow: visit.dates.day(day),
          back: .init(address: base + "/room", label: cohort.title(desks.pack, visit.language))
        ).view,
        "forms": words("training.room.feedback_caption", ["count": String(result.forms)]),
        "isHeld": result.forms < FeedbackResult.fewestToShow, "fewest": String(FeedbackResult.fewestToShow),
        "isTooFew": result.forms >= FeedbackResult.fewestToShow && result.forms < FeedbackResult.fewestToJudge,
        "judge": String(FeedbackResult.fewestToJudge), "low": form.low[visit.language],
        "high": form.high[visit.language], "table": table.view, "hasTable": !result.scales.isEmpty,
        "hasTexts": texts > 0, "texts": words("training.room.feedback_texts", ["count": String(texts)]),
        "address": "\(base)/feedback/\(day)/texts",
      ] as [String: Any])
  }

  private func texts(_ visit: Visit) async throws -> Answer {
    let (actor, day, id): (_, _, CohortID) = (try visit.actor(), try day(visit), try visit.id("cohort"))
    let (words, base) = (visit.words, "/training/\(id)")
    let texts = try await desks.room.feedback.texts(actor, id, day).map { text in
      var view: [String: Any] = [
        "text": text.note?.text ?? words("training.person.sealed"),
        "question": form.texts.first { $0.code == text.question }?.text[visit.language] ?? text.question,
      ]
      view["by"] = text.note?.signedBy.map { words("training.room.signed", ["number": String($0)]) }
      return view
    }
    return .page(
      "training/feedback-texts",
      [
        "title": words("training.room.feedback"),
        "heading": Heading(
          title: words("training.room.feedback_written"), eyebrow: visit.dates.day(day),
          back: .init(address: "\(base)/feedback/\(day)", label: words("training.room.feedback"))
        ).view, "texts": texts, "hasTexts": !texts.isEmpty,
      ] as [String: Any])
  }

  // MARK: On paper

  private func paper(_ visit: Visit) async throws -> Answer {
    let (day, id): (_, CohortID) = (try day(visit), try visit.id("cohort"))
    let cohort = try await desks.cohorts.cohort(visit.actor(), id).cohort
    return .page(
      "training/feedback-paper",
      [
        "back": "/training/\(id)/room", "course": cohort.title(desks.pack, visit.language),
        "day": visit.dates.day(day), "low": form.low[visit.language], "high": form.high[visit.language],
        "mark": QRCode.svg(
          "\(settings.publicAddress)/training/\(id)/feedback/\(day)/entry",
          label: visit.words("training.room.page_mark")),
        "scales": form.scales.map {
          ["text": $0.text[visit.language], "values": FeedbackForm.scale.map { String($0) }] as [String: Any]
        },
        "texts": form.texts.map { ["text": $0.text[visit.language]] },
      ] as [String: Any])
  }

  private func entryPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let (day, id): (_, CohortID) = (try day(visit), try visit.id("cohort"))
    let cohort = try await desks.cohorts.cohort(visit.actor(), id).cohort
    let (words, base) = (visit.words, "/training/\(id)")
    return .page(
      "training/form",
      [
        "title": words("training.room.type_forms"),
        "heading": Heading(
          title: words("training.room.type_forms"),
          lead: words("training.room.forms_lead", ["count": String(form.scales.count)]), eyebrow: visit.dates.day(day),
          back: .init(address: base + "/room", label: cohort.title(desks.pack, visit.language))
        ).view,
        "form": sheet.view(
          action: "\(base)/feedback/\(day)/entry", submit: "training.room.lines_save",
          fields: [
            sheet.hidden("id", TrainingSessionID.random().description),
            sheet.area("lines", label: "training.room.forms", hint: "training.room.forms_hint", rows: 12),
          ], cancel: base + "/room"),
      ])
  }

  private func enter(_ visit: Visit) async throws -> Answer {
    let (actor, day, cohort): (_, _, CohortID) = (try visit.actor(), try day(visit), try visit.id("cohort"))
    return try await visit.attempt {
      let id: TrainingSessionID = try FormReader(visit.form).id()
      _ = try await desks.room.feedback.enter(actor, id: id, cohort, day, visit.form["lines"] ?? "")
      return .goTo("/training/\(cohort)/feedback/\(day)")
    } orShow: { sheet in
      try await entryPage(visit, sheet)
    }
  }
}
