import ArgumentParser
import Foundation

/// Where a password comes from: a file, the terminal without echo, or the first line of standard input. Never an
/// argument, which everyone on the machine can read.
struct PasswordOption: ParsableArguments {
  @Option(
    help: "A file whose first line is the password. Left out: asked on the terminal, else read from standard input.")
  var passwordFile: String?

  /// - Parameters:
  ///   - question: what to ask on a terminal.
  ///   - twice: whether to ask again, for a new password.
  func read(_ question: String, twice: Bool = false) throws -> String {
    if let passwordFile {
      guard let data = FileManager.default.contents(atPath: passwordFile) else {
        throw CommandFailure(message: "\(passwordFile): the password file can't be read", code: 2)
      }
      return try first(String(decoding: data, as: UTF8.self).split(separator: "\n").first.map(String.init))
    }
    guard isatty(STDIN_FILENO) == 1 else { return try first(readLine()) }
    let password = try Terminal.askSecretly(question)
    if twice, try Terminal.askSecretly("The same again: ") != password {
      throw CommandFailure(message: "the two passwords differ")
    }
    return password
  }

  private func first(_ line: String?) throws -> String {
    guard let line, !line.isEmpty else { throw CommandFailure(message: "the password is missing") }
    return line.hasSuffix("\r") ? String(line.dropLast()) : line
  }
}

enum Terminal {
  static func askSecretly(_ question: String) throws -> String {
    say(question, newline: false)
    var before = termios()
    tcgetattr(STDIN_FILENO, &before)
    var silent = before
    silent.c_lflag &= ~tcflag_t(ECHO)
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
    defer {
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
      say("")
    }
    guard let line = readLine(), !line.isEmpty else { throw CommandFailure(message: "the password is missing") }
    return line
  }

  /// Talks to the person and not to a program that reads standard output.
  static func say(_ text: String, newline: Bool = true) {
    FileHandle.standardError.write(Data((text + (newline ? "\n" : "")).utf8))
  }
}
