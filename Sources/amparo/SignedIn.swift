import Accounts
import Basics
import Foundation

extension InstallationOptions {
  /// Signs a member in for one command, works, and signs out, whatever happens.
  ///
  /// - Parameter password: read before anything is opened on standard input; a second line is the digits of the
  ///   authenticator, if there is one.
  func signedIn<Result: Sendable>(
    as login: String, _ password: PasswordOption, _ work: (Installation, Actor) async throws -> Result
  ) async throws -> Result {
    try await use { installation in
      let desk = SignInDesk(installation.office)
      let password = try password.read("Password for \(login): ")
      var answer = try await desk.signIn(login: login, password: password, client: "command line")
      if case .secondFactorNeeded = answer {
        if isatty(STDIN_FILENO) == 1 {
          Terminal.say("Digits of the authenticator, or a printed code: ", newline: false)
        }
        answer = try await desk.signIn(
          login: login, password: password, secondFactor: readLine() ?? "-", client: "command line")
      }
      guard case .signedIn(let token) = answer, let actor = try await desk.actor(for: token) else {
        throw Refusal(.invalid, Phrase("error.second_factor"))
      }
      do {
        let result = try await work(installation, actor)
        try await desk.signOut(actor)
        return result
      } catch {
        try? await desk.signOut(actor)
        throw error
      }
    }
  }
}
