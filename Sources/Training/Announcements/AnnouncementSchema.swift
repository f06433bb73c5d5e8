import Records

/// The table of what the public is told of cohorts. It holds nothing of anybody who takes part.
enum AnnouncementSchema {
  static let migrations = [
    Migration(
      "training-announcements-001",
      [
        """
        CREATE TABLE cohort_announcements (
          cohort TEXT PRIMARY KEY REFERENCES cohorts (id), text_es TEXT NOT NULL, text_en TEXT NOT NULL,
          phone TEXT NOT NULL, email TEXT NOT NULL, is_open INTEGER NOT NULL, revision INTEGER NOT NULL,
          changed_at INTEGER NOT NULL)
        """
      ])
  ]
}
