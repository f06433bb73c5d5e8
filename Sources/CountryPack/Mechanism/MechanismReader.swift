import Basics
import Foundation
import Yams

extension Mechanism {
  /// Reads a mechanism, strictly: a key nobody knows, a code the pack does not have and a missing name are problems.
  ///
  /// What a mechanism may lack or name wrongly in its own file (desks, steps, services, forms) is no problem of reading:
  /// the check finds it.
  ///
  /// - Parameters:
  ///   - text: YAML, at most one megabyte, without anchors and aliases.
  ///   - file: the name under which problems are told.
  ///
  /// Throws `PackProblems` with the line of each.
  public static func read(_ text: String, file: String, terms: MechanismTerms) throws(PackProblems) -> Mechanism {
    let notes = YAMLReader.Notes()
    if let obstacle = MechanismGuard.obstacle(text) {
      throw PackProblems(problems: [PackProblem(file: file, line: obstacle.line, obstacle.message)])
    }
    guard let head = YAMLReader(text, file: file, notes: notes) else { throw PackProblems(problems: notes.problems) }
    guard head.node.mapping != nil else {
      throw PackProblems(problems: [PackProblem(file: file, line: head.line, "a mechanism is expected here")])
    }
    let mechanism = MechanismReader(terms: terms).mechanism(head)
    guard notes.problems.isEmpty else { throw PackProblems(problems: notes.problems) }
    return mechanism
  }
}

struct MechanismReader {
  let terms: MechanismTerms

  func mechanism(_ head: YAMLReader) -> Mechanism {
    head.allow(
      "code", "name", "text", "version", "from", "until", "source", "certainty", "provinces", "needs", "start",
      "holidays", "forms", "desks", "services", "steps", "arrivals", "pattern")
    let provinces = codes(head, "provinces", terms.provinces.map(\.iso))
    if provinces.isEmpty, head.has("provinces") { head.child("provinces")?.note("name at least one province") }
    if !head.has("provinces") { head.note("“provinces” is missing") }
    let needs = codes(head, "needs", terms.needs.map(\.code))
    let mechanism = Mechanism(
      code: code(head), name: text(head, "name"), text: text(head, "text"), version: head.day("version") ?? .unknown,
      from: head.optionalDay("from"), until: head.optionalDay("until"), source: line(head, "source"),
      certainty: head.value("certainty", or: .unverified), provinces: provinces,
      needs: needs.isEmpty ? terms.needs.map(\.code) : needs, start: reference(head, "start") ?? .init(""),
      holidays: holidays(head), forms: list(head, "forms", 200).map(form), desks: list(head, "desks", 200).map(desk),
      services: list(head, "services", 300).map(service), steps: list(head, "steps", 200).map(step),
      arrivals: head.has("arrivals") ? list(head, "arrivals", 500).map(arrival) : [], pattern: pattern(head),
      needsLine: head.node.mapping?["needs"]?.mark?.line ?? head.line)
    if let from = mechanism.from, let until = mechanism.until, until < from { head.note("“until” lies before “from”") }
    if mechanism.steps.isEmpty, head.has("steps") { head.child("steps")?.note("a mechanism has at least one step") }
    unique(head, "forms", mechanism.forms.map(\.code))
    unique(head, "desks", mechanism.desks.map(\.code))
    unique(head, "services", mechanism.services.map(\.code))
    unique(head, "steps", mechanism.steps.map(\.code))
    return mechanism
  }

  // MARK: Parts

  private func form(_ item: YAMLReader) -> Mechanism.Form {
    item.allow("code", "name")
    return Mechanism.Form(code: code(item), name: text(item, "name"), line: item.line)
  }

  private func desk(_ item: YAMLReader) -> Mechanism.Desk {
    item.allow(
      "code", "name", "kind", "provinces", "people", "hours", "holidays", "outOfHours", "alternate", "source",
      "certainty")
    var keepsHolidays = item.has("hours") && item.node.mapping?["hours"]?.scalar == nil
    if item.has("holidays") {
      let written = item.text("holidays")
      if written != "open", written != "closed" { item.child("holidays")?.note("“holidays” must be open or closed") }
      keepsHolidays = written == "closed"
    }
    return Mechanism.Desk(
      code: code(item), name: text(item, "name"), kind: one(item, "kind", terms.kinds.map(\.code)),
      provinces: codes(item, "provinces", terms.provinces.map(\.iso)), people: item.number("people", in: 1...500),
      hours: hours(item), keepsHolidays: keepsHolidays, outOfHours: reference(item, "outOfHours", isNeeded: false),
      alternate: reference(item, "alternate", isNeeded: false), source: line(item, "source"),
      certainty: item.value("certainty", or: .unverified), line: item.line)
  }

  private func hours(_ item: YAMLReader) -> Mechanism.OpeningHours {
    guard let child = item.child("hours") else { return .always }
    if let word = child.node.scalar?.string {
      if word != "always" { child.note("“hours” is always, or a list of days with from and until") }
      return .always
    }
    let windows = capped(child, 21).map { window in
      window.allow("days", "from", "until")
      let (from, until) = (minute(window, "from"), minute(window, "until"))
      if until <= from { window.note("“until” must come after “from”; over midnight, write two lines") }
      return Mechanism.OpeningHours.Window(days: weekdays(window), from: from, until: until)
    }
    if windows.isEmpty { child.note("a desk is open at some time") }
    return .weekly(windows)
  }

  private func minute(_ item: YAMLReader, _ key: String) -> Int {
    let written = item.text(key)
    if written == "24:00", key == "until" { return 1440 }
    if let time = TimeOfDay(written) { return time.minutes }
    if !written.isEmpty { item.child(key)?.note("“\(key)” must be a time as 08:30, in quotation marks") }
    return key == "until" ? 1440 : 0
  }

  private static let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

  private func weekdays(_ item: YAMLReader) -> [Int] {
    let days = codes(item, "days", Self.weekdays).compactMap(Self.weekdays.firstIndex)
    return days.isEmpty ? Array(0..<7) : days
  }

  private func service(_ item: YAMLReader) -> Mechanism.Service {
    item.allow(
      "code", "name", "desk", "service", "needs", "ages", "sexes", "provinces", "places", "stay", "source",
      "certainty")
    let group = group(item)
    if group.needs.isEmpty { item.note("a service names the “needs” it answers") }
    let places = item.has("places") ? item.number("places", in: 1...10_000) : nil
    if (places == nil) != !item.has("stay") { item.note("“places” and “stay” go together") }
    return Mechanism.Service(
      code: code(item), name: text(item, "name"), desk: reference(item, "desk") ?? .init(""),
      service: one(item, "service", terms.services.map(\.code)), group: group, places: places,
      stay: item.has("stay") ? duration(item, "stay", upTo: 5_256_000) : nil, source: line(item, "source"),
      certainty: item.value("certainty", or: .unverified), line: item.line)
  }

  private func step(_ item: YAMLReader) -> Mechanism.Step {
    item.allow(
      "code", "name", "text", "desks", "services", "within", "law", "work", "forms", "handover", "feedback", "next",
      "ends")
    let next = item.has("next") ? capped(item.child("next"), 30).map(next) : []
    let ends = item.has("ends") && item.flag("ends")
    if ends, !next.isEmpty { item.child("next")?.note("a step that “ends” has no “next”") }
    let (desks, services) = (references(item, "desks"), references(item, "services"))
    if !desks.isEmpty, !services.isEmpty { item.note("a step has “desks” or “services”, not both") }
    return Mechanism.Step(
      code: code(item), name: text(item, "name"), text: text(item, "text"), desks: desks, services: services,
      within: item.has("within") ? within(item) : nil, law: reference(item, "law", isNeeded: false),
      work: duration(item, "work", upTo: 43_200), forms: references(item, "forms"),
      handover: item.has("handover") ? text(item, "handover") : nil,
      feedback: item.has("feedback") ? text(item, "feedback") : nil, next: next, ends: ends, line: item.line)
  }

  private func within(_ item: YAMLReader) -> Mechanism.Within? {
    if item.node.mapping?["within"]?.scalar?.string == "urgency" { return .urgency }
    return item.timeLimit("within").map { .limit($0) }
  }

  private func next(_ item: YAMLReader) -> Mechanism.Next {
    item.allow("to", "needs", "ages", "sexes", "provinces", "share", "when")
    return Mechanism.Next(
      to: reference(item, "to") ?? .init(""), group: group(item),
      share: item.has("share") ? item.number("share", in: 1...1000) : 1,
      when: item.has("when") ? text(item, "when") : nil)
  }

  private func arrival(_ item: YAMLReader) -> Mechanism.Arrival {
    item.allow("perYear", "needs", "ages", "sexes", "provinces", "urgency", "source", "certainty")
    return Mechanism.Arrival(
      perYear: item.number("perYear", in: 1...1_000_000), group: group(item),
      urgency: one(item, "urgency", terms.urgencies.map(\.code)), source: line(item, "source"),
      certainty: item.value("certainty", or: .unverified), line: item.line)
  }

  private func pattern(_ head: YAMLReader) -> Mechanism.Pattern {
    guard head.has("pattern"), let item = head.child("pattern") else { return .even }
    item.allow("days", "hours")
    func weights(_ key: String, _ count: Int) -> [Int] {
      let even = Array(repeating: 1, count: count)
      guard item.has(key), let child = item.child(key) else { return even }
      let weights = capped(child, count).map { weight -> Int in
        if let number = Int(weight.node.scalar?.string ?? ""), (0...1000).contains(number) { return number }
        weight.note("a weight is a whole number from 0 to 1000")
        return 1
      }
      if weights.count == count, weights.contains(where: { $0 > 0 }) { return weights }
      child.note("“\(key)” must be \(count) weights that are not all 0")
      return even
    }
    return Mechanism.Pattern(days: weights("days", 7), hours: weights("hours", 24))
  }

  private func holidays(_ head: YAMLReader) -> Set<CalendarDay> {
    guard head.has("holidays") else { return [] }
    return Set(
      capped(head.child("holidays"), 100).compactMap { item in
        if let day = CalendarDay(item.node.scalar?.string ?? "") { return day }
        item.note("a holiday is a day as 2008-03-09")
        return nil
      })
  }

  private func duration(_ item: YAMLReader, _ key: String, upTo most: Int) -> Mechanism.Duration {
    guard let child = item.child(key) else { return .init(mean: 1, spread: .none) }
    child.allow("minutes", "hours", "days", "spread")
    let spread: Mechanism.Duration.Spread = child.has("spread") ? child.value("spread", or: .wide) : .wide
    return Mechanism.Duration(mean: child.minutes(upTo: most) ?? 1, spread: spread)
  }

  private func group(_ item: YAMLReader) -> Mechanism.Group {
    Mechanism.Group(
      needs: codes(item, "needs", terms.needs.map(\.code)), ages: codes(item, "ages", terms.ages.map(\.code)),
      sexes: codes(item, "sexes", terms.sexes.map(\.code)),
      provinces: codes(item, "provinces", terms.provinces.map(\.iso)))
  }

  // MARK: Fields

  private func list(_ head: YAMLReader, _ key: String, _ most: Int) -> [YAMLReader] {
    if key != "steps", key != "desks", !head.has(key) { return [] }
    return capped(head.child(key), most)
  }

  private func capped(_ list: YAMLReader?, _ most: Int) -> [YAMLReader] {
    let items = list?.items ?? []
    if items.count > most { list?.note("at most \(most) may stand here, not \(items.count)") }
    return Array(items.prefix(most))
  }

  /// A code of its own: small letters, digits, dashes; it becomes part of addresses.
  private func code(_ item: YAMLReader) -> String {
    let written = item.text("code")
    let isGood =
      written.utf8.count <= 60
      && written.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 95 }
    if !isGood { item.child("code")?.note("“code” holds up to 60 small letters, digits, dashes and low lines") }
    return isGood ? written : ""
  }

  private func text(_ item: YAMLReader, _ key: String) -> LocalizedText {
    let text = item.localized(key, terms.languages)
    if terms.languages.contains(where: { text[$0].utf8.count > 5000 }) {
      item.child(key)?.note("“\(key)” is longer than 5000 bytes")
    }
    return text
  }

  private func line(_ item: YAMLReader, _ key: String) -> String {
    let text = item.text(key)
    if text.utf8.count > 2000 { item.child(key)?.note("“\(key)” is longer than 2000 bytes") }
    return text
  }

  private func one(_ item: YAMLReader, _ key: String, _ known: [String]) -> String {
    let written = item.text(key)
    if !written.isEmpty, !known.contains(written) {
      item.child(key)?.note("“\(written)” is not known: use one of \(known.joined(separator: ", "))")
    }
    return written
  }

  private func codes(_ item: YAMLReader, _ key: String, _ known: [String]) -> [String] {
    guard item.has(key), let list = item.child(key) else { return [] }
    var found: [String] = []
    for entry in capped(list, 200) {
      let written = entry.node.scalar?.string ?? ""
      if !known.contains(written) {
        entry.note("“\(written)” is not known: use of \(known.joined(separator: ", "))")
      } else if found.contains(written) {
        entry.note("“\(written)” stands here twice")
      } else {
        found.append(written)
      }
    }
    return found
  }

  private func reference(_ item: YAMLReader, _ key: String, isNeeded: Bool = true) -> Mechanism.Reference? {
    guard isNeeded || item.has(key) else { return nil }
    let code = item.text(key)
    return Mechanism.Reference(code, line: item.node.mapping?[key]?.mark?.line ?? item.line)
  }

  private func references(_ item: YAMLReader, _ key: String) -> [Mechanism.Reference] {
    guard item.has(key) else { return [] }
    return capped(item.child(key), 50).compactMap { entry in
      guard let code = entry.node.scalar?.string, !code.isEmpty else {
        entry.note("a code is expected here")
        return nil
      }
      return Mechanism.Reference(code, line: entry.line)
    }
  }

  private func unique(_ head: YAMLReader, _ key: String, _ codes: [String]) {
    guard head.has(key), let items = head.child(key)?.items else { return }
    var seen: Set<String> = []
    for (item, code) in zip(items, codes) where !code.isEmpty && !seen.insert(code).inserted {
      item.child("code")?.note("“\(code)” stands twice under “\(key)”")
    }
  }
}
