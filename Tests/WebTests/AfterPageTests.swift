import Accounts
import Basics
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing
import Training

@testable import Web

/// A clock that a test can move: it begins on 10 March 2008, about nine in Quito.
private final class MovingClock: @unchecked Sendable {
  // @unchecked Sendable: the lock guards its only variable.
  private let lock = NSLock()
  private var moment = Moment(milliseconds: 1_205_159_000_000)
  func move(days: Int) { lock.withLock { moment = moment + .days(days) } }
  var clock: Clock { Clock { self.lock.withLock { self.moment } } }
}

@Suite struct AfterPageTests {
  fileprivate struct Room {
    var house: WebHouse
    var time: MovingClock
    var trainer: TestBrowser
    var cohort: String
    var seat: String

    /// A trainer's sign-in does not last for half a year.
    func signInAgain() async throws -> TestBrowser {
      let browser = TestBrowser(house)
      try await browser.signIn("tere")
      return browser
    }
  }

  /// One course of one day with one person, who answered nothing rightly.
  fileprivate func withRoom(_ engine: Engine, _ body: (Room) async throws -> Void) async throws {
    let time = MovingClock()
    try await withSite(engine, clock: time.clock) { house in
      try await house.join("tere", [.trainer])
      let trainer = TestBrowser(house)
      try await trainer.signIn("tere")
      let cohort = try await trainer.submit(
        try await trainer.get("/training/new"),
        [
          "phase": "quito-1", "place": "Quito", "province": "EC-P", "from": "2008-03-10", "until": "2008-03-10",
          "seats": "30",
        ], action: "/training/new"
      ).location
      let page = try await trainer.get(cohort)
      let link = try #require(page.text.firstMatch(of: /http:\/\/localhost:8080(\/t\/[A-Za-z0-9_\-]{43})/)).1
      let ana = TestBrowser(house)
      let form = try await ana.get(String(link))
      #expect(form.contains("Se guarda sellado"))
      let refused = try await ana.submit(
        form, ["name": "Ana", "institution": "senami", "phone": "12"], action: String(link))
      #expect(refused.status == .unprocessableContent && refused.contains("Escriba un número con sus cifras"))
      let seat = try await ana.submit(refused, ["phone": "0991234567"], action: String(link)).location
      for occasion in ["pre", "post"] {
        let path = "\(seat)/test/\(occasion)"
        let empty = try await ana.submit(try await ana.get(path), action: path)
        _ = try await ana.submit(empty, ["leave": "yes"], action: path)
      }
      try await body(Room(house: house, time: time, trainer: trainer, cohort: cohort, seat: seat))
    }
  }

  @Test(arguments: TestEngine.available) func threeQuestionsByLink(_ engine: Engine) async throws {
    try await withRoom(engine) { room in
      let ana = TestBrowser(room.house)
      #expect(try await ana.get(room.seat + "/follow-up").contains("Las próximas llegan el 17 mar 2008"))
      room.time.move(days: 8)
      let seat = try await ana.get(room.seat)
      #expect(seat.contains("Tres preguntas, un minuto") && seat.contains("Abierta hasta el 30 mar 2008"))
      let path = room.seat + "/follow-up"
      for number in 1...3 {
        var page = try await ana.get(path)
        #expect(page.contains("Pregunta \(number) de 3"))
        page = try await ana.submit(page, action: path)
        #expect(page.status == .unprocessableContent && page.contains("Elija una respuesta, o marque que no lo sabe"))
        let sent = try await ana.submit(page, ["unknown": "yes"], action: path)
        #expect(sent.location == path + "/\(number)")
        // Sent again, it changes nothing.
        #expect(try await ana.submit(page, ["unknown": "yes"], action: path).status == .seeOther)
        let why = try await ana.get(sent.location)
        #expect(why.contains("Respuesta correcta") && why.contains("Para repasar"))
        #expect(why.contains(number == 3 ? "Terminar" : "Siguiente pregunta"))
        #expect(!why.contains("Ana"))
      }
      let done = try await ana.get(path)
      #expect(done.contains("Gracias: respondió todo.") && done.contains("Las próximas llegan el 8 jun 2008"))
      #expect(done.text.matches(of: /Respuesta correcta/).count == 3)
      #expect(try await ana.get(path + "/4").status == .notFound)
      #expect(try await ana.get(path + "/x").status == .notFound)
      ana.acceptLanguage = "en"
      #expect(try await ana.get(path).contains("Thank you: you answered everything."))
    }
  }

  @Test(arguments: TestEngine.available) func theTrainerSeesNumbersMessagesAndPaper(_ engine: Engine) async throws {
    try await withRoom(engine) { room in
      let after = room.cohort + "/after"
      #expect(try await room.trainer.get("/").contains("A los 7 días"))
      room.time.move(days: 8)
      let trainer = try await room.signInAgain()
      var page = try await trainer.get(after)
      #expect(page.contains("Con número de teléfono: 1.") && page.contains("0 de 1 respondieron"))
      #expect(page.contains("signos: un mensaje.") && !page.contains("0991234567") && !page.contains("Ana"))
      let file = try await trainer.submit(page, action: after + "/messages")
      #expect(file.headers[.contentDisposition]?.hasPrefix("attachment; filename=\"amparo-sms-") == true)
      #expect(
        file.text == "\"+593991234567\",\"Curso: 3 preguntas, un minuto, hasta 2008-03-30: http://localhost:8080"
          + room.seat + "/follow-up\"\r\n")
      #expect(try await trainer.get(after + "/people").contains("Ana"))

      let sheets = try await trainer.get(after + "/7/sheets")
      #expect(sheets.contains("N.º 1") && sheets.contains("☐") && !sheets.contains("Ana"))
      page = try await trainer.get(after + "/7/entry")
      #expect(page.contains("\(after)/7/entry/1"))
      let form = try await trainer.get(after + "/7/entry/1")
      let entered = try await trainer.submit(form, action: after + "/7/entry/1")
      #expect(entered.location == after + "/7/entry")
      #expect(try await trainer.get(entered.location).contains("No falta ninguna hoja."))
      page = try await trainer.get(after)
      #expect(page.text.contains(/1 de 1 respondieron · 100.%/) && page.contains("demasiado pocas para juzgar"))
      for path in ["/8/sheets", "/x/entry", "/7/entry/99"] {
        #expect(try await trainer.get(after + path).status == .notFound, "\(path)")
      }

      let ana = TestBrowser(room.house)
      let phone = try await ana.get(room.seat + "/phone")
      #expect(phone.contains("Hay un número guardado") && !phone.contains("991234567"))
      #expect(try await ana.submit(phone, ["phone": ""], action: room.seat + "/phone").status == .seeOther)
      #expect(try await trainer.get(after).contains("Con número de teléfono: 0."))
    }
  }

  @Test(arguments: TestEngine.available) func whatChangedStandsOnTheSeat(_ engine: Engine) async throws {
    try await withRoom(engine) { room in
      room.time.move(days: 365 * 7)
      let ana = TestBrowser(room.house)
      let seat = try await ana.get(room.seat)
      #expect(seat.contains("Esto cambió desde su curso") && seat.contains("10 ago 2014"))
      #expect(try await ana.get(room.seat + "/changed/general-4-law").status == .ok)
      #expect(try await ana.get(room.seat + "/changed/no-such-lesson").status == .notFound)
      let trainer = try await room.signInAgain()
      #expect(try await trainer.get(room.cohort + "/after").contains("Esto cambió desde este curso"))
    }
  }

  @Test(arguments: TestEngine.available) func othersStayOutAfterwards(_ engine: Engine) async throws {
    try await withRoom(engine) { room in
      let ana = TestBrowser(room.house)
      try await ana.signIn("ana")
      for path in ["/after", "/after/people", "/after/7/sheets", "/after/7/entry"] {
        #expect(try await ana.get(room.cohort + path).status == .forbidden, "\(path)")
        #expect(try await TestBrowser(room.house).get(room.cohort + path).location.hasPrefix("/sign-in"))
      }
      for path in ["/follow-up", "/follow-up/1", "/phone", "/changed/general-4-law"] {
        #expect(try await ana.get("/t/" + String(repeating: "A", count: 43) + path).status == .notFound, "\(path)")
      }
    }
  }
}

extension AfterPageTests {
  @Test(arguments: TestEngine.available) func theAnnexAsPageSpreadsheetAndText(_ engine: Engine) async throws {
    try await withRoom(engine) { room in
      let trainer = room.trainer
      let page = try await trainer.get("/training/annex")
      // One person is too few to be shown anywhere.
      #expect(page.contains("Personas distintas: *") && page.contains("número protegido"))
      #expect(!page.contains("Ana") && page.contains("demasiado pocas"))
      let sheet = try await trainer.get("/training/annex.xlsx")
      #expect(sheet.text.hasPrefix("PK") && sheet.headers[.contentDisposition]?.contains(".xlsx") == true)
      let csv = try await trainer.get("/training/annex.csv?from=2008-01-01&until=2008-12-31")
      #expect(csv.contains("\"Por sexo\",\"Total\",\"Personas\",\"*\""))
      #expect(try await trainer.get("/training/annex?until=2007-12-31").contains("No hay grupos en estas fechas."))
      #expect(try await trainer.get("/training/annex?from=x&until=%22%3E").status == .ok)
      let told = try await trainer.submit(
        try await trainer.get(room.cohort + "/after"), action: room.cohort + "/after/xapi")
      #expect(told.text.hasPrefix("[{") && told.contains("/expapi/verbs/registered") && !told.contains("Ana"))
    }
  }

  @Test(arguments: TestEngine.available) func needsAndEvidence(_ engine: Engine) async throws {
    try await withRoom(engine) { room in
      #expect(try await room.trainer.get("/training/needs").status == .ok)
      let ana = TestBrowser(room.house)
      try await ana.signIn("ana")
      #expect(try await ana.get("/training/needs").status == .forbidden)
      #expect(try await ana.get("/training/annex").status == .forbidden)
      #expect(try await room.trainer.get("/training/evidence").status == .forbidden)
      let form = try await ana.get("/training/evidence")
      #expect(form.contains("No se cuenta"))
      let wrong = try await ana.submit(form, ["institution": "", "province": "x"], action: "/training/evidence")
      #expect(wrong.status == .unprocessableContent)
      _ = try await ana.submit(form, ["institution": "senami"], action: "/training/evidence")
      let given = try await ana.get("/training/evidence")
      #expect(given.contains("Aceptado"))
      _ = try await ana.submit(given, action: "/training/evidence/withdraw")
      #expect(try await ana.get("/training/evidence").contains("No se cuenta"))
      #expect(try await room.trainer.get("/training/needs").contains("Hacen falta 3"))
    }
  }
}
