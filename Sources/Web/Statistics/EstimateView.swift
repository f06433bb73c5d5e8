import Basics
import Estimation

/// What one run found, as the page shows it: the verdict first, never one bare number.
struct EstimateView {
  let study: EstimateStudy
  let words: Words

  private var language: Language { words.language }
  private var panel: EstimationPanel? { study.panel }

  private func count(_ number: Double) -> String { GroupedNumber.text(number, language) }

  private func range(_ lower: Double, _ upper: Double) -> String { "\(count(lower)) – \(count(upper))" }

  /// A part of a sentence as a sentence.
  private func sentence(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() + "." }

  static func fileName(_ part: EstimateNote.Part, _ language: Language) -> String {
    switch part {
    case .page: language == .english ? "estimate-page" : "estimacion-pagina"
    case .annex: language == .english ? "estimate-annex" : "estimacion-anexo"
    }
  }

  func model(address: String, back: HomeSection.Link) -> [String: Any] {
    let table = study.table
    let note = EstimateNote(study, language: language)
    var model: [String: Any] = [
      "heading": Heading(
        title: words("statistics.estimate.result"),
        lead: words(
          "statistics.estimate.result_lead",
          [
            "observed": count(table.observed), "count": String(table.lists.count),
            "lists": table.lists.joined(separator: ", "),
          ]), back: back
      ).view, "action": address, "downloads": downloads(address), "methods": methods.view,
      "assumptions": EstimationAssumptions.sentences(language, linkage: study.corrected != nil),
      "minutes": String(EstimateRuns.keptMinutes), "seed": String(study.question.settings.seed),
      "resamples": count(Double(study.question.settings.bootstrap)),
    ]
    model["picture"] = EstimatePicture(bars: note.bars, observed: table.observed, words: words).model
    if let panel {
      model["verdict"] = panel.verdict.words(language)
      model["tone"] = ["agree": "good", "disagree": "warn"][panel.verdict.rawValue] ?? "bad"
      model["reasons"] = panel.reasons.map { sentence($0.words(language)) }
      model["warnings"] = panel.warnings.map { sentence($0[language]) }
      model["hasWarnings"] = !panel.warnings.isEmpty
      if let limits = panel.range {
        model["both"] = words(
          "statistics.estimate.both", ["lower": count(limits.lower), "upper": count(limits.upper)])
      }
      if !panel.variants.isEmpty { model["variants"] = variants(panel).view }
    }
    if let corrected = study.corrected {
      model["corrected"] = words(
        "statistics.estimate.corrected",
        [
          "total": count(corrected.total), "range": range(corrected.lower, corrected.upper),
          "before": count(corrected.uncorrected), "model": corrected.model.notation,
        ])
    }
    if let groups = study.groups {
      model["groups"] = byGroup(groups).view
      model["groupWarnings"] = groups.warnings.map { sentence($0[language]) }
      model["joined"] =
        groups.joined > 0 ? words("statistics.estimate.joined", ["count": String(groups.joined)]) : nil
    }
    return model
  }

  private func downloads(_ address: String) -> [[String: Any]] {
    EstimateNote.Part.allCases.flatMap { part in
      [Language.spanish, .english].map { other in
        [
          "label": words("statistics.estimate.part.\(part.rawValue)"),
          "language": words("statistics.estimate.language.\(other.code)"), "code": other.code,
          "pdf": "\(address)/\(part.rawValue).pdf?language=\(other.code)",
          "html": "\(address)/\(part.rawValue).html?language=\(other.code)",
        ] as [String: Any]
      }
    }
  }

  private var methods: DataTable {
    let shared = Set(panel?.warnings ?? [])
    return DataTable(
      caption: words("statistics.estimate.side_by_side"),
      columns: ["method", "total", "range", "how", "model"].map { words("statistics.estimate.column.\($0)") },
      rows: (panel?.lines ?? []).map { line in
        let name = DataTable.Cell.text(EstimateForm.name(line.method, words))
        guard let estimate = line.estimate else {
          return [
            name, .text("–"), .text("–"),
            .lines([words("statistics.estimate.none"), sentence(line.reason?[language] ?? "")]), .text("–"),
          ]
        }
        // What holds for the table stands once, below.
        let notes = estimate.warnings.filter { !shared.contains($0) }.map { sentence($0[language]) }
        return [
          name, .number(count(estimate.total)), .number(range(estimate.lower, estimate.upper)),
          .lines([sentence(estimate.interval[language])] + notes), .text(estimate.model[language]),
        ]
      })
  }

  private func variants(_ panel: EstimationPanel) -> DataTable {
    DataTable(
      caption: words("statistics.estimate.variants"),
      columns: ["change", "observed", "total"].map { words("statistics.estimate.column.\($0)") },
      rows: panel.variants.map { variant in
        [
          .text(
            words(
              variant.isMerge ? "statistics.estimate.as_one" : "statistics.estimate.without", ["list": variant.name])),
          .number(count(variant.observed)),
          .number(variant.total.map(count) ?? words("statistics.estimate.not_estimable")),
        ]
      })
  }

  private func byGroup(_ groups: GroupedEstimates) -> DataTable {
    DataTable(
      caption: words("statistics.estimate.by_group"),
      columns: ["group", "observed", "total", "range"].map { words("statistics.estimate.column.\($0)") },
      rows: groups.groups.map { group in
        [
          .text(group.name == "rest" ? words("statistics.estimate.rest") : group.name), .number(count(group.observed)),
          .number(count(group.estimate.total)), .number(range(group.estimate.lower, group.estimate.upper)),
        ]
      })
  }
}

/// All intervals in one picture, each under its name so that it fits a phone; the table beside it says the same.
struct EstimatePicture {
  let bars: [EstimateNote.Bar]
  let observed: Double
  let words: Words

  private var end: Double { EstimateNote.end(bars, observed) }

  private func x(_ number: Double) -> Int { 8 + Int((min(number, end) / end * 324).rounded()) }

  /// `nil` when no method answered.
  var model: [String: Any]? {
    guard !bars.isEmpty else { return nil }
    let height = bars.count * 40 + 32
    let seen = words("statistics.estimate.known", ["count": GroupedNumber.text(observed, words.language)])
    return [
      "height": height, "foot": height - 24, "footText": height - 8, "observedX": x(observed), "observed": seen,
      "isRight": x(observed) > 180, "label": words("statistics.estimate.picture"),
      "bars": bars.enumerated().map { place, bar in
        let y = 28 + place * 40
        return [
          "name": bar.name.prefix(1).uppercased() + bar.name.dropFirst(), "y": y, "nameY": y - 12, "textY": y + 5,
          "from": x(bar.lower),
          "to": x(bar.upper), "point": x(bar.total), "isCut": bar.upper > end, "arrow": x(end) + 3,
        ] as [String: Any]
      },
    ]
  }
}
