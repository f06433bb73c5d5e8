import Basics
import CountryPack
import Testing

@testable import NationalPlan

@Suite struct CampaignOverviewTests {
  typealias Fixture = CampaignFixture
  private let list = ["media", "police", "schools"]

  private func overview(_ look: CampaignLook, _ year: Int = 2021) -> CampaignOverview {
    CampaignOverview(look, year: year, audiences: list) { $0 == "estimated" }
  }

  // MARK: Reach

  @Test func unitsAreNeverAddedNorCountsWithEstimates() {
    let summary = ReachSummary([
      Fixture.reach(10), Fixture.reach(5, .people, "signatures"), Fixture.reach(100, .people, "estimated"),
      Fixture.reach(7, .copies), Fixture.reach(1000, .impressions), Fixture.reach(30, .broadcasts),
    ]) { $0 == "estimated" }
    #expect(summary.lines.map(\.unit) == [.people, .people, .impressions, .copies, .broadcasts])
    #expect(summary.lines.map(\.number) == [15, 100, 1000, 7, 30])
    #expect(summary.lines.map(\.isEstimate) == [false, true, false, false, false])
    #expect(summary.lines[0].methods == ["door", "signatures"])
    #expect(summary.number(.people) == 15 && summary.number(.people, isEstimate: true) == 100)
    #expect(summary.number(.copies, isEstimate: true) == nil)
  }

  @Test func whatIsStruckOrInAnotherEntryIsNotAdded() {
    let summary = ReachSummary([
      Fixture.reach(10), Fixture.reach(4, isWithin: true), Fixture.reach(90, isStruck: true),
      Fixture.reach(5, isWithin: true, isStruck: true),
    ]) { _ in false }
    #expect(summary.number(.people) == 10 && summary.within == 1)
    #expect(ReachSummary([Fixture.reach(4, isWithin: true)]) { _ in false }.lines.isEmpty)
  }

  @Test func doubleCountingIsSaidWhereItCanBe() {
    func mayCountTwice(_ reach: [Reach]) -> Bool? {
      ReachSummary(reach) { _ in false }.lines.first?.mayCountTwice
    }
    #expect(mayCountTwice([Fixture.reach(1)]) == false)
    #expect(mayCountTwice([Fixture.reach(1), Fixture.reach(1)]) == true)
    #expect(mayCountTwice([Fixture.reach(1, .impressions), Fixture.reach(1, .impressions)]) == true)
    // Two parcels of leaflets are two parcels.
    #expect(mayCountTwice([Fixture.reach(1, .copies), Fixture.reach(1, .copies)]) == false)
    #expect(mayCountTwice([Fixture.reach(1, .broadcasts), Fixture.reach(1, .broadcasts)]) == false)
  }

  @Test func aCostNeedsMoneyAndANumber() {
    #expect(ReachSummary.cost(Money(cents: 12_500), per: 50)?.description == "2.5")
    #expect(ReachSummary.cost(Money(cents: 50_000), per: 100_000)?.description == "0.005")
    #expect(ReachSummary.cost(Money(cents: 100), per: 3)?.description == "0.333")
    #expect(ReachSummary.cost(.zero, per: 10) == nil)
    #expect(ReachSummary.cost(Money(cents: 100), per: 0) == nil)
  }

  // MARK: The year

  @Test func audiencesThatNobodyReachedAreNamed() {
    let campaign = Fixture.campaign(audiences: ["media", "police"], state: .underWay)
    let event = Fixture.event()
    // Planned alone reaches nobody.
    var data = overview(Fixture.look([campaign], events: [event]))
    #expect(data.gaps == list && data.planned == ["media", "police"])
    // A held event reached its audience, also where nobody counted.
    data = overview(Fixture.look([campaign], events: [Fixture.event(state: .held)]))
    #expect(data.gaps == ["police", "schools"] && data.planned == ["police"])
    // A count reaches the audience it names; none, where several were not told apart, or where it was nobody.
    data = overview(Fixture.look([campaign], reach: [Fixture.reach(3, audience: "police")]))
    #expect(data.gaps == ["media", "schools"])
    data = overview(
      Fixture.look([campaign], reach: [Fixture.reach(3, audience: ""), Fixture.reach(0, audience: "police")]))
    #expect(data.gaps == list)
    #expect(data.audiences.last?.code == "" && data.audiences.last?.reach.number(.people) == 3)
    // A cancelled event reached nobody; nor did what was struck or counted in another year.
    data = overview(
      Fixture.look(
        [campaign], events: [Fixture.event(state: .cancelled)],
        reach: [Fixture.reach(3, isStruck: true), Fixture.reach(3, on: "2020-12-31")]))
    #expect(data.gaps == list)
  }

  @Test func campaignsAndEventsAreCountedByAudienceAndProvince() {
    let other = CampaignID.random()
    let campaigns = [
      Fixture.campaign(audiences: ["media", "schools"], provinces: ["EC-U", "EC-P"], state: .underWay),
      Fixture.campaign("otra", id: other, audiences: ["media"], provinces: [], state: .done),
      Fixture.campaign("vieja", id: .random(), state: .done, from: "2019-01-01", until: "2020-12-31"),
    ]
    let held = Fixture.event(province: "EC-O", state: .held)
    let look = Fixture.look(
      campaigns, events: [held, Fixture.event(of: nil, province: "EC-O"), Fixture.event(on: "2022-02-01")],
      reach: [
        Fixture.reach(20, of: .event(held.id)), Fixture.reach(500, .copies, of: .campaign(other)),
        Fixture.reach(9, .broadcasts),
      ])
    let data = overview(look)
    #expect(data.campaigns.map(\.code) == ["radio", "otra"] && data.events.count == 2)
    #expect((data.tally.planned, data.tally.underWay, data.tally.done, data.tally.stopped) == (1, 1, 2, 0))
    let media = data.audiences.first { $0.code == "media" }
    #expect(media.map { ($0.tally.planned, $0.tally.underWay, $0.tally.done) } ?? (0, 0, 0) == (1, 1, 2))
    #expect(media?.reach.number(.people) == 20 && media?.reach.number(.copies) == 500)
    let provinces = Dictionary(data.provinces.map { ($0.code, $0) }) { first, _ in first }
    #expect(Set(provinces.keys) == ["", "EC-O", "EC-P", "EC-U"])
    #expect(provinces["EC-O"]?.tally.done == 1 && provinces["EC-O"]?.reach.number(.people) == 20)
    // A campaign of two provinces stands in each; what it counted, in neither.
    #expect(provinces["EC-U"]?.tally.underWay == 1 && provinces["EC-P"]?.tally.underWay == 1)
    #expect(provinces["EC-U"]?.reach.lines.isEmpty == true)
    #expect(provinces[""]?.reach.number(.broadcasts) == 9 && provinces[""]?.reach.number(.copies) == 500)
  }

  @Test func costsAreOfTheCampaignsThatWereCounted() {
    let other = CampaignID.random()
    let alone = Fixture.event(of: nil)
    let held = Fixture.event(state: .held)
    let look = Fixture.look(
      [Fixture.campaign(), Fixture.campaign("otra", id: other)], events: [held, alone],
      reach: [
        Fixture.reach(40, of: .event(held.id)), Fixture.reach(60), Fixture.reach(10, .broadcasts),
        Fixture.reach(1000, .people, "estimated"), Fixture.reach(10, of: .event(alone.id)),
      ],
      money: [
        Fixture.money(.spent, 100_000), Fixture.money(.budget, 900_000), Fixture.money(.spent, 5_000, isStruck: true),
        // Its campaign counted nothing: its money buys nobody here.
        Fixture.money(.spent, 700_000, of: .campaign(other)), Fixture.money(.spent, 10_000, of: .event(alone.id)),
        // What an event of a campaign cost is its campaign's.
        Fixture.money(.spent, 20_000, of: .event(held.id)), Fixture.money(.spent, 100_000, on: "2020-02-01"),
      ])
    let data = overview(look)
    #expect(data.costs.map(\.unit) == [.people, .people, .broadcasts])
    #expect(data.costs.map(\.isEstimate) == [false, true, false])
    #expect(data.costs.map(\.number) == [110, 1000, 10])
    #expect(data.costs.map(\.spent.cents) == [130_000, 120_000, 120_000])
    #expect(data.costs.map(\.each.description) == ["11.818", "1.2", "120"])
    #expect(data.money.totals.map(\.spent.cents) == [830_000] && data.money.totals.map(\.budget.cents) == [900_000])
  }

  @Test func currenciesStayApart() {
    let look = Fixture.look(
      [Fixture.campaign()], reach: [Fixture.reach(10)],
      money: [Fixture.money(.spent, 1000), Fixture.money(.spent, 2000, currency: "ECS")])
    #expect(overview(look).costs.map(\.currency) == ["ECS", "USD"])
  }

  @Test func yearsGoFromTheFirstToTheLastAndHoldThisOne() {
    let look = Fixture.look(
      [Fixture.campaign(from: "2019-11-01", until: "2020-02-01")], events: [Fixture.event(of: nil, on: "2022-01-01")])
    #expect(CampaignOverview.years(look, today: Fixture.day("2021-03-15")) == [2022, 2021, 2020, 2019])
    #expect(CampaignOverview.years(Fixture.look([]), today: Fixture.day("2021-03-15")) == [2021])
  }

  // MARK: What the public sees

  @Test func onlyWhatIsPublicIsPublished() {
    let (hidden, dropped) = (CampaignID.random(), CampaignID.random())
    let (open, closed, past) = (
      Fixture.event(on: "2021-04-01", isOpen: true), Fixture.event(on: "2021-04-01"),
      Fixture.event(on: "2021-03-14", isOpen: true)
    )
    let (foreign, alone) = (
      Fixture.event(of: hidden, on: "2021-04-01", isOpen: true), Fixture.event(of: nil, on: "2021-03-15", isOpen: true)
    )
    let look = Fixture.look(
      [
        Fixture.campaign(isPublic: true), Fixture.campaign("oculta", id: hidden),
        Fixture.campaign("dejada", id: dropped, state: .dropped, isPublic: true),
      ], events: [open, closed, past, foreign, alone],
      reach: [
        Fixture.reach(1), Fixture.reach(2, of: .event(closed.id)), Fixture.reach(4, isStruck: true),
        Fixture.reach(8, of: .campaign(hidden)), Fixture.reach(16, of: .event(foreign.id)),
        Fixture.reach(32, of: .event(alone.id)),
      ], money: [Fixture.money(.spent, 100)],
      messages: [
        Fixture.id: [CampaignMessage(language: "qu", words: "…")],
        hidden: [CampaignMessage(language: "es", words: "…")],
      ],
      materials: [
        Fixture.material("a", of: Fixture.id), Fixture.material("b", of: hidden), Fixture.material("c"),
        Fixture.material("d", isPublic: false),
      ])
    let shown = look.published(on: Fixture.day("2021-03-15"))
    #expect(shown.campaigns.map(\.code) == ["radio"])
    #expect(Set(shown.messages.keys) == [Fixture.id])
    #expect(shown.events.map(\.id) == [open.id, alone.id])
    #expect(shown.reach.map(\.number) == [1, 2] && shown.money.isEmpty)
    #expect(shown.reach.allSatisfy { $0.subject == .campaign(Fixture.id) })
    #expect(shown.materials.map(\.code) == ["a", "c"])
  }

  @Test func aPlansCampaignsComeWithWhatHangsOnThem() {
    let plan = StoredPlanID.random()
    var linked = Fixture.campaign()
    linked.link = .init(plan: plan, part: "a.1")
    let other = CampaignID.random()
    let look = Fixture.look(
      [linked, Fixture.campaign("otra", id: other)], events: [Fixture.event(), Fixture.event(of: other)],
      reach: [Fixture.reach(1), Fixture.reach(2, of: .campaign(other))],
      money: [Fixture.money(.spent, 1), Fixture.money(.spent, 2, of: .campaign(other))])
    let part = look.linked(to: [plan])
    #expect(part.campaigns.map(\.code) == ["radio"] && part.events.count == 1)
    #expect(part.reach.map(\.number) == [1] && part.money.map(\.money.amount.cents) == [1])
    #expect(look.linked(to: []).campaigns.isEmpty)
  }

  // MARK: Short addresses

  @Test(arguments: [
    ("/es/campaigns/radio", true), ("/en/media-kit", true), ("/certificate", true),
    ("/courses/general/lessons/a.b_c~1", true),
    ("es/campaigns", false), ("//example.org", false), ("https://example.org", false), ("/", false), ("", false),
    ("/es/../sign-out", false), ("/es/./x", false), ("/es//x", false), ("/es/", false), ("/es?x=1", false),
    ("/es#x", false), ("/c/radio", false), ("/es\\x", false), ("/es/ñ", false), ("/es x", false),
  ])
  func aShortAddressStaysWithinTheSite(_ target: String, _ may: Bool) {
    #expect(ShortLink.isTarget(target) == may)
  }

  @Test func aTargetHasAnEnd() {
    #expect(ShortLink.isTarget("/" + String(repeating: "a", count: 199)))
    #expect(!ShortLink.isTarget("/" + String(repeating: "a", count: 200)))
  }

  @Test(arguments: [
    ("radio", true), ("r2", true), ("r-2", true), ("r", false), ("Radio", false), ("ra dio", false), ("-radio", false),
    ("r.2", false), ("new", false), (String(repeating: "a", count: 20), true),
    (String(repeating: "a", count: 21), false),
  ])
  func aShortCodeCanBeTyped(_ code: String, _ may: Bool) { #expect(ShortLink.isCode(code) == may) }
}
