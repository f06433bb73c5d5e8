import HTTPTypes
import Hummingbird

/// The headers that every response carries, errors included.
struct SecurityHeaders: RouterMiddleware {
  typealias Context = PageContext
  let isSecure: Bool

  static let policy = [
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'",
    "manifest-src 'self'", "form-action 'self'",
    "base-uri 'none'", "frame-ancestors 'none'", "object-src 'none'",
  ].joined(separator: "; ")

  func handle(
    _ request: Request, context: PageContext, next: (Request, PageContext) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    for field in Self.fields(isSecure: isSecure)
    // What a member brought in has a stricter policy of its own.
    where field.name != .contentSecurityPolicy || response.headers[.contentSecurityPolicy] == nil {
      response.headers[field.name] = field.value
    }
    if !Self.mayBeFound(request.uri.path) { response.headers[Self.robots] = "noindex, nofollow" }
    if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
    return response
  }

  static let openData = "/open-data"

  /// Whether search engines may show a page: the published figures; the public site has a door of its own.
  static func mayBeFound(_ path: String) -> Bool { path == openData || path.hasPrefix(openData + "/") }

  /// Those of every page, whoever may see it.
  static func fields(isSecure: Bool) -> HTTPFields {
    var fields: HTTPFields = [:]
    fields[.contentSecurityPolicy] = policy
    fields[.xContentTypeOptions] = "nosniff"
    fields[referrerPolicy] = "no-referrer"
    fields[openerPolicy] = "same-origin"
    fields[resourcePolicy] = "same-origin"
    fields[permissionsPolicy] = "camera=(), microphone=(), geolocation=()"
    if isSecure { fields[.strictTransportSecurity] = "max-age=31536000" }
    return fields
  }

  private static let referrerPolicy = name("Referrer-Policy")
  private static let openerPolicy = name("Cross-Origin-Opener-Policy")
  private static let resourcePolicy = name("Cross-Origin-Resource-Policy")
  private static let permissionsPolicy = name("Permissions-Policy")
  private static let robots = name("X-Robots-Tag")
  private static func name(_ text: String) -> HTTPField.Name { HTTPField.Name(text) ?? .server }
}
