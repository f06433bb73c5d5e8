import Foundation
import Testing

@Suite struct InitCommandTests {
  @Test func aNewInstallationIsClosedToOthers() throws {
    try withDataFolder { folder in
      let run = try folder.initialise()
      #expect(run.code == 0, "\(run.errors)")
      #expect((run.object["recoveryCode"] as? String)?.count == 31)
      for (name, mode) in [("", 0o700), ("/secret", 0o700), ("/secret/root", 0o600), ("/amparo.sqlite", 0o600)] {
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.path + name)
        #expect(attributes[.posixPermissions] as? Int == mode, "\(name)")
      }
      let secret = try String(contentsOfFile: folder.path + "/secret/root", encoding: .utf8)
      #expect(!run.output.contains(secret.prefix(64)))
      #expect(!(run.output + run.errors).contains(DataFolder.password))
    }
  }

  @Test func aSecondInitIsRefusedAndChangesNothing() throws {
    try withInstallation { folder in
      let before = try folder.run("audit", "verify", "--json").object["root"] as? String
      let again = try folder.initialise()
      #expect(again.isOneLineRefusal)
      #expect(again.errors.contains("set up already"))
      #expect(try folder.run("audit", "verify", "--json").object["root"] as? String == before)
    }
  }

  @Test func wrongWordsAreNamedWithTheRightOnes() throws {
    try withDataFolder { folder in
      let kind = try folder.run(
        "init", "--agency", "A", "--kind", "circus", "--province", "EC-P", "--name", "Ana", "--login", "ana")
      #expect(kind.isOneLineRefusal)
      #expect(kind.errors.contains("migration, labour"))
      let short = try folder.run(
        "init", "--agency", "Casa", "--kind", "ngo", "--province", "EC-P", "--name", "Ana", "--login", "ana",
        input: "short\n")
      #expect(short.isOneLineRefusal)
      #expect(short.errors.contains("12 characters"))
      // What was broken off can be done again.
      #expect(try folder.initialise().code == 0)
    }
  }

  @Test func wrongUseIsOneLine() throws {
    for arguments in [["init"], ["no-such"], ["audit", "verify", "--no-such"], ["backup"], ["serve", "--port", "x"]] {
      let run = try Run(arguments)
      #expect(run.isOneLineRefusal, "\(arguments): \(run.errors)")
    }
  }

  @Test func everyCommandExplainsItself() throws {
    for command in ["init", "agency create", "member invite", "backup", "restore", "audit verify", "version", ""] {
      let run = try Run(command.split(separator: " ").map(String.init) + ["--help"])
      #expect(run.code == 0)
      #expect(run.output.contains("OVERVIEW"))
    }
  }
}

@Suite struct RootSecretTests {
  @Test(arguments: [("/secret/root", 0o640), ("/secret/root", 0o604), ("/secret", 0o750)])
  func aSecretOpenToOthersIsRefused(_ name: String, _ mode: Int) throws {
    try withInstallation { folder in
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder.path + name)
      let run = try folder.run("agency", "list")
      #expect(run.isOneLineRefusal)
      #expect(run.code == 2)
      #expect(run.errors.contains("chmod"))
    }
  }

  @Test func aMissingSecretIsNeverReplaced() throws {
    try withInstallation { folder in
      try FileManager.default.removeItem(atPath: folder.path + "/secret/root")
      for run in [try folder.run("agency", "list"), try folder.initialise()] {
        #expect(run.isOneLineRefusal)
        #expect(run.errors.contains("the root secret is missing"))
      }
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/secret/root"))
    }
  }

  @Test func anotherSecretIsNoticed() throws {
    try withInstallation { folder in
      let path = folder.path + "/secret/root"
      for (text, message) in [(String(repeating: "0", count: 64), "not the secret"), ("secret", "64 hexadecimal")] {
        try Data(text.utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        let run = try folder.run("agency", "list")
        #expect(run.isOneLineRefusal)
        #expect(run.errors.contains(message))
      }
    }
  }

  @Test func aSecretMayLieElsewhere() throws {
    try withInstallation { folder in
      let elsewhere = folder.path + "/elsewhere"
      try FileManager.default.moveItem(atPath: folder.path + "/secret/root", toPath: elsewhere)
      #expect(try folder.run("agency", "list").code == 2)
      #expect(try folder.run("agency", "list", "--secret", elsewhere).code == 0)
    }
  }
}

@Suite struct AgencyAndMemberCommandTests {
  @Test func anAgencyIsTakenInWithALink() throws {
    try withInstallation { folder in
      let created = try folder.run(
        "agency", "create", "--name", "Migración Quito", "--kind", "migration", "--province", "EC-P",
        "--administrator", "Luis Andrade", "--login", "luis", "--public-address", "https://amparo.example.org/",
        "--json")
      #expect(created.code == 0, "\(created.errors)")
      let link = try #require(created.object["link"] as? String)
      #expect(link.hasPrefix("https://amparo.example.org/"))
      #expect(!link.dropFirst(8).contains("//"))
      let list = try folder.run("agency", "list")
      #expect(list.output.contains("Migración Quito"))
      #expect(list.output.split(separator: "\n").count == 2)
    }
  }

  @Test func anAdministratorInvitesAndReleases() throws {
    try withInstallation { folder in
      let invited = try folder.run(
        "member", "invite", "--as", "ana", "--name", "Rosa Chimbo", "--login", "rosa", "--role", "case_worker",
        "--role", "supervisor", "--json", input: DataFolder.password + "\n")
      #expect(invited.code == 0, "\(invited.errors)")
      #expect(invited.object["login"] as? String == "rosa")
      let list = try folder.run("member", "list", "--as", "ana", input: DataFolder.password + "\n")
      #expect(list.output.contains("Ana Paredes"))
      let restored = try folder.run("member", "restore", "ana", "--as", "ana", input: DataFolder.password + "\n")
      #expect(restored.code == 0)
      let last = try folder.run("member", "leave", "ana", "--as", "ana", input: DataFolder.password + "\n")
      #expect(last.isOneLineRefusal)
      #expect(last.errors.contains("administrator"))
      let stranger = try folder.run("member", "leave", "nadie", "--as", "ana", input: DataFolder.password + "\n")
      #expect(stranger.isOneLineRefusal)
    }
  }

  @Test func aWrongPasswordOpensNothing() throws {
    try withInstallation { folder in
      let run = try folder.run("member", "list", "--as", "ana", input: "otra cosa distinta\n")
      #expect(run.isOneLineRefusal)
      #expect(run.errors.contains("the login or the password is wrong"))
      #expect(!run.errors.contains("otra cosa"))
    }
  }
}
