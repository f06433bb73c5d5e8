import Basics
import Foundation
import HTTPTypes
import Hummingbird

/// What is known before anything else: the reader's language and where the request comes from.
struct FirstSteps: RouterMiddleware {
  typealias Context = PageContext
  let settings: SiteSettings
  let screen: Screen

  func handle(
    _ request: Request, context: PageContext, next: (Request, PageContext) async throws -> Response
  ) async throws -> Response {
    var context = context
    context.cookies = request.cookies
    let pages = GuestPages.at(request.uri.path)
    let languages = pages.map(screen.languages(of:)) ?? screen.languages
    func known(_ code: String?) -> Language? { languages.first { $0.code == code } }
    let asked = known(Self.asked(request))
    let remembered =
      pages?.cookie.flatMap { known(context.cookies[$0]?.value) }
      ?? known(context.cookies[settings.cookieName("language")]?.value)
    // Elsewhere a link of a public page says in what language it is read, to whoever has chosen none.
    if let chosen = pages == nil ? remembered ?? asked : asked ?? remembered {
      context.language = chosen
      context.isLanguageChosen = true
    } else {
      context.language = Self.wanted(request.headers[.acceptLanguage] ?? "", of: languages)
    }
    context.client = client(of: request, context)
    var response = try await next(request, context)
    if let asked, let pages, let name = pages.cookie {
      response.setCookie(
        Cookie(
          name: name, value: asked.code, path: pages.path, secure: settings.isSecure, httpOnly: true, sameSite: .lax))
    }
    return response
  }

  /// The code of the language that an address asks for.
  private static func asked(_ request: Request) -> String? { (try? Form(encoded: request.uri.query ?? ""))?["in"] }

  /// The first language of an `Accept-Language` header that the site has; Spanish otherwise.
  static func wanted(_ header: String, of languages: [Language]) -> Language {
    let ranked = header.prefix(200).split(separator: ",").compactMap { part -> (Language, Double)? in
      let pieces = part.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
      guard let code = pieces.first?.split(separator: "-").first, let language = Language(code.lowercased()) else {
        return nil
      }
      let quality = pieces.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) }
      return (language, quality ?? 1)
    }
    // The order of equals is the reader's.
    return ranked.enumerated().filter { languages.contains($0.element.0) && $0.element.1 > 0 }
      .max { ($0.element.1, -$0.offset) < ($1.element.1, -$1.offset) }?.element.0 ?? .spanish
  }

  private func client(of request: Request, _ context: PageContext) -> String {
    guard let header = settings.clientAddressHeader.flatMap({ HTTPField.Name($0) }), let value = request.headers[header]
    else { return context.remoteAddress }
    // The proxy adds what it saw at the end; what stands before it, anyone may have written.
    return value.split(separator: ",").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? context.remoteAddress
  }
}
