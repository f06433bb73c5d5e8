import Basics
import Foundation

extension PackLoader {
  func training(institutions: Set<String>, provinces provinceCodes: Set<String>) -> TrainingContent {
    let head = yaml("training/programme.yaml")
    head?.allow("code", "name", "source", "certainty", "currency", "lessons", "phases")
    var lessons = (head?.child("lessons")?.items ?? []).map(lesson)
    let (courses, posts) = courses(&lessons)
    for (index, lesson) in lessons.enumerated() where lessons[..<index].contains(where: { $0.id == lesson.id }) {
      head?.child("lessons")?.note("the lesson “\(lesson.id)” stands twice")
    }
    let agendas = agendas(courses)
    let phases = (head?.child("phases")?.items ?? []).map { item in
      let phase = phase(item, institutions, provinceCodes)
      if !lessons.contains(where: { $0.id == phase.lesson }) {
        item.child("lesson")?.note("there is no lesson “\(phase.lesson)”")
      }
      for code in phase.courses where !courses.contains(where: { $0.code == code }) {
        item.child("courses")?.note("there is no course “\(code)”")
      }
      for code in phase.variants where !posts.contains(where: { $0.code == code }) {
        item.child("variants")?.note("there is no post “\(code)” in training/courses.yaml")
      }
      if let code = phase.agenda {
        let agenda = agendas.first { $0.code == code }
        if agenda == nil { item.child("agenda")?.note("there is no agenda “\(code)”") }
        for course in Set((agenda?.items ?? []).compactMap(\.course)).sorted() where !phase.courses.contains(course) {
          item.child("agenda")?.note("the agenda teaches “\(course)”, which is not among the phase's courses")
        }
      }
      return phase
    }
    for (index, phase) in phases.enumerated() where phases[..<index].contains(where: { $0.code == phase.code }) {
      head?.child("phases")?.note("the phase “\(phase.code)” stands twice")
    }
    return TrainingContent(
      programme: TrainingProgramme(
        code: head?.text("code") ?? "", name: head?.localized("name", languages) ?? LocalizedText(es: "", en: ""),
        source: head?.text("source") ?? "",
        certainty: head?.value("certainty", or: Certainty.unverified) ?? .unverified,
        currency: currency(head), phases: phases),
      courses: courses, lessons: lessons, feedback: feedback(), posts: posts, agendas: agendas)
  }

  private func currency(_ head: YAMLReader?) -> String {
    let code = head?.text("currency") ?? ""
    if code.utf8.count != 3 || !code.utf8.allSatisfy({ (65...90).contains($0) }), !code.isEmpty {
      head?.child("currency")?.note("“currency” must be three capital letters as USD")
    }
    return code
  }

  private func phase(
    _ item: YAMLReader, _ institutions: Set<String>, _ provinceCodes: Set<String>
  ) -> TrainingPhase {
    item.allow(
      "code", "name", "audience", "source", "certainty", "institutions", "provinces", "lesson", "courses", "variants",
      "agenda", "testQuestions", "minimumAttendance", "validForMonths")
    for code in item.texts("institutions") where !institutions.contains(code) {
      item.child("institutions")?.note("“\(code)” is not in agencies.csv")
    }
    if item.texts("institutions").isEmpty { item.note("a phase is for at least one of the “institutions”") }
    for code in item.texts("provinces") where !provinceCodes.contains(code) {
      item.child("provinces")?.note("“\(code)” is not in provinces.csv")
    }
    return TrainingPhase(
      code: item.text("code"), name: item.localized("name", languages), audience: item.localized("audience", languages),
      source: item.text("source"), certainty: item.value("certainty", or: .unverified),
      institutions: item.texts("institutions"), provinces: item.texts("provinces"), lesson: item.text("lesson"),
      courses: item.texts("courses"), variants: item.texts("variants"),
      agenda: item.has("agenda") ? item.text("agenda") : nil, testQuestions: item.number("testQuestions", in: 1...50),
      minimumAttendance: item.number("minimumAttendance", in: 1...100),
      validForMonths: item.has("validForMonths") ? item.number("validForMonths", in: 1...120) : nil)
  }

  /// The courses; their lessons are added to the others.
  private func courses(_ lessons: inout [TrainingLesson]) -> ([TrainingCourse], [TrainingPost]) {
    let head = yaml("training/courses.yaml")
    head?.allow("posts", "courses")
    let posts = (head?.child("posts")?.items ?? []).map { item in
      item.allow("code", "name")
      return TrainingPost(code: name(item, "code"), name: item.localized("name", languages))
    }
    var courses: [TrainingCourse] = []
    for item in head?.child("courses")?.items ?? [] {
      item.allow("code", "minutes", "name", "lessons", "groupworkMinutes")
      let own = (item.child("lessons")?.items ?? []).map(lesson)
      lessons += own
      var course = TrainingCourse(
        code: name(item, "code"), name: item.localized("name", languages),
        minutes: item.number("minutes", in: 1...2000),
        lessons: own.map(\.id), groupworkMinutes: item.number("groupworkMinutes", in: 0...600), texts: [:])
      if courses.contains(where: { $0.code == course.code }) { item.note("the course “\(course.code)” stands twice") }
      let planned = own.map(\.minutes).reduce(course.groupworkMinutes, +)
      if planned != course.minutes {
        item.child("minutes")?.note("the lessons and the exercise take \(planned) minutes, not \(course.minutes)")
      }
      if !course.code.isEmpty {
        for part in CoursePart.allCases { course.texts[part] = texts { course.file(part, $0) } }
        check(course, posts)
      }
      courses.append(course)
    }
    return (courses, posts)
  }

  /// What every language of a course must have alike.
  private func check(_ course: TrainingCourse, _ posts: [TrainingPost]) {
    for language in languages {
      for part in CoursePart.allCases {
        let text = course[part][language]
        if !text.isEmpty, !text.hasPrefix("# ") {
          note(course.file(part, language), 1, "the file begins with “# ” and its title")
        }
      }
      let (slides, original) = (course.slides(language), course.slides(.spanish))
      if slides.count != original.count {
        note(course.file(.slides, language), 0, "\(slides.count) slides, but the Spanish has \(original.count)")
      }
      for (index, slide) in slides.enumerated() where !slide.hasPrefix("# ") && !slide.hasPrefix("## ") {
        note(course.file(.slides, language), 0, "slide \(index + 1) begins with “# ” or “## ” and its title")
      }
      let titles = course.sections(.variants, language).map(\.title)
      if titles != posts.map({ $0.name[language] }) {
        note(course.file(.variants, language), 0, "its “## ” headings are the names of the posts, in their order")
      }
    }
  }

  private func agendas(_ courses: [TrainingCourse]) -> [TrainingAgenda] {
    let head = yaml("training/agendas.yaml")
    head?.allow("agendas")
    return (head?.child("agendas")?.items ?? []).map { agenda in
      agenda.allow("code", "name", "text", "days")
      let days = (agenda.child("days")?.items ?? []).map { day in
        day.allow("name", "sessions")
        var last: TimeOfDay?
        let sessions = (day.child("sessions")?.items ?? []).map { session in
          session.allow("name", "items")
          let items = (session.child("items")?.items ?? []).map { item in
            let read = agendaItem(item, courses)
            if let last, read.from < last { item.note("it begins before the item above ends") }
            last = read.until
            return read
          }
          if !items.contains(where: { !$0.isBreak }) {
            session.note("a session has at least one item that is no break")
          }
          return TrainingAgenda.Session(name: session.localized("name", languages), items: items)
        }
        return TrainingAgenda.Day(name: day.localized("name", languages), sessions: sessions)
      }
      let code = name(agenda, "code")
      return TrainingAgenda(
        code: code, name: agenda.localized("name", languages),
        text: agenda.has("text") && agenda.flag("text") ? texts { "training/courses/\(code).\($0).md" } : nil,
        days: days)
    }
  }

  private func agendaItem(_ item: YAMLReader, _ courses: [TrainingCourse]) -> TrainingAgenda.Item {
    item.allow("from", "until", "title", "kind", "course", "lessons", "exercise")
    func time(_ key: String) -> TimeOfDay? {
      let time = TimeOfDay(item.text(key))
      if time == nil { item.note("“\(key)” must be a time as 08:30, in quotation marks") }
      return time
    }
    let (from, until) = (time("from"), time("until"))
    if let from, let until, until <= from { item.note("“until” must come after “from”") }
    if item.has("kind"), item.text("kind") != "break" { item.child("kind")?.note("“kind” must be break") }
    let course = item.has("course") ? item.text("course") : nil
    let known = courses.first { $0.code == course }
    if let course, known == nil { item.child("course")?.note("there is no course “\(course)”") }
    for lesson in item.texts("lessons") where known?.lessons.contains(lesson) != true {
      item.child("lessons")?.note("“\(lesson)” is no lesson of the item's “course”")
    }
    return TrainingAgenda.Item(
      from: from ?? .midnight, until: until ?? .midnight, title: item.localized("title", languages),
      isBreak: item.has("kind"), course: course, lessons: item.texts("lessons"),
      isExercise: item.has("exercise") && item.flag("exercise"))
  }

  /// A code that becomes part of an address or of a file's name.
  private func name(_ item: YAMLReader, _ key: String) -> String {
    let written = item.text(key)
    if written.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }) { return written }
    item.child(key)?.note("“\(key)” holds small letters, digits and dashes only")
    return ""
  }

  private func lesson(_ item: YAMLReader) -> TrainingLesson {
    item.allow("id", "minutes")
    var lesson = TrainingLesson(
      id: name(item, "id"), title: LocalizedText(es: "", en: ""), minutes: item.number("minutes", in: 1...240),
      text: LocalizedText(es: "", en: ""), questions: LocalizedText(es: "", en: ""))
    guard !lesson.id.isEmpty else { return lesson }
    lesson.text = texts(lesson.textFile)
    lesson.title = title(lesson)
    lesson.questions = texts(lesson.questionsFile)
    return lesson
  }

  /// The first line of its text, after “# ”.
  private func title(_ lesson: TrainingLesson) -> LocalizedText {
    var titles: [Language: String] = [:]
    for language in languages {
      let first = lesson.text[language].split(separator: "\n", maxSplits: 1).first ?? ""
      if !first.hasPrefix("# ") { note(lesson.textFile(language), 1, "a lesson begins with “# ” and its title") }
      titles[language] = first.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces)
    }
    return LocalizedText(titles) ?? LocalizedText(es: "", en: "")
  }

  private func texts(_ file: (Language) -> String) -> LocalizedText {
    var texts: [Language: String] = [:]
    for language in languages {
      let text = contents(file(language)) ?? ""
      if text.utf8.count > 1_000_000 { note(file(language), 0, "the file is larger than one megabyte") }
      texts[language] = text
    }
    return LocalizedText(texts) ?? LocalizedText(es: "", en: "")
  }
}

extension YAMLReader {
  /// A whole number within limits; what is not one is noted.
  package func number(_ key: String, in range: ClosedRange<Int>) -> Int {
    let written = text(key)
    if let number = Int(written), range.contains(number) { return number }
    if !written.isEmpty {
      child(key)?.note("“\(key)” must be a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return range.lowerBound
  }
}
