import Basics
import CountryPack
import Foundation

/// A list of people to register, read and judged line by line before anything is stored.
public struct RegistrationList: Hashable, Sendable {
  public struct Line: Hashable, Sendable {
    /// As an editor counts, from 1; the header is line 1 as a rule.
    public var number: Int
    public var person: NewParticipant
    /// What is wrong, by field; the line can't be registered.
    public var problems: [FieldProblem]
    public var double = Double.no
  }

  /// Whether the name stands elsewhere already.
  public enum Double: Hashable, Sendable {
    case no
    case registered
    /// In a line above.
    case line(Int)
  }

  /// What to do with a line whose name stands elsewhere already.
  public enum Choice: String, Hashable, Sendable {
    case skip
    /// It is another person of the same name.
    case another
  }

  public var lines: [Line]
  /// Columns of the file that have no use here.
  public var unused: [String]

  public static let mostLines = 2000

  private static let columns: [(field: String, names: Set<String>)] = [
    (
      "name",
      [
        "nombre", "nombres", "name", "nombre completo", "nombre y apellido", "nombres y apellidos",
        "apellidos y nombres",
        "full name",
      ]
    ),
    ("post", ["cargo", "puesto", "post", "position", "job"]),
    ("institution", ["institucion", "institution", "entidad"]), ("province", ["provincia", "province"]),
    ("sex", ["sexo", "sex"]),
    ("document", ["cedula", "documento", "identidad", "document", "national id", "identity number", "ci"]),
  ]

  /// Reads a list. Institutions and provinces may be written as codes or names, in any language of the pack; a column
  /// that is missing stands for the cohort's only institution, or its province.
  ///
  /// Throws `Refusal` `.invalid` beside the field `list`: no header, no column of names, nobody in it, too many lines.
  public init(_ text: String, _ cohort: Cohort, _ pack: CountryPack) throws(Refusal) {
    var rows = text.replacingOccurrences(of: "\r\n", with: "\n").replacingOccurrences(of: "\r", with: "\n")
      .split(separator: "\n", omittingEmptySubsequences: false).enumerated()
      .map { (number: $0.offset + 1, text: $0.element.replacingOccurrences(of: "\u{FEFF}", with: "")) }
    rows.removeAll { $0.text.allSatisfy { $0.isWhitespace || $0 == ";" || $0 == "," } }
    guard let head = rows.first else { throw Self.refusal("error.training_list_empty") }
    let separator = CSVText.separator(head.text)
    let header = (CSVText.fields(head.text, separator) ?? []).map(Self.plain)
    func column(_ field: String) -> Int? {
      let names = Self.columns.first { $0.field == field }?.names ?? []
      return header.firstIndex(where: names.contains)
    }
    let places = Dictionary(
      uniqueKeysWithValues: Self.columns.compactMap { entry in column(entry.field).map { (entry.field, $0) } })
    guard places["name"] != nil else { throw Self.refusal("error.training_list_header") }
    guard rows.count > 1 else { throw Self.refusal("error.training_list_empty") }
    guard rows.count <= Self.mostLines + 1 else {
      throw Self.refusal("error.training_list_long", ["most": String(Self.mostLines)])
    }
    let known = Set(places.values)
    unused = header.indices.filter { !known.contains($0) && !header[$0].isEmpty }.map { header[$0] }
    let reader = Reader(cohort, pack)
    lines = rows.dropFirst().map { row in
      guard let fields = CSVText.fields(row.text, separator) else {
        return Line(
          number: row.number, person: reader.person([:]),
          problems: [FieldProblem("list", "error.training_list_quote")])
      }
      guard fields.count <= header.count else {
        return Line(
          number: row.number, person: reader.person([:]),
          problems: [FieldProblem("list", "error.training_list_columns")])
      }
      var person = reader.person(
        places.compactMapValues { fields.indices.contains($0) ? fields[$0] : nil })
      do throws(Refusal) {
        person = try CohortRules.checked(person, cohort, pack)
        return Line(number: row.number, person: person, problems: [])
      } catch { return Line(number: row.number, person: person, problems: error.fields) }
    }
    var seen: [[UInt8]: Int] = [:]
    for place in lines.indices where lines[place].problems.isEmpty {
      let name = CohortRules.comparable(lines[place].person.name)
      if let first = seen[name] { lines[place].double = .line(first) } else { seen[name] = lines[place].number }
    }
  }

  private static func refusal(_ key: String, _ values: [String: String] = [:]) -> Refusal {
    .fields([FieldProblem("list", Phrase(key, values))])
  }

  static func plain(_ text: String) -> String {
    text.folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
      .replacingOccurrences(of: "_", with: " ").split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// Finds codes behind what people write.
  private struct Reader {
    var institutions: [String: String] = [:]
    var provinces: [String: String] = [:]
    var sexes: [String: String] = [:]
    let cohort: Cohort

    init(_ cohort: Cohort, _ pack: CountryPack) {
      self.cohort = cohort
      func add(_ code: String, _ name: LocalizedText, _ names: inout [String: String]) {
        names[plain(code)] = code
        for language in pack.languages { names[plain(name[language])] = code }
      }
      for code in cohort.institutions {
        if let institution = pack.institution(code) { add(code, institution.name, &institutions) }
      }
      for province in pack.provinces { add(province.iso, province.name, &provinces) }
      for sex in pack.lists[.sexes] ?? [] {
        add(sex.code, sex.name, &sexes)
        // The letter that lists use, where it is of one entry only.
        for language in pack.languages {
          let letter = String(plain(sex.name[language]).prefix(1))
          sexes[letter] = sexes[letter] == nil || sexes[letter] == sex.code ? sex.code : ""
        }
      }
      sexes = sexes.filter { !$0.value.isEmpty }
    }

    func person(_ fields: [String: String]) -> NewParticipant {
      let institution = fields["institution"] ?? ""
      let province = fields["province"] ?? ""
      let only = cohort.institutions.count == 1 ? cohort.institutions[0] : ""
      let sex = fields["sex"] ?? ""
      return NewParticipant(
        name: fields["name"] ?? "", post: fields["post"] ?? "",
        institution: institution.isEmpty ? only : institutions[plain(institution)] ?? institution,
        province: province.isEmpty ? cohort.province : provinces[plain(province)] ?? province,
        sex: sex.isEmpty ? "" : sexes[plain(sex)] ?? sex, document: fields["document"] ?? "")
    }
  }
}
