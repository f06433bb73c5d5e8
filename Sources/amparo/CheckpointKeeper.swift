import Accounts
import Basics
import Foundation
import Logging
import Records

/// Signs the audit log while the server runs: every 60 seconds or 256 entries, when there is something new.
actor CheckpointKeeper {
  static let entries = 256
  static let interval = Span.seconds(60)

  private let installation: Installation
  private let logger: Logger
  private var signedSize = -1
  private var signedAt: Moment

  init(_ installation: Installation, _ logger: Logger) {
    self.installation = installation
    self.logger = logger
    signedAt = installation.office.clock.now()
  }

  func run() async {
    await lookAgain(every: .seconds(2), logger, orSay: "the audit log could not be signed; trying again") {
      try await look()
    }
  }

  private func look() async throws {
    let size = try await installation.office.database.read { try AuditLog.tree($0).size }
    let isDue = installation.office.clock.now() - signedAt >= Self.interval
    if size - max(signedSize, 0) >= Self.entries || isDue { try await signIfGrown() }
  }

  func signIfGrown() async throws {
    signedAt = installation.office.clock.now()
    let size = try await installation.office.database.read { try AuditLog.tree($0).size }
    guard size != signedSize else { return }
    signedSize = try await installation.sign().size
  }
}
