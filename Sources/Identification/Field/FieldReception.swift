import Accounts
import Basics
import Foundation
import Records
import Vault

/// The proof that an operation is kept: what its phone may forget it for.
public struct FieldReceipt: Hashable, Sendable {
  /// JSON; these exact bytes are signed.
  public var body: [UInt8]
  public var signature: [UInt8]

  init(body: [UInt8], signature: [UInt8]) {
    self.body = body
    self.signature = signature
  }

  init(_ op: [UInt8], hash: [UInt8], _ outcome: FieldOutcome, at receivedAt: Moment, _ key: ReceiptKey) throws {
    let content = Content(
      op: Base64URL.encode(op), hash: Base64URL.encode(hash), outcome: outcome.rawValue,
      receivedAt: receivedAt.milliseconds)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    body = Array(try encoder.encode(content))
    signature = try key.sign(body)
  }

  private struct Content: Encodable {
    var op: String
    var hash: String
    var outcome: String
    var receivedAt: Int64
  }
}

/// What a phone is told about one operation.
public struct FieldAnswer: Hashable, Sendable {
  /// Base64url; empty when it could not be read.
  public var op: String
  public var outcome: FieldOutcome
  public var reason: FieldReason?
  public var receipt: FieldReceipt?
}

extension FieldDesk {
  /// Whether a phone is known here; for telling failed tries of strangers from those of colleagues.
  public func knows(_ device: FieldDeviceID) async throws -> Bool {
    let root = office.root
    return try await office.database.read { try FieldDeviceRecords.device(device, root, $0) != nil }
  }

  /// Takes in what a phone sends, all in one transaction: each operation once, in order, with its audit entry. What
  /// came before gets its first receipt again. Nobody needs to be signed in: each operation carries its proof.
  ///
  /// Throws `Refusal.tooMany` when the phone brings more than `mostAnHour`; a danger is taken in all the same. A
  /// courier's file may hold any number.
  public func receive(_ batch: FieldBatch) async throws -> [FieldAnswer] {
    let (now, root) = (office.clock.now(), office.root)
    let known = try await office.database.read { try FieldDeviceRecords.device(batch.device, root, $0) }
    let parcels = batch.operations.map { Parcel($0, publicKey: known?.publicKey) }
    guard known != nil, parcels.contains(where: { $0.operation != nil && $0.isSigned }) else {
      return parcels.map { parcel in
        guard parcel.operation != nil else { return parcel.answer(.rejected, .unreadable) }
        return parcel.answer(.rejected, known == nil ? .unknownDevice : .badSignature)
      }
    }
    let (key, office) = (try root.receiptKey, self.office)
    return try await office.database.write { transaction in
      guard let device = try FieldDeviceRecords.device(batch.device, root, transaction),
        let newest = try AgencyDesk.publicKey(of: device.agency, .casework, transaction)
      else { throw Refusal.notFound }
      let recent = try FieldRecords.count(of: device.id, since: now - .hours(1), transaction)
      if batch.way == .network, recent + parcels.count > mostAnHour,
        !parcels.allSatisfy({ $0.operation?.kind == .danger })
      {
        throw Refusal(.tooMany, Phrase("error.field_too_many"))
      }
      let reception = Reception(
        device: device, member: try Self.member(device, root, transaction), newestEpoch: newest.epoch,
        skew: batch.way == .network ? now - batch.sentAt : device.skew, batch: batch, now: now, key: key, office: office
      )
      let answers = try parcels.map { try reception.take($0, transaction) }
      if answers.contains(where: { $0.outcome.isKept && $0.outcome != .replayed }) {
        try FieldDeviceRecords.hear(
          device.id, at: now, skew: batch.way == .network ? reception.skew : nil, transaction)
      }
      return answers
    }
  }

  private static func member(_ device: FieldDevice, _ root: RootSecret, _ transaction: any ReadTransaction) throws
    -> FieldCircumstances.Member
  {
    guard let standing = try Colleagues.standing(of: device.member, root, transaction), standing.isActive,
      standing.agency == device.agency
    else { return .left }
    return standing.may(.conductScreening) ? .mayInterview : .mayNot
  }

  /// The receipts of a phone of the agency again, as the answer to a batch: for a phone that got none.
  public func receipts(_ actor: Actor, _ id: FieldDeviceID) async throws -> [FieldAnswer] {
    try screenings.requireAny(actor)
    let root = office.root
    return try await office.database.read { transaction in
      guard try FieldDeviceRecords.device(id, root, transaction)?.agency == actor.agency else { throw Refusal.notFound }
      return try FieldRecords.receipts(of: id, limit: 5000, transaction).map {
        FieldAnswer(op: Base64URL.encode($0.op), outcome: $0.outcome, reason: $0.cause, receipt: $0.receipt)
      }
    }
  }
}

/// One operation as it arrived, read and checked as far as needs no store.
private struct Parcel: Sendable {
  var signed: FieldBatch.Signed
  var operation: FieldOperation?
  var hash: [UInt8]
  var isSigned: Bool

  init(_ signed: FieldBatch.Signed, publicKey: [UInt8]?) {
    self.signed = signed
    operation = FieldOperation(signed.body)
    hash = sha256(signed.body)
    isSigned = publicKey.map { FieldSignature.isSigned(signed.body, signed.signature, by: $0) } ?? false
  }

  func answer(_ outcome: FieldOutcome, _ reason: FieldReason?, _ receipt: FieldReceipt? = nil) -> FieldAnswer {
    FieldAnswer(
      op: operation.map { Base64URL.encode($0.op) } ?? "", outcome: outcome, reason: reason, receipt: receipt)
  }
}

/// One phone's batch within one write transaction.
private struct Reception: Sendable {
  let device: FieldDevice
  let member: FieldCircumstances.Member
  let newestEpoch: Int
  let skew: Span?
  let batch: FieldBatch
  let now: Moment
  let key: ReceiptKey
  let office: Office

  func take(_ parcel: Parcel, _ transaction: any WriteTransaction) throws -> FieldAnswer {
    guard let operation = parcel.operation else { return parcel.answer(.rejected, .unreadable) }
    let earlier = try FieldRecords.earlier(operation.op, device.id, transaction)
    let (outcome, reason) = FieldRules.judge(
      FieldCircumstances(
        device: device.revokedAt == nil ? .active : .revoked, isSigned: parcel.isSigned, kind: operation.kind,
        namesItsDevice: operation.device == device.id, namesItsMember: operation.member == device.member,
        knowsEpoch: operation.epoch <= newestEpoch,
        earlier: earlier.map { $0.hash == parcel.hash ? .same : .other } ?? FieldCircumstances.Earlier.none,
        member: member,
        isRecordKnown: try FieldDesk.isKnown(operation.record, device.agency, transaction)))
    guard let state = FieldRules.state(after: outcome, operation.kind) else {
      return parcel.answer(outcome, reason, outcome == .replayed ? earlier?.receipt : nil)
    }
    let receipt = try FieldReceipt(operation.op, hash: parcel.hash, outcome, at: now, key)
    let dangers = try FieldRecords.dangers(of: operation.record, device.agency, transaction)
    let known: FieldRules.KnownDanger =
      dangers.isEmpty ? .none : dangers.contains(where: \.isAlarm) ? .unsettled : .settled
    let alerts = FieldRules.alerts(operation.kind, saysDanger: operation.header.isDanger, known: known)
    let isCarried = try alerts && outcome == .applied && report(operation, transaction)
    let entry = FieldEntry(
      id: office.randomness.identifier(), device: device.id, agency: device.agency, member: device.member,
      kind: operation.kind, record: operation.record, province: operation.header.province,
      ageGroup: operation.header.ageGroup, clientTime: operation.clientTime, sentAt: batch.sentAt, receivedAt: now,
      skew: skew, way: batch.way, state: state, outcome: outcome, cause: reason, dangerSince: alerts ? now : nil,
      isDangerCarried: isCarried)
    try FieldRecords.insert(
      .init(entry: entry, operation: operation, signed: parcel.signed, hash: parcel.hash, receipt: receipt), transaction
    )
    try transaction.record(record(outcome, operation.kind, entry.id))
    return parcel.answer(outcome, reason, receipt)
  }

  /// A danger of an interview that is here already stops it, as the button on the page does.
  ///
  /// - Returns: whether it stands on the screening now.
  private func report(_ operation: FieldOperation, _ transaction: any WriteTransaction) throws -> Bool {
    guard operation.kind == .danger,
      var screening = try ScreeningRecords.screening(operation.record, agency: device.agency, transaction)
    else { return false }
    if screening.dangerSince != nil { return true }
    let before = screening.status
    screening.status = try ScreeningRules.next(
      .reportDanger, from: before, by: Standing(isInterviewer: true, readsAll: false, decides: false))
    screening.dangerSince = now
    try ScreeningRecords.insertDanger(screening.id, by: device.member, at: now, transaction)
    screening.touchedAt = now
    guard try ScreeningRecords.update(screening, from: before, transaction) else { throw Refusal.conflict }
    try transaction.record(
      AuditEntry(
        at: now, doer: doer, action: "screening.danger", objectKind: "screening", objectID: screening.id.description))
    return true
  }

  private func record(_ outcome: FieldOutcome, _ kind: FieldOperation.Kind, _ id: FieldOperationID) -> AuditEntry {
    let action =
      switch outcome {
      case .held: "field.hold"
      case .conflict: "field.keep_beside"
      case .applied, .replayed, .rejected: kind == .danger ? "field.danger" : "field.receive"
      }
    return AuditEntry(at: now, doer: doer, action: action, objectKind: "field", objectID: id.description)
  }

  /// The member, by the phone's key in place of a sign-in.
  private var doer: AuditEntry.Doer {
    .member(device.member, agency: device.agency, session: sha256(device.publicKey))
  }
}
