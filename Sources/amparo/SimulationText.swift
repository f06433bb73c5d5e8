import Basics
import CountryPack
import Foundation
import Referrals

/// A simulation in words, for a person at a terminal.
struct SimulationText {
  private let language: Language
  private var names: [String: String] = [:]
  private(set) var text = ""

  init(_ simulation: MechanismSimulation, _ mechanism: Mechanism, _ language: Language) {
    self.language = language
    for desk in mechanism.desks { names["desk " + desk.code] = desk.name[language] }
    for service in mechanism.services { names["service " + service.code] = service.name[language] }
    for step in mechanism.steps { names["step " + step.code] = step.name[language] }
    var lines = [
      "\(mechanism.name[language]) (\(mechanism.version))",
      word(
        "\(simulation.cases) casos en \(simulation.days) días, semilla \(simulation.seed); los primeros "
          + "\(simulation.notMeasured) no se miden.",
        "\(simulation.cases) cases in \(simulation.days) days, seed \(simulation.seed); the first "
          + "\(simulation.notMeasured) are not measured."),
      outcomes(simulation), "",
      word("Pasos", "Steps") + ": " + word("mediana, 9 de 10, a tiempo", "median, 9 of 10, in time"),
    ]
    for step in simulation.steps { lines.append(line(name("step", step.code), step.waits)) }
    lines += ["", word("Mesas: mediana, 9 de 10, a tiempo, ocupación", "Desks: median, 9 of 10, in time, use")]
    for desk in simulation.desks {
      let mark = desk.isBottleneck ? word("  ← cuello de botella", "  ← bottleneck") : ""
      let passed = desk.passedOn > 0 ? word("; pasó a otra: ", "; passed on: ") + "\(desk.passedOn)" : ""
      lines.append(line(name("desk", desk.code), desk.waits) + ", \(percent(desk.use))\(passed)\(mark)")
    }
    if !simulation.services.isEmpty {
      lines += ["", word("Cupos: mediana, 9 de 10, al instante, ocupación", "Places: median, 9 of 10, at once, use")]
    }
    for service in simulation.services {
      let mark = service.isBottleneck ? word("  ← cuello de botella", "  ← bottleneck") : ""
      lines.append(
        line(name("service", service.code) + " (\(service.places))", service.waits, share: service.shareAtOnce)
          + ", \(percent(service.use))\(mark)")
    }
    lines += comparison(simulation.oneMore)
    lines += [
      "",
      word(
        "Es un cálculo sobre lo que el archivo supone: no predice el caso de nadie.",
        "It computes from what the file assumes: it foresees nobody's case."),
    ]
    text = lines.joined(separator: "\n")
  }

  private func word(_ es: String, _ en: String) -> String { language == .spanish ? es : en }
  private func name(_ kind: String, _ code: String) -> String { names["\(kind) \(code)"] ?? code }

  private func outcomes(_ simulation: MechanismSimulation) -> String {
    let out = simulation.outcomes
    return word(
      "Cerrados \(out.closed); sin mesa \(out.withoutDesk); sin servicio \(out.withoutService); sin camino "
        + "\(out.withoutWayOn); dando vueltas \(out.wentRound).",
      "Closed \(out.closed); without a desk \(out.withoutDesk); without a service \(out.withoutService); without a way "
        + "on \(out.withoutWayOn); going round \(out.wentRound).")
  }

  private func line(_ name: String, _ waits: MechanismSimulation.Waits, share: Double? = nil) -> String {
    guard let median = waits.medianMinutes, let p90 = waits.p90Minutes else {
      return "  \(name): " + word("ningún caso", "no case")
    }
    let inTime = (share ?? waits.shareInTime).map(percent) ?? "–"
    return "  \(name): \(time(Double(median))), \(time(Double(p90))), \(inTime)"
  }

  private func comparison(_ more: MechanismSimulation.Comparison) -> [String] {
    guard !more.changes.isEmpty else { return [] }
    let head = word(
      "Uno más (\(more.casesEach) casos, \(more.seeds.count) semillas): espera media antes, después; cambio ± error, rango",
      "One more (\(more.casesEach) cases, \(more.seeds.count) seeds): mean wait before, after; change ± error, range")
    return ["", head]
      + more.changes.map { change in
        let kind =
          change.kind == .place
          ? word("un cupo más en ", "one more place at ") : word("una persona más en ", "one more person at ")
        let place = name(change.kind == .place ? "service" : "desk", change.code)
        return "  \(kind)\(place): \(time(change.meanWaitBefore)), \(time(change.meanWaitAfter)); "
          + "\(time(change.change)) ± \(time(change.changeStandardError)), "
          + "\(time(change.changeLowest)) … \(time(change.changeHighest))"
      }
  }

  private func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

  private func time(_ minutes: Double) -> String {
    let size = abs(minutes)
    func short(_ value: Double) -> String { String(format: "%.1f", value).replacing(".0", with: "") }
    if size < 90 { return short(minutes) + " min" }
    return size < 2880 ? short(minutes / 60) + " h" : short(minutes / 1440) + word(" días", " days")
  }
}
