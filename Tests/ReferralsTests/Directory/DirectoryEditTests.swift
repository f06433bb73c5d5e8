import Basics
import Testing

@testable import Referrals

@Suite struct DirectoryEditTests {
  private func edit() -> DirectoryEdit {
    var edit = DirectoryEdit()
    (edit.name, edit.aboutOrganisation, edit.needs) = ("Acogida", "Casa ficticia", ["shelter"])
    return edit
  }

  private func organisation() throws -> DirectoryOrganisation {
    DirectoryOrganisation(key: try #require(DirectoryOrganisationKey("casa")), name: "Casa", description: "")
  }

  private func applied(_ edit: DirectoryEdit, to entry: Directory? = nil) throws -> Directory {
    edit.applied(
      to: entry, key: try #require(DirectoryServiceKey("nueva")), organisation: try organisation(),
      newPlace: try #require(DirectoryPlaceKey("lugar")), country: "EC")
  }

  @Test func aNewEntryIsOneService() throws {
    var edit = edit()
    edit.place = .undisclosed(province: "EC-P")
    edit.opening = .always
    edit.cost = .free
    edit.phones = ["000 000 0001", " "]
    let entry = try applied(edit)
    let service = try #require(entry.services.first)
    #expect(entry.services.count == 1 && service.key.description == "nueva" && service.isFree == true)
    #expect(service.phones == [DirectoryPhone("000 000 0001")] && service.schedules == [.always])
    #expect(entry.places.values.map(\.isUndisclosed) == [true])
    #expect(entry.organisations.values.map(\.description) == ["Casa ficticia"])
    #expect(edit.problems() == [])
  }

  /// An address that is hidden later is nowhere any more, not even beside the hidden place.
  @Test func hidingAPlaceForgetsItsAddress() throws {
    var shown = edit()
    shown.place = .physical(
      .init(
        line: "Calle Secreta 7", city: "Quito", province: "EC-P", position: Position(latitude: 0, longitude: -78),
        transport: "Bus"))
    let before = try applied(shown)
    #expect(before.places.values.first?.details?.address?.lines == ["Calle Secreta 7"])
    var hidden = edit()
    hidden.place = .undisclosed(province: "EC-P")
    let after = try applied(hidden, to: before)
    #expect(after.places.keys == before.places.keys, "other entries at the place must say the same")
    #expect(after.places.values.map(\.site) == [.undisclosed])
    #expect(!"\(after)".contains("Secreta") && !"\(after)".contains("Bus"))
  }

  /// What the form does not ask stays: amounts, notes, desks, counts, second lines of an address.
  @Test func whatIsNotAskedStays() throws {
    var before = try applied(edit())
    var service = try #require(before.services.first)
    service.eligibility.nationalities = ["co"]
    service.languages = [SpokenLanguage(.spanish, note: "también señas")]
    service.phones = [DirectoryPhone("1", extensionNumber: 4, note: "de noche")]
    service.desks = [DirectoryContact(title: "Mesa")]
    service.capacities = [DirectoryCapacity(unit: "cama", available: 2, updated: Moment(milliseconds: 0))]
    service.costs = [DirectoryCost(currency: "USD", amount: Money("5"))]
    service.schedules = [DirectorySchedule(.described, note: "con cita")]
    before = before.replacing(service)
    var same = edit()
    same.languages = [.spanish, .english]
    same.phones = ["1", "2"]
    same.cost = .charged
    same.feesNote = "según el caso"
    let after = try #require(try applied(same, to: before).services.first)
    #expect(after.eligibility.nationalities == ["co"] && after.desks == service.desks)
    #expect(after.languages == [SpokenLanguage(.spanish, note: "también señas"), SpokenLanguage(.english)])
    #expect(after.phones == service.phones + [DirectoryPhone("2")])
    #expect(after.capacities == service.capacities && after.costs == service.costs)
    #expect(after.schedules == service.schedules && after.feesNote == "según el caso")
  }

  @Test func whatCantBeStoredIsNamedByItsField() throws {
    var edit = DirectoryEdit()
    edit.ages = .init(youngest: 18, oldest: 12)
    edit.email = "nadie"
    edit.website = "javascript:alert(1)"
    edit.alert = "a\u{202E}b"
    edit.cost = .charged
    edit.opening = .week(WeekOfHours(), .notStated)
    edit.place = .physical(.init(line: "", city: "", province: nil, position: nil, transport: ""))
    let fields = Set(edit.problems().map(\.field))
    #expect(
      fields == ["name", "about", "needs", "oldest", "email", "website", "alert", "fees", "monday", "line"])
  }

  /// Whatever the form gives, the store takes: it comes back the same from HSDS.
  @Test func whatIsEditedIsHSDS() throws {
    let codes = DirectoryBuilding.codes
    var edit = edit()
    edit.sexes = ["female"]
    edit.exploitation = ["labour"]
    edit.withChildren = .only
    edit.area = .provinces(["EC-P", "EC-U"])
    edit.languages = [.spanish]
    edit.documents = ["Ninguno"]
    edit.confirmedOn = CalendarDay(daysSince1970: 20_000)
    edit.email = "mesa@example.org"
    edit.website = "https://example.org"
    edit.cost = .charged
    edit.feesNote = "Un aporte"
    edit.opening = .week(WeekOfHours([.monday: try #require(WeekOfHours.hours("8-12, 14-17"))]), .closed)
    for place in [
      DirectoryEdit.Place.none, .undisclosed(province: "EC-P"), .virtual(province: nil),
      .physical(
        .init(
          line: "Calle 1", city: "Quito", province: "EC-P", position: Position(latitude: -0.2, longitude: -78.5),
          transport: "")),
    ] {
      edit.place = place
      #expect(edit.problems() == [])
      let entry = try applied(edit)
      let reading = Directory.read(json: entry.hsds(codes), codes)
      #expect(reading.isSound, "\(reading.problems)")
      #expect(reading.directory == entry, "\(place)")
    }
  }

  @Test func differencesAreNamedByTheirPart() throws {
    let before = try applied(edit())
    var other = edit()
    #expect(DirectoryPart.differences(before, try applied(other)) == [])
    other.alert = "Cerrado por obras"
    other.place = .undisclosed(province: nil)
    other.confirmedOn = CalendarDay(daysSince1970: 20_000)
    #expect(DirectoryPart.differences(before, try applied(other)) == [.places, .alert, .confirmation])
  }
}
