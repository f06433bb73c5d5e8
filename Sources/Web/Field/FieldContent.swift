import Basics
import CountryPack
import Identification

/// Everything the offline interview shows in one language: questions, when they are asked, lists and texts.
struct FieldContent: Encodable {
  struct Named: Encodable {
    var code: String
    var name: String
  }
  struct Safety: Encodable {
    var code, text, advice: String
    var stopsOn: FourWayAnswer
    var mayGoOn, isTold: Bool
  }
  struct Situation: Encodable {
    var code, name, hint: String
    /// The instruments of a sitting, in order, for adults and for whoever counts as a child.
    var adult, child: [String]
  }
  /// One condition: an answer to an earlier question (`q` is `dimension/code`) that is or is not the one named, or
  /// whether the person counts as a child.
  struct Condition: Encodable {
    var q: String?
    var answer: FourWayAnswer?
    var equal: Bool?
    var child: Bool?
  }
  struct Question: Encodable {
    var code, text: String
    /// One group of conditions must hold; absent: always asked.
    var when: [[Condition]]?
  }
  struct Dimension: Encodable {
    var code, phase, name: String
    var when: [[Condition]]?
    var questions: [Question]
  }
  struct Set: Encodable {
    var id, kind: String
    /// Why nothing is computed from it, in a sentence; absent where the server computes a result.
    var refusal: String?
    var dimensions: [Dimension]
  }
  struct Line: Encodable { var name, number, dial, certainty: String }

  var language, pack: String
  var safety: [Safety]
  var situations: [Situation]
  var sets: [Set]
  var provinces, sexes, exploitation, interpreters: [Named]
  var hotlines: [Line]
  /// The texts, by their key in the catalogs.
  var words: [String: String]

  init(_ pack: CountryPack, _ words: Words) {
    let language = words.language
    self.language = language.code
    self.pack = pack.version.description
    safety = pack.safetyQuestions.map {
      Safety(
        code: $0.code, text: $0.text[language], advice: $0.advice[language], stopsOn: $0.stopsOn,
        mayGoOn: $0.mayGoOn, isTold: $0.isTold)
    }
    func sets(_ age: Age, _ situation: String) -> [String] {
      var ids: [String] = []
      for topic in ScreeningPlan(pack, age: age, questions: .init(rawValue: situation)).topics
      where !ids.contains(topic.instrument.id) { ids.append(topic.instrument.id) }
      return ids
    }
    situations = (pack.lists[.situations] ?? []).map {
      Situation(
        code: $0.code, name: $0.name[language], hint: $0.details["hint_\(language.code)"] ?? "",
        adult: sets(.years(30), $0.code), child: sets(.inDoubt, $0.code))
    }.filter { !$0.adult.isEmpty && !$0.child.isEmpty }
    let used = situations.flatMap { $0.adult + $0.child }
    self.sets = pack.instruments.filter { used.contains($0.id) }.map { Self.set($0, words) }
    provinces = pack.provinces.map { Named(code: $0.iso, name: $0.name[language]) }
    func terms(_ list: PackList) -> [Named] {
      (pack.lists[list] ?? []).map { Named(code: $0.code, name: $0.name[language]) }
    }
    sexes = terms(.sexes)
    exploitation = terms(.exploitation)
    interpreters = Screening.Interpreter.allCases.map {
      Named(code: $0.rawValue, name: words("identification.interpreter." + $0.rawValue))
    }
    // Numbers that sources disagree about are never shown to someone in a hurry.
    hotlines = pack.hotlines.filter { $0.certainty != .unverified }.map {
      Line(
        name: $0.name[language], number: $0.number, dial: $0.number.filter { !$0.isWhitespace },
        certainty: words("identification.certainty." + $0.certainty.rawValue))
    }
    self.words = words.texts.filter { key, _ in Self.texts.contains(where: key.hasPrefix) }
  }

  /// The beginnings of the keys whose texts the app shows.
  private static let texts = [
    "field.", "identification.start.", "identification.safety.", "identification.danger.", "identification.topic.",
    "identification.phase.", "identification.age_group.", "common.answer.", "common.exit", "common.product",
    "common.optional", "common.choose", "common.cancel", "common.skip", "common.practice", "common.languages",
    "common.moment", "common.minutes", "common.hours", "common.days", "common.ago", "common.footer", "error.missing",
    "error.screening_age", "error.check_fields", "error.safety_must_be_settled",
  ]

  private static func set(_ instrument: Instrument, _ words: Words) -> Set {
    let language = words.language
    let refusal: String? =
      switch instrument.kind {
      case .observation: words("identification.refusal.observation_list")
      case .guided: words("identification.refusal.guided")
      case .scored: instrument.scores ? nil : words("identification.refusal.strengths_not_verified")
      }
    return Set(
      id: instrument.id, kind: instrument.kind.rawValue, refusal: refusal,
      dimensions: instrument.dimensions.map { dimension in
        Dimension(
          code: dimension.code, phase: words("identification.phase." + dimension.phase),
          name: dimension.name[language], when: conditions(dimension.relevant),
          questions: instrument.indicators.filter { $0.dimension == dimension.code }.map {
            Question(code: $0.code, text: $0.text[language], when: conditions($0.relevant))
          })
      })
  }

  private static func conditions(_ relevance: Relevance) -> [[Condition]]? {
    guard !relevance.isAlways else { return nil }
    return relevance.groups.map { group in
      group.map { condition in
        switch condition {
        case .answer(let dimension, let code, is: let answer, let isEqual):
          Condition(q: dimension + "/" + code, answer: answer, equal: isEqual)
        case .child(let isChild): Condition(child: isChild)
        }
      }
    }
  }
}
