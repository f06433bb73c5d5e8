import Records

/// The tables of campaigns, events, what was counted, materials and short addresses. Nothing in them is about a person.
public enum CampaignSchema {
  public static let migrations = [
    Migration(
      "national-plan-campaigns-001",
      [
        """
        CREATE TABLE campaigns (
          id TEXT PRIMARY KEY, code TEXT NOT NULL, name_es TEXT NOT NULL, name_en TEXT NOT NULL, aim_es TEXT NOT NULL,
          aim_en TEXT NOT NULL, audiences TEXT NOT NULL, channels TEXT NOT NULL, provinces TEXT NOT NULL,
          canton TEXT NOT NULL, from_day INTEGER NOT NULL, until_day INTEGER NOT NULL, lead_by TEXT NOT NULL,
          partners TEXT NOT NULL, plan TEXT REFERENCES plans (id), part TEXT NOT NULL, state TEXT NOT NULL,
          done_on INTEGER, result TEXT NOT NULL, is_public INTEGER NOT NULL, revision INTEGER NOT NULL)
        """,
        "CREATE UNIQUE INDEX campaigns_code ON campaigns (code)",
        """
        CREATE TABLE campaign_messages (
          campaign TEXT NOT NULL REFERENCES campaigns (id), language TEXT NOT NULL, words TEXT NOT NULL,
          revision INTEGER NOT NULL, PRIMARY KEY (campaign, language))
        """,
        """
        CREATE TABLE campaign_events (
          id TEXT PRIMARY KEY, campaign TEXT REFERENCES campaigns (id), kind TEXT NOT NULL, name_es TEXT NOT NULL,
          name_en TEXT NOT NULL, audiences TEXT NOT NULL, province TEXT NOT NULL, place TEXT NOT NULL,
          day INTEGER NOT NULL, lead_by TEXT NOT NULL, state TEXT NOT NULL, is_open INTEGER NOT NULL,
          revision INTEGER NOT NULL)
        """,
        // Belongs to a campaign or to an event, never to both.
        """
        CREATE TABLE campaign_reach (
          id TEXT PRIMARY KEY, campaign TEXT REFERENCES campaigns (id), event TEXT REFERENCES campaign_events (id),
          audience TEXT NOT NULL, number INTEGER NOT NULL, unit TEXT NOT NULL, method TEXT NOT NULL,
          source TEXT NOT NULL, day INTEGER NOT NULL, is_within INTEGER NOT NULL, is_struck INTEGER NOT NULL)
        """,
        """
        CREATE TABLE campaign_money (
          id TEXT PRIMARY KEY, campaign TEXT REFERENCES campaigns (id), event TEXT REFERENCES campaign_events (id),
          kind TEXT NOT NULL, source TEXT NOT NULL, currency TEXT NOT NULL, cents INTEGER NOT NULL,
          day INTEGER NOT NULL, is_struck INTEGER NOT NULL)
        """,
        """
        CREATE TABLE campaign_materials (
          id TEXT PRIMARY KEY, code TEXT NOT NULL, campaign TEXT REFERENCES campaigns (id), title_es TEXT NOT NULL,
          title_en TEXT NOT NULL, about_es TEXT NOT NULL, about_en TEXT NOT NULL, language TEXT NOT NULL,
          rights TEXT NOT NULL, link TEXT, content_type TEXT, ending TEXT, size INTEGER, is_public INTEGER NOT NULL,
          revision INTEGER NOT NULL)
        """,
        "CREATE UNIQUE INDEX campaign_materials_code ON campaign_materials (code)",
        // By itself, so that no list reads it.
        """
        CREATE TABLE campaign_files (
          material TEXT PRIMARY KEY REFERENCES campaign_materials (id), content BLOB NOT NULL)
        """,
        """
        CREATE TABLE campaign_links (
          code TEXT PRIMARY KEY, target TEXT NOT NULL, title TEXT NOT NULL, is_ended INTEGER NOT NULL,
          revision INTEGER NOT NULL)
        """,
        // One row: the installation has one office for the press.
        """
        CREATE TABLE press_office (
          place INTEGER PRIMARY KEY, name_es TEXT NOT NULL, name_en TEXT NOT NULL, phone TEXT NOT NULL,
          mail TEXT NOT NULL, hours_es TEXT NOT NULL, hours_en TEXT NOT NULL, revision INTEGER NOT NULL)
        """,
      ])
  ]
}
