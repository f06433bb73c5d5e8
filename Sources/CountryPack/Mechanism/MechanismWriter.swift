import Basics

extension Mechanism {
  /// The mechanism as a file in the pack's format: what `read` makes the same mechanism of.
  ///
  /// Every text stands in double quotes on one line, with quotation marks inside written as `\x22`: so neither YAML nor
  /// the guard that reads line by line before it can take something typed for anything else than text. What stands for
  /// “nothing said” in the format (every need, an even pattern) is left out.
  ///
  /// - Parameters:
  ///   - terms: those of the pack it was read with.
  ///   - remarks: lines of comment to begin with, as they stand in the file before.
  public func written(terms: MechanismTerms, remarks: [String] = []) -> String {
    var writer = MechanismWriter(terms: terms)
    writer.lines = remarks.filter { $0.hasPrefix("#") && !$0.contains(where: \.isNewline) }
    writer.head(self)
    return writer.lines.joined(separator: "\n") + "\n"
  }

  /// The comment with which a file begins.
  public static func remarks(of text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).prefix { $0.hasPrefix("#") }.map(String.init)
  }
}

private struct MechanismWriter {
  let terms: MechanismTerms
  var lines: [String] = []

  // MARK: The whole

  mutating func head(_ mechanism: Mechanism) {
    lines.append("code: " + quoted(mechanism.code))
    lines.append("version: \(mechanism.version)")
    lines.append("name: " + texts(mechanism.name))
    lines.append("text: " + texts(mechanism.text))
    if let from = mechanism.from { lines.append("from: \(from)") }
    if let until = mechanism.until { lines.append("until: \(until)") }
    lines.append("source: " + quoted(mechanism.source))
    lines.append("certainty: \(mechanism.certainty.rawValue)")
    lines.append("provinces: " + list(mechanism.provinces))
    if mechanism.needs != terms.needs.map(\.code) { lines.append("needs: " + list(mechanism.needs)) }
    lines.append("start: " + quoted(mechanism.start.code))
    if !mechanism.holidays.isEmpty {
      lines.append("holidays: [" + mechanism.holidays.sorted().map(\.description).joined(separator: ", ") + "]")
    }
    let sections = [
      section("forms", mechanism.forms, isNeeded: false) { [("code", quoted($0.code)), ("name", texts($0.name))] },
      section("desks", mechanism.desks, isNeeded: true, desk),
      section("services", mechanism.services, isNeeded: false, service),
      section("steps", mechanism.steps, isNeeded: true, step),
      section("arrivals", mechanism.arrivals, isNeeded: false, arrival),
    ]
    lines += sections.flatMap { $0 }
    if mechanism.pattern != .even {
      lines += ["pattern:", "  days: \(mechanism.pattern.days)", "  hours: \(mechanism.pattern.hours)"]
    }
  }

  private typealias Entry = (key: String, value: String)

  private func section<Value>(
    _ key: String, _ values: [Value], isNeeded: Bool, _ entries: (Value) -> [Entry]
  ) -> [String] {
    if values.isEmpty { return isNeeded ? ["\(key): []"] : [] }
    return ["\(key):"]
      + values.flatMap { value in
        entries(value).enumerated().map { place, entry in
          (place == 0 ? "  - " : "    ") + entry.key + ": " + entry.value
        }
      }
  }

  // MARK: Parts

  private func desk(_ desk: Mechanism.Desk) -> [Entry] {
    var entries: [Entry] = [("code", quoted(desk.code)), ("name", texts(desk.name)), ("kind", quoted(desk.kind))]
    if !desk.provinces.isEmpty { entries.append(("provinces", list(desk.provinces))) }
    entries += [("people", String(desk.people)), ("hours", hours(desk.hours))]
    if desk.keepsHolidays != (desk.hours != .always) {
      entries.append(("holidays", desk.keepsHolidays ? "closed" : "open"))
    }
    if let other = desk.outOfHours { entries.append(("outOfHours", quoted(other.code))) }
    if let other = desk.alternate { entries.append(("alternate", quoted(other.code))) }
    return entries + sourced(desk.source, desk.certainty)
  }

  private func hours(_ hours: Mechanism.OpeningHours) -> String {
    guard case .weekly(let windows) = hours else { return "always" }
    let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    let written = windows.map { window in
      let days = window.days.map { names[$0] }.joined(separator: ", ")
      return "{days: [\(days)], from: \"\(clock(window.from))\", until: \"\(clock(window.until))\"}"
    }
    return "[" + written.joined(separator: ", ") + "]"
  }

  private func clock(_ minutes: Int) -> String {
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
    return two(minutes / 60) + ":" + two(minutes % 60)
  }

  private func service(_ service: Mechanism.Service) -> [Entry] {
    var entries: [Entry] = [
      ("code", quoted(service.code)), ("name", texts(service.name)), ("desk", quoted(service.desk.code)),
      ("service", quoted(service.service)),
    ]
    entries += group(service.group)
    if let places = service.places { entries.append(("places", String(places))) }
    if let stay = service.stay { entries.append(("stay", duration(stay))) }
    return entries + sourced(service.source, service.certainty)
  }

  private func step(_ step: Mechanism.Step) -> [Entry] {
    var entries: [Entry] = [("code", quoted(step.code)), ("name", texts(step.name)), ("text", texts(step.text))]
    if !step.desks.isEmpty { entries.append(("desks", list(step.desks.map(\.code)))) }
    if !step.services.isEmpty { entries.append(("services", list(step.services.map(\.code)))) }
    switch step.within {
    case nil: break
    case .urgency: entries.append(("within", "urgency"))
    case .limit(let limit):
      let counts = limit.counts == .working ? ", counts: working" : ""
      entries.append(("within", "{\(time(limit.minutes))\(counts)}"))
    }
    if let law = step.law { entries.append(("law", quoted(law.code))) }
    entries.append(("work", duration(step.work)))
    if !step.forms.isEmpty { entries.append(("forms", list(step.forms.map(\.code)))) }
    if let handover = step.handover { entries.append(("handover", texts(handover))) }
    if let feedback = step.feedback { entries.append(("feedback", texts(feedback))) }
    if step.ends { entries.append(("ends", "true")) }
    if !step.next.isEmpty { entries.append(("next", "[" + step.next.map(way).joined(separator: ", ") + "]")) }
    return entries
  }

  private func way(_ next: Mechanism.Next) -> String {
    var entries: [Entry] = [("to", quoted(next.to.code))] + group(next.group)
    if next.share != 1 { entries.append(("share", String(next.share))) }
    if let when = next.when { entries.append(("when", texts(when))) }
    return "{" + entries.map { "\($0.key): \($0.value)" }.joined(separator: ", ") + "}"
  }

  private func arrival(_ arrival: Mechanism.Arrival) -> [Entry] {
    [("perYear", String(arrival.perYear))] + group(arrival.group) + [("urgency", quoted(arrival.urgency))]
      + sourced(arrival.source, arrival.certainty)
  }

  private func group(_ group: Mechanism.Group) -> [Entry] {
    [("needs", group.needs), ("ages", group.ages), ("sexes", group.sexes), ("provinces", group.provinces)]
      .filter { !$0.1.isEmpty }.map { ($0.0, list($0.1)) }
  }

  private func sourced(_ source: String, _ certainty: Certainty) -> [Entry] {
    [("source", quoted(source)), ("certainty", certainty.rawValue)]
  }

  // MARK: Values

  private func duration(_ duration: Mechanism.Duration) -> String {
    "{\(time(duration.mean)), spread: \(duration.spread.rawValue)}"
  }

  /// In the largest unit that needs no fraction.
  private func time(_ minutes: Int) -> String {
    minutes % 1440 == 0
      ? "days: \(minutes / 1440)" : minutes % 60 == 0 ? "hours: \(minutes / 60)" : "minutes: \(minutes)"
  }

  private func list(_ codes: [String]) -> String { "[" + codes.map(quoted).joined(separator: ", ") + "]" }

  private func texts(_ text: LocalizedText) -> String {
    "{" + terms.languages.map { "\($0.code): \(quoted(text[$0]))" }.joined(separator: ", ") + "}"
  }

  /// A text in double quotes, on one line.
  private func quoted(_ text: String) -> String {
    if Self.isPlain(text) { return text }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x22: quoted += "\\x22"
      case 0x5C: quoted += "\\\\"
      case 0x0A: quoted += "\\n"
      case 0x09: quoted += "\\t"
      // What YAML can't print, or takes for the end of a line.
      case 0..<0x20, 0x7F...0xA0: quoted += "\\x" + Self.hexadecimal(scalar.value, 2)
      case 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: quoted += "\\u" + Self.hexadecimal(scalar.value, 4)
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  /// A code that nothing can take for a number, a day or a word of YAML's own.
  private static func isPlain(_ text: String) -> Bool {
    guard let first = text.utf8.first, (97...122).contains(first), text.utf8.count > 1 else { return false }
    return !["true", "false", "null", "yes", "no", "on", "off"].contains(text)
      && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 95 }
  }

  private static func hexadecimal(_ value: UInt32, _ digits: Int) -> String {
    let written = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - written.count)) + written
  }
}
