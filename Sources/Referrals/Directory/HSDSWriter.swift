import Basics

extension Directory {
  /// The directory as HSDS 3.0 in JSON: an object with `services`, each with its organisation and places inside, and
  /// the `organizations` that have none.
  ///
  /// What HSDS has no field for stands in attributes of taxonomies that begin with `amparo:`; capacity as in the draft
  /// of 3.1. Undisclosed places are `redacted`, without a name, address or coordinates. The same directory always gives
  /// the same bytes.
  public func hsds(_ codes: DirectoryCodes) -> [UInt8] {
    var writer = HSDSWriter(directory: self, codes: codes)
    return writer.written()
  }
}

/// Writes JSON in the order of the specification. The parts inside a service get identifiers made from the service's,
/// so that nothing changes in a file but what changed in the directory.
struct HSDSWriter {
  let directory: Directory
  let codes: DirectoryCodes
  private var out: [UInt8] = []
  private var isFirst = true
  private var owner = ""
  private var counter = 0

  init(directory: Directory, codes: DirectoryCodes) {
    self.directory = directory
    self.codes = codes
  }

  mutating func written() -> [UInt8] {
    let services = directory.services
    let used = Set(services.map(\.organisation))
    let others = directory.organisations.values.filter { !used.contains($0.key) }.sorted { $0.key < $1.key }
    object { writer in
      writer.list("services", services) { writer, service in writer.service(service) }
      if !others.isEmpty { writer.list("organizations", others) { writer, one in writer.organisation(one) } }
    }
    out.append(10)
    return out
  }

  // MARK: Things

  private mutating func service(_ service: DirectoryService) {
    (owner, counter) = (service.key.description, 0)
    text("id", service.key.description)
    text("name", service.name)
    text("description", service.description)
    text("url", service.website)
    text("email", service.email)
    text("status", service.status.rawValue)
    text("interpretation_services", service.interpretation)
    text("application_process", service.application)
    text("fees_description", service.feesNote)
    text("wait_time", service.waitingTime)
    text("eligibility_description", service.eligibilityNote)
    number("minimum_age", service.eligibility.ages.youngest.map(String.init))
    number("maximum_age", service.eligibility.ages.oldest.map(String.init))
    text("assured_date", service.confirmedOn?.description)
    text("assurer_email", service.confirmedBy)
    text("alert", service.alert)
    phones(service.phones)
    schedules(service.schedules)
    serviceAreas(service)
    list("service_at_locations", service.sites) { writer, site in
      writer.id("service_at_location")
      writer.schedules(site.schedules)
      if let place = writer.directory.places[site.place] { writer.member("location") { $0.place(place) } }
    }
    list("languages", service.languages) { writer, language in
      writer.id("language")
      writer.text("code", language.language.code)
      writer.text("note", language.note)
    }
    if let organisation = directory.organisations[service.organisation] {
      member("organization") { $0.organisation(organisation) }
      (owner, counter) = (service.key.description + "+", 0)
    }
    list("cost_options", service.costs) { writer, cost in
      writer.id("cost_option")
      writer.text("option", cost.option)
      writer.text("currency", cost.currency)
      writer.number("amount", cost.amount?.description)
      writer.text("amount_description", cost.note)
    }
    list("required_documents", service.documents) { writer, document in
      writer.id("required_document")
      writer.text("document", document)
    }
    desks(service.desks)
    attributes(Self.terms(service), of: service.key.description, "service")
    list("capacities", service.capacities) { writer, capacity in
      writer.id("service_capacity")
      writer.member("unit") { writer in
        writer.text("id", HSDSName.identifier("unit:" + capacity.unit))
        writer.text("name", capacity.unit)
      }
      writer.number("available", String(capacity.available))
      writer.number("maximum", capacity.maximum.map(String.init))
      writer.text("description", capacity.note)
      writer.text("updated", HSDSTime.text(capacity.updated))
    }
  }

  private mutating func organisation(_ organisation: DirectoryOrganisation) {
    (owner, counter) = (organisation.key.description, 0)
    text("id", organisation.key.description)
    text("name", organisation.name)
    text("description", organisation.description, evenEmpty: true)
    text("email", organisation.email)
    text("website", organisation.website)
    text("parent_organization_id", organisation.parent?.description)
    desks(organisation.desks)
    phones(organisation.phones)
  }

  private mutating func place(_ place: DirectoryPlace) {
    let before = (owner, counter)
    defer { (owner, counter) = before }
    (owner, counter) = (place.key.description, 0)
    text("id", place.key.description)
    let provinces = place.province.map { [Term(HSDSTaxonomy.provinces, $0, linkType: "province")] } ?? []
    guard let details = place.details else {
      text("location_type", "redacted")
      attributes(provinces, of: place.key.description, "location")
      return
    }
    switch place.site {
    case .postal: text("location_type", "postal")
    case .virtual: text("location_type", "virtual")
    case .physical, .undisclosed: text("location_type", "physical")
    }
    text("name", details.name)
    text("description", details.description)
    text("transportation", details.transport)
    number("latitude", details.position.map { String($0.latitude) })
    number("longitude", details.position.map { String($0.longitude) })
    list("addresses", details.address.map { [$0] } ?? []) { writer, address in
      writer.id("address")
      writer.text("address_1", address.lines.first)
      writer.text("address_2", address.lines.dropFirst().first)
      writer.text("city", address.city, evenEmpty: true)
      writer.text("state_province", place.province.map { writer.codes.provinces[$0] ?? $0 }, evenEmpty: true)
      writer.text("postal_code", address.postalCode, evenEmpty: true)
      writer.text("country", address.country)
      if case .postal = place.site {
        writer.text("address_type", "postal")
      } else {
        writer.text("address_type", "physical")
      }
    }
    list("accessibility", details.accessibility) { writer, words in
      writer.id("accessibility")
      writer.text("description", words)
    }
    schedules(details.schedules)
    attributes(provinces, of: place.key.description, "location")
  }

  private mutating func serviceAreas(_ service: DirectoryService) {
    struct Area {
      var name: String
      var extent: String?
    }
    var areas: [Area] = []
    switch service.area {
    case .notStated: break
    case .country: areas.append(Area(name: codes.country, extent: codes.country))
    case .provinces(let all): areas += all.map { Area(name: codes.provinces[$0] ?? $0, extent: $0) }
    }
    areas += service.areaNotes.map { Area(name: $0) }
    list("service_areas", areas) { writer, area in
      writer.id("service_area")
      if area.extent == nil {
        writer.text("description", area.name)
      } else {
        writer.text("name", area.name)
        writer.text("extent", area.extent)
        writer.text("extent_type", "text")
      }
    }
  }

  private mutating func phones(_ phones: [DirectoryPhone]) {
    list("phones", phones) { writer, phone in
      writer.id("phone")
      writer.text("number", phone.number)
      writer.number("extension", phone.extensionNumber.map(String.init))
      writer.text("type", phone.kind)
      writer.text("description", phone.note)
    }
  }

  private mutating func desks(_ desks: [DirectoryContact]) {
    list("contacts", desks) { writer, desk in
      writer.id("contact")
      writer.text("title", desk.title)
      writer.text("department", desk.department)
      writer.text("email", desk.email)
      writer.phones(desk.phones)
    }
  }

  private mutating func schedules(_ schedules: [DirectorySchedule]) {
    list("schedules", schedules) { writer, schedule in
      let key = writer.id("schedule")
      writer.text("valid_from", schedule.validFrom?.description)
      writer.text("valid_to", schedule.validTo?.description)
      let offset = schedule.offsetMinutes ?? writer.codes.calendar.offsetMinutes
      if schedule.hours != nil || schedule.offsetMinutes != nil {
        writer.number("timezone", offset.isMultiple(of: 60) ? String(offset / 60) : String(Double(offset) / 60))
      }
      switch schedule.rule {
      case .described: break
      case .weekly(let days):
        writer.text("dtstart", schedule.start?.description)
        writer.text("freq", "WEEKLY")
        writer.number("interval", String(schedule.interval))
        writer.text("byday", days.map(\.code).joined(separator: ","))
      case .monthly(let weekdays, let dates):
        writer.text("dtstart", schedule.start?.description)
        writer.text("freq", "MONTHLY")
        writer.number("interval", String(schedule.interval))
        let days = weekdays.map { ($0.ordinal.map(String.init) ?? "") + $0.weekday.code }
        if !days.isEmpty { writer.text("byday", days.joined(separator: ",")) }
        if !dates.isEmpty { writer.text("bymonthday", dates.map(String.init).joined(separator: ",")) }
      }
      if let hours = schedule.hours {
        writer.text("opens_at", hours.opens.description + HSDSTime.offset(offset))
        writer.text("closes_at", hours.closes.description + HSDSTime.offset(offset))
      }
      writer.text("description", schedule.note)
      if schedule.holidays != .notStated {
        writer.attributes(
          [Term(HSDSTaxonomy.holidays, schedule.holidays.rawValue, linkType: "holidays")], of: key, "schedule")
      }
    }
  }

  // MARK: Attributes

  private struct Term {
    var taxonomy: String
    var code: String
    var linkType: String
    var value: String?
    init(_ taxonomy: String, _ code: String, linkType: String, value: String? = nil) {
      self.taxonomy = taxonomy
      self.code = code
      self.linkType = linkType
      self.value = value
    }
  }

  private static func terms(_ service: DirectoryService) -> [Term] {
    let eligibility = service.eligibility
    func all(_ taxonomy: String, _ codes: [String]) -> [Term] {
      codes.map { Term(taxonomy, $0, linkType: "eligibility") }
    }
    var terms = service.needs.map { Term(HSDSTaxonomy.needs, $0, linkType: "need") }
    terms += all(HSDSTaxonomy.sexes, eligibility.sexes)
    terms += all(HSDSTaxonomy.nationalities, eligibility.nationalities)
    terms += all(HSDSTaxonomy.exploitation, eligibility.exploitation)
    if eligibility.withChildren != .notStated {
      terms += all(HSDSTaxonomy.withChildren, [eligibility.withChildren.rawValue])
    }
    if eligibility.disability != .notStated { terms += all(HSDSTaxonomy.disability, [eligibility.disability.rawValue]) }
    for (sex, ages) in eligibility.agesBySex.sorted(by: { $0.key < $1.key }) {
      let value = (ages.youngest.map(String.init) ?? "") + "-" + (ages.oldest.map(String.init) ?? "")
      terms.append(Term(HSDSTaxonomy.agesBySex, sex, linkType: "eligibility", value: value))
    }
    return terms
  }

  private mutating func attributes(_ terms: [Term], of link: String, _ entity: String) {
    list("attributes", terms) { writer, term in
      let termID = HSDSName.identifier(term.taxonomy + ":" + term.code)
      writer.text("id", HSDSName.identifier(link + "|" + term.taxonomy + "|" + term.code))
      writer.text("link_id", link)
      writer.text("taxonomy_term_id", termID)
      writer.text("link_type", term.linkType)
      writer.text("link_entity", entity)
      writer.text("value", term.value)
      writer.member("taxonomy_term") { writer in
        writer.text("id", termID)
        writer.text("code", term.code)
        writer.text(
          "name", term.taxonomy == HSDSTaxonomy.needs ? writer.codes.needs[term.code] ?? term.code : term.code)
        writer.text("taxonomy", term.taxonomy)
      }
    }
  }

  // MARK: JSON

  /// An identifier for a part that has none of its own.
  @discardableResult
  private mutating func id(_ kind: String) -> String {
    counter += 1
    let id = HSDSName.identifier("\(owner)|\(kind)|\(counter)")
    text("id", id)
    return id
  }

  private mutating func object(_ body: (inout HSDSWriter) -> Void) {
    out.append(UInt8(ascii: "{"))
    isFirst = true
    body(&self)
    out.append(UInt8(ascii: "}"))
    isFirst = false
  }

  private mutating func name(_ name: String) {
    if !isFirst { out.append(UInt8(ascii: ",")) }
    isFirst = false
    quote(name)
    out.append(UInt8(ascii: ":"))
  }

  private mutating func member(_ name: String, _ body: (inout HSDSWriter) -> Void) {
    self.name(name)
    object(body)
  }

  private mutating func list<Element>(
    _ name: String, _ elements: [Element], _ body: (inout HSDSWriter, Element) -> Void
  ) {
    if elements.isEmpty, name != "services" { return }
    self.name(name)
    out.append(UInt8(ascii: "["))
    for (index, element) in elements.enumerated() {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      // One service a line, so that two exports can be compared line by line.
      if name == "services" { out.append(10) }
      object { body(&$0, element) }
    }
    out.append(UInt8(ascii: "]"))
    isFirst = false
  }

  private mutating func text(_ name: String, _ value: String?, evenEmpty: Bool = false) {
    guard let value = value ?? (evenEmpty ? "" : nil) else { return }
    self.name(name)
    quote(value)
  }

  private mutating func number(_ name: String, _ value: String?) {
    guard let value else { return }
    self.name(name)
    out.append(contentsOf: value.utf8)
  }

  private mutating func quote(_ text: String) {
    out.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): out += [UInt8(ascii: "\\"), byte]
      case 10: out += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
      case 0..<32:
        let digits = Array("0123456789abcdef".utf8)
        out += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: out.append(byte)
      }
    }
    out.append(UInt8(ascii: "\""))
  }
}

/// Identifiers for parts that HSDS wants one for and a directory has none for.
enum HSDSName {
  /// A UUID of version 8 (RFC 9562) from a name by FNV-1a: the same name always gives the same.
  static func identifier(_ name: String) -> String {
    func hash(_ seed: UInt64) -> UInt64 {
      var hash = 0xcbf2_9ce4_8422_2325 ^ seed
      for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      // Names that differ in their last letter would differ little.
      hash = (hash ^ hash >> 30) &* 0xBF58_476D_1CE4_E5B9
      hash = (hash ^ hash >> 27) &* 0x94D0_49BB_1331_11EB
      return hash ^ hash >> 31
    }
    let high = hash(0) & ~0xf000 | 0x8000
    let low = hash(0x9E37_79B9_7F4A_7C15) & ~(0xc000 << 48) | (0x8000 << 48)
    func hex(_ value: UInt64) -> [Character] {
      let digits = Array(String(value, radix: 16))
      return Array(repeating: "0", count: 16 - digits.count) + digits
    }
    let all = hex(high) + hex(low)
    return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(all[$0]) }.joined(separator: "-")
  }
}
