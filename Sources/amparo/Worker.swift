import Accounts
import ArgumentParser
import Basics
import CountryPack
import Web

/// A member signed in for one command, and the words they read.
struct Worker: ParsableArguments {
  @Option(name: .customLong("as"), help: "Your login.") var login: String
  @Option(help: "Language of the sentences: es or en.") var language = "es"
  @OptionGroup var password: PasswordOption
  @OptionGroup var pack: PackOption
  @OptionGroup var options: InstallationOptions

  func validate() throws {
    guard ["es", "en"].contains(language) else { throw ValidationError("--language must be es or en") }
  }

  /// What the sentences are written in.
  var reads: Language { Language(language) ?? .spanish }

  var sentences: ImportFile.Sentences { get throws { try ImportFile.Sentences(reads) } }

  /// Refusals become the reader's sentences.
  ///
  /// - Parameters:
  ///   - file: what the work is about, named before the sentence.
  ///   - loaded: the pack, where the command has read it already.
  func use<Result: Sendable>(
    about file: String? = nil, _ loaded: CountryPack? = nil, _ work: (Desks, Actor) async throws -> Result
  ) async throws -> Result {
    let pack = try loaded ?? pack.load()
    do {
      return try await options.signedIn(as: login, password) { try await work(Desks($0.office, pack), $1) }
    } catch let refusal as Refusal where !["error.sign_in", "error.second_factor"].contains(refusal.phrase.key) {
      throw CommandFailure(message: (file.map { $0 + ": " } ?? "") + (try sentences(refusal)))
    }
  }
}
