import Basics
import Foundation
import Testing

@testable import Referrals

@Suite struct DirectorySearchTests {
  private let now = Moment(milliseconds: 1_796_150_400_000)  // 2026-12-01T16:00Z, 11:00 in Guayaquil, a Tuesday
  private let calendar = DirectoryCalendar(offsetMinutes: -300)

  /// Against values worked out elsewhere: a degree of the equator, a quarter and a half of a great circle, and Quito to
  /// Guayaquil.
  @Test func distances() throws {
    func distance(_ a: Double, _ b: Double, _ c: Double, _ d: Double) throws -> Double {
      try #require(Position(latitude: a, longitude: b)).kilometres(
        to: try #require(Position(latitude: c, longitude: d)))
    }
    #expect(abs(try distance(0, 0, 0, 1) - 111.1951) < 0.001)
    #expect(abs(try distance(0, 0, 90, 0) - 10_007.557) < 0.01)
    #expect(abs(try distance(0, 0, 0, 180) - 20_015.115) < 0.01)
    #expect(abs(try distance(0, 179.5, 0, -179.5) - 111.1951) < 0.001)
    #expect(abs(try distance(-0.2202, -78.5123, -2.1709, -79.9224) - 267.7) < 1)
    #expect(try distance(-0.18, -78.47, -0.18, -78.47) == 0)
    #expect(Position(latitude: 90.1, longitude: 0) == nil)
    #expect(Position(latitude: .nan, longitude: 0) == nil)
  }

  @Test func freshnessAtItsEdges() throws {
    let day = try #require(CalendarDay("2026-12-01"))
    func state(_ days: Int) -> DirectoryFreshness { DirectoryFreshness(day.adding(days: -days), on: day) }
    #expect(state(0) == .confirmed(until: day.adding(days: 90)))
    #expect(state(76) == .confirmed(until: day.adding(days: 14)))
    #expect(state(77) == .due(until: day.adding(days: 13)))
    #expect(state(90) == .due(until: day))
    #expect(state(91) == .stale(since: day.adding(days: -1)))
    #expect(state(-1) == .neverConfirmed)
    #expect(DirectoryFreshness(nil, on: day) == .neverConfirmed)
  }

  @Test func vacanciesGetOld() {
    func capacity(_ available: Int, hoursAgo: Int) -> DirectoryCapacity {
      DirectoryCapacity(unit: "cama", available: available, updated: now - .hours(hoursAgo))
    }
    #expect(DirectoryVacancy([], at: now) == .notStated)
    #expect(DirectoryVacancy([capacity(3, hoursAgo: 24)], at: now) == .free(3, counted: now - .hours(24)))
    #expect(DirectoryVacancy([capacity(3, hoursAgo: 25)], at: now) == .old(3, counted: now - .hours(25)))
    #expect(DirectoryVacancy([capacity(0, hoursAgo: 1)], at: now) == .full(counted: now - .hours(1)))
    #expect(
      DirectoryVacancy([capacity(0, hoursAgo: 1), capacity(2, hoursAgo: 5), capacity(9, hoursAgo: 50)], at: now)
        == .free(2, counted: now - .hours(5)))
    #expect(DirectoryVacancy([capacity(3, hoursAgo: -1)], at: now) == .old(3, counted: now + .hours(1)))
  }

  // MARK: Ranking

  /// A house that is good by every criterion; `change` makes it worse by one.
  private func house(_ key: String, _ change: (inout DirectoryService, inout DirectoryPlace) -> Void = { _, _ in })
    throws
    -> (DirectoryService, DirectoryPlace)
  {
    let organisation = try #require(DirectoryOrganisationKey("org"))
    let placeKey = try #require(DirectoryPlaceKey("place-" + key))
    var service = DirectoryService(
      key: try #require(DirectoryServiceKey(key)), organisation: organisation, name: "Casa " + key)
    service.needs = ["shelter"]
    service.area = .provinces(["EC-P"])
    service.capacities = [DirectoryCapacity(unit: "cama", available: 2, updated: now)]
    service.schedules = [.always]
    service.languages = [SpokenLanguage(.spanish)]
    service.confirmedOn = CalendarDay("2026-11-20")
    service.costs = [DirectoryCost(amount: .zero)]
    service.sites = [DirectorySite(placeKey)]
    var place = DirectoryPlace(
      key: placeKey, province: "EC-P", site: .physical(.init(position: Position(latitude: -0.2, longitude: -78.5))))
    change(&service, &place)
    return (service, place)
  }

  private func directory(_ houses: [(DirectoryService, DirectoryPlace)]) throws -> Directory {
    Directory(
      organisations: [
        DirectoryOrganisation(
          key: try #require(DirectoryOrganisationKey("org")), name: "Fundación Ficticia", description: "")
      ], places: houses.map(\.1), services: houses.map(\.0))
  }

  private var query: DirectoryQuery {
    var query = DirectoryQuery(now: now)
    query.needs = ["shelter"]
    query.person = NeedProfile(age: 25...25, sex: "female")
    query.province = "EC-P"
    query.position = Position(latitude: -0.2, longitude: -78.5)
    query.language = .spanish
    return query
  }

  /// Each house is worse than the one before by one criterion alone, in the order of the criteria: whatever the names,
  /// the best stands first, and the answer says by what.
  @Test func theOrderIsTheCriterias() throws {
    func moved(_ place: inout DirectoryPlace, _ latitude: Double) {
      place.site = .physical(.init(position: Position(latitude: latitude, longitude: -78.5)))
    }
    let houses = try [
      house("z") { _, _ in },
      house("y") { _, place in moved(&place, -0.21) },
      house("x") { service, _ in service.costs = [DirectoryCost(amount: Money("5"))] },
      house("w") { service, _ in service.confirmedOn = CalendarDay("2026-01-01") },
      house("v") { service, _ in service.languages = [SpokenLanguage(.english)] },
      house("u") { _, place in moved(&place, -2.5) },
      house("t") { service, _ in service.schedules = [DirectorySchedule(.described)] },
      house("s") { service, _ in
        service.capacities = [DirectoryCapacity(unit: "cama", available: 0, updated: now)]
      },
      house("r") { service, _ in service.area = .provinces(["EC-G"]) },
      house("q") { service, _ in service.eligibility.nationalities = ["ve"] },
    ]
    let expected: [DirectoryCriterion?] = [
      .distance, .cost, .freshness, .language, .nearness, .opening, .vacancy, .area, .eligibility, nil,
    ]
    var generator = SeededGenerator(seed: 6)
    for _ in 0..<50 {
      let search = DirectorySearch(try directory(houses.shuffled(using: &generator)), calendar: calendar)
      let matches = search.matches(query)
      #expect(matches.map(\.service.key.description) == ["z", "y", "x", "w", "v", "u", "t", "s", "r", "q"])
      #expect(matches.map(\.aheadOfNextBy) == expected)
    }
  }

  @Test func equalsStandByTheirNames() throws {
    let houses = try ["b", "a", "c"].map { try house($0) }
    let matches = DirectorySearch(try directory(houses), calendar: calendar).matches(query)
    #expect(matches.map(\.service.key.description) == ["a", "b", "c"])
    #expect(matches.map(\.aheadOfNextBy) == [.name, .name, nil])
  }

  @Test func whatIsLeftOut() throws {
    let houses = try [
      house("active"), house("closed") { service, _ in service.status = .temporarilyClosed },
      house("gone") { service, _ in service.status = .defunct },
      house("other") { service, _ in service.needs = ["legal"] },
      house("boys") { service, _ in service.eligibility.sexes = ["male"] },
      house("full") { service, _ in service.capacities = [] },
      house("shut") { service, _ in service.schedules = [DirectorySchedule(.weekly([.monday]))] },
    ]
    let search = DirectorySearch(try directory(houses), calendar: calendar)
    func keys(_ change: (inout DirectoryQuery) -> Void) -> Set<String> {
      var asked = query
      change(&asked)
      return Set(search.matches(asked).map(\.service.key.description))
    }
    #expect(keys { _ in } == ["active", "full", "shut"])
    #expect(keys { $0.withExcluded = true } == ["active", "full", "shut", "boys"])
    #expect(keys { $0.onlyOpen = true } == ["active", "full"])
    #expect(keys { $0.onlyWithVacancy = true } == ["active", "shut"])
    #expect(keys { $0.needs = ["legal", "shelter"] } == ["active", "full", "shut", "other"])
    #expect(keys { $0.needs = [] } == ["active", "full", "shut", "other"])
    #expect(keys { $0.words = "CASA acti" } == ["active"])
    #expect(keys { $0.words = "fundacion FICTICIA" } == ["active", "full", "shut"])
    #expect(keys { $0.words = "nada de esto" }.isEmpty)
    #expect(keys { $0.limit = 1 }.count == 1)
  }

  @Test func anUndisclosedPlaceHasNoDistanceAndStaysInReach() throws {
    let houses = try [
      house("hidden") { _, place in place.site = .undisclosed },
      house("far") { _, place in
        place.site = .physical(.init(position: Position(latitude: -3, longitude: -79)))
      },
      house("nowhere") { _, place in place.site = .physical(.init()) },
    ]
    var asked = query
    asked.withinKilometres = 50
    let matches = DirectorySearch(try directory(houses), calendar: calendar).matches(asked)
    #expect(matches.map(\.service.key.description) == ["hidden"])
    #expect(matches.first?.kilometres == nil)
    #expect(matches.first?.place?.details == nil)
  }

  @Test func theNearestPlaceOfAServiceCounts() throws {
    let far = try #require(DirectoryPlaceKey("far"))
    var (service, near) = try house("two")
    service.sites.insert(DirectorySite(far), at: 0)
    near.province = "EC-P"
    let other = DirectoryPlace(
      key: far, site: .physical(.init(position: Position(latitude: -2.2, longitude: -79.9))))
    let directory = Directory(
      organisations: [
        DirectoryOrganisation(key: service.organisation, name: "Fundación Ficticia", description: "")
      ], places: [near, other], services: [service])
    let match = try #require(DirectorySearch(directory, calendar: calendar).matches(query).first)
    #expect(match.place?.key == near.key)
    #expect(match.kilometres == 0)
  }
}
