import Basics
import Foundation

/// The public keys of issuers that a verifier trusts: a file that is carried, printed or pinned.
public struct IssuerKeyFile: Hashable, Sendable {
  /// One key. Times are seconds since 1970.
  public struct Key: Hashable, Sendable {
    public var publicKey: [UInt8]
    /// The installation it signs for.
    public var address: String
    public var from: Int64
    /// When it went out of use; the private half was destroyed then.
    public var until: Int64?
    /// From when on nothing it signed is believed: it was stolen or lost.
    public var withdrawnFrom: Int64?

    public init(publicKey: [UInt8], address: String, from: Int64, until: Int64? = nil, withdrawnFrom: Int64? = nil) {
      self.publicKey = publicKey
      self.address = address
      self.from = from
      self.until = until
      self.withdrawnFrom = withdrawnFrom
    }
  }

  public var keys: [Key]

  public init(keys: [Key]) { self.keys = keys }

  /// Reads what `json` writes; `nil` for anything else.
  public init?(reading bytes: [UInt8]) {
    guard let list = JSONValue(reading: bytes)?["keys"]?.array else { return nil }
    var keys: [Key] = []
    for entry in list {
      func time(_ name: String) -> Int64?? {
        guard let value = entry[name] else { return .some(nil) }
        return value.string.flatMap(Timestamp.read).map { .some($0) }
      }
      guard let publicKey = entry["publicKeyMultibase"]?.string.flatMap({ Multikey.decode($0) }),
        let address = entry["address"]?.string, let from = time("from") ?? nil, let until = time("until"),
        let withdrawn = time("withdrawnFrom")
      else { return nil }
      keys.append(Key(publicKey: publicKey, address: address, from: from, until: until, withdrawnFrom: withdrawn))
    }
    self.keys = keys
  }

  public var json: JSONValue {
    let entries = keys.map { key -> JSONValue in
      let entry: JSONValue = [
        "publicKeyMultibase": .string(Multikey.encode(key.publicKey)), "address": .string(key.address),
        "from": .string(Timestamp.write(key.from)),
      ]
      return entry.with("until", key.until.map { .string(Timestamp.write($0)) })
        .with("withdrawnFrom", key.withdrawnFrom.map { .string(Timestamp.write($0)) })
    }
    return ["type": "IssuerKeys", "keys": .array(entries)]
  }

  /// The key as it is known for an issuer; `nil` for a stranger's.
  func key(_ publicKey: [UInt8], for issuer: String) -> Key? {
    keys.first { $0.publicKey == publicKey && (issuer == $0.address || issuer.hasPrefix($0.address + "/")) }
  }
}

/// The certificates that were withdrawn, by their addresses, with its date and the issuer's signature.
public struct RevocationList: Hashable, Sendable {
  public let dated: Int64
  public let revoked: Set<String>

  /// Makes and signs a list.
  static func sign(
    _ ids: [String], address: String, dated: Int64, with signer: IssuerSigner
  ) throws -> JSONValue {
    let list: JSONValue = [
      "id": .string(CertificateCredential.revocationList(at: address)), "type": "1EdTechRevocationList",
      "issuer": .string(address), "dated": .string(Timestamp.write(dated)),
      "revokedCredentials": .array(ids.sorted().map { ["id": .string($0), "revoked": .bool(true)] }),
    ]
    return try JCSProof.sign(
      list, method: address + "#" + Multikey.encode(signer.publicKey), created: Timestamp.write(dated), with: signer)
  }

  public enum Problem: Error, Hashable, Sendable {
    case unreadable
    /// Whoever signed it is not among the trusted keys, or it was changed.
    case notSigned
  }

  /// Reads a list and believes it only when one of the keys signed it.
  public init(reading bytes: [UInt8], keys: IssuerKeyFile) throws(Problem) {
    guard let list = JSONValue(reading: bytes), let dated = list["dated"]?.string.flatMap(Timestamp.read),
      let entries = list["revokedCredentials"]?.array, list["issuer"]?.string != nil
    else { throw .unreadable }
    guard let issuer = list["issuer"]?.string, let shown = try? PresentedCredential(reading: bytes),
      let key = keys.key(shown.key, for: issuer), shown.controller == issuer, shown.isSignedByItsKey,
      key.withdrawnFrom.map({ dated < $0 }) ?? true
    else { throw .notSigned }
    self.dated = dated
    revoked = Set(entries.compactMap { $0["id"]?.string })
  }
}

/// Says of a credential whether it holds, and if not, why not.
public struct CertificateVerifier: Sendable {
  public enum Verdict: String, Sendable, CaseIterable {
    case valid
    /// It is no credential that this program reads.
    case malformed
    /// The signature does not fit the content.
    case altered
    /// Signed, but by a key that is not trusted for this issuer.
    case unknownIssuer = "unknown_issuer"
    /// The key had been withdrawn or was out of use when it says it was signed.
    case keyWithdrawn = "key_withdrawn"
    case revoked
    case notYetValid = "not_yet_valid"
    case expired
  }

  public enum Warning: String, Sendable {
    /// Whether it was withdrawn was not looked at.
    case noRevocationList = "no_revocation_list"
    case oldRevocationList = "old_revocation_list"
    /// The key was withdrawn later: someone who has it could date a forgery back.
    case keyWithdrawnLater = "key_withdrawn_later"
  }

  public struct Report: Sendable {
    public var verdict: Verdict
    /// What is malformed.
    public var reason: String?
    public var warnings: [Warning] = []
    /// `nil` when it could not be read.
    public var credential: PresentedCredential?
  }

  public var keys: IssuerKeyFile
  public var revocations: RevocationList?
  public var at: Moment
  /// Days after which a revocation list is called old.
  public var oldAfterDays: Int

  public init(keys: IssuerKeyFile, revocations: RevocationList?, at: Moment, oldAfterDays: Int = 30) {
    self.keys = keys
    self.revocations = revocations
    self.at = at
    self.oldAfterDays = oldAfterDays
  }

  /// - Parameter bytes: JSON, a JWT, the text of a QR code, or a PDF of ours. Whatever it is, this answers.
  public func check(_ bytes: [UInt8]) -> Report {
    do { return check(try PresentedCredential(reading: bytes)) } catch {
      return Report(verdict: .malformed, reason: error.reason)
    }
  }

  private func check(_ shown: PresentedCredential) -> Report {
    var report = Report(verdict: .valid, credential: shown)
    func says(_ verdict: Verdict, _ reason: String? = nil) -> Report {
      report.verdict = verdict
      report.reason = reason
      return report
    }
    guard shown.isSignedByItsKey else { return says(.altered) }
    if let flaw = shown.flaw { return says(.malformed, flaw) }
    guard let issuer = shown.issuer, let from = shown.validFrom, shown.controller == issuer,
      let key = keys.key(shown.key, for: issuer)
    else { return says(.unknownIssuer) }
    // A key's first day binds nobody: a certificate older than the key is signed anew when it is printed again.
    let signed = max(from, shown.created ?? from)
    if let until = key.until, signed > until { return says(.keyWithdrawn) }
    if let withdrawn = key.withdrawnFrom {
      if signed >= withdrawn { return says(.keyWithdrawn) }
      report.warnings.append(.keyWithdrawnLater)
    }
    if let revocations {
      if let id = shown.id, revocations.revoked.contains(id) { return says(.revoked) }
      if at.seconds - revocations.dated > Int64(oldAfterDays) * 86_400 { report.warnings.append(.oldRevocationList) }
    } else {
      report.warnings.append(.noRevocationList)
    }
    if at.seconds < from { return says(.notYetValid) }
    if let until = shown.validUntil, at.seconds >= until { return says(.expired) }
    return report
  }
}
