import Accounts
import Basics
import Casework
import HTTPTypes
import Records
import Referrals
import TestSupport
import Testing

@testable import Web

/// A referral is begun on one day and sent on another, on the same form.
@Suite struct DraftPagesTests {
  @Test(arguments: TestEngine.available) func aReferralIsKeptAndSentLater(_ engine: Engine) async throws {
    try await withOpenCase(engine) { house, worker, address in
      let made = try await house.desks.agencies.create(
        .console, name: "Casa Luna", kind: "ngo", province: "EC-O", administrator: "Berta", login: "berta")
      let id = try #require(CaseID(String(address.split(separator: "/")[1])))
      let consent = ConsentID.random()
      try await house.desks.cases.giveConsent(
        try await house.actor("worker"), id, id: consent,
        ConsentRequest(
          purpose: "assistance", recipient: made.agency, kinds: [.contact, .needs],
          until: house.desks.cases.today.adding(days: 90), decidedBy: .person, language: .spanish,
          explained: ConsentRequest.allExplained))
      let form = try await worker.get(address + "/referrals/new")
      #expect(form.contains("Guardar como borrador"))
      let kept = try await worker.submit(
        form, ["keep": "1", "word": "Escrito <a medias>"], action: address + "/referrals/new")
      #expect(kept.location == "/referrals/drafts")
      let list = try await worker.get("/referrals/drafts")
      #expect(list.contains("Todavía sin necesidad elegida") && !list.contains("a medias"))
      #expect(try await worker.get(address).contains("Todavía sin necesidad elegida"))
      #expect(try await worker.get("/referrals/sent").contains("/referrals/drafts"))

      let draft = try list.link("/cases/[^\"]*/referrals/drafts/[^\"]*")
      let open = try await worker.get(draft)
      #expect(open.contains("Escrito &lt;a medias&gt;"))
      // What is missing is said beside it, and nothing typed is lost.
      let wrong = try await worker.submit(open, ["word": "Casi"], action: draft)
      #expect(wrong.status == .unprocessableContent && wrong.contains("Casi") && wrong.contains("f-need-error"))
      let second = try await worker.submit(
        open, ["keep": "1", "to": "\(made.agency).assistance", "need": "shelter", "word": "Completo"], action: draft)
      #expect(second.location == "/referrals/drafts")
      #expect(try await worker.get("/referrals/drafts").contains("Casa Luna"))

      // The consent ends: the draft says so and is kept.
      try await house.desks.cases.withdrawConsent(try await house.actor("worker"), consent)
      let lapsed = try await worker.get(draft)
      #expect(lapsed.contains("no puede recibir esta derivación ahora") && lapsed.contains("Completo"))
      #expect(try await worker.submit(lapsed, ["word": "Con calma"], action: draft).location == "/referrals/drafts")

      let discarded = try await worker.submit(try await worker.get(draft), action: draft + "/discard")
      #expect(discarded.location == "/referrals/drafts")
      #expect(try await worker.get("/referrals/drafts").contains("No hay borradores."))
      #expect(try await worker.get(draft).status == .conflict)
    }
  }

  @Test(arguments: TestEngine.available) func aDraftIsSentOnce(_ engine: Engine) async throws {
    try await withOpenCase(engine) { house, worker, address in
      let made = try await house.desks.agencies.create(
        .console, name: "Casa Luna", kind: "ngo", province: "EC-O", administrator: "Berta", login: "berta")
      let id = try #require(CaseID(String(address.split(separator: "/")[1])))
      try await house.desks.cases.giveConsent(
        try await house.actor("worker"), id, id: .random(),
        ConsentRequest(
          purpose: "assistance", recipient: made.agency, kinds: [.needs],
          until: house.desks.cases.today.adding(days: 90), decidedBy: .person, language: .spanish,
          explained: ConsentRequest.allExplained))
      let form = try await worker.get(address + "/referrals/new")
      _ = try await worker.submit(form, ["keep": "1", "need": "shelter"], action: address + "/referrals/new")
      let draft = try await worker.get("/referrals/drafts").link("/cases/[^\"]*/referrals/drafts/[^\"]*")
      let open = try await worker.get(draft)
      let fields = ["to": "\(made.agency).assistance", "need": "shelter", "urgency": "high"]
      let sent = try await worker.submit(open, fields, action: draft)
      #expect(sent.status == .seeOther && sent.location.hasPrefix("/referrals/"))
      #expect(try await worker.submit(open, fields, action: draft).location == sent.location)
      #expect(try await worker.get("/referrals/drafts").contains("No hay borradores."))
      #expect(try await worker.get("/referrals/sent").contains(sent.location))
      // An agency's own: nobody of another one finds it.
      _ = try await house.desks.members.accept(made.invitation, password: WebHouse.password)
      let other = TestBrowser(house)
      try await other.signIn("berta")
      #expect([403, 404].contains(try await other.get(draft).status.code))
    }
  }
}
