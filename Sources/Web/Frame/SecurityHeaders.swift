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
    // What a member brought in has a stricter one of its own.
    if response.headers[.contentSecurityPolicy] == nil { response.headers[.contentSecurityPolicy] = Self.policy }
    response.headers[.xContentTypeOptions] = "nosniff"
    response.headers[Self.referrerPolicy] = "no-referrer"
    response.headers[Self.openerPolicy] = "same-origin"
    response.headers[Self.resourcePolicy] = "same-origin"
    response.headers[Self.permissionsPolicy] = "camera=(), microphone=(), geolocation=()"
    response.headers[Self.robots] = "noindex, nofollow"
    if isSecure { response.headers[.strictTransportSecurity] = "max-age=31536000" }
    if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
    return response
  }

  private static let referrerPolicy = name("Referrer-Policy")
  private static let openerPolicy = name("Cross-Origin-Opener-Policy")
  private static let resourcePolicy = name("Cross-Origin-Resource-Policy")
  private static let permissionsPolicy = name("Permissions-Policy")
  private static let robots = name("X-Robots-Tag")
  private static func name(_ text: String) -> HTTPField.Name { HTTPField.Name(text) ?? .server }
}
