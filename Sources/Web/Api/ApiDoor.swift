import Accounts
import Basics
import CountryPack
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Where programs come in: everything below `/api/`, before sessions and forms are looked at.
///
/// No cookie is read, so that no page elsewhere can make a member's browser ask anything here. A request is read strictly
/// by its operation: what the OpenAPI document does not say is refused, and nothing of it is logged.
struct ApiDoor: RouterMiddleware {
  typealias Context = PageContext
  /// Bytes that a body may have: the longest note and all codes fit many times.
  static let largestBody = 64 * 1024

  let desks: Desks
  let screen: Screen

  static var registered: [String] { Api.operations.map(\.route) }

  func handle(
    _ request: Request, context: PageContext, next: (Request, PageContext) async throws -> Response
  ) async throws -> Response {
    let path = request.uri.path
    guard path.hasPrefix("/api/") else { return try await next(request, context) }
    let words = screen.words(FirstSteps.wanted(request.headers[.acceptLanguage] ?? "", of: screen.languages))
    do {
      let (operation, parts) = try find(path, request.method)
      try requireJSON(request)
      let call = try await call(operation, parts, request, context, words)
      let answer = try await operation.work(call)
      var headers: HTTPFields = [:]
      headers[.location] = answer.location.map { Api.root + $0 }
      let response = Self.response(operation.status, answer.value, "application/json", words, headers)
      return request.method == .head ? Self.headOnly(response) : response
    } catch let error as CancellationError {
      throw error
    } catch {
      let problem = ApiProblem(error)
      if problem.isOurs {
        context.logger.error(
          "a request failed",
          metadata: ["reference": "\(context.reference)", "error": "\(String(reflecting: type(of: error)))"])
      }
      let response = problem.response(words, reference: context.reference)
      return request.method == .head ? Self.headOnly(response) : response
    }
  }

  // MARK: Reading

  private func find(_ path: String, _ method: HTTPRequest.Method) throws -> (ApiOperation, [String: String]) {
    let nowhere = ApiProblem(.notFound, Phrase("error.not_found"))
    guard path.hasPrefix(Api.root + "/") else { throw nowhere }
    // A trailing slash is another address, and an empty part names nothing.
    let pieces = path.dropFirst(Api.root.count + 1).split(separator: "/", omittingEmptySubsequences: false).map {
      String($0).removingPercentEncoding
    }
    guard !pieces.contains(nil) else { throw nowhere }
    let here = Api.operations.compactMap { operation in
      operation.match(pieces.compactMap(\.self)).map { (operation, $0) }
    }
    guard !here.isEmpty else { throw nowhere }
    let wanted = method == .head ? .get : method
    guard let found = here.first(where: { $0.0.method == wanted }) else {
      var problem = ApiProblem(.method, Phrase("error.method"))
      var allowed = Set(here.map(\.0.method.rawValue))
      if allowed.contains("GET") { allowed.insert("HEAD") }
      problem.headers[.allow] = allowed.sorted().joined(separator: ", ")
      throw problem
    }
    return found
  }

  /// Who asks for nothing but a page or a picture gets none.
  private func requireJSON(_ request: Request) throws {
    guard let accept = request.headers[.accept], !accept.trimmingCharacters(in: .whitespaces).isEmpty else { return }
    let ranges = accept.lowercased().split(separator: ",").compactMap { range -> String? in
      let parts = range.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
      let isRefused = parts.dropFirst().contains { part in
        part.hasPrefix("q=") && Double(part.dropFirst(2)) == 0
      }
      return isRefused ? nil : parts.first
    }
    guard ranges.contains(where: { ["*/*", "application/*", "application/json"].contains($0) }) else {
      throw ApiProblem(.notAcceptable, Phrase("error.api_accept"))
    }
  }

  private func call(
    _ operation: ApiOperation, _ parts: [String: String], _ request: Request, _ context: PageContext, _ words: Words
  ) async throws -> ApiCall {
    let key = operation.isOpen ? nil : try await actor(request, context)
    if let right = operation.right, let key, !right.isHeld(by: key) {
      throw ApiProblem(.forbidden, Phrase("error.api_right", ["right": words("api.right.\(right.rawValue)")]))
    }
    var values = try addressed(operation, parts, request)
    if let fields = operation.body { values.merge(try await sent(fields, request)) { first, _ in first } }
    return ApiCall(desks: desks, words: words, values: values, key: key)
  }

  private func actor(_ request: Request, _ context: PageContext) async throws -> Actor {
    let parts = (request.headers[.authorization] ?? "").split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else {
      throw ApiProblem(Refusal(.notSignedIn, Phrase("error.api_no_key")))
    }
    return try await desks.apiKeys.actor(String(parts[1]), client: context.client)
  }

  private func addressed(_ operation: ApiOperation, _ parts: [String: String], _ request: Request) throws
    -> [String: ApiValue]
  {
    var values: [String: ApiValue] = [:]
    for part in operation.parts {
      guard let value = part.kind.read(parts[part.name] ?? "", desks.pack) else { throw Refusal.notFound }
      values[part.name] = value
    }
    let query = try Form(encoded: request.uri.query ?? "")
    var wrong: [ApiProblem.Wrong] = []
    for name in query.names(beginningWith: "") where !operation.query.contains(where: { $0.name == name }) {
      wrong.append(.parameter(name, Phrase("error.api_unknown")))
    }
    for field in operation.query {
      let all = query.all(field.name)
      if all.count > 1 {
        wrong.append(.parameter(field.name, Phrase("error.once")))
      } else if let text = all.first {
        guard let value = field.kind.read(text, desks.pack) else {
          wrong.append(.parameter(field.name, Phrase("error.api_value")))
          continue
        }
        values[field.name] = value
      } else if field.isRequired {
        wrong.append(.parameter(field.name, Phrase("error.missing")))
      }
    }
    guard wrong.isEmpty else { throw ApiProblem(.malformed, Phrase("error.api_parameters"), wrong) }
    return values
  }

  private func sent(_ fields: [ApiField], _ request: Request) async throws -> [String: ApiValue] {
    let type = (request.headers[.contentType] ?? "").lowercased().split(separator: ";").map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    guard type.first == "application/json",
      type.dropFirst().allSatisfy({ !$0.hasPrefix("charset=") || $0.hasSuffix("utf-8") || $0.hasSuffix("utf-8\"") })
    else { throw ApiProblem(.wrongType, Phrase("error.api_content_type")) }
    if let length = request.headers[.contentLength].flatMap(Int.init), length > Self.largestBody {
      throw ApiProblem(.tooLarge, Phrase("error.too_large"))
    }
    let bytes = Array(try await request.body.collect(upTo: Self.largestBody).readableBytesView)
    guard let body = ApiValue(json: bytes) else { throw ApiProblem(.malformed, Phrase("error.api_json")) }
    guard let members = body.object else { throw ApiProblem(.invalid, Phrase("error.api_object")) }
    var (values, wrong): ([String: ApiValue], [ApiProblem.Wrong]) = ([:], [])
    for name in members.keys.sorted() where !fields.contains(where: { $0.name == name }) {
      wrong.append(.field(name, Phrase("error.api_unknown")))
    }
    for field in fields {
      guard let member = members[field.name] else {
        if field.isRequired { wrong.append(.field(field.name, Phrase("error.missing"))) }
        continue
      }
      guard let value = field.kind.read(member, desks.pack) else {
        wrong.append(.field(field.name, Phrase("error.api_value")))
        continue
      }
      values[field.name] = value
    }
    guard wrong.isEmpty else { throw ApiProblem(.invalid, Phrase("error.check_fields"), wrong) }
    return values
  }

  // MARK: Answering

  static func response(
    _ status: HTTPResponse.Status, _ value: ApiValue, _ type: String, _ words: Words, _ further: HTTPFields = [:]
  ) -> Response {
    let bytes = value.json
    var headers = further
    headers[.contentType] = type
    headers[.contentLength] = String(bytes.count)
    headers[.contentLanguage] = words.language.code
    headers[.vary] = "Accept-Language"
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  private static func headOnly(_ response: Response) -> Response {
    Response(status: response.status, headers: response.headers, body: ResponseBody())
  }
}
