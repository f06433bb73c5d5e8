import Basics
import Records

/// Many small writes that come at once, stored in one transaction: a class that answers in the same second waits for one
/// write to the disk, not for five hundred. Nobody is answered before their own write is stored.
///
/// A write that comes alone starts at once; those that come while it runs go together in the next transaction.
actor Intake {
  /// What one caller wants stored: `work` checks first, refuses with `Refusal`, and then writes. It may run twice.
  private struct Entry: Sendable {
    var work: @Sendable (any WriteTransaction) throws -> any Sendable
    var answer: CheckedContinuation<any Sendable, any Error>
  }

  /// A transaction of more would let the first of them wait for the last.
  private static let most = 64
  private let database: any Database
  private var waiting: [Entry] = []
  private var isRunning = false

  init(_ database: any Database) { self.database = database }

  /// Stores what `work` writes, together with others.
  ///
  /// Throws `work`'s `Refusal`, or why nothing was stored. A `Refusal` must come before the first write: what was
  /// written before it would be stored with the others'.
  func write<Answer: Sendable>(_ work: @escaping @Sendable (any WriteTransaction) throws -> Answer) async throws
    -> Answer
  {
    let answer = try await withCheckedThrowingContinuation { continuation in
      waiting.append(Entry(work: work, answer: continuation))
      guard !isRunning else { return }
      isRunning = true
      Task { await run() }
    }
    guard let answer = answer as? Answer else { throw DatabaseFailure.unavailable }
    return answer
  }

  private func run() async {
    while !waiting.isEmpty {
      let batch = Array(waiting.prefix(Self.most))
      waiting.removeFirst(batch.count)
      do {
        for (entry, result) in zip(batch, try await stored(batch)) { entry.answer.resume(with: result) }
      } catch let failure where batch.count == 1 {
        batch[0].answer.resume(throwing: failure)
      } catch {
        // One of them may be what failed: each gets a transaction of its own.
        for entry in batch {
          do { entry.answer.resume(with: try await stored([entry])[0]) } catch { entry.answer.resume(throwing: error) }
        }
      }
    }
    isRunning = false
  }

  private func stored(_ batch: [Entry]) async throws -> [Result<any Sendable, any Error>] {
    let works = batch.map(\.work)
    return try await database.write { transaction in
      try works.map { work -> Result<any Sendable, any Error> in
        do { return .success(try work(transaction)) } catch let refusal as Refusal { return .failure(refusal) }
      }
    }
  }
}
