import Basics
import Training

/// One round of follow-up in plain words, with what can't be said.
struct RoundWords {
  let result: FollowUpResult
  let words: Words

  static func status(_ state: FollowUpState, _ words: Words) -> Status {
    let tone: Status.Tone =
      switch state {
      case .notDue: .open
      case .open: .active
      case .answered: .done
      case .missed: .ended
      }
    return Status(text: words("training.after.state.\(state.rawValue)"), tone: tone)
  }

  var status: Status {
    if !result.isDue { return Self.status(.notDue, words) }
    return result.isOver ? Status(text: words("training.after.over"), tone: .done) : Self.status(.open, words)
  }

  /// Who was silent, said before any figure.
  var sentence: String? {
    guard result.isDue, result.asked > 0, result.isOver else { return nil }
    let silent = result.asked - result.answered
    return words(
      silent == 0 ? "training.after.all_answered" : "training.after.silent",
      ["silent": String(silent), "asked": String(result.asked)])
  }

  func facts(_ dates: Dates) -> [(term: String, value: String)] {
    var facts = [(words("training.when"), dates.range(result.opens, result.closes))]
    guard result.isDue else { return facts }
    let answered = words("training.answered", ["count": String(result.answered), "of": String(result.asked)])
    facts.append(
      (words("training.after.answered"), answered + (result.rate.map { " · " + Figures.percent($0, words) } ?? "")))
    if result.onPaper > 0 { facts.append((words("training.after.on_paper"), String(result.onPaper))) }
    if result.unfinished > 0 { facts.append((words("training.after.unfinished"), String(result.unfinished))) }
    if result.silent > 0 {
      facts.append(
        (words(result.isOver ? "training.after.no_answer" : "training.after.not_yet"), String(result.silent)))
    }
    facts += remains
    return facts
  }

  /// What remains, or why nothing is said.
  var remainsInShort: String {
    let kept = result.retention
    guard kept.matched > 0 else { return words("training.reason.no_matched") }
    guard !kept.isTooFewToJudge else {
      return words(
        "training.after.too_few", ["count": String(kept.matched), "fewest": String(PairedResult.fewestToJudge)])
    }
    return words("training.after.remains") + ": " + rho
  }

  private var rho: String {
    let kept = result.retention
    let value = kept.rho.map { Figures.percent($0, words) } ?? words("training.reason.no_change")
    if let low = kept.low, let high = kept.high {
      return value + " (" + Figures.percent(low, words) + " … " + Figures.percent(high, words) + ")"
    }
    return kept.reasons["interval"] == "no_bounds" ? value + " · " + words("training.after.no_bounds") : value
  }

  /// Before, after, now, and what remains: of the same people.
  private var remains: [(term: String, value: String)] {
    let kept = result.retention
    guard kept.matched > 0 else {
      return result.answered > 0 ? [(words("training.after.remains"), words("training.reason.no_matched"))] : []
    }
    guard !kept.isTooFewToJudge else {
      return [(words("training.after.remains"), remainsInShort)]
    }
    var facts = [
      (
        words("training.after.means"),
        words(
          "training.after.means_value",
          [
            "pre": Figures.percent(kept.preMean, words), "post": Figures.percent(kept.postMean, words),
            "follow": Figures.percent(kept.followMean, words), "count": String(kept.matched),
          ])
      )
    ]
    facts.append((words("training.after.remains"), rho))
    if result.isOver, result.silent > 0, let spoke = result.postOfAnswered, let silent = result.postOfSilent {
      facts.append(
        (
          words("training.after.compare"),
          words(
            "training.after.compare_value",
            ["answered": Figures.percent(spoke, words), "silent": Figures.percent(silent, words)])
        ))
    }
    return facts
  }
}
