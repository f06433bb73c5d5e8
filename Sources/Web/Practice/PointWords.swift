import Basics
import CountryPack
import Practice
import PublicSite
import Training

/// The sentences about the points of an exercise.
struct PointWords {
  let exercise: Exercise
  let pack: CountryPack
  let words: Words

  private var language: Language { words.language }

  /// What was done and what an expert would have done, in one sentence.
  func sentence(_ point: ExercisePoint) -> String {
    // What a step is worth says the chip; why, the expert.
    if point.area == .step { return label(.step, point.subject) }
    let key = "practice.point.\(point.area.rawValue).\(point.verdict.rawValue)"
    return words(words.has(key + ".absent") && !point.isPresent ? key + ".absent" : key, values(point))
  }

  /// The reason, where the expert gives one.
  func why(_ point: ExercisePoint) -> String? {
    switch (point.area, point.verdict) {
    case (.referral, .wrong), (.consent, .wrong):
      exercise.wrongDesks.first { $0.desk == point.subject }?.why[language]
    default: nil
    }
  }

  /// What the point is about, without a verdict: for a class.
  func label(_ area: ExercisePoint.Area, _ subject: String) -> String {
    switch area {
    case .step: exercise.steps.first { $0.passage == subject }?.why[language] ?? subject
    case .decision: words("practice.area.decision")
    case .opening: words("practice.area.opening")
    default: name(area, subject)
    }
  }

  func status(_ point: ExercisePoint) -> Status {
    let tone: Status.Tone =
      switch point.verdict {
      case .right: .done
      case .unsafe: .urgent
      case .missed: .open
      default: .active
      }
    return Status(text: words("practice.verdict.\(point.verdict.rawValue)"), tone: tone)
  }

  private func values(_ point: ExercisePoint) -> [String: String] {
    var values = ["subject": name(point.area, point.subject)]
    switch point.area {
    case .safety, .indicator:
      let answers = point.codes.map { words("common.answer.\($0)") }
      values["expert"] = answers.first ?? ""
      values["given"] = answers.last ?? ""
    case .decision:
      let decisions = point.codes.map { words("identification.decision.\($0)") }
      values["expert"] = decisions.first ?? ""
      values["given"] = decisions.last ?? ""
    case .opening:
      let kinds = point.codes.map { term(.caseKinds, $0) }
      values["expert"] = kinds.first ?? ""
      values["given"] = kinds.last ?? ""
    case .consent: values["kinds"] = point.codes.map { term(.dataKinds, $0) }.joined(separator: ", ")
    case .referral: values["desks"] = point.codes.map(desk).joined(separator: " · ")
    case .step: break
    }
    return values
  }

  private func name(_ area: ExercisePoint.Area, _ subject: String) -> String {
    switch area {
    case .safety:
      pack.safetyQuestions.first { $0.code == subject }?.text[language] ?? words("practice.safety.went_on")
    case .indicator: indicator(subject)
    case .consent:
      if let purpose = pack.term(.purposes, subject) {
        purpose.name[language]
      } else if let desk = exercise.desk(subject) {
        desk.name[language]
      } else {
        words("practice.consent.\(subject)")
      }
    case .referral: pack.term(.needs, subject)?.name[language] ?? desk(subject)
    case .decision, .opening, .step: subject
    }
  }

  /// - Parameter subject: `instrument:dimension/code`.
  private func indicator(_ subject: String) -> String {
    let parts = subject.split(separator: ":", maxSplits: 1).map(String.init)
    let found = parts.first.flatMap(pack.instrument)?.indicators.first { $0.dimension + "/" + $0.code == parts.last }
    return found?.text[language] ?? subject
  }

  private func desk(_ code: String) -> String {
    code.isEmpty ? words("practice.other_desk") : exercise.desk(code)?.name[language] ?? code
  }

  private func term(_ list: PackList, _ code: String) -> String { pack.term(list, code)?.name[language] ?? code }
}

/// What came of an attempt, in words.
struct Feedback {
  let score: ExerciseScore
  let exercise: Exercise
  let pack: CountryPack
  let words: Words

  /// - Parameter live: where the training is.
  func page(live: String?) -> Answer {
    let sentences = PointWords(exercise: exercise, pack: pack, words: words)
    let sections = ExercisePoint.Area.allCases.compactMap { area -> [String: Any]? in
      let points = score.points(area)
      guard !points.isEmpty else { return nil }
      return [
        "title": words("practice.area.\(area.rawValue)"),
        "rows": points.sorted { order($0) < order($1) }.map { point in
          var row: [String: Any] = ["status": sentences.status(point).view, "sentence": sentences.sentence(point)]
          row["why"] = sentences.why(point)
          return row
        },
      ]
    }
    return .page(
      "practice/feedback",
      [
        "title": words("practice.feedback"),
        "heading": Heading(
          title: words("practice.feedback"), lead: words("practice.feedback_lead"),
          eyebrow: exercise.name[words.language]
        ).view,
        "facts": Definitions(facts).view, "usedNone": score.instrument == nil, "sections": sections,
        "debrief": Markdown.html(exercise.debrief[words.language]), "live": live,
      ] as [String: Any?])
  }

  private var facts: [(term: String, value: String)] {
    func count(_ area: ExercisePoint.Area) -> String {
      let points = score.points(area)
      return points.isEmpty
        ? ""
        : words(
          "practice.right_and_open",
          [
            "count": String(points.count { $0.verdict.isRight }),
            "open": String(points.count { !$0.verdict.isRight }),
          ])
    }
    return [
      (
        words("practice.found"),
        score.sensitivity.map { words("practice.count", ["count": String($0.found), "of": String($0.of)]) } ?? ""
      ),
      (words("practice.false_alarms"), String(score.falseAlarms)),
      (words("practice.area.safety"), count(.safety)), (words("practice.area.consent"), count(.consent)),
      (words("practice.area.referral"), count(.referral)),
      (words("practice.unsafe_steps"), String(score.points.count { $0.verdict == .unsafe })),
    ]
  }

  /// What is at stake first; what was right last.
  private func order(_ point: ExercisePoint) -> Int {
    switch point.verdict {
    case .unsafe: 0
    case .right: 2
    default: 1
    }
  }
}
