import Accounts
import Basics
import Casework
import CountryPack
import Documents
import Vault

/// The case worker's side of the person's own view: giving a receipt, taking it back, and the record on paper.
struct ReceiptPages {
  let desks: Desks
  let settings: SiteSettings
  private var desk: ReceiptDesk { desks.receipts }

  func add(to routes: Routes) {
    guard !settings.isPractice else { return }
    routes.get("/cases/:case/receipt") { visit in try await page(visit, visit.sheet) }
    routes.post("/cases/:case/receipt", make)
    routes.post("/cases/:case/receipt/end", end)
    routes.get("/cases/:case/receipt/record", record)
  }

  /// Those in which a person can read what is held.
  private func languages(_ visit: Visit) -> [Language] { visit.frame.screen.languages(of: MinePages.pages) }

  private func named(_ language: Language, _ visit: Visit) -> String {
    visit.frame.screen.words(language)("common.language")
  }

  private func back(_ visit: Visit, _ summary: CaseSummary) -> HomeSection.Link {
    HomeSection.Link(
      address: "/cases/\(summary.id)",
      label: visit.words("casework.case", ["code": summary.code.description]))
  }

  private func page(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let id: CaseID = try visit.id("case")
    let (summary, receipt, spoken) = try await desk.receipt(try visit.actor(), id)
    let (words, now, languages) = (visit.words, desks.office.clock.now(), languages(visit))
    let works = receipt?.works(at: now) == true
    var model: [String: Any] = [
      "heading": Heading(
        title: words("receipt.title"), lead: words("receipt.lead"), back: back(visit, summary)
      ).view,
      "form": sheet.view(
        action: "/cases/\(id)/receipt", submit: works ? "receipt.make_again" : "receipt.make",
        fields: [
          sheet.text("word", label: "receipt.word", hint: "receipt.word_hint"),
          sheet.choices(
            "language", label: "receipt.language", hint: "receipt.language_hint",
            options: languages.map { FormSheet.Option($0.code, named($0, visit)) },
            value: (spoken.flatMap { languages.contains($0) ? $0 : nil } ?? .spanish).code),
        ], cancel: "/cases/\(id)"),
      "address": "/cases/\(id)/receipt",
      "records": languages.map {
        ["address": "/cases/\(id)/receipt/record?in=\($0)", "code": $0.code, "name": named($0, visit)]
      },
      "requests": "/cases/\(id)/rights#requests",
      "works": works,
    ]
    if let receipt {
      model["state"] =
        works
        ? words(
          "receipt.works",
          ["day": visit.dates.day(of: receipt.madeAt), "until": visit.dates.day(of: receipt.expiresAt)])
        : words("receipt.ended", ["day": visit.dates.day(of: receipt.endedAt ?? receipt.expiresAt)])
    }
    return .page("casework/receipt", model)
  }

  private func make(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let word = reader.text("word", upTo: 80)
      let language = reader.value("language", or: "error.choose") { code in languages(visit).first { $0.code == code } }
      try reader.check()
      let (receipt, code) = try await desk.make(actor, id, word: word)
      // The page is the member's, the paper on it the person's.
      let paper = visit.reading(language ?? .spanish)
      let (words, address) = (paper.words, settings.publicAddress + MinePages.pages.path + "?in=\(paper.language)")
      return .page(
        "casework/receipt-made",
        [
          "title": words("receipt.paper.title"), "how": words("receipt.paper.how"),
          "ownWord": words("receipt.paper.word"), "paperLanguage": paper.language.code, "address": address,
          "code": code.exposedText,
          // Behind the #, a browser sends nothing to anybody.
          "mark": QRCode.svg(address + "#" + code.exposedText, label: words("receipt.paper.mark")),
          "until": words("receipt.paper.until", ["day": paper.dates.day(of: receipt.expiresAt)]),
          "back": "/cases/\(id)/receipt",
        ])
    } orShow: {
      try await page(visit, $0)
    }
  }

  private func end(_ visit: Visit) async throws -> Answer {
    let id: CaseID = try visit.id("case")
    try await desk.end(try visit.actor(), id)
    return .goTo("/cases/\(id)/receipt")
  }

  private func record(_ visit: Visit) async throws -> Answer {
    let id: CaseID = try visit.id("case")
    let language = languages(visit).first { $0.code == visit.query["in"] } ?? visit.language
    let record = try await desk.record(try visit.actor(), id)
    var model = MineView(record: record, visit: visit.reading(language)).model
    model["back"] = "/cases/\(id)/receipt"
    var answer = Answer.page("mine/print", model)
    answer.language = language
    return answer
  }
}
