import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import Records
import TestSupport
import Testing
import Vault

@testable import Referrals

/// Three agencies and their providers work for a year: they send, answer, race, click twice, come back to old pages; people
/// withdraw consents; several servers keep the clocks; and any of it dies in the middle or right after it was stored. After
/// each step what is stored must be what the model says.
@Suite struct ReferralYearTests {
  private static let steps = 1_200

  private struct Run: CustomStringConvertible, Sendable {
    var engine: Engine
    var seed: UInt64
    var description: String { "\(engine) \(seed)" }

    static var all: [Run] {
      let first = testSeed("a year of referrals")
      return TestEngine.available.flatMap { engine in
        [first, first &+ 1].map { Run(engine: engine, seed: $0) }
      }
    }
  }

  @Test(arguments: Run.all) private func aYearAgreesWithTheModel(_ run: Run) async throws {
    try await withStore(
      run.engine,
      AccountsSchema.migrations + CaseworkSchema.migrations + ReferralSchema.migrations
        + MechanismSchema.migrations + ReferralLifeSchema.migrations
    ) { database in
      let store = FaultyStore(database)
      let year = try await YearOfReferrals(try await World(store), store, seed: run.seed)
      for step in 0..<Self.steps {
        try await year.step()
        if step % 250 == 249 { try await year.checkLists() }
        if year.hasFailed {
          Issue.record("\(run): broke at step \(step)")
          break
        }
      }
      try await year.checkAll()
      let done = year.done
      print("\(run): \(done.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))")
      // A run in which nothing of a kind happens proves nothing of it.
      for kind in ["sent", "made", "refused", "again", "late delivery", "withdrawn", "died", "lost", "outside", "race"]
      {
        #expect(done[kind, default: 0] > 5, "\(run) \(kind)")
      }
      #expect(done["clock steps", default: 0] > 50 && done["made", default: 0] > 60)
    }
  }
}

/// One run. Confined to its test.
final class YearOfReferrals {
  let world: World
  let store: FaultyStore
  var dice: SeededGenerator
  var model: ReferralYearModel
  /// Everybody who tries moves.
  private let people: [Actor]
  /// Requests that are on their way and come later than others.
  private var late: [Request] = []
  var done: [String: Int] = [:]
  private(set) var hasFailed = false

  private struct Request: Sendable {
    var act: ReferralAct
    var actor: Actor
    var id: ReferralID
    var event: ReferralEventID
    var revision: Int
  }

  init(_ world: World, _ store: FaultyStore, seed: UInt64) async throws {
    self.world = world
    self.store = store
    dice = SeededGenerator(seed: seed)
    people = [
      world.worker, world.senderDesk, world.desk, world.desk, world.colleague, world.chief, world.third, world.third,
      world.reader, world.coordinator,
    ]
    model = ReferralYearModel(clock: ReferralClock(world.pack))
    for _ in 0..<4 { try await openCase() }
  }

  func some(_ count: Int) -> Int { Int.random(in: 0..<count, using: &dice) }
  func count(_ kind: String) { done[kind, default: 0] += 1 }
  func expect(_ holds: Bool, _ what: @autoclosure () -> String) {
    if !holds {
      hasFailed = true
      Issue.record("\(what())")
    }
  }

  func step() async throws {
    // A year in all: now and then nothing happens for days.
    world.time.move(.minutes(some(20) == 0 ? some(10 * 1440) : some(150)))
    switch some(40) {
    case 0: if model.cases.count < 40 { try await openCase() }
    case 1...3: try await giveConsent()
    case 4: if some(2) == 0 { try await withdrawConsent() }
    case 5: if some(8) == 0 { try await closeCase() }
    case 6...12: try await send()
    case 13...15: try await tick()
    case 16: try await race()
    case 17...18: try await outside()
    case 19...25: try await look()
    case 26...28 where !late.isEmpty:
      // Out of order: any of them may come first.
      try await deliver(late.remove(at: some(late.count)))
      count("late delivery")
    default: try await move()
    }
  }

  // MARK: Failing

  /// Asks again, as people do, until there is an answer: the server may die before or after it stored something.
  /// - Returns: the refusal, and whether an answer was lost on the way.
  func asking(_ work: () async throws -> Void) async throws -> (refusal: Refusal?, wasLost: Bool) {
    switch some(12) {
    case 0: store.fail(.dies(before: 1 + some(9)))
    case 1: store.fail(.answerIsLost)
    default: store.fail(nil)
    }
    do {
      try await work()
      store.fail(nil)
      return (nil, false)
    } catch let refusal as Refusal {
      store.fail(nil)
      return (refusal, false)
    } catch is Died { count("died") }
    do {
      try await work()
      return (nil, true)
    } catch let refusal as Refusal { return (refusal, true) }
  }

  // MARK: Cases and consents

  private func openCase() async throws {
    let owner = some(3) == 0 ? world.third : world.worker
    model.cases.append(.init(id: try await world.openCase(by: owner), owner: owner))
  }

  private func giveConsent() async throws {
    let place = some(model.cases.count)
    let opened = model.cases[place]
    let recipients = [world.worker, world.desk, world.third].map(\.agency).filter { $0 != opened.owner.agency }
    let recipient = recipients[some(recipients.count)]
    guard !opened.isClosed, model.consent(for: place, to: recipient, at: world.now) == nil else { return }
    let id = ConsentID.random()
    let request = ConsentRequest(
      purpose: "assistance", recipient: recipient, kinds: [.contact, .needs],
      until: world.today.adding(days: some(4) == 0 ? 5 + some(20) : 365), decidedBy: .person, language: .spanish,
      explained: ConsentRequest.allExplained)
    let (refusal, _) = try await asking {
      _ = try await world.cases.giveConsent(opened.owner, opened.id, id: id, request)
    }
    expect(refusal == nil, "consent: \(String(describing: refusal))")
    let kept = try await world.cases.giveConsent(opened.owner, opened.id, id: id, request)
    model.consents.append(.init(id: id, place: place, recipient: recipient, until: kept.until))
  }

  private func withdrawConsent() async throws {
    let live = model.consents.indices.filter { model.consents[$0].holds(at: world.now) }
    guard let index = live.randomElement(using: &dice) else { return }
    let consent = model.consents[index]
    let (refusal, _) = try await asking {
      _ = try await world.cases.withdrawConsent(model.cases[consent.place].owner, consent.id)
    }
    expect(refusal == nil, "withdrawal: \(String(describing: refusal))")
    model.consents[index].isWithdrawn = true
    count("withdrawn")
    let touched = model.order.filter { model.known[$0]?.referral.consent == consent.id }
    model.end(.revoke) { $0.consent == consent.id }
    for id in touched { try await check(id) }
  }

  private func closeCase() async throws {
    let open = model.cases.indices.filter {
      !model.cases[$0].isClosed && model.cases[$0].owner.agency == world.worker.agency
    }
    guard open.count > 3, let place = open.randomElement(using: &dice) else { return }
    store.fail(nil)
    let id = model.cases[place].id
    try await world.close(id)
    model.cases[place].isClosed = true
    model.end(.caseClosed) { $0.caseID == id }
    count("closed")
    for touched in model.order where model.known[touched]?.referral.caseID == id { try await check(touched) }
  }

  // MARK: Referrals

  private func send() async throws {
    var place = some(model.cases.count)
    let now = world.now
    let live = model.consents.filter { $0.holds(at: now) && !model.cases[$0.place].isClosed }
    let basis = some(5) == 0 ? nil : live.randomElement(using: &dice)
    if let basis { place = basis.place }
    let opened = model.cases[place]
    let actors = [world.worker, world.desk, world.third].filter { $0.agency != opened.owner.agency }
    let to = actors.first { $0.agency == basis?.recipient } ?? actors[some(actors.count)]
    let urgency = (world.pack.lists[.urgencies] ?? []).map(\.code).randomElement(using: &dice) ?? "high"
    let (id, request) = (ReferralID.random(), world.request(opened.id, to: to, urgency: urgency))
    let consent = model.consent(for: place, to: to.agency, at: world.now)
    let (refusal, _) = try await asking { try await world.referrals.send(opened.owner, id: id, request) }
    if opened.isClosed {
      expect(refusal?.kind == .conflict, "sent from a closed case")
    } else if let consent {
      expect(refusal == nil, "send: \(String(describing: refusal))")
      guard refusal == nil else { return }
      // The second click finds it sent.
      let sent = try await world.referrals.send(opened.owner, id: id, request)
      expect(sent.consent == consent.id && sent.state == .sent && sent.revision == 1, "sent")
      expect(sent.clockAt != nil && sent.dueAt > sent.sentAt, "without a clock")
      model.known[id] = .init(referral: sent)
      model.order.append(id)
      count("sent")
      try await check(id)
    } else {
      expect(refusal?.kind == .noBasis, "sent without a basis: \(String(describing: refusal))")
    }
  }

  /// One of the newer ones, sometimes any.
  func anyReferral() -> ReferralID? {
    let live = model.order.suffix(60).filter { model.known[$0]?.referral.state.isLive == true }
    return some(6) == 0 || live.isEmpty ? model.order.randomElement(using: &dice) : live.randomElement(using: &dice)
  }

  private func move() async throws {
    guard let id = anyReferral(), let known = model.known[id] else { return }
    let colleagues = [world.desk, world.colleague, world.chief, world.third, world.senderDesk]
      .filter { $0.agency == known.referral.to.agency }
    let acts: [ReferralAct] = [
      .claim, .release, .begin, .ask("¿?"), .reply("sí"), .accept(note: ""), .accept(note: ""),
      .decline(reason: "no_capacity", suggested: nil, note: ""), .complete(outcome: "provided", note: ""),
      .interrupt(reason: "unsafe", note: ""), .handBack(outcome: "partly_provided", remaining: "legal", note: ""),
      .withdraw(note: ""), .closeOutside(outcome: "provided", note: ""),
      .handOver(to: colleagues[some(colleagues.count)].member),
    ]
    var (actor, act) = (people[some(people.count)], acts[some(acts.count)])
    // Mostly what the page offers; else what nobody should be able to do.
    if some(4) != 0 {
      let offered = people.filter { !options($0, known.referral).isEmpty }
      guard let one = offered.randomElement(using: &dice) else { return }
      let moves = options(one, known.referral)
      actor = one
      act = acts.filter { moves.contains($0.move) }.randomElement(using: &dice) ?? act
    }
    // Taking back is rarer than it would be by chance: else nothing lives long.
    if case .withdraw = act, some(4) != 0 { return }
    let request = Request(
      act: act, actor: actor, id: id, event: .random(),
      revision: known.referral.revision - (some(10) == 0 ? 1 : 0))
    switch some(8) {
    case 0 where late.count < 30: late.append(request)
    case 1:
      try await deliver(request)
      try await deliver(request)
      count("again")
    default: try await deliver(request)
    }
  }

  private func options(_ actor: Actor, _ referral: Referral) -> [ReferralMove] {
    ReferralRules.options(in: referral.situation(for: actor), by: referral.stance(of: actor))
  }

  private func deliver(_ request: Request) async throws {
    let expected = model.answer(
      to: request.act, by: request.actor, of: request.id, event: request.event, revision: request.revision,
      at: world.now)
    let (refusal, _) = try await asking {
      try await world.referrals.make(
        request.act, request.actor, request.id, event: request.event, revision: request.revision)
    }
    switch expected {
    case .refused(let kind, let key):
      expect(
        refusal?.kind == kind && (key == nil || refusal?.phrase.key == key),
        "\(request.act) \(expected): \(String(describing: refusal))")
      count("refused")
      return try await check(request.id, andAccess: false)
    case .quiet: expect(refusal == nil, "\(request.act): \(String(describing: refusal))")
    case .made(let state):
      expect(refusal == nil, "\(request.act) \(expected): \(String(describing: refusal))")
      model.make(request.act, request.id, event: request.event, to: state, by: request.actor.member)
      count("made")
    }
    try await check(request.id)
  }

  /// Somebody opens the page of a referral.
  private func look() async throws {
    guard let id = anyReferral(), let known = model.known[id] else { return }
    let actor = people[some(people.count)]
    let stance = known.referral.stance(of: actor)
    let opening = ReferralRules.outcome(of: .open, in: known.referral.situation(for: actor), by: stance)
    let (desk, opened) = (world.referrals, Shown())
    let (refusal, _) = try await asking { opened.view = try await desk.view(actor, id) }
    guard stance.party != .stranger else { return expect(refusal?.kind == .notFound, "a stranger saw it") }
    expect(refusal == nil, "look: \(String(describing: refusal))")
    if case .becomes(let state) = opening { model.note(.open, id, to: state) }
    // Nobody of the receiving agency reads anything without a basis that holds, or after the end.
    if stance.party == .receiver {
      let reads = opened.view?.envelope != nil
      expect(reads == model.opens(known.referral, at: world.now), "the desk reads: \(reads), \(known.referral.state)")
    } else if stance.party == .observer {
      expect(opened.view?.envelope == nil, "an observer read the envelope")
    }
    try await check(id)
  }

  /// What the last look showed.
  private final class Shown { var view: ReferralView? }

  // MARK: The clock

  /// Several servers look at once, and one of them dies.
  private func tick() async throws {
    let before = model
    model.tick(at: world.now)
    let touched = model.order.filter { id in
      before.known[id]?.referral != model.known[id]?.referral || before.known[id]?.steps != model.known[id]?.steps
    }
    if some(2) == 0 {
      store.fail(some(2) == 0 ? .dies(before: 1 + some(5)) : .answerIsLost)
      if !touched.isEmpty { count("lost") }
    }
    let keeper = world.timekeeper
    let made = await withTaskGroup(of: Result<Int, any Error>.self) { group in
      for _ in 0..<3 {
        group.addTask { do { return .success(try await keeper.run()) } catch { return .failure(error) } }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    for case .failure(let error) in made where !(error is Died) { throw error }
    store.fail(nil)
    // A server that died is started again.
    try await keeper.run()
    let (now, steps) = (
      world.now, touched.reduce(0) { $0 + (model.known[$1]?.steps.count ?? 0) - (before.known[$1]?.steps.count ?? 0) }
    )
    done["clock steps", default: 0] += steps
    let isDue = try await world.office.database.read { try ReferralRecords.isAnyDue(at: now, $0) }
    expect(!isDue, "something is due after the clocks were looked at")
    for id in touched { try await check(id) }
  }
}
