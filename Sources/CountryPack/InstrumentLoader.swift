import Basics
import Foundation

/// The instruments of a pack and how their dimensions are read together.
extension PackLoader {
  func combinations() -> [Combination] {
    (yaml("combinations.yaml")?.items ?? []).map { item in
      item.allow("code", "source", "certainty", "act", "means", "purpose", "adult", "child")
      return Combination(
        code: item.text("code"), source: item.text("source"), certainty: item.value("certainty", or: .unverified),
        act: item.texts("act"), means: item.texts("means"), purpose: item.texts("purpose"),
        adult: rules(item, "adult"), child: rules(item, "child"))
    }
  }

  private func rules(_ item: YAMLReader, _ key: String) -> [Combination.Rule] {
    let rules = (item.child(key)?.items ?? []).map { rule in
      rule.allow("pattern", "name", "certainty", "all", "any", "none")
      return Combination.Rule(
        pattern: rule.text("pattern"), name: rule.localized("name", languages),
        certainty: rule.value("certainty", or: .unverified), all: rule.texts("all"), any: rule.texts("any"),
        none: rule.texts("none"))
    }
    if rules.last.map({ $0.all.isEmpty && $0.any.isEmpty && $0.none.isEmpty }) != true {
      item.note("the last rule of “\(key)” must have no condition, so that every result has a pattern")
    }
    return rules
  }

  func instruments(_ combinations: [Combination], situations: [String]) -> [Instrument] {
    let place = folder.appendingPathComponent("instruments").path
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []).sorted()
    if names.isEmpty { note("instruments", 0, "there is no instrument") }
    let instruments = names.filter { !$0.hasPrefix(".") }.compactMap {
      instrument("instruments/\($0)", combinations, situations)
    }
    for situation in situations { check(situation, instruments) }
    return instruments
  }

  /// In each situation there is something to ask, one set of questions leads, and no dimension stands twice.
  private func check(_ situation: String, _ instruments: [Instrument]) {
    for population in [Instrument.Population.adult, .child] {
      let offered = instruments.filter {
        $0.situations.contains(situation) && ($0.population == .any || $0.population == population)
      }
      let place = "in the situation “\(situation)” (\(population.rawValue))"
      if offered.isEmpty { note("instruments", 0, "\(place) no instrument is offered") }
      let leading = offered.filter { $0.kind != .observation }.map(\.id)
      if leading.count > 1 { note("instruments", 0, "\(place) only one can lead: \(leading.joined(separator: ", "))") }
      let dimensions = offered.flatMap(\.dimensions).map(\.code)
      if Set(dimensions).count != dimensions.count { note("instruments", 0, "\(place) a dimension stands twice") }
    }
  }

  private func instrument(_ place: String, _ combinations: [Combination], _ situations: [String]) -> Instrument? {
    guard let head = yaml(place + "/instrument.yaml") else { return nil }
    head.allow(
      "id", "version", "kind", "population", "situations", "usedBy", "name", "source", "certainty", "licence",
      "combination", "dimensions")
    if place.split(separator: "/").last.map(String.init) != head.text("id") {
      head.note("“id” must be the name of its folder")
    }
    let items = head.child("dimensions")?.items ?? []
    var dimensions = items.map { item in
      item.allow("code", "phase", "name", "relevant")
      let phase: Instrument.Phase = item.value("phase", or: .observation)
      return Instrument.Dimension(
        code: item.text("code"), phase: phase.rawValue, name: item.localized("name", languages))
    }
    if Set(dimensions.map(\.code)).count != dimensions.count { head.note("two dimensions have the same code") }
    for code in head.texts("situations") where !situations.contains(code) {
      head.note("the situation “\(code)” is not in lists/situations.csv")
    }
    let users = head.texts("usedBy").map { code in
      let user = Instrument.User(rawValue: code)
      if user == nil { head.note("“\(code)” can't interview: use \(Instrument.User.allCases.map(\.rawValue))") }
      return user
    }.compactMap(\.self)
    if users.isEmpty { head.note("“usedBy” must name who may interview with it") }
    let kind: Instrument.Kind = head.value("kind", or: .observation)
    let codes = Set(dimensions.map(\.code))
    var combination: Combination?
    if kind == .scored {
      combination = combinations.first { $0.code == head.text("combination") }
      if combination == nil { head.note("a scored instrument needs a “combination” of combinations.yaml") }
      let named = combination.map { rule in
        rule.act + rule.means + rule.purpose + (rule.adult + rule.child).flatMap { $0.all + $0.any + $0.none }
      }
      for code in Set(named ?? []).subtracting(codes).sorted() {
        head.note("its combination names the dimension “\(code)”, which it does not have")
      }
    }
    let indicators = indicators(place + "/indicators.csv", dimensions.map(\.code), kind)
    for (index, item) in items.enumerated() where item.has("relevant") {
      let before = Set(dimensions[..<index].map(\.code))
      do {
        dimensions[index].relevant = try Relevance(
          item.text("relevant"), earlier: indicators.filter { before.contains($0.dimension) })
      } catch { item.note("“relevant”: \(error.message)") }
    }
    return Instrument(
      id: head.text("id"), version: head.day("version") ?? .unknown, kind: kind,
      population: head.value("population", or: .any), name: head.localized("name", languages),
      source: head.text("source"), certainty: head.value("certainty", or: .unverified),
      licence: head.text("licence"), combination: combination?.code, dimensions: dimensions,
      indicators: indicators, situations: head.texts("situations"), usedBy: Set(users))
  }

  private func indicators(_ file: String, _ dimensions: [String], _ kind: Instrument.Kind) -> [Indicator] {
    var written: [(line: Int, relevant: String)] = []
    var indicators = indicatorLines(file, dimensions, kind, &written)
    // Earlier is what an interview asks before: an earlier dimension, or an earlier line of the same one.
    for (index, condition) in written.enumerated() where !condition.relevant.isEmpty {
      let place = dimensions.firstIndex(of: indicators[index].dimension) ?? 0
      let earlier = indicators.enumerated().filter { number, other in
        let otherPlace = dimensions.firstIndex(of: other.dimension) ?? 0
        return otherPlace < place || (otherPlace == place && number < index)
      }
      do {
        indicators[index].relevant = try Relevance(condition.relevant, earlier: earlier.map(\.element))
      } catch { note(file, condition.line, "“relevant”: \(error.message)") }
    }
    return indicators
  }

  private func indicatorLines(
    _ file: String, _ dimensions: [String], _ kind: Instrument.Kind, _ written: inout [(line: Int, relevant: String)]
  ) -> [Indicator] {
    let lines = table(file, ["code", "dimension", "strength", "text_es", "text_en", "verified", "basis"])
    var seen: [String: Int] = [:]
    return lines.map { line in
      if let first = seen.updateValue(line.number, forKey: line["dimension"] + "/" + line["code"]) {
        note(file, line.number, "“\(line["code"])” stands already in line \(first)")
      }
      if !dimensions.contains(line["dimension"]) {
        note(file, line.number, "“\(line["dimension"])” is not a dimension of its instrument")
      }
      if line["verified"] != "yes", line["verified"] != "no" {
        note(file, line.number, "“verified” must be yes or no, not “\(line["verified"])”")
      }
      written.append((line.number, line["relevant"]))
      let factor = Indicator.Factor(rawValue: line["factor"])
      if factor == nil, !line["factor"].isEmpty {
        note(file, line.number, "“factor” must be risk, protective or empty, not “\(line["factor"])”")
      }
      let strength = IndicatorStrength(rawValue: line["strength"])
      // An unverified row may say "unverified" where its strength would stand.
      if strength == nil, line["verified"] == "yes" {
        note(file, line.number, "“strength” must be strong, medium, weak or none, not “\(line["strength"])”")
      }
      if kind != .scored, strength != IndicatorStrength.none {
        note(file, line.number, "only an indicator of a scored instrument has a strength; write none")
      }
      if kind == .scored, strength == IndicatorStrength.none {
        note(file, line.number, "an indicator of a scored instrument needs a strength")
      }
      return Indicator(
        code: required(line, "code", file), dimension: line["dimension"], strength: strength ?? .none,
        text: name(line, file, column: "text"), isVerified: line["verified"] == "yes",
        basis: required(line, "basis", file), factor: factor)
    }
  }
}
