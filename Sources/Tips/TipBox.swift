import Accounts
import Basics
import Records
import Vault

/// The boxes that a message's keys lie in, and the places of what is sealed. Destroying a box's key erases what lies in it,
/// here and in every copy of the store that comes without its erasure keys.
struct TipBox {
  private let id: TipID
  private let key: ErasureKey
  private let contact: ErasureKey?

  /// Fresh boxes. Throws `Refusal` `.noBasis` for a message that was erased.
  init(making id: TipID, hasContact: Bool, _ transaction: any WriteTransaction) throws {
    guard let key = try ErasureKeys.openOrMake(Self.subject(id), transaction) else { throw Self.gone }
    self.id = id
    self.key = key
    contact = hasContact ? try ErasureKeys.openOrMake(Self.contactSubject(id), transaction) : nil
  }

  /// Throws `Refusal` `.noBasis` for a message that was erased.
  init(_ id: TipID, _ transaction: any ReadTransaction) throws {
    guard let key = try ErasureKeys.keys(of: [Self.subject(id)], transaction)[Self.subject(id)] else {
      throw Self.gone
    }
    self.id = id
    self.key = key
    contact = nil
  }

  func seal(_ bytes: [UInt8], for holder: String) throws -> [UInt8] {
    try key.seal(bytes, context: Self.context(id, holder))
  }

  func open(_ blob: [UInt8], for holder: String) throws -> [UInt8] {
    try key.open(blob, context: Self.context(id, holder))
  }

  func sealContact(_ bytes: [UInt8]) throws -> [UInt8] {
    guard let contact else { throw Self.gone }
    return try contact.seal(bytes, context: Self.context(id, "contact"))
  }

  /// `nil` once the contact was destroyed.
  static func openContact(_ blob: [UInt8], of id: TipID, _ transaction: any ReadTransaction) throws -> [UInt8]? {
    let subject = contactSubject(id)
    return try ErasureKeys.keys(of: [subject], transaction)[subject]?.open(blob, context: context(id, "contact"))
  }

  /// Destroys how whoever wrote may be reached, and nothing else.
  static func destroyContact(_ id: TipID, _ transaction: any WriteTransaction) throws {
    try RecordKeys.destroy(contactSubject(id), transaction)
  }

  static func destroy(_ id: TipID, hadContact: Bool, _ transaction: any WriteTransaction) throws {
    try RecordKeys.destroy(subject(id), transaction)
    if hadContact { try destroyContact(id, transaction) }
  }

  private static func subject(_ id: TipID) -> RecordSubject { RecordSubject("tip", id) }
  private static func contactSubject(_ id: TipID) -> RecordSubject { RecordSubject("tip-contact", id) }
  private static func context(_ id: TipID, _ holder: String) -> [UInt8] {
    Array("tips\n\(id)\n\(holder)".utf8)
  }
  private static let gone = Refusal(.noBasis, Phrase("error.no_basis"))

  // MARK: Places

  static func content(_ id: TipID) -> FieldAddress { place("tips", "content", id.description) }
  static func contact(_ id: TipID) -> FieldAddress { place("tips", "contact", id.description) }
  static func agencyKey(_ id: TipID) -> FieldAddress { place("tips", "agency_key", id.description) }
  static func codeKey(_ id: TipID) -> FieldAddress { place("tips", "code_key", id.description) }
  static func words(_ id: TipMessageID) -> FieldAddress { place("tip_messages", "sealed", id.description) }

  /// No agency is in it: a message may be handed on.
  private static func place(_ table: String, _ column: String, _ row: String) -> FieldAddress {
    FieldAddress(tenant: "public", table: table, column: column, row: row, revision: 1)
  }
}
