/// One e-mail as a carrier is given it. What it says is nobody's secret: whoever writes one keeps persons out of it.
public struct Letter: Hashable, Sendable {
  /// Names the message wherever it goes; the same at every try. Becomes `Message-ID: <id>`.
  public var id: String
  public var to: MailAddress
  public var subject: String
  /// Plain text; its lines end with `\n`.
  public var text: String
  /// When it is handed over.
  public var at: Moment

  /// - Parameter id: letters, digits, dots and one `@`; `nil` is answered for anything else.
  public init?(id: String, to: MailAddress, subject: String, text: String, at: Moment) {
    guard id.split(separator: "@", omittingEmptySubsequences: false).count == 2, (3...200).contains(id.utf8.count),
      id.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") })
    else { return nil }
    self.id = id
    self.to = to
    self.subject = subject
    self.text = text
    self.at = at
  }
}

/// Why a letter could not be handed over. A class of errors, so that it can be stored, counted and logged: never the mail
/// server's own words, which may name the address.
public enum LetterFailure: String, Error, Hashable, Sendable, CaseIterable {
  /// No connection to the mail server.
  case unreachable
  /// It did not answer in time.
  case timedOut = "timed_out"
  /// The connection can't be made safe: no STARTTLS, or a certificate that is not the server's.
  case insecure
  /// It does not take the name and password, or no password of the kind we send.
  case credentials
  /// It takes no mail from the sender's address.
  case sender
  /// It is busy, and says so before it was given a letter.
  case busy
  /// It went away in the middle.
  case disconnected
  /// It answers what no mail server answers.
  case unintelligible
  /// It can't take this letter just now (a full mailbox, a pause for unknown senders).
  case later
  /// There is no such mailbox, or it takes nothing from us.
  case recipient
  /// It refused what the letter says.
  case content

  /// Whether trying again can't help.
  public var isFinal: Bool { self == .recipient || self == .content }

  /// Whether it concerns this one letter; otherwise the next one would fare no better now.
  public var isOfTheLetter: Bool { isFinal || self == .later }
}

/// Whoever takes letters to a mail server.
public protocol LetterCarrier: Sendable {
  /// Hands letters over, one after the other, until all are done or one fails in a way that the next would too.
  ///
  /// - Parameters:
  ///   - begin: asked with a letter's index before anything of it is sent; `false` leaves it out.
  ///   - done: told how a letter ended, before the next one begins; `nil` when the mail server took it.
  func carry(
    _ letters: [Letter], begin: @Sendable (Int) async -> Bool,
    done: @Sendable (Int, LetterFailure?) async -> Void
  ) async
}
