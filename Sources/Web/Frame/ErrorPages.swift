import Basics
import Forms
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Records

/// Turns what was thrown into one clear sentence in the reader's language. The log gets the kind of error and a
/// reference, nothing of the request.
struct ErrorPages: RouterMiddleware {
  typealias Context = PageContext
  let frame: Frame

  func handle(
    _ request: Request, context: PageContext, next: (Request, PageContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let error as CancellationError {
      throw error
    } catch {
      let problem = Problem(error)
      if problem.isOurs {
        context.logger.error(
          "a request failed",
          metadata: ["reference": "\(context.reference)", "error": "\(String(reflecting: type(of: error)))"])
      }
      let visit = Visit(request: request, context: context, frame: frame)
      if frame.settings.isPractice, error is EndedSession || problem.status == .unauthorized {
        return try frame.response(PracticePages.closed(visit, status: .unauthorized), visit)
      }
      if let ended = error as? EndedSession { return try frame.response(SignInAgain.page(visit, ended), visit) }
      if problem.status == .unauthorized, request.method == .get || request.method == .head {
        return try frame.response(.goTo("/sign-in?to=" + Form.encoded(visit.here)), visit)
      }
      var response = try frame.response(
        .page(
          "common/problem",
          [
            "sentence": visit.words(problem.phrase), "reference": problem.isOurs ? context.reference : nil,
            "signIn": problem.status == .unauthorized, "status": problem.status.code,
          ] as [String: Any?], status: problem.status), visit)
      for field in problem.headers { response.headers.append(field) }
      return response
    }
  }
}

/// What a thrown error means to the reader.
struct Problem {
  var status: HTTPResponse.Status
  var phrase: Phrase
  /// Whether we must look into it.
  var isOurs = false
  var headers: HTTPFields = [:]

  init(_ error: any Error) {
    if let refusal = Refusal(becauseOf: error) {
      self.init(refusal.kind.status, refusal.phrase)
      isOurs = error is DatabaseFailure && error as? DatabaseFailure != .contended
      if refusal.kind == .unavailable || refusal.kind == .tooMany { headers[.retryAfter] = "10" }
      return
    }
    switch error {
    case let refused as RefusedRequest: self.init(refused.status, Phrase(refused.key, refused.values))
    case let wrong as WrongMethod:
      self.init(.methodNotAllowed, Phrase("error.method"))
      headers[.allow] = wrong.allowed.map(\.rawValue).sorted().joined(separator: ", ")
    case is NIOTooManyBytesError: self.init(.contentTooLarge, Phrase("error.too_large"))
    case let http as HTTPError where http.status == .notFound: self.init(.notFound, Phrase("error.not_found"))
    case let http as HTTPError where http.status.kind == .clientError: self.init(http.status, Phrase("error.malformed"))
    default:
      self.init(.internalServerError, Phrase("error.unexpected"))
      isOurs = true
    }
  }

  private init(_ status: HTTPResponse.Status, _ phrase: Phrase) {
    self.status = status
    self.phrase = phrase
  }
}

/// A request that is refused before any page sees it.
struct RefusedRequest: Error {
  var status: HTTPResponse.Status
  var key: String
  var values: [String: String] = [:]
  static let malformed = RefusedRequest(status: .badRequest, key: "error.malformed")
  static let wrongType = RefusedRequest(status: .unsupportedMediaType, key: "error.content_type")
  static let tooLarge = RefusedRequest(status: .contentTooLarge, key: "error.too_large")
  /// The form is not one that this site gave to this visitor.
  static let foreignForm = RefusedRequest(status: .forbidden, key: "error.foreign_form")
}

extension Refusal {
  /// The refusal that an error stands for; `nil` for one that no reader can do anything about.
  init?(becauseOf error: any Error) {
    switch error {
    case let refusal as Refusal: self = refusal
    case DatabaseFailure.unavailable: self.init(.unavailable, Phrase("error.unavailable"))
    case DatabaseFailure.storageFull: self.init(.storageFull, Phrase("error.storage_full"))
    case DatabaseFailure.contended: self = .conflict
    // Two made the same thing at once, and the store kept one.
    case DatabaseFailure.constraint: self = .conflict
    case is FormTooLarge: self.init(.invalid, Phrase("error.form_too_large"))
    default: return nil
    }
  }
}

extension Refusal.Kind {
  var status: HTTPResponse.Status {
    switch self {
    case .invalid: .unprocessableContent
    case .notSignedIn: .unauthorized
    case .forbidden, .noBasis: .forbidden
    case .notFound: .notFound
    case .conflict: .conflict
    case .tooMany: .tooManyRequests
    case .unavailable: .serviceUnavailable
    case .storageFull: HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
    }
  }
}
