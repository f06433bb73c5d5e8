import Foundation
import Testing

@Suite struct BackupCommandTests {
  private func withBackup(_ body: (DataFolder, String) throws -> Void) throws {
    try withInstallation { folder in
      let file = folder.path + "-backup.tar"
      defer {
        try? FileManager.default.removeItem(atPath: file)
        try? FileManager.default.removeItem(atPath: file + ".keys")
      }
      try body(folder, file)
    }
  }

  private func restored(_ file: String, _ body: (DataFolder, Run) throws -> Void) throws {
    try withDataFolder { folder in try body(folder, try folder.run("restore", file, "--json")) }
  }

  @Test func aBackupMadeWhileOthersWriteIsWhole() throws {
    try withBackup { folder, file in
      let writers = try (1...4).map { number in
        try Run.Started([
          "agency", "create", "--data", folder.path, "--name", "Agencia \(number)", "--kind", "ngo", "--province",
          "EC-P", "--administrator", "Eva", "--login", "eva\(number)",
        ])
      }
      let backup = try folder.run("backup", file, "--json")
      for writer in writers {
        let run = writer.finish()
        #expect(run.code == 0, "\(run.errors)")
      }
      #expect(backup.code == 0, "\(backup.errors)")
      try restored(file) { copy, run in
        #expect(run.code == 0, "\(run.errors)")
        #expect(run.object["auditRoot"] as? String == backup.object["auditRoot"] as? String)
        #expect(run.object["secretIsThere"] as? Bool == false)
        #expect(try copy.run("agency", "list").errors.contains("the root secret is missing"))
        try FileManager.default.copyItem(atPath: folder.path + "/secret", toPath: copy.path + "/secret")
        // Nothing but erasure keys that are put back comes behind the entries of the backup.
        let verified = try copy.run("audit", "verify", "--json")
        #expect(verified.code == 0, "\(verified.errors)")
        #expect(verified.object["entries"] as? Int ?? 0 >= run.object["auditSize"] as? Int ?? .max)
        #expect(try copy.run("member", "list", "--as", "ana", input: DataFolder.password + "\n").code == 0)
      }
    }
  }

  @Test func theRootSecretIsNotInIt() throws {
    try withBackup { folder, file in
      #expect(try folder.run("backup", file).output.contains("The root secret is not in it"))
      let secret = try String(contentsOfFile: folder.path + "/secret/root", encoding: .utf8).prefix(64)
      let bytes = try Data(contentsOf: URL(filePath: file))
      #expect(bytes.range(of: Data(secret.utf8)) == nil)
      let raw = stride(from: 0, to: 64, by: 2).compactMap { UInt8(secret.dropFirst($0).prefix(2), radix: 16) }
      #expect(bytes.range(of: Data(raw)) == nil)
      let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
      #expect(mode == 0o600)
    }
  }

  @Test func sealedFilesTravelAlong() throws {
    try withBackup { folder, file in
      let sealed = folder.path + "/files/ab"
      try FileManager.default.createDirectory(atPath: sealed, withIntermediateDirectories: true)
      try Data([1, 2, 3]).write(to: URL(filePath: sealed + "/cd"))
      #expect(try folder.run("backup", file).code == 0)
      try restored(file) { copy, run in
        #expect(run.code == 0, "\(run.errors)")
        #expect(FileManager.default.contents(atPath: copy.path + "/files/ab/cd") == Data([1, 2, 3]))
      }
    }
  }

  @Test func nothingIsEverReplaced() throws {
    try withBackup { folder, file in
      #expect(try folder.run("backup", file).code == 0)
      let again = try folder.run("backup", file)
      #expect(again.isOneLineRefusal)
      #expect(again.errors.contains("never replaces"))
      let over = try folder.run("restore", file)
      #expect(over.isOneLineRefusal)
      #expect(over.errors.contains("never replaces"))
      #expect(try folder.run("audit", "verify").code == 0)
    }
  }

  @Test func aDamagedBackupIsRefusedAndLeavesNothing() throws {
    try withBackup { folder, file in
      #expect(try folder.run("backup", file).code == 0)
      let whole = try Data(contentsOf: URL(filePath: file))
      var flipped = whole
      flipped[whole.count / 2] ^= 1
      for (damaged, message) in [(flipped, "damaged"), (whole.prefix(whole.count / 3), "damaged"), (Data(), "backup")] {
        try damaged.write(to: URL(filePath: file))
        try restored(file) { copy, run in
          #expect(run.isOneLineRefusal, "\(run.output) \(run.errors)")
          #expect(run.errors.contains(message), "\(run.errors)")
          let left = try FileManager.default.contentsOfDirectory(atPath: copy.path)
          #expect(left == ["lock"])
        }
      }
    }
  }

  @Test func anotherInstallationsSecretIsNoticed() throws {
    try withBackup { folder, file in
      #expect(try folder.run("backup", file).code == 0)
      try withInstallation { other in
        try withDataFolder { copy in
          try FileManager.default.createDirectory(
            atPath: copy.path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
          try FileManager.default.copyItem(atPath: other.path + "/secret", toPath: copy.path + "/secret")
          let run = try copy.run("restore", file)
          #expect(run.isOneLineRefusal)
          #expect(run.errors.contains("is not the secret this backup was made with"))
        }
      }
    }
  }

  @Test func aTamperedStoreCannotBeRestored() throws {
    try withBackup { folder, file in
      try folder.tamper("UPDATE audit_entries SET action = 'nothing' WHERE sequence = 0")
      #expect(try folder.run("backup", file).code == 0)
      try restored(file) { _, run in
        #expect(run.isOneLineRefusal)
        #expect(run.errors.contains("audit entry 0 was edited"))
      }
    }
  }

  @Test func withoutTheKeyFileNothingIsPutInPlace() throws {
    try withBackup { folder, file in
      #expect(try folder.run("backup", file).output.contains(file + ".keys"))
      let keys = try String(contentsOfFile: file + ".keys", encoding: .utf8)
      #expect(keys.hasPrefix("amparo-keys/1\n"))
      let mode = try FileManager.default.attributesOfItem(atPath: file + ".keys")[.posixPermissions] as? Int
      #expect(mode == 0o600)
      try FileManager.default.moveItem(atPath: file + ".keys", toPath: file + ".keys-elsewhere")
      defer { try? FileManager.default.removeItem(atPath: file + ".keys-elsewhere") }
      try restored(file) { copy, run in
        #expect(run.isOneLineRefusal)
        #expect(run.errors.contains("erasure keys"))
        let left = try FileManager.default.contentsOfDirectory(atPath: copy.path)
        #expect(left == ["lock"])
      }
      try withDataFolder { copy in
        let run = try copy.run("restore", file, "--keys", file + ".keys-elsewhere")
        #expect(run.code == 0, "\(run.errors)")
      }
      // A cut file is refused whole.
      try String(keys.dropLast(8)).write(toFile: file + ".keys-elsewhere", atomically: true, encoding: .utf8)
      try withDataFolder { copy in
        let run = try copy.run("restore", file, "--keys", file + ".keys-elsewhere")
        #expect(run.isOneLineRefusal)
        #expect(run.errors.contains("damaged"))
      }
    }
  }
}
