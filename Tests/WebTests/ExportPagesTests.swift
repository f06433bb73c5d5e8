import Accounts
import Basics
import Casework
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing
import Vault

@testable import Web

@Suite struct ExportPagesTests {
  @Test(arguments: TestEngine.available) func aCaseIsTakenOutAsADocumentOrSealed(_ engine: Engine) async throws {
    try await withOpenCase(engine) { house, browser, address in
      let id = try #require(CaseID(String(address.dropFirst("/cases/".count))))
      let worker = try await house.actor("worker")
      try await house.desks.cases.addAttachment(
        worker, id, id: .random(),
        AttachmentRequest(kind: .legal, title: "Denuncia", bytes: Array("texto-canario".utf8)))
      try await house.desks.cases.edit(
        worker, id, .narrative(String(repeating: "Una frase larga. ", count: 900)), seen: 0)
      let path = address + "/export"
      #expect(try await browser.get(address).contains("href=\"\(path)\""))
      let page = try await browser.get(path)
      #expect(try await browser.submit(page, ["form": "pdf"], action: path).status == .unprocessableContent)
      let pdf = try await browser.submit(page, ["purpose": "assistance", "form": "pdf"], action: path)
      #expect(pdf.headers[.contentType] == "application/pdf" && pdf.text.hasPrefix("%PDF-"))
      let name = try #require(pdf.headers[.contentDisposition])
      #expect(name.contains("amparo-") && !name.contains("Rosa"))
      let history = try await house.desks.cases.history(worker, id)
      #expect(history.first?.action == "case.export" && history.first?.purpose == "assistance")

      let weak = try await browser.submit(
        page, ["purpose": "assistance", "form": "archive", "passphrase": "corta", "again": "otra"], action: path)
      #expect(
        weak.contains("f-passphrase-error") && weak.contains("f-again-error") && !weak.contains("value=\"corta\""))
      let phrase = "cinco palabras al azar juntas"
      let sealed = try await browser.submit(
        page, ["purpose": "assistance", "form": "archive", "passphrase": phrase, "again": phrase], action: path)
      #expect(sealed.headers[.contentDisposition]?.hasSuffix(".amparo-case\"") == true)
      #expect(sealed.text.hasPrefix("AMPARO-CASE-ARCHIVE 1\n") && !sealed.text.contains("canario"))
      #expect(try await house.desks.cases.history(worker, id).contains { $0.action == "attachment.read" })

      let officer = TestBrowser(house)
      try await officer.signIn("officer")
      #expect(try await officer.get(path).status == .forbidden)
    }
  }

  @Test(arguments: TestEngine.available) func listsAreTakenAlongWithoutNames(_ engine: Engine) async throws {
    try await withOpenCase(engine) { house, browser, address in
      let worker = try await house.actor("worker")
      let id = try #require(CaseID(String(address.dropFirst("/cases/".count))))
      try await house.desks.cases.planFollowUp(
        worker, id, id: .random(), due: house.desks.cases.today, note: "Llamar")
      let code = try await house.desks.cases.file(worker, id).summary.code.description
      for (list, path) in [("/cases", "/cases/list.xlsx"), ("/cases/due", "/cases/due.xlsx")] {
        #expect(try await browser.get(list).contains("href=\"\(path)"), "\(list)")
        let file = try await browser.get(path)
        #expect(file.status == .ok && file.text.contains(code) && file.text.contains("sheetData"), "\(path)")
        for name in ["Rosa", "Quispe", "Llamar"] { #expect(!file.text.contains(name), "\(path) \(name)") }
      }
      #expect(try await browser.get("/referrals/list.xlsx?sent=1").text.contains("sheetData"))
      let entries = try await house.desks.office.database.read {
        try AuditLog.entries($0, objectKind: "agency", objectID: worker.agency.description).map(\.entry.action)
      }
      #expect(Set(entries).isSuperset(of: ["case.export_list", "case.export_tasks", "referral.export_list"]))
      let officer = TestBrowser(house)
      try await officer.signIn("officer")
      #expect(try await !officer.get("/cases/list.xlsx").text.contains(code))
      #expect(try await officer.get("/referrals/list.xlsx").status == .forbidden)
    }
  }
}
