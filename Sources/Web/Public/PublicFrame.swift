import Basics
import CountryPack
import Foundation
import HTTPTypes

/// What stands around every public page: menu, languages, quick exit. No cookie, no form field that names a visitor.
struct PublicFrame: Sendable {
  let settings: SiteSettings
  let screen: Screen
  let pack: CountryPack
  private let menu: [(path: String, key: String)]
  private let styleSheet: String
  private let script: String
  private let icon: String
  private let headers: HTTPFields

  init(site: Site, pages: [PublicPage]) {
    settings = site.settings
    screen = site.screen
    pack = site.desks.pack
    let assets = site.assets
    headers = SecurityHeaders.fields(isSecure: settings.isSecure)
    menu = pages.compactMap { page in page.menu.map { (page.path, $0) } }
    styleSheet = assets.address("amparo.css")
    script = assets.address("amparo.js")
    icon = assets.address("amparo.svg")
  }

  /// - Parameter path: below the language, with its leading slash; empty for the front page.
  func entry(_ answer: PublicAnswer, _ visit: PublicVisit, path: String) throws -> PublicCache.Entry {
    switch answer.content {
    case .file(let bytes, let type): return PublicCache.Entry(bytes, type, language: visit.language, headers: headers)
    case .moved(let address):
      return PublicCache.Entry(
        [], "text/plain", .seeOther, language: visit.language, location: address, headers: headers)
    case .page(let template, let model):
      let html = try screen.render(
        template, FramedModel(model: model, frame: values(visit, path, answer.about)), visit.language)
      return PublicCache.Entry(
        Array(html.utf8), "text/html; charset=utf-8", language: visit.language, headers: headers)
    }
  }

  func problem(_ problem: Problem, _ visit: PublicVisit, reference: String?) throws -> PublicCache.Entry {
    let sentence = visit.words(problem.phrase)
    var further = headers
    for field in problem.headers { further.append(field) }
    let model: [String: Any?] = ["sentence": sentence, "reference": reference]
    let html = try screen.render(
      "public/problem",
      FramedModel(model: model, frame: values(visit, "", PublicAbout(title: sentence, description: sentence))),
      visit.language)
    return PublicCache.Entry(
      Array(html.utf8), "text/html; charset=utf-8", problem.status, language: visit.language,
      headers: further)
  }

  private func values(_ visit: PublicVisit, _ path: String, _ about: PublicAbout?) -> [String: Any] {
    let here = path.split(separator: "/").joined(separator: "/")
    let written = about?.languages ?? []
    var values: [String: Any] = [
      "lang": visit.language.code, "styleSheet": styleSheet, "script": script, "icon": icon,
      "exit": settings.exitAddress, "isDemonstration": settings.isDemonstration, "country": pack.name[visit.language],
      "front": visit.address(""), "pageTitle": about?.title ?? "", "description": about?.description ?? "",
      "canonical": settings.publicAddress + visit.address(here),
      "languages": screen.languages.filter { written.isEmpty || written.contains($0) }.map { language in
        [
          "code": language.code, "name": screen.words(language)("common.language"),
          "isCurrent": language == visit.language, "address": here.isEmpty ? "/\(language)" : "/\(language)/\(here)",
          "absolute": settings.publicAddress + (here.isEmpty ? "/\(language)" : "/\(language)/\(here)"),
        ] as [String: Any]
      },
      "menu": menu.map { entry in
        [
          "address": visit.address(entry.path), "label": visit.words(entry.key),
          "isCurrent": entry.path == here || (!entry.path.isEmpty && here.hasPrefix(entry.path + "/")),
        ] as [String: Any]
      },
    ]
    values["structuredData"] = about?.structuredData
    if settings.isDemonstration {
      values["bodyClass"] = "is-practice is-public"
    } else {
      values["bodyClass"] = "is-public"
    }
    return values
  }
}
