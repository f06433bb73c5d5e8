import Accounts
import Basics
import Foundation
import Records
import TestSupport
import Testing

@testable import Casework

extension Town {
  @discardableResult
  func attached(_ id: CaseID, _ kind: DataKind = .health, title: String = "Informe médico", _ bytes: [UInt8]? = nil)
    async throws -> AttachmentID
  {
    let attachment = AttachmentID.random()
    try await desk.addAttachment(
      worker, id, id: attachment,
      AttachmentRequest(kind: kind, title: title, bytes: bytes ?? Pictures.jpeg()))
    return attachment
  }
}

@Suite struct AttachmentTests {
  @Test(arguments: TestEngine.available) func aFileIsKeptSealedAndReadOnlyWithAnEntry(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let id = try await town.opened().id
      let words = Array(String(repeating: "palabra-canaria ", count: 17_000).utf8)
      let text = try await town.attached(id, .narrative, title: "titulo-canario", words)
      let image = try await town.attached(id)
      let list = try await town.desk.attachments(town.supervisor, id)
      #expect(list.attachments.map(\.id) == [image, text] || list.attachments.map(\.id) == [text, image])
      #expect(list.mayEdit && !list.isShared)
      let (attachment, content) = try await town.desk.attachment(town.worker, id, text)
      #expect(attachment.title == "titulo-canario" && attachment.format == .text && content == words)
      let picture = try await town.desk.attachment(town.worker, id, image)
      #expect(picture.content == (try AttachmentReader.read(Pictures.jpeg()).bytes))
      #expect(picture.0.width == 8 && picture.0.kind == .health)
      #expect(
        try await town.desk.history(town.worker, id).prefix(2).map(\.action)
          == Array(repeating: "attachment.read", count: 2))
      // Nothing of it can be read in the store.
      for (table, rows) in try await wholeContent(of: town.office.database, engine) {
        #expect(!rows.contains { $0.contains("canari") }, "\(table)")
      }
      // A second click adds nothing more.
      try await town.desk.addAttachment(
        town.worker, id, id: text, AttachmentRequest(kind: .narrative, title: "x1", bytes: words))
      #expect(try await town.desk.attachments(town.worker, id).attachments.count == 2)
      try await town.desk.removeAttachment(town.worker, id, text)
      try await town.desk.removeAttachment(town.worker, id, text)
      #expect(try await refusal { _ = try await town.desk.attachment(town.worker, id, text) } == .notFound)
      let left: Int? = try await town.office.database.read {
        try $0.value(Int.self, "SELECT COUNT(*) FROM case_attachment_parts WHERE attachment = ?", text)
      }
      #expect(left == 0)
    }
  }

  @Test(arguments: TestEngine.available) func whoWasGivenAKindOpensItsFilesWhileItHolds(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let (id, other) = (try await town.opened().id, try await town.opened().id)
      let health = try await town.attached(id, .health)
      let legal = try await town.attached(id, .legal)
      let hers = try await town.attached(other, .health)
      #expect(try await refusal { _ = try await town.desk.attachments(town.north, id) } == .notFound)
      let consent = try await town.shared(id, to: town.north.agency, [.health], days: 5)
      let list = try await town.desk.attachments(town.north, id)
      #expect(list.attachments.map(\.id) == [health] && list.isShared && !list.mayEdit)
      _ = try await town.desk.attachment(town.north, id, health)
      let read = try await town.desk.history(town.worker, id).first
      #expect(
        read?.action == "attachment.read" && read?.agencyName == "Casa del Norte" && read?.purpose == "assistance")
      for wanted in [legal, hers] {
        #expect(try await refusal { _ = try await town.desk.attachment(town.north, id, wanted) } == .notFound)
      }
      #expect(
        try await refusal { try await town.desk.removeAttachment(town.north, id, health) } == .notFound)
      #expect(try await refusal { _ = try await town.desk.attachment(town.south, id, health) } == .notFound)
      #expect(try await refusal { _ = try await town.desk.attachments(town.coordinator, id) } == .forbidden)
      #expect(try await refusal { _ = try await town.desk.attachments(town.officer, id) } == .notFound)
      try await town.desk.withdrawConsent(town.worker, consent)
      #expect(try await refusal { _ = try await town.desk.attachment(town.north, id, health) } == .notFound)
    }
  }

  @Test(arguments: TestEngine.available) func whatIsWrongStandsBesideItsFieldAndLimitsHold(_ engine: Engine)
    async throws
  {
    try await withTown(engine) { town in
      let id = try await town.opened().id
      func wrong(_ kind: DataKind?, _ title: String, _ bytes: [UInt8]) async throws -> Set<String>? {
        try await refusal {
          try await town.desk.addAttachment(
            town.worker, id, id: .random(), AttachmentRequest(kind: kind, title: title, bytes: bytes))
        }?.wrongFields
      }
      #expect(try await wrong(nil, " ", []) == ["kind", "title", "file"])
      #expect(try await wrong(.protection, "x\u{202E}y", Pictures.pdf()) == ["kind", "title"])
      #expect(
        try await refusal {
          try await town.desk.addAttachment(
            town.officer, id, id: .random(), AttachmentRequest(kind: .legal, title: "x", bytes: Pictures.pdf()))
        } == .forbidden)
      for _ in 0..<AttachmentRules.mostOfCase { try await town.attached(id, .legal, Pictures.pdf()) }
      #expect(try await wrong(.legal, "uno más", Pictures.pdf()) == ["file"])
      try await town.close(id)
      #expect(
        try await refusal { _ = try await town.attached(id) }?.phrase.key == "error.case_closed")
      #expect(try await town.desk.attachments(town.worker, id).mayEdit == false)
    }
  }

  @Test(arguments: TestEngine.available) func aChangedPartOpensNothing(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let id = try await town.opened().id
      let bytes = (0..<600_000).map { UInt8(97 + $0 % 26) }
      let first = try await town.attached(id, .legal, title: "uno", bytes)
      try await town.office.database.write {
        try $0.execute("UPDATE case_attachment_parts SET number = 100 - number WHERE attachment = ?", first)
        try $0.record(.test())
      }
      await #expect(throws: (any Error).self) { try await town.desk.attachment(town.worker, id, first) }
      try await town.office.database.write {
        try $0.execute("DELETE FROM case_attachment_parts WHERE attachment = ? AND number = 100", first)
        try $0.record(.test())
      }
      await #expect(throws: (any Error).self) { try await town.desk.attachment(town.worker, id, first) }
    }
  }
}
