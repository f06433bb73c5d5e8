import Accounts
import Basics
import CountryPack
import HTTPTypes
import Hummingbird
import Mustache
import NIOCore
import Vault

/// What stands around every page: menu, language, who is signed in, quick exit, banner. One for all requests: a class, so
/// that none of them copies it.
final class Frame: Sendable {
  let desks: Desks
  let settings: SiteSettings
  let screen: Screen
  let navigation: [NavigationEntry]
  let assets: Assets
  private let styleSheet: String
  private let script: String
  private let icon: String

  init(site: Site, navigation: [NavigationEntry]) {
    desks = site.desks
    settings = site.settings
    screen = site.screen
    self.navigation = navigation
    assets = site.assets
    styleSheet = site.assets.address("amparo.css")
    script = site.assets.address("amparo.js")
    icon = site.assets.address("amparo.svg")
  }

  func response(_ answer: Answer, _ visit: Visit) throws -> Response {
    let visit = answer.language.map(visit.reading) ?? visit
    var response: Response
    switch answer.content {
    case .whole(let whole): response = whole
    case .redirect(let path):
      response = Response(status: .seeOther, headers: [.location: path, .contentLength: "0"])
    case .page(let template, let model):
      let html = try screen.render(template, FramedModel(model: model, frame: values(visit, answer)), visit.language)
      let buffer = ByteBuffer(string: html)
      response = Response(
        status: answer.status,
        headers: [
          .contentType: "text/html; charset=utf-8", .contentLength: String(buffer.readableBytes),
          .contentLanguage: visit.language.code,
        ], body: ResponseBody(byteBuffer: buffer))
      if visit.context.isFormTokenNew, let token = visit.context.formToken,
        html.contains(visit.formTag(visit.context.actor))
      {
        response.setCookie(settings.cookie("form", token.exposedText))
      }
    }
    for cookie in answer.cookies { response.setCookie(cookie) }
    if let seconds = answer.refresh, let name = HTTPField.Name("Refresh") { response.headers[name] = String(seconds) }
    return response
  }

  private func values(_ visit: Visit, _ answer: Answer) -> [String: Any] {
    let words = visit.words
    var values: [String: Any] = [
      "lang": visit.language.code, "csrf": visit.formTag(visit.context.actor), "styleSheet": styleSheet,
      "script": script,
      "icon": icon, "exit": settings.exitAddress,
      "isDemonstration": settings.isDemonstration && !settings.isPractice, "isPractice": settings.isPractice,
      "country": desks.pack.name[visit.language],
      "mayBeFound": SecurityHeaders.mayBeFound(visit.request.uri.path),
      "languages": languages(visit),
    ]
    if settings.isPractice { values["bodyClass"] = "is-practice is-exercise" }
    if settings.isDemonstration, !settings.isPractice { values["bodyClass"] = "is-practice" }
    values["listSheet"] = answer.sheet
    // A language that lacks some texts has no words for a member's menu.
    if let actor = visit.context.actor, screen.languages.contains(visit.language) {
      let path = visit.request.uri.path
      values["member"] = ["name": actor.name, "agency": actor.agencyName]
      values["inboxBadge"] = visit.context.unread.map { unread in
        [
          "unread": unread, "hasUnread": unread > 0, "label": words("notices.badge", ["count": String(unread)]),
          "pattern": words("notices.badge", ["count": "#"]), "alert": words("notices.alert"),
        ] as [String: Any]
      }
      let entries = navigation.filter {
        $0.isForEverybody || actor.may($0.permission) || $0.orElse.map(actor.may) == true
      }
      // Of two entries that the address lies under, the nearer one is the present one.
      let current = entries.map(\.path).filter { path == $0 || path.hasPrefix($0 + "/") }.max { $0.count < $1.count }
      values["menu"] =
        [["address": "/", "label": words("common.home"), "isCurrent": path == "/"] as [String: Any]]
        + entries.map { ["address": $0.path, "label": words($0.key), "isCurrent": $0.path == current] }
    }
    return values
  }

  /// The language switch. Pages without an account say their language in the address: what is chosen there is not chosen
  /// for the whole site.
  private func languages(_ visit: Visit) -> [[String: Any]] {
    let path = visit.request.uri.path
    let pages = GuestPages.at(path)
    return (pages.map(screen.languages(of:)) ?? screen.languages).map { language in
      [
        "code": language.code, "name": screen.words(language)("common.language"),
        "isCurrent": language == visit.language,
        "address": pages == nil
          ? "/language/\(language.code)?to=\(Form.encoded(visit.here))" : "\(path)?in=\(language.code)",
      ] as [String: Any]
    }
  }
}

/// The model's values first, then the frame's.
struct FramedModel: MustacheParent {
  private let model: [String: Any]
  private let frame: [String: Any]

  init(model: Any, frame: [String: Any]) {
    self.model = plain(model)
    self.frame = frame
  }

  func child(named name: String) -> Any? { model[name] ?? frame[name] }
}

/// A struct's or a dictionary's values by name, without those that are missing.
private func plain(_ model: Any) -> [String: Any] {
  if let values = model as? [String: Any] { return values.compactMapValues(present) }
  let children = Mirror(reflecting: model).children.compactMap { child in
    child.label.flatMap { label in present(child.value).map { (label, $0) } }
  }
  return Dictionary(children, uniquingKeysWith: { first, _ in first })
}

private func present(_ value: Any) -> Any? {
  let mirror = Mirror(reflecting: value)
  return mirror.displayStyle == .optional ? mirror.children.first.flatMap { present($0.value) } : value
}

extension Visit {
  /// What the hidden field `csrf` of this visitor's forms must hold; nothing on pages without forms.
  /// - Parameter actor: who will send them.
  func formTag(_ actor: Actor?) -> String {
    context.formToken.map { FormGuard.tag(frame.desks.office.root, $0, actor) } ?? ""
  }

  /// The page's own address on this site, with its query.
  var here: String {
    let target = request.uri.string
    return Self.isLocal(target) ? target : "/"
  }

  /// Whether an address leads to this site and nowhere else.
  static func isLocal(_ target: String) -> Bool {
    target.hasPrefix("/") && !target.hasPrefix("//") && target.utf8.count <= 1000
      && target.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "\\") }
  }
}
