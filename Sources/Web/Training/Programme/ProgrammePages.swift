import Basics
import CountryPack
import HTTPTypes
import Hummingbird
import NIOCore
import Training
import Vault

/// Everything of a programme's planning, and the calendars it gives out.
struct ProgrammePages {
  let desks: Desks
  let settings: SiteSettings

  func add(to routes: Routes) {
    AgendaPages(desks: desks).add(to: routes)
    PlanPages(desks: desks).add(to: routes)
    AnnouncementPages(desks: desks).add(to: routes)
    RegistrationListPages(desks: desks).add(to: routes)
    PeoplePages(desks: desks).add(to: routes)
    routes.get("/training/calendar", calendarPage)
    routes.post("/training/calendar", renew)
    routes.get("/calendar/:token", calendar)
    routes.get("/t/:token/calendar.ics", seatCalendar)
  }

  // MARK: Calendars

  private func calendarPage(_ visit: Visit) async throws -> Answer {
    let link = try await desks.organising.calendarLink(try visit.actor())
    let words = visit.words
    return .page(
      "training/programme/calendar",
      [
        "title": words("training.calendar.title"),
        "heading": Heading(
          title: words("training.calendar.title"), lead: words("training.calendar.lead"),
          back: .init(address: "/training", label: words("training.title"))
        ).view,
        "link": link.map { settings.publicAddress + "/calendar/" + $0.exposedText + ".ics" },
        "form": visit.sheet.view(
          action: "/training/calendar",
          submit: link == nil ? "training.calendar.make" : "training.calendar.renew", fields: []),
      ] as [String: Any?])
  }

  private func renew(_ visit: Visit) async throws -> Answer {
    try await desks.organising.renewCalendar(try visit.actor())
    return .goTo("/training/calendar")
  }

  private func calendar(_ visit: Visit) async throws -> Answer {
    let part = visit.part("token")
    guard let token = Token(part.hasSuffix(".ics") ? String(part.dropLast(4)) : part) else { throw Refusal.notFound }
    return file(try await desks.organising.calendar(token, visit.language))
  }

  private func seatCalendar(_ visit: Visit) async throws -> Answer {
    guard let token = Token(visit.part("token")) else { throw Refusal.notFound }
    return file(try await desks.organising.calendar(seat: token, visit.language))
  }

  private func file(_ calendar: CalendarFile) -> Answer {
    .file(calendar.text, name: "amparo.ics", type: "text/calendar; charset=utf-8; method=PUBLISH")
  }
}
