import Accounts
import Basics
import Records

/// One version of synthetic records as the public sees it.
public struct OpenRecords: Sendable {
  public var release: RecordsRelease
  /// The versions of this address that are public, the newest first.
  public var versions: [RecordsRelease]

  public var isNewest: Bool { versions.first?.version == release.version }
}

/// What anybody may read of synthetic records: published ones, never their report.
public struct OpenRecordsDesk: Sendable {
  private let office: Office

  public init(_ office: Office) { self.office = office }

  /// The newest public version of every address, the newest first.
  public func releases() async throws -> [RecordsRelease] {
    let ledger = try await office.database.read { try RecordsRecords.ledger($0) }
    var seen: Set<ReleaseSlug> = []
    return ledger.sorted { ($0.publishedAt ?? $0.draftedAt, $0.version) > ($1.publishedAt ?? $1.draftedAt, $1.version) }
      .filter { seen.insert($0.slug).inserted }
  }

  /// The newest public version of an address. Throws `Refusal.notFound`.
  public func newest(_ slug: String) async throws -> RecordsRelease {
    guard let slug = ReleaseSlug(slug) else { throw Refusal.notFound }
    let versions = try await office.database.read { try RecordsRecords.versions(slug, $0) }
    guard let newest = versions.first(where: { $0.publishedAt != nil }) else { throw Refusal.notFound }
    return newest
  }

  /// One version. Throws `Refusal.notFound` for one that was never published.
  public func release(_ slug: String, version: String) async throws -> OpenRecords {
    guard let slug = ReleaseSlug(slug), version.hasPrefix("v"), let number = Int(version.dropFirst()),
      "v\(number)" == version
    else { throw Refusal.notFound }
    let versions = try await office.database.read { try RecordsRecords.versions(slug, $0) }
      .filter { $0.publishedAt != nil }
    guard let release = versions.first(where: { $0.version == number }) else { throw Refusal.notFound }
    return OpenRecords(release: release, versions: versions)
  }

  /// Its records as CSV; `nil` when they were withdrawn.
  public func file(_ release: RecordsRelease) async throws -> [UInt8]? {
    guard release.state == .published else { return nil }
    return try await office.database.read { try RecordsRecords.file(release.id, $0) }
  }
}
