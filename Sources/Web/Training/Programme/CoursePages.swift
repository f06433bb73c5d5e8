import Accounts
import Basics
import CountryPack
import Foundation
import Hummingbird
import PublicSite
import Training

/// The courses of the pack for trainers and every other member: lessons, slides for the room, notes, handouts.
struct CoursePages {
  let desks: Desks
  private var content: TrainingContent { desks.pack.training }

  func add(to routes: Routes) {
    routes.get("/courses", list)
    routes.get("/courses/:course", course)
    routes.get("/courses/:course/lessons/:lesson", lesson)
    routes.get("/courses/:course/slides", allSlides)
    routes.get("/courses/:course/slides/:number", slide)
    for part in CoursePart.readable { routes.get("/courses/:course/\(part.path)") { try reading($0, part) } }
    routes.get("/agendas/:agenda", agenda)
    SeatCoursePages(desks: desks).add(to: routes)
  }

  private func found(_ visit: Visit) throws -> TrainingCourse {
    _ = try visit.actor()
    guard let course = content.course(visit.part("course")) else { throw Refusal.notFound }
    return course
  }

  private func back(_ course: TrainingCourse, _ visit: Visit) -> HomeSection.Link {
    .init(address: "/courses/\(course.code)", label: course.name[visit.language])
  }

  // MARK: All of them

  private func list(_ visit: Visit) throws -> Answer {
    let actor = try visit.actor()
    let (words, language) = (visit.words, visit.language)
    let rows = content.courses.map { course in
      WorkRow(
        title: course.name[language], address: "/courses/\(course.code)",
        facts: [
          words.hours(course.minutes), words("training.courses.lesson_count", ["count": String(course.lessons.count)]),
          words("training.courses.slide_count", ["count": String(course.slides(language).count)]),
        ]
      ).view
    }
    let phases = content.programme.phases.map { phase in
      [
        "name": phase.name[language], "audience": phase.audience[language],
        "certainty": words("training.certainty.\(phase.certainty.rawValue)"),
        "institutions": phase.institutions.map { desks.pack.institution($0)?.name[language] ?? $0 },
        "courses": content.courses(of: phase).map { ["name": $0.name[language], "address": "/courses/\($0.code)"] },
        "agenda": phase.agenda.flatMap(content.agenda).map {
          ["name": $0.name[language], "address": "/agendas/\($0.code)"]
        },
        "open": actor.may(.manageTraining) ? "/training/new?phase=\(phase.code)" : nil,
      ] as [String: Any?]
    }.map { $0.compactMapValues(\.self) }
    return .page(
      "training/courses/list",
      [
        "heading": Heading(title: words("training.courses.title"), lead: words("training.courses.lead")).view,
        "rows": rows, "programme": content.programme.name[language], "phases": phases,
        "agendas": content.agendas.map { ["name": $0.name[language], "address": "/agendas/\($0.code)"] },
      ] as [String: Any])
  }

  // MARK: One course

  private func course(_ visit: Visit) throws -> Answer {
    let course = try found(visit)
    let (words, language) = (visit.words, visit.language)
    let base = "/courses/\(course.code)"
    let lessons = course.lessons.compactMap(content.lesson).map { lesson in
      [
        "title": lesson.title[language], "address": "\(base)/lessons/\(lesson.id)",
        "minutes": words("training.courses.minutes", ["count": String(lesson.minutes)]),
      ]
    }
    let parts = CoursePart.readable.filter { $0 != .opening }.map { part in
      [
        "label": words("training.courses.part.\(part.path)"), "more": words("training.courses.part_more.\(part.path)"),
        "address": "\(base)/\(part.path)",
      ]
    }
    return .page(
      "training/courses/course",
      [
        "title": course.name[language],
        "heading": Heading(
          title: course.name[language], eyebrow: words.hours(course.minutes),
          back: .init(address: "/courses", label: words("training.courses.title")),
          next: .init(address: "\(base)/slides/1", label: words("training.courses.show"))
        ).view,
        "lessons": lessons, "parts": parts, "allSlides": "\(base)/slides",
        "exercise": words("training.courses.minutes", ["count": String(course.groupworkMinutes)]),
        "text": Markdown.html(course[.opening][language], droppingTitle: true),
      ] as [String: Any])
  }

  private func lesson(_ visit: Visit) throws -> Answer {
    let course = try found(visit)
    guard let place = course.lessons.firstIndex(of: visit.part("lesson")),
      let lesson = content.lesson(course.lessons[place])
    else { throw Refusal.notFound }
    let next = course.lessons.indices.contains(place + 1) ? content.lesson(course.lessons[place + 1]) : nil
    return .page(
      "training/courses/reading",
      CourseReading(
        visit: visit, title: lesson.title[visit.language], text: lesson.text[visit.language],
        eyebrow: visit.words("training.courses.minutes", ["count": String(lesson.minutes)]), back: back(course, visit),
        next: next.map {
          .init(address: "/courses/\(course.code)/lessons/\($0.id)", label: $0.title[visit.language])
        }
      ).view)
  }

  private func reading(_ visit: Visit, _ part: CoursePart) throws -> Answer {
    let course = try found(visit)
    return .page(
      "training/courses/reading",
      CourseReading(
        visit: visit, title: visit.words("training.courses.part.\(part.path)"), text: course[part][visit.language],
        eyebrow: course.name[visit.language], back: back(course, visit), hasPaper: true
      ).view)
  }

  private func agenda(_ visit: Visit) throws -> Answer {
    _ = try visit.actor()
    guard let agenda = content.agenda(visit.part("agenda")) else { throw Refusal.notFound }
    let (words, language) = (visit.words, visit.language)
    let text = agenda.text?[language] ?? agenda.markdown(language, words)
    return .page(
      "training/courses/reading",
      CourseReading(
        visit: visit, title: agenda.name[language], text: text,
        back: .init(address: "/courses", label: words("training.courses.title")), hasPaper: true
      ).view)
  }

  // MARK: Slides

  /// One slide for the room: large, without anything else, left and right by links and by keys.
  private func slide(_ visit: Visit) throws -> Answer {
    let course = try found(visit)
    let slides = course.slides(visit.language)
    guard let number = Int(visit.part("number")), slides.indices.contains(number - 1) else { throw Refusal.notFound }
    let base = "/courses/\(course.code)"
    func address(_ number: Int) -> String? {
      slides.indices.contains(number - 1) ? "\(base)/slides/\(number)" : nil
    }
    return .page(
      "training/courses/slide",
      [
        "title": "\(number)/\(slides.count) · \(course.name[visit.language])", "course": course.name[visit.language],
        "text": Markdown.html(slides[number - 1]), "number": number, "count": slides.count, "back": base,
        "previous": address(number - 1), "next": address(number + 1), "first": address(1),
        "last": address(slides.count), "isOpening": number == 1 ? true : nil,
      ] as [String: Any?])
  }

  /// All slides, some on a page of paper.
  private func allSlides(_ visit: Visit) throws -> Answer {
    let course = try found(visit)
    let words = visit.words
    let on = visit.query["on"].flatMap { Int($0) } ?? 2
    let count = [1, 2, 4, 6].contains(on) ? on : 2
    let base = "/courses/\(course.code)/slides"
    return .page(
      "training/courses/slides",
      [
        "title": course.name[visit.language],
        "heading": Heading(
          title: words("training.courses.all_slides"), eyebrow: course.name[visit.language], back: back(course, visit),
          next: .init(address: base + "/1", label: words("training.courses.show"))
        ).view,
        "count": count,
        "choices": [1, 2, 4, 6].map { number in
          [
            "address": "\(base)?on=\(number)", "label": words("training.courses.on", ["count": String(number)]),
            "isCurrent": number == count,
          ] as [String: Any]
        },
        "slides": course.slides(visit.language).enumerated().map { index, slide in
          [
            "number": String(index + 1), "text": Markdown.html(slide), "address": "\(base)/\(index + 1)",
            "label": words("training.courses.slide", ["number": String(index + 1)]),
          ]
        },
      ] as [String: Any])
  }
}

/// A text of a course on a page that also prints, on A4 or Letter.
struct CourseReading {
  let visit: Visit
  let title: String
  /// Markdown that begins with its title.
  let text: String
  var eyebrow: String?
  let back: HomeSection.Link
  var next: HomeSection.Link?
  /// Whether it is meant to be printed, with a choice of paper.
  var hasPaper = false

  var view: [String: Any] {
    let isLetter = visit.query["paper"] == "letter"
    var view: [String: Any] = [
      "title": title, "heading": Heading(title: Self.heading(text) ?? title, eyebrow: eyebrow, back: back).view,
      "text": Markdown.html(text, droppingTitle: true), "paper": isLetter ? "letter" : "a4",
    ]
    view["next"] = next?.view
    if hasPaper {
      let path = visit.request.uri.path
      view["papers"] = ["a4", "letter"].map { paper in
        [
          "address": "\(path)?paper=\(paper)", "label": visit.words("training.courses.paper.\(paper)"),
          "isCurrent": (paper == "letter") == isLetter,
        ] as [String: Any]
      }
    }
    return view
  }

  private static func heading(_ text: String) -> String? {
    guard text.hasPrefix("# ") else { return nil }
    return text.prefix { $0 != "\n" }.dropFirst(2).trimmingCharacters(in: .whitespaces)
  }
}

extension CoursePart {
  /// The parts with a page to read, as their addresses name them.
  static let readable: [CoursePart] = [.facilitator, .handout, .groupwork, .variants]

  var path: String { self == .handout ? "handout" : rawValue }
}

extension TrainingAgenda {
  /// The agenda as a table a day, for those that have no page of their own.
  func markdown(_ language: Language, _ words: Words) -> String {
    let tables = days.map { day in
      let rows = day.sessions.flatMap(\.items).map { "| \($0.from)–\($0.until) | \($0.title[language]) |\n" }
      return "## \(day.name[language])\n\n| \(words("training.agenda.hour")) | \(words("training.agenda.what")) |\n"
        + "|---|---|\n" + rows.joined()
    }
    return "# \(name[language])\n\n" + tables.joined(separator: "\n")
  }
}

extension Words {
  /// `4 h 30 min`.
  func hours(_ minutes: Int) -> String {
    let parts = [minutes >= 60 ? "\(minutes / 60) h" : "", minutes % 60 > 0 ? "\(minutes % 60) min" : ""]
    return parts.filter { !$0.isEmpty }.joined(separator: " ")
  }
}
