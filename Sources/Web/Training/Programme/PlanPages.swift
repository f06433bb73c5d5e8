import Accounts
import Basics
import CountryPack
import Hummingbird
import Training

/// What a cohort needs behind the scenes: its own facts, trainers, budget, materials.
struct PlanPages {
  let desks: Desks

  func add(to routes: Routes) {
    routes.get("/training/:cohort/plan") { visit in try await page(visit, visit.sheet) }
    routes.get("/training/:cohort/edit") { visit in try await editPage(visit, visit.sheet) }
    routes.post("/training/:cohort/edit", edit)
    routes.post("/training/:cohort/cancel", cancel)
    routes.get("/training/:cohort/trainers") { visit in try await trainersPage(visit, visit.sheet) }
    routes.post("/training/:cohort/trainers", addTrainer)
    routes.post("/training/:cohort/trainers/:trainer/assign", assign)
    routes.get("/training/:cohort/trainers/:trainer") { visit in try await chainPage(visit, visit.sheet) }
    routes.post("/training/:cohort/trainers/:trainer", setChain)
    routes.get("/training/:cohort/materials") { visit in try await materialsPage(visit, visit.sheet) }
    routes.post("/training/:cohort/materials", setMaterials)
    BudgetPages(desks: desks).add(to: routes)
  }

  private func base(_ visit: Visit) -> String { "/training/\(visit.part("cohort"))" }

  private func page(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let id: CohortID = try visit.id("cohort")
    let cohort = try await desks.cohorts.cohort(actor, id).cohort
    let trainers = try await desks.organising.trainers(actor, id).filter(\.isOfCohort)
    let budget = try await desks.organising.budget(actor, id)
    let materials = try await desks.organising.materials(actor, id)
    let (words, base) = (visit.words, base(visit))
    let currency = desks.pack.training.programme.currency
    let ready = materials.count { $0.isReady }
    func card(_ key: String, _ text: String, _ path: String) -> [String: Any] {
      ["title": words.text("training.plan." + key), "text": text, "address": "\(base)/\(path)"]
    }
    return .page(
      "training/programme/plan",
      [
        "title": words("training.tab.plan"), "heading": cohort.heading(visit, desks.pack).view,
        "tabs": cohort.tabs(words, current: base + "/plan").view, "isCancelled": cohort.isCancelled,
        "cards": [
          card(
            "facts", cohort.place + " · " + visit.dates.range(cohort.from, cohort.until), "edit"),
          card(
            "trainers",
            trainers.isEmpty
              ? words("training.plan.no_trainers")
              : trainers.map { $0.shownName(words) }.joined(separator: " · "), "trainers"),
          card(
            "budget",
            words(
              "training.plan.budget_sum",
              ["planned": budget.planned.shown(currency, words), "spent": budget.spent.shown(currency, words)]),
            "budget"),
          card(
            "materials",
            words("training.plan.ready", ["count": String(ready), "of": String(materials.count)]), "materials"),
        ],
        "message": sheet.message,
        "cancel": cohort.isCancelled
          ? nil
          : sheet.view(action: base + "/cancel", submit: "training.plan.cancel", fields: [], isDangerous: true),
      ] as [String: Any?])
  }

  // MARK: The cohort's own facts

  private func editPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let cohort = try await desks.cohorts.cohort(actor, try visit.id("cohort")).cohort
    let language = visit.language
    let known = desks.pack.training.programme.phases.flatMap(\.institutions).reduce(into: cohort.institutions) {
      if !$0.contains($1) { $0.append($1) }
    }
    let fields = [
      sheet.hidden("revision", String(cohort.revision)),
      sheet.text("place", label: "training.new.place", hint: "training.new.place_hint", value: cohort.place),
      sheet.select(
        "province", label: "training.new.province", options: desks.pack.provinceOptions(language),
        value: cohort.province),
      sheet.text("from", label: "training.new.from", value: cohort.from.description, type: "date"),
      sheet.text("until", label: "training.new.until", value: cohort.until.description, type: "date"),
      sheet.text(
        "seats", label: "training.new.seats", hint: "training.new.seats_hint", value: String(cohort.seats),
        type: "number"),
      sheet.checks(
        "institutions", label: "training.new.institutions",
        options: known.map { .init($0, desks.pack.institution($0)?.name[language] ?? $0) },
        values: Set(cohort.institutions)),
    ]
    return EditPage(
      visit: visit, title: "training.plan.edit", back: base(visit) + "/plan", backLabel: "training.tab.plan",
      form: sheet.view(
        action: base(visit) + "/edit", submit: "training.agenda.save", fields: fields, cancel: base(visit) + "/plan")
    ).answer
  }

  private func edit(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let (id, form): (CohortID, Form) = (try visit.id("cohort"), visit.form)
    return try await visit.attempt {
      try await desks.programme.edit(
        actor, id, revision: visit.revision,
        NewCohort(
          phase: "", place: form["place"] ?? "", province: form["province"] ?? "",
          from: CalendarDay(form["from"] ?? ""), until: CalendarDay(form["until"] ?? ""),
          seats: Int(form["seats"] ?? ""), institutions: form.all("institutions")))
      return .goTo(base(visit))
    } orShow: {
      try await editPage(visit, $0)
    }
  }

  private func cancel(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CohortID = try visit.id("cohort")
    return try await visit.attempt {
      try await desks.programme.cancel(actor, id)
      return .goTo(base(visit))
    } orShow: {
      try await page(visit, $0)
    }
  }

  // MARK: Trainers

  private func trainersPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let id: CohortID = try visit.id("cohort")
    let cohort = try await desks.cohorts.cohort(actor, id).cohort
    let rows = try await desks.organising.trainers(actor, id)
    let places = try await cohortNames(visit, actor)
    let colleagues = try await desks.organising.colleagues(actor).filter { member, _ in
      !rows.contains { $0.trainer.member == member }
    }
    let (words, base) = (visit.words, base(visit))
    let names = rows.reduce(into: [TrainerID: String]()) { $0[$1.trainer.id] = $1.shownName(words) }
    let shown = rows.map { row in
      var view: [String: Any] = [
        "name": row.shownName(words), "isOfCohort": row.isOfCohort, "address": "\(base)/trainers/\(row.trainer.id)",
        "assign": "\(base)/trainers/\(row.trainer.id)/assign",
      ]
      view["organisation"] = row.identity.flatMap { $0.organisation.isEmpty ? nil : $0.organisation }
      let chain = [
        row.trainer.trainedBy.flatMap { names[$0] }.map { words("training.trainers.by", ["name": $0]) },
        row.trainer.trainedAt.flatMap { places[$0] }.map { words("training.trainers.at", ["cohort": $0]) },
      ].compactMap(\.self)
      view["chain"] = chain.isEmpty ? nil : chain.joined(separator: " · ")
      return view
    }
    var fields = [sheet.hidden("id", TrainerID.random().description)]
    if !colleagues.isEmpty {
      fields.append(
        sheet.select(
          "member", label: "training.trainers.member",
          options: colleagues.sorted { $0.value < $1.value }.map { .init($0.key.description, $0.value) },
          optional: true))
    }
    fields += [
      sheet.text("name", label: "training.trainers.name", hint: "training.trainers.name_hint", optional: true),
      sheet.text("organisation", label: "training.trainers.organisation", optional: true),
    ]
    fields += chainFields(sheet, names: names, places: places, nil)
    return .page(
      "training/programme/trainers",
      [
        "title": words("training.plan.trainers"),
        "heading": Heading(
          title: words("training.plan.trainers"), eyebrow: cohort.title(desks.pack, visit.language),
          back: .init(address: base + "/plan", label: words("training.tab.plan"))
        ).view,
        "rows": shown, "hasRows": !shown.isEmpty,
        "form": sheet.view(action: base + "/trainers", submit: "training.trainers.add", fields: fields),
      ] as [String: Any])
  }

  /// The agency's cohorts by name, for saying where somebody was trained.
  private func cohortNames(_ visit: Visit, _ actor: Actor) async throws -> [CohortID: String] {
    try await desks.cohorts.cohorts(actor).reduce(into: [:]) { names, summary in
      let cohort = summary.cohort
      names[cohort.id] =
        "\(cohort.title(desks.pack, visit.language)) · \(cohort.place) · \(visit.dates.range(cohort.from, cohort.until))"
    }
  }

  private func chainFields(
    _ sheet: FormSheet, names: [TrainerID: String], places: [CohortID: String], _ trainer: Trainer?
  ) -> [FormSheet.Field] {
    [
      sheet.select(
        "trainedBy", label: "training.trainers.trained_by",
        options: names.filter { $0.key != trainer?.id }.sorted { $0.value < $1.value }
          .map { .init($0.key.description, $0.value) }, value: trainer?.trainedBy?.description ?? "", optional: true),
      sheet.select(
        "trainedAt", label: "training.trainers.trained_at",
        options: places.sorted { $0.value < $1.value }.map { .init($0.key.description, $0.value) },
        value: trainer?.trainedAt?.description ?? "", optional: true),
    ]
  }

  private func read(_ form: Form) -> NewTrainer {
    NewTrainer(
      member: form["member"] ?? "", name: form["name"] ?? "", organisation: form["organisation"] ?? "",
      trainedBy: form["trainedBy"] ?? "", trainedAt: form["trainedAt"] ?? "")
  }

  private func addTrainer(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let cohort: CohortID = try visit.id("cohort")
    return try await visit.attempt {
      try await desks.organising.addTrainer(
        actor, id: try FormReader(visit.form).id(), to: cohort, read(visit.form))
      return .goTo(base(visit) + "/trainers")
    } orShow: {
      try await trainersPage(visit, $0)
    }
  }

  private func chainPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let (cohort, id): (CohortID, TrainerID) = (try visit.id("cohort"), try visit.id("trainer"))
    let rows = try await desks.organising.trainers(actor, cohort)
    guard let row = rows.first(where: { $0.trainer.id == id }) else { throw Refusal.notFound }
    let names = rows.reduce(into: [TrainerID: String]()) { $0[$1.trainer.id] = $1.shownName(visit.words) }
    let fields = chainFields(sheet, names: names, places: try await cohortNames(visit, actor), row.trainer)
    let back = base(visit) + "/trainers"
    return .page(
      "training/form",
      [
        "title": visit.words("training.trainers.chain"),
        "heading": Heading(
          title: visit.words("training.trainers.chain"), eyebrow: row.shownName(visit.words),
          back: .init(address: back, label: visit.words("training.plan.trainers"))
        ).view,
        "form": sheet.view(action: "\(back)/\(id)", submit: "training.agenda.save", fields: fields, cancel: back),
      ])
  }

  private func setChain(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: TrainerID = try visit.id("trainer")
    return try await visit.attempt {
      try await desks.organising.setTraining(actor, of: id, read(visit.form))
      return .goTo(base(visit) + "/trainers")
    } orShow: {
      try await chainPage(visit, $0)
    }
  }

  private func assign(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let (cohort, id): (CohortID, TrainerID) = (try visit.id("cohort"), try visit.id("trainer"))
    return try await visit.attempt {
      try await desks.organising.assign(actor, id, to: cohort, visit.form["give"] == "yes")
      return .goTo(base(visit) + "/trainers")
    } orShow: {
      try await trainersPage(visit, $0)
    }
  }

  // MARK: Materials

  private func materialsPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let id: CohortID = try visit.id("cohort")
    let cohort = try await desks.cohorts.cohort(actor, id).cohort
    let (words, base) = (visit.words, base(visit))
    let rows = try await desks.organising.materials(actor, id).map { line in
      var row: [String: Any] = [
        "name": desks.pack.term(.materialKinds, line.kind)?.name[visit.language] ?? line.kind, "kind": line.kind,
        "needed": sheet.typed["n.\(line.kind)"] ?? line.needed.map(String.init) ?? "",
        "isReady": sheet.wasSent ? sheet.typed["r.\(line.kind)"] != nil : line.isReady,
      ]
      row["error"] = sheet.error("n.\(line.kind)")
      return row
    }
    return .page(
      "training/programme/materials",
      [
        "title": words("training.plan.materials"),
        "heading": Heading(
          title: words("training.plan.materials"),
          lead: words("training.materials.lead", ["count": String(cohort.seats)]),
          eyebrow: cohort.title(desks.pack, visit.language),
          back: .init(address: base + "/plan", label: words("training.tab.plan"))
        ).view,
        "rows": rows, "action": base + "/materials", "message": sheet.message,
        "isSaved": visit.query["saved"] != nil ? true : nil,
      ] as [String: Any?])
  }

  private func setMaterials(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let (id, form): (CohortID, Form) = (try visit.id("cohort"), visit.form)
    return try await visit.attempt {
      let lines = form.names(beginningWith: "n.").map { name in
        let kind = String(name.dropFirst(2))
        let typed = (form[name] ?? "").filter { !$0.isWhitespace }
        return MaterialLine(
          kind: kind, needed: typed.isEmpty ? nil : Int(typed) ?? -1, isReady: form["r.\(kind)"] != nil)
      }
      try await desks.organising.setMaterials(actor, id, lines)
      return .goTo(base(visit) + "/materials?saved=1")
    } orShow: {
      try await materialsPage(visit, $0)
    }
  }
}

extension OrganisingDesk.TrainerRow {
  func shownName(_ words: Words) -> String { identity?.name ?? words("training.person.sealed") }
}

extension Money {
  /// `1250,50 USD`.
  func shown(_ currency: String, _ words: Words) -> String {
    description.replacing(".", with: words("training.decimal_sign")) + "\u{A0}" + currency
  }
}
