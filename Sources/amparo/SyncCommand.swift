import Accounts
import ArgumentParser
import Basics
import Foundation
import Identification
import Web

struct SyncCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sync", abstract: "Take in what phones did in the field.", subcommands: [Import.self])

  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import", abstract: "Hand in a courier's file: what a phone sealed because there was no network.",
      discussion: """
        The file is what the phone would have sent; the same is kept, once, with the same outcomes. Nobody needs to be \
        signed in: each operation carries the phone's signature, and what is inside stays sealed until a member of the \
        agency opens it. With --json the answer is the file of receipts: taken back to the phone, it tells it which \
        copies it may forget. Ends with 1 when something was not received.

          amparo sync import amparo-20261124-2140.amparo-field --json > receipts.json
        """)

    @Argument(help: "The file (.amparo-field), at most 20 MiB.") var file: String
    @Flag(help: "Print the receipts as JSON.") var json = false
    @Option(help: "Language of the sentences: es or en.") var language = "es"
    @OptionGroup var pack: PackOption
    @OptionGroup var options: InstallationOptions

    func run() async throws {
      guard let language = Language(language), [.spanish, .english].contains(language) else {
        throw CommandFailure(message: "--language must be es or en")
      }
      let batch = try Self.batch(file)
      let pack = try pack.load()
      let (answers, now) = try await options.use { installation in
        (
          try await FieldDesk(installation.office, pack).receive(batch), installation.office.clock.now()
        )
      }
      if json {
        print(String(decoding: try FieldReceiptsFile.json(answers, at: now, in: language), as: UTF8.self))
      } else {
        for (index, sentence) in try FieldReceiptsFile.sentences(answers, in: language).enumerated() {
          print("\(index + 1)\t\(answers[index].outcome.rawValue)\t\(sentence)")
        }
      }
      let rejected = answers.count { !$0.outcome.isKept }
      if rejected > 0 { throw CommandFailure(message: "\(file): not received: \(rejected) of \(answers.count)") }
    }

    private static let largest = 20 << 20

    private static func batch(_ path: String) throws -> FieldBatch {
      // One byte more than a file may have, so that a huge one costs nothing.
      guard let handle = FileHandle(forReadingAtPath: path),
        let data = try? handle.read(upToCount: largest + 1) ?? Data()
      else { throw CommandFailure(message: "\(path): the file can't be read", code: 2) }
      guard data.count <= largest else { throw CommandFailure(message: "\(path): the file has more than 20 MiB") }
      do throws(FieldBatch.Problem) { return try FieldBatch(Array(data), by: .courier) } catch {
        throw CommandFailure(message: "\(path): this is not a courier's file, or it is incomplete")
      }
    }
  }
}
