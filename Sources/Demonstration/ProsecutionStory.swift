import Accounts
import Basics
import CountryPack
import NationalPlan

/// Three years of made-up counts of justice in the demonstration: whole numbers and parts, a number that two letters give
/// differently and that was put right, one that was asked for in vain. Every document and note says that it is fictional.
struct ProsecutionStory {
  let stage: Stage

  /// A stage, what is counted, who counts, and the numbers of the three years; `nil` was not reported.
  private static let whole: [(ProsecutionStage, ProsecutionUnit, String, [Int?])] = [
    (.reports, .cases, "policia", [96, 112, 131]), (.investigations, .cases, "fge", [58, 64, 71]),
    (.prosecutions, .persons, "fge", [27, 31, 24]), (.convictions, .persons, "fge", [12, 9, 14]),
    (.acquittals, .persons, "fge", [3, 0, 5]), (.otherEnds, .cases, "fge", [21, nil, 18]),
  ]

  func plan(_ timeline: inout Timeline) throws {
    let desk = ProsecutionDesk(stage.office, stage.pack)
    let secretary = try stage.team.actor(.committee, .coordinator)
    let today = stage.day(stage.today)
    let years = (1...3).reversed().compactMap { ProsecutionPeriod(year: today.year - $0) }
    guard years.count == 3, stage.pack.institution("fge") != nil, stage.pack.institution("policia") != nil else {
      return
    }
    var counts: [ProsecutionCount] = []
    for (kind, unit, institution, numbers) in Self.whole {
      for (period, number) in zip(years, numbers) {
        counts.append(count(kind, unit, institution, period, number, readOn: today.adding(days: -40)))
      }
    }
    for sex in [("female", 5), ("male", 9)] {
      var part = count(.convictions, .persons, "fge", years[2], sex.1, readOn: today.adding(days: -40))
      part.cell.sex = sex.0
      counts.append(part)
    }
    let random = stage.office.randomness
    let entries = counts.map { (random.identifier(ProsecutionCountEntity.self), $0) }
    let second = random.identifier(ProsecutionCountEntity.self)
    var other = count(.reports, .cases, "policia", years[2], 128, readOn: today.adding(days: -20))
    other.source.document = "Boletín ficticio de la policía"
    let disagreeing = other
    timeline.add(stage.today - .days(40) + .hours(9)) {
      for (id, count) in entries { try await desk.add(secretary, count, id: id) }
    }
    timeline.add(stage.today - .days(20) + .hours(10)) { try await desk.add(secretary, disagreeing, id: second) }
    // A letter that put an earlier one right.
    guard let mended = entries.first(where: { $0.1.cell.stage == .prosecutions && $0.1.cell.period == years[1] }) else {
      return
    }
    var right = mended.1
    right.number = 33
    let corrected = right
    timeline.add(stage.today - .days(18) + .hours(10)) {
      try await desk.correct(
        secretary, mended.0, corrected, why: "La institución mandó una carta de corrección (ficticio)", seen: 1)
    }
  }

  private func count(
    _ kind: ProsecutionStage, _ unit: ProsecutionUnit, _ institution: String, _ period: ProsecutionPeriod,
    _ number: Int?, readOn: CalendarDay
  ) -> ProsecutionCount {
    ProsecutionCount(
      cell: ProsecutionCell(
        period: period, institution: institution, stage: kind, unit: unit,
        offence: stage.pack.lists[.offences]?.first?.code ?? ""),
      answer: number == nil ? .notReported : .counted, number: number,
      source: ProsecutionSource(
        document: "Carta ficticia sobre \(period)",
        // Never later than its reading, in whichever month the demonstration is made.
        day: CalendarDay(year: period.year + 1, month: 2, day: 1).map { min($0, readOn) },
        readOn: readOn, certainty: .decided),
      note: "Número inventado para la demostración")
  }
}
