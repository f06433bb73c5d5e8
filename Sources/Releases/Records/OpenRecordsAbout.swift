import Basics
import Casework
import CountryPack
import Foundation
import Statistics

/// What stands beside published records as a file: what they promise and what their columns mean, complete in itself and
/// in both languages.
public struct OpenRecordsAbout: Hashable, Sendable, Codable {
  public struct Promise: Hashable, Sendable, Codable {
    /// `kanonymous` or `dp`.
    public var method: String
    /// How many real persons share each combination in a record; absent for `dp`.
    public var k: Int?
    public var epsilon: Double?
    public var delta: Double?
    /// Adding or taking away one of these changes what could have come out by no more than was promised.
    public var unit: String?
    public var length: Int
  }

  public var format = "amparo-open-records-1"
  public var slug: String
  public var version: Int
  public var address: String
  public var title: ReleaseText
  /// What was corrected since the version before.
  public var correction: ReleaseText?
  public var country: ReleaseText
  public var rows: Int
  public var years: [Int]
  public var countedOn: CalendarDay
  public var codeBook: Int
  /// A blank cell: nobody asked, or the record leaves it out.
  public var columns: [OpenTable.Dimension]
  public var promise: Promise
  public var licence: OpenTable.Licence

  public init(
    _ release: RecordsRelease, rows: Int, names: OpenTable.Names, address: String, _ pack: CountryPack
  ) {
    let (choice, privacy) = (release.choice, release.report.privacy)
    func text(_ text: LocalizedText) -> ReleaseText { ReleaseText(es: text[.spanish], en: text[.english]) }
    slug = release.slug.description
    version = release.version
    self.address = address
    title = release.title
    correction = release.note.isEmpty ? nil : release.note
    country = text(pack.name)
    self.rows = rows
    years = [choice.years.lowerBound, choice.years.upperBound]
    countedOn = release.countedOn
    codeBook = FactField.bookVersion
    let codes = choice.publicCodes(pack)
    columns = choice.columns.map { field in
      OpenTable.Dimension(
        column: field.rawValue, name: names.column(field),
        codes: (codes[field.rawValue] ?? []).map { OpenTable.Code(code: $0, name: names.code(field, $0)) })
    }
    promise = Promise(
      method: choice.method.rawValue, k: privacy.k, epsilon: privacy.epsilon, delta: privacy.delta,
      unit: privacy.epsilon == nil ? nil : "person", length: choice.length)
    let rules = pack.statistics.licence
    licence = OpenTable.Licence(code: rules.code, name: text(rules.name), address: rules.address)
  }

  /// The same content gives the same bytes.
  public var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
      return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
  }
}
