import Accounts
import Basics
import CountryPack
import Foundation
import Hummingbird
import Referrals

/// What a version would do with the cases it expects, and two versions side by side.
extension MechanismPages {
  /// Cases that a page runs: enough for a median, few enough for a page.
  private static let mostCases = 10_000

  private func cases(_ visit: Visit) -> Int {
    min(Self.mostCases, max(100, visit.query["cases"].flatMap { Int($0) } ?? 2000))
  }

  private func seed(_ visit: Visit) -> UInt64 { visit.query["seed"].flatMap { UInt64($0) } ?? 1 }

  func simulate(_ visit: Visit) async throws -> Answer {
    let words = visit.words
    let look = try await desk.look(try visit.actor(), try visit.id("version"))
    let sheet = FormSheet(words: words, typed: visit.query)
    var model: [String: Any] = [
      "heading": Heading(
        title: words("mechanisms.simulate.title"), lead: look.mechanism.name[visit.language],
        back: .init(address: Self.address(look.version.id), label: words("mechanisms.back"))
      ).view,
      "action": Self.address(look.version.id) + "/simulate",
      "fields": [
        sheet.text(
          "cases", label: "mechanisms.simulate.cases", hint: "mechanisms.simulate.cases_hint",
          value: String(cases(visit)), inputmode: "numeric"),
        sheet.text(
          "seed", label: "mechanisms.simulate.seed", hint: "mechanisms.simulate.seed_hint", value: String(seed(visit)),
          inputmode: "numeric"),
      ],
    ]
    do {
      let simulation = try MechanismSimulation(
        look.mechanism, terms: terms, cases: cases(visit), seed: seed(visit), comparisons: 3)
      let trial = MechanismTrial(simulation, look.mechanism, visit)
      model["facts"] = trial.facts.view
      model["tables"] = trial.tables.map(\.view)
      model["isDone"] = true
    } catch { model["refused"] = words(Self.phrase(error)) }
    return .page("mechanisms/simulate", model)
  }

  private static func phrase(_ refusal: SimulationRefusal) -> Phrase {
    switch refusal {
    case .noStart: Phrase("error.mechanism_no_start")
    case .noArrivals: Phrase("error.mechanism_no_arrivals")
    case .arrivalElsewhere(let line): Phrase("error.mechanism_arrival", ["line": String(line)])
    }
  }

  /// Two versions: what one says otherwise, and the same cases through both.
  func compare(_ visit: Visit) async throws -> Answer {
    let (actor, words) = (try visit.actor(), visit.words)
    let new = try await desk.look(actor, try visit.id("version"))
    let old = try await desk.look(actor, try visit.id("other"))
    let differences = MechanismDifference.all(from: old.mechanism, to: new.mechanism)
    func title(_ look: MechanismLook) -> String {
      look.mechanism.name[visit.language] + ", " + visit.dates.day(look.version.day)
    }
    let table = DataTable(
      caption: words("mechanisms.compare.differences"),
      columns: ["mechanisms.compare.thing", "mechanisms.compare.name", "mechanisms.compare.change"].map { words($0) },
      rows: differences.map { one in
        let parts = one.parts.map { words("mechanisms.part.\($0.rawValue)") }.joined(separator: ", ")
        return [
          .text(words("mechanisms.thing.\(one.thing.rawValue)")), .text(name(one, visit)),
          .text(words("mechanisms.change.\(one.change.rawValue)") + (parts.isEmpty ? "" : ": " + parts)),
        ]
      })
    let sides = DataTable(
      caption: words("mechanisms.compare.sides"),
      columns: [words("mechanisms.compare.what"), title(old), title(new)],
      rows: zip(side(old, visit), side(new, visit)).map { [.text($0.0), .text($0.1), .text($1.1)] })
    return .page(
      "mechanisms/compare",
      [
        "heading": Heading(
          title: words("mechanisms.compare.title"),
          lead: words("mechanisms.compare.lead", ["old": title(old), "new": title(new)]),
          back: .init(address: Self.address(new.version.id), label: words("mechanisms.back"))
        ).view,
        "differences": table.view, "hasDifferences": !differences.isEmpty, "sides": sides.view,
        "cases": words("mechanisms.compare.cases", ["count": String(cases(visit)), "seed": String(seed(visit))]),
      ] as [String: Any])
  }

  private func name(_ difference: MechanismDifference, _ visit: Visit) -> String {
    if let name = difference.name { return name[visit.language] }
    switch difference.thing {
    case .territory: return desks.pack.province(iso: difference.code)?.name[visit.language] ?? difference.code
    case .needs: return desks.pack.term(.needs, difference.code)?.name[visit.language] ?? difference.code
    default: return difference.code
    }
  }

  /// The figures by which two versions are held against each other.
  private func side(_ look: MechanismLook, _ visit: Visit) -> [(String, String)] {
    let (words, mechanism) = (visit.words, look.mechanism)
    var lines = [
      (words("mechanisms.side.steps"), String(mechanism.steps.count)),
      (words("mechanisms.side.desks"), String(mechanism.desks.count)),
      (words("mechanisms.side.services"), String(mechanism.services.count)),
      (words("mechanisms.side.gaps"), String(look.check.gaps)),
      (words("mechanisms.side.notices"), String(look.check.findings.count - look.check.gaps)),
    ]
    let keys = ["whole", "in_time", "closed", "lost", "narrow"].map { words("mechanisms.side.\($0)") }
    guard
      let simulation = try? MechanismSimulation(
        mechanism, terms: terms, cases: cases(visit), seed: seed(visit), comparisons: 0)
    else { return lines + keys.map { ($0, words("mechanisms.side.none")) } }
    let trial = MechanismTrial(simulation, mechanism, visit)
    let out = simulation.outcomes
    let values = [
      trial.waits(simulation.wholeWay), simulation.shareInTime.map(trial.percent) ?? "—", String(out.closed),
      String(out.withoutDesk + out.withoutService + out.withoutWayOn + out.wentRound),
      simulation.bottlenecks.map(trial.name).joined(separator: ", "),
    ]
    lines += zip(keys, values).map { ($0, $1.isEmpty ? "—" : $1) }
    return lines
  }
}

/// A simulation in words and tables.
struct MechanismTrial {
  let simulation: MechanismSimulation
  let mechanism: Mechanism
  let visit: Visit
  private var words: Words { visit.words }

  init(_ simulation: MechanismSimulation, _ mechanism: Mechanism, _ visit: Visit) {
    self.simulation = simulation
    self.mechanism = mechanism
    self.visit = visit
  }

  func name(_ code: String) -> String {
    let language = visit.language
    return mechanism.desks.first { $0.code == code }?.name[language]
      ?? mechanism.services.first { $0.code == code }?.name[language]
      ?? mechanism.steps.first { $0.code == code }?.name[language] ?? code
  }

  func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

  /// Minutes as people say them.
  func time(_ minutes: Double) -> String {
    let size = abs(minutes)
    let (value, key) =
      size < 90 ? (minutes, "minutes") : size < 2880 ? (minutes / 60, "hours") : (minutes / 1440, "days")
    return words("mechanisms.time.\(key)", ["count": String(format: "%.1f", value).replacing(".0", with: "")])
  }

  /// Median, and what nine of ten do not exceed.
  func waits(_ waits: MechanismSimulation.Waits) -> String {
    guard let median = waits.medianMinutes, let most = waits.p90Minutes else { return "—" }
    return time(Double(median)) + " · " + time(Double(most))
  }

  var facts: Definitions {
    let out = simulation.outcomes
    return Definitions([
      (words("mechanisms.simulate.cases"), String(simulation.cases)),
      (words("mechanisms.simulate.not_measured"), String(simulation.notMeasured)),
      (words("mechanisms.simulate.days"), String(simulation.days)),
      (words("mechanisms.side.whole"), waits(simulation.wholeWay)),
      (words("mechanisms.side.in_time"), simulation.shareInTime.map(percent) ?? "—"),
      (words("mechanisms.side.closed"), String(out.closed)),
      (words("mechanisms.simulate.without_desk"), String(out.withoutDesk)),
      (words("mechanisms.simulate.without_service"), String(out.withoutService)),
      (words("mechanisms.simulate.without_way"), String(out.withoutWayOn + out.wentRound)),
      (words("mechanisms.side.narrow"), simulation.bottlenecks.map(name).joined(separator: ", ")),
    ])
  }

  var tables: [DataTable] { [steps, desks, services, oneMore].filter { !$0.rows.isEmpty } }

  private func columns(_ keys: [String]) -> [String] { keys.map { words("mechanisms.column.\($0)") } }

  private var steps: DataTable {
    DataTable(
      caption: words("mechanisms.simulate.steps"), columns: columns(["step", "cases", "waits", "in_time"]),
      rows: simulation.steps.map { step in
        [
          .text(name(step.code)), .number(String(step.waits.cases)), .text(waits(step.waits)),
          .text(step.waits.shareInTime.map(percent) ?? "—"),
        ]
      })
  }

  private var desks: DataTable {
    DataTable(
      caption: words("mechanisms.simulate.desks"),
      columns: columns(["desk", "waits", "in_time", "use", "passed_on", "narrow"]),
      rows: simulation.desks.map { desk in
        [
          .text(name(desk.code)), .text(waits(desk.waits)), .text(desk.waits.shareInTime.map(percent) ?? "—"),
          .text(percent(desk.use)), .number(String(desk.passedOn)), .text(narrow(desk.isBottleneck)),
        ]
      })
  }

  private var services: DataTable {
    DataTable(
      caption: words("mechanisms.simulate.services"),
      columns: columns(["service", "places", "waits", "at_once", "use", "narrow"]),
      rows: simulation.services.map { service in
        [
          .text(name(service.code)), .number(String(service.places)), .text(waits(service.waits)),
          .text(service.shareAtOnce.map(percent) ?? "—"), .text(percent(service.use)),
          .text(narrow(service.isBottleneck)),
        ]
      })
  }

  private var oneMore: DataTable {
    DataTable(
      caption: words("mechanisms.simulate.one_more"),
      columns: columns(["one_more", "before", "after", "change", "range"]),
      rows: simulation.oneMore.changes.map { change in
        [
          .text(words("mechanisms.one_more.\(change.kind.rawValue)", ["name": name(change.code)])),
          .text(time(change.meanWaitBefore)), .text(time(change.meanWaitAfter)),
          .text(time(change.change) + " ± " + time(change.changeStandardError)),
          .text(time(change.changeLowest) + " … " + time(change.changeHighest)),
        ]
      })
  }

  private func narrow(_ isNarrow: Bool) -> String { isNarrow ? words("mechanisms.narrow") : "" }
}
