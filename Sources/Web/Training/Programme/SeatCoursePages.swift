import Basics
import CountryPack
import Training
import Vault

/// The courses of their phase for people without an account, once the first test is answered.
struct SeatCoursePages {
  let desks: Desks
  private var content: TrainingContent { desks.pack.training }
  /// What a participant may read of a course beside its lessons: no key of an exercise, no notes.
  private static let parts: [CoursePart] = [.handout, .variants]

  func add(to routes: Routes) {
    routes.get("/t/:token/courses") { visit in try await ifOpen(visit, list) }
    routes.get("/t/:token/lessons/:lesson") { visit in try await ifOpen(visit, lesson) }
    for part in Self.parts {
      routes.get("/t/:token/courses/:course/\(part.path)") { visit in
        try await ifOpen(visit) { try reading($0, $1, part) }
      }
    }
  }

  /// A page, or the seat while the first test is still owed.
  private func ifOpen(_ visit: Visit, _ page: (Visit, Seat) throws -> Answer) async throws -> Answer {
    guard let token = Token(visit.part("token")) else { throw Refusal.notFound }
    let seat = try await desks.participants.seat(token)
    guard seat.participant.status == .enrolled, seat.isLessonOpen else { return .goTo(base(visit)) }
    return try page(visit, seat)
  }

  private func base(_ visit: Visit) -> String { "/t/" + visit.part("token") }

  private func courses(_ seat: Seat) -> [TrainingCourse] {
    content.phase(seat.cohort.phase).map(content.courses) ?? []
  }

  private func back(_ visit: Visit) -> HomeSection.Link {
    .init(address: base(visit) + "/courses", label: visit.words("training.courses.title"))
  }

  private func list(_ visit: Visit, _ seat: Seat) -> Answer {
    let (words, language, base) = (visit.words, visit.language, base(visit))
    let shown = courses(seat).map { course in
      [
        "name": course.name[language],
        "lessons": course.lessons.compactMap(content.lesson).map { lesson in
          [
            "title": lesson.title[language], "address": "\(base)/lessons/\(lesson.id)",
            "minutes": words("training.courses.minutes", ["count": String(lesson.minutes)]),
          ]
        },
        "parts": Self.parts.map { part in
          [
            "label": words("training.courses.part.\(part.path)"),
            "address": "\(base)/courses/\(course.code)/\(part.path)",
          ]
        },
      ] as [String: Any]
    }
    return .page(
      "training/courses/seat",
      [
        "title": words("training.courses.title"),
        "heading": Heading(
          title: words("training.courses.title"), eyebrow: seat.cohort.title(desks.pack, language),
          back: .init(address: base, label: words("training.seat.title"))
        ).view,
        "courses": shown, "isEmpty": shown.isEmpty,
      ] as [String: Any])
  }

  private func lesson(_ visit: Visit, _ seat: Seat) throws -> Answer {
    let ids = courses(seat).flatMap(\.lessons)
    guard let place = ids.firstIndex(of: visit.part("lesson")), let lesson = content.lesson(ids[place]) else {
      throw Refusal.notFound
    }
    let next = ids.indices.contains(place + 1) ? content.lesson(ids[place + 1]) : nil
    return .page(
      "training/courses/reading",
      CourseReading(
        visit: visit, title: lesson.title[visit.language], text: lesson.text[visit.language],
        eyebrow: visit.words("training.courses.minutes", ["count": String(lesson.minutes)]), back: back(visit),
        next: next.map { .init(address: "\(base(visit))/lessons/\($0.id)", label: $0.title[visit.language]) }
      ).view)
  }

  private func reading(_ visit: Visit, _ seat: Seat, _ part: CoursePart) throws -> Answer {
    guard let course = courses(seat).first(where: { $0.code == visit.part("course") }) else { throw Refusal.notFound }
    var text = course[part][visit.language]
    if part == .variants, let posts = content.phase(seat.cohort.phase)?.variants, !posts.isEmpty {
      text = course.variants(posts, content, visit.language)
    }
    return .page(
      "training/courses/reading",
      CourseReading(
        visit: visit, title: visit.words("training.courses.part.\(part.path)"), text: text,
        eyebrow: course.name[visit.language], back: back(visit), hasPaper: true
      ).view)
  }
}

extension TrainingCourse {
  /// The variants of some posts only.
  func variants(_ posts: [String], _ content: TrainingContent, _ language: Language) -> String {
    let title = self[.variants][language].prefix { $0 != "\n" }
    let chosen = zip(content.posts, sections(.variants, language)).filter { posts.contains($0.0.code) }
    return title + "\n\n" + chosen.map { "## \($0.1.title)\n\($0.1.text)" }.joined()
  }
}
