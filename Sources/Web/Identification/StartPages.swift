import Accounts
import Basics
import CountryPack
import Identification

/// Beginning an interview, and correcting what was typed at its start.
extension ScreeningPages {
  func newPage(_ visit: Visit) async throws -> Answer {
    try visit.actor().require(.conductScreening)
    return try startPage(visit, visit.sheet, existing: nil)
  }

  func begin(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    return try await visit.attempt {
      let id: ScreeningID = try FormReader(visit.form).id()
      let earlier = visit.form["after"].flatMap { ScreeningID($0) }
      try await desk.begin(actor, id, read(visit.form), after: earlier)
      return .goTo("/screenings/\(id)/safety")
    } orShow: {
      try startPage(visit, $0, existing: nil)
    }
  }

  func aboutPage(_ visit: Visit) async throws -> Answer {
    try startPage(visit, visit.sheet, existing: try await desk.file(try visit.actor(), visit.id("screening")))
  }

  func correct(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: ScreeningID = try visit.id("screening")
    return try await visit.attempt {
      guard let seen = visit.form["seen"].flatMap(Int.init), seen > 0 else { throw RefusedRequest.malformed }
      try await desk.correct(actor, id, read(visit.form), seen: seen)
      return .goTo("/screenings/\(id)")
    } orShow: {
      try startPage(visit, $0, existing: try await desk.file(actor, id))
    }
  }

  private func read(_ form: Form) -> ScreeningForm {
    func typed(_ name: String) -> String { form[name] ?? "" }
    // "Not sure" wins over a number: whoever may be under 18 is treated so.
    let age = typed("age_doubt").isEmpty ? typed("age").filter { !$0.isWhitespace } : "doubt"
    return ScreeningForm(
      province: typed("province"), age: age, sex: typed("sex"), exploitation: typed("exploitation"),
      language: typed("language"), interpreter: typed("interpreter"), questions: typed("questions"))
  }

  private func startPage(_ visit: Visit, _ sheet: FormSheet, existing: ScreeningFile?) throws -> Answer {
    let (actor, words, language) = (try visit.actor(), visit.words, visit.language)
    func terms(_ list: PackList) -> [FormSheet.Option] {
      (pack.lists[list] ?? []).map { FormSheet.Option($0.code, $0.name[language]) }
    }
    let situations = (pack.lists[.situations] ?? []).filter { situation in
      pack.instruments.contains { $0.situations.contains(situation.code) && actor.mayUse($0) }
    }
    let screening = existing?.screening
    let age = existing.map(\.about.age)
    let years: String = if case .years(let years) = age { String(years) } else { "" }
    var fields = [
      sheet.choices(
        "questions", label: "identification.start.questions",
        options: situations.map {
          FormSheet.Option($0.code, $0.name[language], hint: $0.details["hint_\(language.code)"])
        },
        value: screening?.questions.rawValue ?? "guided"),
      sheet.select(
        "province", label: "identification.start.province",
        options: pack.provinces.map { FormSheet.Option($0.iso, $0.name[language]) }, value: screening?.province ?? ""),
      sheet.text(
        "age", label: "identification.start.age", hint: "identification.start.age_hint", value: years, optional: true,
        inputmode: "numeric"),
      sheet.tick("age_doubt", label: "identification.start.age_doubt", value: age == .inDoubt),
      sheet.choices(
        "sex", label: "identification.start.sex", options: terms(.sexes), value: screening?.sex ?? "", optional: true),
      sheet.text(
        "language", label: "identification.start.language", value: existing?.about.language ?? "", optional: true),
      sheet.choices(
        "interpreter", label: "identification.start.interpreter", hint: "identification.start.interpreter_hint",
        options: Screening.Interpreter.allCases.map {
          FormSheet.Option($0.rawValue, words("identification.interpreter." + $0.rawValue))
        },
        value: screening?.interpreter.rawValue ?? "not_needed"),
      sheet.select(
        "exploitation", label: "identification.start.exploitation", hint: "identification.start.exploitation_hint",
        options: terms(.exploitation), value: screening?.exploitation ?? "", optional: true),
    ]
    if let existing {
      // After a refusal the form carries on from what is stored now.
      fields.append(["isHidden": true, "name": "seen", "value": String(existing.aboutRevision)])
    } else {
      fields.append(sheet.hidden("id", desks.office.randomness.identifier(ScreeningEntity.self).description))
      fields.append(sheet.hidden("after", visit.query["after"] ?? ""))
    }
    let action = existing.map { "/screenings/\($0.screening.id)/about" } ?? "/screenings/new"
    return .page(
      "identification/start",
      [
        "form": sheet.view(
          action: action, submit: existing == nil ? "identification.start.submit" : "identification.start.correct",
          fields: fields, cancel: existing.map { "/screenings/\($0.screening.id)" } ?? "/screenings"),
        "isNew": existing == nil, "address": existing.map { "/screenings/\($0.screening.id)" } ?? "",
      ])
  }
}
