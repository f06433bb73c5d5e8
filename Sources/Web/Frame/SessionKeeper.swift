import Accounts
import Basics
import HTTPTypes
import Hummingbird
import Vault

/// Knows who asks, and keeps the session's cookie.
struct SessionKeeper: RouterMiddleware {
  typealias Context = PageContext
  let desk: SignInDesk
  /// Where members have an inbox.
  let notices: NoticeDesk?
  let settings: SiteSettings
  let screen: Screen

  func handle(
    _ request: Request, context: PageContext, next: (Request, PageContext) async throws -> Response
  ) async throws -> Response {
    var context = context
    var cookies: [Cookie] = []
    if let known = token(context, "form") {
      context.formToken = known
    } else {
      // It goes out with the first page that has a form (`Frame`): who only reads or passes through gets no cookie.
      context.formToken = Token()
      context.isFormTokenNew = true
    }
    if let token = token(context, "session") {
      // What open pages ask by themselves keeps nobody signed in.
      let isByItself = request.uri.path == NoticePages.streamPath
      if let actor = try await desk.actor(for: token, isActivity: !isByItself) {
        context.actor = actor
        if !isByItself { context.unread = try await notices?.unread(actor) }
        if !context.isLanguageChosen, screen.languages.contains(actor.language) { context.language = actor.language }
        // Only between pages: a form on its way must not lose its session to a second click.
        if request.method == .get, !isByItself, let fresh = try await desk.renewed(token, for: actor) {
          cookies.append(settings.cookie("session", fresh.exposedText))
        }
      } else {
        context.hadSession = true
        cookies.append(settings.noCookie("session"))
      }
    }
    var response = try await next(request, context)
    for cookie in cookies
    where !response.headers[values: .setCookie].contains(where: { $0.hasPrefix(cookie.name + "=") }) {
      response.setCookie(cookie)
    }
    return response
  }

  private func token(_ context: PageContext, _ name: String) -> Token? {
    context.cookies[settings.cookieName(name)].flatMap { Token($0.value) }
  }
}

extension SiteSettings {
  /// A cookie for as long as the browser stays open, that no script reads and no other site sends.
  func cookie(_ name: String, _ value: String, maxAge: Int? = nil) -> Cookie {
    Cookie(
      name: cookieName(name), value: value, maxAge: maxAge, path: "/", secure: isSecure, httpOnly: true, sameSite: .lax)
  }

  /// Takes a cookie back.
  func noCookie(_ name: String) -> Cookie { cookie(name, "", maxAge: 0) }
}
