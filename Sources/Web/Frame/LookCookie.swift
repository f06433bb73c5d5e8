import Hummingbird
import Vault

/// The cookie of a look without an account: for the pages below one path, and for no longer than the look.
struct LookCookie {
  /// Without the mark that binds a cookie to the whole host: this one is for a part of it.
  let name: String
  /// The first of the pages.
  let path: String
  let minutes: Int
  let settings: SiteSettings

  func look(_ visit: Visit) -> Token? { visit.context.cookies[name].flatMap { Token($0.value) } }

  /// To the first page, with the look.
  func begin(_ look: Token) -> Answer { answer(look.exposedText, seconds: minutes * 60) }

  /// To the first page, without it.
  func end() -> Answer { answer("", seconds: 0) }

  private func answer(_ value: String, seconds: Int) -> Answer {
    var answer = Answer.goTo(path)
    answer.cookies = [
      Cookie(
        name: name, value: value, maxAge: seconds, path: path, secure: settings.isSecure, httpOnly: true,
        sameSite: .strict)
    ]
    return answer
  }
}
