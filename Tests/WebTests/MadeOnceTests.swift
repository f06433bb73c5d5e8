import Basics
import Synchronization
import Testing

@testable import Web

/// What many ask for is made by one.
@Suite struct MadeOnceTests {
  struct Thing: Keepable, Equatable {
    var number: Int
    var size = 100
    var freshFor: Duration { .seconds(10) }
  }
  struct Gone: Error {}
  struct Away: Error {}

  let clock = HandClock()
  let things: MadeOnce<String, Thing>

  init() {
    let clock = clock
    things = MadeOnce(mostBytes: 1_000, outlives: { $0 is Away }, now: { clock.now })
  }

  @Test func itIsKeptWhileItIsFresh() async throws {
    #expect(things.fresh("a") == nil)
    #expect(try await things.value("a") { Thing(number: 1) }.number == 1)
    #expect(try await things.value("a") { Thing(number: 2) }.number == 1)
    #expect(things.fresh("a")?.number == 1)
    clock.pass(.seconds(9))
    #expect(things.fresh("a")?.number == 1)
    clock.pass(.seconds(1))
    #expect(things.fresh("a") == nil)
    #expect(try await things.value("a") { Thing(number: 3) }.number == 3)
    #expect(things.fresh("b") == nil)
  }

  @Test func aCrowdWaitsForOneMaking() async throws {
    let gate = Gate()
    let made = Tally()
    let things = things
    let numbers = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<50 {
        group.addTask {
          try await things.value("a") {
            await gate.pass()
            made.count.withLock { $0 += 1 }
            return Thing(number: 1)
          }.number
        }
      }
      await gate.waited()
      await gate.open()
      return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
    }
    #expect(numbers == [1] && made.count.withLock { $0 } == 1)
  }

  @Test func whoComesWhileItIsMadeAnewGetsTheOneBefore() async throws {
    _ = try await things.value("a") { Thing(number: 1) }
    clock.pass(.seconds(11))
    let gate = Gate()
    let things = things
    let first = Task {
      try await things.value("a") {
        await gate.pass()
        return Thing(number: 2)
      }
    }
    await gate.waited()
    for _ in 0..<20 { #expect(try await things.value("a") { Thing(number: 3) }.number == 1) }
    await gate.open()
    #expect(try await first.value.number == 2)
    #expect(things.fresh("a")?.number == 2)
  }

  @Test func whatIsGoneIsGoneAndWhatIsAwayStays() async throws {
    _ = try await things.value("a") { Thing(number: 1) }
    clock.pass(.seconds(11))
    #expect(try await things.value("a") { throw Away() }.number == 1)
    // For a moment nobody tries again.
    #expect(things.fresh("a")?.number == 1)
    clock.pass(.seconds(1))
    #expect(things.fresh("a") == nil)
    await #expect(throws: Gone.self) { try await things.value("a") { throw Gone() } }
    #expect(things.held.count == 0 && things.held.bytes == 0)
    // With nothing from before, a failure is told to who asks, and kept by nobody.
    await #expect(throws: Away.self) { try await things.value("a") { throw Away() } }
    #expect(try await things.value("a") { Thing(number: 4) }.number == 4)
  }

  @Test func whatWasBegunBeforeForgettingIsKeptByNobody() async throws {
    let gate = Gate()
    let things = things
    let before = Task {
      try await things.value("a") {
        await gate.pass()
        return Thing(number: 1)
      }
    }
    await gate.waited()
    things.forget()
    #expect(try await things.value("a") { Thing(number: 2) }.number == 2)
    await gate.open()
    #expect(try await before.value.number == 1)
    #expect(things.fresh("a")?.number == 2)
    things.forget()
    #expect(things.fresh("a") == nil && things.held.count == 0)
  }

  @Test func aReaderWhoLeavesEndsNobodysWait() async throws {
    let gate = Gate()
    let things = things
    let leaving = Task {
      try await things.value("a") {
        await gate.pass()
        try Task.checkCancellation()
        return Thing(number: 1)
      }
    }
    await gate.waited()
    leaving.cancel()
    let staying = Task { try await things.value("a") { Thing(number: 2) } }
    await gate.open()
    #expect(try await staying.value.number == 1)
  }

  @Test func memoryIsBounded() async throws {
    for number in 0..<10 { _ = try await things.value("\(number)") { Thing(number: number) } }
    #expect(things.held.count == 10 && things.held.bytes == 1_000)
    // The old ones go first.
    clock.pass(.seconds(5))
    _ = try await things.value("5") { Thing(number: 5) }
    clock.pass(.seconds(5))
    _ = try await things.value("young") { Thing(number: 100) }
    #expect(things.held.count == 1 && things.held.bytes == 100)
    // Where all are young, it begins from nothing.
    for number in 0..<25 { _ = try await things.value("n\(number)") { Thing(number: number) } }
    #expect(things.held.bytes <= 1_000)
    #expect(things.fresh("n24")?.number == 24)
    _ = try await things.value("n24") { Thing(number: 1) }
    #expect(things.held.bytes == things.held.count * 100)
  }
}

/// How often something was done.
final class Tally: Sendable {
  let count = Mutex(0)
}

/// A clock that stands still until it is told.
final class HandClock: Sendable {
  private let state = Mutex(ContinuousClock.now)
  var now: ContinuousClock.Instant { state.withLock { $0 } }
  func pass(_ time: Duration) { state.withLock { $0 = $0.advanced(by: time) } }
}

/// Where work stands until the gate is opened.
actor Gate {
  private var isOpen = false
  private var hasWaited = false
  private var waiting: [CheckedContinuation<Void, Never>] = []
  private var watching: [CheckedContinuation<Void, Never>] = []

  func pass() async {
    hasWaited = true
    for one in watching { one.resume() }
    watching = []
    if !isOpen { await withCheckedContinuation { waiting.append($0) } }
  }

  /// Until somebody stands before it.
  func waited() async {
    if !hasWaited { await withCheckedContinuation { watching.append($0) } }
  }

  func open() {
    isOpen = true
    for one in waiting { one.resume() }
    waiting = []
  }
}
