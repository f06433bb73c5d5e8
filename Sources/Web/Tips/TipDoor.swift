import Basics
import CountryPack
import HTTPTypes
import Hummingbird
import NIOCore
import Tips

/// Where anybody tells something, and comes back for an answer: without account, script or cookie. It stands before
/// sessions are looked at, so that nothing of it stays on the phone and no member's name comes near it.
struct TipDoor {
  static let path = "/tip"
  static let answerPath = "/tip/answer"
  /// Their language stands in addresses and forms only.
  static let pages = GuestPages(
    path: path, templates: ["tips/arrived", "tips/door", "tips/form", "tips/thread"],
    texts: [
      "error.text_control", "error.text_direction", "error.tip_closed_desk", "error.tip_flood", "error.tip_full",
      "error.tip_long", "error.tip_look_again", "error.tip_meanwhile", "error.tip_once_more", "error.tip_over",
      "error.tip_sure", "error.tip_unknown", "error.tip_wait", "error.tip_what", "error.tip_withdrawn", "tips.about.",
      "tips.arrived.", "tips.children.", "tips.danger.", "tips.door.", "tips.form.", "tips.message.", "tips.passing.",
      "tips.sender.", "tips.thread.",
    ])

  let desks: Desks
  let settings: SiteSettings
  let screen: Screen
  var desk: TipDesk { desks.tips }

  func add(to routes: Routes) {
    routes.get(Self.path) { visit in try await TipFormPage(door: self, visit: visit).blank() }
    routes.post(Self.path) { visit in try await TipFormPage(door: self, visit: sent(visit)).send() }
    let answers = TipAnswerPages(door: self)
    routes.get(Self.answerPath) { visit in answers.entrance(visit, nil) }
    routes.post(Self.answerPath) { visit in try await answers.enter(try await sent(visit)) }
    routes.post(Self.answerPath + "/add") { visit in try await answers.add(try await sent(visit)) }
    routes.post(Self.answerPath + "/contact") { visit in try await answers.forgetContact(try await sent(visit)) }
    routes.post(Self.answerPath + "/passing") { visit in try await answers.setPassing(try await sent(visit)) }
    routes.post(Self.answerPath + "/withdraw") { visit in try await answers.withdraw(try await sent(visit)) }
  }

  // MARK: Language, without a cookie

  private var languages: [Language] { screen.languages(of: Self.pages) }

  /// What stands around each of these pages: languages as addresses, and nobody who is signed in.
  func page(_ visit: Visit, _ template: String, _ path: String, _ model: [String: Any]) -> Answer {
    var model = model
    model["languages"] = languages.map { language in
      [
        "code": language.code, "name": screen.words(language)("common.language"),
        "isCurrent": language == visit.language, "address": "\(path)?in=\(language.code)",
      ] as [String: Any]
    }
    model["tell"] = Self.path + "?in=\(visit.language)"
    model["back"] = Self.answerPath + "?in=\(visit.language)"
    var answer = Answer.page(template, model)
    answer.language = visit.language
    return answer
  }

  /// The number for danger and those whose owners confirmed them.
  func lines(_ visit: Visit) -> [String: Any] {
    func line(_ line: Hotline) -> [String: Any] {
      [
        "name": line.name[visit.language], "number": line.number, "dial": line.number.filter { !$0.isWhitespace },
        "verified": line.verifiedOn.map(visit.dates.day) ?? "", "isVerified": line.isPublic,
      ]
    }
    let (pack, emergency) = (desks.pack, desks.pack.tips.emergency)
    let others = pack.hotlines.filter { $0.isPublic && $0.code != emergency?.code }.map(line)
    var view: [String: Any] = ["hotlines": others, "hasHotlines": !others.isEmpty]
    view["emergency"] = emergency.map(line)
    return view
  }

  // MARK: Reading

  /// Reads a form that this site sent, and no other site.
  private func sent(_ visit: Visit) async throws -> Visit {
    guard FormGuard.comesFromHere(visit.request, settings) else { throw RefusedRequest.foreignForm }
    guard FormGuard.isForm(visit.request.headers[.contentType] ?? "") else { throw RefusedRequest.wrongType }
    if let length = visit.request.headers[.contentLength].flatMap(Int.init), length > FormGuard.largestForm {
      throw RefusedRequest.tooLarge
    }
    let body = try await visit.request.body.collect(upTo: FormGuard.largestForm)
    // What can't be shown is shown as such, so that nothing that was typed is lost.
    let form = try Form(
      encoded: String(validating: body.readableBytesView, as: UTF8.self) ?? "%", showingControls: true
    ).cut(to: FormGuard.longestValue)
    return visit.in(languages.first { $0.code == form["in"] }, form: form)
  }
}

extension Visit {
  /// The same request in another language, with what was sent.
  fileprivate func `in`(_ language: Language?, form: Form) -> Visit {
    var context = context
    context.language = language ?? context.language
    context.form = form
    return Visit(request: request, context: context, frame: frame)
  }
}
