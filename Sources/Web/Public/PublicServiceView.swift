import Basics
import CountryPack
import Referrals
import Training

/// A public service on a page: in a list, on its own, and as its keeper looks at it before.
struct PublicServiceView {
  let one: PublicService
  private let texts: DirectoryWords
  private let freshness: DirectoryFreshness
  private var service: DirectoryService { one.service }
  private var words: Words { texts.words }

  init(_ one: PublicService, _ texts: DirectoryWords, _ freshness: DirectoryFreshness) {
    self.one = one
    self.texts = texts
    self.freshness = freshness
  }

  static func path(_ service: DirectoryServiceKey) -> String { "service/\(service)" }

  /// What one needs to call.
  var card: [String: Any] {
    var view: [String: Any] = [
      "name": service.name, "organisation": one.organisation, "phones": phones,
      "places": one.places.map(texts.place).filter { !$0.isEmpty }, "hours": texts.hours(one.directory, service),
      "age": age.text, "isOld": !freshness.holds,
    ]
    view["alert"] = service.alert
    if service.status != .active { view["status"] = texts.status(service.status) }
    if phones.isEmpty { view["noPhone"] = words("rooms.services.no_phone") }
    return view
  }

  /// All that the public reads of it.
  var whole: [String: Any] {
    var view = card
    view["about"] =
      Definitions([
        (words("directory.what"), service.description ?? ""),
        (words("directory.needs"), service.needs.map(texts.need).joined(separator: ", ")),
        (words("directory.whom"), texts.eligibility(service).joined(separator: ". ")),
        (words("directory.area"), texts.area(service)), (words("directory.languages"), texts.spoken(service)),
        (words("directory.cost"), texts.cost(service)), (words("directory.application"), service.application ?? ""),
        (words("directory.waiting"), service.waitingTime ?? ""),
        (words("directory.documents"), service.documents.joined(separator: ", ")),
      ]).view
    view["where"] = one.places.map(place)
    view["isSomewhere"] = !one.places.isEmpty
    view["email"] = service.email
    view["website"] = service.website
    return view
  }

  private var phones: [[String: String]] {
    service.phones.map { ["text": texts.phone($0), "dial": $0.number.filter { $0.isNumber || $0 == "+" }] }
  }

  private func place(_ place: DirectoryPlace) -> [String: Any] {
    let details = place.details
    let address = details?.address.map { address in
      (address.lines + [address.city, address.postalCode].compactMap(\.self)).filter { !$0.isEmpty }
        .joined(separator: ", ")
    }
    return [
      "name": texts.place(place), "lines": [details?.name, address, details?.description].compactMap(\.self),
      "facts": Definitions([
        (words("directory.transport"), details?.transport ?? ""),
        (words("directory.accessibility"), details?.accessibility.joined(separator: ". ") ?? ""),
      ]).view,
    ]
  }

  /// When its keeper last said that all of it is so.
  private var age: (text: String, day: CalendarDay?) {
    guard let day = service.confirmedOn, freshness != .neverConfirmed else {
      return (words("rooms.services.never_confirmed"), nil)
    }
    let key = freshness.holds ? "rooms.services.confirmed" : "rooms.services.long_ago"
    return (words(key, ["day": texts.dates.day(day)]), day)
  }

  // MARK: To be found

  /// One sentence for search engines and cards.
  var sentence: String {
    let place = one.places.map(texts.place).first { !$0.isEmpty } ?? texts.area(service)
    return [one.organisation, place, phones.first?["text"] ?? ""].filter { !$0.isEmpty }.joined(separator: " · ")
  }

  var entry: PublicEntry {
    let text =
      [service.name, one.organisation, service.description ?? "", texts.area(service)] + service.needs.map(texts.need)
      + one.places.map(texts.place)
    return PublicEntry(
      path: Self.path(service.key), title: service.name, description: sentence, text: text.joined(separator: " "),
      changed: age.day)
  }

  /// As schema.org has it; only what the page says too.
  func structuredData(address: String) -> String {
    var data: [String: JSONValue] = [
      "@context": .string("https://schema.org"), "@type": .string("Service"), "name": .string(service.name),
      "url": .string(address),
      "provider": .object(["@type": .string("Organization"), "name": .string(one.organisation)]),
    ]
    let channels = service.phones.map { phone in
      JSONValue.object([
        "@type": .string("ServiceChannel"),
        "servicePhone": .object(["@type": .string("ContactPoint"), "telephone": .string(phone.number)]),
      ])
    }
    if !channels.isEmpty { data["availableChannel"] = .array(channels) }
    return JSONValue.object(data).canonical
  }
}
