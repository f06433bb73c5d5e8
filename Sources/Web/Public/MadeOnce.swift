import Synchronization

/// What `MadeOnce` can keep.
protocol Keepable: Sendable {
  /// How long it is handed out as it was made.
  var freshFor: Duration { get }
  /// What it takes of memory, in bytes.
  var size: Int { get }
}

/// Values that many ask for and that cost something to make. Each is made by one, kept while it is fresh, and made anew by
/// one: who asks meanwhile gets the value before, or, where there is none, waits for the same making.
final class MadeOnce<Key: Hashable & Sendable, Value: Keepable>: Sendable {
  private struct Kept {
    var value: Value
    var until: ContinuousClock.Instant
  }
  private struct State {
    var kept: [Key: Kept] = [:]
    var making: [Key: Task<Value, any Error>] = [:]
    var size = 0
    /// How often everything was forgotten: what was begun before is kept by nobody.
    var age = 0
  }

  private enum Way {
    case ready(Value)
    case wait(Task<Value, any Error>)
  }

  private let state = Mutex(State())
  private let mostBytes: Int
  private let outlives: @Sendable (any Error) -> Bool
  private let now: @Sendable () -> ContinuousClock.Instant

  /// How long after a failure the next one tries.
  static var pause: Duration { .seconds(1) }

  /// - Parameters:
  ///   - mostBytes: what all values together may take; a value more begins from nothing.
  ///   - outlives: whether the value before is handed on when making a new one failed with this error. Otherwise it is
  ///     gone: what it showed does not exist any more.
  init(
    mostBytes: Int, outlives: @escaping @Sendable (any Error) -> Bool,
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) {
    self.mostBytes = mostBytes
    self.outlives = outlives
    self.now = now
  }

  /// The value while it is fresh.
  func fresh(_ key: Key) -> Value? {
    let now = now()
    return state.withLock { state in
      guard let kept = state.kept[key], now < kept.until else { return nil }
      return kept.value
    }
  }

  /// The value, made where that is needed.
  ///
  /// Throws what `make` throws, to all who waited for it. It is called in a task of its own: a reader who leaves ends
  /// nobody else's wait.
  func value(_ key: Key, _ make: @escaping @Sendable () async throws -> Value) async throws -> Value {
    let now = now()
    let way: Way = state.withLock { state in
      let kept = state.kept[key]
      if let kept, now < kept.until { return .ready(kept.value) }
      if let task = state.making[key] { return kept.map { .ready($0.value) } ?? .wait(task) }
      let age = state.age
      let task = Task { try await self.made(key, age, make) }
      state.making[key] = task
      return .wait(task)
    }
    switch way {
    case .ready(let value): return value
    case .wait(let task): return try await task.value
    }
  }

  private func made(_ key: Key, _ age: Int, _ make: @Sendable () async throws -> Value) async throws -> Value {
    do {
      let value = try await make()
      keep(key, value, age)
      return value
    } catch {
      if let old = old(key, age, after: error) { return old }
      throw error
    }
  }

  private func keep(_ key: Key, _ value: Value, _ age: Int) {
    let now = now()
    state.withLock { state in
      guard state.age == age else { return }
      state.making[key] = nil
      state.size += value.size - (state.kept[key]?.value.size ?? 0)
      state.kept[key] = Kept(value: value, until: now.advanced(by: value.freshFor))
      guard state.size > mostBytes else { return }
      // What is old first; where that is not enough, everything but this.
      state.kept = state.kept.filter { $0.key == key || now < $0.value.until }
      state.size = state.kept.values.reduce(0) { $0 + $1.value.size }
      if state.size > mostBytes {
        state.kept = state.kept.filter { $0.key == key }
        state.size = value.size
      }
    }
  }

  /// The value before, when it outlives the failure.
  private func old(_ key: Key, _ age: Int, after error: any Error) -> Value? {
    let until = now().advanced(by: Self.pause)
    let outlives = outlives(error)
    return state.withLock { state in
      guard state.age == age else { return nil }
      state.making[key] = nil
      guard let kept = state.kept[key] else { return nil }
      if outlives {
        state.kept[key]?.until = until
        return kept.value
      }
      state.size -= kept.value.size
      state.kept[key] = nil
      return nil
    }
  }

  /// Everything is made anew for the next who asks.
  func forget() {
    state.withLock { state in
      state.kept = [:]
      state.making = [:]
      state.size = 0
      state.age += 1
    }
  }

  /// How many values are kept, and what they take in bytes.
  var held: (count: Int, bytes: Int) { state.withLock { ($0.kept.count, $0.size) } }
}
