import Accounts
import Basics
import Casework
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Web

/// A case goes from one house to another on the pages: offered on its file, answered at home, read there afterwards.
@Suite struct TransferPagesTests {
  private struct TwoHouses {
    let house: WebHouse
    let other: AgencyID
    let chief: TestBrowser
    let luna: TestBrowser
    let id: CaseID

    init(_ house: WebHouse, _ address: String) async throws {
      self.house = house
      id = try #require(CaseID(String(address.split(separator: "/")[1])))
      let made = try await house.desks.agencies.create(
        .console, name: "Casa Luna", kind: "ngo", province: "EC-O", administrator: "Berta", login: "berta")
      other = made.agency
      _ = try await house.desks.members.accept(made.invitation, password: WebHouse.password)
      let token = try await house.desks.members.invite(
        try await house.actor("berta"), name: "Jefa Luna", login: "luna", roles: [.supervisor])
      _ = try await house.desks.members.accept(token, password: WebHouse.password)
      (chief, luna) = (TestBrowser(house), TestBrowser(house))
      try await chief.signIn("supervisor")
      try await luna.signIn("luna")
    }

    @discardableResult
    func consent(_ kinds: Set<DataKind> = [.identity, .contact, .narrative, .needs, .health]) async throws -> ConsentID
    {
      let consent = ConsentID.random()
      try await house.desks.cases.giveConsent(
        try await house.actor("worker"), id, id: consent,
        ConsentRequest(
          purpose: "assistance", recipient: other, kinds: kinds, until: house.desks.cases.today.adding(days: 90),
          decidedBy: .person, language: .spanish, explained: ConsentRequest.allExplained))
      return consent
    }

    /// Offers the case by the form; answers the page's address.
    func offer(_ kind: String) async throws -> String {
      let address = "/cases/\(id)/transfers/new"
      let sent = try await chief.submit(
        try await chief.get(address), ["kind": kind, "to": other.description, "word": "PALABRA-SECRETA"],
        action: address)
      #expect(sent.status == .seeOther)
      return sent.location
    }
  }

  @Test(arguments: TestEngine.available) func aCaseIsOfferedAndTakenOver(_ engine: Engine) async throws {
    try await withOpenCase(engine) { house, worker, address in
      let two = try await TwoHouses(house, address)
      let first = try await two.chief.get(address + "/transfers/new")
      #expect(first.contains("Primero, el consentimiento"))
      try await two.consent()
      #expect(try await two.chief.get(address).contains(address + "/transfers/new"))
      let form = try await two.chief.get(address + "/transfers/new")
      let wrong = try await two.chief.submit(form, ["word": "Escrito"], action: address + "/transfers/new")
      #expect(wrong.status == .unprocessableContent && wrong.contains("f-kind-error") && wrong.contains("Escrito"))
      let transfer = try await two.offer("ownership")
      #expect(try await two.chief.get(address).contains(transfer))
      #expect(try await two.luna.get(address).status == .notFound)
      #expect(try await two.luna.get("/").contains("Responder el traspaso"))
      let page = try await two.luna.get(transfer)
      #expect(page.contains("PALABRA-SECRETA") && !page.contains("Quispe") && !page.contains("href=\"\(address)\""))
      // To decline, a reason is asked for.
      let reason = try await two.luna.get(transfer + "/decline")
      let missing = try await two.luna.submit(reason, action: transfer + "/decline")
      #expect(missing.status == .unprocessableContent && missing.contains("f-reason-error"))
      #expect(try await two.luna.submit(page, action: transfer + "/accept").location == transfer)
      #expect(try await two.luna.submit(page, action: transfer + "/accept").location == transfer)
      #expect(try await two.luna.get(address).contains("Quispe"))
      #expect(try await worker.get(address).status == .notFound)
      #expect(try await two.chief.get(address).status == .notFound)
      let after = try await two.chief.get(transfer)
      #expect(after.contains("Traspasado") && !after.contains("PALABRA-SECRETA"))
      #expect(try await two.luna.get("/transfers").contains(transfer))
      two.luna.cookies["amparo-language"] = "en"
      #expect(try await two.luna.get(transfer).contains("Transferred"))
    }
  }

  @Test(arguments: TestEngine.available) func aJointCaseEndsWithTheConsent(_ engine: Engine) async throws {
    try await withOpenCase(engine) { house, _, address in
      let two = try await TwoHouses(house, address)
      let consent = try await two.consent([.identity, .needs])
      // A transfer needs more than that; holding it jointly does not.
      try await house.desks.cases.edit(try await house.actor("worker"), two.id, .narrative("Relato"), seen: 0)
      let form = try await two.chief.get(address + "/transfers/new")
      let refused = try await two.chief.submit(
        form, ["kind": "ownership", "to": two.other.description], action: address + "/transfers/new")
      #expect(refused.contains("no abarca todo lo que el expediente tiene"))
      let transfer = try await two.offer("joint")
      let page = try await two.luna.get(transfer)
      #expect(try await two.luna.submit(page, action: transfer + "/accept").location == transfer)
      let shared = try await two.luna.get(address)
      #expect(shared.contains("Quispe") && shared.contains(address + "/transfers/request"))
      #expect(try await two.luna.get(transfer).contains("Terminar el caso conjunto"))
      // Asking for the case from there.
      let ask = try await two.luna.get(address + "/transfers/request")
      let asked = try await two.luna.submit(ask, action: address + "/transfers/request")
      #expect(asked.status == .seeOther)
      #expect(try await two.chief.get(asked.location).contains("No conceder"))
      try await house.desks.cases.withdrawConsent(try await house.actor("worker"), consent)
      #expect(try await two.luna.get(address).status == .notFound)
      #expect(try await two.luna.get(transfer).contains("el consentimiento acabó"))
      let late = try await two.luna.submit(page, action: transfer + "/accept")
      #expect(late.status == .conflict && late.contains("Terminó porque el consentimiento acabó."))
    }
  }
}
