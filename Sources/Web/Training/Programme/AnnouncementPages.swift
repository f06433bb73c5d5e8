import Accounts
import Basics
import CountryPack
import Hummingbird
import Training

/// What a trainer tells the public of a cohort, and what the public reads now.
struct AnnouncementPages {
  let desks: Desks

  func add(to routes: Routes) {
    routes.get("/training/:cohort/announcement") { visit in try await page(visit, visit.sheet) }
    routes.post("/training/:cohort/announcement", announce)
    routes.get("/training/:cohort/announcement/close") { visit in
      try visit.actor().require(.manageTraining)
      return .goTo(Self.address(try visit.id("cohort")))
    }
    routes.post("/training/:cohort/announcement/close", close)
  }

  static func address(_ cohort: CohortID) -> String { "/training/\(cohort)/announcement" }

  private func page(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let id: CohortID = try visit.id("cohort")
    let cohort = try await desks.cohorts.cohort(actor, id).cohort
    let one = try await desks.announcements.announcement(actor, id)
    let words = visit.words
    let isShown = one.map { AnnouncementRules.isShown(cohort, $0, on: visit.dates.today) } ?? false
    let mayBegin = !cohort.isCancelled && visit.dates.today <= cohort.from
    var model: [String: Any] = [
      "title": words("training.announcement.title"),
      "heading": Heading(
        title: words("training.announcement.title"), lead: words("training.announcement.lead"),
        eyebrow: cohort.title(desks.pack, visit.language),
        back: .init(address: "/training/\(id)", label: words("training.tab.cohort"))
      ).view,
      "state": words(
        isShown
          ? "training.announcement.shown" : mayBegin ? "training.announcement.hidden" : "training.announcement.over"),
    ]
    if mayBegin {
      model["form"] = sheet.view(
        action: Self.address(id), submit: isShown ? "training.announcement.change" : "training.announcement.open",
        fields: [
          sheet.hidden("revision", String(one?.revision ?? 0)),
          sheet.area(
            "spanish", label: "training.announcement.spanish", hint: "training.announcement.spanish_hint",
            value: one?.spanish ?? ""),
          sheet.area(
            "english", label: "training.announcement.english", value: one?.english ?? "", rows: 3, optional: true),
          sheet.text(
            "phone", label: "training.announcement.phone", hint: "training.announcement.contact_hint",
            value: one?.phone ?? "", type: "tel", optional: true),
          sheet.text(
            "email", label: "training.announcement.email", value: one?.email ?? "", type: "email", optional: true),
        ], cancel: "/training/\(id)")
    }
    if isShown {
      model["close"] = visit.sheet.view(
        action: Self.address(id) + "/close", submit: "training.announcement.close", fields: [], isDangerous: true)
      model["public"] = "/\(visit.language)/courses"
    }
    return .page("training/programme/announcement", model)
  }

  private func announce(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CohortID = try visit.id("cohort")
    return try await visit.attempt {
      guard let revision = try visit.form.one("revision").flatMap({ Int($0) }) else { throw RefusedRequest.malformed }
      let form = visit.form
      try await desks.announcements.announce(
        actor, id,
        NewAnnouncement(
          spanish: form["spanish"] ?? "", english: form["english"] ?? "", phone: form["phone"] ?? "",
          email: form["email"] ?? ""), seen: revision)
      return .goTo(Self.address(id))
    } orShow: {
      try await page(visit, $0)
    }
  }

  private func close(_ visit: Visit) async throws -> Answer {
    let id: CohortID = try visit.id("cohort")
    try await desks.announcements.close(try visit.actor(), id)
    return .goTo(Self.address(id))
  }
}
