import Accounts
import Basics
import Training
import Vault

/// Members who take part in a course themselves: their seats on the home page.
struct OwnSeatPages: RoomPages {
  let desks: Desks

  func add(to routes: Routes) { routes.post("/t/:token/account", keep) }

  func home(_ visit: Visit, _ actor: Actor) async throws -> HomeSection? {
    let seats = try await desks.participants.own(actor)
    guard !seats.isEmpty else { return nil }
    let (words, today) = (visit.words, visit.dates.today)
    let rows = seats.map { seat, link in
      let cohort = seat.cohort
      let action: String? =
        if seat.participant.status != .enrolled {
          nil
        } else if seat.tests[.pre] == .open {
          "training.seat.begin_pre"
        } else if seat.tests[.post] == .open, today >= cohort.until {
          "training.seat.begin_post"
        } else if seat.certificate != nil {
          "training.seat.certificate"
        } else if seat.isLessonOpen {
          "training.seat.read"
        } else {
          nil
        }
      return WorkRow(
        title: cohort.title(desks.pack, visit.language), address: "/t/" + link.exposedText,
        facts: [cohort.place, visit.dates.range(cohort.from, cohort.until)],
        status: Status(
          text: words(
            today < cohort.from
              ? "training.state.planned" : today <= cohort.until ? "training.state.running" : "training.state.over"),
          tone: today < cohort.from ? .open : today <= cohort.until ? .active : .done),
        action: action.map { words($0) })
    }
    return HomeSection(title: "training.seats.title", rows: rows, words: words)
  }

  private func keep(_ visit: Visit) async throws -> Answer {
    guard let token = Token(visit.part("token")) else { throw Refusal.notFound }
    let actor = try visit.actor()
    if visit.form["keep"] == "no" {
      try await desks.participants.letGo(token, actor)
    } else {
      try await desks.participants.keep(token, actor)
    }
    return .goTo("/t/" + visit.part("token"))
  }
}
