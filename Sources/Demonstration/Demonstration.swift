import Accounts
import Basics
import CountryPack
import Records
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
  let time: HistoryClock
  let today: Moment

  /// - Parameters:
  ///   - office: the store to fill, which must hold no agency, and its secret. Its clock says when “today” is.
  ///   - pack: the country.
  ///   - seed: where all names, numbers and identifiers come from.
  ///   - cases: how many cases; 81 is the load of the year 2007.
  public init(office: Office, pack: CountryPack, seed: UInt64 = 2007, cases: Int = CaseLoad.yearOf2007) {
    let time = HistoryClock(CaseLoad.beginning)
    self.time = time
    today = office.clock.now()
    // Made-up members need no costly password; 40 real ones would make a start wait for seconds.
    self.office = Office(
      database: office.database, root: office.root, clock: time.clock, randomness: .seeded(seed), passwordCost: .test)
    self.pack = pack
    self.seed = seed
    self.cases = max(0, cases)
  }

  /// Fills the store.
  ///
  /// Throws `Refusal` of the kind `.conflict` when there is an agency already.
  public func fill() async throws -> Summary {
    var team = try await Team.assemble(office, time)
    var timeline = Timeline(time)
    try plan(&timeline, team)
    try await timeline.run(until: today)
    try await team.goHome(office)
    return Summary(
      agencies: team.agencies, members: MadeUpMember.everyone, cases: cases, screenings: 0)
  }

  /// What happens when, all of it known before the first step is taken.
  private func plan(_ timeline: inout Timeline, _ team: Team) throws {}
}
