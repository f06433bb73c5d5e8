import Accounts
import Basics
import Estimation
import Linkage

/// A sample of pairs judged by somebody who holds both files, the linkage's error rates from it, and the clusters to look
/// over. Kept in memory for half an hour; verdicts are not kept at all.
struct SamplePages {
  let desks: Desks
  let runs: SampleRuns
  private var desk: OverlapDesk { OverlapDesk(office: desks.office) }

  func add(to routes: Routes) {
    routes.get("/statistics/linkage/sample/:sample") { visit in try await page(visit, visit.sheet) }
    routes.post("/statistics/linkage/sample/:sample", judge)
    routes.post("/statistics/linkage/sample/:sample/forget", forget)
  }

  static func address(_ id: SampleRunID) -> String { "/statistics/linkage/sample/\(id)" }

  private func page(_ visit: Visit, _ sheet: FormSheet, _ verdicts: [Int: ClericalSheet.Verdict] = [:]) async throws
    -> Answer
  {
    let actor = try visit.actor()
    try desk.require(actor)
    let id: SampleRunID = try visit.id("sample")
    guard let sample = runs.sample(id, owner: actor.member) else { return .goTo(LinkagePages.path + "?over=1") }
    let words = visit.words
    return .page(
      "statistics/linkage-sample",
      [
        "heading": Heading(
          title: words("statistics.linkage.sample.title"), lead: words("statistics.linkage.sample.lead"),
          back: HomeSection.Link(address: LinkagePages.path, label: words("statistics.linkage.title"))
        ).view,
        "message": sheet.message, "action": Self.address(id), "minutes": String(SampleRuns.keptMinutes),
        "pairs": sample.sheet.pairs.enumerated().map { place, pair in
          [
            "name": "pair\(place)",
            "title": words(
              "statistics.linkage.sample.pair",
              [
                "number": String(place + 1), "first": "\(sample.lists[pair.firstList]) \(pair.firstID)",
                "second": "\(sample.lists[pair.secondList]) \(pair.secondID)",
              ]),
            "options": ClericalSheet.Verdict.allCases.map { verdict in
              [
                "id": "f-pair\(place)-\(verdict.rawValue)", "value": verdict.rawValue,
                "label": words("statistics.linkage.sample.\(verdict.rawValue)"),
                "chosen": verdicts[place] == verdict,
              ] as [String: Any]
            },
          ] as [String: Any]
        },
        "hasPairs": !sample.sheet.pairs.isEmpty, "clusters": clusters(sample, words).view,
        "sizes": words(
          "statistics.linkage.clusters.sizes",
          [
            "sizes": sample.sizes.map {
              words(
                "statistics.linkage.clusters.size",
                ["clusters": GroupedNumber.text(Double($0.clusters), words.language), "records": String($0.records)])
            }.joined(separator: "; "), "doubtful": GroupedNumber.text(Double(sample.doubtful), words.language),
          ]), "hasClusters": !sample.clusters.isEmpty,
      ] as [String: Any?])
  }

  private func clusters(_ sample: SampleRuns.Sample, _ words: Words) -> DataTable {
    DataTable(
      caption: words("statistics.linkage.clusters.caption", ["most": String(SampleRuns.mostClusters)]),
      columns: ["records", "lowest", "rivals"].map { words("statistics.linkage.clusters.\($0)") },
      rows: sample.clusters.map { cluster in
        [
          .lines(cluster.records),
          .number(
            cluster.lowest > 1
              ? words("statistics.linkage.clusters.document")
              : String((cluster.lowest * 100).rounded() / 100).replacing(".", with: words("statistics.decimal"))),
          .number(String(cluster.rivals)),
        ]
      })
  }

  // MARK: Judging

  private func judge(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try desk.require(actor)
    let id: SampleRunID = try visit.id("sample")
    guard let sample = runs.sample(id, owner: actor.member) else { return .goTo(LinkagePages.path + "?over=1") }
    let verdicts = sample.sheet.pairs.indices.reduce(into: [Int: ClericalSheet.Verdict]()) { verdicts, place in
      verdicts[place] = visit.form["pair\(place)"].flatMap { ClericalSheet.Verdict(rawValue: $0) }
    }
    return try await visit.attempt {
      guard let rates = sample.sheet.rates(verdicts) else {
        throw Refusal(.invalid, Phrase("error.linkage_sample"))
      }
      try await desk.begin(actor, .judge)
      return result(visit, id, sample, verdicts, rates)
    } orShow: {
      try await page(visit, $0, verdicts)
    }
  }

  private func result(
    _ visit: Visit, _ id: SampleRunID, _ sample: SampleRuns.Sample, _ verdicts: [Int: ClericalSheet.Verdict],
    _ rates: SampledErrorRates
  ) -> Answer {
    let words = visit.words
    func percent(_ share: Double) -> String {
      words.language == .spanish
        ? "\((share * 1000).rounded() / 10) %".replacing(".", with: ",") : "\((share * 1000).rounded() / 10)%"
    }
    func row(_ key: String, _ share: (wrong: Int, looked: Int)) -> [DataTable.Cell] {
      let limits = SampledErrorRates.interval(wrong: share.wrong, looked: share.looked)
      return [
        .text(words("statistics.linkage.sample.\(key)")), .number("\(share.wrong)/\(share.looked)"),
        .number(percent(Double(share.wrong) / Double(max(1, share.looked)))),
        .number("\(percent(limits.lower)) – \(percent(limits.upper))"),
      ]
    }
    let unsure = verdicts.values.count { $0 == .unsure }
    return .page(
      "statistics/linkage-rates",
      [
        "heading": Heading(
          title: words("statistics.linkage.sample.result"),
          lead: words(
            "statistics.linkage.sample.result_lead",
            [
              "judged": String(verdicts.count - unsure), "pairs": String(sample.sheet.pairs.count),
              "unsure": String(unsure),
            ]), back: HomeSection.Link(address: Self.address(id), label: words("statistics.linkage.sample.title"))
        ).view,
        "rates": DataTable(
          caption: words("statistics.linkage.sample.rates"),
          columns: ["error", "count", "share", "interval"].map { words("statistics.linkage.sample.column.\($0)") },
          rows: [row("missed", rates.missed), row("wrongly", rates.wrongly)]
        ).view, "table": sample.table, "methods": EstimationMethod.single.map(\.rawValue),
        "id": desks.office.randomness.identifier(EstimateRunEntity.self).description,
        "missed": "\(rates.missed.wrong)/\(rates.missed.looked)",
        "wrong": "\(rates.wrongly.wrong)/\(rates.wrongly.looked)", "forget": Self.address(id) + "/forget",
      ] as [String: Any])
  }

  private func forget(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try desk.require(actor)
    runs.forget(try visit.id("sample"), owner: actor.member)
    return .goTo(LinkagePages.path)
  }
}
