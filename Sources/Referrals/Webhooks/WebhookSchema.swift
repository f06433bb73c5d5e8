import Records

/// The tables of webhooks.
public enum WebhookSchema {
  public static let migrations = [
    Migration(
      "referrals-webhooks-001",
      [
        // Address and secret together, sealed by the installation: an address may hold a receiver's own key.
        """
        CREATE TABLE webhooks (
          id TEXT PRIMARY KEY, agency TEXT NOT NULL REFERENCES agencies (id), target BLOB NOT NULL, state TEXT NOT NULL,
          made_by TEXT NOT NULL, made_at INTEGER NOT NULL)
        """,
        "CREATE INDEX webhooks_agency ON webhooks (agency, state)",
        """
        CREATE TABLE webhook_events (
          webhook TEXT NOT NULL REFERENCES webhooks (id), event TEXT NOT NULL, PRIMARY KEY (webhook, event))
        """,
        "CREATE INDEX webhook_events_event ON webhook_events (event)",
        // The queue and the history in one: what has a next time waits.
        """
        CREATE TABLE webhook_messages (
          id TEXT PRIMARY KEY, webhook TEXT NOT NULL REFERENCES webhooks (id), event TEXT NOT NULL, referral TEXT,
          at INTEGER NOT NULL, since INTEGER NOT NULL, tries INTEGER NOT NULL, next_at INTEGER, delivered_at INTEGER,
          outcome TEXT)
        """,
        "CREATE INDEX webhook_messages_next ON webhook_messages (next_at)",
        "CREATE INDEX webhook_messages_webhook ON webhook_messages (webhook, at)",
      ])
  ]
}
