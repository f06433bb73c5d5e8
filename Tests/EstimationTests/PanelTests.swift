import Basics
import Estimation
import Foundation
import Testing

@Suite struct PanelTests {
  private static var quick: EstimationSettings {
    var settings = EstimationSettings()
    (settings.bootstrap, settings.gridPoints, settings.maxOrder) = (100, 200, 2)
    (settings.latent.burnIn, settings.latent.sweeps) = (100, 100)
    return settings
  }

  @Test func theKingdomsMethodsDisagreeAndSayWhy() async throws {
    let panel = try await EstimationPanel.make(Published.table("uk2013_5"), settings: Self.quick)
    #expect(panel.verdict == .disagree)
    #expect(panel.lines.count == 6 && panel.lines.compactMap(\.estimate).count >= 5)
    #expect(
      panel.reasons.contains {
        if case .pointsApart(_, let low, let high, _) = $0 { return low < 11_400 && (high == .bic || high == .graphs) }
        return false
      })
    #expect(panel.variants.count == 5 + 10)
    for reason in panel.reasons { #expect(reason.words(.spanish) != reason.words(.english)) }
  }

  @Test func independentListsAgreeOnTheTruth() async throws {
    for seed in seeds.prefix(3) {
      let table = try #require(simulated(seed, total: 8000, chances: [0.4, 0.35, 0.45, 0.3]))
      var settings = Self.quick
      (settings.gridPoints, settings.maxOrder) = (4000, nil)
      let panel = try await EstimationPanel.make(table, settings: settings)
      #expect(panel.verdict == .agree, "seed \(seed): \(panel.reasons.map { $0.words() })")
      #expect(panel.range.map { $0.lower < 8000 && $0.upper > 8000 } == true, "seed \(seed)")
    }
  }

  /// Two lists inside a third: no greatest likelihood exists, and what priors repeat is no estimate.
  @Test func whatOnlyPriorsAnswerIsNotEstimable() async throws {
    let table = try HistoryFile.read("a,b,c,count\n1,0,0,5\n1,1,0,5\n1,1,1,2\n1,0,1,3\n").table
    let panel = try await EstimationPanel.make(table, settings: Self.quick)
    #expect(panel.verdict == .notEstimable && panel.reasons.last == .onlyPriors && panel.range == nil)
    #expect(panel.lines.contains { $0.estimate != nil })
    #expect(panel.reasons.last?.words(.spanish) != panel.reasons.last?.words(.english))
  }

  @Test func onlyTheChosenMethodsAreRunAndTwoNeverAgree() async throws {
    let table = try #require(simulated(4, total: 8000, chances: [0.4, 0.35, 0.45]))
    let panel = try await EstimationPanel.make(table, settings: Self.quick, methods: [.stepwise, .independence])
    #expect(panel.lines.map(\.method) == [.independence, .stepwise])
    #expect(panel.verdict == .disagree && panel.reasons.contains(.tooFewMethods(2)))
  }

  /// Both parts in both languages, every method named, no Spanish word where English was asked for.
  @Test func theReportIsWholeInBothLanguages() async throws {
    let table = try Published.table("uk2013_4")
    var question = EstimateQuestion(.panel, settings: Self.quick)
    question.error = LinkageError(
      missed: try #require(.init(wrong: 4, looked: 100)), wrongly: try #require(.init(wrong: 2, looked: 100)))
    let study = try await EstimateStudy.run((table, []), question)
    for (language, words, foreign) in [
      (Language.spanish, ["Anexo técnico", "2\u{00A0}428", "remuestras", "Qué se da por supuesto"], "Technical"),
      (.english, ["Technical annex", "2,428", "resamples", "What is taken for granted"], "Anexo"),
    ] {
      let html = EstimateNote(study, language: language).html
      for word in words { #expect(html.contains(word), "\(word)") }
      #expect(!html.contains(foreign) && !html.contains("nan"))
      for bar in EstimateNote(study, language: language).bars { #expect(html.contains(bar.name)) }
      let page = EstimateNote(study, language: language, parts: [.page])
      let annex = EstimateNote(study, language: language, parts: [.annex])
      #expect(!page.html.contains(words[0]) && annex.html.contains(words[0]) && !annex.html.contains(words[3]))
      #expect(page.blocks + [.nextPage] + annex.blocks == EstimateNote(study, language: language).blocks)
    }
  }

  @Test func groupsKeepSmallOnesInside() throws {
    let big = try #require(simulated(1, total: 3000, chances: [0.3, 0.3, 0.3]))
    let other = try #require(simulated(2, total: 2000, chances: [0.3, 0.3, 0.3]))
    let small = try #require(simulated(3, total: 40, chances: [0.2, 0.2, 0.2]))
    let model = LogLinearModel.independence(lists: 3)
    let groups = GroupedEstimates([("F", big), ("M", other), ("X", small)], model: model, least: 50)
    // The small group alone could be worked out from the total, so that a second one is joined to it.
    #expect(groups.groups.map(\.name) == ["F", "rest"] && groups.joined == 2)
    #expect(groups.groups.allSatisfy { $0.observed >= 50 })
  }
}

@Suite struct LinkageErrorTests {
  @Test func noErrorChangesNothing() throws {
    let table = try Published.table("uk2013_5")
    let correction = OverlapCorrection(lists: 5)
    #expect(correction.corrected(table.counts, missed: 0, falseShare: 0) == table.counts)
  }

  /// Damages a table as missed links do, in expectation, and takes it back.
  @Test func theCorrectionUndoesTheDamage() {
    let truth: [Double] = [0, 400, 300, 60, 500, 90, 80, 15]
    var seen = truth
    let missed = 0.2
    for pair in [3, 5, 6] {
      seen[pair] -= truth[pair] * missed
      for list in [1, 2, 4] where pair & list != 0 { seen[list] += truth[pair] * missed }
    }
    // A triple: whole with no link missing, a pair and a single with one or two missing, three singles with three.
    let (whole, none) = (0.8 * 0.8 * 0.8, 0.2 * 0.2 * 0.2)
    let broken = 1 - whole - none
    seen[7] = truth[7] * whole
    for list in [1, 2, 4] { seen[list] += truth[7] * (none + broken / 3) }
    for pair in [3, 5, 6] { seen[pair] += truth[7] * broken / 3 }
    let back = OverlapCorrection(lists: 3).corrected(seen, missed: missed, falseShare: 0)
    for (found, expected) in zip(back, truth) { #expect(abs(found - expected) <= 0.02 * expected + 1e-9, "\(back)") }
  }

  @Test func falseLinksAreTakenApart() {
    let back = OverlapCorrection(lists: 2).corrected([0, 100, 200, 50], missed: 0, falseShare: 0.1)
    #expect(back == [0, 105, 205, 45])
  }

  @Test func theIntervalGrowsAndMovesToTheTruth() async throws {
    let truth = try #require(simulated(4, total: 10_000, chances: [0.2, 0.25, 0.2]))
    // A fifth of all links is missed.
    var counts = truth.counts
    for pair in [3, 5, 6] {
      let lost = (truth.counts[pair] * 0.2).rounded()
      counts[pair] -= lost
      for list in [1, 2, 4] where pair & list != 0 { counts[list] += lost }
    }
    let (whole, none) = (0.512, 0.008)
    let triple = truth.counts[7]
    counts[7] = (triple * whole).rounded()
    for list in [1, 2, 4] { counts[list] += (triple * (none + (1 - whole - none) / 3)).rounded() }
    for pair in [3, 5, 6] { counts[pair] += (triple * (1 - whole - none) / 3).rounded() }
    let table = try HistoryTable(lists: truth.lists, counts: counts)
    let error = LinkageError(
      missed: try #require(.init(wrong: 40, looked: 200)), wrongly: try #require(.init(wrong: 0, looked: 200)))
    let found = try #require(
      try await CorrectedEstimate.make(.independence, table, error: error, resamples: 400, seed: 1))
    #expect(found.uncorrected > 11_500)
    #expect(abs(found.total - 10_000) < 700 && found.lower < 10_000 && found.upper > 10_000, "\(found)")
    let plain = try #require(ModelFit.fit(.independence, table)).interval()
    #expect(found.upper - found.lower > plain.upper - plain.lower)
    #expect(LinkageError.Share(wrong: 3, looked: 2) == nil && LinkageError.Share(wrong: 0, looked: 0) == nil)
  }
}
