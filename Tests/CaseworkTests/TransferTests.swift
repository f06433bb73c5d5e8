import Accounts
import Basics
import Records
import TestSupport
import Testing

@testable import Casework

private typealias Rules = TransferRules

/// What may happen, written out a second time: by whom, from which state, where it leads. What is not here is refused or
/// changes nothing.
private let moves: [TransferMove: [Rules.Party: [CaseTransfer.State: CaseTransfer.State]]] = [
  .offer: [.owner: [.requested: .offered]],
  .refuse: [.owner: [.requested: .refused]],
  .accept: [.other: [.offered: .accepted]],
  .decline: [.other: [.offered: .declined]],
  .withdraw: [.owner: [.offered: .withdrawn], .other: [.requested: .withdrawn]],
  .end: [.owner: [.accepted: .ended], .other: [.accepted: .ended]],
  .revoke: [.consent: [.offered: .revoked, .accepted: .revoked]],
  .lapse: [.closedCase: [.offered: .lapsed, .requested: .lapsed]],
]

@Suite struct TransferRulesTests {
  @Test(arguments: TransferMove.allCases) func everyPartyStateAndMove(_ move: TransferMove) {
    for party in Rules.Party.allCases {
      for state in CaseTransfer.State.allCases {
        for kind in CaseTransfer.Kind.allCases {
          for may in [false, true] {
            let outcome = Rules.outcome(of: move, in: .init(state, kind), by: party, may: may)
            let isPerson = party == .owner || party == .other
            var expected = isPerson && !may ? nil : moves[move]?[party]?[state]
            // What was taken over is over: only joint holding can end.
            if state == .accepted, kind == .ownership { expected = nil }
            let made: CaseTransfer.State? = if case .becomes(let next) = outcome { next } else { nil }
            #expect(made == expected, "\(move) \(party) \(state) \(kind) \(may)")
            if party == .stranger { #expect(outcome == .notYours) }
            if isPerson, !may { #expect(outcome == .notAllowed) }
            let offered = Rules.options(in: .init(state, kind), by: party, may: may).contains(move)
            #expect(offered == (made != nil))
          }
        }
      }
    }
  }

  @Test func nothingStandsInTheWayOfEnding() {
    for kind in CaseTransfer.Kind.allCases {
      for (move, party) in [(TransferMove.withdraw, Rules.Party.owner), (.decline, .other)] {
        #expect(Rules.outcome(of: move, in: .init(.revoked, kind), by: party, may: true) == .already)
      }
    }
    #expect(Rules.outcome(of: .end, in: .init(.revoked, .joint), by: .other, may: true) == .already)
    #expect(Rules.outcome(of: .accept, in: .init(.revoked, .joint), by: .other, may: true) == .notNow)
  }
}

@Suite struct TransferTests {
  private static let all: Set<DataKind> = [.identity, .contact, .narrative, .needs, .health]

  /// The town with a supervisor of Casa del Norte and a case with something of each of five kinds.
  private struct Handover {
    let town: Town
    let north: Actor
    let desk: TransferDesk
    let id: CaseID

    init(_ town: Town) async throws {
      self.town = town
      let (members, signIn, office) = (MembersDesk(town.office), SignInDesk(town.office), town.office)
      func actor(_ login: String) async throws -> Actor {
        guard
          case .signedIn(let token) = try await signIn.signIn(login: login, password: Town.password, client: "t"),
          let actor = try await SignInDesk(office).actor(for: token)
        else { throw Refusal.notFound }
        return actor
      }
      let link = try await members.invite(
        try await actor("northadmin"), name: "Jefa Norte", login: "northchief", roles: [.supervisor])
      _ = try await members.accept(link, password: Town.password)
      north = try await actor("northchief")
      desk = TransferDesk(town.desk)
      var request = town.opening()
      (request.narrative, request.needs, request.health) = ("Relato", Needs(codes: ["housing"]), "Salud")
      id = try await town.opened(nil, request).id
    }

    func consent(_ kinds: Set<DataKind> = TransferTests.all) async throws -> ConsentID {
      let consent = ConsentID.random()
      try await town.desk.giveConsent(town.worker, id, id: consent, town.consent(to: north.agency, kinds))
      return consent
    }

    @discardableResult
    func offered(_ kind: CaseTransfer.Kind = .ownership) async throws -> CaseTransfer {
      try await desk.offer(town.supervisor, id, id: .random(), kind, to: north.agency, word: "PALABRA")
    }

    func make(_ move: TransferMove, _ actor: Actor, _ id: CaseTransferID, reason: String = "") async throws
      -> CaseTransfer
    {
      let revision = try await town.office.database.read { try TransferRecords.transfer(id, $0)?.revision } ?? 0
      return try await desk.make(move, actor, id, revision: revision, reason: reason)
    }

    /// Which kinds an actor's keys open, whatever any desk says.
    func openKinds(_ actor: Actor) async throws -> Set<DataKind> {
      let (id, now) = (id, town.time.now)
      return try await town.office.database.read { transaction in
        guard let summary = try CaseRecords.summary(id, transaction) else { return [] }
        return try Set(
          DataKind.allCases.filter {
            try RecordKeys.open(CaseAccess.subject($0, summary), $0.rawValue, for: actor, at: now, transaction) != nil
          })
      }
    }
  }

  private func withHandover(_ engine: Engine, _ body: (Handover) async throws -> Void) async throws {
    try await withTown(engine) { try await body(Handover($0)) }
  }

  @Test(arguments: TestEngine.available) func aCaseChangesHandsInOneStep(_ engine: Engine) async throws {
    try await withHandover(engine) { hand in
      let town = hand.town
      #expect(try await refusal { try await hand.offered() }?.kind == .noBasis)
      _ = try await hand.consent()
      let offer = try await hand.offered()
      #expect(try await hand.openKinds(hand.north).isEmpty)
      #expect(try await refusal { _ = try await town.desk.file(hand.north, hand.id) } == .notFound)
      let view = try await hand.desk.view(hand.north, offer.id)
      #expect(view.word == "PALABRA" && view.options == [.accept, .decline] && !view.opensFile)
      #expect(view.kinds == Self.all && view.summary?.facts.kind == "trafficking")
      #expect(try await hand.desk.view(town.supervisor, offer.id).options == [.withdraw])
      #expect(try await refusal { _ = try await hand.desk.view(town.north, offer.id) }?.kind == .forbidden)

      let done = try await hand.make(.accept, hand.north, offer.id)
      #expect(done.state == .accepted && done.endedAt == town.time.now && !done.isLive)
      #expect(try await hand.make(.accept, hand.north, offer.id) == done)

      // The new owner reads and writes all of it; the former one has nothing, by rule and by key.
      var file = try await town.desk.file(town.north, hand.id)
      #expect(file.part == .colleague && file.identity?.value.givenNames == "Rosa")
      #expect(file.narrative?.value == "Relato" && file.health?.value == "Salud")
      try await town.desk.edit(town.north, hand.id, .narrative("Más"), seen: 1)
      try await town.desk.edit(town.north, hand.id, .legal("Nuevo"), seen: 0)
      file = try await town.desk.file(hand.north, hand.id)
      #expect(file.narrative?.value == "Más" && file.legal?.value == "Nuevo")
      #expect(try await hand.openKinds(town.worker).isEmpty)
      for actor in [town.worker, town.supervisor] {
        #expect(try await refusal { _ = try await town.desk.file(actor, hand.id) } == .notFound)
        #expect(try await refusal { try await town.desk.edit(actor, hand.id, .narrative("x"), seen: 2) } == .notFound)
      }
      #expect(try await town.desk.workList(town.worker).rows.isEmpty)
      #expect(try await town.desk.workList(town.north).rows.map(\.summary.id) == [hand.id])
      // The person is found by name where the case is, and nowhere else.
      func found(_ actor: Actor) async throws -> Int {
        try await town.desk.alreadyKnown(actor, givenNames: "Rosa", surnames: "Quispe Andrade", document: "").matches
          .count
      }
      #expect(try await found(town.north) == 1)
      #expect(try await found(town.worker) == 0)
      // A further case of the person is readable too, and so is what is shared with a third agency.
      let summary = file.summary
      let second = try await town.opened(
        town.north, CaseOpening(person: .existing(summary.person), kind: "trafficking", province: "EC-O"))
      #expect(try await town.desk.file(town.north, second.id).identity?.value.givenNames == "Rosa")
      let history = try await town.desk.history(hand.north, hand.id).map(\.action)
      #expect(history.contains("case.transfer") && history.contains("case.open"))
      // What the former owner may still see is that it happened.
      let after = try await hand.desk.view(town.supervisor, offer.id)
      #expect(after.transfer.state == .accepted && after.summary == nil && after.word == nil && !after.opensFile)
    }
  }

  @Test(arguments: TestEngine.available) func anOfferEndsWithItsConsent(_ engine: Engine) async throws {
    try await withHandover(engine) { hand in
      let consent = try await hand.consent()
      let offer = try await hand.offered()
      _ = try await hand.town.desk.withdrawConsent(hand.town.worker, consent)
      let refused = try await refusal { _ = try await hand.make(.accept, hand.north, offer.id) }
      #expect(refused?.phrase.key == "error.transfer_revoked")
      #expect(try await hand.make(.withdraw, hand.town.supervisor, offer.id).state == .revoked)
      let view = try await hand.desk.view(hand.north, offer.id)
      #expect(view.summary == nil && view.word == nil && view.options.isEmpty)
      #expect(try await hand.openKinds(hand.north).isEmpty)
      #expect(try await hand.town.desk.file(hand.town.worker, hand.id).narrative?.value == "Relato")
      // One that ran out by its date can't be accepted either.
      _ = try await hand.consent()
      let second = try await hand.offered()
      hand.town.time.move(.days(40))
      #expect(try await refusal { _ = try await hand.make(.accept, hand.north, second.id) }?.kind == .noBasis)
    }
  }

  @Test(arguments: TestEngine.available) func nothingGoesThatWasNotAgreedOrIsNotFinished(_ engine: Engine) async throws
  {
    try await withHandover(engine) { hand in
      let town = hand.town
      _ = try await hand.consent([.identity, .needs])
      #expect(try await refusal { try await hand.offered() }?.phrase.key == "error.transfer_consent_kinds")
      _ = try await hand.consent()
      // What is written after the offer and not covered keeps everything where it was.
      let offer = try await hand.offered()
      #expect(try await refusal { try await hand.offered() }?.phrase.key == "error.transfer_open")
      try await town.desk.edit(town.worker, hand.id, .legal("Después"), seen: 0)
      #expect(
        try await refusal { _ = try await hand.make(.accept, hand.north, offer.id) }?.phrase.key
          == "error.transfer_grown")
      #expect(try await town.desk.file(town.worker, hand.id).legal?.value == "Después")
      #expect(try await hand.openKinds(hand.north).isEmpty)
      let declined = try await hand.make(.decline, hand.north, offer.id, reason: "no_capacity")
      #expect(declined.state == .declined && declined.reason == "no_capacity")

      _ = try await hand.consent(Self.all.union([.legal]))
      let proposal = ClosingProposalID.random()
      try await town.desk.proposeClosing(town.worker, hand.id, id: proposal, reason: "moved", summary: "")
      #expect(try await refusal { try await hand.offered() }?.phrase.key == "error.transfer_unfinished")
      try await town.desk.answerClosing(town.supervisor, hand.id, proposal, approves: false, words: "Todavía no")
      let person = try await town.desk.file(town.worker, hand.id).summary.person
      _ = try await town.opened(
        town.worker, CaseOpening(person: .existing(person), kind: "trafficking", province: "EC-P", ageBand: "18-29"))
      #expect(try await refusal { try await hand.offered() }?.phrase.key == "error.transfer_person")
      // A worker offers nothing; a stranger's case does not exist.
      #expect(
        try await refusal {
          try await hand.desk.offer(town.worker, hand.id, id: .random(), .joint, to: hand.north.agency, word: "")
        }?.kind == .forbidden)
      #expect(
        try await refusal {
          try await hand.desk.offer(
            hand.north, hand.id, id: .random(), .joint, to: town.supervisor.agency, word: "")
        }?.kind == .notFound)
    }
  }

  @Test(arguments: TestEngine.available) func aJointCaseIsReadAsFarAsThePersonAgreed(_ engine: Engine) async throws {
    try await withHandover(engine) { hand in
      let town = hand.town
      let consent = try await hand.consent([.identity, .needs])
      for ending in ["owner", "other", "consent"] {
        let offer = try await hand.offered(.joint)
        #expect(try await hand.openKinds(hand.north).isEmpty)
        #expect(try await hand.make(.accept, hand.north, offer.id).isLive)
        let file = try await town.desk.file(town.north, hand.id)
        #expect(file.isShared && file.kinds == [.identity, .needs] && file.narrative == nil)
        #expect(try await hand.openKinds(town.north) == [.identity, .needs])
        #expect(try await refusal { try await town.desk.edit(town.north, hand.id, .health("x"), seen: 0) } == .notFound)
        #expect(try await town.desk.file(town.worker, hand.id).narrative?.value == "Relato")
        switch ending {
        case "owner": _ = try await hand.make(.end, town.supervisor, offer.id)
        case "other": _ = try await hand.make(.end, hand.north, offer.id)
        default: _ = try await town.desk.withdrawConsent(town.worker, consent)
        }
        #expect(try await hand.openKinds(town.north).isEmpty, "\(ending)")
        #expect(try await refusal { _ = try await town.desk.file(town.north, hand.id) } == .notFound)
      }
      let states = try await hand.desk.list(hand.north).map(\.state)
      #expect(states.count == 3 && Set(states) == [.ended, .revoked])
    }
  }

  @Test(arguments: TestEngine.available) func whoWorksWithThePersonAsksAndTheOwnerAnswers(_ engine: Engine) async throws
  {
    try await withHandover(engine) { hand in
      let town = hand.town
      // Who can read nothing knows of no case to ask for.
      #expect(
        try await refusal { try await hand.desk.request(hand.north, hand.id, id: .random()) } == .notFound)
      try await town.shared(hand.id, to: hand.north.agency, Self.all)
      #expect(
        try await refusal { try await hand.desk.request(town.supervisor, hand.id, id: .random()) }?.kind
          == .forbidden)
      let asked = try await hand.desk.request(hand.north, hand.id, id: .random())
      #expect(
        try await refusal { try await hand.desk.request(hand.north, hand.id, id: .random()) }?.phrase.key
          == "error.transfer_open")
      #expect(try await refusal { _ = try await hand.make(.accept, hand.north, asked.id) }?.kind == .conflict)
      #expect(
        try await refusal { _ = try await hand.make(.refuse, town.supervisor, asked.id) }?.wrongFields == ["reason"])
      _ = try await hand.make(.refuse, town.supervisor, asked.id, reason: "no_capacity")
      let again = try await hand.desk.request(hand.north, hand.id, id: .random())
      #expect(try await hand.make(.offer, town.supervisor, again.id).state == .offered)
      #expect(try await hand.make(.accept, hand.north, again.id).state == .accepted)
      #expect(try await town.desk.file(town.north, hand.id).part == .colleague)
      #expect(try await hand.openKinds(town.worker).isEmpty)
    }
  }
}
