import Foundation
import Testing

@Suite struct AuditCommandTests {
  /// An installation with twelve more entries, signed.
  private func withHistory(_ body: (DataFolder) throws -> Void) throws {
    try withInstallation { folder in
      for number in 1...6 {
        let run = try folder.run(
          "agency", "create", "--name", "Agencia \(number)", "--kind", "ngo", "--province", "EC-P", "--administrator",
          "Eva", "--login", "eva\(number)")
        #expect(run.code == 0)
      }
      #expect(try folder.run("audit", "sign").code == 0)
      try body(folder)
    }
  }

  @Test func aLogThatHoldsSaysSo() throws {
    try withHistory { folder in
      let run = try folder.run("audit", "verify", "--json")
      #expect(run.code == 0, "\(run.errors)")
      #expect(run.object["intact"] as? Bool == true)
      #expect(run.object["entries"] as? Int == 7)
      #expect(run.object["signedUpTo"] as? Int == 7)
    }
  }

  @Test(arguments: [
    ("UPDATE audit_entries SET action = 'agency.rename' WHERE sequence = 3", [3]),
    ("UPDATE audit_entries SET at = at + 1 WHERE sequence = 0", [0]),
    ("UPDATE audit_entries SET object_id = 'x', leaf = zeroblob(32) WHERE sequence = 5", [5]),
    ("DELETE FROM audit_entries WHERE sequence = 4", [4]),
    (
      """
      UPDATE audit_entries SET sequence = -1 WHERE sequence = 2; UPDATE audit_entries SET sequence = 2 WHERE sequence = 5;
      UPDATE audit_entries SET sequence = 5 WHERE sequence = -1
      """, [2, 5]
    ),
    ("DELETE FROM audit_entries WHERE sequence >= 5", [5, 6]),
    (
      """
      DELETE FROM audit_entries; UPDATE audit_head SET size = 0, peaks = ''; DELETE FROM audit_checkpoints
      """, [0, 1, 2, 3, 4, 5, 6]
    ),
  ]) func whatWasTamperedWithIsNamed(_ sql: String, _ entries: [Int]) throws {
    try withHistory { folder in
      try folder.tamper(sql)
      let run = try folder.run("audit", "verify")
      #expect(run.code == 1)
      #expect(run.output.isEmpty)
      for entry in entries { #expect(run.errors.contains("audit entry \(entry) "), "\(run.errors)") }
      let json = try folder.run("audit", "verify", "--json")
      #expect(json.object["intact"] as? Bool == false)
      let named = (json.object["findings"] as? [[String: Any]])?.compactMap { $0["entry"] as? Int } ?? []
      #expect(Set(named).isSuperset(of: entries))
    }
  }

  /// Someone who owns the machine cuts the log and its own notes, head included; only a copy kept elsewhere tells.
  @Test func aLogCutWithItsOwnNotesIsFoundByACopyKeptElsewhere() throws {
    try withHistory { folder in
      let kept = folder.path + "-checkpoints.txt"
      defer { try? FileManager.default.removeItem(atPath: kept) }
      try FileManager.default.copyItem(atPath: folder.path + "/checkpoints.txt", toPath: kept)
      try FileManager.default.removeItem(atPath: folder.path + "/checkpoints.txt")
      try folder.tamper(
        "DELETE FROM audit_entries; UPDATE audit_head SET size = 0, peaks = ''; DELETE FROM audit_checkpoints")
      #expect(try folder.run("audit", "verify").code == 0)
      let run = try folder.run("audit", "verify", "--checkpoints", kept)
      #expect(run.code == 1)
      #expect(run.errors.contains("audit entry 6 was removed"))
    }
  }

  @Test func anEditedNoteIsNamed() throws {
    try withHistory { folder in
      let path = folder.path + "/checkpoints.txt"
      let text = try String(contentsOfFile: path, encoding: .utf8).replacingOccurrences(of: "\n7\n", with: "\n6\n")
      try Data(text.utf8).write(to: URL(filePath: path))
      let run = try folder.run("audit", "verify")
      #expect(run.isOneLineRefusal)
      #expect(run.errors.contains("checkpoint"))
    }
  }

  /// A power cut may break the last note off; that is no tampering.
  @Test func aNoteBrokenOffIsLeftOut() throws {
    try withHistory { folder in
      let path = folder.path + "/checkpoints.txt"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      try Data((text + "amparo/audit\n9\nAAAA").utf8).write(to: URL(filePath: path))
      #expect(try folder.run("audit", "verify").code == 0)
    }
  }
}
