import Accounts
import Basics
import Forms
import Hummingbird
import Identification

/// Filling in a form, one page at a time, and what was answered.
extension OwnFormPages {
  // MARK: One page

  /// - Parameter refused: the form that could not be saved, with why.
  func page(_ visit: Visit, _ refused: FormSheet?) async throws -> Answer {
    let actor = try visit.actor()
    let file = try await desk.file(actor, try visit.id("filling"))
    let address = "/forms/fillings/\(file.row.id)"
    var run = try file.run()
    let pages = run.pages
    guard file.row.status == .inProgress, file.row.member == actor.member, actor.may(.conductScreening),
      let index = pages.firstIndex(where: { $0.id == visit.part("page") })
    else { return .goTo(address) }
    let page = pages[index]
    let language = chosenLanguage(visit, file.form)
    var sheet = FillingSheet(visit, file, run, page, language)
    var refusal = refused?.refusal
    let check = visit.query["check"]
    if refusal == nil, let check {
      let problems = try sheet.problems(isWhole: check == "all")
      if !problems.isEmpty { refusal = .fields(problems) }
    }
    let items = try sheet.items(refusal, typed: refused?.typed)
    let labels = items.compactMap { $0["field"] as? FormSheet.Field }
    var form = FormSheet(words: visit.words, refusal: refusal).view(
      action: address + "/pages/\(page.id)" + query(language, visit, file.form), submit: "forms.page.next",
      fields: labels)
    form["seen"] = file.part(page.id).revision
    let grows = growing(page, pages, index, run)
    if let grows { form["of"] = grows.number }
    let names = try pages.enumerated().map { number, page in try name(page, number, &run, language, visit) }
    var model: [String: Any] = [
      "form": form, "items": items, "marks": try sheet.marks(), "name": names[index],
      "title": file.row.title.isEmpty ? visit.words("forms.untitled") : file.row.title, "address": address,
      "number": index + 1, "count": pages.count, "isFirst": index == 0, "hasButtons": index > 0 || grows != nil,
      "isLast": index == pages.count - 1,
      "hasMore": visit.query["more"] != nil && refusal == nil, "languageCode": language,
      "formLanguages": languages(address + "/pages/\(page.id)", file.form, language),
      "hasLanguages": file.form.languages.count > 1,
      "steps": zip(pages, names).enumerated().map { number, step in
        [
          "number": number + 1, "name": step.1, "isCurrent": number == index, "isDone": file.parts[step.0.id] != nil,
          "address": address + "/pages/\(step.0.id)" + query(language, visit, file.form),
        ] as [String: Any]
      },
    ]
    if let grows {
      model["add"] = visit.words("forms.page.add", ["label": try label(grows.repetition, page, &run, language)])
    }
    return .page("own-forms/page", model)
  }

  func savePage(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let (id, form): (FormFillingID, Form) = (try visit.id("filling"), visit.form)
    let address = "/forms/fillings/\(id)"
    guard let seen = form["seen"].flatMap(Int.init), seen >= 0 else { throw RefusedRequest.malformed }
    let marks = form.all("shown")
    let shown = marks.compactMap(FillingSheet.node)
    var answers: [Int: String] = [:]
    for node in shown { answers[node] = form.all(FillingSheet.field(node)).joined(separator: " ") }
    let then = form["then"] ?? "next"
    return try await visit.attempt {
      let file = try await desk.save(
        actor, id, page: visit.part("page"),
        PageRequest(
          shown: Set(shown), answers: answers, count: form["count"] ?? "", seen: seen))
      if then == "pause" { return .goTo(address) }
      let run = try file.run()
      var pages = run.pages
      guard var index = pages.firstIndex(where: { $0.id == visit.part("page") }) else { return .goTo(address) }
      let language = chosenLanguage(visit, file.form)
      func go(to page: FormPage, _ more: String? = nil) -> Answer {
        .goTo(address + "/pages/\(page.id)" + query(language, visit, file.form, more))
      }
      if then == "back" { return index > 0 ? go(to: pages[index - 1]) : .goTo(address) }
      var sheet = FillingSheet(visit, file, run, pages[index], language)
      if try !sheet.problems(isWhole: false).isEmpty { return go(to: pages[index], "check=1") }
      if try sheet.hasMore(than: marks), case .questions = pages[index].content {
        return go(to: pages[index], "more=1")
      }
      if then == "add", let of = form["of"].flatMap(Int.init),
        let grows = growing(pages[index], pages, index, run),
        let count = file.form.countPage(grows.repetition, Array(pages[index].context.dropLast()))
      {
        // The one that was added follows the page it was asked for on.
        pages = try await desk.add(actor, id, page: count, number: of + 1).run().pages
        index = pages.firstIndex { $0.id == visit.part("page") } ?? index
      }
      // What was the last page need not be the last any more.
      if index + 1 == pages.count { return try await finish(visit, actor, id) }
      return go(to: pages[index + 1])
    } orShow: {
      try await page(visit, $0)
    }
  }

  func finish(_ visit: Visit) async throws -> Answer {
    try await finish(visit, try visit.actor(), try visit.id("filling"))
  }

  /// On to the result, or to the first page with something wrong.
  private func finish(_ visit: Visit, _ actor: Actor, _ id: FormFillingID) async throws -> Answer {
    let address = "/forms/fillings/\(id)"
    guard let page = try await desk.finish(actor, id) else { return .goTo(address) }
    let language = visit.query["language"].map { "&language=" + Form.encoded($0) } ?? ""
    return .goTo(address + "/pages/\(page.id)?check=all" + language)
  }
}

extension OwnFormPages {
  // MARK: Shared

  /// The form's language that the reader chose on the page, else the one that serves them best.
  func chosenLanguage(_ visit: Visit, _ form: XLSForm) -> String {
    let chosen = visit.query["language"]
    return form.languages.first { $0.code == chosen }?.code ?? form.code(for: visit.language)
  }

  /// What an address carries on: the chosen language, and what the next page is to say.
  private func query(_ language: String, _ visit: Visit, _ form: XLSForm, _ more: String? = nil) -> String {
    let parts = [
      language == form.code(for: visit.language) ? nil : "language=" + Form.encoded(language), more,
    ].compactMap { $0 }
    return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
  }

  private func languages(_ address: String, _ form: XLSForm, _ current: String) -> [[String: Any]] {
    form.languages.map {
      [
        "name": $0.name, "isCurrent": $0.code == current,
        "address": address + "?language=" + Form.encoded($0.code),
      ]
    }
  }

  /// The repetition that can be filled in once more after a page, and how many there are now; `nil` unless the page is
  /// the last one of the last time.
  private func growing(_ page: FormPage, _ pages: [FormPage], _ index: Int, _ run: FormRun) -> (
    repetition: Int, number: Int
  )? {
    guard let last = page.context.last, let repetition = page.nodes.first.flatMap({ run.form.nodes[$0].repeats.last }),
      run.form.nodes[repetition].repeatCount == nil, last < FormFilling.mostRepeats,
      run.value(repetition, Array(page.context.dropLast())) == String(last),
      index + 1 == pages.count || !pages[index + 1].context.starts(with: page.context)
    else { return nil }
    return (repetition, last)
  }

  private func label(_ repetition: Int, _ page: FormPage, _ run: inout FormRun, _ language: String) throws -> String {
    let node = run.form.nodes[repetition]
    let label = try run.words(node.label, repetition, Array(page.context.prefix(node.repeats.count)), language)
    return label.isEmpty ? node.name : label
  }

  /// What a page is called: its group, and in repetitions which time it is.
  func name(_ page: FormPage, _ number: Int, _ run: inout FormRun, _ language: String, _ visit: Visit) throws -> String
  {
    let group = page.group.map { run.form.nodes[$0] }
    var name = ""
    if let group, let index = page.group {
      name = try run.words(group.label, index, Array(page.context.prefix(group.repeats.count)), language)
    }
    if name.isEmpty { name = visit.words("forms.page.name", ["number": String(number + 1)]) }
    guard case .questions = page.content, !page.context.isEmpty, let first = page.nodes.first else { return name }
    let times = zip(run.form.nodes[first].repeats, page.context.indices).map { repetition, depth in
      visit.words(
        "forms.page.time",
        [
          "number": String(page.context[depth]),
          "count": run.value(repetition, Array(page.context.prefix(depth))),
        ])
    }
    return ([name] + times).joined(separator: " · ")
  }
}
