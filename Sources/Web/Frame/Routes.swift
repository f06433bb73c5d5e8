import Accounts
import Basics
import CountryPack
import HTTPTypes
import Hummingbird
import NIOCore

/// Where pages are registered: an address and a function from a visit to an answer.
final class Routes {
  typealias Page = @Sendable (Visit) async throws -> Answer
  private let router: Router<PageContext>
  private let frame: Frame
  /// Whether these are the pages of the practice site.
  var isPractice: Bool { frame.settings.isPractice }
  private var methods: [String: Set<HTTPRequest.Method>] = [:]
  /// What was registered, as `GET /cases/:case`, so that a test can ask every one of them who gets in.
  var registered: [String] { methods.flatMap { path, known in known.map { "\($0.rawValue) \(path)" } } }

  init(_ router: Router<PageContext>, _ frame: Frame) {
    self.router = router
    self.frame = frame
  }

  func get(_ path: String, _ page: @escaping Page) { on(.get, path, page) }

  /// The form was read and its CSRF field checked before the page is called.
  func post(_ path: String, _ page: @escaping Page) { on(.post, path, page) }

  private func on(_ method: HTTPRequest.Method, _ path: String, _ page: @escaping Page) {
    methods[path, default: []].insert(method)
    let frame = frame
    router.on(RouterPath(path), method: method) { request, context in
      let visit = Visit(request: request, context: context, frame: frame)
      return try frame.response(try await page(visit), visit)
    }
  }

  /// Gives every registered address a 405 for the methods it does not have.
  func refuseOtherMethods() {
    for (path, known) in methods {
      let allowed = known.contains(.get) ? known.union([.head]) : known
      for method in [.get, .post, .put, .delete, .patch, .options] as [HTTPRequest.Method] where !known.contains(method)
      {
        router.on(RouterPath(path), method: method) { _, _ -> Response in throw WrongMethod(allowed: allowed) }
      }
    }
  }
}

/// The address exists, but not for this method.
struct WrongMethod: Error {
  var allowed: Set<HTTPRequest.Method>
}

/// One request as a page sees it.
struct Visit: Sendable {
  let request: Request
  let context: PageContext
  let frame: Frame

  var words: Words { frame.screen.words(context.language) }
  var dates: Dates { Dates(words: words, offset: frame.desks.pack.offsetFromUTC, now: frame.desks.office.clock.now()) }
  var language: Language { context.language }
  /// The fields that were sent.
  var form: Form { context.form }
  /// The files that were sent, on a page that takes some.
  var files: [String: [UInt8]] { context.files }
  /// The address's query. Never put personal data there.
  var query: Form { context.query }
  /// An empty form, for the first time it is shown.
  var sheet: FormSheet { FormSheet(words: words) }

  /// Who asks. Throws `Refusal.notSignedIn`, which becomes the sign-in page.
  func actor() throws(Refusal) -> Actor {
    guard let actor = context.actor else { throw Refusal(.notSignedIn, Phrase("error.not_signed_in")) }
    return actor
  }

  /// A part of the address, as the router took it; empty when there is none.
  func part(_ name: String) -> String { context.parameters.get(name) ?? "" }

  /// An identifier in the address. Throws `Refusal.notFound` when it is none.
  func id<Entity>(_ name: String) throws(Refusal) -> Identifier<Entity> {
    guard let id = Identifier<Entity>(part(name)) else { throw .notFound }
    return id
  }

  /// The same request, read in a language.
  func reading(_ language: Language) -> Visit {
    var context = context
    context.language = language
    return Visit(request: request, context: context, frame: frame)
  }

  /// Does what a form asks for; when it is refused in a way that typing can mend or that may pass, shows the form
  /// again with what was typed and why.
  ///
  /// - Parameter further: a refusal that may pass on this page too, such as of a consent that ended meanwhile.
  func attempt(
    orIf further: Refusal.Kind? = nil, _ act: () async throws -> Answer,
    orShow show: (FormSheet) async throws -> Answer
  ) async throws -> Answer {
    do {
      return try await act()
    } catch {
      guard let refusal = Refusal(becauseOf: error),
        [.invalid, .conflict, .tooMany, .unavailable, .storageFull, further].contains(refusal.kind)
      else { throw error }
      var answer = try await show(FormSheet(words: words, typed: form, refusal: refusal))
      answer.status = refusal.kind.status
      return answer
    }
  }
}

/// What a page answers.
struct Answer: Sendable {
  // @unchecked Sendable: a model is a dictionary or struct of plain values that is made for one answer and read once.
  enum Content: @unchecked Sendable {
    case page(template: String, model: Any)
    case redirect(String)
    case whole(Response)
  }

  var content: Content
  var status: HTTPResponse.Status = .ok
  var cookies: [Cookie] = []
  /// The language of the page, where its address says one; else the reader's.
  var language: Language?
  /// Seconds after which a browser asks for the page again, while something goes on.
  var refresh: Int?
  /// What of the page is a list, to take along as a spreadsheet.
  var list: (@Sendable () -> ListSheet)?
  /// Where that spreadsheet is.
  var sheet: String?

  /// A page from a template, for example `"accounts/sign-in"`, and the values it shows.
  static func page(_ template: String, _ model: Any = [String: Any](), status: HTTPResponse.Status = .ok) -> Answer {
    Answer(content: .page(template: template, model: model), status: status)
  }

  /// After a POST: on to a page of this site.
  static func goTo(_ path: String) -> Answer { Answer(content: .redirect(path), status: .seeOther) }

  static func whole(_ response: Response) -> Answer { Answer(content: .whole(response), status: response.status) }

  /// A file to keep.
  /// - Parameter name: without anything that names a person.
  static func file(_ bytes: [UInt8], name: String, type: String) -> Answer {
    .whole(
      Response(
        status: .ok,
        headers: [
          .contentType: type, .contentDisposition: "attachment; filename=\"\(name)\"",
          .contentLength: String(bytes.count),
        ], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))))
  }

  /// A text file to keep, in UTF-8.
  static func file(_ text: String, name: String, type: String) -> Answer {
    file(Array(text.utf8), name: name, type: type.contains("charset") ? type : type + "; charset=utf-8")
  }
}
