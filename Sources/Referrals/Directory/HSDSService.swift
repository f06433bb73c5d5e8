import Basics

/// Services and places of HSDS.
extension HSDSReader {
  private static let members: Set<String> = [
    "name", "description", "url", "email", "status", "interpretation_services", "application_process",
    "fees_description", "wait_time", "eligibility_description", "minimum_age", "maximum_age", "assured_date",
    "assurer_email", "alert", "phones", "schedules", "service_areas", "service_at_locations", "languages",
    "organization", "cost_options", "required_documents", "contacts", "attributes", "capacities",
    "service_capacities", "service_capacity",
  ]

  mutating func service(_ cursor: HSDSCursor) -> DirectoryService? {
    findings.checkMembers(cursor, Self.members)
    let key = findings.key(cursor, DirectoryServiceKey.self)
    let name = findings.required(cursor, "name", most: 300)
    let status = status(cursor)
    let organisation = organisation(of: cursor)
    guard let key, let name, let status, let organisation else { return nil }
    var service = DirectoryService(key: key, organisation: organisation, name: name, status: status)
    service.description = findings.text(cursor["description"], most: 5000)
    service.eligibilityNote = findings.text(cursor["eligibility_description"], most: 2000)
    service.interpretation = findings.text(cursor["interpretation_services"], most: 1000)
    service.feesNote = findings.text(cursor["fees_description"], most: 2000)
    service.application = findings.text(cursor["application_process"], most: 2000)
    service.waitingTime = findings.text(cursor["wait_time"], most: 500)
    service.alert = findings.text(cursor["alert"], most: 2000)
    service.email = findings.email(cursor["email"])
    service.website = findings.website(cursor["url"])
    service.confirmedOn = findings.day(cursor["assured_date"])
    service.confirmedBy = findings.email(cursor["assurer_email"])
    service.languages = findings.languages(cursor)
    service.costs = findings.costs(cursor)
    service.capacities = findings.capacities(cursor, offsetMinutes: codes.calendar.offsetMinutes)
    service.schedules = findings.schedules(cursor, offsetMinutes: codes.calendar.offsetMinutes)
    service.phones = findings.phones(cursor)
    service.desks = findings.desks(cursor)
    for element in findings.list(cursor, "required_documents") {
      findings.checkMembers(element, ["document"])
      if let document = findings.text(element["document"], most: 500) { service.documents.append(document) }
    }
    sites(cursor, &service)
    area(cursor, &service)
    eligibility(cursor, &service)
    return service
  }

  private mutating func status(_ cursor: HSDSCursor) -> DirectoryService.Status? {
    guard let written = findings.required(cursor, "status") else { return nil }
    guard let status = DirectoryService.Status(rawValue: written.lowercased().replacing("_", with: " ")) else {
      let all = DirectoryService.Status.allCases.map(\.rawValue).joined(separator: ", ")
      if let member = cursor["status"] { findings.add(member.problem("a status is one of \(all)")) }
      return nil
    }
    return status
  }

  private mutating func sites(_ cursor: HSDSCursor, _ service: inout DirectoryService) {
    for element in findings.list(cursor, "service_at_locations") {
      findings.checkMembers(element, ["location", "schedules", "phones"])
      // A number of one place is a number of the service; for a hidden place it might say where it is.
      guard let location = findings.object(element, "location") else {
        findings.add(element.problem("“location” is missing"))
        continue
      }
      guard let key = self.location(location) else { continue }
      if service.sites.contains(where: { $0.place == key }) {
        findings.add(element.problem("the service is already at the place “\(key)”"))
        continue
      }
      let isHidden = findings.text(location["location_type"])?.lowercased() == "redacted"
      for phone in isHidden ? [] : findings.phones(element) + findings.phones(location)
      where !service.phones.contains(phone) { service.phones.append(phone) }
      if isHidden, let phones = element["phones"] { findings.drop(phones, "of a redacted place") }
      service.sites.append(
        DirectorySite(key, schedules: findings.schedules(element, offsetMinutes: codes.calendar.offsetMinutes)))
    }
  }

  private mutating func area(_ cursor: HSDSCursor, _ service: inout DirectoryService) {
    var provinces: Set<String> = []
    for element in findings.list(cursor, "service_areas") {
      findings.checkMembers(element, ["name", "description", "extent", "extent_type"])
      let kind = findings.text(element["extent_type"])?.lowercased() ?? "text"
      if kind != "text", let extent = element["extent"] { findings.drop(extent, kind) }
      let extent = kind == "text" ? findings.text(element["extent"], most: 500) : nil
      let name = findings.text(element["name"], most: 1000)
      let note = findings.text(element["description"], most: 1000)
      if let code = extent ?? name, code == codes.country {
        service.area = .country
      } else if let code = (extent ?? name).flatMap({ codes.province($0) }) {
        provinces.insert(code)
      } else if let note = note ?? name ?? extent, !service.areaNotes.contains(note) {
        service.areaNotes.append(note)
        continue
      }
      if let note, !service.areaNotes.contains(note) { service.areaNotes.append(note) }
    }
    if service.area != .country, !provinces.isEmpty { service.area = .provinces(provinces.sorted()) }
  }

  private mutating func eligibility(_ cursor: HSDSCursor, _ service: inout DirectoryService) {
    let youngest = findings.integer(cursor["minimum_age"], 0...130)
    let oldest = findings.integer(cursor["maximum_age"], 0...130)
    if let youngest, let oldest, youngest > oldest {
      findings.add(cursor.problem("minimum_age (\(youngest)) is more than maximum_age (\(oldest))"))
    }
    var eligibility = DirectoryEligibility()
    eligibility.ages = .init(youngest: youngest, oldest: oldest)
    var (needs, sexes, countries, exploitation): (Set<String>, Set<String>, Set<String>, Set<String>) = ([], [], [], [])
    let acceptsOthers = codes.acceptsOthers
    for element in findings.list(cursor, "attributes") {
      guard let term = findings.object(element, "taxonomy_term"), let taxonomy = findings.text(term["taxonomy"]),
        taxonomy.hasPrefix("amparo:")
      else {
        findings.drop(element, "another taxonomy")
        continue
      }
      guard let code = findings.required(term, "code", most: 60) else { continue }
      func take(_ known: some Collection<String>, _ codes: inout Set<String>, _ what: String) {
        if known.contains(code) || acceptsOthers {
          codes.insert(code)
        } else {
          findings.add(term.problem("the pack has no \(what) “\(DirectoryText.shown(code))”"))
        }
      }
      switch taxonomy {
      case HSDSTaxonomy.needs: take(codes.needs.keys, &needs, "need or service")
      case HSDSTaxonomy.sexes: take(codes.sexes, &sexes, "sex")
      case HSDSTaxonomy.nationalities: take(codes.countries, &countries, "country")
      case HSDSTaxonomy.exploitation: take(codes.exploitation, &exploitation, "form of exploitation")
      case HSDSTaxonomy.withChildren: eligibility.withChildren = taking(term, code)
      case HSDSTaxonomy.disability: eligibility.disability = taking(term, code)
      case HSDSTaxonomy.agesBySex:
        guard codes.sexes.contains(code) || acceptsOthers, let value = findings.required(element, "value", most: 20),
          let ages = Self.ages(value)
        else {
          findings.add(element.problem("ages of one sex have its code and a value like 0-12, 12- or -17"))
          continue
        }
        eligibility.agesBySex[code] = ages
      default: findings.drop(element, DirectoryText.shown(taxonomy))
      }
    }
    service.needs = needs.sorted()
    eligibility.sexes = sexes.sorted()
    eligibility.nationalities = countries.sorted()
    eligibility.exploitation = exploitation.sorted()
    service.eligibility = eligibility
  }

  private mutating func taking(_ term: HSDSCursor, _ code: String) -> DirectoryEligibility.Taking {
    if let taking = DirectoryEligibility.Taking(rawValue: code) { return taking }
    findings.add(term.problem("the code is one of yes, no, only, not_stated"))
    return .notStated
  }

  /// `0-12`, `12-`, `-17`.
  static func ages(_ written: String) -> DirectoryEligibility.Ages? {
    let parts = written.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } && $0.utf8.count <= 3 })
    else { return nil }
    let (youngest, oldest) = (Int(parts[0]), Int(parts[1]))
    guard youngest ?? 0 <= oldest ?? 130, max(youngest ?? 0, oldest ?? 0) <= 130 else { return nil }
    return .init(youngest: youngest, oldest: oldest)
  }

  // MARK: Places

  mutating func place(_ key: DirectoryPlaceKey, _ cursor: HSDSCursor) -> DirectoryPlace? {
    guard let written = findings.required(cursor, "location_type") else { return nil }
    let province = attributeProvince(cursor)
    if written.lowercased() == "redacted" {
      // Who sends the address of a hidden place has it in a file that should not have it: that is told, not mended.
      for name in ["addresses", "latitude", "longitude", "address"] {
        guard let member = cursor[name] else { continue }
        if case .list(let values) = member.node.value, values.isEmpty { continue }
        findings.add(member.problem("a redacted place has no address and no coordinates: take them out of the file"))
      }
      findings.checkMembers(cursor, ["location_type", "attributes", "addresses", "latitude", "longitude", "address"])
      return DirectoryPlace(key: key, province: province, site: .undisclosed)
    }
    findings.checkMembers(
      cursor,
      [
        "location_type", "name", "description", "transportation", "latitude", "longitude", "addresses", "accessibility",
        "schedules", "phones", "attributes",
      ])
    var details = DirectoryPlace.Details()
    details.name = findings.text(cursor["name"], most: 300)
    details.description = findings.text(cursor["description"], most: 2000)
    details.transport = findings.text(cursor["transportation"], most: 1000)
    details.schedules = findings.schedules(cursor, offsetMinutes: codes.calendar.offsetMinutes)
    for element in findings.list(cursor, "accessibility") {
      findings.checkMembers(element, ["description", "details"])
      let words = [findings.text(element["description"], most: 1000), findings.text(element["details"], most: 1000)]
      let text = words.compactMap(\.self).joined(separator: "\n")
      if !text.isEmpty { details.accessibility.append(text) }
    }
    if (cursor["latitude"] == nil) != (cursor["longitude"] == nil) {
      findings.add(cursor.problem("latitude and longitude go together"))
    }
    if let latitude = findings.number(cursor["latitude"], -90...90),
      let longitude = findings.number(cursor["longitude"], -180...180)
    {
      details.position = Position(latitude: latitude, longitude: longitude)
    }
    let addressProvince = address(cursor, &details)
    switch written.lowercased() {
    case "physical": return DirectoryPlace(key: key, province: province ?? addressProvince, site: .physical(details))
    case "postal": return DirectoryPlace(key: key, province: province ?? addressProvince, site: .postal(details))
    case "virtual": return DirectoryPlace(key: key, province: province ?? addressProvince, site: .virtual(details))
    default:
      if let member = cursor["location_type"] {
        findings.add(member.problem("a place is physical, postal, virtual or redacted"))
      }
      return nil
    }
  }

  private mutating func attributeProvince(_ cursor: HSDSCursor) -> String? {
    var found: String?
    for element in findings.list(cursor, "attributes") {
      guard let term = findings.object(element, "taxonomy_term"),
        findings.text(term["taxonomy"]) == HSDSTaxonomy.provinces, let code = findings.text(term["code"])
      else {
        findings.drop(element, "another taxonomy")
        continue
      }
      if codes.province(code) != code {
        findings.add(term.problem("the pack has no province “\(DirectoryText.shown(code))”"))
      } else {
        found = code
      }
    }
    return found
  }

  /// The province that the address names, where the pack knows it.
  private mutating func address(_ cursor: HSDSCursor, _ details: inout DirectoryPlace.Details) -> String? {
    let all = findings.list(cursor, "addresses")
    let chosen = all.first { findings.text($0["address_type"]) == "physical" } ?? all.first
    guard let chosen else { return nil }
    for element in all.dropFirst() { findings.drop(element, "one address a place") }
    findings.checkMembers(
      chosen, ["address_1", "address_2", "city", "state_province", "postal_code", "country", "address_type"])
    let first = findings.required(chosen, "address_1", most: 300)
    let second = findings.text(chosen["address_2"], most: 300)
    let country = findings.text(chosen["country"])?.uppercased() ?? codes.country
    if country.utf8.count != 2 || !country.utf8.allSatisfy({ (65...90).contains($0) }) {
      findings.add(chosen.problem("a country is written by two letters"))
    }
    details.address = PostalAddress(
      lines: [first, second].compactMap(\.self), city: findings.text(chosen["city"]),
      postalCode: findings.text(chosen["postal_code"], most: 20), country: country)
    guard let region = chosen["state_province"], let written = findings.text(region) else { return nil }
    let code = codes.province(written)
    if code == nil { findings.drop(region, "no province of the pack") }
    return code
  }
}
