import Foundation
import Testing

@Suite struct MailOptionsTests {
  private static let server = ["--mail-host", "mail.example.org", "--mail-from", "amparo@example.org"]

  @Test func whatCannotBeMeantIsRefusedInOneLine() throws {
    try withInstallation { folder in
      let file = folder.path + "/mail-password"
      try Data("frase\n".utf8).write(to: URL(filePath: file))
      try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
      let cases: [([String], String)] = [
        (["--mail-port", "25"], "--mail-host"), (["--mail-from", "amparo@example.org"], "--mail-host"),
        (["--mail-host", "mail.example.org"], "--mail-from"),
        (["--mail-host", "mail.example.org", "--mail-from", "amparo"], "--mail-from"),
        (Self.server + ["--mail-user", "amparo"], "--mail-password-file"),
        (Self.server + ["--mail-security", "some"], "--mail-security"),
        (Self.server + ["--mail-security", "none"], "on this machine only"),
        (Self.server + ["--mail-port", "0"], "--mail-port"), (Self.server + ["--mail-trust", "/no/such"], "/no/such"),
        (Self.server + ["--mail-user", "amparo", "--mail-password-file", "/no/such"], "/no/such"),
        (Self.server + ["--mail-user", "amparo", "--mail-password-file", file], "chmod 600"),
      ]
      for (arguments, words) in cases {
        let run = try Run(["serve", "--port", "0", "--data", folder.path] + arguments)
        #expect(run.isOneLineRefusal && run.errors.contains(words), "\(arguments): \(run.errors)")
        #expect(!run.errors.contains("frase"))
      }
    }
  }

  /// The password is asked for in a file, so that it stands in no list of processes.
  @Test func theHelpSaysHow() throws {
    let run = try Run(["serve", "--help"])
    #expect(run.code == 0 && run.output.contains("--mail-password-file") && !run.output.contains("--mail-password "))
  }
}
