import Basics
import CountryPack
import Foundation
import Identification

/// One case as a file tells it, checked and ready to be sealed.
struct ImportedCase: Hashable, Sendable {
  var identity: PersonIdentity
  var contact = SafeContact()
  var facts: CaseFacts
  var narrative = ""
  var needs = Needs()
  var health = ""
  var legal = ""
  var opened: CalendarDay?
  var closed: CalendarDay?
  var closureReason: String?
  var closureSummary = ""
  var events: [EventAccount] = []
  var perpetrators: [PerpetratorAccount] = []

  struct PerpetratorAccount: Hashable, Sendable {
    var codes: PerpetratorCodes
    var detail: PerpetratorDetail
  }
}

/// Reads rows into cases, or says what is wrong beside which column. Pure but for what it remembers of words it has seen.
struct ImportReader {
  /// Nothing was opened in any register that is still of use before.
  static let oldestOpening = 1990

  let pack: CountryPack
  let day: CalendarDay
  let mapping: ColumnMapping
  let places: [ImportField: Int]
  private var codes: [ImportField: [String: String]] = [:]
  private var folded: [String: String] = [:]

  init(_ mapping: ColumnMapping, header: [String], _ pack: CountryPack, on day: CalendarDay) {
    self.mapping = mapping
    self.pack = pack
    self.day = day
    places = ImportField.allCases.reduce(into: [:]) { places, field in
      places[field] = mapping.columns[field.rawValue].flatMap { header.firstIndex(of: $0) }
    }
    for (field, list) in [
      ImportField.sex: PackList.sexes, .documentKind: .documentKinds, .kind: .caseKinds, .form: .exploitation,
      .ageBand: .ageBands, .needs: .needs, .closureReason: .closureReasons,
    ] as [ImportField: PackList] {
      codes[field] = Self.words(pack.lists[list] ?? [], pack.languages)
    }
    codes[.province] = pack.provinces.reduce(into: [:]) { codes, province in
      for word in [province.iso, province.inec] + pack.languages.map({ province.name[$0] }) {
        codes[ColumnMapping.folded(word)] = province.iso
      }
    }
    for (field, words) in mapping.values {
      guard let field = ImportField(rawValue: field) else { continue }
      for (word, code) in words { codes[field, default: [:]][ColumnMapping.folded(word)] = code }
    }
  }

  /// What people write for a code: itself, its names, and what the pack says people write besides.
  private static func words(_ terms: [Term], _ languages: [Language]) -> [String: String] {
    terms.reversed().reduce(into: [:]) { words, term in
      let others = (term.details["also"] ?? "").split(separator: "|").map(String.init)
      for word in others + languages.map({ term.name[$0] }) + [term.code] {
        words[ColumnMapping.folded(word)] = term.code
      }
    }
  }

  /// The case of a row, or all that is wrong with it.
  mutating func read(_ row: ImportTable.Row) -> Result<ImportedCase, ImportRowProblems> {
    if let fault = row.fault { return .failure(ImportRowProblems([FieldProblem("", fault)])) }
    var problems: [FieldProblem] = []
    func raw(_ field: ImportField) -> String {
      let cell = places[field].flatMap { row.cells.indices.contains($0) ? row.cells[$0] : nil } ?? ""
      let trimmed = Self.trimmed(cell)
      return trimmed.isEmpty ? mapping.fixed[field.rawValue] ?? "" : trimmed
    }
    func date<Value>(_ field: ImportField, _ parse: (String) -> Value?) -> Value? {
      let text = raw(field)
      guard !text.isEmpty else { return nil }
      if let value = parse(Self.plainDate(text, mapping.days)) { return value }
      problems.append(FieldProblem(field.rawValue, "error.import_day"))
      return nil
    }
    let birth = date(.birth) { Birth($0) } ?? .unknown
    let opened = date(.opened) { CalendarDay($0) }
    let closed = date(.closed) { CalendarDay($0) }
    let identity = PersonIdentity(
      givenNames: raw(.givenNames), surnames: raw(.surnames), otherNames: raw(.otherNames),
      sex: code(.sex, raw(.sex)), birth: birth, documentKind: code(.documentKind, raw(.documentKind)),
      documentNumber: raw(.documentNumber), nationality: raw(.nationality))
    let then = min(opened ?? closed ?? day, day)
    var band = PersonRules.ageBand(birth, pack, on: then)
    if band == nil, !raw(.age).isEmpty {
      if let years = Int(raw(.age)), (0...PersonRules.longestLife).contains(years) {
        band = PersonRules.ageBand(.years(years), pack)
      } else {
        problems.append(FieldProblem("age", "error.import_age"))
      }
    }
    let facts = CaseFacts(
      kind: code(.kind, raw(.kind)) ?? "", province: code(.province, raw(.province)) ?? "",
      form: code(.form, raw(.form)), ageBand: band ?? code(.ageBand, raw(.ageBand)) ?? "", sex: identity.sex)
    let imported = ImportedCase(
      identity: identity,
      contact: SafeContact(how: raw(.contactHow), when: raw(.contactWhen), notWith: raw(.contactNotWith)),
      facts: facts, narrative: raw(.narrative),
      needs: Needs(
        codes: raw(.needs).split { ";,|".contains($0) }.map { word in
          let word = word.trimmingCharacters(in: .whitespaces)
          return code(.needs, word) ?? word
        }, note: raw(.needsNote)),
      health: raw(.health), legal: raw(.legal), opened: opened, closed: closed,
      closureReason: code(.closureReason, raw(.closureReason)))
    problems += imported.problems(pack, on: day).filter { found in !problems.contains { $0.field == found.field } }
    return problems.isEmpty ? .success(imported) : .failure(ImportRowProblems(problems))
  }

  /// Nearly no cell needs it, and asking for it costs more than reading the rest of a row.
  private static func trimmed(_ cell: String) -> String {
    func isInk(_ byte: UInt8?) -> Bool { byte.map { (0x21...0x7e).contains($0) } ?? true }
    if isInk(cell.utf8.first), isInk(cell.utf8.last) { return cell }
    return cell.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// The code a word stands for; the word itself when none does, so that the rules name it as unknown; `nil` for nothing.
  private mutating func code(_ field: ImportField, _ word: String) -> String? {
    guard !word.isEmpty else { return nil }
    let key: String
    if let known = folded[word] {
      key = known
    } else {
      key = ColumnMapping.folded(word)
      if folded.count < 10_000 { folded[word] = key }
    }
    return codes[field]?[key] ?? word
  }

  /// `28/2/1990` as `1990-02-28`; anything else as it is.
  static func plainDate(_ text: String, _ order: DayOrder) -> String {
    let parts = text.split(whereSeparator: { "/.-".contains($0) }).map(String.init)
    guard parts.count == 3, parts[2].count == 4, parts[0].count <= 2, parts[1].count <= 2 else { return text }
    let (day, month) = order == .dayFirst ? (parts[0], parts[1]) : (parts[1], parts[0])
    func two(_ number: String) -> String { number.count == 1 ? "0" + number : number }
    return parts[2] + "-" + two(month) + "-" + two(day)
  }

  /// The heading of the column that a field's problem stands beside.
  func column(_ field: String) -> String { mapping.columns[field] ?? (field == "age_band" ? age : "") }
  private var age: String { mapping.columns["age"] ?? mapping.columns["birth"] ?? "" }
}

/// All that is wrong with one row, by field.
struct ImportRowProblems: Error, Hashable {
  var problems: [FieldProblem]

  /// That the age group is not known follows from a birth or an age that can't be read: that alone is said.
  init(_ problems: [FieldProblem]) {
    let isAgeWrong = problems.contains { $0.field == "birth" || $0.field == "age" }
    self.problems = problems.filter { !isAgeWrong || $0.field != "age_band" }
  }
}

extension ImportedCase {
  /// What the rules of the forms have against it, field by field: the same that a person who types would be told.
  func problems(_ pack: CountryPack, on day: CalendarDay) -> [FieldProblem] {
    var problems = PersonRules.problems(identity, pack, on: day) + PersonRules.problems(contact)
    problems += facts.problems(pack).filter { !($0.field == "age_band" && facts.ageBand.isEmpty) && $0.field != "sex" }
    if facts.ageBand.isEmpty { problems.append(FieldProblem("age_band", "error.age_band_needed")) }
    problems += TextRules.problems([
      ("narrative", narrative, .note), ("needs_note", needs.note, .note), ("health", health, .note),
      ("legal", legal, .note), ("closure_summary", closureSummary, .note),
    ])
    if needs.codes.contains(where: { pack.term(.needs, $0) == nil }) {
      problems.append(FieldProblem("needs", "error.unknown_code"))
    }
    for (field, date) in [("opened", opened), ("closed", closed)] {
      guard let date else { continue }
      if date > day { problems.append(FieldProblem(field, "error.day_future")) }
      if date.year < ImportReader.oldestOpening { problems.append(FieldProblem(field, "error.day_too_long_ago")) }
    }
    if let closed {
      if let opened, closed < opened { problems.append(FieldProblem("closed", "error.import_closed_before")) }
      if closureReason == nil { problems.append(FieldProblem("closure_reason", "error.import_closure_reason")) }
    } else if closureReason != nil {
      problems.append(FieldProblem("closed", "error.import_closed_day"))
    }
    if let closureReason, pack.term(.closureReasons, closureReason) == nil {
      problems.append(FieldProblem("closure_reason", "error.unknown_code"))
    }
    for account in events {
      problems += ExploitationRules.problems(account, born: identity.birth, pack, on: day).map {
        FieldProblem("event_" + $0.field, $0.phrase)
      }
    }
    for account in perpetrators {
      problems += ExploitationRules.problems(account.codes, account.detail, pack).map {
        FieldProblem("perpetrator_" + $0.field, $0.phrase)
      }
    }
    return unique(problems)
  }
}
