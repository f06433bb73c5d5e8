import Basics
import Records

/// The queries about figures. They read the columns of the index `referrals_figures` and no other, so that none of them
/// opens a referral's row.
enum FigureRecords {
  private static let isAccepted = """
    state IN ('accepted', 'in_service', 'completed', 'handed_back', 'interrupted', 'closed_outside')
    OR (answered_at IS NOT NULL AND state IN ('withdrawn', 'revoked', 'ended_with_case', 'expired'))
    """

  private static let answer = """
    CASE WHEN state = 'declined' THEN 'declined' WHEN \(ReferralRecords.isWaiting) THEN 'waiting'
      WHEN \(isAccepted) THEN 'accepted' ELSE 'unanswered' END
    """

  private static let stage = """
    CASE WHEN state = 'accepted' THEN 'accepted' WHEN state = 'in_service' THEN 'in_service'
      WHEN state IN ('completed', 'handed_back', 'closed_outside') THEN 'completed'
      WHEN state = 'interrupted' OR (state <> 'declined' AND answered_at IS NOT NULL AND begun_at IS NOT NULL)
        THEN 'broken_off'
      WHEN state <> 'declined' AND answered_at IS NOT NULL AND NOT \(ReferralRecords.isWaiting) THEN 'fell_away'
      ELSE 'none' END
    """

  /// With one value: now.
  private static let punctuality = """
    CASE WHEN answered_at <= due_at THEN 'in_time' WHEN answered_at IS NOT NULL THEN 'late'
      WHEN \(ReferralRecords.isWaiting) THEN CASE WHEN due_at < ? THEN 'overdue' ELSE 'pending' END
      WHEN state = 'expired' THEN 'never' ELSE 'ended' END
    """

  private static func period(_ from: Moment, _ until: Moment, _ desk: AgencyID?) -> (String, [any SQLBindable]) {
    let condition = "sent_at >= ? AND sent_at < ?"
    guard let desk else { return (condition, [from, until]) }
    return (condition + " AND to_agency = ?", [from, until, desk])
  }

  private static func source(_ column: ReferralFigureColumn) -> String {
    switch column {
    case .desk: "to_agency"
    case .province: "from_province"
    case .need: "need"
    case .stage: stage
    case .punctuality: punctuality
    case .reason: "decline_reason"
    case .outcome: "outcome"
    }
  }

  static func cells(
    by asked: Set<ReferralFigureColumn>, from: Moment, until: Moment, desk: AgencyID?, at now: Moment,
    _ transaction: any ReadTransaction
  ) throws -> [ReferralCell] {
    let columns = ReferralFigureColumn.allCases.filter(asked.contains)
    let (which, values) = period(from, until, desk)
    let coded = (["\(answer) AS answer"] + columns.map { "\(source($0)) AS \($0.rawValue)" }).joined(separator: ", ")
    let names = (["answer"] + columns.map(\.rawValue)).joined(separator: ", ")
    return try transaction.rows(
      """
      SELECT \(names), COUNT(*) AS number FROM (SELECT \(coded) FROM referrals WHERE \(which)) AS coded
      GROUP BY \(names)
      """, (asked.contains(.punctuality) ? [now] : []) + values
    ).map { row in
      func text(_ column: ReferralFigureColumn) throws -> String? {
        asked.contains(column) ? try row.optional(column.rawValue) : nil
      }
      return ReferralCell(
        try code(row, "answer"), desk: asked.contains(.desk) ? try row.get("desk") : nil, province: try text(.province),
        need: try text(.need), stage: asked.contains(.stage) ? try code(row, "stage") : nil,
        punctuality: asked.contains(.punctuality) ? try code(row, "punctuality") : nil, reason: try text(.reason),
        outcome: try text(.outcome), count: try row.get("number"))
    }
  }

  static func times(from: Moment, until: Moment, desk: AgencyID?, _ transaction: any ReadTransaction) throws -> [(
    minutes: Int, count: Int
  )] {
    let (which, values) = period(from, until, desk)
    return try transaction.rows(
      """
      SELECT minutes, COUNT(*) AS number FROM (
        SELECT (answered_at - sent_at) / 60000 AS minutes FROM referrals
        WHERE \(which) AND answered_at IS NOT NULL) AS answered
      GROUP BY minutes
      """, values
    ).map { (try $0.get("minutes"), try $0.get("number")) }
  }

  static func punctuality(
    from: Moment, until: Moment, desk: AgencyID?, at now: Moment, _ transaction: any ReadTransaction
  ) throws -> PunctualityCount {
    let (which, values) = period(from, until, desk)
    // What was taken back or ended with case or consent before anybody answered says nothing of the desk.
    let row = try transaction.rows(
      """
      SELECT COUNT(*) AS sent, COUNT(CASE WHEN answered_at > due_at OR (answered_at IS NULL
        AND (state = 'expired' OR (\(ReferralRecords.isWaiting) AND due_at < ?))) THEN 1 END) AS late
      FROM referrals WHERE \(which)
      """, [now] + values
    ).first
    return PunctualityCount(sent: try row?.get("sent") ?? 0, late: try row?.get("late") ?? 0)
  }

  static func overdue(at now: Moment, _ transaction: any ReadTransaction) throws -> [AgencyID: Int] {
    try transaction.rows(
      """
      SELECT to_agency, COUNT(*) AS number FROM referrals
      WHERE \(ReferralRecords.isWaiting) AND due_at > 0 AND due_at < ? GROUP BY to_agency
      """, now
    ).reduce(into: [:]) { $0[try $1.get("to_agency")] = try $1.get("number") }
  }

  private static func code<Code: RawRepresentable>(_ row: Row, _ column: String) throws -> Code
  where Code.RawValue == String {
    guard let code = Code(rawValue: try row.get(column)) else { throw DatabaseFailure.malformed(column: column) }
    return code
  }
}
