import Basics
import CountryPack
import Training

/// Courses that somebody may join, as their trainers announced them. Nothing of who takes part, and seats in words.
struct CoursesRoom: PublicRoom {
  var publicPages: [PublicPage] { [PublicPage(path: "courses", menu: "rooms.courses.menu", make: list)] }

  func publicEntries(_ visit: PublicVisit) async throws -> [PublicEntry] {
    let courses = try await visit.desks.announcements.courses()
    let (title, lead) = (visit.words("rooms.courses.title"), visit.words("rooms.courses.lead"))
    let texts = courses.flatMap { [name($0, visit), $0.agency, $0.place, text($0, visit).text] }
    return [
      PublicEntry(
        path: "courses", title: title, description: lead, text: ([title, lead] + texts).joined(separator: " "))
    ]
  }

  private func list(_ visit: PublicVisit) async throws -> PublicAnswer {
    let courses = try await visit.desks.announcements.courses()
    let words = visit.words
    return .page(
      "public/courses",
      [
        "courses": courses.map { view($0, visit) }, "hasCourses": !courses.isEmpty,
        "certificates": visit.address("certificates"),
      ] as [String: Any],
      PublicAbout(title: words("rooms.courses.title"), description: words("rooms.courses.lead")))
  }

  private func view(_ course: OpenCourse, _ visit: PublicVisit) -> [String: Any] {
    let (words, text) = (visit.words, text(course, visit))
    var view: [String: Any] = [
      "name": name(course, visit), "agency": course.agency,
      "when": visit.dates.range(course.from, course.until),
      "place": course.place + ", " + visit.pack.provinceName(course.province, visit.language),
      "text": text.text.split(separator: "\n").map(String.init),
      "room": words("rooms.courses.room.\(course.room.rawValue)"),
      "whom": course.institutions.map { visit.pack.institution($0)?.name[visit.language] ?? $0 },
    ]
    if text.language != visit.language { view["textLanguage"] = text.language.code }
    if !course.phone.isEmpty {
      view["phone"] = ["text": course.phone, "dial": course.phone.filter { $0.isNumber || $0 == "+" }]
    }
    if !course.email.isEmpty { view["email"] = course.email }
    return view
  }

  private func name(_ course: OpenCourse, _ visit: PublicVisit) -> String {
    visit.pack.training.phase(course.phase)?.name[visit.language] ?? course.phase
  }

  /// In the reader's language where somebody wrote it, else in Spanish.
  private func text(_ course: OpenCourse, _ visit: PublicVisit) -> (text: String, language: Language) {
    visit.language == .english && !course.english.isEmpty ? (course.english, .english) : (course.spanish, .spanish)
  }
}
