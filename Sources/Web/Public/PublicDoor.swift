import Basics
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// Where the public comes in: `/es/…`, `/en/…`, before sessions, cookies and forms are looked at.
///
/// A page is made once, kept as the bytes that are sent, and made again when it is older than `freshFor`. Readers that come
/// while it is made get the one before, so that a crowd costs no more than a reader.
struct PublicDoor: RouterMiddleware {
  typealias Context = PageContext
  /// How long a page is sent as it was made. Short, because several servers may share a store and none tells the others.
  static let freshFor: Duration = .seconds(10)

  private let desks: Desks
  private let settings: SiteSettings
  private let screen: Screen
  private let pages: [PublicPage]
  private let frame: PublicFrame
  private let kept: PublicCache

  init(site: Site) {
    desks = site.desks
    settings = site.settings
    screen = site.screen
    pages = site.publicRooms.flatMap(\.publicPages)
    frame = PublicFrame(site: site, pages: pages)
    kept = site.publicCache
  }

  /// The addresses of the rooms' pages, for the test that knows them all.
  static func registered(_ rooms: [any PublicRoom]) -> [String] {
    rooms.flatMap(\.publicPages).map { $0.path.isEmpty ? "GET /es" : "GET /es/\($0.path)" }
  }

  func handle(
    _ request: Request, context: PageContext, next: (Request, PageContext) async throws -> Response
  ) async throws -> Response {
    let path = request.uri.path
    guard let language = language(of: path) else { return try await next(request, context) }
    guard request.method == .get || request.method == .head else {
      return try problem(WrongMethod(allowed: [.get, .head]), language, context).response(request)
    }
    if let entry = kept.fresh(path) { return entry.response(request) }
    return try await made(path, language, request, context).response(request)
  }

  private func language(of path: String) -> Language? {
    let first = path.utf8.dropFirst().prefix { $0 != UInt8(ascii: "/") }
    guard first.count == 2, let text = String(first), let language = Language(text) else { return nil }
    return screen.languages.contains(language) ? language : nil
  }

  private func made(
    _ path: String, _ language: Language, _ request: Request, _ context: PageContext
  ) async throws -> PublicCache.Entry {
    let words = screen.words(language)
    do {
      let pieces = path.dropFirst(3).split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        .map { String($0).removingPercentEncoding ?? "" }
      let found = pages.lazy.compactMap { page in page.match(pieces).map { (page, $0) } }.first
      guard let (page, parts) = found else { throw Refusal.notFound }
      let query = page.isMadeEachTime ? try Form(encoded: request.uri.query ?? "") : .empty
      let visit = PublicVisit(desks: desks, settings: settings, words: words, parts: parts, query: query)
      let entry = try frame.entry(try await page.make(visit), visit, path: String(path.dropFirst(3)))
      if !page.isMadeEachTime { kept.keep(path, entry) }
      return entry
    } catch let error as CancellationError {
      throw error
    } catch {
      // What was read a while ago is better than nothing: a hotline must not vanish with the store.
      if Problem(error).isOurs, let old = kept.any(path) { return old }
      return try problem(error, language, context)
    }
  }

  private func problem(_ error: any Error, _ language: Language, _ context: PageContext) throws -> PublicCache.Entry {
    let problem = Problem(error)
    if problem.isOurs {
      context.logger.error(
        "a request failed",
        metadata: ["reference": "\(context.reference)", "error": "\(String(reflecting: type(of: error)))"])
    }
    let visit = PublicVisit(
      desks: desks, settings: settings, words: screen.words(language), parts: [:], query: .empty)
    return try frame.problem(problem, visit, reference: problem.isOurs ? context.reference : nil)
  }
}
