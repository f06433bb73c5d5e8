import Basics
import Foundation
import TestSupport
import Testing
import Vault

@Suite struct SyncCommandTests {
  /// An installation whose administrator also interviews, with a phone of theirs.
  private func withPhone(_ body: (DataFolder, TestPhone) throws -> Void) throws {
    try withInstallation { folder in
      let phone = TestPhone(now: Moment(Date()).milliseconds)
      func value(_ sql: String) throws -> String {
        try Run([folder.path + "/amparo.sqlite", sql], program: URL(filePath: "/usr/bin/sqlite3")).output
          .trimmingCharacters(in: .whitespacesAndNewlines)
      }
      let member = try #require(MemberID(try value("SELECT id FROM members")))
      phone.member = member.uuid
      phone.agencyKey = try #require(
        [UInt8](hexadecimal: value("SELECT hex(public_key) FROM agency_keys WHERE scope = 'casework'").lowercased()))
      try folder.tamper("UPDATE members SET roles = roles || ',frontline_officer'")
      try body(folder, phone)
    }
  }

  /// Enrolling is the site's: here the phone is put where it would stand.
  private func enroll(_ phone: TestPhone, _ folder: DataFolder) throws {
    let digits = try String(contentsOfFile: folder.path + "/secret/root", encoding: .utf8)
    let secret = try #require([UInt8](hexadecimal: digits.trimmingCharacters(in: .whitespacesAndNewlines)))
    let device = try #require(FieldDeviceID.fromUUID(phone.device))
    let name = try #require(RootSecret(bytes: secret)).seal(
      Array("Teléfono".utf8), purpose: "field-device", context: Array(device.description.utf8))
    try folder.tamper(
      """
      INSERT INTO field_devices (id, agency, member, public_key, name, enrolled_at)
      SELECT '\(device)', agency, id, X'\(phone.publicKey.hexadecimal)', X'\(name.hexadecimal)', 1 FROM members
      """)
  }

  @Test func aFileOfTheHousesPhoneIsReceivedOnce() throws {
    try withPhone { folder, phone in
      try enroll(phone, folder)
      let file = folder.path + "/uno.amparo-field"
      var operations = [try phone.danger(), try phone.interview(["made": "up"])]
      try Data(try phone.batch(operations)).write(to: URL(filePath: file))
      let first = try folder.run("sync", "import", file, "--language", "en")
      #expect(first.code == 0 && first.output == "1\tapplied\tReceived and kept.\n2\tapplied\tReceived and kept.\n")
      operations[1].signature[3] ^= 1
      try Data(try phone.batch(operations)).write(to: URL(filePath: file))
      let again = try folder.run("sync", "import", file, "--json")
      #expect(again.code == 1 && again.errors.contains("not received: 1 of 2"))
      let outcomes = try #require(again.object["outcomes"] as? [[String: Any]])
      #expect(outcomes.map { $0["outcome"] as? String } == ["replayed", "rejected"])
      #expect(outcomes[0]["receipt"] is [String: String] && outcomes[1]["receipt"] is NSNull)
      #expect(try folder.run("audit", "verify").code == 0)
    }
  }

  @Test func aFileOfAnUnknownPhoneIsNotReceived() throws {
    try withPhone { folder, phone in
      let file = folder.path + "/uno.amparo-field"
      try Data(try phone.batch([phone.danger()])).write(to: URL(filePath: file))
      let run = try folder.run("sync", "import", file, "--json")
      #expect(run.code == 1 && run.errors.contains("not received: 1 of 1"))
      let outcome = try #require((run.object["outcomes"] as? [[String: Any]])?.first)
      #expect(outcome["outcome"] as? String == "rejected" && outcome["reason"] as? String == "unknown_device")
      #expect(outcome["receipt"] is NSNull)
      let plain = try folder.run("sync", "import", file, "--language", "en")
      #expect(plain.code == 1 && plain.output.hasPrefix("1\trejected\tNot received: this phone is not enrolled."))
    }
  }

  @Test func whatIsNoCouriersFileIsOneLine() throws {
    try withInstallation { folder in
      let file = folder.path + "/malo.amparo-field"
      for content in ["", "{", "null", String(repeating: "[", count: 100_000)] {
        try Data(content.utf8).write(to: URL(filePath: file))
        #expect(try folder.run("sync", "import", file).isOneLineRefusal)
      }
      try Data(count: (20 << 20) + 1).write(to: URL(filePath: file))
      let big = try folder.run("sync", "import", file)
      #expect(big.isOneLineRefusal && big.errors.contains("20 MiB"))
      let missing = try folder.run("sync", "import", folder.path + "/nada")
      #expect(missing.isOneLineRefusal && missing.code == 2)
      #expect(try folder.run("sync", "import", file, "--language", "qu").isOneLineRefusal)
    }
  }
}
