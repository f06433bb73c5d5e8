import Basics
import Testing
import Vault

@testable import Tips

/// A flood's numbers behind a reference, so that each try can be an expectation.
private final class Trying {
  private var flood: TipFlood
  var remembered: Int { flood.remembered }
  init(_ limits: TipFlood.Limits) { flood = TipFlood(limits) }
  func admit(_ place: [UInt8], _ agency: AgencyID?, at now: Moment) -> Bool { flood.admit(place, agency, at: now) }
}

@Suite struct TipFloodTests {
  private static let hour = Moment(milliseconds: 3_600_000 * 500_000)
  private func place(_ number: Int) -> [UInt8] { [UInt8(number & 255), UInt8(number >> 8 & 255), UInt8(number >> 16)] }
  private let agency = AgencyID.random()

  @Test func aPlaceIsLetInSoOftenAnHour() {
    let flood = Trying(.init(place: 3, agency: 100, all: 100))
    for _ in 0..<3 { #expect(flood.admit(place(1), agency, at: Self.hour)) }
    #expect(!flood.admit(place(1), agency, at: Self.hour + .minutes(59)))
    // Others are not held up by it.
    #expect(flood.admit(place(2), agency, at: Self.hour + .minutes(59)))
    #expect(flood.admit(place(1), agency, at: Self.hour + .minutes(60)))
  }

  @Test func anAgencyIsSentSoManyAnHour() {
    let flood = Trying(.init(place: 100, agency: 2, all: 100))
    #expect(flood.admit(place(1), agency, at: Self.hour) && flood.admit(place(2), agency, at: Self.hour))
    #expect(!flood.admit(place(3), agency, at: Self.hour))
    #expect(flood.admit(place(3), .random(), at: Self.hour), "another agency is reached")
    #expect(flood.admit(place(3), nil, at: Self.hour))
    #expect(flood.admit(place(3), agency, at: Self.hour + .hours(1)))
  }

  @Test func allTogetherAreLetInSoOftenAMinute() {
    let flood = Trying(.init(place: 100, agency: 100, all: 5))
    for number in 0..<5 { #expect(flood.admit(place(number), .random(), at: Self.hour)) }
    #expect(!flood.admit(place(9), .random(), at: Self.hour + .seconds(59)))
    for number in 0..<5 { #expect(flood.admit(place(number), .random(), at: Self.hour + .seconds(60))) }
    #expect(!flood.admit(place(9), .random(), at: Self.hour + .seconds(61)))
  }

  @Test func whatIsRefusedCountsForNothing() {
    let flood = Trying(.init(place: 1, agency: 100, all: 3))
    #expect(flood.admit(place(1), agency, at: Self.hour))
    for _ in 0..<1000 { #expect(!flood.admit(place(1), agency, at: Self.hour)) }
    #expect(flood.admit(place(2), agency, at: Self.hour) && flood.admit(place(3), agency, at: Self.hour))
    #expect(!flood.admit(place(4), agency, at: Self.hour))
  }

  @Test func itRemembersSoManyPlacesAndForgetsThemByTheHour() {
    let flood = Trying(.init(place: 1, agency: .max, all: .max))
    for number in 0..<TipFlood.mostPlaces + 500 { #expect(flood.admit(place(number), nil, at: Self.hour)) }
    #expect(flood.remembered == TipFlood.mostPlaces)
    #expect(!flood.admit(place(0), nil, at: Self.hour))
    #expect(flood.admit(place(0), nil, at: Self.hour + .hours(1)))
    #expect(flood.remembered == 1)
  }

  @Test func aClockThatGoesBackLocksNobodyOutForLong() {
    let flood = Trying(.init(place: 1, agency: 1, all: 1))
    #expect(flood.admit(place(1), agency, at: Self.hour))
    #expect(flood.admit(place(1), agency, at: Self.hour - .hours(2)))
    #expect(flood.admit(place(1), agency, at: Moment(milliseconds: -1)))
  }

  @Test func theGateKnowsPlacesByTagsOnly() {
    let gate = TipGate(.init(place: 2, agency: 10, all: 10))
    #expect(gate.admit("203.0.113.7", nil, at: Self.hour) && gate.admit("203.0.113.7", nil, at: Self.hour))
    #expect(!gate.admit("203.0.113.7", nil, at: Self.hour) && gate.admit("203.0.113.8", nil, at: Self.hour))
    var dumped = ""
    dump(gate, to: &dumped)
    #expect(!dumped.contains("203.0.113"))
  }

  // MARK: Tickets and looks

  @Test func aTicketIsReadBackByItsHouseOnly() throws {
    let root = RootSecret.random()
    let ticket = TipTicket(at: Self.hour, root)
    let read = try #require(TipTicket(ticket.text, root))
    #expect(read == ticket && read.madeAt == Self.hour)
    #expect(TipTicket(ticket.text, .random()) == nil)
    #expect(TipTicket(at: Self.hour, root).text != ticket.text)
    var bytes = try #require(Base64URL.decode(ticket.text))
    for index in bytes.indices {
      bytes[index] ^= 1
      #expect(TipTicket(Base64URL.encode(bytes), root) == nil, "byte \(index)")
      bytes[index] ^= 1
    }
    for text in ["", "x", ticket.text + "A", String(ticket.text.dropLast(4)), String(repeating: "A", count: 4000)] {
      #expect(TipTicket(text, root) == nil)
    }
  }

  @Test func aTicketIsGoodAfterAMomentAndForHalfADay() {
    let ticket = TipTicket(at: Self.hour, .random())
    #expect(ticket.age(at: Self.hour) == .tooQuick && ticket.age(at: Self.hour - .hours(1)) == .tooQuick)
    #expect(ticket.age(at: Self.hour + .seconds(2)) == .good && ticket.age(at: Self.hour + .hours(12)) == .good)
    #expect(ticket.age(at: Self.hour + .hours(12) + Span(milliseconds: 1)) == .over)
  }

  @Test func aTicketGivesItsCodeAndNoOther() {
    let root = RootSecret.random()
    let (one, other) = (TipTicket(at: Self.hour, root), TipTicket(at: Self.hour, root))
    let code = TipCode(form: one.form, root)
    #expect(code.exposedText == TipCode(form: one.form, root).exposedText)
    #expect(code.exposedText != TipCode(form: other.form, root).exposedText)
    #expect(code.exposedText != TipCode(form: one.form, .random()).exposedText)
    #expect(TipCode(code.exposedText.uppercased().replacing("-", with: " "))?.exposedText == code.exposedText)
    #expect("\(code)" == "[sealed]")
  }

  @Test func aLookEndsByItself() throws {
    let root = RootSecret.random()
    let code = TipCode(form: [1, 2, 3], root)
    let look = try TipLook(code, at: Self.hour, root)
    let last = Self.hour + .minutes(TipLook.minutes)
    #expect(TipLook.code(look.text, at: last - .seconds(1), root)?.exposedText == code.exposedText)
    #expect(TipLook.code(look.text, at: last, root) == nil)
    #expect(TipLook.code(look.text, at: Self.hour, .random()) == nil)
    #expect(TipLook.code(String(look.text.dropLast()), at: Self.hour, root) == nil)
    #expect(!look.text.contains(code.exposedText))
  }
}
