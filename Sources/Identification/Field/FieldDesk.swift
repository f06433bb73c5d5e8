import Accounts
import Basics
import CountryPack
import Foundation
import Records
import Vault

/// The one way for work from the field: enrolling a phone, taking in what it sends, and making screenings of it.
///
/// A phone sends without a sign-in: its signature is the proof. What it sends is sealed to its agency, so that taking
/// it in needs no key and says nothing of what is inside; that shows when a member opens it.
public struct FieldDesk: Sendable {
  let office: Office
  let pack: CountryPack
  let screenings: ScreeningDesk
  /// Operations that one phone may bring within an hour over the network: more than any shift of interviews, less than
  /// a flood.
  var mostAnHour = 2000

  public init(_ office: Office, _ pack: CountryPack) {
    self.office = office
    self.pack = pack
    screenings = ScreeningDesk(office, pack)
  }

  // MARK: Phones

  /// Phones that one member may have at a time.
  public static let mostDevices = 20

  /// What a phone needs to work without network.
  public struct Enrolment: Hashable, Sendable {
    public var device: FieldDevice
    public var agencyName: String
    /// X25519, 32 bytes: what interviews are sealed to, and which of the agency's keys it is.
    public var agencyKey: [UInt8]
    public var epoch: Int
    /// Ed25519, 32 bytes: what receipts are checked with.
    public var receiptKey: [UInt8]
    /// The version of the country's content.
    public var pack: String
    public var serverTime: Moment
  }

  /// Takes a phone in under the actor's name. The same phone with the same key again gives the same answer, with the
  /// agency's newest key.
  ///
  /// - Parameters:
  ///   - key: the phone's Ed25519 public key, 32 bytes.
  ///   - name: what its owner calls it, at most 40 characters.
  ///
  /// Throws `Refusal`: `.forbidden` for who may not conduct interviews, `.fields`, `.conflict` for another key, another
  /// member's phone or one that was revoked.
  public func enroll(_ actor: Actor, _ id: FieldDeviceID, key: [UInt8], name typed: String) async throws -> Enrolment {
    try actor.require(.conductScreening)
    var problems: [FieldProblem] = []
    let name = FreeText.read(typed, "name", limit: 40, &problems)
    if !FieldSignature.isKey(key) { problems.append(FieldProblem("key", "error.field_key")) }
    guard problems.isEmpty else { throw Refusal.fields(problems) }
    let (now, root, version) = (office.clock.now(), office.root, pack.version.description)
    let receiptKey = try root.receiptKey.publicKey
    return try await office.database.write { transaction in
      guard let newest = try AgencyDesk.publicKey(of: actor.agency, .casework, transaction) else {
        throw Refusal.notFound
      }
      var device = FieldDevice(
        id: id, agency: actor.agency, member: actor.member, publicKey: key, name: name, enrolledAt: now)
      if let known = try FieldDeviceRecords.device(id, root, transaction) {
        guard known.publicKey == key, known.member == actor.member, known.agency == actor.agency else {
          throw Refusal(.conflict, Phrase("error.field_device_known"))
        }
        guard known.revokedAt == nil else { throw Refusal(.conflict, Phrase("error.field_device_revoked")) }
        device = known
      } else {
        guard try FieldDeviceRecords.activeCount(actor.member, transaction) < Self.mostDevices else {
          throw Refusal(.conflict, Phrase("error.field_devices_full", ["most": String(Self.mostDevices)]))
        }
        try FieldDeviceRecords.insert(device, root, transaction)
        try transaction.record(deviceEntry("field.enroll", actor, id))
      }
      return Enrolment(
        device: device, agencyName: actor.agencyName, agencyKey: newest.publicKey, epoch: newest.epoch,
        receiptKey: receiptKey, pack: version, serverTime: now)
    }
  }

  /// The phones that the actor may see: all of the agency for those who read its interviews, else the actor's own.
  public func devices(_ actor: Actor) async throws -> [FieldDevice] {
    try screenings.requireAny(actor)
    let root = office.root
    return try await office.database.read {
      try FieldDeviceRecords.devices(actor.agency, member: own(actor), root, $0)
    }
  }

  /// Lost, taken or given back: what the phone sends from now on is held until a supervisor decides. It can't be
  /// enrolled again. Again changes nothing.
  ///
  /// Throws `Refusal`: `.forbidden` unless it is the actor's own or the actor decides.
  public func revoke(_ actor: Actor, _ id: FieldDeviceID) async throws {
    try screenings.requireAny(actor)
    let (now, root) = (office.clock.now(), office.root)
    try await office.database.write { transaction in
      guard let device = try FieldDeviceRecords.device(id, root, transaction), device.agency == actor.agency else {
        throw Refusal.notFound
      }
      guard device.member == actor.member || actor.may(.decideIdentification) else { throw Refusal.forbidden }
      guard try FieldDeviceRecords.revoke(id, by: actor.member, at: now, transaction) else { return }
      try transaction.record(deviceEntry("field.revoke", actor, id))
    }
  }

  // MARK: Shared

  /// Whose work the actor sees; `nil`: all of the agency's.
  func own(_ actor: Actor) -> MemberID? { actor.may(.readScreenings) ? nil : actor.member }

  func load(_ id: FieldOperationID, for actor: Actor, _ transaction: any ReadTransaction) throws -> FieldEntry {
    try screenings.requireAny(actor)
    guard let entry = try FieldRecords.entry(id, agency: actor.agency, transaction),
      own(actor).map({ $0 == entry.member }) != false
    else { throw Refusal.notFound }
    return entry
  }

  func standing(_ actor: Actor, _ entry: FieldEntry) -> Standing {
    Standing(
      isInterviewer: entry.member == actor.member && actor.may(.conductScreening),
      readsAll: actor.may(.readScreenings), decides: actor.may(.decideIdentification))
  }

  /// Whether a record was committed: as an operation that counts, or as a screening of any agency.
  static func isKnown(_ record: ScreeningID, _ agency: AgencyID, _ transaction: any ReadTransaction) throws -> Bool {
    try FieldRecords.isCommitted(record, agency, transaction) || ScreeningRecords.exists(record, transaction)
  }

  func entry(_ action: String, _ doer: AuditEntry.Doer, _ id: FieldOperationID) -> AuditEntry {
    AuditEntry(
      at: office.clock.now(), doer: doer, action: action, objectKind: "field", objectID: id.description)
  }

  private func deviceEntry(_ action: String, _ actor: Actor, _ id: FieldDeviceID) -> AuditEntry {
    AuditEntry(
      at: office.clock.now(), doer: actor.doer, action: action, objectKind: "field_device", objectID: id.description)
  }
}
