import Basics

@testable import Referrals

/// Invented directories and the codes they use.
enum DirectoryBuilding {
  static let codes = DirectoryCodes(
    needs: ["shelter": "Alojamiento protegido", "legal": "Asesoría legal", "health": "Salud", "income": "Ingresos"],
    sexes: ["female", "male", "other"], countries: ["ec", "co", "ve", "pe"],
    exploitation: ["labour", "sexual", "begging"],
    provinces: ["EC-P": "Pichincha", "EC-G": "Guayas", "EC-U": "Sucumbíos", "EC-D": "Orellana"], country: "EC",
    calendar: DirectoryCalendar(offsetMinutes: -300))

  /// A directory in which every part may be there or not.
  static func random(services: Int, _ generator: inout SeededGenerator) -> Directory {
    var build = Build(generator: generator)
    defer { generator = build.generator }
    let organisations = (0..<max(1, services / 3 + 1)).map { build.organisation($0) }
    let places = (0..<max(1, services)).map { build.place($0) }
    return Directory(
      organisations: organisations, places: places,
      services: (0..<services).map { build.service($0, organisations, places) })
  }

  private struct Build {
    var generator: SeededGenerator

    mutating func maybe<Value>(_ value: (inout Build) -> Value) -> Value? {
      Bool.random(using: &generator) ? value(&self) : nil
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

    mutating func some<Value>(_ values: [Value]) -> [Value] { values.filter { _ in Bool.random(using: &generator) } }

    mutating func text() -> String {
      let letters = Array("abc ñáÜ\"\\/<>&'漢😀\n,;:—0")
      let middle = (0..<number(0...12)).map { _ in String(letters[number(0...(letters.count - 1))]) }
      return "x" + middle.joined() + "y"
    }

    func key<Entity>(_ text: String) -> DirectoryKey<Entity> {
      guard let key = DirectoryKey<Entity>(text) else { return key("broken") }
      return key
    }

    mutating func email() -> String { "desk\(number(0...99))@example.org" }

    mutating func day() -> CalendarDay { CalendarDay(daysSince1970: number(18_000...22_000)) }

    mutating func phones() -> [DirectoryPhone] {
      (0..<number(0...2)).map { _ in
        DirectoryPhone(
          "000 \(number(0...9999))", extensionNumber: maybe { $0.number(0...99) }, kind: maybe { _ in "voice" },
          note: maybe { $0.text() })
      }
    }

    mutating func desks() -> [DirectoryContact] {
      (0..<number(0...2)).map { _ in
        DirectoryContact(
          title: text(), department: maybe { $0.text() }, email: maybe { $0.email() }, phones: phones())
      }
    }

    mutating func organisation(_ index: Int) -> DirectoryOrganisation {
      var organisation = DirectoryOrganisation(
        key: key("org-\(index)"), name: text(), description: maybe { $0.text() } ?? "")
      organisation.email = maybe { $0.email() }
      organisation.website = maybe { "https://example.org/\($0.number(0...9))" }
      organisation.parent = maybe { _ in "org-0" }.flatMap { DirectoryOrganisationKey($0) }
      organisation.phones = phones()
      organisation.desks = desks()
      return organisation
    }

    mutating func schedules() -> [DirectorySchedule] {
      (0..<number(0...2)).map { _ in
        let (from, length) = (maybe { $0.day() }, number(0...400))
        let to = from?.adding(days: length)
        let offset = maybe { [-360, 0, 330, 60][$0.number(0...3)] }
        let holidays = DirectorySchedule.Holidays.allCases[number(0...2)]
        let note = maybe { $0.text() }
        let hours = maybe { build in
          DirectorySchedule.Hours(
            TimeOfDay(minutes: build.number(0...1439)) ?? .midnight,
            TimeOfDay(minutes: build.number(0...1439)) ?? .midnight)
        }
        var rule = DirectorySchedule.Rule.described
        switch number(0...2) {
        case 0:
          return DirectorySchedule(
            .described, validFrom: from, validTo: to, offsetMinutes: offset, holidays: holidays, note: note)
        case 1:
          let days = some(DirectorySchedule.Weekday.allCases)
          rule = .weekly(days.isEmpty ? [.sunday] : days)
        default:
          let dates = some([-2, -1, 1, 15, 31])
          let weekdays = some([
            DirectorySchedule.MonthlyWeekday(.monday, ordinal: 2), .init(.friday, ordinal: -1), .init(.sunday),
          ])
          rule = .monthly(weekdays: weekdays, dates: dates.isEmpty && weekdays.isEmpty ? [3] : dates)
        }
        return DirectorySchedule(
          rule, hours, validFrom: from, validTo: to, interval: number(1...4), start: maybe { $0.day() },
          offsetMinutes: offset, holidays: holidays, note: note)
      }
    }

    mutating func place(_ index: Int) -> DirectoryPlace {
      let kind = number(0...3)
      let province = maybe { ["EC-P", "EC-G", "EC-U"][$0.number(0...2)] }
      if kind == 0 { return DirectoryPlace(key: key("place-\(index)"), province: province, site: .undisclosed) }
      var details = DirectoryPlace.Details()
      details.name = maybe { $0.text() }
      details.description = maybe { $0.text() }
      details.transport = maybe { $0.text() }
      details.accessibility = (0..<number(0...2)).map { _ in text() }
      details.schedules = schedules()
      details.address = maybe { build in
        PostalAddress(
          lines: (0..<build.number(1...2)).map { _ in build.text() }, city: build.maybe { $0.text() },
          postalCode: build.maybe { _ in "170150" }, country: "EC")
      }
      details.position = maybe { build in
        Position(
          latitude: Double.random(in: -90...90, using: &build.generator),
          longitude: Double.random(in: -180...180, using: &build.generator))
      }.flatMap(\.self)
      return DirectoryPlace(
        key: key("place-\(index)"), province: province,
        site: kind == 1 ? .physical(details) : kind == 2 ? .postal(details) : .virtual(details))
    }

    mutating func service(
      _ index: Int, _ organisations: [DirectoryOrganisation], _ places: [DirectoryPlace]
    ) -> DirectoryService {
      var service = DirectoryService(
        key: key("service-\(index)"), organisation: organisations[number(0...(organisations.count - 1))].key,
        name: text(), status: DirectoryService.Status.allCases[number(0...3)])
      service.description = maybe { $0.text() }
      service.needs = some(["health", "income", "legal", "shelter"])
      service.eligibilityNote = maybe { $0.text() }
      service.languages = some(["es", "qu", "en"]).compactMap { Language($0) }.map { language in
        SpokenLanguage(language, note: maybe { $0.text() })
      }
      service.interpretation = maybe { $0.text() }
      service.costs = (0..<number(0...2)).map { _ in
        DirectoryCost(
          option: text(), currency: maybe { _ in "USD" }, amount: maybe { Money(cents: Int64($0.number(0...99_999))) },
          note: maybe { $0.text() })
      }
      service.feesNote = maybe { $0.text() }
      service.capacities = (0..<number(0...2)).map { _ in
        let available = number(0...20)
        return DirectoryCapacity(
          unit: "cama", available: available, maximum: maybe { available + $0.number(0...9) },
          note: maybe { $0.text() },
          updated: Moment(milliseconds: Int64(number(1_700_000_000_000...1_800_000_000_000))))
      }
      service.sites = some(places).prefix(3).map { place in DirectorySite(place.key, schedules: schedules()) }
      service.schedules = schedules()
      let provinces = some(["EC-D", "EC-G", "EC-P", "EC-U"])
      service.area = provinces.isEmpty ? (maybe { _ in .country } ?? .notStated) : .provinces(provinces)
      service.areaNotes = Array(Set((0..<number(0...2)).map { _ in text() })).sorted()
      service.phones = phones()
      service.desks = desks()
      service.email = maybe { $0.email() }
      service.website = maybe { _ in "https://example.org/a?b=c&d" }
      service.application = maybe { $0.text() }
      service.waitingTime = maybe { $0.text() }
      service.documents = (0..<number(0...2)).map { _ in text() }
      service.alert = maybe { $0.text() }
      service.confirmedOn = maybe { $0.day() }
      service.confirmedBy = maybe { $0.email() }
      service.eligibility = eligibility()
      return service
    }

    mutating func eligibility() -> DirectoryEligibility {
      var eligibility = DirectoryEligibility()
      let youngest = maybe { $0.number(0...30) }
      eligibility.ages = .init(youngest: youngest, oldest: maybe { (youngest ?? 0) + $0.number(0...60) })
      eligibility.sexes = some(["female", "male"])
      eligibility.nationalities = some(["co", "ve"])
      eligibility.exploitation = some(["labour", "sexual"])
      eligibility.withChildren = DirectoryEligibility.Taking.allCases[number(0...3)]
      eligibility.disability = DirectoryEligibility.Taking.allCases[number(0...3)]
      for sex in some(["female", "male"]) {
        eligibility.agesBySex[sex] = .init(youngest: maybe { $0.number(0...10) }, oldest: number(10...20))
      }
      return eligibility
    }
  }
}
