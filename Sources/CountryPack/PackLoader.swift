import Basics
import Foundation

extension CountryPack {
  /// Reads a pack and checks all of it.
  ///
  /// - Parameter folder: the pack's folder, for example `Packs/ecuador`.
  ///
  /// Throws `PackProblems` that name every file, line and what is wrong there.
  public static func load(from folder: URL) throws(PackProblems) -> CountryPack {
    var loader = PackLoader(folder: folder)
    let pack = loader.pack()
    let problems = loader.notes.problems
    guard problems.isEmpty else { throw PackProblems(problems: problems) }
    return pack
  }
}

struct PackLoader {
  let folder: URL
  let notes = YAMLReader.Notes()
  private(set) var languages: [Language] = [.spanish]

  init(folder: URL) { self.folder = folder }

  mutating func pack() -> CountryPack {
    let head = yaml("pack.yaml")
    head?.allow("id", "version", "country", "name", "languages", "utcOffsetHours")
    for code in head?.texts("languages") ?? [] where code != "es" {
      if let language = Language(code) { languages.append(language) } else { head?.note("“\(code)” is no language") }
    }
    let hours = Int(head?.text("utcOffsetHours") ?? "")
    if let hours, (-12...14).contains(hours) {} else { head?.note("“utcOffsetHours” must be a whole number of hours") }
    var lists: [PackList: [Term]] = [:]
    for list in PackList.allCases { lists[list] = terms(list) }
    let combinations = combinations()
    let institutions = institutions(kinds: Set(lists[.agencyKinds]?.map(\.code) ?? []))
    return CountryPack(
      id: head?.text("id") ?? "", version: head?.day("version") ?? .unknown,
      name: head?.localized("name", languages) ?? LocalizedText(es: "", en: ""), languages: languages,
      offsetFromUTC: .hours(hours ?? 0), provinces: provinces(),
      institutions: institutions, hotlines: hotlines(),
      legalTexts: legalTexts(), safetyQuestions: safetyQuestions(), lists: lists,
      instruments: instruments(combinations), combinations: combinations, rules: rules(), figures: figures(),
      training: training(institutions: Set(institutions.map(\.code))))
  }

  // MARK: Files

  func contents(_ file: String) -> String? {
    do {
      guard let text = String(data: try Data(contentsOf: folder.appendingPathComponent(file)), encoding: .utf8) else {
        note(file, 0, "the file is not UTF-8")
        return nil
      }
      return text
    } catch {
      note(file, 0, "the file is missing or can't be read")
      return nil
    }
  }

  func yaml(_ file: String) -> YAMLReader? {
    contents(file).flatMap { YAMLReader($0, file: file, notes: notes) }
  }

  func table(_ file: String, _ columns: [String]) -> [CSVTable.Line] {
    guard let text = contents(file) else { return [] }
    return CSVTable(text, file: file, columns: columns, problems: &notes.problems).lines
  }

  func note(_ file: String, _ line: Int, _ message: String) {
    notes.problems.append(PackProblem(file: file, line: line, message))
  }

  // MARK: Fields of a table

  func name(_ line: CSVTable.Line, _ file: String, column: String = "name") -> LocalizedText {
    var texts: [Language: String] = [:]
    for language in languages {
      texts[language] = required(line, "\(column)_\(language)", file)
    }
    return LocalizedText(texts) ?? LocalizedText(es: "", en: "")
  }

  func required(_ line: CSVTable.Line, _ column: String, _ file: String) -> String {
    if line[column].isEmpty { note(file, line.number, "“\(column)” is empty") }
    return line[column]
  }

  private func certainty(_ line: CSVTable.Line, _ file: String) -> Certainty {
    if let certainty = Certainty(rawValue: line["certainty"]) { return certainty }
    let allowed = Certainty.allCases.map(\.rawValue).joined(separator: ", ")
    note(file, line.number, "“certainty” must be one of \(allowed), not “\(line["certainty"])”")
    return .unverified
  }

  private func day(_ line: CSVTable.Line, _ column: String, _ file: String) -> CalendarDay? {
    guard !line[column].isEmpty else { return nil }
    if let day = CalendarDay(line[column]) { return day }
    note(file, line.number, "“\(column)” must be a day as 2008-03-09, not “\(line[column])”")
    return nil
  }

  func checkUnique(_ lines: [CSVTable.Line], _ column: String, _ file: String) {
    var seen: [String: Int] = [:]
    for line in lines {
      if let first = seen.updateValue(line.number, forKey: line[column]) {
        note(file, line.number, "“\(line[column])” stands already in line \(first)")
      }
    }
  }

  // MARK: Lists

  private func terms(_ list: PackList) -> [Term] {
    let file = "lists/\(list.rawValue).csv"
    let common = ["code", "name_es", "name_en", "source", "certainty", "from", "until"]
    let lines = table(file, common + list.furtherColumns)
    checkUnique(lines, "code", file)
    return lines.map { line in
      for column in list.furtherColumns { _ = required(line, column, file) }
      if list == .urgencies, Int(line["hours"]).map({ (1...8760).contains($0) }) != true {
        note(file, line.number, "“hours” must be a whole number from 1 to 8760")
      }
      if list == .ageBands, Int(line["youngest"]).flatMap({ low in Int(line["oldest"]).map { low <= $0 } }) != true {
        note(file, line.number, "“youngest” and “oldest” must be whole numbers of years, in this order")
      }
      return Term(
        code: required(line, "code", file), name: name(line, file), source: required(line, "source", file),
        certainty: certainty(line, file), from: day(line, "from", file), until: day(line, "until", file),
        details: line.fields.filter { list.furtherColumns.contains($0.key) })
    }
  }

  private func provinces() -> [Province] {
    let file = "provinces.csv"
    let lines = table(
      file, ["iso", "inec", "name_es", "name_en", "region", "tile_column", "tile_row", "source", "certainty"])
    checkUnique(lines, "iso", file)
    checkUnique(lines, "inec", file)
    var tiles: Set<[Int]> = []
    return lines.map { line in
      let tile = [Int(line["tile_column"]) ?? -1, Int(line["tile_row"]) ?? -1]
      if tile.contains(-1) { note(file, line.number, "“tile_column” and “tile_row” must be whole numbers from 0") }
      if !tiles.insert(tile).inserted { note(file, line.number, "another province has this place on the tile map") }
      _ = certainty(line, file)
      return Province(
        iso: required(line, "iso", file), inec: required(line, "inec", file), name: name(line, file),
        region: required(line, "region", file), tileColumn: tile[0], tileRow: tile[1])
    }
  }

  private func institutions(kinds: Set<String>) -> [Institution] {
    let file = "agencies.csv"
    let lines = table(
      file, ["code", "name_es", "name_en", "kind", "from", "until", "successor", "source", "certainty"])
    checkUnique(lines, "code", file)
    let codes = Set(lines.map { $0["code"] })
    return lines.map { line in
      let (from, until) = (day(line, "from", file), day(line, "until", file))
      if let from, let until, until < from { note(file, line.number, "“until” lies before “from”") }
      if !kinds.contains(line["kind"]) { note(file, line.number, "“\(line["kind"])” is not in lists/agency-kinds.csv") }
      let successor = line["successor"]
      if !successor.isEmpty, !codes.contains(successor) {
        note(file, line.number, "the successor “\(successor)” is not in this file")
      }
      return Institution(
        code: required(line, "code", file), name: name(line, file), kind: line["kind"], from: from, until: until,
        successor: successor.isEmpty ? nil : successor, source: required(line, "source", file),
        certainty: certainty(line, file))
    }
  }

  private func hotlines() -> [Hotline] {
    let file = "hotlines.csv"
    let lines = table(file, ["code", "number", "name_es", "name_en", "verified_on", "source", "certainty"])
    checkUnique(lines, "code", file)
    return lines.map { line in
      let (verifiedOn, certainty) = (day(line, "verified_on", file), certainty(line, file))
      if certainty == .verified, verifiedOn == nil { note(file, line.number, "a verified number needs “verified_on”") }
      return Hotline(
        code: required(line, "code", file), number: required(line, "number", file), name: name(line, file),
        verifiedOn: verifiedOn, source: required(line, "source", file), certainty: certainty)
    }
  }

  private func legalTexts() -> [LegalText] {
    (yaml("legal.yaml")?.items ?? []).map { item in
      item.allow(
        "code", "name", "summary", "from", "until", "source", "certainty", "meansRequiredForAdults",
        "meansRequiredForChildren")
      return LegalText(
        code: item.text("code"), name: item.localized("name", languages),
        summary: item.localized("summary", languages), from: item.optionalDay("from"),
        until: item.optionalDay("until"), source: item.text("source"),
        certainty: item.value("certainty", or: .unverified),
        meansRequiredForAdults: item.flag("meansRequiredForAdults"),
        meansRequiredForChildren: item.flag("meansRequiredForChildren"))
    }
  }

  private func safetyQuestions() -> [SafetyQuestion] {
    guard let file = yaml("safety.yaml") else { return [] }
    file.allow("source", "questions")
    _ = file.text("source")
    return (file.child("questions")?.items ?? []).map { item in
      item.allow("code", "stopsOn", "mayGoOn", "text", "advice")
      return SafetyQuestion(
        code: item.text("code"), text: item.localized("text", languages),
        stopsOn: item.value("stopsOn", or: .no), mayGoOn: !item.has("mayGoOn") || item.flag("mayGoOn"),
        advice: item.localized("advice", languages))
    }
  }

  private func rules() -> [PackRule.Code: PackRule] {
    guard let file = yaml("rules.yaml") else { return [:] }
    let rules = file.items.map { item in
      item.allow("code", "value", "source", "certainty")
      let value = Int(item.text("value"))
      if value.map({ (0...120).contains($0) }) != true { item.note("“value” must be a whole number from 0 to 120") }
      return PackRule(
        code: item.value("code", or: .adultFromYears), value: value ?? 0, source: item.text("source"),
        certainty: item.value("certainty", or: .unverified))
    }
    for code in PackRule.Code.allCases {
      let found = rules.count { $0.code == code }
      if found != 1 { file.note("the rule “\(code.rawValue)” must stand here once, not \(found) times") }
    }
    return Dictionary(rules.map { ($0.code, $0) }) { first, _ in first }
  }

  // MARK: Instruments

  private func combinations() -> [Combination] {
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

  private func instruments(_ combinations: [Combination]) -> [Instrument] {
    let place = folder.appendingPathComponent("instruments").path
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []).sorted()
    if names.isEmpty { note("instruments", 0, "there is no instrument") }
    return names.filter { !$0.hasPrefix(".") }.compactMap { instrument("instruments/\($0)", combinations) }
  }

  private func instrument(_ place: String, _ combinations: [Combination]) -> Instrument? {
    guard let head = yaml(place + "/instrument.yaml") else { return nil }
    head.allow(
      "id", "version", "kind", "population", "name", "source", "certainty", "licence", "combination", "dimensions")
    if place.split(separator: "/").last.map(String.init) != head.text("id") {
      head.note("“id” must be the name of its folder")
    }
    let dimensions = (head.child("dimensions")?.items ?? []).map { item in
      item.allow("code", "phase", "name")
      return Instrument.Dimension(
        code: item.text("code"), phase: item.text("phase"), name: item.localized("name", languages))
    }
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
    return Instrument(
      id: head.text("id"), version: head.day("version") ?? .unknown, kind: kind,
      population: head.value("population", or: .any), name: head.localized("name", languages),
      source: head.text("source"), certainty: head.value("certainty", or: .unverified),
      licence: head.text("licence"), combination: combination?.code, dimensions: dimensions,
      indicators: indicators(place + "/indicators.csv", codes, kind))
  }

  private func indicators(_ file: String, _ dimensions: Set<String>, _ kind: Instrument.Kind) -> [Indicator] {
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
      let strength = IndicatorStrength(rawValue: line["strength"])
      // An unverified row may say "unverified" where its strength would stand.
      if strength == nil, line["verified"] == "yes" {
        note(file, line.number, "“strength” must be strong, medium, weak or none, not “\(line["strength"])”")
      }
      if kind == .scored, strength == IndicatorStrength.none {
        note(file, line.number, "an indicator of a scored instrument needs a strength")
      }
      return Indicator(
        code: required(line, "code", file), dimension: line["dimension"], strength: strength ?? .none,
        text: name(line, file, column: "text"), isVerified: line["verified"] == "yes",
        basis: required(line, "basis", file))
    }
  }
}

extension CalendarDay {
  /// Stands in a pack that is about to be refused.
  fileprivate static let unknown = CalendarDay(daysSince1970: 0)
}
