import Basics
import Foundation

/// What an agency says of one of its services in a form. Whatever the form does not ask stays as it was.
public struct DirectoryEdit: Hashable, Sendable {
  public enum Cost: Hashable, Sendable {
    case asIs, notStated, free
    /// The note says what it costs.
    case charged
  }

  public enum Opening: Hashable, Sendable {
    case asIs, notStated, always
    case week(WeekOfHours, DirectorySchedule.Holidays)
  }

  public enum Place: Hashable, Sendable {
    case asIs, none
    case undisclosed(province: String?)
    /// By telephone or on the network.
    case virtual(province: String?)
    case physical(Address)
  }

  public struct Address: Hashable, Sendable {
    public var line: String
    public var city: String
    public var province: String?
    public var position: Position?
    public var transport: String
    public init(line: String, city: String, province: String?, position: Position?, transport: String) {
      self.line = line
      self.city = city
      self.province = province
      self.position = position
      self.transport = transport
    }
  }

  public var name = ""
  public var description = ""
  public var status = DirectoryService.Status.active
  public var needs: Set<String> = []
  public var ages = DirectoryEligibility.Ages.all
  public var sexes: Set<String> = []
  public var exploitation: Set<String> = []
  public var withChildren = DirectoryEligibility.Taking.notStated
  public var disability = DirectoryEligibility.Taking.notStated
  public var eligibilityNote = ""
  public var languages: [Language] = []
  public var interpretation = ""
  public var cost = Cost.asIs
  public var feesNote = ""
  public var opening = Opening.asIs
  public var place = Place.asIs
  public var area = ServiceArea.notStated
  public var phones: [String] = []
  public var email = ""
  public var website = ""
  public var application = ""
  public var waitingTime = ""
  public var documents: [String] = []
  public var alert = ""
  /// Of the organisation, so of all its services.
  public var aboutOrganisation = ""
  /// The day on which its owner says that all of it is so; `nil` to say nothing about that.
  public var confirmedOn: CalendarDay?

  public init() {}

  /// What can't be stored, by the form's fields.
  public func problems() -> [FieldProblem] {
    var problems: [FieldProblem] = []
    func check(_ field: String, _ text: String, most: Int, isRequired: Bool = false) {
      guard let clean = DirectoryText.clean(text) else {
        problems.append(FieldProblem(field, "error.directory_text"))
        return
      }
      if clean.isEmpty, isRequired { problems.append(FieldProblem(field, "error.missing")) }
      if clean.unicodeScalars.count > most {
        problems.append(FieldProblem(field, Phrase("error.too_long", ["most": String(most)])))
      }
    }
    check("name", name, most: 300, isRequired: true)
    check("about", aboutOrganisation, most: 2000, isRequired: true)
    check("description", description, most: 5000)
    check("eligibility_note", eligibilityNote, most: 2000)
    check("interpretation", interpretation, most: 1000)
    check("fees", feesNote, most: 2000, isRequired: cost == .charged)
    check("application", application, most: 2000)
    check("waiting", waitingTime, most: 500)
    check("alert", alert, most: 2000)
    for phone in phones { check("phones", phone, most: 60) }
    for document in documents { check("documents", document, most: 500) }
    if phones.count > 20 || documents.count > 50 { problems.append(FieldProblem("phones", "error.directory_many")) }
    if needs.isEmpty { problems.append(FieldProblem("needs", "error.choose")) }
    if let youngest = ages.youngest, let oldest = ages.oldest, youngest > oldest {
      problems.append(FieldProblem("oldest", "error.directory_ages"))
    }
    if !email.isEmpty, !Self.isEmail(email) { problems.append(FieldProblem("email", "error.directory_email")) }
    if !website.isEmpty, !Self.isWebsite(website) {
      problems.append(FieldProblem("website", "error.directory_website"))
    }
    if case .week(let week, _) = opening, week.isEmpty {
      problems.append(FieldProblem("monday", "error.directory_no_hours"))
    }
    if case .physical(let address) = place {
      check("line", address.line, most: 300, isRequired: true)
      check("city", address.city, most: 200)
      check("transport", address.transport, most: 1000)
    }
    return problems
  }

  /// The entry as it then is.
  ///
  /// - Parameters:
  ///   - entry: as it was, with one service; `nil` for a new one.
  ///   - key: of a new service.
  ///   - newPlace: the key of a place that is not there yet.
  ///   - country: ISO 3166-1, of new addresses.
  public func applied(
    to entry: Directory?, key: DirectoryServiceKey, organisation: DirectoryOrganisation, newPlace: DirectoryPlaceKey,
    country: String
  ) -> Directory {
    var organisation = organisation
    organisation.description = Self.line(aboutOrganisation) ?? organisation.name
    var service =
      entry?.services.first ?? DirectoryService(key: key, organisation: organisation.key, name: name, status: status)
    service.name = Self.line(name) ?? service.name
    service.description = Self.line(description)
    service.status = status
    service.needs = needs.sorted()
    service.eligibility.ages = ages
    service.eligibility.sexes = sexes.sorted()
    service.eligibility.agesBySex = service.eligibility.agesBySex.filter { sexes.isEmpty || sexes.contains($0.key) }
    service.eligibility.exploitation = exploitation.sorted()
    service.eligibility.withChildren = withChildren
    service.eligibility.disability = disability
    service.eligibilityNote = Self.line(eligibilityNote)
    service.languages = languages.map { language in
      service.languages.first { $0.language == language } ?? SpokenLanguage(language)
    }
    service.interpretation = Self.line(interpretation)
    service.feesNote = Self.line(feesNote)
    switch cost {
    case .asIs: break
    case .notStated: service.costs = []
    case .free: service.costs = [DirectoryCost(amount: .zero)]
    case .charged:
      // Amounts that somebody wrote stay; else the words say what it costs.
      if service.isFree != false { service.costs = [] }
      if service.costs.isEmpty { (service.costs, service.feesNote) = ([DirectoryCost(note: Self.line(feesNote))], nil) }
    }
    service.area = area
    service.phones = phones.compactMap(Self.line).map { number in
      service.phones.first { $0.number == number } ?? DirectoryPhone(number)
    }
    service.email = Self.line(email)
    service.website = Self.line(website)
    service.application = Self.line(application)
    service.waitingTime = Self.line(waitingTime)
    service.documents = documents.compactMap(Self.line)
    service.alert = Self.line(alert)
    if let confirmedOn { (service.confirmedOn, service.confirmedBy) = (confirmedOn, nil) }
    var places = entry?.places ?? [:]
    put(place, &service, &places, newPlace, country)
    put(opening, &service, &places)
    return Directory(organisations: [organisation], places: Array(places.values), services: [service])
  }

  private func put(
    _ place: Place, _ service: inout DirectoryService, _ places: inout [DirectoryPlaceKey: DirectoryPlace],
    _ newPlace: DirectoryPlaceKey, _ country: String
  ) {
    // A place that is there keeps its key, so that other entries at the same place say the same of it.
    let key = service.sites.first?.place ?? newPlace
    let old = places[key]
    var details = DirectoryPlace.Details()
    let next: DirectoryPlace
    switch place {
    case .asIs: return
    case .none:
      service.sites = []
      places = [:]
      return
    case .undisclosed(let province): next = DirectoryPlace(key: key, province: province, site: .undisclosed)
    case .virtual(let province):
      if case .virtual(let before) = old?.site { details = before }
      next = DirectoryPlace(key: key, province: province, site: .virtual(details))
    case .physical(let address):
      if case .physical(let before) = old?.site { details = before }
      let second = details.address?.lines.dropFirst() ?? []
      details.address = PostalAddress(
        lines: [Self.line(address.line) ?? ""] + second, city: Self.line(address.city),
        postalCode: details.address?.postalCode, country: details.address?.country ?? country)
      details.position = address.position
      details.transport = Self.line(address.transport)
      next = DirectoryPlace(key: key, province: address.province, site: .physical(details))
    }
    service.sites = [DirectorySite(key, schedules: service.sites.first?.schedules ?? [])]
    places = [key: next]
  }

  private func put(
    _ opening: Opening, _ service: inout DirectoryService, _ places: inout [DirectoryPlaceKey: DirectoryPlace]
  ) {
    switch opening {
    case .asIs: return
    case .notStated:
      service.schedules = []
      // Where neither the service nor its site says anything, the place's hours would speak.
      for (key, place) in places {
        guard var details = place.details else { continue }
        details.schedules = []
        places[key] = place.with(details)
      }
    case .always: service.schedules = [.always]
    case .week(let week, let holidays): service.schedules = week.schedules(holidays: holidays)
    }
    for index in service.sites.indices { service.sites[index].schedules = [] }
  }

  private static func line(_ text: String) -> String? {
    let clean = DirectoryText.clean(text) ?? ""
    return clean.isEmpty ? nil : clean
  }

  static func isEmail(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && !text.contains(where: \.isWhitespace)
      && text.utf8.count <= 254
  }

  /// Only what a browser opens without running it.
  static func isWebsite(_ text: String) -> Bool {
    let lower = text.lowercased()
    return (lower.hasPrefix("https://") || lower.hasPrefix("http://")) && lower.count > 8 && lower.count <= 500
      && !text.contains { $0.isWhitespace || "<>\"'`\\".contains($0) }
  }
}

extension DirectoryPlace {
  /// The same kind of place with other details; an undisclosed one stays without any.
  func with(_ details: Details) -> DirectoryPlace {
    switch site {
    case .physical: DirectoryPlace(key: key, province: province, site: .physical(details))
    case .postal: DirectoryPlace(key: key, province: province, site: .postal(details))
    case .virtual: DirectoryPlace(key: key, province: province, site: .virtual(details))
    case .undisclosed: self
    }
  }
}
