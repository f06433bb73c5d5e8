import Basics
import Records
import Vault

/// The installation's own signing keys, one in use for each address it has been reached at. The private half lies under
/// the root secret while the key is in use, and is destroyed when the next one takes over.
enum IssuerKeys {
  private static let purpose = "issuer-key"

  static func file(_ transaction: any ReadTransaction) throws -> IssuerKeyFile {
    IssuerKeyFile(keys: try CertificateRecords.keys(transaction).map(\.known))
  }

  /// The key in use; the first one is made when it is first needed.
  static func inUse(
    _ address: String, _ root: RootSecret, doer: AuditEntry.Doer, at now: Moment, _ transaction: any WriteTransaction
  ) throws -> IssuerSigner {
    for key in try CertificateRecords.keys(transaction).reversed()
    where key.known.address == address && key.known.until == nil && key.known.withdrawnFrom == nil {
      if let signer = open(key, root) { return signer }
    }
    return try begin(address, root, doer: doer, at: now, transaction)
  }

  /// A key's private half; `nil` when it is out of use.
  static func signer(_ publicKey: [UInt8], _ root: RootSecret, _ transaction: any ReadTransaction) throws
    -> (signer: IssuerSigner, address: String)?
  {
    guard let key = try CertificateRecords.keys(transaction).first(where: { $0.known.publicKey == publicKey }),
      key.known.withdrawnFrom == nil, let signer = open(key, root)
    else { return nil }
    return (signer, key.known.address)
  }

  static func begin(
    _ address: String, _ root: RootSecret, doer: AuditEntry.Doer, at now: Moment, _ transaction: any WriteTransaction
  ) throws -> IssuerSigner {
    let signer = IssuerSigner()
    let sealed = try root.seal(signer.exposedBytes, purpose: purpose, context: signer.publicKey)
    try CertificateRecords.insert(
      .init(
        known: .init(publicKey: signer.publicKey, address: address, from: now.seconds), sealed: sealed), transaction)
    try transaction.record(
      AuditEntry(
        at: now, doer: doer, action: "issuer_key.begin", objectKind: "issuer_key",
        objectID: Multikey.encode(signer.publicKey)))
    return signer
  }

  private static func open(_ key: CertificateRecords.Key, _ root: RootSecret) -> IssuerSigner? {
    guard let sealed = key.sealed,
      let bytes = try? root.open(sealed, purpose: purpose, context: key.known.publicKey)
    else { return nil }
    return IssuerSigner(bytes: bytes)
  }
}
