import Accounts
import Basics
import Records

/// One version as the public sees it.
public struct OpenRelease: Sendable {
  public var release: Release
  /// `nil` when it was withdrawn.
  public var table: OpenTable?
  /// The versions of this address that are public, the newest first.
  public var versions: [Release]

  public var isNewest: Bool { versions.first?.version == release.version }
}

/// What anybody may read: releases, and nothing but releases.
public struct OpenDataDesk: Sendable {
  private let office: Office

  public init(_ office: Office) { self.office = office }

  /// The newest public version of every address, the newest first.
  public func releases() async throws -> [Release] {
    let ledger = try await office.database.read { try ReleaseRecords.ledger($0) }
    var seen: Set<ReleaseSlug> = []
    return ledger.sorted { ($0.publishedAt ?? $0.draftedAt, $0.version) > ($1.publishedAt ?? $1.draftedAt, $1.version) }
      .filter { seen.insert($0.slug).inserted }
  }

  /// The newest public version of an address. Throws `Refusal.notFound`.
  public func newest(_ slug: String) async throws -> Release {
    guard let slug = ReleaseSlug(slug) else { throw Refusal.notFound }
    let versions = try await office.database.read { try ReleaseRecords.versions(slug, $0) }
    guard let newest = versions.first(where: { $0.publishedAt != nil }) else { throw Refusal.notFound }
    return newest
  }

  /// One version. Throws `Refusal.notFound` for one that was never published.
  public func release(_ slug: String, version: String) async throws -> OpenRelease {
    guard let slug = ReleaseSlug(slug), version.hasPrefix("v"), let number = Int(version.dropFirst()),
      "v\(number)" == version
    else { throw Refusal.notFound }
    let versions = try await office.database.read { try ReleaseRecords.versions(slug, $0) }
      .filter { $0.publishedAt != nil }
    guard let release = versions.first(where: { $0.version == number }) else { throw Refusal.notFound }
    let table = release.state == .published ? try release.document.map { try OpenTable(json: $0) } : nil
    return OpenRelease(release: release, table: table, versions: versions)
  }
}
