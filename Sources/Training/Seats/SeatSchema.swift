import Records

/// The table of seats that members keep in their account.
enum SeatSchema {
  static let migrations = [
    Migration(
      "training-seats-001",
      [
        """
        CREATE TABLE member_seats (
          participant TEXT PRIMARY KEY REFERENCES participants (id), member TEXT NOT NULL REFERENCES members (id),
          taken_at INTEGER NOT NULL)
        """,
        "CREATE INDEX member_seats_member ON member_seats (member)",
      ])
  ]
}
