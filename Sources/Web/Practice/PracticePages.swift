import Accounts
import Basics
import CountryPack
import Hummingbird
import Practice
import PublicSite
import Training
import Vault

/// The practice site's own pages: coming in by a ticket, the story, the end.
struct PracticePages: RoomPages {
  let desks: Desks
  let settings: SiteSettings
  let practice: PracticeDesk

  func add(to routes: Routes) {
    routes.get("/begin/:ticket") { visit in try entrance(visit) }
    routes.post("/begin", begin)
    routes.get("/story", story)
    routes.post("/story", choose)
    routes.get("/finish", finishPage)
    routes.post("/finish", finish)
    routes.get("/feedback", feedback)
    routes.get("/sign-in") { visit in visit.context.actor == nil ? Self.closed(visit) : .goTo("/story") }
    routes.post("/sign-out", signOut)
  }

  func home(_ visit: Visit, _ actor: Actor) async throws -> HomeSection? {
    let exercise = try await practice.exercise(of: practice.attempt(actor))
    return HomeSection(
      title: "practice.story_title",
      rows: [
        WorkRow(
          title: exercise.name[visit.language], address: "/story", facts: [exercise.about[visit.language]],
          action: visit.words("practice.to_story"))
      ], words: visit.words)
  }

  /// For whoever comes without a ticket, or too late.
  static func closed(_ visit: Visit, status: HTTPResponse.Status = .ok) -> Answer {
    var model: [String: Any] = [:]
    if case .isPractice(_, let live) = visit.frame.settings.practice { model["live"] = live }
    return .page("practice/closed", model, status: status)
  }

  // MARK: Coming in

  private func entrance(_ visit: Visit) throws -> Answer {
    let text = visit.part("ticket")
    let exercise = try practice.exercise(of: text).exercise
    let (words, language) = (visit.words, visit.language)
    return .page(
      "practice/begin",
      [
        "title": exercise.name[language],
        "heading": Heading(
          title: exercise.name[language], lead: exercise.about[language],
          eyebrow: words("practice.minutes", ["count": String(exercise.minutes)])
        ).view,
        "form": visit.sheet.view(
          action: "/begin", submit: "practice.begin", fields: [visit.sheet.hidden("ticket", text)], cancel: nil),
      ])
  }

  private func begin(_ visit: Visit) async throws -> Answer {
    let text = try visit.form.one("ticket") ?? ""
    let language = try practice.exercise(of: text).ticket.language
    let words = visit.frame.screen.words(language)
    let token = try await practice.begin(
      text, StageNames(agency: words("practice.stage.agency"), member: words("practice.stage.member")))
    var answer = Answer.goTo("/story")
    answer.cookies = [settings.cookie("session", token.exposedText)]
    return answer
  }

  private func signOut(_ visit: Visit) async throws -> Answer {
    if let actor = visit.context.actor { try await desks.signIn.signOut(actor) }
    var answer = Answer.goTo("/")
    answer.cookies = [settings.noCookie("session"), settings.cookie("form", Token().exposedText)]
    return answer
  }

  // MARK: The story

  private func story(_ visit: Visit) async throws -> Answer {
    let attempt = try await practice.attempt(visit.actor())
    let exercise = try practice.exercise(of: attempt)
    guard attempt.finishedAt == nil else { return .goTo("/feedback") }
    guard let passage = attempt.passage(exercise, visit.language) else { throw Refusal.notFound }
    return .page(
      "practice/story",
      [
        "title": exercise.name[visit.language],
        "heading": Heading(title: exercise.name[visit.language], eyebrow: visit.words("practice.story_title")).view,
        "text": Markdown.html(passage.text), "seen": String(attempt.path.count), "isEnd": passage.isEnd,
        "isTool": passage.tags.contains("tool") || passage.isEnd, "person": person(exercise, visit),
        "choices": passage.links.enumerated().map { ["number": String($0), "text": $1.text] },
        "hasChoices": !passage.links.isEmpty,
      ] as [String: Any])
  }

  private func person(_ exercise: Exercise, _ visit: Visit) -> [String: Any] {
    let person = exercise.person
    return Definitions([
      (visit.words("practice.person.name"), person.name),
      (
        visit.words("practice.person.age"),
        person.isAgeInDoubt ? visit.words("practice.person.age_doubt", ["age": String(person.age)]) : String(person.age)
      ),
      (visit.words("practice.person.language"), person.language),
      (visit.words("practice.person.place"), desks.pack.provinceName(exercise.province, visit.language)),
    ]).view
  }

  private func choose(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    guard let seen = try visit.form.one("seen").flatMap({ Int($0) }),
      let choice = try visit.form.one("choice").flatMap({ Int($0) })
    else { throw RefusedRequest.malformed }
    do { try await practice.choose(actor, choice, seen: seen) } catch let refusal as Refusal
      where refusal.kind == .conflict
    {}
    // Whatever happened meanwhile, the story shows where it stands.
    return .goTo("/story")
  }

  // MARK: The end

  private func finishPage(_ visit: Visit) async throws -> Answer {
    let attempt = try await practice.attempt(visit.actor())
    guard attempt.finishedAt == nil else { return .goTo("/feedback") }
    let words = visit.words
    return .page(
      "training/form",
      [
        "title": words("practice.finish"),
        "heading": Heading(
          title: words("practice.finish"), lead: words("practice.finish_lead"),
          back: .init(address: "/story", label: words("practice.to_story"))
        ).view,
        "form": visit.sheet.view(action: "/finish", submit: "practice.finish_submit", fields: [], cancel: "/story"),
      ])
  }

  private func finish(_ visit: Visit) async throws -> Answer {
    _ = try await practice.finish(visit.actor())
    return .goTo("/feedback")
  }

  private func feedback(_ visit: Visit) async throws -> Answer {
    let attempt = try await practice.attempt(visit.actor())
    guard let score = attempt.score else { return .goTo("/finish") }
    let exercise = try practice.exercise(of: attempt)
    var live: String?
    if case .isPractice(_, let address) = settings.practice { live = address }
    return Feedback(score: score, exercise: exercise, pack: desks.pack, words: visit.words).page(live: live)
  }
}
