import Records

/// The tables of messages from the public. Plain are codes, days and agencies; there is no column for where one came from.
public enum TipSchema {
  public static let migrations = [
    Migration(
      "tips-001",
      [
        """
        CREATE TABLE tip_receivers (
          agency TEXT PRIMARY KEY, is_open INTEGER NOT NULL, provinces TEXT NOT NULL, answer_days INTEGER NOT NULL,
          revision INTEGER NOT NULL)
        """,
        """
        CREATE TABLE tips (
          id TEXT PRIMARY KEY, agency TEXT NOT NULL, province TEXT, day INTEGER NOT NULL, danger TEXT NOT NULL,
          state TEXT NOT NULL, unread INTEGER NOT NULL, passing TEXT NOT NULL, language TEXT NOT NULL, outcome TEXT,
          ended_on INTEGER, case_id TEXT, has_contact INTEGER NOT NULL, code_tag BLOB UNIQUE, epoch INTEGER,
          agency_key BLOB, code_key BLOB, content BLOB, contact BLOB, revision INTEGER NOT NULL)
        """,
        "CREATE INDEX tips_inbox ON tips (agency, unread, state)",
        "CREATE INDEX tips_ended ON tips (ended_on) WHERE ended_on IS NOT NULL",
        """
        CREATE TABLE tip_messages (
          id TEXT PRIMARY KEY, tip TEXT NOT NULL REFERENCES tips (id), number INTEGER NOT NULL, kind TEXT NOT NULL,
          agency TEXT NOT NULL, day INTEGER NOT NULL, sealed BLOB, UNIQUE (tip, number))
        """,
      ])
  ]
}
