import Basics
import CountryPack
import Foundation
import Testing

@testable import Training

/// The pack that is shipped.
let ecuador = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().appending(path: "Packs/ecuador")

func day(_ text: String) -> CalendarDay { CalendarDay(text) ?? CalendarDay(daysSince1970: 0) }

@Suite struct CohortRulesTests {
  private let cohort = Cohort(
    id: .random(), agency: .random(), phase: "quito-1", place: "Quito", province: "EC-P", from: day("2008-03-10"),
    until: day("2008-03-14"), seats: 2, institutions: ["senami"], questions: ["a"])

  /// Every occasion × what was answered × every day from long before to long after.
  @Test func testsOpenAndCloseOnTheirDays() {
    for offset in -10...30 {
      let today = cohort.from.adding(days: offset)
      func state(_ occasion: TestOccasion, _ answered: Set<TestOccasion>) -> TestState {
        CohortRules.testState(occasion, cohort, answered: answered, on: today)
      }
      #expect(state(.pre, []) == (offset <= 4 ? .open : .closed))
      #expect(state(.pre, [.post]) == .closed)
      #expect(state(.pre, [.pre]) == .answered)
      #expect(state(.pre, [.pre, .post]) == .answered)
      #expect(state(.post, [.post]) == .answered)
      #expect(state(.post, [.pre]) == (offset < 0 ? .notYet : offset <= 11 ? .open : .closed))
      #expect(state(.post, []) == (offset <= 4 ? .notYet : offset <= 11 ? .open : .closed))
      #expect(CohortRules.isLessonOpen(cohort, answered: [], on: today) == (offset > 4))
      #expect(CohortRules.isLessonOpen(cohort, answered: [.pre], on: today))
    }
  }

  @Test func attendanceIsFourThings() {
    let sessions = (10...12).map { TrainingSession(id: .random(), day: day("2008-03-\($0)"), title: "s") }
    func earns(_ marks: [Attendance?], percent: Int = 100, on today: String = "2008-03-12") -> Bool {
      CohortRules.earnsCertificate(
        sessions,
        marks: Dictionary(uniqueKeysWithValues: zip(sessions, marks).compactMap { s, m in m.map { (s.id, $0) } }),
        minimumPercent: percent, on: day(today))
    }
    #expect(earns([.present, .present, .present]))
    #expect(!earns([.present, .present, .present], on: "2008-03-11"))
    for other in [Attendance.absent, .excused, nil] {
      #expect(!earns([.present, .present, other]))
      #expect(earns([.present, .present, other], percent: 66))
      #expect(!earns([.present, .present, other], percent: 67))
    }
    #expect(!CohortRules.earnsCertificate([], marks: [:], minimumPercent: 1, on: day("2008-03-12")))
  }

  @Test(
    arguments: [
      ("  María   Ñusta ", "María Ñusta"), ("Ana", "Ana"), ("A", nil), ("", nil), ("Ana\u{0}", nil), ("Ana\nLuz", nil),
      ("Ana\u{202E}zuL", nil), (String(repeating: "a", count: 121), nil), (String(repeating: "a", count: 5000), nil),
      ("e\u{301}va", "éva"), ("<b>Ana</b>", "<b>Ana</b>"), ("Ana\u{200B}", nil),
    ] as [(String, String?)]) func linesAreLines(_ typed: String, _ expected: String?)
  {
    #expect(CohortRules.line(typed, 2...120) == expected)
  }

  @Test func allWrongFieldsAtOnce() throws {
    let pack = try CountryPack.load(from: ecuador)
    do {
      _ = try CohortRules.checked(
        NewCohort(phase: "x", place: "", province: "EC-XX", from: nil, until: nil, seats: 0, institutions: ["x"]), pack)
      Issue.record("accepted")
    } catch {
      #expect(error.fields.map(\.field) == ["phase", "place", "province", "from", "until", "seats", "institutions"])
    }
    do {
      _ = try CohortRules.checked(
        NewParticipant(name: "12", post: "\u{1}", institution: "mintur", province: ""), cohort, pack)
      Issue.record("accepted")
    } catch { #expect(error.fields.map(\.field) == ["name", "post", "institution", "province"]) }
  }

  @Test func thePackTeaches() throws {
    let pack = try CountryPack.load(from: ecuador)
    #expect(pack.training.checkContent() == [])
    let lesson = try #require(pack.training.lesson("que-es-la-trata"))
    let bank = try QuestionBank(lesson)
    #expect(bank.names.count >= 5)
    for language in [Language.spanish, .english] {
      #expect((900...1450).contains(lesson.text[language].split(whereSeparator: \.isWhitespace).count))
    }
  }

  @Test func everyPhaseDrawsEvenlyFromItsLessons() throws {
    let training = try CountryPack.load(from: ecuador).training
    for phase in training.programme.phases {
      let bank = QuestionBank(joining: try training.lessons(taughtIn: phase).map { try QuestionBank($0) })
      var dice = SeededGenerator(seed: 11)
      let drawn = bank.draw(phase.testQuestions, using: &dice)
      #expect(drawn.count == phase.testQuestions)
      #expect(Set(drawn).count == drawn.count)
      let lessons = training.lessons(taughtIn: phase)
      let perLesson = try lessons.map { lesson in
        let own = Set(try QuestionBank(lesson).names)
        return drawn.count(where: own.contains)
      }
      let (most, least) = (perLesson.max() ?? 0, perLesson.min() ?? 0)
      #expect(most - least <= 1, "\(phase.code): \(perLesson)")
      #expect(drawn == bank.names.filter(Set(drawn).contains))
      #expect(bank.draw(500, using: &dice).count == bank.names.count)
    }
    // What is not on the agenda is not asked.
    let half = try #require(training.phase("awareness-police"))
    #expect(training.lessons(taughtIn: half).count == 4)
  }

  @Test func aBrokenLessonIsNamedWithItsLine() throws {
    var content = try CountryPack.load(from: ecuador).training
    content.lessons[0].questions = LocalizedText(
      es: "::a:: ¿? {=x ~y}\n\n¿sin nombre? {T}\n\n::b:: ¿? {~x}", en: "::a:: ? {~x =y}\n\n::a:: ? {T}\n\n::c:: ? {T}")
    let found = content.checkContent().map(\.description)
    #expect(found.contains { $0.contains("es.gift:5:") && $0.contains("two answers") })
    content.lessons[0].questions = LocalizedText(
      es: "::a:: ¿? {=x ~y}\n\n¿sin nombre? {T}", en: "::a:: ? {~x =y}\n\n::a:: ? {T}\n\n::c:: ? {T}")
    let more = content.checkContent().map(\.description)
    #expect(more.contains { $0.contains("es.gift:3:") && $0.contains("name") })
    #expect(more.contains { $0.contains("en.gift:1:") && $0.contains("differs") })
    #expect(more.contains { $0.contains("en.gift:3:") && $0.contains("twice") })
    #expect(more.contains { $0.contains("“c” has no Spanish") })
  }
}
