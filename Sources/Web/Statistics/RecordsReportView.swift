import Basics
import Documents
import Releases
import Statistics

/// The report on synthetic records as a page: what they give away, and what they are good for, with pictures. It compares
/// with the real facts and stays inside.
struct RecordsReportView {
  let report: SynthesisReport
  let terms: RecordsTerms

  init(_ report: SynthesisReport, _ terms: RecordsTerms) {
    self.report = report
    self.terms = terms
  }

  private var words: Words { terms.words }

  /// The last length is one above those that were looked after.
  private var reporting: [SynthesisReport.Length] {
    report.lengths.count > 1 ? report.lengths.dropLast() : report.lengths
  }

  var model: [String: Any] {
    let leaked = reporting.reduce(0) { $0 + $1.leaked }
    var model: [String: Any] = [
      "guarantee": terms.guarantee(report.privacy), "records": records, "privacy": privacy.view,
      "utility": utility.view, "charts": pictures.map(\.svg), "isReport": true,
      "leaked": report.privacy.k == nil
        ? words("statistics.records.leaked_dp", ["count": FactTerms.number(leaked)])
        : leaked == 0
          ? words("statistics.records.leaked_none")
          : words("statistics.records.leaked_some", ["count": FactTerms.number(leaked)]),
    ]
    if report.privacy.isSeeded { model["seeded"] = words("statistics.records.seeded") }
    if let spent = report.privacy.lengths, !spent.isEmpty { model["noise"] = noise(spent).view }
    return model
  }

  /// The tables, each with what its words mean.
  var tables: [(DataTable, String)] {
    let spent = report.privacy.lengths ?? []
    return [
      (privacy, words("statistics.records.privacy_more")), (utility, words("statistics.records.utility_more")),
    ] + (spent.isEmpty ? [] : [(noise(spent), words("statistics.records.noise_more"))])
  }

  private var records: String {
    words(
      "statistics.records.count",
      [
        "made": FactTerms.number(report.syntheticRecords), "real": FactTerms.number(report.realRecords),
        "filled": terms.tenth(report.syntheticFilledPerRecord), "real_filled": terms.tenth(report.realFilledPerRecord),
      ])
  }

  // MARK: Tables

  private var privacy: DataTable {
    let number = { (count: Int) in DataTable.Cell.number(FactTerms.number(count)) }
    return DataTable(
      caption: words("statistics.records.privacy"),
      columns: ["length", "synthetic", "leaked", "rare"].map { words("statistics.records.column_\($0)") },
      rows: report.lengths.map {
        [.text(name($0)), number($0.synthetic), number($0.leaked), number($0.rareInSynthetic)]
      })
  }

  private var utility: DataTable {
    DataTable(
      caption: words("statistics.records.utility"),
      columns: ["length", "frequent", "error", "mean", "preservation", "lost", "fabricated"].map {
        words("statistics.records.column_\($0)")
      },
      rows: report.lengths.map {
        [
          .text(name($0)), .number(FactTerms.number($0.realAtLeastK)), .number(terms.tenth($0.meanAbsoluteError)),
          .number(terms.tenth($0.meanRealCount)), .number(terms.percent($0.preservation)),
          .number(terms.percent($0.lostShare)), .number(terms.percent($0.fabricatedShare)),
        ]
      })
  }

  private func noise(_ spent: [PrivateCounts.Spent]) -> DataTable {
    DataTable(
      caption: words("statistics.records.noise"),
      columns: ["length", "deviation", "per_record", "measured", "kept"].map {
        words("statistics.records.column_\($0)")
      },
      rows: spent.map {
        [
          .text(String($0.length)), .number(terms.tenth($0.variance.squareRoot())), .number(String($0.perRecord)),
          .number(FactTerms.number($0.candidates)), .number(FactTerms.number($0.kept)),
        ]
      })
  }

  private func name(_ length: SynthesisReport.Length) -> String {
    reporting.contains { $0.length == length.length }
      ? String(length.length) : words("statistics.records.beyond", ["length": String(length.length)])
  }

  // MARK: Pictures

  /// Shares by length, and the error beside the mean count by length.
  var pictures: [LengthBars] {
    let lengths = report.lengths
    let shares = [
      ("preservation", \SynthesisReport.Length.preservation), ("lost", \.lostShare), ("fabricated", \.fabricatedShare),
    ]
    let source = words("statistics.records.source", ["records": FactTerms.number(report.syntheticRecords)])
    let longest = lengths.last?.length ?? 1
    return [
      LengthBars(
        title: words(
          "statistics.records.picture_shares",
          [
            "share": terms.percent(reporting.last?.preservation ?? 0),
            "length": String(reporting.last?.length ?? longest),
          ]), source: source, series: shares.map { words("statistics.records.column_\($0.0)") },
        groups: lengths.map { length in
          (
            name: words("statistics.records.length_of", ["length": name(length)]),
            values: shares.map { (length[keyPath: $0.1], terms.percent(length[keyPath: $0.1])) }
          )
        }, most: 1),
      LengthBars(
        title: words("statistics.records.picture_error"), source: source,
        series: ["error", "mean"].map { words("statistics.records.column_\($0)") },
        groups: lengths.map { length in
          (
            name: words("statistics.records.length_of", ["length": name(length)]),
            values: [length.meanAbsoluteError, length.meanRealCount].map { ($0, terms.tenth($0)) }
          )
        }, most: max(1, lengths.flatMap { [$0.meanAbsoluteError, $0.meanRealCount] }.max() ?? 1)),
      LengthBars(
        title: words(
          report.privacy.k == nil ? "statistics.records.picture_rare_dp" : "statistics.records.picture_rare",
          ["count": FactTerms.number(reporting.reduce(0) { $0 + $1.leaked })]), source: source,
        series: ["leaked", "frequent"].map { words("statistics.records.column_\($0)") },
        groups: lengths.map { length in
          (
            name: words("statistics.records.length_of", ["length": name(length)]),
            values: [length.leaked, length.realAtLeastK].map { (Double($0), FactTerms.number($0)) }
          )
        }, most: Double(max(1, lengths.flatMap { [$0.leaked, $0.realAtLeastK] }.max() ?? 1))),
    ]
  }
}

/// Bars in groups, one group a length of combinations: each says its number and what it is.
struct LengthBars {
  var title: String
  var source: String
  var series: [String]
  var groups: [(name: String, values: [(value: Double, text: String)])]
  /// What the longest bar stands for.
  var most: Double

  private static let (width, left, height) = (760, 150, 19)

  var picture: Picture {
    let room = Double(Self.width - Self.left - 270)
    var (shapes, y) = Drawing.title(title)
    y += 2
    for group in groups {
      let top = y
      for (place, value) in group.values.enumerated() {
        let length = most > 0 ? Int((min(1, max(0, value.value / most)) * room).rounded()) : 0
        let text = value.text + " · " + series[place]
        if length > 0 {
          shapes.append(
            Drawing.named(
              "\(group.name), \(series[place]): \(value.text)",
              Drawing.rect(
                x: Self.left, y: y, width: length, height: Self.height - 4,
                fill: Drawing.fills[place % Drawing.fills.count])))
        }
        shapes.append(Drawing.text(text, x: Self.left + length + 6, y: y + Self.height - 7, size: 12))
        y += Self.height
      }
      shapes += Drawing.label(group.name, x: Self.left - 10, middle: (top + y - 4) / 2, letters: 20)
      y += 10
    }
    let end = Drawing.source(source, y: y)
    return Picture(title: title, width: Self.width, height: end.y, shapes + end.shapes)
  }

  var svg: String { picture.svg }
}
