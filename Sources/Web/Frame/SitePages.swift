import Accounts
import Basics
import HTTPTypes
import Hummingbird
import NIOCore
import Records

/// What needs no visitor: assets, health, robots.
struct SitePages {
  let desks: Desks
  let assets: Assets
  let settings: SiteSettings
  let screen: Screen

  func add(to routes: Routes) {
    routes.get("/assets/:name") { visit in
      guard let response = assets.response(visit.part("name"), visit.request) else { throw Refusal.notFound }
      return .whole(response)
    }
    routes.get("/health") { _ in
      let database = desks.office.database
      // Whatever is wrong with the store, the answer is the same: not now.
      let isWell = (try? await database.read { try AuditLog.tree($0).size >= 0 }) == true
      return .whole(plain(isWell ? "ok\n" : "unavailable\n", isWell ? .ok : .serviceUnavailable))
    }
    routes.get("/robots.txt") { _ in .whole(plain(robots, .ok)) }
  }

  /// What search engines may read (RFC 9309): the public site and open data. Of practice nothing.
  private var robots: String {
    if settings.isPractice { return "User-agent: *\nDisallow: /\n" }
    let open = screen.publicLanguages.map { "/\($0)" } + [SecurityHeaders.openData]
    let allowed = open.map { "Allow: \($0)$\nAllow: \($0)/\n" }.joined()
    let searches = screen.publicLanguages.map { "Disallow: /\($0)/search\n" }.joined()
    return "User-agent: *\n" + allowed + "Allow: /assets/\n" + searches + "Disallow: /\n\n"
      + "Sitemap: \(settings.publicAddress)\(PublicDoor.sitemapPath)\n"
  }

  private func plain(_ text: String, _ status: HTTPResponse.Status) -> Response {
    Response(
      status: status,
      headers: [.contentType: "text/plain; charset=utf-8", .contentLength: String(text.utf8.count)],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }
}

/// The language switch: remembers the choice and leads back to the page it was made on.
struct LanguagePages {
  let settings: SiteSettings
  let screen: Screen

  func add(to routes: Routes) {
    routes.get("/language/:language") { visit in
      guard let language = Language(visit.part("language")), screen.languages.contains(language) else {
        throw Refusal.notFound
      }
      let to = visit.query["to"] ?? "/"
      var answer = Answer.goTo(Visit.isLocal(to) ? to : "/")
      answer.cookies = [settings.cookie("language", language.code, maxAge: 31_536_000)]
      return answer
    }
  }
}
