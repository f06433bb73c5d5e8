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

  private func back(_ visit: Visit, _ summary: CaseSummary) -> HomeSection.Link {
    HomeSection.Link(
      address: "/cases/\(summary.id)",
      label: visit.words("casework.case", ["code": summary.code.description]))
  }

  private func page(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let id: CaseID = try visit.id("case")
    let (summary, receipt) = try await desk.receipt(try visit.actor(), id)
    let (words, now) = (visit.words, desks.office.clock.now())
    let works = receipt?.works(at: now) == true
    var model: [String: Any] = [
      "heading": Heading(
        title: words("receipt.title"), lead: words("receipt.lead"), back: back(visit, summary)
      ).view,
      "form": sheet.view(
        action: "/cases/\(id)/receipt", submit: works ? "receipt.make_again" : "receipt.make",
        fields: [
          sheet.text(
            "word", label: "receipt.word", hint: "receipt.word_hint")
        ], cancel: "/cases/\(id)"),
      "address": "/cases/\(id)/receipt", "record": "/cases/\(id)/receipt/record",
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
      try reader.check()
      let (receipt, code) = try await desk.make(actor, id, word: word)
      let (words, address) = (visit.words, settings.publicAddress + "/mine")
      return .page(
        "casework/receipt-made",
        [
          "title": words("receipt.paper.title"), "address": address, "code": code.exposedText,
          // Behind the #, a browser sends nothing to anybody.
          "mark": QRCode.svg(address + "#" + code.exposedText, label: words("receipt.paper.mark")),
          "until": words("receipt.paper.until", ["day": visit.dates.day(of: receipt.expiresAt)]),
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
    var model = MineView(record: try await desk.record(try visit.actor(), id), visit: visit).model
    model["back"] = "/cases/\(id)/receipt"
    return .page("mine/print", model)
  }
}
