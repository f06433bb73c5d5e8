import Basics
import CountryPack

extension Plan {
  /// Bytes that a plan's file may have: room for five thousand activities and more.
  public static let largestFile = 2_000_000

  /// Reads a plan's file, strictly: a key nobody knows, a date that is none and a missing name are problems. What the
  /// plan says wrongly of itself is no problem of reading: `PlanCheck` finds it.
  ///
  /// - Parameters:
  ///   - text: YAML, at most `largestFile` bytes, without anchors and aliases.
  ///   - file: the name under which problems are told.
  ///
  /// Throws `PackProblems` with the line of each.
  public static func read(_ text: String, file: String, languages: [Language]) throws(PackProblems) -> Plan {
    if let obstacle = MechanismGuard.obstacle(text, upTo: largestFile) {
      throw PackProblems(problems: [PackProblem(file: file, line: obstacle.line, obstacle.message)])
    }
    let notes = YAMLReader.Notes()
    guard let head = YAMLReader(text, file: file, notes: notes) else { throw PackProblems(problems: notes.problems) }
    let plan = PlanReader(languages: languages).plan(head)
    guard notes.problems.isEmpty else { throw PackProblems(problems: notes.problems) }
    return plan
  }
}

/// The plans that come with a pack.
public enum PlanShelf {
  /// Every plan that can be read, by its file's name without ending; what `problems` names is left out.
  public static func plans(_ pack: CountryPack) -> [Plan] {
    pack.plans.sorted { $0.key < $1.key }.compactMap { name, text in
      try? Plan.read(text, file: "plans/\(name).yaml", languages: pack.languages)
    }
  }

  /// What is wrong in the pack's plans, in the English of `pack check`; notices are for `plan check`.
  public static func problems(_ pack: CountryPack) -> [PackProblem] {
    var (problems, plans) = ([PackProblem](), [(file: String, plan: Plan)]())
    for (name, text) in pack.plans.sorted(by: { $0.key < $1.key }) {
      let file = "plans/\(name).yaml"
      do throws(PackProblems) {
        let plan = try Plan.read(text, file: file, languages: pack.languages)
        plans.append((file, plan))
        problems += PlanCheck(plan, pack: pack).findings.filter { $0.weight == .error }.map {
          PackProblem(file: file, line: $0.line, "\($0.item): \($0.says[.english])")
        }
      } catch { problems += error.problems }
    }
    for finding in PlanCheck.versions(plans.map(\.plan)) {
      let file = plans.last { $0.plan.code == finding.item }?.file ?? "plans"
      problems.append(PackProblem(file: file, line: finding.line, finding.says[.english]))
    }
    return problems
  }
}

private struct PlanReader {
  let languages: [Language]

  func plan(_ head: YAMLReader) -> Plan {
    head.allow(
      "code", "version", "name", "level", "place", "from", "until", "note", "source", "certainty", "axes", "objectives",
      "indicators", "activities")
    var plan = Plan(
      code: code(head), version: head.number("version", in: 1...999), name: localized(head, "name", 300),
      level: head.value("level", or: .national), place: optional(head, "place", 80),
      from: head.day("from") ?? Self.noDay, until: head.optionalDay("until"),
      note: head.has("note") ? localized(head, "note", 4000) : nil, source: text(head, "source", 1000),
      certainty: head.value("certainty", or: .unverified), axes: list(head, "axes", upTo: 30).map(axis),
      objectives: list(head, "objectives", upTo: 300).map(objective),
      indicators: list(head, "indicators", upTo: 1000).map(indicator),
      activities: list(head, "activities", upTo: 10_000).map(activity))
    plan.line = head.line
    if plan.axes.isEmpty { head.note("a plan has at least one axis") }
    return plan
  }

  private func axis(_ item: YAMLReader) -> PlanAxis {
    item.allow("code", "name", "source", "certainty")
    var axis = PlanAxis(
      code: code(item), name: localized(item, "name", 300), source: text(item, "source", 1000),
      certainty: item.value("certainty", or: .unverified))
    axis.line = item.line
    return axis
  }

  private func objective(_ item: YAMLReader) -> PlanObjective {
    item.allow("code", "axis", "name")
    var objective = PlanObjective(
      code: code(item), axis: item.text("axis"), name: localized(item, "name", 300))
    objective.line = item.line
    return objective
  }

  private func indicator(_ item: YAMLReader) -> PlanIndicator {
    item.allow(
      "code", "objective", "name", "unit", "baseline", "target", "falls", "source", "howMeasured", "live", "values")
    var indicator = PlanIndicator(
      code: code(item), objective: item.text("objective"), name: localized(item, "name", 300),
      unit: localized(item, "unit", 80), baseline: number(item, "baseline"), target: number(item, "target"),
      falls: item.has("falls") && item.flag("falls"), source: text(item, "source", 300),
      howMeasured: localized(item, "howMeasured", 1000),
      live: item.has("live") ? item.value("live", or: LiveMeasure.screenings) : nil,
      values: list(item, "values", upTo: 500).map { value in
        value.allow("day", "value", "source")
        if !value.has("value") { value.note("“value” is missing") }
        return PlanValue(
          day: value.day("day") ?? Self.noDay, value: number(value, "value") ?? PlanNumber(0),
          source: text(value, "source", 300))
      }.sorted { $0.day < $1.day })
    indicator.line = item.line
    return indicator
  }

  private func activity(_ item: YAMLReader) -> PlanActivity {
    item.allow(
      "code", "objective", "name", "lead", "partners", "provinces", "canton", "from", "until", "dependsOn", "state",
      "doneOn", "result", "evidence", "money")
    var activity = PlanActivity(
      code: code(item), objective: item.text("objective"), name: localized(item, "name", 300),
      lead: item.text("lead"), partners: item.texts("partners"), provinces: item.texts("provinces"),
      canton: optional(item, "canton", 80), from: item.day("from") ?? Self.noDay,
      until: item.day("until") ?? Self.noDay,
      dependsOn: item.texts("dependsOn"), state: item.has("state") ? item.value("state", or: .planned) : .planned,
      doneOn: item.optionalDay("doneOn"), result: optional(item, "result", 4000),
      evidence: optional(item, "evidence", 2000),
      money: list(item, "money", upTo: 200).map(money))
    activity.line = item.line
    return activity
  }

  private func money(_ item: YAMLReader) -> PlanMoney {
    item.allow("kind", "source", "currency", "amount", "day")
    let written = item.text("amount")
    // A negative amount is read, so that the check can say where it stands.
    let isNegative = written.hasPrefix("-")
    let amount = Money(isNegative ? String(written.dropFirst()) : written)
    if amount == nil, !written.isEmpty {
      item.note("“amount” must be a number with at most two decimals, not “\(written)”")
    }
    var money = PlanMoney(
      kind: item.value("kind", or: .budget), source: text(item, "source", 120), currency: item.text("currency"),
      amount: isNegative ? Money.zero - (amount ?? .zero) : amount ?? .zero, day: item.day("day") ?? Self.noDay)
    money.line = item.line
    return money
  }

  // MARK: Fields

  private static let noDay = CalendarDay(daysSince1970: 0)

  private func list(_ item: YAMLReader, _ key: String, upTo most: Int) -> [YAMLReader] {
    guard item.has(key), let child = item.child(key) else { return [] }
    let items = child.items
    if items.count > most { child.note("“\(key)” has more than \(most) entries") }
    return items
  }

  private func code(_ item: YAMLReader) -> String {
    let code = item.text("code")
    if !code.isEmpty, !PlanCode.isOne(code) {
      item.child("code")?.note("“code” has 1 to 60 lower-case letters, digits, points and hyphens")
    }
    return code
  }

  /// - Parameter most: letters, as many as the field of the form takes.
  private func text(_ item: YAMLReader, _ key: String, _ most: Int) -> String {
    let text = item.text(key)
    if text.count > most { item.child(key)?.note("“\(key)” has more than \(most) letters") }
    return text
  }

  private func optional(_ item: YAMLReader, _ key: String, _ most: Int) -> String {
    item.has(key) ? text(item, key, most) : ""
  }

  private func localized(_ item: YAMLReader, _ key: String, _ most: Int) -> LocalizedText {
    let text = item.localized(key, languages)
    if languages.contains(where: { text[$0].count > most }) {
      item.child(key)?.note("“\(key)” has more than \(most) letters")
    }
    return text
  }

  private func number(_ item: YAMLReader, _ key: String) -> PlanNumber? {
    guard item.has(key) else { return nil }
    let written = item.text(key)
    guard let number = PlanNumber(written) else {
      item.child(key)?.note("“\(key)” must be a number with at most three decimals, not “\(written)”")
      return nil
    }
    return number
  }
}

/// How parts of a plan are called: short names that can stand in an address.
public enum PlanCode {
  /// Whether it has 1 to 60 lower-case letters, digits, points and hyphens and begins with a letter or digit. `new` is
  /// the address of the form that makes one.
  public static func isOne(_ text: String) -> Bool {
    let letters = Array(text.utf8)
    func isPlain(_ letter: UInt8) -> Bool { (97...122).contains(letter) || (48...57).contains(letter) }
    return (1...60).contains(letters.count) && isPlain(letters[0]) && text != "new"
      && letters.allSatisfy { isPlain($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
  }
}
