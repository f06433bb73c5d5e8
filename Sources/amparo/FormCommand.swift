import ArgumentParser
import Basics
import CountryPack
import Forms
import Foundation
import Identification

struct Form: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Hand an instrument on as a form for ODK or Kobo, and read a form of others.",
    subcommands: [Export.self, Import.self])

  struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write an instrument as an XLSForm (.xlsx).",
      discussion: """
        The form asks the same questions in the same languages, skips the same ones, and for an instrument that scores \
        computes the same result. It does not carry the safety check, the pattern of all dimensions together and the \
        two legal readings: whoever uses it needs them beside it.
        """)

    @Option(help: "The instrument's name, for example ilo-adult-labour.") var instrument: String
    @Option(name: .shortAndLong, help: "The file to write.") var output: String
    @OptionGroup var pack: PackOption

    func run() async throws {
      let pack = try pack.load()
      guard let instrument = pack.instrument(instrument) else {
        let names = pack.instruments.map(\.id).joined(separator: ", ")
        throw CommandFailure(message: "there is no instrument “\(instrument)”: use one of \(names)")
      }
      let bytes = FormExport(instrument, languages: pack.languages).spreadsheet
      do { try Data(bytes).write(to: URL(filePath: output), options: .atomic) } catch {
        throw CommandFailure(message: "\(output): the file can't be written", code: 2)
      }
    }
  }
}
