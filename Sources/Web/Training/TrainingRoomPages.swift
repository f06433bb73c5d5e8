import Accounts
import Basics
import CountryPack
import Documents
import Hummingbird
import Training

/// What a trainer opens in the room: one page that leads to everything of a session.
struct TrainingRoomPages {
  let desks: Desks
  let settings: SiteSettings

  func add(to routes: Routes) {
    routes.get("/training/:cohort/room", overview)
    RollCallPages(desks: desks, settings: settings).add(to: routes)
    PhonePages(desks: desks, settings: settings).add(to: routes)
    QuizPages(desks: desks, settings: settings).add(to: routes)
    PaperPages(desks: desks, settings: settings).add(to: routes)
    FeedbackPages(desks: desks, settings: settings).add(to: routes)
  }

  private func overview(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CohortID = try visit.id("cohort")
    let summary = try await desks.cohorts.cohort(actor, id)
    let quizzes = try await desks.room.quizzes.quizzes(actor, id)
    let (words, base, today) = (visit.words, "/training/\(id)", visit.dates.today)
    func links(_ items: [(String, String)]) -> [[String: String]] {
      items.map { ["address": base + $0.0, "label": words($0.1)] }
    }
    let sessions = summary.sessions.map { session in
      [
        "title": session.title, "day": visit.dates.day(session.day), "isToday": session.day == today,
        "links": links([
          ("/attendance/\(session.id)", "training.attendance.take"),
          ("/room/\(session.id)/code", "training.room.code"),
          ("/room/\(session.id)/signatures", "training.room.signatures"),
          ("/room/\(session.id)/numbers", "training.room.numbers"),
        ]),
      ] as [String: Any]
    }
    let days = Set(summary.sessions.map(\.day)).sorted().map { day in
      [
        "day": visit.dates.day(day),
        "links": links([
          ("/feedback/\(day)", "training.room.results"), ("/feedback/\(day)/paper", "training.room.print_form"),
          ("/feedback/\(day)/entry", "training.room.type_forms"),
        ]),
      ] as [String: Any]
    }
    let papers = TestOccasion.allCases.map { occasion in
      ["title": words("training.test.\(occasion.rawValue)"), "links": links(PaperPages.links("\(occasion.rawValue)"))]
        as [String: Any]
    }
    let runs = quizzes.map { quiz in
      [
        "title": desks.pack.training.lesson(quiz.lesson)?.title[visit.language] ?? quiz.lesson,
        "facts": words(
          "training.room.quiz_facts", ["count": String(quiz.questions.count), "day": visit.dates.moment(quiz.openedAt)]),
        "links": [["address": "\(base)/quiz/\(quiz.id)", "label": words("training.room.project")]]
          + links(PaperPages.links("\(quiz.id)")),
      ] as [String: Any]
    }
    return .page(
      "training/room",
      [
        "title": words("training.room.tab"), "heading": summary.cohort.heading(visit, desks.pack).view,
        "tabs": summary.cohort.tabs(words, current: base + "/room").view,
        "sessions": sessions, "hasSessions": !sessions.isEmpty, "days": days, "papers": papers, "quizzes": runs,
        "newQuiz": base + "/quiz/new", "cards": base + "/room/cards", "cohort": base,
      ] as [String: Any])
  }
}

extension QRCode {
  /// Whether the address fits is known before: none of ours comes near the limit.
  static func svg(_ address: String, label: String) -> String {
    (try? QRCode(address))?.svg(label: label) ?? ""
  }
}

extension Figures {
  /// A sum of marks: whole where it is whole.
  static func mark(_ sum: Double, _ words: Words) -> String {
    sum.rounded() == sum ? plain(sum) : decimal(sum, words)
  }
}
