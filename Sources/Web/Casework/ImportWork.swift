import Accounts
import Basics
import Casework
import Synchronization

/// Imports under way in this process: who started one need not keep the page open.
///
/// A class, because what is under way is one thing for all pages.
final class ImportWork: Sendable {
  private let running = Mutex<Set<CaseImportID>>([])

  /// What this process is taking in now. An import leaves it after its end is stored.
  var underWay: Set<CaseImportID> { running.withLock { $0 } }

  /// Goes on with an import unless this process does so already. What stops it stands in the store: how far it is.
  func start(
    _ id: CaseImportID, _ desk: ImportDesk, _ actor: Actor, _ source: ImportDesk.Source, _ mapping: ImportMapping
  ) {
    guard running.withLock({ $0.insert(id).inserted }) else { return }
    Task.detached { [self] in
      _ = try? await desk.run(actor, id, source, mapping)
      _ = running.withLock { $0.remove(id) }
    }
  }
}
