import Accounts
import Basics
import Hummingbird

/// How mail stands, for who keeps the installation running: numbers and kinds of trouble, no address.
struct MailPages: RoomPages {
  static let path = "/mail"

  let desks: Desks
  let settings: SiteSettings

  var navigation: [NavigationEntry] {
    settings.sendsMail
      ? [NavigationEntry(path: Self.path, key: "notices.outbox.title", permission: .manageInstallation)] : []
  }

  func add(to routes: Routes) {
    routes.get(Self.path, overview)
    routes.post("/mail/retry", retry)
  }

  /// Only what is wrong stands on the first page.
  func home(_ visit: Visit, _ actor: Actor) async throws -> HomeSection? {
    guard actor.may(.manageInstallation) else { return nil }
    let mail = try await desks.notices.mail(actor)
    guard mail.failing > 0 || mail.givenUp > 0 || (!settings.sendsMail && mail.waiting > 0) else { return nil }
    let words = visit.words
    return HomeSection(
      title: "notices.outbox.title",
      rows: [
        WorkRow(
          title: words("notices.outbox.trouble", ["count": String(mail.waiting + mail.givenUp)]), address: Self.path,
          facts: mail.lastFailure.map { [words("notices.failure.\($0.rawValue)")] } ?? [],
          status: Status(text: words("notices.outbox.look"), tone: .urgent))
      ], words: words)
  }

  private func overview(_ visit: Visit) async throws -> Answer {
    let mail = try await desks.notices.mail(try visit.actor())
    let (words, dates) = (visit.words, visit.dates)
    func number(_ count: Int) -> String { String(count) }
    return .page(
      "notices/outbox",
      [
        "heading": Heading(title: words("notices.outbox.title"), lead: words("notices.outbox.lead")).view,
        "isOff": !settings.sendsMail,
        "facts": Definitions([
          (words("notices.outbox.waiting"), number(mail.waiting)),
          (words("notices.outbox.oldest"), mail.oldest.map { "\(dates.moment($0)) · \(dates.ago($0))" } ?? ""),
          (words("notices.outbox.failing"), number(mail.failing)),
          (words("notices.outbox.failure"), mail.lastFailure.map { words("notices.failure.\($0.rawValue)") } ?? ""),
          (words("notices.outbox.later"), number(mail.later)),
          (words("notices.outbox.sent"), number(mail.sentToday)),
          (words("notices.outbox.last_sent"), mail.lastSent.map(dates.moment) ?? ""),
          (words("notices.outbox.refused"), number(mail.refused)),
          (words("notices.outbox.given_up"), number(mail.givenUp)),
        ]).view,
        "canRetry": settings.sendsMail && (mail.failing > 0 || mail.givenUp > 0),
      ])
  }

  private func retry(_ visit: Visit) async throws -> Answer {
    try await desks.notices.retryMail(try visit.actor())
    return .goTo(Self.path)
  }
}
