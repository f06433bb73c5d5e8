import Basics
import Records

/// Erases what an attempt left in the work tool: every row of its made-up agencies, in all rooms' tables, also in those that
/// a room adds later.
///
/// Only practice may do so: nothing in it is anybody's. The audit log keeps its entries, which hold random identifiers.
enum PracticeErasureRecords {
  static func erase(_ agencies: [AgencyID], _ engine: Engine, _ transaction: any WriteTransaction) throws {
    for agency in agencies {
      for (table, column) in whole {
        try Cascade.delete(from: table, where: column, is: agency.description, engine, transaction)
      }
      for statement in statements { try transaction.execute(statement, agency) }
    }
    // What one agency granted another goes before either of them.
    for agency in agencies {
      for statement in last { try transaction.execute(statement, agency) }
    }
  }

  /// What goes with everything that hangs on it, by the column that names the agency.
  private static let whole = [
    ("referrals", "from_agency"), ("cases", "agency"), ("persons", "agency"), ("screenings", "agency"),
    ("breaches", "agency"), ("case_imports", "agency"), ("known_questions", "agency"),
  ]

  private static let members = "SELECT id FROM members WHERE agency = ?"

  private static let statements = [
    // What outlives a case on purpose.
    "DELETE FROM data_requests WHERE agency = ?",
    "DELETE FROM known_notices WHERE agency = ?",
    "DELETE FROM emergency_openings WHERE owner = ?",
    "DELETE FROM case_erasures WHERE agency = ?",
    "DELETE FROM kept_case_facts WHERE agency = ?",
    """
    DELETE FROM record_erasure_keys WHERE subject IN (
      SELECT subject FROM record_key_wraps WHERE grantor IN (\(members)))
    """,
    "DELETE FROM record_key_wraps WHERE recipient = ?",
    "DELETE FROM record_key_wraps WHERE grantor IN (\(members))",
    "DELETE FROM case_lists WHERE member IN (\(members))",
    "DELETE FROM case_calendar_links WHERE member IN (\(members))",
    "DELETE FROM sessions WHERE member IN (\(members))",
    "DELETE FROM second_factor_codes WHERE member IN (\(members))",
    "DELETE FROM signing_keys WHERE member IN (\(members))",
    "DELETE FROM invitations WHERE agency = ?",
    "DELETE FROM notices WHERE member IN (\(members))",
    "DELETE FROM notice_choices WHERE member IN (\(members))",
    "DELETE FROM mail_addresses WHERE member IN (\(members))",
    "DELETE FROM mail_outbox WHERE member IN (\(members))",
  ]

  private static let last = [
    "DELETE FROM agency_key_wraps WHERE agency = ?",
    "DELETE FROM agency_keys WHERE agency = ?",
    "DELETE FROM members WHERE agency = ?",
    "DELETE FROM agencies WHERE id = ?",
  ]
}
