import Accounts
import Basics
import Casework
import CountryPack
import Releases
import Statistics

/// Synthetic records: chosen, calculated with progress and a way out, judged by a report with pictures, kept for somebody
/// else to look at, published within the budget, withdrawn.
struct RecordsPages: RoomPages {
  static let path = "/statistics/records"
  let desks: Desks
  let runs: SynthesisRuns

  func add(to routes: Routes) {
    routes.get(Self.path) { visit in try await ask(visit, visit.sheet) }
    routes.post(Self.path, start)
    routes.get(Self.path + "/runs/:run") { visit in try await show(visit, visit.sheet) }
    routes.post(Self.path + "/runs/:run", keep)
    routes.get(Self.path + "/runs/:run/records.csv", madeFile)
    routes.post(Self.path + "/runs/:run/forget", forget)
    routes.get(Self.path + "/:release") { visit in try await page(visit, visit.sheet) }
    routes.post(Self.path + "/:release", move)
    routes.get(Self.path + "/:release/records.csv") { visit in
      let actor = try visit.actor()
      return .file(
        try await desks.records.file(actor, try visit.id("release")), name: "amparo-records.csv", type: "text/csv")
    }
  }

  func home(_ visit: Visit, _ actor: Actor) async throws -> HomeSection? {
    guard actor.may(.publishReleases) else { return nil }
    let waiting = try await desks.records.releases(actor).atWork.filter { $0.draftedBy != actor.member }
    guard !waiting.isEmpty else { return nil }
    return HomeSection(
      title: "statistics.records.waiting", rows: waiting.map { Self.row($0, visit) }, words: visit.words)
  }

  static func row(_ release: RecordsRelease, _ visit: Visit, address: String? = nil) -> WorkRow {
    WorkRow(
      title: release.title[visit.language], address: address ?? "\(path)/\(release.id)",
      facts: [release.address, RecordsTerms(visit).method(release.choice)]
        + (release.publishedAt.map { [visit.dates.day(of: $0)] } ?? []),
      status: ReleasePages.status(release.state, visit.words))
  }

  // MARK: Choosing

  private func ask(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let (atWork, ledger, spent) = try await desks.records.releases(actor)
    let (words, terms) = (visit.words, RecordsTerms(visit))
    let years = try await desks.records.years(actor)
    let view = sheet.view(
      action: Self.path, submit: "statistics.records.make", fields: fields(visit, sheet, years, spent))
    func section(_ title: String, _ anchor: String, _ rows: [RecordsRelease], _ empty: String) -> ProtectionSection {
      ProtectionSection(
        title: words(title), anchor: anchor, rows: rows.map { Self.row($0, visit) }, empty: words(empty))
    }
    var ledgerPart = section(
      "statistics.releases.ledger", "ledger", ledger, "statistics.releases.none")
    ledgerPart.lead = terms.spent(spent)
    return ProtectionSection.page(
      Heading(
        title: words("statistics.records.title"), lead: words("statistics.records.lead"),
        next: .init(address: OpenRecordsPages.path, label: words("statistics.records.to_public"))),
      [
        section("statistics.releases.at_work", "at-work", atWork, "statistics.releases.none_at_work"),
        ledgerPart,
      ],
      notice: visit.query["over"] != nil
        ? words("statistics.records.over", ["minutes": String(SynthesisRuns.keptMinutes)])
        : visit.query["forgotten"] != nil ? words("statistics.records.forgotten") : nil,
      form: view, further: ["tabs": StatisticsTabs.view(visit, actor, current: Self.path)])
  }

  private func fields(
    _ visit: Visit, _ sheet: FormSheet, _ years: [Int], _ spent: RecordsLedger
  ) -> [FormSheet.Field] {
    let (words, terms) = (visit.words, FactTerms(visit))
    let rules = desks.pack.statistics
    let left = spent.left
    return [
      sheet.hidden("id", desks.office.randomness.identifier(SynthesisRunEntity.self).description),
      sheet.checks(
        "columns", label: "statistics.records.columns", hint: "statistics.records.columns_hint",
        options: FactField.allCases.map { FormSheet.Option($0.rawValue, terms.column($0)) },
        values: sheet.wasSent ? Set(sheet.typed.all("columns")) : ["year", "form", "age_band", "sex"]),
      sheet.text(
        "from", label: "statistics.records.from", hint: "statistics.records.years_hint",
        value: years.min().map(String.init) ?? "", inputmode: "numeric"),
      sheet.text(
        "until", label: "statistics.records.until", value: years.max().map(String.init) ?? "", inputmode: "numeric"),
      sheet.choices(
        "method", label: "statistics.records.method",
        options: RecordsChoice.Method.allCases.map {
          FormSheet.Option(
            $0.rawValue, words("statistics.records.method_\($0.rawValue)"),
            hint: words("statistics.records.method_about_\($0.rawValue)"))
        }, value: RecordsChoice.Method.kanonymous.rawValue),
      sheet.text(
        "k", label: "statistics.records.k", hint: "statistics.records.k_hint", value: String(rules.threshold),
        optional: true, inputmode: "numeric"),
      sheet.text(
        "epsilon", label: "statistics.records.epsilon", hint: "statistics.records.epsilon_hint",
        value: RecordsLedger.text(min(1, left.epsilon)), optional: true, inputmode: "decimal"),
      sheet.text(
        "delta", label: "statistics.records.delta", hint: "statistics.records.delta_hint",
        value: RecordsLedger.text(min(0.0001, left.delta)), optional: true, inputmode: "decimal"),
      sheet.select(
        "length", label: "statistics.records.length", hint: "statistics.records.length_hint",
        options: (1...4).map { FormSheet.Option(String($0), String($0)) }, value: "3"),
    ]
  }

  private func start(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.publishReleases)
    return try await visit.attempt {
      let id: SynthesisRunID = try FormReader(visit.form).id()
      if runs.state(id, owner: actor.member) != nil { return .goTo("\(Self.path)/runs/\(id)") }
      let choice = try RecordsChoice({ visit.form.all($0) }, desks.pack)
      try runs.start(id, owner: actor.member, try await desks.records.begin(actor, choice))
      return .goTo("\(Self.path)/runs/\(id)")
    } orShow: {
      try await ask(visit, $0)
    }
  }

  // MARK: Under way and done

  private func show(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.publishReleases)
    let id: SynthesisRunID = try visit.id("run")
    let (words, address) = (visit.words, "\(Self.path)/runs/\(id)")
    let back = HomeSection.Link(address: Self.path, label: words("statistics.records.title"))
    switch runs.state(id, owner: actor.member) {
    case nil: return .goTo("\(Self.path)?over=1")
    case .running(let share, let left):
      var answer = Answer.page(
        "statistics/records-running",
        [
          "heading": Heading(
            title: words("statistics.records.running"), lead: words("statistics.records.running_more"), back: back
          ).view, "percent": String(Int((share * 100).rounded())), "action": address,
          "left": left.map { RecordsTerms(visit).time($0) } ?? words("statistics.records.left_unknown"),
        ] as [String: Any])
      answer.refresh = 2
      return answer
    case .refused:
      return stopped(
        visit, back, words("statistics.records.refused"), words("statistics.records.refused_more"))
    case .tookTooLong:
      return stopped(
        visit, back, words("statistics.records.too_long"),
        words("statistics.records.too_long_more", ["minutes": String(SynthesisRuns.mostSeconds / 60)]))
    case .done(let made):
      let fields = [
        sheet.hidden("id", RecordsID.random().description),
        sheet.text("title_es", label: "statistics.releases.title_es"),
        sheet.text("title_en", label: "statistics.releases.title_en"),
        sheet.text("slug", label: "statistics.records.slug", hint: "statistics.records.slug_hint"),
        sheet.text(
          "note_es", label: "statistics.releases.note_es", hint: "statistics.records.note_hint", optional: true),
        sheet.text("note_en", label: "statistics.releases.note_en", optional: true),
      ]
      var model = RecordsReportView(made.report, RecordsTerms(visit)).model
      model["title"] = words("statistics.records.result")
      model["heading"] =
        Heading(
          title: words("statistics.records.result"), lead: RecordsTerms(visit).sentence(made.choice), back: back
        ).view
      model["files"] = [["address": "\(address)/records.csv", "label": words("statistics.records.file")]]
      model["hasFiles"] = true
      var form = sheet.view(action: address, submit: "statistics.records.keep", fields: fields)
      form["heading"] = words("statistics.records.keep")
      form["lead"] = words("statistics.records.keep_more")
      form["isOpen"] = true
      model["forms"] = [form]
      model["forget"] = ["action": "\(address)/forget"]
      return .page("statistics/records", model)
    }
  }

  private func stopped(_ visit: Visit, _ back: HomeSection.Link, _ title: String, _ why: String) -> Answer {
    .page(
      "statistics/estimate-stopped",
      [
        "heading": Heading(title: title, back: back).view, "why": why,
        "again": Self.path,
      ] as [String: Any])
  }

  private func madeFile(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.publishReleases)
    guard case .done(let made) = runs.state(try visit.id("run"), owner: actor.member) else {
      return .goTo("\(Self.path)?over=1")
    }
    return .file(made.csv, name: "amparo-records.csv", type: "text/csv")
  }

  private func keep(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.publishReleases)
    let run: SynthesisRunID = try visit.id("run")
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let id: RecordsID = try reader.id()
      func text(_ name: String, required: Bool = true) -> ReleaseText {
        ReleaseText(
          es: reader.text(name + "_es", upTo: 300, required: required),
          en: reader.text(name + "_en", upTo: 300, required: required))
      }
      let (title, note) = (text("title"), text("note", required: false))
      let slug = reader.text("slug", upTo: 60)
      try reader.check()
      guard case .done(let made) = runs.state(run, owner: actor.member) else { return .goTo("\(Self.path)?over=1") }
      try await desks.records.keep(actor, made, id: id, slug: slug, title: title, note: note)
      return .goTo("\(Self.path)/\(id)")
    } orShow: {
      try await show(visit, $0)
    }
  }

  private func forget(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.publishReleases)
    runs.forget(try visit.id("run"), owner: actor.member)
    return .goTo("\(Self.path)?forgotten=1")
  }

  // MARK: A release

  private func page(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let (release, moves, spent) = try await desks.records.release(actor, try visit.id("release"))
    let (words, terms) = (visit.words, RecordsTerms(visit))
    let names = try await desks.members.names(actor)
    func by(_ member: MemberID?, _ moment: Moment) -> String {
      let name = member.map { names[$0] ?? words("statistics.releases.somebody") } ?? ""
      return visit.dates.moment(moment) + " · " + name
    }
    var model = RecordsReportView(release.report, terms).model
    model["title"] = release.title[visit.language]
    model["heading"] =
      Heading(
        title: release.title[visit.language], lead: release.address,
        back: .init(address: Self.path, label: words("statistics.records.title"))
      ).view
    model["status"] = ReleasePages.status(release.state, words).view
    model["isWaiting"] = release.state == .checked && !moves.contains(.publish)
    model["facts"] =
      Definitions([
        (words("statistics.records.choice"), terms.sentence(release.choice)),
        (words("statistics.records.budget"), terms.spent(spent)),
        (words("statistics.releases.counted_on"), visit.dates.day(release.countedOn)),
        (words("statistics.releases.correction"), release.note[visit.language]),
        (words("statistics.releases.drafted"), by(release.draftedBy, release.draftedAt)),
        (words("statistics.releases.published"), release.publishedAt.map { by(release.publishedBy, $0) } ?? ""),
        (words("statistics.releases.reason"), release.reason[visit.language]),
      ]).view
    if release.publishedAt != nil { model["public"] = release.address }
    if [.checked, .published].contains(release.state) {
      model["files"] = [
        ["address": "\(Self.path)/\(release.id)/records.csv", "label": words("statistics.records.file")]
      ]
      model["hasFiles"] = true
    }
    // Who made it takes it back; whoever looks at it sends it back and says why.
    let hidden: ReleaseMove = release.draftedBy == actor.member ? .sendBack : .discard
    model["forms"] = [ReleaseMove.publish, .sendBack, .discard, .withdraw]
      .filter { moves.contains($0) && $0 != hidden }.map { form($0, release, visit, sheet) }
    return .page("statistics/records", model)
  }

  private func form(
    _ move: ReleaseMove, _ release: RecordsRelease, _ visit: Visit, _ sheet: FormSheet
  ) -> [String: Any] {
    let words = visit.words
    let isThis = sheet.typed["move"] == move.rawValue
    let own = isThis ? sheet : FormSheet(words: words)
    var fields: [FormSheet.Field] = [
      ["isHidden": true, "name": "move", "value": move.rawValue],
      ["isHidden": true, "name": "revision", "value": String(release.revision)],
    ]
    if move == .sendBack || move == .withdraw {
      fields += [
        own.text("reason_es", label: "statistics.releases.reason_es"),
        own.text("reason_en", label: "statistics.releases.reason_en"),
      ].map { field in
        // One page has several such forms.
        var field = field
        field["id"] = "\(move.rawValue)-" + (field["name"] as? String ?? "")
        return field
      }
    }
    var form = own.view(
      action: "\(Self.path)/\(release.id)", submit: "statistics.releases.move_\(move.rawValue)", fields: fields,
      isDangerous: move == .withdraw || move == .discard)
    form["heading"] = words("statistics.releases.move_\(move.rawValue)")
    form["lead"] = words("statistics.records.move_about_\(move.rawValue)")
    form["isOpen"] = isThis || move == .publish
    return form
  }

  private func move(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: RecordsID = try visit.id("release")
    // Whoever does not know of it is told so before anything else.
    _ = try await desks.records.release(actor, id)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let move = reader.value("move", or: "error.unknown_code") { ReleaseMove(rawValue: $0) }
      let revision = reader.value("revision", or: "error.unknown_code") { Int($0) } ?? 0
      func reason() -> ReleaseText {
        ReleaseText(es: reader.text("reason_es", upTo: 300), en: reader.text("reason_en", upTo: 300))
      }
      switch move {
      case .publish:
        try reader.check()
        try await desks.records.publish(actor, id, seen: revision)
      case .sendBack:
        let reason = reason()
        try reader.check()
        try await desks.records.sendBack(actor, id, seen: revision, because: reason)
        return .goTo(Self.path)
      case .discard:
        try reader.check()
        try await desks.records.discard(actor, id, seen: revision)
        return .goTo(Self.path)
      case .withdraw:
        let reason = reason()
        try reader.check()
        try await desks.records.withdraw(actor, id, seen: revision, because: reason)
      case .check, .correct, nil:
        try reader.check()
        throw RefusedRequest.malformed
      }
      return .goTo("\(Self.path)/\(id)")
    } orShow: {
      try await page(visit, $0)
    }
  }
}
