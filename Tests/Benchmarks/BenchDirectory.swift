import Basics
import Referrals

/// Searching a large directory: invented services all over a country, asked for by need, place, person and time.
enum BenchDirectory {
  static func measure(services: Int, samples: Int) async throws -> (need: Samples, everything: Samples, ready: Samples)
  {
    let (directory, provinces) = invented(services)
    let calendar = DirectoryCalendar(offsetMinutes: -300)
    let search = DirectorySearch(directory, calendar: calendar)
    let ready = try await timed(5) { _ in _ = DirectorySearch(directory, calendar: calendar) }
    var generator = SeededGenerator(seed: 60)
    let queries = (0..<samples).map { _ in query(provinces, &generator) }
    let need = try await timed(samples) { index in _ = search.matches(queries[index]) }
    // The dearest question: all needs, words that all have, also those that take others.
    let everything = try await timed(samples) { index in
      var query = queries[index]
      (query.needs, query.words, query.withExcluded) = ([], "atencion ficticia", true)
      _ = search.matches(query)
    }
    return (need, everything, ready)
  }

  private static let needs = ["shelter", "legal", "health", "income", "schooling", "emotional"]

  private static func query(_ provinces: [String], _ generator: inout SeededGenerator) -> DirectoryQuery {
    var query = DirectoryQuery(now: Moment(milliseconds: 1_796_150_400_000))
    let age = Int.random(in: 0...70, using: &generator)
    query.needs = [needs[Int.random(in: 0..<needs.count, using: &generator)]]
    query.person = NeedProfile(
      age: Bool.random(using: &generator) ? age...age : nil, sex: Bool.random(using: &generator) ? "female" : "male")
    query.province = provinces[Int.random(in: 0..<provinces.count, using: &generator)]
    query.position = Position(
      latitude: Double.random(in: -5...1.4, using: &generator),
      longitude: Double.random(in: -81...(-75), using: &generator))
    query.language = .spanish
    return query
  }

  private static func invented(_ count: Int) -> (Directory, provinces: [String]) {
    var generator = SeededGenerator(seed: 6)
    let provinces = (0..<24).map { "EC-\($0)" }
    let hours = TimeOfDay("08:00").flatMap { opens in
      TimeOfDay("16:30").map { DirectorySchedule.Hours(opens, $0) }
    }
    var (organisations, places, services): ([DirectoryOrganisation], [DirectoryPlace], [DirectoryService]) = (
      [], [], []
    )
    for index in 0..<count {
      guard let organisation = DirectoryOrganisationKey("organisation-\(index / 4)"),
        let place = DirectoryPlaceKey("place-\(index)"), let key = DirectoryServiceKey("service-\(index)")
      else { continue }
      if index.isMultiple(of: 4) {
        organisations.append(DirectoryOrganisation(key: organisation, name: "Organización \(index)", description: ""))
      }
      let province = provinces[index % 24]
      let position = Position(
        latitude: Double.random(in: -5...1.4, using: &generator),
        longitude: Double.random(in: -81...(-75), using: &generator))
      places.append(
        DirectoryPlace(
          key: place, province: province,
          site: index.isMultiple(of: 9) ? .undisclosed : .physical(.init(position: position))))
      var service = DirectoryService(key: key, organisation: organisation, name: "Atención \(index)")
      service.description = "Entrada inventada y ficticia para medir, número \(index), con un texto de largo corriente."
      service.needs = [needs[index % 6], needs[(index + 1) % 6]].sorted()
      service.sites = [DirectorySite(place)]
      service.schedules = [DirectorySchedule(.weekly([.monday, .tuesday, .wednesday, .thursday, .friday]), hours)]
      service.area = .provinces([province])
      service.languages = [SpokenLanguage(.spanish)]
      service.confirmedOn = CalendarDay("2026-10-01")?.adding(days: index % 60)
      service.eligibility.ages = .init(youngest: index.isMultiple(of: 3) ? 18 : nil)
      service.eligibility.sexes = index.isMultiple(of: 5) ? ["female"] : []
      service.capacities = [
        DirectoryCapacity(unit: "cama", available: index % 4, updated: Moment(milliseconds: 1_796_100_000_000))
      ]
      services.append(service)
    }
    return (Directory(organisations: organisations, places: places, services: services), provinces)
  }
}
