import CountryPack
import Training

/// How the questions behaved and what remains, for a class's results.
enum ReportWords {
  static func flags(_ flags: [ItemFlag]?, _ words: Words) -> String {
    let flags = flags ?? []
    return flags.isEmpty
      ? words("training.flags.none") : flags.map { words("training.flags.\($0.rawValue)") }.joined(separator: " · ")
  }

  /// Reliability, hidden below 30 people, and each round that was due.
  static func facts(_ items: ItemReport, _ rounds: [FollowUpResult], _ words: Words) -> [(term: String, value: String)]
  {
    let alpha =
      items.isTooFewForAlpha
      ? words("training.flags.alpha_hidden", ["count": String(items.n), "fewest": String(ItemAnalysis.fewestToJudge)])
      : items.alpha.map { Figures.decimal($0, words) } ?? words("training.reason.no_spread")
    return [(words("training.flags.alpha"), alpha)]
      + rounds.filter(\.isDue).map { round in
        (
          words("training.after.round", ["days": String(round.round.day)]),
          words("training.answered", ["count": String(round.answered), "of": String(round.asked)]) + " · "
            + RoundWords(result: round, words: words).remainsInShort
        )
      }
  }
}
