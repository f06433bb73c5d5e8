import Basics
import Records

/// The figures' source in this room: how many certificates hold, by the agency that issued them. No name, no number.
public enum CertificateCounts {
  public static func valid(on day: CalendarDay, _ transaction: any ReadTransaction) throws -> [AgencyID: Int] {
    try CertificateRecords.valid(on: day, transaction)
  }
}
