import Accounts
import Basics
import Estimation
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Web

/// A table of overlaps goes in, all methods come out side by side, and nothing of it is kept.
@Suite struct EstimatePagesTests {
  private static let path = "/statistics/estimate"
  private static let table = """
    policia,fiscalia,albergue,sexo,count
    1,0,0,F,240
    0,1,0,F,190
    0,0,1,F,150
    1,1,0,F,61
    1,0,1,F,44
    0,1,1,F,38
    1,1,1,F,15
    1,0,0,M,80
    0,1,0,M,70
    0,0,1,M,66
    1,1,0,M,22
    1,0,1,M,19
    0,1,1,M,17
    1,1,1,M,6
    """
  private static let plain = table.split(separator: "\n").prefix(8).map { $0.replacing(",sexo", with: "") }
    .map { $0.replacing(",F", with: "") }.joined(separator: "\n")

  private func analyst(_ house: WebHouse, _ login: String = "lia") async throws -> TestBrowser {
    try await house.join(login, [.analyst])
    let browser = TestBrowser(house)
    try await browser.signIn(login)
    return browser
  }

  /// Sends the form; quick methods unless told.
  private func ask(
    _ browser: TestBrowser, _ fields: [String: String], methods: [String] = ["independence", "stepwise"]
  ) async throws -> TestBrowser.Page {
    let page = try await browser.get(Self.path)
    #expect(page.status == .ok && !page.contains("⟦"))
    return try await browser.submit(
      page, ["resamples": "200"].merging(fields) { $1 }, action: Self.path, further: methods.map { ("methods", $0) })
  }

  private func result(_ browser: TestBrowser, _ address: String) async throws -> TestBrowser.Page {
    for _ in 0..<1200 {
      let page = try await browser.get(address)
      if page.headers[try #require(HTTPField.Name("Refresh"))] == nil { return page }
      try await Task.sleep(for: .milliseconds(50))
    }
    return try await browser.get(address)
  }

  @Test(arguments: TestEngine.available) func allMethodsStandSideBySideAndGoToPaper(_ engine: Engine) async throws {
    try await withSite(engine) { house in
      let browser = try await analyst(house)
      #expect(try await browser.get("/").contains("href=\"\(Self.path)\""))
      let sent = try await ask(browser, ["table": Self.table, "groups": "sexo", "missed": "4/100", "wrong": "1/100"])
      #expect(sent.status == .seeOther && sent.location.hasPrefix(Self.path + "/"))
      let page = try await result(browser, sent.location)
      #expect(page.status == .ok && !page.contains("⟦"))
      // The verdict, both methods, the picture, what is left out and merged, groups, errors, assumptions.
      for words in [
        "Los métodos no coinciden", "Independencia", "Paso a paso", "<svg class=\"intervals\"", "sin «policia»",
        "«policia+fiscalia» como una", "Por grupos", "Con errores de enlace", "Qué se da por supuesto",
        "Solo 2 métodos dan un resultado", "1\u{00A0}018 personas distintas en 3 listas",
      ] { #expect(page.contains(words), "\(words)") }
      for (file, type, words) in [
        ("page.html?language=es", "text/html", "Qué se da por supuesto"),
        ("annex.html?language=en", "text/html", "Technical annex"), ("page.pdf?language=en", "application/pdf", "%PDF"),
        ("annex.pdf?language=es", "application/pdf", "%PDF"),
      ] {
        let paper = try await browser.get("\(sent.location)/\(file)")
        #expect(paper.status == .ok && paper.contains(words), "\(file)")
        #expect(paper.headers[.contentType]?.hasPrefix(type) == true, "\(file)")
        #expect(paper.headers[.contentDisposition]?.contains("amparo-est") == true, "\(file)")
      }
      #expect(try await browser.get(sent.location + "/table.csv").status == .notFound)
      // English says the same.
      _ = try await browser.get("/language/en?to=/")
      let english = try await browser.get(sent.location)
      #expect(english.contains("The methods disagree") && english.contains("without “policia”"))
      #expect(!english.contains("⟦") && !english.contains("Paso a paso"))
      _ = try await browser.get("/language/es?to=/")
      // Nobody else sees it, and the owner lets go of it.
      let other = try await analyst(house, "leo")
      #expect(try await other.get(sent.location).location == Self.path + "?over=1")
      #expect(try await other.get(sent.location + "/page.html").location == Self.path + "?over=1")
      let gone = try await browser.submit(page, action: sent.location + "/forget")
      #expect(gone.location == Self.path + "?forgotten=1")
      #expect(try await browser.get(gone.location).contains("El resultado se borró"))
      #expect(try await browser.get(sent.location).location == Self.path + "?over=1")
    }
  }

  /// It is noted that somebody estimated; of the table nothing reaches the store.
  @Test(arguments: TestEngine.available) func theStoreKeepsNothingOfTheTable(_ engine: Engine) async throws {
    try await withSite(engine) { house in
      let browser = try await analyst(house)
      let sent = try await ask(browser, ["table": Self.plain.replacing("albergue", with: "canario_azul")])
      #expect(try await result(browser, sent.location).contains("canario_azul"))
      let content = try await wholeContent(of: house.desks.office.database, engine).values.joined().joined()
      #expect(!content.contains("canario_azul") && content.contains("estimation.run"))
    }
  }

  @Test func mistakesStandBesideTheirFieldAndNothingIsLost() async throws {
    try await withSite(.sqlite) { house in
      let browser = try await analyst(house)
      for (fields, methods, sentence) in [
        (["table": ""], ["independence", "stepwise"], "Elija un archivo o pegue la tabla"),
        (["table": Self.plain], ["stepwise"], "Elija al menos dos métodos"),
        (["table": "A,count\n1,5"], ["independence", "stepwise"], "Línea 1: una sola lista"),
        (["table": "A,B,count\n1,2,5"], ["independence", "stepwise"], "Línea 2: «B» debe ser 0 o 1, no «2»"),
        (["table": "A,B,count\n0,0,5"], ["independence", "stepwise"], "esa fila es lo que se va a estimar"),
        (["table": "A,B,count\n1,0,-5"], ["independence", "stepwise"], "el conteo es negativo"),
        (["table": "A,B,count\n1,0,2.5"], ["independence", "stepwise"], "no es un número entero"),
        (["table": "A,B,count\n1,0,5\n1,0,6"], ["independence", "stepwise"], "ya está en la línea 2"),
        (["table": "A,B,count\n1,0,5\n0,1,6"], ["independence", "stepwise"], "ningún caso está en dos listas"),
        (["table": "A,B,count\n1,1,5\n0,1,6"], ["independence", "stepwise"], "una lista dentro de otra"),
        (["table": Self.plain, "groups": "edad"], ["independence", "stepwise"], "no hay columna «edad»"),
        (["table": Self.plain, "merge": "policia"], ["independence", "stepwise"], "Se escribe A+B"),
        (["table": Self.plain, "missed": "7"], ["independence", "stepwise"], "Se escribe así: 24/400"),
        (["table": Self.plain, "missed": "7/9"], ["independence", "stepwise"], "Los dos van juntos"),
        (["table": Self.plain, "seed": "-1"], ["independence", "stepwise"], "número entero desde 0"),
        (["table": Self.plain, "resamples": "5"], ["independence", "stepwise"], "Elija uno de los números"),
      ] as [([String: String], [String], String)] {
        let page = try await ask(browser, fields, methods: methods)
        #expect(page.status == .unprocessableContent && page.contains(sentence), "\(fields) \(sentence)")
        if let first = fields["table"]?.split(separator: "\n").first {
          #expect(page.contains(String(first)), "\(fields)")
        }
      }
      let other = TestBrowser(house)
      try await house.join("marta", [.caseWorker])
      try await other.signIn("marta")
      #expect(try await other.get(Self.path).status == .forbidden)
    }
  }

  /// The same form sent twice is one run; a second one waits for the first.
  @Test func aSecondClickChangesNothingAndOneRunAtATime() async throws {
    let clock = Clock.fixed(Moment(milliseconds: 1_205_159_000_000))
    let runs = EstimateRuns(clock: clock)
    let (owner, other) = (MemberID.random(), MemberID.random())
    let read = try HistoryFile.read(Self.plain)
    var slow = EstimateQuestion(.panel)
    slow.settings.bootstrap = 100_000
    slow.methods = [.stepwise, .independence]
    let (first, second) = (EstimateRunID.random(), EstimateRunID.random())
    try runs.start(first, owner: owner, read, slow)
    try runs.start(first, owner: owner, read, slow)
    #expect(throws: Refusal.self) { try runs.start(second, owner: owner, read, slow) }
    guard case .running = runs.state(first, owner: owner) else {
      Issue.record("not running")
      return
    }
    #expect(runs.state(first, owner: other) == nil)
    runs.forget(first, owner: other)
    #expect(runs.state(first, owner: owner) != nil)
    // Broken off, the next begins; four at once are enough.
    runs.forget(first, owner: owner)
    #expect(runs.state(first, owner: owner) == nil)
    var begun = [(second, owner)]
    try runs.start(second, owner: owner, read, slow)
    for _ in 1..<EstimateRuns.mostRunning {
      let next = (EstimateRunID.random(), MemberID.random())
      try runs.start(next.0, owner: next.1, read, slow)
      begun.append(next)
    }
    #expect(throws: Refusal.self) { try runs.start(.random(), owner: other, read, slow) }
    for run in begun { runs.forget(run.0, owner: run.1) }
  }

  /// Work that never ends by itself is ended, and pages are answered meanwhile.
  @Test func longWorkIsBrokenOffAndHoldsNoThread() async throws {
    let work = LongWork()
    await #expect(throws: CancellationError.self) {
      try await work.run(upTo: 1) {
        while true { try Task.checkCancellation() }
      }
    }
    // As many busy works as there are threads: this test itself still goes on.
    let busy = (0..<8).map { _ in
      Task { try await work.run(upTo: 600) { while true { try Task.checkCancellation() } } }
    }
    let start = ContinuousClock.now
    try await Task.sleep(for: .milliseconds(20))
    #expect(start.duration(to: .now) < .seconds(120))
    for task in busy { task.cancel() }
  }
}
