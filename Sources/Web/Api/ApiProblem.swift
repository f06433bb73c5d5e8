import Basics
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Why a program's request was not done: problem details (RFC 9457), in the reader's language, with a type that never
/// changes.
struct ApiProblem: Error {
  /// The types. Programs decide by them; people read the sentences.
  enum Kind: String, Sendable, CaseIterable {
    case malformed
    case unauthorized
    case forbidden
    case noBasis = "no-basis"
    case notFound = "not-found"
    case method
    case notAcceptable = "not-acceptable"
    case conflict
    case tooLarge = "too-large"
    case wrongType = "wrong-type"
    case invalid
    case tooMany = "too-many"
    case unexpected
    case unavailable
    case storageFull = "storage-full"

    var status: HTTPResponse.Status {
      switch self {
      case .malformed: .badRequest
      case .unauthorized: .unauthorized
      case .forbidden, .noBasis: .forbidden
      case .notFound: .notFound
      case .method: .methodNotAllowed
      case .notAcceptable: .notAcceptable
      case .conflict: .conflict
      case .tooLarge: .contentTooLarge
      case .wrongType: .unsupportedMediaType
      case .invalid: .unprocessableContent
      case .tooMany: .tooManyRequests
      case .unexpected: .internalServerError
      case .unavailable: .serviceUnavailable
      case .storageFull: HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
      }
    }

    var type: String { "urn:amparo:problem:" + rawValue }
    /// The key of its title.
    var title: String { "api.problem." + rawValue.replacing("-", with: "_") }
  }

  /// What is wrong with one field of the body, or one parameter of the address.
  struct Wrong: Sendable, Hashable {
    var pointer: String?
    var parameter: String?
    var phrase: Phrase

    static func field(_ name: String, _ phrase: Phrase) -> Wrong {
      let escaped = name.replacing("~", with: "~0").replacing("/", with: "~1")
      return Wrong(pointer: "#/" + escaped, phrase: phrase)
    }
    static func parameter(_ name: String, _ phrase: Phrase) -> Wrong { Wrong(parameter: name, phrase: phrase) }
  }

  var kind: Kind
  var phrase: Phrase
  var wrong: [Wrong] = []
  var headers: HTTPFields = [:]
  /// Whether we must look into it.
  var isOurs = false

  init(_ kind: Kind, _ phrase: Phrase, _ wrong: [Wrong] = []) {
    self.kind = kind
    self.phrase = phrase
    self.wrong = wrong
  }

  init(_ error: any Error) {
    if let problem = error as? ApiProblem {
      self = problem
    } else if let refusal = Refusal(becauseOf: error) {
      self.init(Kind(refusal.kind), refusal.phrase, refusal.fields.map { .field($0.field, $0.phrase) })
      isOurs = Problem(error).isOurs
      if refusal.kind == .unavailable || refusal.kind == .tooMany { headers[.retryAfter] = "10" }
    } else if error is NIOTooManyBytesError {
      self.init(.tooLarge, Phrase("error.too_large"))
    } else if (error as? RefusedRequest)?.status == .badRequest {
      self.init(.malformed, Phrase("error.malformed"))
    } else {
      self.init(.unexpected, Phrase("error.unexpected"))
      isOurs = true
    }
    if kind == .unauthorized { headers[.wwwAuthenticate] = "Bearer realm=\"amparo\"" }
  }

  func response(_ words: Words, reference: String) -> Response {
    let value = ApiValue.fields([
      "type": .string(kind.type), "title": .string(words(kind.title)), "status": .integer(Int64(kind.status.code)),
      "detail": .string(words(phrase)), "instance": isOurs ? .string("urn:amparo:request:" + reference) : nil,
      "errors": wrong.isEmpty
        ? nil
        : .list(
          wrong.map {
            .fields([
              "pointer": $0.pointer.map { .string($0) }, "parameter": $0.parameter.map { .string($0) },
              "detail": .string(words($0.phrase)),
            ])
          }),
    ])
    return ApiDoor.response(kind.status, value, "application/problem+json", words, headers)
  }
}

extension ApiProblem.Kind {
  init(_ kind: Refusal.Kind) {
    self =
      switch kind {
      case .invalid: .invalid
      case .notSignedIn: .unauthorized
      case .forbidden: .forbidden
      case .notFound: .notFound
      case .conflict: .conflict
      case .noBasis: .noBasis
      case .tooMany: .tooMany
      case .unavailable: .unavailable
      case .storageFull: .storageFull
      }
  }
}
