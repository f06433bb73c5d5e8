import Basics
import Records

/// The queries about own forms. Each names the agency whose rows it may see.
enum OwnFormRecords {
  private static let versionColumns = """
    v.id, v.form, v.agency, v.code, v.title, v.label, v.status, v.read_at, v.read_by, v.adopted_at, v.adopted_by,
      (SELECT COUNT(*) FROM own_form_fillings f WHERE f.version = v.id) AS fillings
    """

  // MARK: Versions

  static func insert(_ version: FormVersion, file: [UInt8], _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO own_form_versions (id, form, agency, code, title, label, status, file, read_at, read_by)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, version.id, version.form, version.agency, version.code, version.title, version.label, version.status, file,
      version.readAt, version.readBy)
  }

  static func version(_ id: FormVersionID, agency: AgencyID, _ transaction: any ReadTransaction) throws -> FormVersion?
  {
    try transaction.row(
      "SELECT \(versionColumns) FROM own_form_versions v WHERE v.id = ? AND v.agency = ?", id, agency
    ).map(version)
  }

  static func exists(_ id: FormVersionID, _ transaction: any ReadTransaction) throws -> Bool {
    try transaction.row("SELECT 1 AS found FROM own_form_versions WHERE id = ?", id) != nil
  }

  static func file(_ id: FormVersionID, agency: AgencyID, _ transaction: any ReadTransaction) throws -> [UInt8]? {
    try transaction.value(
      [UInt8].self, "SELECT file FROM own_form_versions WHERE id = ? AND agency = ?", id, agency)
  }

  /// The versions of an agency in some states, by title and then the newest first.
  /// - Parameter form: only those of this form.
  static func versions(
    _ agency: AgencyID, form: OwnFormID? = nil, _ statuses: Set<FormVersion.Status>, _ transaction: any ReadTransaction
  ) throws -> [FormVersion] {
    var (conditions, values): (String, [any SQLBindable]) = ("v.agency = ?", [agency])
    if let form {
      conditions += " AND v.form = ?"
      values.append(form)
    }
    let sorted = statuses.sorted { $0.rawValue < $1.rawValue }
    conditions += " AND v.status IN (\(sorted.map { _ in "?" }.joined(separator: ", ")))"
    values += sorted as [any SQLBindable]
    return try transaction.rows(
      """
      SELECT \(versionColumns) FROM own_form_versions v WHERE \(conditions)
      ORDER BY v.title, COALESCE(v.adopted_at, v.read_at) DESC, v.id
      """, values
    ).map(version)
  }

  /// The form of an agency that carries this identifier of its own.
  static func form(code: String, agency: AgencyID, _ transaction: any ReadTransaction) throws -> OwnFormID? {
    try transaction.value(
      OwnFormID.self,
      "SELECT form FROM own_form_versions WHERE agency = ? AND code = ? ORDER BY read_at DESC, id LIMIT 1", agency, code
    )
  }

  /// - Returns: whether the version was still in the state that was seen.
  static func update(
    _ version: FormVersion, from status: FormVersion.Status, _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      """
      UPDATE own_form_versions SET status = ?, adopted_at = ?, adopted_by = ? WHERE id = ? AND agency = ? AND status = ?
      """, version.status, version.adoptedAt, version.adoptedBy, version.id, version.agency, status) == 1
  }

  static func delete(_ version: FormVersion, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      "DELETE FROM own_form_versions WHERE id = ? AND agency = ? AND status = ?", version.id, version.agency,
      version.status)
  }

  private static func version(_ row: Row) throws -> FormVersion {
    FormVersion(
      id: try row.get("id"), form: try row.get("form"), agency: try row.get("agency"), code: try row.get("code"),
      title: try row.get("title"), label: try row.get("label"), status: try row.get("status"),
      readAt: try row.get("read_at"), readBy: try row.get("read_by"), adoptedAt: try row.optional("adopted_at"),
      adoptedBy: try row.optional("adopted_by"), fillings: try row.get("fillings"))
  }

  // MARK: Fillings

  private static let fillingColumns = """
    f.*, (SELECT COALESCE(SUM(p.answered), 0) FROM own_form_parts p WHERE p.filling = f.id) AS answered,
      (SELECT v.title FROM own_form_versions v WHERE v.id = f.version) AS title
    """

  static func insert(_ filling: FormFillingRow, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO own_form_fillings (id, version, form, agency, member, status, begun_at, touched_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """, filling.id, filling.version, filling.form, filling.agency, filling.member, filling.status, filling.begunAt,
      filling.touchedAt)
  }

  static func fillingExists(_ id: FormFillingID, _ transaction: any ReadTransaction) throws -> Bool {
    try transaction.row("SELECT 1 AS found FROM own_form_fillings WHERE id = ?", id) != nil
  }

  static func filling(_ id: FormFillingID, agency: AgencyID, _ transaction: any ReadTransaction) throws
    -> FormFillingRow?
  {
    try transaction.row(
      "SELECT \(fillingColumns) FROM own_form_fillings f WHERE f.id = ? AND f.agency = ?", id, agency
    ).map(filling)
  }

  /// What was touched last first.
  static func fillings(
    _ agency: AgencyID, member: MemberID?, _ filter: FormFillingFilter, _ transaction: any ReadTransaction
  ) throws -> [FormFillingRow] {
    var (conditions, values): ([String], [any SQLBindable]) = (["f.agency = ?"], [agency])
    if let member {
      conditions.append("f.member = ?")
      values.append(member)
    }
    if let status = filter.status {
      conditions.append("f.status = ?")
      values.append(status)
    }
    if let form = filter.form {
      conditions.append("f.form = ?")
      values.append(form)
    }
    return try transaction.rows(
      """
      SELECT \(fillingColumns) FROM own_form_fillings f WHERE \(conditions.joined(separator: " AND "))
      ORDER BY f.touched_at DESC, f.id LIMIT ? OFFSET ?
      """, values + [filter.limit, filter.offset]
    ).map(filling)
  }

  /// The finished fillings of a version, the oldest first, from one on.
  static func finished(
    _ version: FormVersionID, agency: AgencyID, after last: FormFillingRow?, limit: Int,
    _ transaction: any ReadTransaction
  ) throws -> [FormFillingRow] {
    let from = last?.finishedAt ?? Moment(milliseconds: 0)
    return try transaction.rows(
      """
      SELECT \(fillingColumns) FROM own_form_fillings f
      WHERE f.version = ? AND f.agency = ? AND f.status = ?
        AND (f.finished_at > ? OR (f.finished_at = ? AND f.id > ?))
      ORDER BY f.finished_at, f.id LIMIT ?
      """, version, agency, FormFillingRow.Status.finished, from, from, last?.id.description ?? "", limit
    ).map(filling)
  }

  /// - Returns: whether it was still in progress.
  static func touch(_ filling: FormFillingRow, _ transaction: any WriteTransaction) throws -> Bool {
    try transaction.execute(
      """
      UPDATE own_form_fillings SET status = ?, touched_at = ?, finished_at = ?
      WHERE id = ? AND agency = ? AND status = ?
      """, filling.status, filling.touchedAt, filling.finishedAt, filling.id, filling.agency,
      FormFillingRow.Status.inProgress) == 1
  }

  private static func filling(_ row: Row) throws -> FormFillingRow {
    FormFillingRow(
      id: try row.get("id"), version: try row.get("version"), form: try row.get("form"), agency: try row.get("agency"),
      member: try row.get("member"), status: try row.get("status"), begunAt: try row.get("begun_at"),
      touchedAt: try row.get("touched_at"), finishedAt: try row.optional("finished_at"),
      answered: try row.get("answered"), title: try row.get("title"))
  }

  // MARK: Parts

  struct Part {
    var revision: Int
    var content: [UInt8]
  }

  static func parts(_ id: FormFillingID, _ transaction: any ReadTransaction) throws -> [String: Part] {
    try transaction.rows("SELECT part, revision, content FROM own_form_parts WHERE filling = ?", id).reduce(into: [:]) {
      $0[try $1.get("part")] = Part(revision: try $1.get("revision"), content: try $1.get("content"))
    }
  }

  /// - Returns: whether the part still had the revision before this one.
  static func save(
    _ id: FormFillingID, part: String, _ content: Part, answered: Int, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws -> Bool {
    if content.revision == 1 {
      return try transaction.execute(
        """
        INSERT INTO own_form_parts (filling, part, revision, answered, content, saved_at) VALUES (?, ?, 1, ?, ?, ?)
        ON CONFLICT (filling, part) DO NOTHING
        """, id, part, answered, content.content, now) == 1
    }
    return try transaction.execute(
      """
      UPDATE own_form_parts SET revision = ?, answered = ?, content = ?, saved_at = ?
      WHERE filling = ? AND part = ? AND revision = ?
      """, content.revision, answered, content.content, now, id, part, content.revision - 1) == 1
  }
}
