import Basics
import Foundation
import Records
import TestSupport
import Testing
import Vault

@testable import Accounts

@Suite struct NoticeDeskTests {
  @Test(arguments: TestEngine.available) func aNoticeIsMadeOnceAndRead(_ engine: Engine) async throws {
    try await withMailRoom(engine) { room in
      let first = try await room.tell(.asked)
      room.house.time.move(.minutes(1))
      try await room.tell(.asked, event: first.description, about: first)
      #expect(try await room.desk.inbox(room.ana).total == 1)
      let second = try await room.tell(.accepted, event: "two", about: first)
      #expect(second == first)
      let page = try await room.desk.inbox(room.ana)
      #expect(page.notices.map(\.kind) == [.accepted, .asked] && page.unread == 2)
      #expect(try await room.desk.open(room.ana, page.notices[0].id) == .referral(first))
      #expect(try await room.desk.open(room.ana, page.notices[0].id) == .referral(first))
      #expect(try await room.desk.unread(room.ana) == 1)
      // What came after the page was shown stays unread.
      let shown = room.office.clock.now()
      room.house.time.move(.minutes(1))
      try await room.tell(.declined)
      try await room.desk.readAll(room.ana, upTo: shown)
      let left = try await room.desk.inbox(room.ana)
      #expect(left.notices.filter(\.isUnread).map(\.kind) == [.declined])
    }
  }

  @Test(arguments: TestEngine.available) func nobodyOpensAnothersNotice(_ engine: Engine) async throws {
    try await withMailRoom(engine) { room in
      _ = try await room.house.join("luis", [.caseWorker])
      let luis = try await room.house.actor("luis")
      try await room.tell(.asked)
      let id = try await room.desk.inbox(room.ana).notices[0].id
      #expect(await refused { _ = try await room.desk.open(luis, id) }?.kind == .notFound)
      #expect(try await room.desk.inbox(luis).total == 0)
      #expect(try await room.desk.unread(room.ana) == 1)
    }
  }

  @Test(arguments: TestEngine.available) func whatIsSettledOrLookedAtIsRead(_ engine: Engine) async throws {
    try await withMailRoom(engine) { room in
      let luis = try await room.house.join("luis", [.referralDesk])
      let both = [room.ana.member, luis]
      let id = try await room.tell(.arrived, to: both)
      try await room.tell(.reminder, event: "late", about: id, to: both)
      let now = room.office.clock.now()
      try await room.office.database.write { transaction in
        try NoticeBoard.settle(.referral(id), [.arrived], at: now, transaction)
        try NoticeBoard.settle(.referral(id), [], at: now, transaction)
        try transaction.record(.test())
      }
      #expect(try await room.desk.unread(room.ana) == 1)
      try await room.office.database.write { transaction in
        try NoticeBoard.read(.referral(id), by: luis, at: now, transaction)
        try transaction.record(.test())
      }
      let counts = try await room.office.database.read {
        try (NoticeRecords.unread(room.ana.member, $0), NoticeRecords.unread(luis, $0))
      }
      #expect(counts == (1, 0))
    }
  }

  @Test(arguments: TestEngine.available) func choicesAreStoredAndAStalePageIsTold(_ engine: Engine) async throws {
    try await withMailRoom(engine) { room in
      var choices = try await room.desk.choices(room.ana)
      #expect(choices.revision == 0 && choices.way(.arrivedUrgent) == .atOnce)
      choices.ways = [.asked: .silent]
      choices.waiting = [.consentEnded]
      choices.quiet = NoticeChoices.QuietHours(from: .midnight, until: try #require(TimeOfDay("06:00")))
      choices.showsInBrowser = true
      try await room.desk.choose(room.ana, choices)
      #expect(await refused { try await room.desk.choose(room.ana, choices) }?.kind == .conflict)
      let stored = try await room.desk.choices(room.ana)
      choices.revision = 1
      choices.offsetFromUTC = .hours(-5)
      #expect(stored == choices)
      // Silent ones stand in the list and are counted nowhere.
      try await room.tell(.asked)
      #expect(try await room.desk.unread(room.ana) == 0)
      #expect(try await room.desk.inbox(room.ana).total == 1)
      var louder = stored
      louder.ways = [:]
      try await room.desk.choose(room.ana, louder)
      #expect(try await room.desk.unread(room.ana) == 1)
    }
  }

  @Test(arguments: TestEngine.available) func whoWatchesIsToldUntilTheSessionEnds(_ engine: Engine) async throws {
    try await withMailRoom(engine) { room in
      let luis = try await room.house.join("luis", [.caseWorker])
      let other = try await room.house.actor("luis")
      try await room.tell(.asked)
      let watchers = [
        (session: room.ana.session, member: room.ana.member), (session: other.session, member: luis),
      ]
      var found = try await room.desk.standings(watchers)
      #expect(found[room.ana.session] == .init(unread: 1, newest: room.office.clock.now(), shows: false))
      #expect(found[other.session] == .init(unread: 0, newest: nil, shows: false))
      try await room.house.signIn.signOut(other)
      found = try await room.desk.standings(watchers)
      #expect(found[other.session] == nil && found[room.ana.session]?.unread == 1)
      // Watching is no activity.
      room.house.time.move(SignInDesk.idle)
      room.house.time.move(.minutes(2))
      #expect(try await room.desk.standings(watchers).isEmpty)
      #expect(try await room.desk.standings([]).isEmpty)
    }
  }

  @Test(arguments: TestEngine.available) func aPageThatAsksByItselfKeepsNobodySignedIn(_ engine: Engine) async throws {
    try await withMailRoom(engine) { room in
      let signIn = room.house.signIn
      guard
        case .signedIn(let token) = try await signIn.signIn(login: "ana", password: House.password, client: "test")
      else { throw Refusal.notFound }
      for _ in 0..<7 {
        room.house.time.move(.minutes(2))
        #expect(try await signIn.actor(for: token, isActivity: false) != nil)
      }
      room.house.time.move(.minutes(2))
      #expect(try await signIn.actor(for: token, isActivity: false) == nil)
    }
  }

  @Test(arguments: TestEngine.available) func whomItConcernsIsFoundByRoles(_ engine: Engine) async throws {
    try await withMailRoom(engine) { room in
      let desk = try await room.house.join("mesa", [.referralDesk])
      let chief = try await room.house.join("jefa", [.supervisor])
      let coordinator = try await room.house.join("coord", [.coordinator])
      // Who works with persons as well does not oversee.
      _ = try await room.house.join("ambos", [.coordinator, .caseWorker])
      let gone = try await room.house.join("fue", [.referralDesk])
      try await room.house.members.leave(room.ana, gone)
      let agency = room.ana.agency
      let found = try await room.office.database.read { transaction in
        (
          try Audience.who(may: .answerReferral, in: agency, transaction),
          try Audience.who(may: .leadDesk, in: agency, transaction), try Audience.overseers(transaction),
          try Audience.isActive(gone, in: agency, transaction), try Audience.isActive(desk, in: .random(), transaction)
        )
      }
      #expect(Set(found.0) == [desk, chief] && found.1 == [chief] && found.2 == [coordinator])
      #expect(!found.3 && !found.4)
    }
  }
}
