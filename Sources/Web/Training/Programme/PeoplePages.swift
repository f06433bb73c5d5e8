import Accounts
import Basics
import CountryPack
import Hummingbird
import Training

/// People across cohorts: who may be the same person, side by side, for a trainer to say.
struct PeoplePages {
  let desks: Desks

  func add(to routes: Routes) {
    routes.list("/training/people") { visit in try await page(visit, visit.sheet) }
    routes.post("/training/people/join") { visit in
      try await answer(visit) { try await desks.people.join($0, $1, $2) }
    }
    routes.post("/training/people/apart") { visit in
      try await answer(visit) { try await desks.people.keepApart($0, $1, $2) }
    }
    routes.post("/training/people/part") { visit in
      try await answer(visit) { actor, one, _ in try await desks.people.part(actor, one) }
    }
  }

  private func page(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let overview = try await desks.people.overview(try visit.actor())
    let words = visit.words
    func name(_ person: PeopleDesk.Person) -> String { person.identity?.name ?? words("training.person.sealed") }
    func times(_ person: PeopleDesk.Person) -> [String] {
      person.participations.map { time in
        [
          desks.pack.training.phase(time.phase)?.name[visit.language] ?? time.phase,
          visit.dates.range(time.from, time.until),
          desks.pack.institution(time.participant.institution)?.name[visit.language] ?? "",
          desks.pack.provinceName(time.participant.province, visit.language),
        ].filter { !$0.isEmpty }.joined(separator: " · ")
      }
    }
    func person(_ person: PeopleDesk.Person) -> [String: Any] {
      var view: [String: Any] = ["id": person.id.description, "name": name(person), "times": times(person)]
      view["post"] = person.identity.flatMap { $0.post.isEmpty ? nil : $0.post }
      return view
    }
    func cells(_ person: PeopleDesk.Person) -> [Spreadsheet.Cell] {
      [.typed(name(person)), .typed(person.identity?.post ?? ""), .typed(times(person).joined(separator: "\n"))]
    }
    let asked = ListSheet.Part(
      title: words("training.people.proposals"),
      columns: ["training.person.name", "lists.post", "lists.courses"]
        + ["lists.other_name", "lists.post", "lists.courses", "lists.why"],
      rows: overview.proposals.map {
        cells($0.one) + cells($0.other) + [.typed(words("training.people.same.\($0.reason.rawValue)"))]
      })
    let joined = ListSheet.Part(
      title: words("training.people.joined"), columns: ["training.person.name", "lists.post", "lists.courses"],
      rows: overview.joined.map(cells))
    return .page(
      "training/programme/people",
      [
        "title": words("training.people.title"),
        "heading": Heading(
          title: words("training.people.title"),
          lead: words(
            "training.people.lead",
            ["people": String(overview.count.people), "times": String(overview.count.participations)]),
          back: .init(address: "/training", label: words("training.title"))
        ).view, "message": sheet.message,
        "proposals": overview.proposals.map { proposal in
          [
            "one": person(proposal.one), "other": person(proposal.other),
            "why": words("training.people.same.\(proposal.reason.rawValue)"),
          ] as [String: Any]
        }, "hasProposals": !overview.proposals.isEmpty,
        "joined": overview.joined.map(person), "hasJoined": !overview.joined.isEmpty,
      ] as [String: Any?]
    ).listing([asked, joined])
  }

  private func answer(
    _ visit: Visit, _ act: (Actor, TraineeID, TraineeID) async throws -> Void
  ) async throws -> Answer {
    let actor = try visit.actor()
    guard let one = visit.form["one"].flatMap(TraineeID.init), let other = visit.form["other"].flatMap(TraineeID.init)
    else { throw RefusedRequest.malformed }
    return try await visit.attempt {
      try await act(actor, one, other)
      return .goTo("/training/people")
    } orShow: {
      try await page(visit, $0)
    }
  }
}
