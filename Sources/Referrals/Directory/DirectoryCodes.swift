import Basics
import CountryPack

/// The codes that a directory may use, from the country's pack.
public struct DirectoryCodes: Sendable {
  /// Needs and services, by code with their name.
  public var needs: [String: String]
  public var sexes: Set<String>
  public var countries: Set<String>
  public var exploitation: Set<String>
  /// By ISO 3166-2 with their name.
  public var provinces: [String: String]
  /// ISO 3166-1, two capital letters.
  public var country: String
  public var calendar: DirectoryCalendar
  public var adultFrom: Int
  /// Whether codes are taken that are not there: for entries stored under an earlier pack.
  var acceptsOthers = false

  public init(
    needs: [String: String], sexes: Set<String>, countries: Set<String>, exploitation: Set<String>,
    provinces: [String: String], country: String, calendar: DirectoryCalendar, adultFrom: Int = 18
  ) {
    self.needs = needs
    self.sexes = sexes
    self.countries = countries
    self.exploitation = exploitation
    self.provinces = provinces
    self.country = country
    self.calendar = calendar
    self.adultFrom = adultFrom
  }

  public init(_ pack: CountryPack) {
    func names(_ list: PackList) -> [String: String] {
      Dictionary((pack.lists[list] ?? []).map { ($0.code, $0.name[.spanish]) }) { first, _ in first }
    }
    needs = names(.needs).merging(names(.services)) { first, _ in first }
    sexes = Set(names(.sexes).keys)
    countries = Set(names(.countries).keys)
    exploitation = Set(names(.exploitation).keys)
    provinces = Dictionary(pack.provinces.map { ($0.iso, $0.name[.spanish]) }) { first, _ in first }
    country = pack.provinces.first.map { String($0.iso.prefix(2)) } ?? ""
    calendar = DirectoryCalendar(
      offsetMinutes: Int(pack.offsetFromUTC.milliseconds / 60_000), holidays: pack.identification.holidays)
    adultFrom = pack.rules[.adultFromYears]?.value ?? 18
  }

  /// The province that a code or a name means, without regard to accents and capitals.
  func province(_ text: String) -> String? {
    if provinces[text] != nil || acceptsOthers && text.hasPrefix(country + "-") { return text }
    let wanted = DirectorySearch.folded(text)
    return provinces.first { DirectorySearch.folded($0.value) == wanted }?.key
  }
}

/// What is wrong with one place of a file that is read, or what of it is not kept.
public struct DirectoryProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// The table's name, where there are several files.
  public var file: String?
  /// From 1; 0 when it concerns the whole file.
  public var line: Int
  /// For JSON a path like `$.services[3].name`, for tables the column.
  public var path: String
  public var message: String

  public init(file: String? = nil, line: Int = 0, path: String = "", _ message: String) {
    self.file = file
    self.line = line
    self.path = path
    self.message = message
  }

  public var description: String {
    let place = [file, line > 0 ? String(line) : nil, path.isEmpty ? nil : path].compactMap(\.self)
    return (place + [message]).joined(separator: ": ")
  }
}
