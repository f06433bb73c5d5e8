import Accounts
import Basics
import CountryPack
import Foundation
import Referrals

/// A desk: whose it is, when it answers, and who steps in when it doesn't.
extension DesignPages {
  func deskForm(_ screen: DesignScreen) async throws -> DesignForm {
    let code = screen.visit.part("item")
    guard let desk = screen.mechanism.desks.first(where: { $0.code == code }) else { throw Refusal.notFound }
    return switch screen.visit.part("part") {
    case "who": try await deskWho(screen, desk)
    case "hours": deskHours(screen, desk)
    default: throw Refusal.notFound
    }
  }

  private func change(_ mechanism: inout Mechanism, _ code: String, _ body: (inout Mechanism.Desk) -> Void) {
    if let place = mechanism.desks.firstIndex(where: { $0.code == code }) { body(&mechanism.desks[place]) }
  }

  // MARK: Whose

  /// - Parameter old: `nil` for a new desk, which may be taken from the agencies of the house.
  func deskWho(_ screen: DesignScreen, _ old: Mechanism.Desk?) async throws -> DesignForm {
    let words = screen.words
    let agencies = old == nil ? try await desks.agencies.directory(screen.actor) : []
    return DesignForm(
      title: old?.name[screen.language] ?? words("design.add_desks"), lead: words("design.desk_lead"),
      address: old.map { screen.base + "/desks/\($0.code)/who" } ?? screen.base + "/add/desks", back: screen.base
    ) { sheet in
      let fields = DesignFields(sheet: sheet, screen: screen)
      var all: [FormSheet.Field] = []
      if old == nil {
        all.append(
          sheet.select(
            "agency", label: "design.agency", hint: "design.agency_hint",
            options: agencies.map { .init($0.id.description, $0.name) }, optional: true))
      }
      all += fields.texts(
        "name", label: "design.desk_name", hint: old == nil ? "design.desk_name_hint" : nil, value: old?.name,
        optional: old == nil)
      all.append(
        sheet.select(
          "kind", label: "design.kind",
          options: screen.terms.kinds.map { .init($0.code, $0.name[screen.language]) }, value: old?.kind ?? "",
          optional: old == nil))
      all.append(
        fields.provinces(
          "provinces", label: "design.desk_provinces", hint: "design.whole_territory", values: old?.provinces ?? []))
      all.append(
        sheet.text(
          "people", label: "design.people", hint: "design.people_hint", value: String(old?.people ?? 1),
          inputmode: "numeric"))
      return all + fields.source(old?.source, old?.certainty)
    } read: { reader, mechanism in
      let agency = reader.optional("agency", or: "error.choose") { text in
        agencies.first { $0.id.description == text }
      }
      let named = agency.map { agency in
        LocalizedText(
          Dictionary(screen.terms.languages.map { ($0, agency.name) }, uniquingKeysWith: { first, _ in first }))
      }
      let typed = reader.texts("name", screen, old: old?.name, required: agency == nil)
      let kinds = screen.terms.kinds.map(\.code)
      let kind = reader.optional("kind", or: "error.choose") { kinds.contains($0) ? $0 : nil } ?? agency?.kind
      if kind.map(kinds.contains) != true { reader.refuse("kind", "error.choose") }
      let provinces = reader.codes(
        "provinces", screen.terms.provinces.map(\.iso), old: old?.provinces ?? [])
      let people = reader.whole("people", in: 1...500) ?? 1
      let (source, certainty) = (reader.source(old?.source), reader.certainty())
      guard let name = typed ?? named.flatMap({ $0 }), let kind else { return screen.base }
      if let old {
        change(&mechanism, old.code) { desk in
          (desk.name, desk.kind, desk.provinces, desk.people) = (name, kind, provinces, people)
          (desk.source, desk.certainty) = (source, certainty)
        }
        return screen.base + "#desk-" + old.code
      }
      let code = Mechanism.code(from: name[.spanish], taken: mechanism.desks.map(\.code))
      mechanism.desks.append(
        Mechanism.Desk(
          code: code, name: name, kind: kind, provinces: provinces, people: people, source: source,
          certainty: certainty))
      // When it answers is the next question about a new desk.
      return screen.base + "/desks/\(code)/hours"
    }
  }

  // MARK: When

  private static let mostWindows = 21

  private func deskHours(_ screen: DesignScreen, _ old: Mechanism.Desk) -> DesignForm {
    let words = screen.words
    var windows: [Mechanism.OpeningHours.Window] = []
    if case .weekly(let written) = old.hours { windows = written }
    let rows = min(Self.mostWindows, max(2, windows.count + 1))
    let others = screen.mechanism.desks.filter { $0.code != old.code }.map(\.code)
    return DesignForm(
      title: words("design.desk_hours"), lead: old.name[screen.language],
      address: screen.base + "/desks/\(old.code)/hours", back: screen.base
    ) { sheet in
      let fields = DesignFields(sheet: sheet, screen: screen)
      var all = [
        sheet.choices(
          "hours", label: "design.hours",
          options: ["always", "weekly"].map { .init($0, words("design.hours.\($0)")) },
          value: windows.isEmpty ? "always" : "weekly")
      ]
      for row in 0..<rows {
        let window = windows.indices.contains(row) ? windows[row] : nil
        let number = ["number": String(row + 1)]
        all += [
          sheet.checks(
            "days_\(row)", label: words("design.days", number),
            options: (0..<7).map { .init(String($0), words("design.day.\($0)")) },
            values: Set((window?.days ?? []).map(String.init)), optional: true),
          sheet.text(
            "from_\(row)", label: words("design.opens", number), hint: "design.time_hint",
            value: window.map { DesignClock.text($0.from) } ?? "", optional: true),
          sheet.text(
            "until_\(row)", label: words("design.closes", number), hint: "design.until_hint",
            value: window.map { DesignClock.text($0.until) } ?? "", optional: true),
        ]
      }
      let choices = fields.desks.filter {
        others.contains($0.value) || $0.value == old.outOfHours?.code
          || $0.value == old.alternate?.code
      }
      return all + [
        sheet.choices(
          "holidays", label: "design.on_holidays", hint: "design.on_holidays_hint",
          options: ["open", "closed"].map { .init($0, words("design.on_holidays.\($0)")) },
          // As in the file: said only where it is not what follows from the hours.
          value: old.keepsHolidays != windows.isEmpty ? "" : old.keepsHolidays ? "closed" : "open", optional: true),
        fields.reference(
          "out_of_hours", label: "design.out_of_hours", hint: "design.out_of_hours_hint", all: choices,
          value: old.outOfHours),
        fields.reference(
          "alternate", label: "design.alternate", hint: "design.alternate_hint", all: choices, value: old.alternate),
      ]
    } read: { reader, mechanism in
      let kind = reader.value("hours", or: "error.choose") { ["always", "weekly"].contains($0) ? $0 : nil }
      var typed: [Mechanism.OpeningHours.Window] = []
      if kind == "weekly" {
        for row in 0..<rows {
          if let window = window(&reader, row, windows.indices.contains(row) ? windows[row] : nil) {
            typed.append(window)
          }
        }
        if typed.isEmpty, reader.problems.isEmpty { reader.refuse("days_0", "error.mechanism_no_hours") }
      }
      let holidays = reader.optional("holidays", or: "error.choose") { ["open", "closed"].contains($0) ? $0 : nil }
      let outOfHours = reader.reference("out_of_hours", others, old: old.outOfHours)
      let alternate = reader.reference("alternate", others, old: old.alternate)
      change(&mechanism, old.code) { desk in
        desk.hours = kind == "weekly" ? .weekly(typed) : .always
        desk.keepsHolidays = holidays.map { $0 == "closed" } ?? (kind == "weekly")
        (desk.outOfHours, desk.alternate) = (outOfHours, alternate)
      }
      return screen.base + "#desk-" + old.code
    }
  }

  /// One line of hours; `nil` where nothing is typed into it.
  private func window(_ reader: inout FormReader, _ row: Int, _ old: Mechanism.OpeningHours.Window?)
    -> Mechanism.OpeningHours.Window?
  {
    let days = reader.codes("days_\(row)", (0..<7).map(String.init), old: (old?.days ?? []).map(String.init))
      .compactMap { Int($0) }
    let isEmpty = ["from_\(row)", "until_\(row)"].allSatisfy { name in
      (reader.form[name] ?? "").allSatisfy(\.isWhitespace)
    }
    if days.isEmpty, isEmpty { return nil }
    if days.isEmpty { reader.refuse("days_\(row)", "error.mechanism_days") }
    let from = reader.value("from_\(row)", or: "error.mechanism_time") { DesignClock.minutes($0, isEnd: false) }
    let until = reader.value("until_\(row)", or: "error.mechanism_time") { DesignClock.minutes($0, isEnd: true) }
    guard let from, let until, !days.isEmpty else { return nil }
    if until <= from {
      reader.refuse("until_\(row)", "error.mechanism_hours")
      return nil
    }
    return Mechanism.OpeningHours.Window(days: days, from: from, until: until)
  }
}

/// Times of the day as they are typed; the end of a day is 24:00.
enum DesignClock {
  static func text(_ minutes: Int) -> String {
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
    return two(minutes / 60) + ":" + two(minutes % 60)
  }

  /// 8:30 and 8.30 mean 08:30; 8 means 08:00.
  static func minutes(_ text: String, isEnd: Bool) -> Int? {
    let parts = text.split(whereSeparator: { ":.".contains($0) }).map(String.init)
    guard (1...2).contains(parts.count), parts.allSatisfy({ (1...2).contains($0.utf8.count) }),
      let hour = Int(parts[0]), let minute = parts.count == 2 ? Int(parts[1]) : 0, (0..<60).contains(minute),
      hour >= 0
    else { return nil }
    let minutes = hour * 60 + minute
    return minutes < 1440 || isEnd && minutes == 1440 ? minutes : nil
  }
}
