import Basics
import CountryPack
import Foundation
import Vault

/// The files of the offline interview, made once when the site starts: page, service worker, manifest and what is asked.
struct FieldApp: Sendable {
  static let address = "/campo/"

  let page: Assets.Asset
  let worker: Assets.Asset
  let manifest: Assets.Asset
  let contents: [Language: Assets.Asset]
  /// A hash of everything a phone keeps: another pack, text, script or page is another version.
  let version: String

  /// The app's modules, the one the page begins with first.
  static let scripts = [
    "field-app.js", "field-frame.js", "field-screen.js", "field-interview.js", "field-pages.js", "field-sitting.js",
    "field-store.js", "field-sync.js", "field-vault.js",
  ]

  /// Throws `ScreenProblem` when a template or a script is missing.
  init(_ pack: CountryPack, _ screen: Screen, _ assets: Assets, _ settings: SiteSettings) throws {
    for name in Self.scripts + ["field-worker.js"] where assets.all[name] == nil {
      throw ScreenProblem("Assets/\(name) is missing")
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var contents: [Language: Assets.Asset] = [:]
    for language in screen.languages {
      let content = FieldContent(pack, screen.words(language))
      contents[language] = .init(Array(try encoder.encode(content)), type: "application/json")
    }
    self.contents = contents
    let linked = ["amparo.css", "amparo.svg"].map(assets.address)
    let modules = Self.scripts.map { "/assets/" + $0 }
    // Before anything is loaded nobody knows the reader's language.
    let (noScript, unloaded) = (screen.inAll("field.no_script"), screen.inAll("field.unloaded"))
    let html = try screen.render(
      "field/app",
      [
        "styleSheet": linked[0], "icon": linked[1], "script": modules[0], "modules": Array(modules.dropFirst()),
        "exit": settings.exitAddress, "noScript": noScript, "unloaded": unloaded,
        "isDemonstration": settings.isDemonstration,
        "languages": screen.languages.map { ["code": $0.code, "name": screen.words($0)("common.language")] },
      ] as [String: Any], .spanish)
    page = .init(Array(html.utf8), type: "text/html; charset=utf-8")
    manifest = .init(
      Array(try encoder.encode(Manifest(screen.words(.spanish), icon: linked[1]))), type: "application/manifest+json")
    let files =
      [Self.address, "/campo/manifest.webmanifest"] + linked + modules
      + screen.languages.map { "/campo/content.json?lang=\($0.code)" }
    let kept =
      [page, manifest] + screen.languages.compactMap { contents[$0] }
      + (Self.scripts + ["field-worker.js", "amparo.css", "amparo.svg"]).compactMap { assets.all[$0] }
    version = sha256(kept.flatMap(\.bytes)).prefix(12).hexadecimal
    let list = String(decoding: try encoder.encode(files), as: UTF8.self)
    let head = "const VERSION = \"\(version)\";\nconst FILES = \(list);\n"
    worker = .init(
      Array(head.utf8) + (assets.all["field-worker.js"]?.bytes ?? []), type: "text/javascript; charset=utf-8")
  }

  /// What a phone needs to put the app beside its others (W3C Web Application Manifest).
  private struct Manifest: Encodable {
    struct Icon: Encodable {
      var src: String
      var sizes = "any"
      var type = "image/svg+xml"
      var purpose = "any"
    }
    var name: String
    // A home screen that others see says no more than this.
    var shortName: String
    var lang = "es"
    var id = FieldApp.address
    var startURL = FieldApp.address
    var scope = FieldApp.address
    var display = "standalone"
    var backgroundColor = "#f6f4ef"
    var themeColor = "#1d5c63"
    var icons: [Icon]

    enum CodingKeys: String, CodingKey {
      case name, lang, id, scope, display, icons
      case shortName = "short_name"
      case startURL = "start_url"
      case backgroundColor = "background_color"
      case themeColor = "theme_color"
    }

    init(_ words: Words, icon: String) {
      name = words("field.app_name")
      shortName = words("field.app_short")
      icons = [Icon(src: icon)]
    }
  }
}

extension Screen {
  /// A text in every language, for `{{#texts}}<p lang="{{lang}}">{{text}}</p>{{/texts}}`.
  fileprivate func inAll(_ key: String) -> [[String: String]] {
    languages.map { ["lang": $0.code, "text": words($0)(key)] }
  }
}
