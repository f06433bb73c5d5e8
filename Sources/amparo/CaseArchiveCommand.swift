import ArgumentParser
import Foundation
import Vault

extension CaseCommand {
  struct OpenArchive: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "open-archive", abstract: "Open a sealed case (.amparo-case) as a ZIP file.",
      discussion: """
        Needs no store and no network, only the passphrase. The ZIP file holds case.pdf, case.json and the photographs \
        and documents; it is no longer protected: delete it when it is not needed. The format is described in \
        docs/case-archive.md.
        """)

    @Argument(help: "The sealed case.") var file: String
    @Option(name: .shortAndLong, help: "The ZIP file to write. It must not exist yet.") var output: String
    @OptionGroup var password: PasswordOption

    func run() throws {
      guard let data = FileManager.default.contents(atPath: file) else {
        throw CommandFailure(message: "\(file): the file can't be read", code: 2)
      }
      guard !FileManager.default.fileExists(atPath: output) else {
        throw CommandFailure(message: "\(output): there is a file already", code: 2)
      }
      let passphrase = try password.read("Passphrase: ")
      let content: [UInt8]
      do { content = try SealedArchive.open(Array(data), passphrase: passphrase) } catch let failure as VaultFailure {
        let message =
          switch failure {
          case .malformed, .unknownSuite: "\(file): this is no sealed case, or it is cut off"
          case .cannotOpen: "\(file): the passphrase is another one, or the file was altered"
          case .outOfMemory: "the machine has no memory to open it: 64 MB are needed"
          }
        throw CommandFailure(message: message, code: failure == .outOfMemory ? 2 : 1)
      }
      // Readable by nobody else on this machine.
      guard
        FileManager.default.createFile(
          atPath: output, contents: Data(content), attributes: [.posixPermissions: 0o600])
      else { throw CommandFailure(message: "\(output): the file can't be written", code: 2) }
    }
  }
}
