import Accounts
import Basics
import CountryPack
import Records

/// How messages from the public end: some days after they were closed or taken back their keys are destroyed and their rows
/// deleted. Nobody's key is needed, and nobody decides: whoever wrote was told so.
public struct TipErasing: Sendable {
  /// How often a server looks.
  public static let interval = Span.hours(1)
  private static let some = 200

  private let office: Office
  private let pack: CountryPack

  public init(_ office: Office, _ pack: CountryPack) {
    self.office = office
    self.pack = pack
  }

  /// Erases what is due.
  /// - Returns: how many.
  @discardableResult
  public func run() async throws -> Int {
    let now = office.clock.now()
    let last = CalendarDay(now, offsetFromUTC: pack.offsetFromUTC).adding(days: -pack.tips.keepDays)
    var all = 0
    while true {
      let due = try await office.database.read { try TipRecords.ended(by: last, limit: Self.some, $0) }
      guard !due.isEmpty else { break }
      all += try await office.database.write { transaction in
        // Somebody may have written more meanwhile.
        let still = try TipRecords.ended(by: last, limit: Self.some, transaction)
        for tip in still { try Self.erase(tip.id, by: "retention", at: now, transaction) }
        return still.count
      }
    }
    if all > 0 { try? await office.database.leaveNoTraces(of: ErasureKeys.table) }
    return all
  }

  /// Erases again what a backup brought back: the messages that the newest erasure keys know to be gone.
  /// - Returns: how many.
  public static func finish(_ database: any Database, at now: Moment) async throws -> Int {
    let gone = try await database.read { try ErasureKeys.erased("tip", $0).compactMap { TipID($0) } }
    var all = 0
    for start in stride(from: 0, to: gone.count, by: some) {
      let part = Array(gone[start..<min(gone.count, start + some)])
      let back = try await database.read { transaction in
        try part.filter { try TipRecords.tip($0, transaction) != nil }
      }
      guard !back.isEmpty else { continue }
      try await database.write { transaction in
        for id in back { try erase(id, by: "restore", at: now, transaction) }
      }
      all += back.count
    }
    return all
  }

  private static func erase(_ id: TipID, by system: String, at now: Moment, _ transaction: any WriteTransaction) throws
  {
    try TipBox.destroy(id, hadContact: true, transaction)
    try NoticeBoard.settle(.tip(id), [.tipArrived, .tipUrgent], at: now, transaction)
    try TipRecords.delete(id, transaction)
    try transaction.record(
      AuditEntry(
        at: now, doer: .system(system), action: "tip.erase", objectKind: "tip", objectID: id.description))
  }
}
