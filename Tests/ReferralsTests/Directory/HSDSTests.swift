import Basics
import Foundation
import Testing

@testable import Referrals

@Suite struct HSDSTests {
  private let codes = DirectoryBuilding.codes

  private func read(_ json: String) -> DirectoryReading { Directory.read(json: Array(json.utf8), codes) }

  private func messages(_ json: String) -> [String] { read(json).problems.map(\.description) }

  /// Whatever a directory holds comes back the same, and is written the same again.
  @Test func roundTrip() {
    let first = UInt64.random(in: 0...UInt64.max)
    for seed in [1, 2, 3, 4, 5] + (0..<35).map({ first &+ $0 }) {
      var generator = SeededGenerator(seed: seed)
      let directory = DirectoryBuilding.random(services: Int(seed % 12), &generator)
      let bytes = directory.hsds(codes)
      let reading = Directory.read(json: bytes, codes)
      #expect(reading.problems.isEmpty, "seed \(seed)")
      #expect(reading.directory == directory, "seed \(seed)")
      #expect(reading.notKept.isEmpty, "seed \(seed): \(reading.notKept)")
      #expect(reading.directory.hsds(codes) == bytes, "seed \(seed)")
      #expect((try? JSONSerialization.jsonObject(with: Data(bytes))) != nil, "seed \(seed)")
    }
  }

  private let example = """
    {
      "id": "ac148810-d857-441c-9679-408f346de14b", "name": "Acogida", "status": "active",
      "description": "Casa\\r\\npequeña", "minimum_age": 12, "maximum_age": "17", "assured_date": "2026-10-01T10:00:00Z",
      "organization": {"id": "d9d5e0f5", "name": "Fundación", "description": "Ficticia", "logo": "x", "tax_status": "y"},
      "phones": [{"id": "1", "number": "000 1", "extension": 5, "languages": [{"id": "2", "code": "ur"}]}],
      "contacts": [{"id": "3", "name": "Ann Persona", "title": "Recepción"}],
      "schedules": [{"id": "4", "freq": "WEEKLY", "byday": "TH,FR", "opens_at": "10:00:00-05:00", "closes_at": "24:00",
        "timezone": -5, "notes": "sin feriados"}],
      "service_areas": [{"id": "5", "name": "Sucumbios"}, {"id": "6", "name": "La ciudad", "extent": "{}", "extent_type": "geojson"}],
      "languages": [{"id": "7", "code": "qu-EC"}, {"id": "8", "name": "Shuar"}],
      "service_at_locations": [
        {"id": "9", "location": {"id": "10", "location_type": "physical", "latitude": -0.1, "longitude": "-78.4",
          "addresses": [{"id": "11", "address_1": "Calle Ficticia 1", "city": "Quito", "state_province": "pichincha",
            "postal_code": "", "country": "ec", "address_type": "physical"}],
          "phones": [{"id": "12", "number": "000 2"}]}},
        {"id": "13", "location": {"id": "14", "location_type": "redacted", "name": "No decir"}}],
      "cost_options": [{"id": "15", "option": "todas", "amount": 0}],
      "capacities": [{"id": "16", "unit": {"id": "u", "name": "cama"}, "available": 3, "maximum": 8,
        "updated": "2026-11-30T10:00:00.500-05:00"}],
      "attributes": [{"id": "17", "link_type": "need", "taxonomy_term": {"id": "18", "code": "shelter", "name": "x",
        "taxonomy": "amparo:needs"}}, {"id": "19", "taxonomy_term": {"id": "20", "code": "BH", "taxonomy": "other"}}]
    }
    """

  @Test func readsWhatTheSpecificationNests() throws {
    for json in [
      example, "[\(example)]", #"{"services": [\#(example)]}"#, #"{"total_items": 1, "contents": [\#(example)]}"#,
    ] {
      let reading = read(json)
      #expect(reading.problems.isEmpty)
      let service = try #require(reading.directory.services.first)
      #expect(service.description == "Casa\npequeña")
      #expect(service.eligibility.ages == .init(youngest: 12, oldest: 17))
      #expect(service.confirmedOn == CalendarDay("2026-10-01"))
      #expect(service.area == .provinces(["EC-U"]))
      #expect(service.areaNotes == ["La ciudad"])
      #expect(service.languages == [SpokenLanguage(try #require(Language("qu")))])
      #expect(service.phones.map(\.number) == ["000 1", "000 2"])
      #expect(service.desks == [DirectoryContact(title: "Recepción")])
      #expect(service.isFree == true)
      #expect(service.needs == ["shelter"])
      #expect(service.capacities.map(\.updated.milliseconds) == [1_796_050_800_500])
      #expect(
        service.schedules == [
          DirectorySchedule(
            .weekly([.thursday, .friday]), .init(try #require(TimeOfDay("10:00")), .midnight), note: "sin feriados")
        ])
      let (shown, hidden) = (
        try #require(reading.directory.places[service.sites[0].place]),
        try #require(reading.directory.places[service.sites[1].place])
      )
      #expect(shown.province == "EC-P")
      #expect(shown.details?.position == Position(latitude: -0.1, longitude: -78.4))
      #expect(hidden.site == .undisclosed)
      // What is not kept is told, among it the name of a person.
      let notKept = reading.notKept.keys.sorted().joined(separator: "\n")
      for word in [
        "organization.logo", "contacts[].name", "languages", "service_at_locations[].location.name",
        "phones[].languages",
      ] {
        #expect(notKept.contains(word), "\(word) in \(notKept)")
      }
    }
  }

  @Test func anUndisclosedPlaceIsExportedWithNothingThatFindsIt() throws {
    let text = String(decoding: read(example).directory.hsds(codes), as: UTF8.self)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let services = try #require(object["services"] as? [[String: Any]])
    let sites = try #require(services[0]["service_at_locations"] as? [[String: Any]])
    let location = try #require(sites[1]["location"] as? [String: Any])
    #expect(Set(location.keys) == ["id", "location_type"])
    #expect(location["location_type"] as? String == "redacted")
    #expect(!text.contains("No decir"))
    #expect(!text.contains("Ann Persona"))
  }

  @Test(arguments: [
    #""latitude": -0.1, "longitude": -78.4"#, #""addresses": [{"id": "1", "address_1": "Calle", "country": "EC"}]"#,
  ]) func theAddressOfAHiddenPlaceIsRefused(_ member: String) {
    let json = sound(
      #""service_at_locations": [{"id": "s", "location": {"id": "l", "location_type": "redacted", \#(member)}}]"#)
    #expect(
      messages(json).contains {
        $0.contains("a redacted place has no address") && $0.contains("$[0].service_at_locations[0].location.")
      })
    #expect(read(json).directory.services.isEmpty)
  }

  private func sound(_ member: String, id: String = "a") -> String {
    #"[{"id": "\#(id)", "name": "N", "status": "active", "organization": {"id": "o", "name": "O", "description": ""}, \#(member)}]"#
  }

  @Test(arguments: [
    (#""minimum_age": 130.5"#, "$[0].minimum_age"), (#""minimum_age": "doce""#, "$[0].minimum_age"),
    (#""minimum_age": -1"#, "$[0].minimum_age"), (#""minimum_age": 19, "maximum_age": 18"#, "minimum_age (19)"),
    (#""phones": {"number": "1"}"#, "$[0].phones"), (#""phones": [3]"#, "$[0].phones[0]"),
    (#""phones": [{"id": "1"}]"#, "$[0].phones[0]"), (#""email": "nobody""#, "$[0].email"),
    (#""url": "javascript:alert(1)""#, "$[0].url"), (#""url": "https://a\" onclick=\"b""#, "$[0].url"),
    (#""description": "a\u0000b""#, "$[0].description"), (#""description": "a\u202eb""#, "$[0].description"),
    (#""description": "\u2066x""#, "$[0].description"), (#""description": {"es": "x"}"#, "$[0].description"),
    (#""assured_date": "2026-02-30""#, "$[0].assured_date"),
    (#""schedules": [{"id": "1", "opens_at": "8", "closes_at": "9:00"}]"#, "$[0].schedules[0].opens_at"),
    (#""schedules": [{"id": "1", "opens_at": "08:00"}]"#, "go together"),
    (#""schedules": [{"id": "1", "byday": "XX"}]"#, "$[0].schedules[0].byday"),
    (#""schedules": [{"id": "1", "byday": "2MO"}]"#, "MONTHLY"),
    (#""schedules": [{"id": "1", "freq": "MONTHLY", "bymonthday": "0"}]"#, "$[0].schedules[0].bymonthday"),
    (#""schedules": [{"id": "1", "opens_at": "08:00-05:00", "closes_at": "09:00Z"}]"#, "different offsets"),
    (#""schedules": [{"id": "1", "valid_from": "2026-02-01", "valid_to": "2026-01-01"}]"#, "ends before"),
    (#""schedules": [{"id": "1", "timezone": "America/Guayaquil"}]"#, "$[0].schedules[0].timezone"),
    (#""languages": [{"id": "1", "code": "Quichua"}]"#, "$[0].languages[0].code"),
    (#""cost_options": [{"id": "1", "amount": -5}]"#, "$[0].cost_options[0].amount"),
    (#""cost_options": [{"id": "1", "currency": "usd"}]"#, "$[0].cost_options[0].currency"),
    (
      #""capacities": [{"id": "1", "unit": "cama", "available": 12, "maximum": 10, "updated": "2026-11-30"}]"#,
      "more is available"
    ),
    (#""capacities": [{"id": "1", "unit": "cama", "available": 1, "updated": "ayer"}]"#, "$[0].capacities[0].updated"),
    (#""service_at_locations": [{"id": "1"}]"#, "“location” is missing"),
    (#""service_at_locations": [{"id": "1", "location": {"id": "l", "location_type": "secret"}}]"#, "location_type"),
    (
      #""service_at_locations": [{"id": "1", "location": {"id": "l", "location_type": "physical", "latitude": 100, "longitude": 1}}]"#,
      "location.latitude"
    ),
    (
      #""attributes": [{"id": "1", "taxonomy_term": {"id": "2", "code": "magic", "taxonomy": "amparo:needs"}}]"#,
      "magic"
    ),
    (
      #""attributes": [{"id": "1", "value": "12-3", "taxonomy_term": {"id": "2", "code": "male", "taxonomy": "amparo:ages-by-sex"}}]"#,
      "0-12"
    ),
  ]) func aWrongValueIsNamedWithItsPlace(_ member: String, _ words: String) {
    let found = messages(sound(member))
    #expect(found.contains { $0.contains(words) }, "\(found)")
    #expect(read(sound(member)).directory.services.isEmpty)
  }

  @Test(arguments: [
    ("", "ends too early"), ("[", "ends too early"), ("{", "a name"), ("[1", "comma"), ("nul", "value"),
    ("[{\"a\": 1, \"a\": 2}]", "twice"), ("[]x", "follows"), ("[\"\u{1}\"]", "control character"),
    ("[\"\\ud800\"]", "does not name"), ("[\"\\q\"]", "escape"), ("\"abc", "not closed"), ("[01]", "comma"),
    ("3", "expected"),
    ("{}", "no services"), ("[1]", "object is expected"), (#"{"services": {}}"#, "list is expected"),
  ]) func aBrokenFileIsRefused(_ json: String, _ words: String) {
    #expect(messages(json).contains { $0.contains(words) }, "\(messages(json))")
  }

  @Test func aDeepFileIsRefusedBeforeItFillsTheStack() {
    for json in [
      String(repeating: "[", count: 1_000_000), #"{"services":"# + String(repeating: #"[{"a":"#, count: 50_000),
    ] {
      #expect(read(json).problems.map(\.message) == ["the file is nested more than 32 deep"])
    }
  }

  @Test func theLineIsTheOneAnEditorShows() {
    let json = "[\n  {\"id\": \"a\",\n   \"name\": \"N\",\n   \"status\": \"perhaps\"}\n]"
    let problems = read(json).problems
    #expect(problems.contains { $0.line == 4 && $0.path == "$[0].status" })
    #expect(problems.contains { $0.line == 2 && $0.path == "$[0]" && $0.message.contains("organization") })
  }

  @Test func notUTF8AndTooLarge() {
    #expect(Directory.read(json: [0x5B, 0xff, 0x5D], codes).problems.map(\.message) == ["the file is not UTF-8"])
    var limits = DirectoryLimits()
    limits.bytes = 10
    #expect(!Directory.read(json: Array(repeating: 32, count: 11), codes, limits: limits).isSound)
    limits = DirectoryLimits()
    limits.problems = 5
    let json = "[" + Array(repeating: "{}", count: 100).joined(separator: ",") + "]"
    let reading = Directory.read(json: Array(json.utf8), codes, limits: limits)
    #expect(reading.problems.count == 5)
    #expect(reading.problemCount > 100)
    limits.services = 99
    #expect(
      Directory.read(json: Array(json.utf8), codes, limits: limits).problems.map(\.message).first?.contains("99")
        == true)
  }

  @Test func idsThatStandTwice() throws {
    let one = sound(#""alert": "x""#).dropFirst().dropLast()
    let other = one.replacing(#""name": "O""#, with: #""name": "Otra""#).replacing(#""id": "a""#, with: #""id": "b""#)
    #expect(messages("[\(one),\(one)]").contains { $0.contains("stands already at $[0]") })
    #expect(messages("[\(one),\(other)]").contains { $0.contains("described otherwise at $[0].organization") })
    // The first is good all the same, and can be kept.
    #expect(read("[\(one),\(one)]").directory.services.count == 1)
  }

  @Test func theGoodOnesCanBeKept() {
    let good = sound(#""alert": "x""#).dropFirst().dropLast()
    let bad = sound(#""minimum_age": "x""#, id: "b").dropFirst().dropLast()
    let reading = read("[\(bad),\(good)]")
    #expect(!reading.isSound)
    #expect(reading.serviceCount == 2)
    #expect(reading.directory.services.map(\.key.description) == ["a"])
  }

  /// Files that were cut, or whose bytes were changed, are judged and never crash; what is kept can be written.
  @Test func damagedFiles() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SeededGenerator(seed: seed)
    let bytes = DirectoryBuilding.random(services: 4, &generator).hsds(codes)
    for round in 0..<400 {
      var damaged = bytes
      if round.isMultiple(of: 4) { damaged.removeLast(Int.random(in: 1..<bytes.count, using: &generator)) }
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        damaged[Int.random(in: 0..<damaged.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      let reading = Directory.read(json: damaged, codes)
      let kept = reading.directory
      #expect(Directory.read(json: kept.hsds(codes), codes).directory == kept, "seed \(seed), round \(round)")
    }
  }

  // MARK: Tables

  private let tables = [
    "organizations": "id,name,description\no1,Fundación Ficticia,Ayuda\n",
    "services":
      "id,organization_id,name,status,minimum_age,description\ns1,o1,Acogida,active,12,\"dos\nlíneas\"\ns2,o1,Legal,active,,\n",
    "locations": "id,location_type,latitude,longitude,name\nl1,physical,-0.1,-78.4,Casa\nl2,redacted,,,\n",
    "service_at_locations": "id,service_id,location_id\nx1,s1,l1\nx2,s1,l2\n",
    "addresses": "id,location_id,address_1,city,state_province,country\na1,l1,Calle Ficticia 1,Quito,Pichincha,EC\n",
    "phones": "id,service_id,organization_id,number\np1,s1,,000 1\np2,,o1,000 2\n",
    "schedules": "id,service_id,freq,byday,opens_at,closes_at\nh1,s1,WEEKLY,\"MO,TU\",08:00,17:00\n",
    "attributes": "id,link_id,link_entity,taxonomy_term_id\nt1,s1,service,q1\n",
    "taxonomy_terms": "id,code,name,taxonomy\nq1,shelter,Alojamiento,amparo:needs\n",
    "service_capacity": "id,service_id,unit_id,available,maximum,updated\nc1,s1,u1,2,4,2026-11-30T10:00:00Z\n",
    "units": "id,name\nu1,cama\n",
  ]

  private func read(tables: [String: String]) -> DirectoryReading {
    Directory.read(tables: tables.mapValues { Array($0.utf8) }, codes)
  }

  @Test func theTablesOfADataPackage() throws {
    let reading = read(tables: tables)
    #expect(reading.problems.isEmpty, "\(reading.problems)")
    let service = try #require(reading.directory.services.first)
    #expect(service.description == "dos\nlíneas")
    #expect(service.needs == ["shelter"])
    #expect(service.phones.map(\.number) == ["000 1"])
    #expect(service.sites.count == 2)
    #expect(service.capacities.map(\.available) == [2])
    #expect(reading.directory.organisations[service.organisation]?.phones.map(\.number) == ["000 2"])
    #expect(reading.directory.places[service.sites[0].place]?.province == "EC-P")
    #expect(Directory.read(json: reading.directory.hsds(codes), codes).directory == reading.directory)
  }

  @Test func aProblemOfATableNamesFileLineAndColumn() {
    var broken = tables
    broken["services"] = "id,organization_id,name,status,minimum_age\ns1,o1,\"a\nb\",active,x\ns2,o9,Legal,active,x\n"
    let problems = read(tables: broken).problems
    #expect(problems.contains { $0.file == "services.csv" && $0.line == 2 && $0.path == "minimum_age" })
    #expect(problems.contains { $0.file == "services.csv" && $0.line == 4 && $0.path == "organization_id" })
    for (table, line, words) in [
      ("id,id\n", 1, "twice"), ("", 1, "no header"), ("id,name\n1\n", 2, "1 fields"), ("id\n\"a", 2, "not closed"),
      ("id\nab\"c\n", 2, "out of place"),
    ] {
      broken["services"] = table
      #expect(read(tables: broken).problems.contains { $0.line == line && $0.message.contains(words) }, "\(table)")
    }
    broken["services"] = nil
    #expect(read(tables: broken).problems.map(\.message) == ["there is no services.csv"])
  }
}
