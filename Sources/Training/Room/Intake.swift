import Basics
import Records

/// Many small transactions that come at once, run as one: a class that answers in the same second waits for one write to
/// the disk, not for five hundred. Nobody is answered before their own write is stored.
///
/// One that comes alone starts at once; those that come while it runs go together in the next.
actor Intake<Access> {
  typealias Work = @Sendable (Access) throws -> any Sendable
  typealias Results = [Result<any Sendable, any Error>]

  private struct Entry: Sendable {
    var work: Work
    var answer: CheckedContinuation<any Sendable, any Error>
  }

  /// A transaction of more would let the first of them wait for the last.
  private let most: Int
  private let transact: @Sendable ([Work]) async throws -> Results
  private var waiting: [Entry] = []
  private var isRunning = false

  private init(most: Int, _ transact: @escaping @Sendable ([Work]) async throws -> Results) {
    self.most = most
    self.transact = transact
  }

  /// Does `work` in a transaction, together with others. It may run twice.
  ///
  /// Throws `work`'s `Refusal`, or why nothing was done. A `Refusal` must come before the first write: what was written
  /// before it would be stored with the others'.
  func run<Answer: Sendable>(_ work: @escaping @Sendable (Access) throws -> Answer) async throws -> Answer {
    let answer = try await withCheckedThrowingContinuation { continuation in
      waiting.append(Entry(work: work, answer: continuation))
      guard !isRunning else { return }
      isRunning = true
      Task { await drain() }
    }
    guard let answer = answer as? Answer else { throw DatabaseFailure.unavailable }
    return answer
  }

  private func drain() async {
    while !waiting.isEmpty {
      let batch = Array(waiting.prefix(most))
      waiting.removeFirst(batch.count)
      do {
        for (entry, result) in zip(batch, try await transact(batch.map(\.work))) { entry.answer.resume(with: result) }
      } catch let failure where batch.count == 1 {
        batch[0].answer.resume(throwing: failure)
      } catch {
        // One of them may be what failed: each gets a transaction of its own.
        for entry in batch {
          do { entry.answer.resume(with: try await transact([entry.work])[0]) } catch {
            entry.answer.resume(throwing: error)
          }
        }
      }
    }
    isRunning = false
  }

  private static func results(_ works: [Work], _ access: Access) throws -> Results {
    try works.map { work in
      do { return .success(try work(access)) } catch let refusal as Refusal { return .failure(refusal) }
    }
  }
}

extension Intake where Access == any WriteTransaction {
  static func writes(to database: any Database) -> Intake {
    Intake(most: 128) { works in try await database.write { try results(works, $0) } }
  }
}

extension Intake where Access == any ReadTransaction {
  static func reads(of database: any Database) -> Intake {
    Intake(most: 32) { works in try await database.read { try results(works, $0) } }
  }
}
