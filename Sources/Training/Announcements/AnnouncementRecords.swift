import Basics
import Records

/// The queries about what the public is told of cohorts.
enum AnnouncementRecords {
  static func announcement(_ cohort: CohortID, _ transaction: any ReadTransaction) throws -> CourseAnnouncement? {
    try transaction.row("SELECT * FROM cohort_announcements WHERE cohort = ?", cohort).map(announcement)
  }

  /// Those that are open, of cohorts that begin on a day or later, the soonest first; with the agency's name.
  static func open(
    from day: CalendarDay, _ transaction: any ReadTransaction
  ) throws -> [(announcement: CourseAnnouncement, agency: String)] {
    try transaction.rows(
      """
      SELECT cohort_announcements.*, agencies.name AS agency_name FROM cohort_announcements
      JOIN cohorts ON cohorts.id = cohort_announcements.cohort JOIN agencies ON agencies.id = cohorts.agency
      WHERE cohort_announcements.is_open = ? AND cohorts.cancelled_at IS NULL AND cohorts.from_day >= ?
      ORDER BY cohorts.from_day, cohorts.id
      """, true, day
    ).map { (try announcement($0), try $0.get("agency_name")) }
  }

  private static func announcement(_ row: Row) throws -> CourseAnnouncement {
    CourseAnnouncement(
      cohort: try row.get("cohort"), spanish: try row.get("text_es"), english: try row.get("text_en"),
      phone: try row.get("phone"), email: try row.get("email"), isOpen: try row.get("is_open"),
      revision: try row.get("revision"), changedAt: try row.get("changed_at"))
  }

  /// - Parameter revision: the one that was read; 0 for a new one.
  /// - Returns: false when somebody else came first.
  static func store(
    _ one: CourseAnnouncement, from revision: Int, _ transaction: any WriteTransaction
  ) throws -> Bool {
    if revision == 0 {
      return try transaction.execute(
        """
        INSERT INTO cohort_announcements (cohort, text_es, text_en, phone, email, is_open, revision, changed_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (cohort) DO NOTHING
        """, one.cohort, one.spanish, one.english, one.phone, one.email, one.isOpen, 1, one.changedAt) == 1
    }
    return try transaction.execute(
      """
      UPDATE cohort_announcements SET text_es = ?, text_en = ?, phone = ?, email = ?, is_open = ?, revision = ?,
        changed_at = ? WHERE cohort = ? AND revision = ?
      """, one.spanish, one.english, one.phone, one.email, one.isOpen, revision + 1, one.changedAt, one.cohort, revision
    ) == 1
  }
}
