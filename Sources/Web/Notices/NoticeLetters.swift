import Accounts
import Basics

/// What a mail says, in the member's language: that there is something new, how many, and where the site is. Nothing of
/// what it is about.
public struct NoticeLetters: Sendable {
  private let screen: Screen
  private let address: String

  /// Loads the texts.
  /// - Parameter publicAddress: what people type.
  public init(publicAddress: String) throws {
    screen = try Screen.load()
    address = publicAddress
  }

  /// Subject and text, for `MailSender`.
  public func write(_ content: MailSender.Content, _ language: Language) -> (subject: String, text: String) {
    let words = screen.words(language)
    switch content {
    case .news(let count):
      let values = ["count": String(count), "address": address]
      return (
        words("notices.letter.subject"), words(count == 1 ? "notices.letter.one" : "notices.letter.many", values)
      )
    case .code(let code):
      let shown = code.prefix(4) + "-" + code.dropFirst(4)
      return (
        words("notices.letter.code_subject"), words("notices.letter.code", ["code": String(shown), "address": address])
      )
    }
  }
}
