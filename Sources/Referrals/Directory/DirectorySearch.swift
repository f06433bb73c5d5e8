import Basics
import Foundation

/// A directory made ready to be searched many times: sorted, folded and measured once.
public struct DirectorySearch: Sendable {
  private struct Place {
    var index: DirectoryPlace
    var position: MeasuredPosition?
    var schedules: [DirectorySchedule]
  }

  /// Shared and never changed: a search then touches a pointer for each service instead of copying forty fields.
  private final class Entry: Sendable {
    let service: DirectoryService
    let eligibility: DirectoryEligibility
    let places: [Place]
    let text: [UInt8]
    let isActive: Bool
    let isFree: Bool?

    init(_ service: DirectoryService, places: [Place], text: [UInt8]) {
      self.service = service
      eligibility = service.eligibility
      self.places = places
      self.text = text
      isActive = service.status == .active
      isFree = service.isFree
    }
  }

  private let directory: Directory
  private let entries: [Entry]
  private let byNeed: [String: [Int32]]
  private let calendar: DirectoryCalendar
  private let terms: DirectoryTerms

  public init(_ directory: Directory, calendar: DirectoryCalendar, terms: DirectoryTerms = DirectoryTerms()) {
    self.directory = directory
    self.calendar = calendar
    self.terms = terms
    entries = directory.services.sorted { ($0.name, $0.key) < ($1.name, $1.key) }.map { service in
      let places = service.sites.compactMap { site -> Place? in
        guard let place = directory.places[site.place] else { return nil }
        let schedules =
          site.schedules.isEmpty
          ? service.schedules.isEmpty ? place.details?.schedules ?? [] : service.schedules : site.schedules
        return Place(
          index: place, position: place.details?.position.map { MeasuredPosition($0) }, schedules: schedules)
      }
      let organisation = directory.organisations[service.organisation]
      let text = [service.name, service.description ?? "", organisation?.name ?? "", service.alert ?? ""]
      return Entry(service, places: places, text: Self.folded(text.joined(separator: "\n")))
    }
    var byNeed: [String: [Int32]] = [:]
    for (index, entry) in entries.enumerated() {
      for need in Set(entry.service.needs) { byNeed[need, default: []].append(Int32(index)) }
    }
    self.byNeed = byNeed
  }

  /// One service as it stood in the race.
  private struct Runner {
    var entry: Int32
    var place: Int32
    var grades: DirectoryGrades
    /// Infinite when it is not known.
    var kilometres: Double

    func isBefore(_ other: Runner) -> Bool {
      if grades != other.grades { return grades < other.grades }
      return kilometres != other.kilometres ? kilometres < other.kilometres : entry < other.entry
    }
  }

  /// The services that answer, the best first. The same question gets the same answer in the same order.
  ///
  /// Services that are not active are never found, and those that take others only where `withExcluded` asks for them.
  public func matches(_ query: DirectoryQuery) -> [DirectoryMatch] {
    let words = query.words.split(whereSeparator: \.isWhitespace).map { Self.folded(String($0)) }
    let from = query.position.map { MeasuredPosition($0) }
    let today = CalendarDay(query.now, offsetFromUTC: .minutes(calendar.offsetMinutes))
    let most = min(DirectoryQuery.mostMatches, max(1, query.limit))
    // Only the best are kept while going through: sorting all would cost more than judging them. One more than is shown,
    // to say by what the last shown one stands before it.
    var runners: [Runner] = []
    runners.reserveCapacity(most + 2)
    for index in candidates(query.needs) {
      guard let runner = runner(index, query, words, from, today) else { continue }
      if runners.count > most, let last = runners.last {
        if !runner.isBefore(last) { continue }
        runners.removeLast()
      }
      var (low, high) = (0, runners.count)
      while low < high {
        let middle = (low + high) / 2
        if runners[middle].isBefore(runner) { low = middle + 1 } else { high = middle }
      }
      runners.insert(runner, at: low)
    }
    let shown = min(runners.count, most)
    return (0..<shown).map { place in
      var match = match(runners[place], query, today)
      if place + 1 < runners.count {
        let next = runners[place + 1]
        match.aheadOfNextBy =
          runners[place].grades.difference(from: next.grades)
          ?? (runners[place].kilometres != next.kilometres ? .distance : .name)
      }
      return match
    }
  }

  private func candidates(_ needs: Set<String>) -> [Int32] {
    if needs.isEmpty { return Array(0..<Int32(entries.count)) }
    if needs.count == 1, let need = needs.first { return byNeed[need] ?? [] }
    return Set(needs.flatMap { byNeed[$0] ?? [] }).sorted()
  }

  private func runner(
    _ index: Int32, _ query: DirectoryQuery, _ words: [[UInt8]], _ from: MeasuredPosition?, _ today: CalendarDay
  ) -> Runner? {
    let entry = entries[Int(index)]
    guard entry.isActive else { return nil }
    for word in words where !Self.contains(entry.text, word) { return nil }
    let verdict = verdict(entry.eligibility, query)
    if !query.withExcluded, case .excluded = verdict { return nil }
    let vacancy = DirectoryVacancy(entry.service.capacities, at: query.now, terms)
    if query.onlyWithVacancy {
      guard case .free = vacancy else { return nil }
    }
    var grades = DirectoryGrades()
    grades.set(.eligibility, DirectoryGrades.eligibility(verdict))
    let covers = query.province.flatMap { entry.service.area.covers($0) }
    grades.set(.area, DirectoryGrades.area(covers, asked: query.province != nil))
    grades.set(.vacancy, DirectoryGrades.vacancy(vacancy))
    grades.set(.language, languageGrade(entry.service, query.language))
    grades.set(
      .freshness, DirectoryGrades.freshness(DirectoryFreshness(entry.service.confirmedOn, on: today, terms)))
    grades.set(.cost, DirectoryGrades.cost(entry.isFree))
    var best: Runner?
    for place in -1..<entry.places.count where place >= 0 || entry.places.isEmpty {
      let state = calendar.state(place < 0 ? entry.service.schedules : entry.places[place].schedules, at: query.now)
      if query.onlyOpen, state != .open { continue }
      let position = place < 0 ? nil : entry.places[place].position
      let kilometres = position.flatMap { there in from?.kilometres(to: there) }
      // How far an undisclosed place is nobody learns; it is not left out for it.
      if let most = query.withinKilometres, let kilometres, kilometres > most { continue }
      if query.withinKilometres != nil, kilometres == nil, place < 0 || !entry.places[place].index.isUndisclosed {
        continue
      }
      var runner = Runner(entry: index, place: Int32(place), grades: grades, kilometres: kilometres ?? .infinity)
      runner.grades.set(.opening, DirectoryGrades.opening(state))
      runner.grades.set(.nearness, DirectoryGrades.nearness(kilometres, asked: from != nil))
      if best.map({ runner.isBefore($0) }) ?? true { best = runner }
    }
    return best
  }

  private func verdict(_ eligibility: DirectoryEligibility, _ query: DirectoryQuery) -> EligibilityVerdict {
    query.isAboutSomebody ? eligibility.verdict(on: query.person, adultFrom: terms.adultFrom) : .fits
  }

  private func languageGrade(_ service: DirectoryService, _ language: Language?) -> Int {
    guard let language else { return 0 }
    if service.languages.contains(where: { $0.language == language }) { return 0 }
    if service.interpretation != nil { return 1 }
    return service.languages.isEmpty ? 2 : 3
  }

  private func match(_ runner: Runner, _ query: DirectoryQuery, _ today: CalendarDay) -> DirectoryMatch {
    let entry = entries[Int(runner.entry)]
    let place = runner.place < 0 ? nil : entry.places[Int(runner.place)]
    let service = entry.service
    let organisation =
      directory.organisations[service.organisation]
      ?? DirectoryOrganisation(key: service.organisation, name: "", description: "")
    return DirectoryMatch(
      service: service, organisation: organisation, place: place?.index,
      kilometres: runner.kilometres.isFinite ? runner.kilometres : nil,
      eligibility: verdict(service.eligibility, query),
      coversProvince: query.province.flatMap { service.area.covers($0) },
      vacancy: DirectoryVacancy(service.capacities, at: query.now, terms),
      opening: calendar.opening(place?.schedules ?? service.schedules, at: query.now),
      speaks: query.language.flatMap { language in
        service.languages.isEmpty ? nil : service.languages.contains { $0.language == language }
      },
      freshness: DirectoryFreshness(service.confirmedOn, on: today, terms), grades: runner.grades.all,
      aheadOfNextBy: nil)
  }

  /// Without accents and capitals.
  static func folded(_ text: String) -> [UInt8] {
    Array(text.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: nil).utf8)
  }

  private static func contains(_ text: [UInt8], _ word: [UInt8]) -> Bool {
    guard let first = word.first else { return true }
    return text.withUnsafeBytes { text in
      word.withUnsafeBytes { word in
        guard let start = text.baseAddress, let wanted = word.baseAddress else { return false }
        var place = 0
        while place + word.count <= text.count,
          let found = memchr(start + place, Int32(first), text.count - word.count + 1 - place)
        {
          if memcmp(found, wanted, word.count) == 0 { return true }
          place = UnsafeRawPointer(found) - start + 1
        }
        return false
      }
    }
  }
}
