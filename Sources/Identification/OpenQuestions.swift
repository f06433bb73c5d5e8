import Basics
import CountryPack

extension AssessmentRules {
  /// Which questions to ask next in a dimension that has not enough information: the smallest set of open ones that,
  /// answered yes, would make it positive. The strongest first, as the instrument has them.
  ///
  /// Empty when the dimension is positive, or can no longer become so. The strongest open indicators make the smallest
  /// set, because the rule never loses by a stronger one in a weaker one's place.
  public static func openQuestions(_ dimension: Instrument.Dimension, of instrument: Instrument, _ answers: AnswerSheet)
    -> [String]
  {
    guard finding(dimension, of: instrument, answers).state == .insufficient else { return [] }
    let ranks: [IndicatorStrength] = [.strong, .medium, .weak, .none]
    let open = ranks.flatMap { strength in
      instrument.indicators.filter { indicator in
        let answer = answers[IndicatorKey(dimension: indicator.dimension, code: indicator.code)]
        return indicator.dimension == dimension.code && indicator.strength == strength
          && (answer == .unknown || answer == .notAsked)
      }
    }
    var (asked, trial): ([String], AnswerSheet) = ([], answers)
    for indicator in open {
      trial[IndicatorKey(dimension: indicator.dimension, code: indicator.code)] = .yes
      asked.append(indicator.code)
      if finding(dimension, of: instrument, trial).state == .positive { break }
    }
    return asked
  }
}
