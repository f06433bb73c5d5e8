import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import Records
import Referrals
import Vault
import Web

/// A desk among sixty agencies with up to a million referrals behind them: its inbox, its other lists, the figures of a
/// quarter, sending one with sealing and audit; and ten thousand deadlines of one minute kept by two servers.
struct BenchReferrals {
  private let desks: Desks
  /// Sends; of the agency that is measured.
  private let worker: Actor
  /// Answers; of the same agency.
  private let desk: Actor
  private let seeding: ReferralDesk.Seeding
  private static let password = "una frase larga y buena"
  private static let deadlines = 10_000

  static func measure(_ options: Bench.Options, _ pack: CountryPack, into table: inout FigureTable) async throws {
    for engine in Engine.allCases where engine == .sqlite || options.postgreSQL != nil {
      let server = engine == .postgresql ? options.postgreSQL : nil
      for size in options.registers {
        let isLast = size == options.registers.last
        try await BenchStore.use(server: server, connections: 4) { store in
          let bench = try await BenchReferrals(try await store.open(), pack, size)
          try await store.settle("VACUUM ANALYZE referrals")
          try await bench.measure(options.samples, "\(engine.rawValue), \(size) referrals: ", isLast, &table)
          await bench.desks.office.database.close()
        }
      }
      try await BenchStore.use(server: server, connections: 4) { store in
        try await measureDeadlines(engine, pack, [try await store.open(), try await store.open()], &table)
      }
    }
  }

  // MARK: A desk

  private init(_ database: any Database, _ pack: CountryPack, _ size: Int) async throws {
    try await database.migrate(Desks.migrations)
    let desks = Desks(Office(database: database, root: .random()), pack)
    self.desks = desks
    func signIn(_ login: String) async throws -> Actor {
      guard
        case .signedIn(let token) = try await desks.signIn.signIn(
          login: login, password: Self.password, client: "bench"),
        let actor = try await desks.signIn.actor(for: token)
      else { throw Failure("the made-up member can't sign in") }
      return actor
    }
    _ = try await desks.agencies.setUp(
      name: "Casa de medir", kind: "ngo", province: "EC-P", administrator: "Ana", login: "ana", password: Self.password)
    let ana = try await signIn("ana")
    for (login, role) in [("worker", Role.caseWorker), ("desk", .referralDesk)] {
      let link = try await desks.members.invite(ana, name: "Colega", login: login, roles: [role])
      _ = try await desks.members.accept(link, password: Self.password)
    }
    (worker, desk) = (try await signIn("worker"), try await signIn("desk"))
    for number in 1..<60 {
      _ = try await desks.agencies.create(
        .console, name: "Casa \(number)", kind: "ngo", province: pack.provinces[number % pack.provinces.count].iso,
        administrator: "Ana", login: "ana\(number)")
    }
    let own = ana.agency
    let agencies = try await desks.agencies.directory(ana)
    let now = desks.office.clock.now()
    seeding = ReferralDesk.Seeding(
      agencies: agencies.filter { $0.id == own } + agencies.filter { $0.id != own }, members: [desk.member],
      from: now - .days(4 * 365), until: now, openPerMille: 10)
    var dice = SeededGenerator(seed: 2007)
    let start = ContinuousClock.now
    try await desks.referrals.seed(size, seeding, &dice)
    let seconds = milliseconds(start.duration(to: .now)) / 1000
    print(String(format: "  %d referrals filled in, %.0f a second", size, Double(size) / seconds))
  }

  // MARK: Measuring

  private func measure(_ samples: Int, _ name: String, _ isLast: Bool, _ table: inout FigureTable) async throws {
    let referrals = desks.referrals
    let inbox = try await timed(samples) { number in
      // As the page asks: how many there are of each kind, and a page of the list.
      _ = try await referrals.counts(desk)
      _ = try await referrals.inbox(desk, number % 3 == 0 ? .new : .waiting, page: number % 4)
    }
    table.add(name + "inbox with its counts", inbox, goal: 25)
    for filter in [ReferralFilter.mine, .overdue, .accepted, .ended] {
      let times = try await timed(samples / 4) { _ in _ = try await referrals.inbox(desk, filter) }
      table.add(name + "  received, \(filter.rawValue)", times, goal: 25)
    }
    for filter in [ReferralFilter.all, .news, .unanswered, .ended] {
      let times = try await timed(samples / 4) { _ in _ = try await referrals.outbox(worker, filter) }
      table.add(name + "  sent, \(filter.rawValue)", times, goal: 25)
    }
    let (database, now) = (desks.office.database, desks.office.clock.now())
    let figures = try await timed(max(4, samples / 40)) { _ in
      _ = try await database.read { transaction in
        try [[.desk], [.need], [.province], [.stage, .punctuality, .reason, .outcome]].map { columns in
          try ReferralFigures.cells(by: columns, from: now - .days(91), until: now, at: now, transaction).count
        }
      }
    }
    table.add(name + "figures of a quarter", figures)
    table.add(name + "sending one", try await sending(samples), goal: 50)
  }

  /// Every referral rests on a consent of a case of its own; only the sending is timed.
  private func sending(_ samples: Int) async throws -> Samples {
    let people = (0..<samples).map { number in
      (
        identity: PersonIdentity(givenNames: "Inventada \(number)", birth: .year(1990)),
        facts: CaseFacts(kind: "trafficking", province: "EC-P", form: nil, ageBand: "18-29", sex: "female")
      )
    }
    let now = desks.office.clock.now()
    let cases = try await desks.cases.seed(worker, people, at: now)
    let until = CalendarDay(now, offsetFromUTC: desks.pack.offsetFromUTC).adding(days: 90)
    // One that has keys: the others were only named.
    let made = try await desks.agencies.create(
      .console, name: "Casa que recibe", kind: "ngo", province: "EC-O", administrator: "Eva", login: "eva")
    _ = try await desks.members.accept(made.invitation, password: Self.password)
    for one in cases {
      _ = try await desks.cases.giveConsent(
        worker, one.id, id: .random(),
        ConsentRequest(
          purpose: "assistance", recipient: made.agency, kinds: [.contact, .needs], until: until, decidedBy: .person,
          language: .spanish, explained: ConsentRequest.allExplained))
    }
    // Not through `timed`: what it warms up with would be sent a second time.
    var times: [Double] = []
    for one in cases {
      let request = NewReferral(
        caseID: one.id, to: made.agency, need: "shelter", purpose: "assistance", urgency: "high", language: "kichwa",
        safeContact: "Por la tarde, a la casa", word: "Una noche, hoy")
      let start = ContinuousClock.now
      try await desks.referrals.send(worker, id: .random(), request)
      times.append(milliseconds(start.duration(to: .now)))
    }
    return Samples(times)
  }

  /// Reminders of one minute, kept by two servers that look at once.
  private static func measureDeadlines(
    _ engine: Engine, _ pack: CountryPack, _ servers: [any Database], _ table: inout FigureTable
  ) async throws {
    let bench = try await BenchReferrals(servers[0], pack, 0)
    let start = bench.desks.office.clock.now()
    var seeding = bench.seeding
    seeding.from = start
    try await bench.desks.referrals.seedDeadlines(deadlines, seeding)
    let root = bench.desks.office.root
    // Half of 24 hours later the last of them is due.
    let clock = Clock.fixed(start + .hours(12) + .minutes(1))
    let began = ContinuousClock.now
    let made = try await withThrowingTaskGroup(of: Int.self) { group in
      for server in servers {
        group.addTask { try await ReferralTimekeeper(Office(database: server, root: root, clock: clock), pack).run() }
      }
      return try await group.reduce(into: [Int]()) { $0.append($1) }
    }
    let seconds = milliseconds(began.duration(to: .now)) / 1000
    let again = try await ReferralTimekeeper(Office(database: servers[0], root: root, clock: clock), pack).run()
    guard made.reduce(0, +) == deadlines, again == 0 else {
      throw Failure("\(made) and \(again) steps instead of \(deadlines) in all")
    }
    table.add(
      "\(engine.rawValue): \(deadlines) deadlines of one minute, two servers", value: seconds, unit: "s", goal: 60)
    for server in servers { await server.close() }
  }
}
