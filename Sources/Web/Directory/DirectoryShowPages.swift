import Accounts
import Basics
import Referrals

/// What the public would read of an entry, and the button that lets it. Whoever keeps the entry looks first.
extension DirectoryPages {
  func showPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let showing = try await desk.showing(try visit.actor(), try key(visit))
    guard showing.mayChange else { throw Refusal.forbidden }
    let (words, service) = (visit.words, showing.entry.service)
    var model: [String: Any] = [
      "title": words("directory.public.title"),
      "heading": Heading(
        title: words("directory.public.title"), lead: words("directory.public.lead"), eyebrow: service.name,
        back: .init(address: Self.address(service.key), label: service.name)
      ).view,
    ]
    if let obstacle = showing.obstacle {
      model["obstacle"] = words("error.directory_\(obstacle.rawValue)")
    } else if let preview = showing.preview {
      model["service"] = PublicServiceView(preview, DirectoryWords(visit), desk.freshness(preview)).whole
      model["state"] =
        showing.since.map { words("directory.public.since", ["day": visit.dates.day(of: $0)]) }
        ?? words("directory.public.hidden")
      model["form"] = sheet.view(
        action: Self.address(service.key) + "/public",
        submit: showing.since == nil ? "directory.public.show" : "directory.public.hide",
        fields: [
          ["isHidden": true, "name": "revision", "value": String(showing.entry.revision)],
          ["isHidden": true, "name": "show", "value": showing.since == nil ? "yes" : "no"],
        ], cancel: Self.address(service.key))
    }
    return .page("directory/public", model)
  }

  func show(_ visit: Visit) async throws -> Answer {
    let (actor, key) = (try visit.actor(), try key(visit))
    return try await visit.attempt {
      try await desk.show(
        actor, key, toPublic: try visit.form.one("show") == "yes", revision: try revision(visit))
      return .goTo(Self.address(key) + "/public")
    } orShow: {
      try await showPage(visit, $0)
    }
  }
}
