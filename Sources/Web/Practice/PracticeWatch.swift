import Accounts
import Hummingbird
import Logging
import Practice

/// On the practice site: after every move in the work tool, what happens around the trainee happens. The other desks'
/// answers are there when the page is shown.
struct PracticeWatch: RouterMiddleware {
  typealias Context = PageContext
  let practice: PracticeDesk

  func handle(
    _ request: Request, context: PageContext, next: (Request, PageContext) async throws -> Response
  ) async throws -> Response {
    let response = try await next(request, context)
    if request.method == .post, response.status == .seeOther, let actor = context.actor,
      !["/story", "/finish", "/begin", "/sign-out"].contains(request.uri.path)
    {
      do {
        try await practice.follow(actor, isScreening: request.uri.path.hasPrefix("/screenings/"))
      } catch {
        // What the trainee did is done; the others answer after the next move.
        context.logger.warning(
          "practice: a desk could not answer", metadata: ["error": "\(String(reflecting: type(of: error)))"])
      }
    }
    return response
  }
}
