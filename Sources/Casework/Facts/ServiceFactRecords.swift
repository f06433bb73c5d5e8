import Basics
import Records

extension FactBook {
  /// How many persons received each service that was written down, by its code. A person with several services stands
  /// with each.
  ///
  /// - Parameter agency: only services of cases that it opened; `nil` for those of all.
  public static func services(agency: AgencyID? = nil, _ transaction: any ReadTransaction) throws -> [FactCount] {
    let condition = agency == nil ? "" : " WHERE c.agency = ?"
    let values: [any SQLBindable] = agency.map { [$0] } ?? []
    return try transaction.rows(
      """
      SELECT s.service AS service, COUNT(DISTINCT c.person) AS number
      FROM case_services s JOIN cases c ON c.id = s.case_id\(condition) GROUP BY s.service ORDER BY s.service
      """, values
    ).map { FactCount(codes: [try $0.get("service")], count: try $0.get("number")) }
  }
}
