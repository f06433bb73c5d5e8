import Basics
import CountryPack
import Testing

@testable import NationalPlan

@Suite struct CampaignCheckTests {
  typealias Fixture = CampaignFixture
  let pack: CountryPack
  let check: CampaignCheck
  let today = PlanFixture.day("2021-03-15")

  init() throws {
    pack = try PlanFixture.pack.get()
    check = CampaignCheck(pack)
  }

  private func problems(_ spoil: (inout Campaign) -> Void) -> [CampaignProblem] {
    var campaign = Fixture.campaign()
    spoil(&campaign)
    return check.findings(campaign, within: (Fixture.day("2021-01-01"), Fixture.day("2021-12-31"))).map(\.problem)
  }

  @Test func whatCanNotBeSoInACampaignIsFound() {
    #expect(problems { _ in } == [])
    #expect(problems { $0.audiences = [] } == [.audienceMissing])
    #expect(problems { $0.audiences = ["media", "martians"] } == [.unknownAudience])
    #expect(problems { $0.channels = [] } == [.channelMissing])
    #expect(problems { $0.channels = ["smoke"] } == [.unknownChannel])
    #expect(problems { $0.provinces = ["EC-ZZ"] } == [.unknownPlace])
    #expect(problems { $0.lead = "nadie" } == [.unknownInstitution])
    #expect(problems { $0.partners = ["oim", "nadie"] } == [.unknownInstitution])
    #expect(problems { $0.until = Fixture.day("2021-01-09") } == [.datesInverted])
    #expect(problems { $0.until = Fixture.day("2022-01-01") } == [.outsideActivity])
    #expect(problems { $0.from = Fixture.day("2020-12-31") } == [.outsideActivity])
    // The ends of the activity are its own.
    #expect(
      problems {
        $0.from = Fixture.day("2021-01-01")
        $0.until = Fixture.day("2021-12-31")
      } == [])
    // Without an activity only its own dates bind it.
    var far = Fixture.campaign()
    far.until = Fixture.day("2029-01-01")
    #expect(check.findings(far).isEmpty)
    // Everything at once.
    #expect(
      problems {
        $0.audiences = []
        $0.channels = []
        $0.lead = "nadie"
        $0.until = Fixture.day("2020-01-01")
      } == [.audienceMissing, .channelMissing, .unknownInstitution, .datesInverted])
  }

  @Test func anInstitutionThatWasEnteredHereMayLead() {
    var campaign = Fixture.campaign()
    campaign.lead = "radio-local"
    #expect(check.findings(campaign).map(\.problem) == [.unknownInstitution])
    #expect(CampaignCheck(pack, institutions: ["radio-local"]).findings(campaign).isEmpty)
  }

  @Test func whatCanNotBeSoInAnEventIsFound() {
    let campaign = Fixture.campaign()
    func problems(_ spoil: (inout CampaignEvent) -> Void) -> [CampaignProblem] {
      var event = Fixture.event()
      spoil(&event)
      return check.findings(event, of: campaign, today: today).map(\.problem)
    }
    #expect(problems { _ in } == [])
    #expect(problems { $0.kind = "party" } == [.unknownKind])
    #expect(problems { $0.audiences = [] } == [.audienceMissing])
    #expect(problems { $0.province = "" } == [.unknownPlace])
    #expect(problems { $0.lead = "nadie" } == [.unknownInstitution])
    #expect(problems { $0.day = Fixture.day("2021-01-09") } == [.outsideCampaign])
    #expect(problems { $0.day = Fixture.day("2021-07-01") } == [.outsideCampaign])
    #expect(problems { $0.day = campaign.from } == [])
    #expect(problems { $0.day = campaign.until } == [])
    #expect(check.findings(Fixture.event(on: "2030-01-01"), of: nil, today: today).isEmpty)
    // Held by today, not later.
    #expect(
      problems {
        $0.state = .held
        $0.day = today
      } == [])
    #expect(
      problems {
        $0.state = .held
        $0.day = today.adding(days: 1)
      } == [.countedBefore])
  }

  @Test(arguments: CampaignEvent.State.allCases) func peopleAreOnlyCountedWhereSomethingWasHeld(
    _ state: CampaignEvent.State
  ) {
    func problems(_ reach: [Reach]) -> [CampaignProblem] {
      check.findings(Fixture.event(state: state), of: nil, counted: reach, today: today).map(\.problem)
    }
    #expect(problems([]) == [])
    #expect(problems([Fixture.reach(5)]) == (state == .held ? [] : [.countedUnheld]))
    #expect(problems([Fixture.reach(5, isStruck: true)]) == [])
    // Invitations that were sent stay sent.
    #expect(problems([Fixture.reach(5, .copies, "handed_out")]) == [])
  }

  @Test func reachNeedsAMethodASourceAndADayThatWas() {
    func problems(_ spoil: (inout Reach) -> Void) -> [CampaignProblem] {
      var reach = Fixture.reach(10)
      spoil(&reach)
      return check.findings(reach, among: ["media", "police"], since: Fixture.day("2021-01-10"), today: today)
        .map(\.problem)
    }
    #expect(problems { _ in } == [])
    #expect(problems { $0.number = 0 } == [])
    #expect(problems { $0.number = -1 } == [.negativeReach])
    #expect(problems { $0.method = "" } == [.methodMissing])
    #expect(problems { $0.method = "guess" } == [.unknownMethod])
    #expect(problems { $0.source = "" } == [.sourceMissing])
    #expect(problems { $0.audience = "" } == [])
    #expect(problems { $0.audience = "schools" } == [.foreignAudience])
    #expect(problems { $0.day = Fixture.day("2021-01-09") } == [.countedBefore])
    #expect(problems { $0.day = today } == [])
    #expect(problems { $0.day = today.adding(days: 1) } == [.countedBefore])
  }

  @Test func moneyIsInAKnownCurrencyAndNeverNegative() {
    func problems(_ spoil: (inout PlanMoney) -> Void) -> [CampaignProblem] {
      var money = Fixture.money(.spent, 100).money
      spoil(&money)
      return check.findings(money).map(\.problem)
    }
    #expect(problems { _ in } == [])
    #expect(problems { $0.amount = Money(cents: -1) } == [.negativeMoney])
    #expect(problems { $0.currency = "XXX" } == [.unknownCurrency])
    #expect(problems { $0.currency = "ECS" } == [.currencyOfAnotherTime])
    #expect(!CampaignProblem.currencyOfAnotherTime.isError)
    #expect(problems { $0.source = "" } == [.sourceMissing])
  }

  @Test func aMessageIsInALanguageOfTheList() {
    #expect(check.findings(CampaignMessage(language: "qu", words: "…")).isEmpty)
    #expect(check.findings(CampaignMessage(language: "tlh", words: "…")).map(\.problem) == [.unknownLanguage])
  }

  @Test func whatIsWorthALookInAStoredCampaign() {
    func notices(_ campaign: Campaign, reach: [Reach] = [], money: [CampaignMoney] = [], says: Bool = true)
      -> [CampaignProblem]
    {
      let look = Fixture.look(
        [campaign], reach: reach, money: money,
        messages: says ? [campaign.id: [CampaignMessage(language: "es", words: "Hola")]] : [:])
      return check.notices(campaign, in: look, today: today).map(\.problem)
    }
    #expect(notices(Fixture.campaign()) == [])
    #expect(notices(Fixture.campaign(state: .done)) == [.doneUncounted])
    #expect(notices(Fixture.campaign(state: .done), reach: [Fixture.reach(5)]) == [])
    #expect(notices(Fixture.campaign(state: .done), reach: [Fixture.reach(5, isStruck: true)]) == [.doneUncounted])
    #expect(notices(Fixture.campaign(), reach: [Fixture.reach(5, .people, "estimated")]) == [.onlyEstimated])
    let both = [Fixture.reach(5, .people, "estimated"), Fixture.reach(5)]
    #expect(notices(Fixture.campaign(), reach: both) == [])
    #expect(notices(Fixture.campaign(until: "2021-03-14")) == [.unreported])
    #expect(notices(Fixture.campaign(until: "2021-03-15")) == [])
    #expect(notices(Fixture.campaign(state: .dropped, until: "2021-03-14")) == [])
    #expect(notices(Fixture.campaign(isPublic: true), says: false) == [.publicSilent])
    #expect(notices(Fixture.campaign(isPublic: true)) == [])
    #expect(notices(Fixture.campaign(), money: [Fixture.money(.spent, 1, currency: "ECS")]) == [.currencyOfAnotherTime])
  }

  @Test func whetherAMethodEstimatesIsThePacksWord() {
    #expect(!check.isEstimate("door") && !check.isEstimate("platform"))
    #expect(check.isEstimate("estimated") && check.isEstimate("medium"))
    // What nobody knows is no count.
    #expect(check.isEstimate("crystal_ball"))
  }
}
