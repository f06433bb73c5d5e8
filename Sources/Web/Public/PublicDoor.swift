import Basics
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// Where the public comes in: `/es/…`, `/en/…`, before sessions, cookies and forms are looked at.
///
/// A page is made once, kept as the bytes that are sent, and made again when it is older than `PublicCache.fresh`. Readers
/// that come while it is made get the one before, so that a crowd costs no more than a reader.
struct PublicDoor: RouterMiddleware {
  typealias Context = PageContext

  private let desks: Desks
  private let settings: SiteSettings
  private let screen: Screen
  private let pages: [PublicPage]
  private let frame: PublicFrame
  private let catalog: PublicCatalog
  private let kept: PublicCache
  private let press = CardPress()

  static let sitemapPath = "/sitemap.xml"
  /// What addresses of rooms can't begin with.
  static let ownPieces: Set<String> = ["search", "card"]
  /// Longer addresses name nothing here.
  private static let longestPath = 500

  /// - Parameters:
  ///   - rooms: instead of the site's own.
  ///   - cache: instead of the site's own.
  ///   - screen: instead of the site's own.
  init(site: Site, rooms: [any PublicRoom]? = nil, cache: PublicCache? = nil, screen: Screen? = nil) {
    (desks, settings, self.screen, kept) = (
      site.desks, site.settings, screen ?? site.screen, cache ?? site.publicCache
    )
    let rooms = rooms ?? site.publicRooms
    catalog = PublicCatalog(rooms: rooms, cache: kept, screen: self.screen)
    let search = PublicSearch(catalog: catalog)
    let roomPages = rooms.flatMap(\.publicPages)
    pages = Self.ordered(roomPages + search.publicPages)
    frame = PublicFrame(site: site, screen: self.screen, pages: roomPages)
  }

  /// A page whose address is written out comes before one that takes anything in its place.
  private static func ordered(_ pages: [PublicPage]) -> [PublicPage] {
    func places(_ page: PublicPage) -> [Int] { page.path.split(separator: "/").map { $0.hasPrefix(":") ? 1 : 0 } }
    return pages.enumerated().map { (page: $0.element, places: places($0.element), index: $0.offset) }
      .sorted { $0.places == $1.places ? $0.index < $1.index : $0.places.lexicographicallyPrecedes($1.places) }
      .map(\.page)
  }

  /// The addresses of the rooms' pages and of the door's own, for the test that knows them all.
  static func registered(_ rooms: [any PublicRoom]) -> [String] {
    if rooms.isEmpty { return [] }
    return rooms.flatMap(\.publicPages).map { $0.path.isEmpty ? "GET /es" : "GET /es/\($0.path)" }
      + ["GET /es/search", "GET /es/card/**", "GET \(sitemapPath)"]
  }

  func handle(
    _ request: Request, context: PageContext, next: (Request, PageContext) async throws -> Response
  ) async throws -> Response {
    let path = request.uri.path
    // First what is asked most: only public pages are kept there.
    if request.method == .get || request.method == .head, let entry = kept.pages.fresh(path) {
      return entry.response(request)
    }
    let language = language(of: path)
    guard language != nil || path == Self.sitemapPath else { return try await next(request, context) }
    guard request.method == .get || request.method == .head else {
      return try problem(WrongMethod(allowed: [.get, .head]), language, context).response(request)
    }
    do {
      guard let language else { return try await sitemap(context).response(request) }
      return try await entry(path, language, request, context).response(request)
    } catch let error as CancellationError {
      throw error
    } catch {
      return try problem(error, language, context).response(request)
    }
  }

  private func language(of path: String) -> Language? {
    let first = path.utf8.dropFirst().prefix { $0 != UInt8(ascii: "/") }
    guard first.count == 2 || first.count == 3, let text = String(first), let language = Language(text) else {
      return nil
    }
    return screen.publicLanguages.contains(language) ? language : nil
  }

  // MARK: Making

  private func entry(
    _ path: String, _ language: Language, _ request: Request, _ context: PageContext
  ) async throws -> PublicCache.Entry {
    guard path.utf8.count <= Self.longestPath, let pieces = Self.pieces(path) else { throw Refusal.notFound }
    let isCard = pieces.first == "card"
    let named = isCard ? Array(pieces.dropFirst()) : pieces
    guard let (page, parts) = page(named), !(isCard && page.isMadeEachTime) else { throw Refusal.notFound }
    // One address a page: with others for the same one, memory could be filled.
    let right = Self.path(language, pieces)
    guard right == path else {
      // Nobody is led to what does not exist.
      if !page.isMadeEachTime { _ = try await entry(right, language, request, context) }
      return frame.moved(
        right + (request.uri.query.map { "?" + $0 } ?? ""), language, mayBeKept: request.uri.query == nil)
    }
    let visit = visit(
      language, parts, page.isMadeEachTime ? try Form(encoded: request.uri.query ?? "") : .empty)
    if page.isMadeEachTime { return try await made(page, visit, named) }
    return try await kept.pages.value(path) {
      try await logged(context) {
        isCard ? try await card(page, visit, named) : try await made(page, visit, named)
      }
    }
  }

  private func made(_ page: PublicPage, _ visit: PublicVisit, _ pieces: [String]) async throws -> PublicCache.Entry {
    let answer = try await page.make(visit)
    // In a language of which there is only a part, a page that it lacks is the Spanish one.
    if let written = frame.languages(of: answer), !written.contains(visit.language),
      !screen.languages.contains(visit.language)
    {
      return frame.moved(
        Self.path(written.first ?? .spanish, pieces), visit.language, mayBeKept: !page.isMadeEachTime)
    }
    return try frame.entry(answer, visit, pieces: pieces, mayBeKept: !page.isMadeEachTime)
  }

  private func card(_ page: PublicPage, _ visit: PublicVisit, _ pieces: [String]) async throws -> PublicCache.Entry {
    guard let about = try await page.make(visit).about else { throw Refusal.notFound }
    return frame.picture(try await press.card(about, visit), visit.language)
  }

  private func sitemap(_ context: PageContext) async throws -> PublicCache.Entry {
    try await kept.pages.value(Self.sitemapPath) {
      try await logged(context) {
        var entries: [(Language, [PublicEntry])] = []
        for language in screen.publicLanguages {
          entries.append((language, try await catalog.index(visit(language)).entries))
        }
        return frame.file(Array(Sitemap(entries, settings.publicAddress).xml.utf8), "application/xml; charset=utf-8")
      }
    }
  }

  private func visit(_ language: Language, _ parts: [String: String] = [:], _ query: Form = .empty) -> PublicVisit {
    PublicVisit(
      desks: desks, settings: settings, words: screen.words(language), parts: parts, query: query, catalog: catalog)
  }

  private func page(_ pieces: [String]) -> (PublicPage, [String: String])? {
    for page in pages { if let parts = page.match(pieces) { return (page, parts) } }
    return nil
  }

  // MARK: Addresses

  /// The parts below the language; `nil` for what is no address.
  private static func pieces(_ path: String) -> [String]? {
    var pieces: [String] = []
    for part in path.split(separator: "/").dropFirst() {
      guard let piece = String(part).removingPercentEncoding,
        !piece.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 })
      else { return nil }
      pieces.append(piece)
    }
    return pieces
  }

  static func path(_ language: Language, _ pieces: [String]) -> String {
    ([language.code] + pieces).reduce("") { path, piece in
      path + "/" + (piece.addingPercentEncoding(withAllowedCharacters: allowed) ?? "")
    }
  }

  private static let allowed = CharacterSet(
    charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,:=@")

  // MARK: What went wrong

  /// Whoever waits may get the page before, and nobody would hear of it.
  private func logged(
    _ context: PageContext, _ make: () async throws -> PublicCache.Entry
  ) async throws -> PublicCache.Entry {
    do { return try await make() } catch {
      if Problem(error).isOurs { log("a public page could not be made", error, context) }
      throw error
    }
  }

  private func log(_ message: Logger.Message, _ error: any Error, _ context: PageContext) {
    context.logger.error(
      message, metadata: ["reference": "\(context.reference)", "error": "\(String(reflecting: type(of: error)))"])
  }

  private func problem(
    _ error: any Error, _ language: Language?, _ context: PageContext
  ) throws -> PublicCache.Entry {
    let problem = Problem(error)
    if problem.isOurs { log("a request failed", error, context) }
    let visit = visit(language ?? .spanish)
    return try frame.problem(problem, visit, reference: problem.isOurs ? context.reference : nil)
  }
}
