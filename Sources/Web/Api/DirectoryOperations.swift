import Accounts
import Basics
import CountryPack
import HTTPTypes
import Referrals

/// The directory of services, with the names of HSDS 3.0.
enum DirectoryOperations {
  static let all: [ApiOperation] = [search, one]

  /// So many services the directory is searched for; who wants all of them takes the file (`amparo directory export`).
  private static let most = 1000

  private static let search = ApiOperation(
    method: .get, path: "/services", name: "listServices", tag: "directory", right: .directory,
    query: [
      ApiField("need", .code([.needs, .services])), ApiField("q", .text(most: 100)), ApiField("province", .province),
      ApiField("language", .language), ApiField("open", .boolean), ApiField("vacancy", .boolean),
      ApiField("page", .integer(1...1000)), ApiField("per_page", .integer(1...200)),
    ], answer: "Services"
  ) { call in
    var query = DirectoryQuery(now: call.desks.office.clock.now())
    if let need = call.optional("need") { query.needs = [need] }
    query.words = call.text("q")
    query.province = call.optional("province")
    query.language = call.optional("language").flatMap { Language($0) }
    (query.onlyOpen, query.onlyWithVacancy) = (call.isTrue("open"), call.isTrue("vacancy"))
    (query.isAboutSomebody, query.limit) = (false, most)
    let found = try await call.desks.directory.search(try call.actor(), query)
    let (page, size) = (call.integer("page", or: 1), call.integer("per_page", or: 50))
    let shown = found.dropFirst((page - 1) * size).prefix(size)
    return ApiAnswer([
      "total_items": .integer(Int64(found.count)), "total_pages": .integer(Int64((found.count + size - 1) / size)),
      "page_number": .integer(Int64(page)), "size": .integer(Int64(shown.count)), "contents": .list(shown.map(value)),
    ])
  }

  private static let one = ApiOperation(
    method: .get, path: "/services/{service}", name: "getService", tag: "directory", right: .directory,
    parts: [ApiField("service", .service)], answer: "Service"
  ) { call in
    guard let key = DirectoryServiceKey(call.text("service")) else { throw Refusal.notFound }
    let entry = try await call.desks.directory.entry(try call.actor(), key)
    // The very HSDS that the export writes: undisclosed places are redacted there.
    let file = ApiValue(json: entry.directory.hsds(DirectoryCodes(call.desks.pack)))
    guard let service = file?["services"]?.list?.first else { throw Refusal.notFound }
    return ApiAnswer(service)
  }

  static func value(_ match: DirectoryMatch) -> ApiValue {
    let service = match.service
    let ages = service.eligibility.ages
    return .fields([
      "id": .string(service.key.description), "name": .string(service.name),
      "description": service.description.map { .string($0) }, "status": .string(service.status.rawValue),
      "organization": [
        "id": .string(match.organisation.key.description), "name": .string(match.organisation.name),
      ],
      "needs": .texts(service.needs), "languages": .texts(service.languages.map(\.language.code)),
      "phones": .texts(service.phones.map(\.number)), "email": service.email.map { .string($0) },
      "url": service.website.map { .string($0) }, "alert": service.alert.map { .string($0) },
      "minimum_age": ages.youngest.map { .integer(Int64($0)) }, "maximum_age": ages.oldest.map { .integer(Int64($0)) },
      "free": service.isFree.map { .bool($0) },
      "assured_date": service.confirmedOn.map { .string($0.description) }, "is_assured": .bool(match.freshness.holds),
      "vacancy": value(match.vacancy), "opening": value(match.opening), "location": match.place.map(value),
    ])
  }

  private static func value(_ vacancy: DirectoryVacancy) -> ApiValue {
    switch vacancy {
    case .free(let number, let counted):
      ["state": "free", "available": .integer(Int64(number)), "updated": .string(counted.timestamp)]
    case .full(let counted): ["state": "full", "available": 0, "updated": .string(counted.timestamp)]
    case .old(let number, let counted):
      ["state": "old", "available": .integer(Int64(number)), "updated": .string(counted.timestamp)]
    case .notStated: ["state": "not_stated"]
    }
  }

  private static func value(_ opening: DirectoryOpening) -> ApiValue {
    switch opening {
    case .open(let until): .fields(["state": "open", "changes": until.map { .string($0.timestamp) }])
    case .closed(let opens): .fields(["state": "closed", "changes": opens.map { .string($0.timestamp) }])
    case .holiday: ["state": "holiday"]
    case .notStated: ["state": "not_stated"]
    }
  }

  /// Of an undisclosed place its province, and nothing else.
  private static func value(_ place: DirectoryPlace) -> ApiValue {
    let kind =
      switch place.site {
      case .physical: "physical"
      case .postal: "postal"
      case .virtual: "virtual"
      case .undisclosed: "redacted"
      }
    let details = place.details
    return .fields([
      "id": .string(place.key.description), "location_type": .string(kind), "name": details?.name.map { .string($0) },
      "city": details?.address?.city.map { .string($0) }, "province": place.province.map { .string($0) },
      "latitude": details?.position.map { .number($0.latitude) },
      "longitude": details?.position.map { .number($0.longitude) },
    ])
  }
}
