import Basics
import CountryPack
import Foundation

/// Reads records of the standard into cases: written here, or by others, with the standard's own spellings and those of
/// its form. Pure.
struct HtcdsReader: Sendable {
  static let nothing = HtcdsReader()

  private let pack: CountryPack?
  private let day: CalendarDay
  private let fixed: [String: String]
  /// By field and number of the happening.
  private let places: [Place: Int]
  private let headings: [String: String]
  let used: Set<String>
  private let happenings: Int

  private struct Place: Hashable {
    var name: String
    var number: Int
  }

  private init() {
    (pack, day, fixed, places) = (nil, CalendarDay(daysSince1970: 0), [:], [:])
    (headings, used, happenings) = ([:], [], 0)
  }

  /// Throws `Refusal` `.invalid` when the header is none of the standard.
  init(header: [String], fixed: [String: String], _ pack: CountryPack, on day: CalendarDay) throws(Refusal) {
    guard Htcds.isHeader(header) || header.contains("amparo_CaseKind") else {
      throw Refusal(.invalid, Phrase("error.import_no_htcds"))
    }
    var places: [Place: Int] = [:]
    var headings: [String: String] = [:]
    var used: Set<String> = []
    let uses = Dictionary(Htcds.fields.map { ($0.name, $0.use) }) { first, _ in first }
    for (index, heading) in header.enumerated() {
      guard let (name, number) = Htcds.field(heading) else { continue }
      places[Place(name: name, number: number)] = index
      if number == 1 { headings[name] = heading }
      // A status and a tick are read to choose the kind of case; they are no decision and no consent.
      if uses[name] != .notKept { used.insert(heading) }
    }
    self.pack = pack
    self.day = day
    self.fixed = fixed
    self.places = places
    self.headings = headings
    self.used = used
    happenings = places.keys.map(\.number).max() ?? 1
  }

  func closesCases(_ table: ImportTable) -> Bool {
    guard let place = places[Place(name: "cas_Status", number: 1)] else { return false }
    return table.rows.contains { $0.cells.indices.contains(place) && $0.cells[place].lowercased().contains("closed") }
  }

  /// An identification is the decision of a named body: a status beyond the possible one is named and not taken over.
  func decided(_ table: ImportTable) -> Int {
    guard let place = places[Place(name: "vic_TraffickingStatus", number: 1)] else { return 0 }
    return table.rows.count { row in
      row.cells.indices.contains(place) && !row.cells[place].isEmpty
        && row.cells[place].lowercased() != "possiblevictimoftrafficking"
    }
  }

  /// The heading that a rule's field stands under.
  func column(_ field: String) -> String {
    let names =
      [
        "given_names": "prs_FirstName", "surnames": "prs_SecondName", "other_names": "amparo_OtherNames",
        "birth": "prs_Birthdate", "sex": "prs_Gender", "document_kind": "amparo_DocumentKind",
        "document_number": "prs_IdentityNumber", "nationality": "prs_Citizenship", "kind": "vic_TraffickingStatus",
        "province": "amparo_Province", "form": "vic_TypeOfExploitation", "age_band": "prs_Birthdate",
        "narrative": "cco_CaseComment", "needs": "amparo_Needs", "needs_note": "amparo_NeedsNote",
        "health": "amparo_Health", "legal": "amparo_Legal", "opened": "amparo_Opened", "closed": "amparo_Closed",
        "closure_reason": "cas_ReasonForCaseClosure", "closure_summary": "cas_ReasonForCaseClosure",
        "event_from": "hte_Date", "event_until": "amparo_hte_Until", "event_means": "vic_MethodsOfControl",
        "event_country": "hte_Country", "event_province": "hte_State", "event_place": "hte_City",
        "event_form": "vic_TypeOfExploitation", "event_words": "hte_Description", "contact_how": "amparo_ContactHow",
      ][field] ?? field
    return headings[names] ?? names
  }

  func read(_ row: ImportTable.Row) -> Result<ImportedCase, ImportRowProblems> {
    if let fault = row.fault { return .failure(ImportRowProblems([FieldProblem("", fault)])) }
    guard let pack else { return .failure(ImportRowProblems([FieldProblem("", "error.import_no_htcds")])) }
    var reading = HtcdsReading(pack: pack, day: day, happenings: happenings) { name, number in
      let cell = places[Place(name: name, number: number)].flatMap {
        row.cells.indices.contains($0) ? row.cells[$0] : nil
      }
      let text = Htcds.fused((cell ?? "").trimmingCharacters(in: .whitespaces))
      return text.isEmpty && number == 1 ? fixed[name] ?? "" : text
    }
    let imported = reading.imported()
    let found = imported.problems(pack, on: day)
    let problems = reading.problems + found.filter { new in !reading.problems.contains { $0.field == new.field } }
    return problems.isEmpty ? .success(imported) : .failure(ImportRowProblems(problems))
  }

  /// The pack's code of a country, from its code or its name in any language of the pack.
  static func country(_ text: String, _ pack: CountryPack) -> String? {
    let plain = ColumnMapping.folded(text)
    return (pack.lists[.countries] ?? []).first { term in
      term.code == plain || pack.languages.contains { ColumnMapping.folded(term.name[$0]) == plain }
    }?.code
  }
}
