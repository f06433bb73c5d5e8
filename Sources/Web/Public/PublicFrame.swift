import Basics
import CountryPack
import Foundation
import HTTPTypes
import Synchronization

/// What stands around every public page: menu, languages, search, quick exit. No cookie, no form field that names a visitor.
struct PublicFrame: Sendable {
  let settings: SiteSettings
  let screen: Screen
  let pack: CountryPack
  private let menu: [(path: String, key: String)]
  private let foot: [(path: String, key: String)]
  private let styleSheet: String
  private let script: String
  private let icon: String
  private let headers: HTTPFields
  private let shelf = Shelf()

  init(site: Site, screen: Screen, pages: [PublicPage]) {
    settings = site.settings
    self.screen = screen
    pack = site.desks.pack
    let assets = site.assets
    headers = SecurityHeaders.fields(isSecure: settings.isSecure)
    menu = pages.filter { !$0.isAtFoot }.compactMap { page in page.menu.map { (page.path, $0) } }
    foot = pages.filter(\.isAtFoot).compactMap { page in page.menu.map { (page.path, $0) } }
    styleSheet = assets.address("amparo.css")
    script = assets.address("amparo.js")
    icon = assets.address("amparo.svg")
  }

  /// - Parameters:
  ///   - pieces: the address below the language; empty for the front page.
  ///   - mayBeKept: whether it is the same for everybody who asks.
  func entry(
    _ answer: PublicAnswer, _ visit: PublicVisit, pieces: [String], mayBeKept: Bool
  ) throws -> PublicCache.Entry {
    switch answer.content {
    case .file(let bytes, let type):
      return PublicCache.Entry(bytes, type, language: visit.language, headers: headers, mayBeKept: mayBeKept)
    case .moved(let address): return moved(address, visit.language, mayBeKept: mayBeKept)
    case .page(let template, let model):
      var values = values(visit, pieces, languages: languages(of: answer) ?? screen.languages)
      if let about = answer.about { add(about, visit, pieces, mayBeFound: mayBeKept, to: &values) }
      let html = try screen.render(template, FramedModel(model: model, frame: values), visit.language)
      return PublicCache.Entry(
        Array(html.utf8), "text/html; charset=utf-8", language: visit.language, headers: headers, mayBeKept: mayBeKept)
    }
  }

  func moved(_ address: String, _ language: Language, mayBeKept: Bool = true) -> PublicCache.Entry {
    PublicCache.Entry(
      [], "text/plain", .seeOther, language: language, location: address, headers: headers, mayBeKept: mayBeKept)
  }

  func file(_ bytes: [UInt8], _ type: String) -> PublicCache.Entry { PublicCache.Entry(bytes, type, headers: headers) }

  /// Drawn seldom: what it says changes seldom.
  func picture(_ bytes: [UInt8], _ language: Language) -> PublicCache.Entry {
    var headers = headers
    // Whoever shows a link with its picture is another site.
    if let name = HTTPField.Name("Cross-Origin-Resource-Policy") { headers[name] = "cross-origin" }
    return PublicCache.Entry(bytes, "image/png", language: language, headers: headers, freshFor: .seconds(600))
  }

  /// What went wrong, as a page. One that says the same each time is made once: asking for what is not there must cost
  /// nothing.
  func problem(_ problem: Problem, _ visit: PublicVisit, reference: String?) throws -> PublicCache.Entry {
    var problem = problem
    // The sentence for members speaks of their institution; who reads here has none.
    if problem.phrase == Refusal.notFound.phrase { problem.phrase = Phrase("public.not_found") }
    let isPlain = reference == nil && problem.phrase.values.isEmpty
    let name = "\(visit.language) \(problem.status.code) \(problem.phrase.key)"
    if isPlain, let entry = shelf.entries.withLock({ $0[name] }) { return entry }
    let sentence = visit.words(problem.phrase)
    var further = headers
    for field in problem.headers { further.append(field) }
    let model: [String: Any?] = ["sentence": sentence, "reference": reference]
    var values = values(visit, nil, languages: screen.languages)
    (values["pageTitle"], values["pageDescription"]) = (sentence, sentence)
    let html = try screen.render("public/problem", FramedModel(model: model, frame: values), visit.language)
    let entry = PublicCache.Entry(
      Array(html.utf8), "text/html; charset=utf-8", problem.status, language: visit.language, headers: further)
    if isPlain { shelf.entries.withLock { $0[name] = entry } }
    return entry
  }

  private final class Shelf: Sendable {
    let entries = Mutex<[String: PublicCache.Entry]>([:])
  }

  /// The languages in which a page exists; `nil` for what is no page.
  func languages(of answer: PublicAnswer) -> [Language]? {
    guard case .page(let template, _) = answer.content else { return nil }
    if let said = answer.about?.languages, !said.isEmpty { return screen.publicLanguages.filter(said.contains) }
    return screen.publicLanguages.filter { screen.isWritten(template, $0) }
  }

  // MARK: Values

  /// - Parameter pieces: `nil` where there is no such page.
  private func values(_ visit: PublicVisit, _ pieces: [String]?, languages: [Language]) -> [String: Any] {
    let here = (pieces ?? []).joined(separator: "/")
    let tipLanguage = screen.languages(of: TipDoor.pages).contains(visit.language) ? visit.language : .spanish
    let searched = screen.isWritten("public/search", visit.language) ? visit.language : .spanish
    return [
      "lang": visit.language.code, "styleSheet": styleSheet, "script": script, "icon": icon,
      "exit": settings.exitAddress, "isDemonstration": settings.isDemonstration, "country": pack.name[visit.language],
      "front": visit.address(""), "certificateAddress": visit.open("/certificate"),
      "openDataAddress": visit.open("/open-data"),
      "signInAddress": outside("/sign-in", visit), "tipAddress": "/tip?in=\(tipLanguage)",
      "searchAddress": "/\(searched)/search", "isSearch": here == "search",
      "bodyClass": settings.isDemonstration ? "is-practice is-public" : "is-public",
      "publicLanguages": languages.map { language in
        let path = PublicDoor.path(language, pieces ?? [])
        return [
          "code": language.code, "name": screen.words(language)("common.language"),
          "isCurrent": language == visit.language, "address": path, "absolute": settings.publicAddress + path,
        ] as [String: Any]
      },
      "publicMenu": entries(menu, visit, pieces), "publicFoot": entries(foot, visit, pieces),
    ]
  }

  private func entries(_ entries: [(path: String, key: String)], _ visit: PublicVisit, _ pieces: [String]?) -> [[String:
    Any]]
  {
    let here = (pieces ?? []).joined(separator: "/")
    return entries.map { entry in
      [
        "address": visit.address(entry.path), "label": visit.words(entry.key),
        "lang": visit.words.language(of: entry.key).code,
        "isCurrent": pieces != nil
          && (entry.path == here || (!entry.path.isEmpty && here.hasPrefix(entry.path + "/"))),
      ] as [String: Any]
    }
  }

  /// A page that is none of the public ones, in the language in which one reads. Only from there on is it remembered.
  private func outside(_ path: String, _ visit: PublicVisit) -> String {
    "/language/\(known(visit))?to=\(Form.encoded(path))"
  }

  /// The language in which one reads, where pages that are none of the public ones have it.
  private func known(_ visit: PublicVisit) -> Language {
    screen.languages.contains(visit.language) ? visit.language : .spanish
  }

  /// What programs read in a page's head.
  private func add(
    _ about: PublicAbout, _ visit: PublicVisit, _ pieces: [String], mayBeFound: Bool, to values: inout [String: Any]
  ) {
    values["pageTitle"] = about.title
    values["pageDescription"] = about.description
    values["mayBeFound"] = mayBeFound
    guard mayBeFound else { return }
    values["canonical"] = settings.publicAddress + PublicDoor.path(visit.language, pieces)
    values["cardAddress"] = settings.publicAddress + PublicDoor.path(visit.language, ["card"] + pieces)
    // No text of it can end the element it stands in.
    values["structuredData"] = about.structuredData?.replacing("<", with: "\\u003c")
  }
}
