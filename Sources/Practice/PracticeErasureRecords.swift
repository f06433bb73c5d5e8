import Basics
import Records

/// Erases what an attempt left in the work tool: every row of its made-up agencies, in all rooms' tables.
///
/// Only practice may do so: nothing in it is anybody's. The audit log keeps its entries, which hold random identifiers.
enum PracticeErasureRecords {
  static func erase(_ agencies: [AgencyID], _ transaction: any WriteTransaction) throws {
    for agency in agencies {
      for statement in statements { try transaction.execute(statement, agency) }
    }
    // What one agency granted another goes before either of them.
    for agency in agencies {
      for statement in last { try transaction.execute(statement, agency) }
    }
  }

  private static let cases = "SELECT id FROM cases WHERE agency = ?"
  private static let screenings = "SELECT id FROM screenings WHERE agency = ?"
  private static let persons = "SELECT id FROM persons WHERE agency = ?"
  private static let members = "SELECT id FROM members WHERE agency = ?"
  private static let referrals = "SELECT id FROM referrals WHERE from_agency = ?"

  private static let statements = [
    "DELETE FROM referral_events WHERE referral IN (\(referrals))",
    "DELETE FROM referrals WHERE from_agency = ?",
    "DELETE FROM consents WHERE case_id IN (\(cases))",
    "DELETE FROM case_tasks WHERE case_id IN (\(cases))",
    "DELETE FROM case_plan_marks WHERE case_id IN (\(cases))",
    "DELETE FROM case_actions WHERE case_id IN (\(cases))",
    "DELETE FROM case_goals WHERE case_id IN (\(cases))",
    "DELETE FROM case_plans WHERE case_id IN (\(cases))",
    "DELETE FROM case_services WHERE case_id IN (\(cases))",
    "DELETE FROM case_follow_ups WHERE case_id IN (\(cases))",
    "DELETE FROM case_exploitation_events WHERE case_id IN (\(cases))",
    "DELETE FROM case_assessments WHERE case_id IN (\(cases))",
    "DELETE FROM case_perpetrators WHERE case_id IN (\(cases))",
    "DELETE FROM case_closures WHERE case_id IN (\(cases))",
    "DELETE FROM case_contents WHERE case_id IN (\(cases))",
    "DELETE FROM case_links WHERE agency = ?",
    "DELETE FROM person_merge_contents WHERE merge_id IN (SELECT id FROM person_merges WHERE agency = ?)",
    "DELETE FROM person_merge_cases WHERE merge_id IN (SELECT id FROM person_merges WHERE agency = ?)",
    "DELETE FROM person_merges WHERE agency = ?",
    "DELETE FROM case_content_changes WHERE case_id IN (\(cases))",
    "DELETE FROM case_fact_changes WHERE case_id IN (\(cases))",
    "DELETE FROM case_holds WHERE case_id IN (\(cases))",
    "DELETE FROM case_restrictions WHERE case_id IN (\(cases))",
    "DELETE FROM cases WHERE agency = ?",
    "DELETE FROM person_contents WHERE person IN (\(persons))",
    "DELETE FROM person_content_changes WHERE person IN (\(persons))",
    "DELETE FROM person_index WHERE agency = ?",
    "DELETE FROM persons WHERE agency = ?",
    "DELETE FROM screening_parts WHERE screening IN (\(screenings))",
    "DELETE FROM screening_decisions WHERE agency = ?",
    "DELETE FROM screening_dangers WHERE screening IN (\(screenings))",
    "DELETE FROM screenings WHERE agency = ?",
    """
    DELETE FROM record_erasure_keys WHERE subject IN (
      SELECT subject FROM record_key_wraps WHERE grantor IN (\(members)))
    """,
    "DELETE FROM record_key_wraps WHERE recipient = ?",
    "DELETE FROM record_key_wraps WHERE grantor IN (\(members))",
    "DELETE FROM case_lists WHERE member IN (\(members))",
    "DELETE FROM sessions WHERE member IN (\(members))",
    "DELETE FROM second_factor_codes WHERE member IN (\(members))",
    "DELETE FROM signing_keys WHERE member IN (\(members))",
    "DELETE FROM invitations WHERE agency = ?",
  ]

  private static let last = [
    "DELETE FROM agency_key_wraps WHERE agency = ?",
    "DELETE FROM agency_keys WHERE agency = ?",
    "DELETE FROM members WHERE agency = ?",
    "DELETE FROM agencies WHERE id = ?",
  ]
}
