import Basics
import HTTPTypes
import Hummingbird

/// The web app a phone keeps for interviews without network. Everybody may load it: it holds the pack and no person.
struct FieldAppPages {
  let app: FieldApp

  func add(to routes: Routes) {
    routes.get("/campo") { visit in
      // The service worker's scope ends in a slash.
      guard visit.request.uri.path.hasSuffix("/") else { return .goTo(FieldApp.address) }
      return .whole(app.page.response(visit.request))
    }
    routes.get("/campo/sw.js") { visit in
      .whole(app.worker.response(visit.request, further: [Self.workerScope: FieldApp.address]))
    }
    routes.get("/campo/manifest.webmanifest") { .whole(app.manifest.response($0.request)) }
    routes.get("/campo/content.json") { visit in
      guard let language = visit.request.uri.queryParameters.get("lang").flatMap({ Language($0) }),
        let content = app.contents[language]
      else { throw Refusal.notFound }
      return .whole(content.response(visit.request))
    }
  }

  private static let workerScope = HTTPField.Name("Service-Worker-Allowed") ?? .server
}
