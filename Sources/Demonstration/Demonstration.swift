import Accounts
import Basics
import CountryPack
import Records
import Referrals
import Releases
import Training
import Vault

/// Made-up content for trying the system out and for measuring it: agencies, members for every role, people, cases in
/// every state. Everything goes through the desks, as if the members had done it, from one seed.
///
///     let made = try await Demonstration(office: office, pack: pack, seed: 2007, cases: 81).fill()
///
/// Two runs with the same seed, number of cases and today give equal content. Keys and tokens are never from a seed.
public struct Demonstration: Sendable {
  /// The one password of all made-up members. It protects nothing: the people are made up too.
  public static let password = "canario-azul-2007"

  /// What was made.
  public struct Summary: Sendable {
    public var agencies: [Agency]
    public var members: [MadeUpMember]
    public var cases: Int
    public var screenings: Int
  }

  let office: Office
  let pack: CountryPack
  let seed: UInt64
  let cases: Int
  let directory: Directory
  let mechanism: String
  let names: OpenTable.Names?
  let time: HistoryClock
  let today: Moment

  /// - Parameters:
  ///   - office: the store to fill, which must hold no agency, and its secret. Its clock says when “today” is.
  ///   - pack: the country.
  ///   - seed: where all names, numbers and identifiers come from.
  ///   - cases: how many cases; 81 is the load of the year 2007.
  ///   - directory: the fictional services that the coordinator brings in.
  ///   - mechanism: a mechanism's file that agencies are about to sign; empty for none.
  ///   - names: the catalogs' words for open data; without them nothing is published.
  public init(
    office: Office, pack: CountryPack, seed: UInt64 = 2007, cases: Int = CaseLoad.yearOf2007,
    directory: Directory = Directory(), mechanism: String = "", names: OpenTable.Names? = nil
  ) {
    let time = HistoryClock(CaseLoad.beginning)
    self.time = time
    // Midnight in the country: whatever the hour, a day's demonstration is the same.
    let offset = pack.offsetFromUTC
    today =
      Moment(milliseconds: Int64(CalendarDay(office.clock.now(), offsetFromUTC: offset).daysSince1970) * 86_400_000)
      - offset
    // Made-up members need no costly password; 40 real ones would make a start wait for seconds.
    self.office = Office(
      database: office.database, root: office.root, clock: time.clock, randomness: .seeded(seed), passwordCost: .test)
    self.pack = pack
    self.seed = seed
    self.cases = max(0, cases)
    self.directory = directory
    self.mechanism = mechanism
    self.names = names
  }

  /// Fills the store.
  ///
  /// Throws `Refusal` of the kind `.conflict` when there is an agency already.
  public func fill() async throws -> Summary {
    var team = try await Team.assemble(office, time)
    let stage = Stage(office, pack, team, today: today)
    var timeline = Timeline(time)
    var dice = SeededGenerator(seed: seed)
    let load = try planCases(&timeline, stage, &dice)
    let screenings = try planScreenings(&timeline, stage, &dice)
    try DirectoryStory(stage, directory).plan(&timeline)
    try MechanismStory(stage: stage, text: mechanism).plan(&timeline)
    // A class that is over, with its certificates, and one that anybody can still join.
    if let phase = pack.training.programme.phases.first {
      let over = try TrainingStory(stage, phase, daysAgo: 30, count: 14, using: &dice)
      over.plan(&timeline)
      AfterStory(stage, over, seed: seed &+ 7).plan(&timeline)
      try TrainingStory(stage, phase, daysAgo: 2, count: 9, using: &dice).plan(&timeline)
      let own = OwnQuestions(
        desk: QuestionDesk(office, pack), trainer: try team.actor(.committee, .trainer))
      timeline.add(today - .days(3) + .hours(9)) { try await own.write() }
      // And one of half a year ago, whose people have been asked what they still know.
      let past = try TrainingStory(stage, phase, daysAgo: 219, count: 16, using: &dice)
      past.plan(&timeline)
      AfterStory(stage, past, seed: seed &+ 180).plan(&timeline)
      try PlannedCourse(stage, trainedAt: over.id).plan(&timeline)
    }
    if let names, cases >= CaseLoad.yearOf2007 {
      try ReleaseStory(stage: stage, names: names, id: .random(using: &dice)).plan(&timeline)
    }
    try NoticeStory(stage: stage).plan(&timeline)
    try NationalPlanStory(stage: stage).plan(&timeline)
    try ProsecutionStory(stage: stage).plan(&timeline)
    try TipStory(stage: stage).plan(&timeline)
    try CampaignStory(stage: stage).plan(&timeline)
    try PublicSiteStory(stage: stage).plan(&timeline)
    try await timeline.run(until: today)
    try await team.goHome(office)
    return Summary(
      agencies: team.agencies, members: MadeUpMember.everyone, cases: load, screenings: screenings)
  }

  /// The cases of the year 2007 first; more lie between then and two months ago.
  private func planCases(_ timeline: inout Timeline, _ stage: Stage, _ dice: inout SeededGenerator) throws -> Int {
    let entries = CaseLoad.entries(cases, using: &dice)
    let fates = Fate.ofTheYear.shuffled(using: &dice)
    for (index, entry) in entries.enumerated() {
      let isOfTheYear = index < CaseLoad.yearOf2007
      // The bulk is for measuring: opened, helped, mostly closed.
      let fate = isOfTheYear ? fates[index] : (index % 5 == 0 ? Fate.followUpDue : .closed)
      let story = CaseStory(
        stage, entry, fate, openedAt: openingMoment(isOfTheYear, &dice), isScreened: isOfTheYear && index % 3 == 0,
        using: &dice)
      try story.plan(&timeline)
    }
    return entries.count
  }

  /// In working hours.
  private func openingMoment(_ isOfTheYear: Bool, _ dice: inout SeededGenerator) -> Moment {
    let day =
      isOfTheYear
      ? Int.random(in: 7...350, using: &dice)
      : Int.random(in: 365...max(366, Int((today - CaseLoad.beginning).milliseconds / 86_400_000) - 60), using: &dice)
    return CaseLoad.beginning + .days(day) + .minutes(Int.random(in: 120...500, using: &dice))
  }

  /// Interviews of the last days that no case was opened from yet: one of each kind for every agency that screens.
  private func planScreenings(_ timeline: inout Timeline, _ stage: Stage, _ dice: inout SeededGenerator) throws -> Int {
    guard cases > 0 else { return 0 }
    var count = 0
    let kinds: [(ScreeningStory.Ending, daysAgo: Int, answersYes: Bool)] = [
      (.paused, 1, true), (.finished, 1, true), (.finished, 2, false), (.stopped, 2, true), (.decided, 3, true),
      (.decided, 5, false), (.begun, 1, true), (.danger, 1, true),
    ]
    for place in [MadeUpAgency.Place.migration, .childLabour, .canario, .machala, .tulcan] {
      for (index, kind) in kinds.enumerated() where index < 6 || place == .migration {
        let province = MadeUpAgency.all.first { $0.place == place }?.province ?? "EC-P"
        let age = place == .childLabour ? Int.random(in: 11...17, using: &dice) : Int.random(in: 18...40, using: &dice)
        let entry = CaseLoad.Entry(form: place == .childLabour ? "begging" : "labour", province: province)
        let begunAt =
          stage.today - .days(kind.daysAgo) + .hours(9 + index) + .minutes(Int.random(in: 0...40, using: &dice))
        let story = ScreeningStory(
          stage, place, entry, age: age, sex: index % 2 == 0 ? "female" : "male", begunAt: begunAt,
          answersYes: kind.answersYes)
        try story.plan(&timeline, until: kind.0)
        if kind.0 == .decided { try story.planAfterwards(&timeline, at: place) }
        count += 1
      }
    }
    return count
  }
}
