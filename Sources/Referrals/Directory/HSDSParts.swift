import Basics

/// The smaller parts of HSDS: telephones, desks, languages, costs, capacity, schedules.
extension HSDSFindings {
  mutating func phones(_ cursor: HSDSCursor) -> [DirectoryPhone] {
    var phones: [DirectoryPhone] = []
    for element in list(cursor, "phones") {
      checkMembers(element, ["number", "extension", "type", "description"])
      guard let number = required(element, "number", most: 60) else { continue }
      phones.append(
        DirectoryPhone(
          number, extensionNumber: integer(element["extension"], 0...999_999), kind: text(element["type"], most: 40),
          note: text(element["description"], most: 1000)))
    }
    return phones
  }

  mutating func desks(_ cursor: HSDSCursor) -> [DirectoryContact] {
    var desks: [DirectoryContact] = []
    for element in list(cursor, "contacts") {
      checkMembers(element, ["title", "department", "email", "phones", "name"])
      if let name = element["name"] { drop(name, "people's names are not kept: referrals go to desks") }
      let desk = DirectoryContact(
        title: text(element["title"]), department: text(element["department"]), email: email(element["email"]),
        phones: phones(element))
      if desk != DirectoryContact() { desks.append(desk) }
    }
    return desks
  }

  mutating func languages(_ cursor: HSDSCursor) -> [SpokenLanguage] {
    var languages: [SpokenLanguage] = []
    for element in list(cursor, "languages") {
      checkMembers(element, ["code", "name", "note"])
      guard let code = element["code"], let written = text(code) else {
        drop(element, "no code")
        continue
      }
      guard let language = Language(String(written.lowercased().prefix { $0 != "-" && $0 != "_" })) else {
        add(code.problem("a language is written by its ISO 639 code, like es or qu"))
        continue
      }
      guard !languages.contains(where: { $0.language == language }) else { continue }
      languages.append(SpokenLanguage(language, note: text(element["note"], most: 1000)))
    }
    return languages
  }

  mutating func costs(_ cursor: HSDSCursor) -> [DirectoryCost] {
    var costs: [DirectoryCost] = []
    for element in list(cursor, "cost_options") {
      checkMembers(element, ["option", "currency", "amount", "amount_description"])
      var cost = DirectoryCost(
        option: text(element["option"], most: 500), note: text(element["amount_description"], most: 1000))
      if let currency = element["currency"], let written = text(currency) {
        if written.utf8.count == 3, written.utf8.allSatisfy({ (65...90).contains($0) }) {
          cost.currency = written
        } else {
          add(currency.problem("a currency has three capital letters"))
        }
      }
      if let amount = element["amount"], let written = text(amount) {
        cost.amount = Money(written)
        if cost.amount == nil { add(amount.problem("an amount has at most two decimals and is not negative")) }
      }
      if cost != DirectoryCost() { costs.append(cost) }
    }
    return costs
  }

  mutating func capacities(_ cursor: HSDSCursor, offsetMinutes: Int) -> [DirectoryCapacity] {
    var capacities: [DirectoryCapacity] = []
    let name = ["capacities", "service_capacities", "service_capacity"].first { cursor[$0] != nil } ?? "capacities"
    for element in list(cursor, name) {
      checkMembers(element, ["unit", "available", "maximum", "description", "updated"])
      let unit: String?
      if let member = element["unit"], case .object = member.node.value {
        unit = required(member, "name", most: 60)
      } else {
        unit = required(element, "unit", most: 60)
      }
      let before = count
      let available = integer(element["available"], 0...1_000_000)
      if available == nil, before == count { add(element.problem("“available” is missing")) }
      let maximum = integer(element["maximum"], 0...1_000_000)
      let updated = moment(element, "updated", offsetMinutes)
      guard let unit, let available, let updated else { continue }
      if let maximum, available > maximum {
        add(element.problem("more is available (\(available)) than there is (\(maximum))"))
        continue
      }
      capacities.append(
        DirectoryCapacity(
          unit: unit, available: available, maximum: maximum, note: text(element["description"], most: 1000),
          updated: updated))
    }
    return capacities
  }

  /// `2026-11-30T08:15:00.000Z`, or with an offset; without one the country's clock counts.
  private mutating func moment(_ cursor: HSDSCursor, _ name: String, _ offsetMinutes: Int) -> Moment? {
    guard let written = required(cursor, name), let member = cursor[name] else { return nil }
    guard let moment = HSDSTime.moment(written, offsetMinutes: offsetMinutes) else {
      add(member.problem("a moment is written 2026-11-30T08:15:00Z"))
      return nil
    }
    return moment
  }

  // MARK: Schedules

  mutating func schedules(_ cursor: HSDSCursor, offsetMinutes country: Int) -> [DirectorySchedule] {
    list(cursor, "schedules").compactMap { schedule($0, country) }
  }

  private mutating func schedule(_ cursor: HSDSCursor, _ country: Int) -> DirectorySchedule? {
    checkMembers(
      cursor,
      [
        "valid_from", "valid_to", "dtstart", "timezone", "until", "count", "wkst", "freq", "interval", "byday",
        "byweekno", "bymonthday", "byyearday", "description", "opens_at", "closes_at", "notes", "attributes",
      ])
    let before = count
    let notes = [text(cursor["description"], most: 2000), text(cursor["notes"], most: 2000)].compactMap(\.self)
    let note = notes.isEmpty ? nil : notes.joined(separator: "\n")
    let (validTo, until) = (day(cursor["valid_to"]), day(cursor["until"]))
    let last = [validTo, until].compactMap(\.self).min()
    let (validFrom, start) = (day(cursor["valid_from"]), day(cursor["dtstart"]))
    if let validFrom, let last, last < validFrom { add(cursor.problem("it ends before it begins")) }
    var (opens, closes) = (time(cursor["opens_at"]), time(cursor["closes_at"]))
    if (cursor["opens_at"] == nil) != (cursor["closes_at"] == nil) {
      add(cursor.problem("opens_at and closes_at go together"))
    }
    // 24:00 is the same as the next midnight; nothing opens then.
    if opens?.minutes == 1440 { opens?.minutes = 0 }
    if closes?.minutes == 1440 { closes?.minutes = 0 }
    let zone = number(cursor["timezone"], -12...14).map { Int(($0 * 60).rounded()) }
    let offsets = Set([zone, opens?.offset, closes?.offset].compactMap(\.self))
    if offsets.count > 1 { add(cursor.problem("opens_at, closes_at and timezone name different offsets from UTC")) }
    let offset = offsets.first.flatMap { $0 == country ? nil : $0 }
    let holidays = holidays(cursor)
    let interval = integer(cursor["interval"], 1...52) ?? 1
    let rule = rule(cursor)
    guard before == count else { return nil }
    let hours: DirectorySchedule.Hours? =
      if let opens, let closes, let opening = TimeOfDay(minutes: opens.minutes),
        let closing = TimeOfDay(minutes: closes.minutes)
      { .init(opening, closing) } else { nil }
    var isComputed = true
    for name in ["count", "byweekno", "byyearday"] {
      if let member = cursor[name] {
        drop(member, "the hours are shown in words only")
        isComputed = false
      }
    }
    if interval > 1, start == nil || (cursor["wkst"].flatMap { text($0) } ?? "MO") != "MO" {
      if let member = cursor["interval"] { drop(member, "needs dtstart and weeks from Monday: shown in words only") }
      isComputed = false
    }
    guard isComputed, let rule, rule != .described else {
      return DirectorySchedule(
        .described, validFrom: validFrom, validTo: last, offsetMinutes: offset, holidays: holidays, note: note)
    }
    return DirectorySchedule(
      rule, hours, validFrom: validFrom, validTo: last, interval: interval, start: start, offsetMinutes: offset,
      holidays: holidays, note: note)
  }

  private mutating func rule(_ cursor: HSDSCursor) -> DirectorySchedule.Rule? {
    let frequency = text(cursor["freq"])?.uppercased()
    let days = (text(cursor["byday"], most: 400) ?? "").uppercased().split(separator: ",").map {
      $0.filter { $0 != " " }
    }
    var weekdays: [DirectorySchedule.MonthlyWeekday] = []
    for day in days {
      let ordinal = day.dropLast(2)
      guard let weekday = DirectorySchedule.Weekday(code: String(day.suffix(2))),
        ordinal.isEmpty || (Int(ordinal).map { (-5...5).contains($0) && $0 != 0 } ?? false)
      else {
        if let member = cursor["byday"] { add(member.problem("days are written MO,TU,WE,TH,FR,SA,SU")) }
        return nil
      }
      let one = DirectorySchedule.MonthlyWeekday(weekday, ordinal: Int(ordinal))
      if !weekdays.contains(one) { weekdays.append(one) }
    }
    var dates: [Int] = []
    for word in (text(cursor["bymonthday"], most: 400) ?? "").split(separator: ",") {
      guard let date = Int(word.filter { $0 != " " }), (-31...31).contains(date), date != 0 else {
        if let member = cursor["bymonthday"] { add(member.problem("days of the month go from 1 to 31, or from -1")) }
        return nil
      }
      if !dates.contains(date) { dates.append(date) }
    }
    switch frequency {
    case nil, "WEEKLY", "DAILY":
      guard frequency != nil || !days.isEmpty || cursor["opens_at"] != nil else { return .described }
      guard dates.isEmpty, weekdays.allSatisfy({ $0.ordinal == nil }) else {
        if let member = cursor["bymonthday"] ?? cursor["byday"] { add(member.problem("this needs freq MONTHLY")) }
        return nil
      }
      let named = Set(weekdays.map(\.weekday))
      return .weekly(named.isEmpty ? DirectorySchedule.Weekday.allCases : named.sorted())
    case "MONTHLY":
      guard !dates.isEmpty || !weekdays.isEmpty else { return .described }
      return .monthly(weekdays: weekdays, dates: dates.sorted())
    default:
      if let member = cursor["freq"] { drop(member, "only WEEKLY and MONTHLY are computed") }
      return .described
    }
  }

  private mutating func time(_ cursor: HSDSCursor?) -> (minutes: Int, offset: Int?)? {
    guard let cursor, let written = text(cursor) else { return nil }
    guard let time = HSDSTime.time(written) else {
      add(cursor.problem("a time is written 08:30 or 08:30-05:00"))
      return nil
    }
    return time
  }

  private mutating func holidays(_ cursor: HSDSCursor) -> DirectorySchedule.Holidays {
    for element in list(cursor, "attributes") {
      guard let term = object(element, "taxonomy_term"), text(term["taxonomy"]) == HSDSTaxonomy.holidays else {
        drop(element)
        continue
      }
      if let code = text(term["code"]), let holidays = DirectorySchedule.Holidays(rawValue: code) { return holidays }
      add(term.problem("holidays are open, closed or not_stated"))
    }
    return .notStated
  }
}

/// The taxonomies by which what HSDS has no field for is carried in attributes.
enum HSDSTaxonomy {
  static let needs = "amparo:needs"
  static let sexes = "amparo:sexes"
  static let nationalities = "amparo:nationalities"
  static let exploitation = "amparo:exploitation"
  static let withChildren = "amparo:with-children"
  static let disability = "amparo:disability"
  static let agesBySex = "amparo:ages-by-sex"
  static let provinces = "amparo:provinces"
  static let holidays = "amparo:holidays"
}

/// Times as HSDS writes them.
enum HSDSTime {
  /// `hh:mm`, `hh:mm:ss`, then nothing, `Z`, `+hh:mm` or `-hh:mm`. 24:00 is read.
  static func time(_ written: String) -> (minutes: Int, offset: Int?)? {
    let bytes = Array(written.utf8)
    func two(_ place: Int) -> Int? {
      guard place + 2 <= bytes.count, bytes[place..<place + 2].allSatisfy({ (48...57).contains($0) }) else {
        return nil
      }
      return Int(bytes[place] - 48) * 10 + Int(bytes[place + 1] - 48)
    }
    guard bytes.count >= 5, let hours = two(0), bytes[2] == UInt8(ascii: ":"), let minutes = two(3), minutes < 60,
      hours * 60 + minutes <= 1440
    else { return nil }
    var place = 5
    if bytes.count > place, bytes[place] == UInt8(ascii: ":") {
      guard let seconds = two(place + 1), seconds < 60 else { return nil }
      place += 3
      if bytes.count > place, bytes[place] == UInt8(ascii: ".") {
        place += 1
        while place < bytes.count, (48...57).contains(bytes[place]) { place += 1 }
      }
    }
    if place == bytes.count { return (hours * 60 + minutes, nil) }
    if bytes[place] == UInt8(ascii: "Z"), place + 1 == bytes.count { return (hours * 60 + minutes, 0) }
    guard bytes[place] == UInt8(ascii: "+") || bytes[place] == UInt8(ascii: "-"), let far = two(place + 1), far <= 14
    else { return nil }
    var offset = far * 60
    let rest = bytes.count - place - 3
    if rest == 3, bytes[place + 3] == UInt8(ascii: ":"), let more = two(place + 4), more < 60 {
      offset += more
    } else if rest != 0 {
      return nil
    }
    return (hours * 60 + minutes, bytes[place] == UInt8(ascii: "-") ? -offset : offset)
  }

  static func moment(_ written: String, offsetMinutes: Int) -> Moment? {
    let parts = written.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
    guard let day = CalendarDay(String(parts[0])) else { return nil }
    var milliseconds = Int64(day.daysSince1970) * 86_400_000
    guard parts.count == 2 else { return Moment(milliseconds: milliseconds - Int64(offsetMinutes) * 60_000) }
    guard let time = time(String(parts[1])), time.minutes < 1440 else { return nil }
    milliseconds += Int64(time.minutes - (time.offset ?? offsetMinutes)) * 60_000
    // The seconds and their thousandths stand after the minutes.
    let seconds = parts[1].dropFirst(5).prefix { $0 == ":" || $0 == "." || $0.isNumber }
    if seconds.first == ":", let value = Double(seconds.dropFirst()) {
      milliseconds += Int64((value * 1000).rounded())
    }
    return Moment(milliseconds: milliseconds)
  }

  /// In UTC with thousandths.
  static func text(_ moment: Moment) -> String {
    let day = CalendarDay(moment, offsetFromUTC: .seconds(0))
    let rest = Int(moment.milliseconds - Int64(day.daysSince1970) * 86_400_000)
    func padded(_ number: Int, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return "\(day)T\(padded(rest / 3_600_000, 2)):\(padded(rest / 60_000 % 60, 2)):\(padded(rest / 1000 % 60, 2))"
      + ".\(padded(rest % 1000, 3))Z"
  }

  /// An offset as a time carries it.
  static func offset(_ minutes: Int) -> String {
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
    return minutes == 0 ? "Z" : (minutes < 0 ? "-" : "+") + two(abs(minutes) / 60) + ":" + two(abs(minutes) % 60)
  }
}
