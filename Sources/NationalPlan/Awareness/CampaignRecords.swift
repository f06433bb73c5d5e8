import Basics
import CountryPack
import Records

extension CampaignEvent.State: SQLConvertible {}
extension ReachUnit: SQLConvertible {}

/// The queries about campaigns: one a table. There are hundreds of them, not thousands, so that all are read at once.
enum CampaignRecords {
  typealias Plans = NationalPlanRecords

  // MARK: Reading

  static func campaigns(_ transaction: any ReadTransaction) throws -> [Campaign] {
    try transaction.rows("SELECT * FROM campaigns ORDER BY from_day DESC, code").map { row in
      let plan: StoredPlanID? = try row.optional("plan")
      let part: String = try row.get("part")
      return Campaign(
        id: try row.get("id"), code: try row.get("code"), name: try Plans.text(row, "name"),
        aim: try Plans.text(row, "aim"), audiences: try list(row, "audiences"), channels: try list(row, "channels"),
        provinces: try list(row, "provinces"), canton: try row.get("canton"), from: try Plans.day(row, "from_day"),
        until: try Plans.day(row, "until_day"), lead: try row.get("lead_by"), partners: try list(row, "partners"),
        link: plan.map { Campaign.Link(plan: $0, part: part) }, state: try row.get("state"),
        doneOn: try Plans.optionalDay(row, "done_on"), result: try row.get("result"),
        isPublic: try row.get("is_public"), revision: try row.get("revision"))
    }
  }

  static func messages(_ transaction: any ReadTransaction) throws -> [CampaignID: [CampaignMessage]] {
    var messages: [CampaignID: [CampaignMessage]] = [:]
    for row in try transaction.rows("SELECT * FROM campaign_messages ORDER BY campaign, language") {
      messages[try row.get("campaign"), default: []].append(
        CampaignMessage(
          language: try row.get("language"), words: try row.get("words"), revision: try row.get("revision")))
    }
    return messages
  }

  static func events(_ transaction: any ReadTransaction) throws -> [CampaignEvent] {
    try transaction.rows("SELECT * FROM campaign_events ORDER BY day, id").map { row in
      CampaignEvent(
        id: try row.get("id"), campaign: try row.optional("campaign"), kind: try row.get("kind"),
        name: try Plans.text(row, "name"), audiences: try list(row, "audiences"), province: try row.get("province"),
        place: try row.get("place"), day: try Plans.day(row, "day"), lead: try row.get("lead_by"),
        state: try row.get("state"), isOpen: try row.get("is_open"), revision: try row.get("revision"))
    }
  }

  static func reach(_ transaction: any ReadTransaction) throws -> [Reach] {
    try transaction.rows("SELECT * FROM campaign_reach ORDER BY day, id").map { row in
      Reach(
        id: try row.get("id"), subject: try subject(row), audience: try row.get("audience"),
        number: try row.get("number"), unit: try row.get("unit"), method: try row.get("method"),
        source: try row.get("source"), day: try Plans.day(row, "day"), isWithinAnother: try row.get("is_within"),
        isStruck: try row.get("is_struck"))
    }
  }

  static func money(_ transaction: any ReadTransaction) throws -> [CampaignMoney] {
    try transaction.rows("SELECT * FROM campaign_money ORDER BY day, id").map { row in
      CampaignMoney(
        id: try row.get("id"), subject: try subject(row),
        money: PlanMoney(
          kind: try row.get("kind"), source: try row.get("source"), currency: try row.get("currency"),
          amount: Money(cents: try row.get("cents")), day: try Plans.day(row, "day")),
        isStruck: try row.get("is_struck"))
    }
  }

  static func materials(_ transaction: any ReadTransaction) throws -> [CampaignMaterial] {
    try transaction.rows("SELECT * FROM campaign_materials ORDER BY title_es, code").map(material)
  }

  /// A material that anybody may see, as `CampaignLook.published` judges it.
  static func publishedMaterial(_ code: String, _ transaction: any ReadTransaction) throws -> CampaignMaterial? {
    try transaction.row(
      """
      SELECT m.* FROM campaign_materials m LEFT JOIN campaigns c ON c.id = m.campaign
      WHERE m.code = ? AND m.is_public = ? AND (m.campaign IS NULL OR (c.is_public = ? AND c.state <> ?))
      """, code, true, true, ActivityState.dropped
    ).map(material)
  }

  private static func material(_ row: Row) throws -> CampaignMaterial {
    let content: CampaignMaterial.Content
    if let link: String = try row.optional("link") {
      content = .link(link)
    } else {
      content = .file(
        .init(contentType: try row.get("content_type"), ending: try row.get("ending"), size: try row.get("size")))
    }
    return CampaignMaterial(
      id: try row.get("id"), code: try row.get("code"), campaign: try row.optional("campaign"),
      title: try Plans.text(row, "title"), about: try Plans.text(row, "about"), language: try row.get("language"),
      rights: try row.get("rights"), content: content, isPublic: try row.get("is_public"),
      revision: try row.get("revision"))
  }

  static func file(_ id: CampaignMaterialID, _ transaction: any ReadTransaction) throws -> [UInt8]? {
    try transaction.value([UInt8].self, "SELECT content FROM campaign_files WHERE material = ?", id)
  }

  static func links(_ transaction: any ReadTransaction) throws -> [ShortLink] {
    try transaction.rows("SELECT * FROM campaign_links ORDER BY code").map(link)
  }

  static func link(_ code: String, _ transaction: any ReadTransaction) throws -> ShortLink? {
    try transaction.row("SELECT * FROM campaign_links WHERE code = ?", code).map(link)
  }

  private static func link(_ row: Row) throws -> ShortLink {
    ShortLink(
      code: try row.get("code"), target: try row.get("target"), title: try row.get("title"),
      isEnded: try row.get("is_ended"), revision: try row.get("revision"))
  }

  static func office(_ transaction: any ReadTransaction) throws -> PressOffice? {
    try transaction.row("SELECT * FROM press_office WHERE place = 1").map { row in
      PressOffice(
        name: try Plans.text(row, "name"), phone: try row.get("phone"), mail: try row.get("mail"),
        hours: try Plans.text(row, "hours"), revision: try row.get("revision"))
    }
  }

  private static func subject(_ row: Row) throws -> CampaignSubject {
    if let campaign: CampaignID = try row.optional("campaign") { return .campaign(campaign) }
    return .event(try row.get("event"))
  }

  private static func list(_ row: Row, _ name: String) throws -> [String] {
    let text: String = try row.get(name)
    return text.split(separator: " ").map(String.init)
  }

  // MARK: Writing

  /// Adds one seen at revision 0, or changes one. Answers whether nobody was faster.
  static func put(_ one: Campaign, _ transaction: any WriteTransaction) throws -> Bool {
    try put(
      "campaigns", "id", one.id, one.revision,
      [
        ("code", one.code), ("name_es", one.name[.spanish]), ("name_en", one.name[.english]),
        ("aim_es", one.aim[.spanish]), ("aim_en", one.aim[.english]), ("audiences", joined(one.audiences)),
        ("channels", joined(one.channels)), ("provinces", joined(one.provinces)), ("canton", one.canton),
        ("from_day", one.from.daysSince1970), ("until_day", one.until.daysSince1970), ("lead_by", one.lead),
        ("partners", joined(one.partners)), ("plan", one.link?.plan), ("part", one.link?.part ?? ""),
        ("state", one.state), ("done_on", one.doneOn?.daysSince1970), ("result", one.result),
        ("is_public", one.isPublic),
      ], transaction)
  }

  static func put(_ one: CampaignEvent, _ transaction: any WriteTransaction) throws -> Bool {
    try put(
      "campaign_events", "id", one.id, one.revision,
      [
        ("campaign", one.campaign), ("kind", one.kind), ("name_es", one.name[.spanish]),
        ("name_en", one.name[.english]), ("audiences", joined(one.audiences)), ("province", one.province),
        ("place", one.place), ("day", one.day.daysSince1970), ("lead_by", one.lead), ("state", one.state),
        ("is_open", one.isOpen),
      ], transaction)
  }

  static func put(_ one: CampaignMaterial, _ transaction: any WriteTransaction) throws -> Bool {
    var (link, file): (String?, CampaignMaterial.File?) = (nil, nil)
    switch one.content {
    case .link(let address): link = address
    case .file(let found): file = found
    }
    return try put(
      "campaign_materials", "id", one.id, one.revision,
      [
        ("code", one.code), ("campaign", one.campaign), ("title_es", one.title[.spanish]),
        ("title_en", one.title[.english]), ("about_es", one.about[.spanish]), ("about_en", one.about[.english]),
        ("language", one.language), ("rights", one.rights), ("link", link), ("content_type", file?.contentType),
        ("ending", file?.ending), ("size", file?.size), ("is_public", one.isPublic),
      ], transaction)
  }

  static func insert(_ bytes: [UInt8], of id: CampaignMaterialID, _ transaction: any WriteTransaction) throws {
    try transaction.execute("INSERT INTO campaign_files (material, content) VALUES (?, ?)", id, bytes)
  }

  static func put(_ one: ShortLink, _ transaction: any WriteTransaction) throws -> Bool {
    try put(
      "campaign_links", "code", one.code, one.revision,
      [("target", one.target), ("title", one.title), ("is_ended", one.isEnded)], transaction)
  }

  static func put(_ one: PressOffice, _ transaction: any WriteTransaction) throws -> Bool {
    try put(
      "press_office", "place", 1, one.revision,
      [
        ("name_es", one.name[.spanish]), ("name_en", one.name[.english]), ("phone", one.phone), ("mail", one.mail),
        ("hours_es", one.hours[.spanish]), ("hours_en", one.hours[.english]),
      ], transaction)
  }

  static func put(
    _ one: CampaignMessage, of id: CampaignID, _ transaction: any WriteTransaction
  ) throws -> Bool {
    if one.revision == 0 {
      return try transaction.execute(
        """
        INSERT INTO campaign_messages (campaign, language, words, revision) VALUES (?, ?, ?, 1)
        ON CONFLICT (campaign, language) DO NOTHING
        """, id, one.language, one.words) == 1
    }
    return try transaction.execute(
      """
      UPDATE campaign_messages SET words = ?, revision = revision + 1
      WHERE campaign = ? AND language = ? AND revision = ?
      """, one.words, id, one.language, one.revision) == 1
  }

  /// Answers whether it is new.
  static func insert(_ one: Reach, _ transaction: any WriteTransaction) throws -> Bool {
    let (campaign, event) = parts(one.subject)
    return try transaction.execute(
      """
      INSERT INTO campaign_reach (id, campaign, event, audience, number, unit, method, source, day, is_within, is_struck)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
      """, one.id, campaign, event, one.audience, one.number, one.unit, one.method, one.source,
      one.day.daysSince1970, one.isWithinAnother, one.isStruck) == 1
  }

  /// Answers whether it is new.
  static func insert(_ one: CampaignMoney, _ transaction: any WriteTransaction) throws -> Bool {
    let (campaign, event) = parts(one.subject)
    return try transaction.execute(
      """
      INSERT INTO campaign_money (id, campaign, event, kind, source, currency, cents, day, is_struck)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
      """, one.id, campaign, event, one.money.kind, one.money.source, one.money.currency, one.money.amount.cents,
      one.money.day.daysSince1970, one.isStruck) == 1
  }

  /// Strikes an entry. Answers whether it was there and not struck yet.
  static func strike(_ id: CampaignEntryID, _ transaction: any WriteTransaction) throws -> Bool {
    let reach = try transaction.execute(
      "UPDATE campaign_reach SET is_struck = ? WHERE id = ? AND is_struck = ?", true, id, false)
    let money = try transaction.execute(
      "UPDATE campaign_money SET is_struck = ? WHERE id = ? AND is_struck = ?", true, id, false)
    return reach + money > 0
  }

  private static func parts(_ subject: CampaignSubject) -> (CampaignID?, CampaignEventID?) {
    switch subject {
    case .campaign(let id): (id, nil)
    case .event(let id): (nil, id)
    }
  }

  private static func joined(_ codes: [String]) -> String { codes.joined(separator: " ") }

  private static func put(
    _ table: String, _ key: String, _ id: any SQLBindable, _ revision: Int, _ values: [(String, any SQLBindable)],
    _ transaction: any WriteTransaction
  ) throws -> Bool {
    if revision == 0 {
      let places = Array(repeating: "?", count: values.count + 2).joined(separator: ", ")
      return try transaction.execute(
        """
        INSERT INTO \(table) (\(key), revision, \(values.map(\.0).joined(separator: ", "))) VALUES (\(places))
        ON CONFLICT (\(key)) DO NOTHING
        """, [id, 1] + values.map(\.1)) == 1
    }
    let sets = values.map { "\($0.0) = ?" }.joined(separator: ", ")
    return try transaction.execute(
      "UPDATE \(table) SET \(sets), revision = ? WHERE \(key) = ? AND revision = ?",
      values.map(\.1) + [revision + 1, id, revision]) == 1
  }
}
