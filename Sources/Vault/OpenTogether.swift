import Dispatch
import Foundation
import Synchronization

extension Array where Element: Sendable {
  /// What becomes of each element, in their order, worked out on all processors at once: opening many seals is what a list
  /// of names or a search spends its time on, while the caller waits in the middle of a transaction.
  ///
  /// - Parameter work: the opening of one; must not depend on that of another.
  ///
  /// Throws what `work` throws.
  public func openedTogether<Opened: Sendable>(_ work: @Sendable (Element) throws -> Opened) throws -> [Opened] {
    // A few are opened sooner than a second processor is asked.
    let parts = Swift.min(ProcessInfo.processInfo.activeProcessorCount, count / 4)
    guard parts > 1 else { return try map(work) }
    let results = Mutex<[Int: Result<[Opened], any Error>]>([:])
    DispatchQueue.concurrentPerform(iterations: parts) { part in
      let range = count * part / parts..<count * (part + 1) / parts
      let result = Result { try self[range].map(work) }
      results.withLock { $0[part] = result }
    }
    let opened = results.withLock { $0 }
    return try (0..<parts).flatMap { try opened[$0]?.get() ?? [] }
  }
}
