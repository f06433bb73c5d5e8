import Accounts
import Basics
import CountryPack
import Hummingbird
import Training

/// Registering a whole list from a spreadsheet, and taking the list with its attendance along.
struct RegistrationListPages {
  let desks: Desks

  func add(to routes: Routes) {
    routes.get("/training/:cohort/participants/list") { visit in try await page(visit, visit.sheet) }
    routes.post("/training/:cohort/participants/list", look)
    routes.post("/training/:cohort/participants/list/register", register)
    routes.get("/training/:cohort/participants.csv", file)
  }

  private func base(_ visit: Visit) -> String { "/training/\(visit.part("cohort"))/participants" }

  private func heading(_ visit: Visit, _ cohort: Cohort, lead: String?) -> [String: Any] {
    Heading(
      title: visit.words("training.list_in.title"), lead: lead, eyebrow: cohort.title(desks.pack, visit.language),
      back: .init(address: base(visit), label: visit.words("training.tab.participants"))
    ).view
  }

  private func page(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let cohort = try await desks.cohorts.cohort(actor, try visit.id("cohort")).cohort
    let words = visit.words
    let institutions = cohort.institutions.map { code in
      ["code": code, "name": desks.pack.institution(code)?.name[visit.language] ?? code]
    }
    return .page(
      "training/programme/list",
      [
        "title": words("training.list_in.title"),
        "heading": heading(visit, cohort, lead: words("training.list_in.lead")), "action": base(visit) + "/list",
        "list": sheet.area("list", label: "training.list_in.paste", rows: 8, optional: true),
        "error": sheet.error("list"), "message": sheet.message, "institutions": institutions,
      ] as [String: Any?])
  }

  /// The file when one was sent, else what was pasted.
  private func text(_ form: Form) -> String {
    let file = form["file"] ?? ""
    return file.allSatisfy(\.isWhitespace) ? form["list"] ?? "" : file
  }

  /// What would become of each line. Nothing is stored.
  private func look(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let cohort: CohortID = try visit.id("cohort")
    return try await visit.attempt {
      let list = try await desks.registration.look(actor, cohort, text(visit.form))
      return try await preview(visit, list, text(visit.form), request: CohortID.random().description, nil)
    } orShow: { sheet in
      var sheet = sheet
      sheet.typed = Form(["list": text(visit.form)])
      return try await page(visit, sheet)
    }
  }

  private func register(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let (cohort, form): (CohortID, Form) = (try visit.id("cohort"), visit.form)
    let request: CohortID = try FormReader(form).id("request")
    let choices = form.names(beginningWith: "d.").reduce(into: [Int: RegistrationList.Choice]()) { choices, name in
      if let line = Int(name.dropFirst(2)) {
        choices[line] = form[name].flatMap { RegistrationList.Choice(rawValue: $0) }
      }
    }
    return try await visit.attempt {
      let done = try await desks.registration.register(
        actor, request: request, in: cohort, form["list"] ?? "", choices: choices)
      return .goTo(
        base(visit) + "?registered=\(done.registered)&waiting=\(done.waiting)&skipped=\(done.skipped)")
    } orShow: { sheet in
      let list = try await desks.registration.look(actor, cohort, form["list"] ?? "")
      return try await preview(
        visit, list, form["list"] ?? "", request: request.description, sheet.error("list") ?? sheet.message)
    }
  }

  private func preview(
    _ visit: Visit, _ list: RegistrationList, _ text: String, request: String, _ message: String?
  ) async throws -> Answer {
    let cohort = try await desks.cohorts.cohort(try visit.actor(), try visit.id("cohort")).cohort
    let (words, language) = (visit.words, visit.language)
    let wrong = list.lines.filter { !$0.problems.isEmpty }
    let doubles = list.lines.filter { $0.double != .no }
    func facts(_ line: RegistrationList.Line) -> [String: Any] {
      let person = line.person
      return [
        "number": String(line.number), "name": person.name,
        "facts": [
          person.post, desks.pack.institution(person.institution)?.name[language] ?? person.institution,
          desks.pack.province(iso: person.province)?.name[language] ?? person.province,
          desks.pack.term(.sexes, person.sex)?.name[language] ?? "",
        ].filter { !$0.isEmpty }.joined(separator: " · "),
      ]
    }
    var answer = Answer.page(
      "training/programme/list-look",
      [
        "title": words("training.list_in.title"),
        "heading": heading(
          visit, cohort, lead: words("training.list_in.found", ["count": String(list.lines.count)])),
        "message": message, "hasWrong": !wrong.isEmpty, "isSound": wrong.isEmpty,
        "wrong": wrong.map { line in
          facts(line).merging([
            "problems": line.problems.map { words($0.phrase) }
          ]) { $1 }
        },
        "doubles": doubles.map { line in
          var row = facts(line)
          if case .line(let first) = line.double {
            row["why"] = words("training.list_in.in_line", ["number": String(first)])
          } else {
            row["why"] = words("training.list_in.registered")
          }
          let chosen = visit.form["d.\(line.number)"] ?? "skip"
          row["skip"] = chosen != "another"
          row["another"] = chosen == "another"
          return row
        }, "hasDoubles": !doubles.isEmpty,
        "good": list.lines.filter { $0.problems.isEmpty && $0.double == .no }.map(facts),
        "unused": list.unused.isEmpty ? nil : list.unused.joined(separator: ", "), "text": text, "request": request,
        "action": base(visit) + "/list/register", "again": base(visit) + "/list",
        "list": FormSheet(words: words).area("list", label: "training.list_in.mend", value: text, rows: 12),
      ] as [String: Any?])
    if !wrong.isEmpty { answer.status = .unprocessableContent }
    return answer
  }

  // MARK: Taking it along

  /// Everybody with attendance and tests, for a spreadsheet.
  private func file(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CohortID = try visit.id("cohort")
    let summary = try await desks.cohorts.cohort(actor, id)
    let rows = try await desks.cohorts.participants(actor, id).sorted(by: ParticipantListPages.byName)
    let (words, language) = (visit.words, visit.language)
    let head =
      ["name", "post", "institution", "province"].map { words.text("training.person.\($0)") }
      + [words("training.programme.sex"), words("training.person.status")]
      + summary.sessions.map { $0.day.description + " " + $0.title }
      + TestOccasion.allCases.map { words("training.test.\($0.rawValue)") }
    let lines = rows.map { row in
      [
        row.shownName(words), row.identity?.post ?? "",
        desks.pack.institution(row.participant.institution)?.name[language] ?? row.participant.institution,
        desks.pack.provinceName(row.participant.province, language),
        row.participant.sex.flatMap { desks.pack.term(.sexes, $0)?.name[language] } ?? "",
        words("training.status.\(row.participant.status.rawValue)"),
      ]
        + summary.sessions.map { words("training.attendance.\(row.attendance[$0.id]?.rawValue ?? "not_marked")") }
        + TestOccasion.allCases.map {
          words(row.answered.contains($0) ? "training.list_in.yes" : "training.list_in.no")
        }
    }
    return .file(
      CSVText.file([head] + lines, separator: words("training.list_separator")),
      name: words("training.list_in.file") + ".csv", type: "text/csv; charset=utf-8")
  }
}
