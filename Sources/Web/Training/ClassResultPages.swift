import Basics
import CountryPack
import Hummingbird
import Training

/// How a class did: before and after, as a picture and as a table.
struct ClassResultPages {
  let desks: Desks

  func add(to routes: Routes) { routes.get("/training/:cohort/results", results) }

  private func results(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CohortID = try visit.id("cohort")
    let cohort = try await desks.cohorts.cohort(actor, id).cohort
    let report = try await desks.after.report(actor, id)
    let result = report.result
    let (words, paired) = (visit.words, result.paired)
    let questions = try await desks.cohorts.questions(cohort, visit.language)
    let table = DataTable(
      caption: words("training.results.by_question"),
      columns: [
        words("training.results.question"), words("training.results.before"), words("training.results.after"),
        words("training.flags.title"),
      ],
      rows: result.items.enumerated().map { index, item in
        let stem = questions.first { $0.name == item.question }?.stem.shown ?? item.question
        return [
          .text("\(index + 1). \(stem)"), .number(Figures.percent(item.pre, words)),
          .number(Figures.percent(item.post, words)),
          .text(ReportWords.flags(report.items.flags[item.question], words)),
        ]
      },
      total: [
        .text(words("training.results.class")), .number(Figures.percent(paired.preMean, words)),
        .number(Figures.percent(paired.postMean, words)), .text(""),
      ])
    let rows = result.items.enumerated().map { (label: String($0 + 1), pre: $1.pre, post: $1.post) }
    let picture = BeforeAfterPicture(
      rows: rows + [(label: words("training.results.class"), pre: paired.preMean, post: paired.postMean)], words: words)
    return .page(
      "training/results",
      [
        "title": words("training.tab.results"), "heading": cohort.heading(visit, desks.pack).view,
        "tabs": cohort.tabs(words, current: "/training/\(id)/results").view,
        "hasResults": result.answeredBefore > 0, "sentence": sentence(result, words),
        "isTooFew": paired.isTooFewToJudge && paired.matched > 0, "fewest": String(PairedResult.fewestToJudge),
        "facts": Definitions(
          facts(result, words) + ReportWords.facts(report.items, report.rounds, words)
        ).view, "picture": picture.view, "table": table.view,
      ] as [String: Any])
  }

  private func sentence(_ result: ClassResult, _ words: Words) -> String {
    let paired = result.paired
    guard paired.matched > 0, let before = paired.preMean, let after = paired.postMean else {
      return words("training.results.no_pairs")
    }
    return words(
      "training.results.sentence",
      [
        "count": String(paired.matched), "before": Figures.percent(before, words),
        "after": Figures.percent(after, words),
      ])
  }

  private func facts(_ result: ClassResult, _ words: Words) -> [(term: String, value: String)] {
    let paired = result.paired
    func figure(_ measure: String, _ text: String?) -> String {
      text ?? paired.reasons[measure].map { words("training.reason.\($0)") } ?? "–"
    }
    var facts: [(term: String, value: String)] = [
      (
        words("training.test.pre"),
        words("training.answered", ["count": String(result.answeredBefore), "of": String(result.enrolled)])
      ),
      (
        words("training.test.post"),
        words("training.answered", ["count": String(result.answeredAfter), "of": String(result.enrolled)])
      ),
      (words("training.results.matched"), String(paired.matched)),
      (words("training.results.attrition"), figure("attrition", paired.attrition.map { Figures.percent($0, words) })),
      (words("training.results.gain"), figure("gain", paired.gain.map { Figures.percent($0, words) })),
    ]
    guard !paired.isTooFewToJudge else { return facts }
    facts += [
      (
        words("training.results.interval"),
        figure(
          "ci_low",
          paired.ciLow.flatMap { low in
            paired.ciHigh.map { Figures.percent(low, words) + " … " + Figures.percent($0, words) }
          })
      ),
      (
        words("training.results.t"),
        figure(
          "t", paired.t.map { Figures.decimal($0, words) + " (\(words("training.results.df")) \(paired.df ?? 0))" })
      ),
      (words("training.results.d_z"), figure("d_z", paired.dZ.map { Figures.decimal($0, words) })),
    ]
    return facts
  }
}

/// Before (hollow) and after (filled) on one line for each question: an inline SVG, its table beside it.
struct BeforeAfterPicture {
  var rows: [(label: String, pre: Double?, post: Double?)]
  var words: Words

  private static let (left, width, step, top) = (62.0, 250.0, 30.0, 24.0)

  var view: [String: Any] {
    let bottom = Self.top + Self.step * Double(rows.count)
    return [
      "height": place(bottom + 22), "bottom": place(bottom), "label": words("training.results.picture"),
      "ticks": [0, 25, 50, 75, 100].map { tick in
        [
          "x": place(Self.left + Self.width * Double(tick) / 100), "y": place(bottom + 15),
          "text": words("training.percent", ["number": String(tick)]),
        ]
      },
      "lines": rows.enumerated().map { index, row in
        let y = Self.top + Self.step * (Double(index) + 0.4)
        var line: [String: Any] = ["label": row.label, "y": place(y), "textY": place(y + 4)]
        line["pre"] = row.pre.map { place(Self.left + Self.width * $0) }
        line["post"] = row.post.map { place(Self.left + Self.width * $0) }
        if row.pre != nil, row.post != nil { line["isPair"] = true }
        return line
      },
    ]
  }

  private func place(_ value: Double) -> String { Figures.plain((value * 10).rounded() / 10) }
}
