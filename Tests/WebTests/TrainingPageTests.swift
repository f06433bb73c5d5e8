import Accounts
import Basics
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing
import Training

@testable import Web

/// 10 March 2008, about nine in Quito.
private let morning = Clock.fixed(Moment(milliseconds: 1_205_159_000_000))

@Suite struct TrainingPageTests {
  /// A trainer signed in, with one cohort of one day.
  private struct Room {
    var house: WebHouse
    var trainer: TestBrowser
    var cohort: String

    /// The link that stands on the cohort's page.
    func link() async throws -> String {
      let page = try await trainer.get(cohort)
      let match = try #require(page.text.firstMatch(of: /http:\/\/localhost:8080(\/t\/[A-Za-z0-9_\-]{43})/))
      return String(match.1)
    }
  }

  private func withRoom(_ engine: Engine, seats: String = "30", _ body: (Room) async throws -> Void) async throws {
    try await withSite(engine, clock: morning) { house in
      try await house.join("tere", [.trainer])
      let trainer = TestBrowser(house)
      try await trainer.signIn("tere")
      let form = try await trainer.get("/training/new")
      #expect(form.status == .ok)
      let opened = try await trainer.submit(
        form,
        [
          "phase": "quito-1", "place": "Quito, sala 2", "province": "EC-P", "from": "2008-03-10", "until": "2008-03-10",
          "seats": seats,
        ], action: "/training/new")
      #expect(opened.status == .seeOther)
      let page = try await trainer.get(opened.location)
      let added = try await trainer.submit(
        page, ["title": "Día 1, mañana", "day": "2008-03-10"], action: opened.location)
      #expect(added.status == .seeOther)
      try await body(Room(house: house, trainer: trainer, cohort: opened.location))
    }
  }

  private func register(_ browser: TestBrowser, _ link: String, _ name: String) async throws -> TestBrowser.Page {
    try await browser.submit(
      try await browser.get(link), ["name": name, "institution": "senami", "post": "Oficial", "province": "EC-P"],
      action: link)
  }

  @Test(arguments: TestEngine.available) func questionsAreWrittenLookedAtAndSaved(_ engine: Engine) async throws {
    try await withRoom(engine) { room in
      let new = "/training/questions/new"
      let form = try await room.trainer.get(new)
      let wrong = try await room.trainer.submit(
        form, ["course": "general", "es": "::a:: ¿Bien? {T}\n\n::b:: ¿<b>Mal</b>? {~x"], action: new)
      #expect(wrong.status == .unprocessableContent)
      #expect(wrong.text.contains("Línea 3: falta cerrar una “{”"))
      #expect(wrong.text.contains("::b::"), "what was typed is gone")
      let look = try await room.trainer.submit(
        form,
        [
          "course": "general", "es": "::a:: [html]¿<script>x()</script><b>Bien</b>? {T#no#sí}", "en": "::a:: Good? {T}",
        ],
        action: new)
      #expect(look.status == .ok)
      #expect(look.text.contains("Nuevas: 1. Con cambios: 0."))
      #expect(!look.text.contains("<script>x"))
      let saved = try await room.trainer.submit(look, [:], action: "/training/questions/save")
      #expect(saved.status == .seeOther)
      let list = try await room.trainer.get("/training/questions")
      #expect(list.text.contains("¿x()Bien?"))
      let file = try await room.trainer.get("/training/questions/export/en")
      #expect(file.text.contains("::a::Good?{TRUE}"))
      #expect(try await room.trainer.get("/training/questions/lesson/general-1-act-means-purpose").status == .ok)
      #expect(try await room.trainer.get("/training/questions/lesson/../../x").status != .ok)
    }
  }

  @Test(arguments: TestEngine.available) func aWholeTrainingDay(_ engine: Engine) async throws {
    try await withRoom(engine) { room in
      let home = try await room.trainer.get("/")
      #expect(home.contains("Próxima sesión: 10 mar 2008, Día 1, mañana"))
      let link = try await room.link()
      let ana = TestBrowser(room.house)
      let seat = try await register(ana, link, "Ana <b>Pérez</b>")
      #expect(seat.status == .seeOther)
      var page = try await ana.get(seat.location)
      #expect(page.contains("Responder la prueba inicial") && !page.contains("Pérez"))
      // The lesson waits for the first test.
      #expect(try await ana.get(seat.location + "/lesson").location == seat.location)
      let test = try await ana.get(seat.location + "/test/pre")
      let empty = try await ana.submit(test, action: seat.location + "/test/pre")
      #expect(empty.status == .unprocessableContent)
      #expect(empty.contains("Preguntas sin responder: 20") && empty.contains("Pregunta 1: Sin responder."))
      let sent = try await ana.submit(empty, ["leave": "yes"], action: seat.location + "/test/pre")
      #expect(sent.location == seat.location)
      let lesson = try await ana.get(seat.location + "/lesson")
      #expect(lesson.contains("<h1>Qué es la trata y cómo reconocerla</h1>"))
      #expect(lesson.contains("<h2>Los primeros diez minutos</h2>"))
      // The post test in English, a second test page answered from the first.
      ana.acceptLanguage = "en"
      let last = try await ana.get(seat.location + "/test/post")
      #expect(last.contains("Last test"))
      let done = try await ana.submit(last, ["leave": "yes"], action: seat.location + "/test/post")
      #expect(done.location == seat.location + "/answers")
      #expect(try await ana.get(done.location).contains("Before: 0%. After: 0%."))
      #expect(try await ana.submit(last, ["leave": "yes"], action: seat.location + "/test/post").status == .seeOther)

      let list = try await room.trainer.get(room.cohort + "/participants")
      #expect(list.contains("Ana &lt;b&gt;Pérez&lt;/b&gt;"))
      let session = try #require(
        try await room.trainer.get(room.cohort).text.firstMatch(of: /href="([^"]*\/attendance\/[a-z0-9]+)"/))
      let roll = try await room.trainer.get(String(session.1))
      #expect(roll.contains("0 de 1 con marca"))
      let saved = try await room.trainer.submit(roll, ["all": "present"], action: String(session.1))
      #expect(try await room.trainer.get(saved.location).contains("1 de 1 con marca"))

      let results = try await room.trainer.get(room.cohort + "/results")
      #expect(results.contains("<svg class=\"before-after\"") && results.contains("demasiado pocas para juzgar"))

      let person = try #require(list.text.firstMatch(of: /href="([^"]*\/participants\/[a-z0-9]{26})"/))
      page = try await room.trainer.get(String(person.1))
      let issued = try await room.trainer.submit(page, action: String(person.1) + "/certificate")
      #expect(issued.status == .seeOther)
      let sheet = try await room.trainer.get(issued.location)
      #expect(sheet.contains("Certificado de asistencia") && sheet.contains("Certificate of attendance"))
      #expect(sheet.contains("Ana &lt;b&gt;Pérez&lt;/b&gt;"))
      #expect(sheet.text.contains(/Número <strong>[a-z0-9]{5}-/))
      let check = try #require(sheet.text.firstMatch(of: /localhost:8080(\/certificate\/[a-z0-9]{26})/))

      // Anybody checks it; the participant prints it by knowing the name.
      let stranger = TestBrowser(room.house)
      var checked = try await stranger.get(String(check.1))
      #expect(checked.contains("Este certificado existe") && !checked.contains("Pérez"))
      checked = try await stranger.submit(checked, ["name": "Eva Pérez"], action: String(check.1))
      #expect(checked.contains("El nombre no coincide"))
      checked = try await stranger.submit(
        try await stranger.get("/certificate"), ["number": "0000"], action: "/certificate")
      #expect(checked.status == .unprocessableContent)
      let mine = try await ana.submit(
        try await ana.get(seat.location + "/certificate"), ["name": "ana <b>pérez</b>"],
        action: seat.location + "/certificate")
      #expect(mine.status == .ok && mine.contains("class=\"certificate-name\""))
    }
  }

  @Test(arguments: TestEngine.available) func badInputIsSaidBesideTheField(_ engine: Engine) async throws {
    try await withRoom(engine, seats: "1") { room in
      let link = try await room.link()
      let visitor = TestBrowser(room.house)
      let wrong = try await visitor.submit(
        try await visitor.get(link),
        ["name": String(repeating: "a", count: 200), "institution": "mintur", "province": "EC-XX"], action: link)
      #expect(wrong.status == .unprocessableContent)
      for sentence in ["de 2 a 120 caracteres", "Elija su institución", "Elija una provincia"] {
        #expect(wrong.contains(sentence))
      }
      #expect(try await register(visitor, link, "Ana").status == .seeOther)
      let again = try await register(visitor, link, "ANA")
      #expect(again.status == .conflict && again.contains("Es otra persona con el mismo nombre"))
      let waiting = try await visitor.submit(
        again, ["name": "Ana", "institution": "senami", "another": "yes"], action: link)
      #expect(try await visitor.get(waiting.location).contains("Está en lista de espera"))
      for forged in ["/t/x", "/t/" + String(repeating: "A", count: 43), "/certificate/x", "/training/x"] {
        let status = try await room.trainer.get(forged).status
        #expect(status == .notFound, "\(forged)")
      }
      let form = try await room.trainer.get("/training/new")
      let refused = try await room.trainer.submit(
        form, ["place": "", "from": "2008-02-30", "until": "", "seats": "0"], action: "/training/new")
      #expect(refused.status == .unprocessableContent)
      #expect(refused.contains("Escriba un día que exista"))
    }
  }

  @Test(arguments: TestEngine.available) func othersStayOut(_ engine: Engine) async throws {
    try await withRoom(engine) { room in
      let ana = TestBrowser(room.house)
      try await ana.signIn("ana")
      for path in ["/training", "/training/new", room.cohort, room.cohort + "/participants"] {
        #expect(try await ana.get(path).status == .forbidden, "\(path)")
      }
      let nobody = TestBrowser(room.house)
      #expect(try await nobody.get(room.cohort).location.hasPrefix("/sign-in"))
    }
  }
}
