import Accounts
import Basics
import CountryPack
import Hummingbird
import Practice
import Training
import Vault

/// On the live site: which exercises there are, the way into practice, and what a class still misses.
struct ExercisePages: RoomPages {
  let desks: Desks
  let settings: SiteSettings

  private var door: PracticeDoor? { if case .leadsTo(let door) = settings.practice { door } else { nil } }

  func add(to routes: Routes) {
    routes.get("/training/exercises") { visit in
      let actor = try visit.actor()
      return try await list(visit, .member(actor.member), base: "/training/exercises", back: nil)
    }
    routes.get("/training/exercises/:exercise") { visit in
      try await enter(visit, .member(try visit.actor().member))
    }
    routes.get("/t/:token/exercises") { visit in
      let base = "/t/" + visit.part("token")
      return try await list(
        visit, try await participant(visit), base: base + "/exercises",
        back: .init(address: base, label: visit.words("training.seat.title")))
    }
    routes.get("/t/:token/exercises/:exercise") { visit in try await enter(visit, try await participant(visit)) }
    routes.get("/training/:cohort/exercises", ofClass)
  }

  func home(_ visit: Visit, _ actor: Actor) async throws -> HomeSection? {
    guard door != nil, !desks.pack.exercises.isEmpty else { return nil }
    return HomeSection(
      title: "practice.title", empty: "practice.home",
      all: .init(address: "/training/exercises", label: visit.words("practice.choose")), words: visit.words)
  }

  private func participant(_ visit: Visit) async throws -> PracticeDoor.Visitor {
    guard let token = Token(visit.part("token")) else { throw Refusal.notFound }
    let seat = try await desks.participants.seat(token)
    guard seat.participant.status == .enrolled else { throw Refusal.notFound }
    return .participant(seat.participant.id, seat.cohort.id)
  }

  // MARK: Beginning

  private func list(_ visit: Visit, _ visitor: PracticeDoor.Visitor, base: String, back: HomeSection.Link?)
    async throws -> Answer
  {
    let (words, language) = (visit.words, visit.language)
    let attempts = try await door?.attempts(of: visitor) ?? []
    let rows = desks.pack.exercises.map { exercise in
      let own = attempts.filter { $0.exercise == exercise.id }
      var row: [String: Any] = [
        "name": exercise.name[language], "about": exercise.about[language],
        "facts": [
          words("practice.minutes", ["count": String(exercise.minutes)]),
          desks.pack.provinceName(exercise.province, language),
          exercise.audience.compactMap { desks.pack.term(.agencyKinds, $0)?.name[language] }.joined(separator: ", "),
        ],
        "begin": "\(base)/\(exercise.id)",
      ]
      row["goOn"] = own.first { $0.finishedAt == nil && !$0.isErased }.map { "\(base)/\(exercise.id)?attempt=\($0.id)" }
      row["seeAgain"] = own.first { $0.finishedAt != nil && !$0.isErased }.map {
        "\(base)/\(exercise.id)?attempt=\($0.id)"
      }
      return row
    }
    return .page(
      "practice/list",
      [
        "title": words("practice.title"),
        "heading": Heading(title: words("practice.title"), lead: words("practice.lead"), back: back).view,
        "isOff": door == nil, "rows": door == nil ? [] : rows, "isEmpty": door != nil && rows.isEmpty,
      ] as [String: Any])
  }

  /// Leads into practice with a ticket of a few minutes; nothing is stored for it.
  private func enter(_ visit: Visit, _ visitor: PracticeDoor.Visitor) async throws -> Answer {
    guard let door else { throw Refusal.notFound }
    let written = visit.query["attempt"]
    let attempt = written.flatMap { AttemptID($0) }
    guard written == nil || attempt != nil else { throw Refusal.notFound }
    return .goTo(
      try await door.entrance(visit.part("exercise"), for: visitor, language: visit.language, goingOnWith: attempt))
  }

  // MARK: A class

  private func ofClass(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CohortID = try visit.id("cohort")
    let cohort = try await desks.cohorts.cohort(actor, id).cohort
    let all = try await door?.points(ofClass: id) ?? [:]
    let words = visit.words
    let sections = desks.pack.exercises.compactMap { exercise -> [String: Any]? in
      guard let points = all[exercise.id] else { return nil }
      var section: [String: Any] = [
        "name": exercise.name[visit.language], "isTooFew": points.isTooFewToJudge,
        "persons": words("practice.class.persons", ["count": String(points.persons)]),
        "fewest": String(ClassPoints.fewestToJudge),
      ]
      if !points.isTooFewToJudge { section["table"] = table(points, exercise, words).view }
      return section
    }
    return .page(
      "practice/class",
      [
        "title": words("practice.tab"), "heading": cohort.heading(visit, desks.pack).view,
        "tabs": cohort.tabs(words, current: "/training/\(id)/exercises").view, "isOff": door == nil,
        "sections": sections, "isEmpty": door != nil && sections.isEmpty,
      ] as [String: Any])
  }

  private func table(_ points: ClassPoints, _ exercise: Exercise, _ words: Words) -> DataTable {
    let names = PointWords(exercise: exercise, pack: desks.pack, words: words)
    return DataTable(
      caption: words("practice.class.caption"),
      columns: [words("practice.class.point"), words("practice.class.area"), words("practice.class.missed")],
      rows: points.rows.filter { $0.missed > 0 }.compactMap { row in
        let parts = row.key.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2, let area = ExercisePoint.Area(rawValue: parts[0]) else { return nil }
        return [
          .text(names.label(area, parts[1])), .text(words("practice.area.\(area.rawValue)")),
          .number(words("practice.count", ["count": String(row.missed), "of": String(points.persons)])),
        ]
      })
  }
}
