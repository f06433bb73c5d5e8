import Basics
import Foundation
import Records
import TestSupport
import Testing
import Vault

@testable import Accounts

@Suite struct MailAddressTests {
  @Test(arguments: TestEngine.available) func anAddressIsConfirmedByTheCodeThatCame(_ engine: Engine) async throws {
    try await withMailRoom(engine) { room in
      #expect(await refused { try await room.addresses.enter(room.ana, "ana@example.org\r\nBcc: x") }?.kind == .invalid)
      try await room.addresses.enter(room.ana, "ana@example.org")
      var own = try await room.addresses.own(room.ana)
      #expect(own.address == nil && own.pending?.description == "ana@example.org")
      _ = try await room.sender.run()
      let letter = try #require(room.carrier.letters.first)
      #expect(letter.to.description == "ana@example.org" && letter.text.count == 8)
      #expect(await refused { try await room.addresses.confirm(room.ana, code: "22222222") }?.fields.count == 1)
      // As people type it.
      let typed = letter.text.prefix(4).uppercased() + " - " + letter.text.dropFirst(4)
      try await room.addresses.confirm(room.ana, code: String(typed))
      own = try await room.addresses.own(room.ana)
      #expect(own.address?.description == "ana@example.org" && own.pending == nil)
      // A second one waits beside the first until its code is typed.
      try await room.addresses.enter(room.ana, "otra@example.org")
      own = try await room.addresses.own(room.ana)
      #expect(own.address?.description == "ana@example.org" && own.pending?.description == "otra@example.org")
      try await room.addresses.remove(room.ana)
      try await room.addresses.remove(room.ana)
      #expect(try await room.addresses.own(room.ana) == .init(address: nil, isRefused: false, pending: nil))
      #expect(try await room.sender.run().sent == 0)
    }
  }

  @Test(arguments: TestEngine.available) func codesEndAndAreFew(_ engine: Engine) async throws {
    try await withMailRoom(engine) { room in
      try await room.addresses.enter(room.ana, "ana@example.org")
      _ = try await room.sender.run()
      let code = try #require(room.carrier.letters.last).text
      for _ in 0..<MailAddressDesk.mostTries {
        #expect(await refused { try await room.addresses.confirm(room.ana, code: "22222222") }?.kind == .invalid)
      }
      #expect(await refused { try await room.addresses.confirm(room.ana, code: code) }?.kind == .tooMany)
      try await room.addresses.enter(room.ana, "ana@example.org")
      _ = try await room.sender.run()
      let next = try #require(room.carrier.letters.last).text
      // The code before works no more.
      #expect(await refused { try await room.addresses.confirm(room.ana, code: code) } != nil)
      room.house.time.move(MailAddressDesk.codeLife)
      #expect(await refused { try await room.addresses.confirm(room.ana, code: next) }?.fields.first?.field == "code")
      for _ in 0..<MailAddressDesk.mostCodes { try await room.addresses.enter(room.ana, "ana@example.org") }
      #expect(await refused { try await room.addresses.enter(room.ana, "x@example.org") }?.kind == .tooMany)
    }
  }

  /// Neither the address nor a code stands anywhere in the store in clear, nor in the audit log.
  @Test(arguments: TestEngine.available) func nothingLiesInClear(_ engine: Engine) async throws {
    try await withMailRoom(engine) { room in
      try await room.addresses.enter(room.ana, "canario@example.org")
      let found = try await room.office.database.read { transaction in
        let stored = try #require(try MailAddressRecords.stored(room.ana.member, transaction))
        let mail = try #require(try transaction.row("SELECT content FROM mail_outbox"))
        return (try #require(stored.pending), try mail.get("content", as: [UInt8].self))
      }
      #expect(!String(decoding: found.0, as: UTF8.self).contains("canario"))
      try await room.confirm("canario@example.org")
      let code = try #require(room.carrier.letters.last).text
      #expect(!String(decoding: found.1, as: UTF8.self).contains(code))
      let entries = try await room.office.database.read { try AuditLog.entries($0, limit: 1000) }
      #expect(entries.contains { $0.entry.action == "member.mail_confirm" })
      #expect(!entries.contains { "\($0.entry)".contains("canario") })
      // Once it has gone, the sealed code is gone too.
      let left = try await room.office.database.read {
        try $0.value(Int.self, "SELECT COUNT(*) FROM mail_outbox WHERE content IS NOT NULL")
      }
      #expect(left == 0)
    }
  }

  @Test(arguments: TestEngine.available) func whoLeavesTakesTheAddressAlong(_ engine: Engine) async throws {
    try await withMailRoom(engine) { room in
      let luis = try await room.house.join("luis", [.caseWorker])
      try await room.confirm("luis@example.org", try await room.house.actor("luis"))
      try await room.tell(.asked, to: [luis])
      try await room.house.members.leave(room.ana, luis)
      let left = try await room.office.database.read { try MailAddressRecords.stored(luis, $0)?.address }
      #expect(left == nil)
      _ = try await room.sender.run()
      #expect(room.news.isEmpty)
    }
  }
}
