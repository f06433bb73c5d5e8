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

@Suite struct RoomPageTests {
  private struct Room {
    var house: WebHouse
    var trainer: TestBrowser
    var cohort: String
    var session: String
    var link: String

    func code() async throws -> String {
      let actor = try await house.actor("tere")
      let id = try #require(TrainingSessionID(session))
      return try await house.desks.room.checkIn.projection(actor, id).code
    }

    /// A phone that has registered; answers it and its personal address.
    func phone(_ name: String) async throws -> (browser: TestBrowser, seat: String) {
      let browser = TestBrowser(house)
      let made = try await browser.submit(
        try await browser.get(link), ["name": name, "institution": "senami", "post": "", "province": "EC-P"],
        action: link)
      _ = try await browser.get(made.location)
      return (browser, made.location)
    }
  }

  private func withRoom(_ engine: Engine, _ body: (Room) async throws -> Void) async throws {
    try await withSite(engine, clock: morning) { house in
      try await house.join("tere", [.trainer])
      let trainer = TestBrowser(house)
      try await trainer.signIn("tere")
      let opened = try await trainer.submit(
        try await trainer.get("/training/new"),
        [
          "phase": "quito-1", "place": "Quito, sala 2", "province": "EC-P", "from": "2008-03-10", "until": "2008-03-10",
          "seats": "30",
        ], action: "/training/new")
      _ = try await trainer.submit(
        try await trainer.get(opened.location), ["title": "Día <1>", "day": "2008-03-10"], action: opened.location)
      let page = try await trainer.get(opened.location)
      let session = try #require(page.text.firstMatch(of: /\/attendance\/([a-z0-9]{26})/))
      let link = try #require(page.text.firstMatch(of: /http:\/\/localhost:8080(\/t\/[A-Za-z0-9_\-]{43})/))
      try await body(
        Room(house: house, trainer: trainer, cohort: opened.location, session: String(session.1), link: String(link.1)))
    }
  }

  @Test(arguments: TestEngine.available) func phonesMarkAndTheTrainerCorrects(_ engine: Engine) async throws {
    try await withRoom(engine) { room in
      let (ana, _) = try await room.phone("Ana <b>Pérez</b>")
      let (luz, seat) = try await room.phone("Luz Pérez")
      let door = "/a/\(room.session)/\(try await room.code())"
      let page = try await ana.get(door)
      #expect(page.contains("Marcar mi asistencia") && !page.contains("Pérez"))
      let marked = try await ana.submit(page, action: "/a/\(room.session)")
      #expect(marked.status == .seeOther)
      #expect(try await ana.get(marked.location).contains("Quedó marcada la asistencia"))
      // Another browser, by name, and again: still once.
      let borrowed = TestBrowser(room.house)
      for _ in 0..<2 {
        let typed = try await borrowed.submit(
          try await borrowed.get(door), ["who": "luz PEREZ"], action: "/a/\(room.session)")
        #expect(typed.status == .seeOther)
      }
      let stale = try await luz.get("/a/\(room.session)/zzzzzzzzzzzz")
      #expect(stale.contains("Este código ya no sirve") && !stale.contains("<input type=\"hidden\" name=\"ticket\""))
      let roll = try await room.trainer.get("\(room.cohort)/attendance/\(room.session)")
      #expect(roll.contains("Ana &lt;b&gt;Pérez&lt;/b&gt;") && roll.contains("Día &lt;1&gt;"))
      #expect(roll.contains("2 de 2 con marca") && roll.contains("por teléfono a las 09:23"))
      let id = try #require(roll.text.firstMatch(of: /name="(m\.[a-z0-9]{26})"/))
      let saved = try await room.trainer.submit(
        roll, [String(id.1): "excused"], action: "\(room.cohort)/attendance/\(room.session)")
      #expect(try await room.trainer.get(saved.location).contains("Justificado: 1"))
      for wrong in ["late2", "NONE"] {
        #expect(
          try await room.trainer.submit(
            roll, [String(id.1): wrong], action: "\(room.cohort)/attendance/\(room.session)"
          ).status == .badRequest)
      }
      for path in ["/a/x", "/a/\(String(repeating: "0", count: 26))", "/quiz/x/step", seat + "x/quiz"] {
        #expect(try await luz.get(path).status == .notFound, "\(path)")
      }
    }
  }

  @Test(arguments: TestEngine.available) func aQuizFromTheProjector(_ engine: Engine) async throws {
    try await withRoom(engine) { room in
      let (ana, seat) = try await room.phone("Ana")
      #expect(try await ana.get(seat + "/quiz").contains("Ahora no hay preguntas en vivo"))
      let new = try await room.trainer.get(room.cohort + "/quiz/new")
      #expect(
        try await room.trainer.submit(new, ["count": "0"], action: room.cohort + "/quiz/new").status
          == .unprocessableContent)
      let opened = try await room.trainer.submit(new, ["count": "1"], action: room.cohort + "/quiz/new")
      let quiz = opened.location
      var page = try await room.trainer.get(quiz)
      #expect(try await room.trainer.get(quiz + "/count").text == "0 0")
      _ = try await room.trainer.submit(page, ["move": "next"], action: quiz)
      // Sent twice from the same page: one step.
      _ = try await room.trainer.submit(page, ["move": "next"], action: quiz)
      #expect(try await room.trainer.get(quiz + "/count").text == "1 0")
      #expect(try await ana.get(seat).contains("/quiz"))
      let asked = try await ana.get(seat + "/quiz")
      #expect(asked.contains("Pregunta 1 de 1"))
      let nothing = try await ana.submit(asked, action: seat + "/quiz")
      #expect(nothing.status == .unprocessableContent && nothing.contains("Sin responder"))
      page = try await room.trainer.get(quiz)
      _ = try await room.trainer.submit(page, ["move": "next"], action: quiz)
      #expect(try await room.trainer.get(quiz).contains("con 0 respuestas"))
      #expect(try await ana.get(seat + "/quiz").contains("La pregunta siguiente aparece sola"))
    }
  }

  @Test(arguments: TestEngine.available) func nobodyElseLooksIn(_ engine: Engine) async throws {
    try await withRoom(engine) { room in
      let ana = TestBrowser(room.house)
      try await ana.signIn("ana")
      let nobody = TestBrowser(room.house)
      for path in [
        "/room", "/attendance/\(room.session)", "/room/\(room.session)/code", "/room/\(room.session)/signatures",
        "/room/\(room.session)/numbers", "/room/cards", "/quiz/new", "/paper/pre", "/paper/post/sheets",
        "/paper/pre/questions", "/feedback/2008-03-10", "/feedback/2008-03-10/texts", "/feedback/2008-03-10/paper",
        "/feedback/2008-03-10/entry",
      ] {
        #expect(try await ana.get(room.cohort + path).status == .forbidden, "\(path)")
        #expect(try await nobody.get(room.cohort + path).location.hasPrefix("/sign-in"), "\(path)")
        #expect(try await room.trainer.get(room.cohort + path).status == .ok, "\(path)")
      }
      for path in ["/paper/x", "/feedback/2008-13-01", "/feedback/hoy", "/quiz/x", "/room/x/code"] {
        #expect(try await room.trainer.get(room.cohort + path).status == .notFound, "\(path)")
      }
    }
  }
}
