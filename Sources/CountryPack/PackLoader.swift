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
    let (provinces, safetyQuestions) = (provinces(), safetyQuestions())
    let instruments = instruments(combinations, situations: (lists[.situations] ?? []).map(\.code))
    let terms = ExerciseTerms(
      lists: lists, provinces: Set(provinces.map(\.iso)),
      instruments: Dictionary(
        instruments.map { ($0.id, Set($0.indicators.map { $0.dimension + "/" + $0.code })) }
      ) { first, _ in first },
      safetyQuestions: Set(safetyQuestions.map(\.code)))
    let training = training(
      institutions: Set(institutions.map(\.code)), provinces: Set(provinces.map(\.iso)))
    let (schemas, hotlines) = (texts(in: "linkage"), hotlines())
    return CountryPack(
      id: head?.text("id") ?? "", version: head?.day("version") ?? .unknown,
      name: head?.localized("name", languages) ?? LocalizedText(es: "", en: ""), languages: languages,
      offsetFromUTC: .hours(hours ?? 0), provinces: provinces,
      institutions: institutions, hotlines: hotlines,
      legalTexts: legalTexts(), safetyQuestions: safetyQuestions, lists: lists,
      nicknames: NicknameTable(nicknames()),
      instruments: instruments, combinations: combinations, rules: rules(), limits: limits(),
      identification: identification(kinds: Set(lists[.agencyKinds]?.map(\.code) ?? [])), figures: figures(),
      statistics: statistics(),
      populations: populations([
        "province": Set(provinces.map(\.iso)), "sex": Set((lists[.sexes] ?? []).map(\.code)),
        "age_band": Set((lists[.ageBands] ?? []).map(\.code)),
      ]),
      dataProtection: dataProtection(lists), training: training, exercises: exercises(terms), after: after(training),
      clocks: clocks(), linkageSchemas: schemas, sitePages: sitePages(), plans: texts(in: "plans"),
      prosecution: prosecution(), currencies: currencies(), mediaKit: mediaKit(),
      referrals: referrals(lists), known: known(lists, schemas: Set(schemas.keys)), tips: tips(hotlines))
  }

  /// The YAML files of a folder that a pack may lack, unread, by their names.
  private func texts(in place: String) -> [String: String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: place).path)) ?? []
    var texts: [String: String] = [:]
    for name in names.sorted() where name.hasSuffix(".yaml") {
      if let text = contents("\(place)/\(name)") { texts[String(name.dropLast(".yaml".count))] = text }
    }
    return texts
  }

  /// Counts of the prosecution, unread; a pack may have none.
  private func prosecution() -> String {
    let file = "prosecution.csv"
    guard FileManager.default.fileExists(atPath: folder.appending(path: file).path) else { return "" }
    return contents(file) ?? ""
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
    let lines = CSVTable(text, file: file, columns: columns, problems: &notes.problems).lines
    for column in lines.first?.fields.keys.sorted() ?? []
    where column.hasPrefix("name_") && Language(String(column.dropFirst("name_".count))) == nil {
      note(file, 1, "“\(column)” ends with no language: two or three small letters, as in “name_fr”")
    }
    return lines
  }

  func note(_ file: String, _ line: Int, _ message: String) {
    notes.problems.append(PackProblem(file: file, line: line, message))
  }

  // MARK: Fields of a table

  func name(_ line: CSVTable.Line, _ file: String, column: String = "name") -> LocalizedText {
    var texts: [Language: String] = [:]
    // A column of a further language is filled in every line: half a list would speak two.
    let further = line.fields.keys.filter { $0.hasPrefix(column + "_") }
      .compactMap { Language(String($0.dropFirst(column.count + 1))) }
    for language in Set(languages + further).sorted() {
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
      if list == .reachMethods, !["count", "estimate"].contains(line["gives"]) {
        note(file, line.number, "“gives” must be “count” or “estimate”")
      }
      if list == .documentKinds, DocumentCheck(rawValue: line["check"]) == nil {
        let allowed = DocumentCheck.allCases.map(\.rawValue).joined(separator: ", ")
        note(file, line.number, "“check” must be one of \(allowed), not “\(line["check"])”")
      }
      if list == .ageBands, Int(line["youngest"]).flatMap({ low in Int(line["oldest"]).map { low <= $0 } }) != true {
        note(file, line.number, "“youngest” and “oldest” must be whole numbers of years, in this order")
      }
      if list == .linkKinds {
        let back = lines.first { $0["code"] == line["inverse"] }
        if back?["inverse"] != line["code"] || back?["group"] != line["group"] {
          note(file, line.number, "“inverse” must be a code of this list and of its group that leads back")
        }
        if !["family", "household", "event"].contains(line["group"]) {
          note(file, line.number, "“group” must be “family”, “household” or “event”")
        }
      }
      if list == .offences, let whole = line.fields["part_of"], !whole.isEmpty,
        !lines.contains(where: { $0["code"] == whole && $0.number < line.number && $0["part_of"].isEmpty })
      {
        note(file, line.number, "“part_of” must be an offence that stands above and is no part itself")
      }
      if list == .assessmentLevels,
        Int(line["rank"]) == nil || Int(line["days"]).map({ (1...366).contains($0) }) != true
      {
        note(file, line.number, "“rank” must be a whole number, and “days” one from 1 to 366")
      }
      return Term(
        code: required(line, "code", file), name: name(line, file), source: required(line, "source", file),
        certainty: certainty(line, file), from: day(line, "from", file), until: day(line, "until", file),
        details: line.fields.filter {
          list.furtherColumns.contains($0.key) || list.optionalColumns.contains($0.key) && !$0.value.isEmpty
        })
    }
  }

  private func nicknames() -> [Nickname] {
    let file = "nicknames.csv"
    let lines = table(file, ["nickname", "names", "source", "certainty"])
    checkUnique(lines, "nickname", file)
    return lines.map { line in
      _ = certainty(line, file)
      _ = required(line, "source", file)
      let nickname = required(line, "nickname", file)
      let names = required(line, "names", file).split(separator: " ").map(String.init)
      if !(names + [nickname]).allSatisfy({ $0.allSatisfy(\.isLetter) }) {
        note(file, line.number, "a nickname and each of its names is one word of letters")
      }
      return Nickname(nickname: nickname, names: names)
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
      let isTold = item.has("isTold") && item.flag("isTold")
      if isTold {
        item.allow("code", "isTold", "neededToShare", "text", "advice")
      } else {
        item.allow("code", "stopsOn", "mayGoOn", "isTold", "neededToShare", "text", "advice")
      }
      let isNeededToShare = item.has("neededToShare") && item.flag("neededToShare")
      if isNeededToShare, !isTold, item.has("stopsOn"), item.value("stopsOn", or: FourWayAnswer.no) != .no {
        item.child("neededToShare")?.note("what is needed to share is a question whose refusal is a “no”")
      }
      return SafetyQuestion(
        code: item.text("code"), text: item.localized("text", languages),
        stopsOn: isTold ? .no : item.value("stopsOn", or: .no),
        mayGoOn: !item.has("mayGoOn") || item.flag("mayGoOn"), isTold: isTold,
        isNeededToShare: isNeededToShare, advice: item.localized("advice", languages))
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
      if found != 1 {
        file.note("the rule “\(code.rawValue)” must stand here once, not \(found) times")
      }
    }
    return Dictionary(rules.map { ($0.code, $0) }) { first, _ in first }
  }
}

extension CalendarDay {
  /// Stands in a pack that is about to be refused.
  static let unknown = CalendarDay(daysSince1970: 0)
}
