import Basics
import Foundation
import NIOCore
import NIOSSL

/// Hands letters to a mail server by SMTP (RFC 5321), strictly: TLS before anything that matters, no command that holds a
/// line end, one reply for each command, and a server that says more than it was asked is left.
///
///     let carrier = try SMTPCarrier(try MailServer(host: "mail.example.org", port: 587, security: .startTLS, …))
///     await carrier.carry(letters, begin: { _ in true }, done: { index, failure in … })
public struct SMTPCarrier: LetterCarrier {
  private let server: MailServer
  private let tls: NIOSSLContext?

  /// Throws `MailServerProblem.trustFile` when the trusted certificates can't be read.
  public init(_ server: MailServer) throws(MailServerProblem) {
    self.server = server
    guard server.security != .none else {
      tls = nil
      return
    }
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    if let file = server.trustFile { configuration.trustRoots = .file(file) }
    do { tls = try NIOSSLContext(configuration: configuration) } catch { throw .trustFile }
  }

  public func carry(
    _ letters: [Letter], begin: @Sendable (Int) async -> Bool,
    done: @Sendable (Int, LetterFailure?) async -> Void
  ) async {
    var next = 0
    do {
      let channel = try await SMTPChannel.open(server, tls)
      let farewell = server.patience.farewell
      await withTaskCancellationHandler {
        do throws(LetterFailure) {
          try await introduce(channel)
          while next < letters.count, !Task.isCancelled {
            let index = next
            guard await begin(index) else {
              next += 1
              continue
            }
            let failure = try await hand(letters[index], channel)
            await done(index, failure)
            next += 1
          }
          _ = try? await channel.reply(to: "QUIT", within: .seconds(5))
        } catch {
          if next < letters.count { await done(next, error) }
        }
        await channel.close()
      } onCancel: {
        channel.close(in: farewell)
      }
    } catch {
      if !letters.isEmpty { await done(0, error) }
    }
  }

  /// Greeting, EHLO, TLS, EHLO again, AUTH.
  private func introduce(_ channel: SMTPChannel) async throws(LetterFailure) {
    let patience = server.patience.command
    try require(try await channel.reply(to: nil, within: patience), or: .unintelligible)
    var offered = try await greet(channel)
    if server.security == .startTLS {
      guard offered["STARTTLS"] != nil else { throw .insecure }
      try require(try await channel.reply(to: "STARTTLS", within: patience), or: .insecure)
      try await channel.becomeSafe(tls, server)
      offered = try await greet(channel)
    }
    guard let credentials = server.credentials else { return }
    guard offered["AUTH"]?.contains("PLAIN") == true else { throw .credentials }
    let secret = Data([0] + Array(credentials.user.utf8) + [0] + Array(credentials.password.utf8))
    try require(
      try await channel.reply(to: "AUTH PLAIN " + secret.base64EncodedString(), within: patience), or: .credentials)
  }

  private func greet(_ channel: SMTPChannel) async throws(LetterFailure) -> [String: [String]] {
    let reply = try await channel.reply(to: "EHLO " + server.ownName, within: server.patience.command)
    try require(reply, or: .unintelligible)
    return reply.extensions
  }

  /// - Returns: why the server did not take this letter; it may take the next.
  ///
  /// Throws what keeps it from taking any.
  private func hand(_ letter: Letter, _ channel: SMTPChannel) async throws(LetterFailure) -> LetterFailure? {
    let patience = server.patience
    try require(try await channel.reply(to: "MAIL FROM:<\(server.sender)>", within: patience.command), or: .sender)
    let recipient = try await channel.reply(to: "RCPT TO:<\(letter.to)>", within: patience.command)
    guard recipient.isGood else { return try await giveUp(recipient, .recipient, channel) }
    let ready = try await channel.reply(to: "DATA", within: patience.command)
    guard ready.code == 354 else { return try await giveUp(ready, .content, channel) }
    let message = LetterText.message(letter, from: server.sender)
    let end = try await channel.reply(toBytes: LetterText.data(message), within: patience.end)
    if end.isGood { return nil }
    return try verdict(end, .content)
  }

  /// Takes the letter back, so that the next one can be begun.
  private func giveUp(_ reply: SMTPReply, _ final: LetterFailure, _ channel: SMTPChannel) async throws(LetterFailure)
    -> LetterFailure
  {
    let failure = try verdict(reply, final)
    try require(try await channel.reply(to: "RSET", within: server.patience.command), or: .unintelligible)
    return failure
  }

  private func verdict(_ reply: SMTPReply, _ final: LetterFailure) throws(LetterFailure) -> LetterFailure {
    if reply.code == 421 { throw .disconnected }
    guard reply.isPassing || reply.code / 100 == 5 else { throw .unintelligible }
    return reply.isPassing ? .later : final
  }

  /// What every letter needs.
  private func require(_ reply: SMTPReply, or failure: LetterFailure) throws(LetterFailure) {
    guard !reply.isGood else { return }
    if reply.code == 421 { throw .disconnected }
    throw reply.isPassing ? .busy : failure
  }
}
