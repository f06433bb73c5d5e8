import Basics
import CountryPack

extension Instrument {
  /// The questions that are asked when these answers were given: dimensions and indicators in order, without those
  /// that are skipped. An answer to a skipped question counts for nothing, also for the questions after it.
  public func asked(_ answers: AnswerSheet, countsAsChild: Bool) -> Instrument {
    guard hasSkips else { return self }
    var kept: Set<IndicatorKey> = []
    func answer(_ dimension: String, _ code: String) -> FourWayAnswer {
      let key = IndicatorKey(dimension: dimension, code: code)
      return kept.contains(key) ? answers[key] : .notAsked
    }
    var asked = self
    asked.dimensions = dimensions.filter { dimension in
      guard dimension.relevant.holds(countsAsChild: countsAsChild, answer) else { return false }
      for indicator in indicators where indicator.dimension == dimension.code {
        if indicator.relevant.holds(countsAsChild: countsAsChild, answer) {
          kept.insert(IndicatorKey(dimension: dimension.code, code: indicator.code))
        }
      }
      return true
    }
    asked.indicators = indicators.filter { kept.contains(IndicatorKey(dimension: $0.dimension, code: $0.code)) }
    return asked
  }

  var hasSkips: Bool {
    dimensions.contains { !$0.relevant.isAlways } || indicators.contains { !$0.relevant.isAlways }
  }
}

extension Relevance {
  /// What is left to decide on a page that asks `onPage` itself: the conditions on what was answered before are
  /// settled. `nil` when it is not asked whatever happens on the page.
  public func onPage(
    _ dimension: String, countsAsChild: Bool, _ answer: (_ dimension: String, _ code: String) -> FourWayAnswer
  ) -> Relevance? {
    if isAlways { return self }
    var left: [[Condition]] = []
    for group in groups {
      var open: [Condition] = []
      var holds = true
      for condition in group {
        if case .answer(dimension, _, _, _) = condition {
          open.append(condition)
        } else if !Relevance(groups: [[condition]]).holds(countsAsChild: countsAsChild, answer) {
          holds = false
        }
      }
      guard holds else { continue }
      if open.isEmpty { return .always }
      left.append(open)
    }
    return left.isEmpty ? nil : Relevance(groups: left)
  }
}
