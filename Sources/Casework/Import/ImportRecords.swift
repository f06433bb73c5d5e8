import Accounts
import Basics
import Records

/// The queries about imports, and the writing of many cases at once.
enum ImportRecords {
  static func insert(_ new: CaseImport, mapping: [UInt8]?, file: [UInt8]?, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO case_imports (id, agency, made_by, made_at, state, choice, row_count, done, opened, refused,
        fingerprint, mapping, file) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, new.id, new.agency, new.by, new.at, new.state, new.choice.rawValue, new.rows, new.done, new.opened,
      new.refused, new.fingerprint, mapping, file)
  }

  static func find(_ id: CaseImportID, _ transaction: any ReadTransaction) throws -> CaseImport? {
    try transaction.row("SELECT * FROM case_imports WHERE id = ?", id).map(read)
  }

  static func sealed(_ id: CaseImportID, _ transaction: any ReadTransaction) throws -> (
    mapping: [UInt8]?, file: [UInt8]?
  ) {
    guard let row = try transaction.row("SELECT mapping, file FROM case_imports WHERE id = ?", id) else {
      return (nil, nil)
    }
    return (try row.optional("mapping"), try row.optional("file"))
  }

  /// The newest first.
  static func list(_ agency: AgencyID, _ transaction: any ReadTransaction) throws -> [CaseImport] {
    try transaction.rows(
      "SELECT * FROM case_imports WHERE agency = ? ORDER BY made_at DESC, id DESC LIMIT 100", agency
    ).map(read)
  }

  static func of(fingerprint: [UInt8], _ agency: AgencyID, _ transaction: any ReadTransaction) throws -> [CaseImport] {
    try transaction.rows(
      """
      SELECT * FROM case_imports WHERE agency = ? AND fingerprint = ? AND state IN ('running', 'finished')
      ORDER BY made_at DESC, id DESC
      """, agency, fingerprint
    ).map(read)
  }

  /// Begins a staged import, or makes it anew with another mapping. Whether it had not begun yet.
  static func start(_ new: CaseImport, mapping: [UInt8]?, _ transaction: any WriteTransaction) throws -> Bool {
    try transaction.execute(
      """
      UPDATE case_imports SET state = 'running', choice = ?, row_count = ?, fingerprint = ?, mapping = ?
      WHERE id = ? AND state = 'staged'
      """, new.choice.rawValue, new.rows, new.fingerprint, mapping, new.id) == 1
  }

  /// Whether nobody else has taken these rows in.
  static func advance(
    _ id: CaseImportID, from done: Int, to next: Int, opened: Int, refused: Int, _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      """
      UPDATE case_imports SET done = ?, opened = opened + ?, refused = refused + ?
      WHERE id = ? AND done = ? AND state = 'running'
      """, next, opened, refused, id, done) == 1
  }

  /// The file and its mapping go with the end of their use.
  static func end(
    _ id: CaseImportID, _ state: CaseImport.State, at now: Moment, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      "UPDATE case_imports SET state = ?, finished_at = ?, file = NULL, mapping = NULL WHERE id = ?", state, now, id)
  }

  private static func read(_ row: Row) throws -> CaseImport {
    guard let choice = ImportChoice(rawValue: try row.get("choice")) else {
      throw DatabaseFailure.malformed(column: "choice")
    }
    return CaseImport(
      id: try row.get("id"), agency: try row.get("agency"), by: try row.get("made_by"), at: try row.get("made_at"),
      state: try row.get("state"), choice: choice, rows: try row.get("row_count"), done: try row.get("done"),
      opened: try row.get("opened"), refused: try row.get("refused"), finishedAt: try row.optional("finished_at"),
      fingerprint: try row.get("fingerprint"))
  }

  // MARK: Many cases at once

  static func takenCodes(_ codes: [CaseCode], _ transaction: any ReadTransaction) throws -> Set<CaseCode> {
    guard let last = codes.last else { return [] }
    // Few different lengths, so that the engines keep the statement prepared.
    let places = (codes.count + 99) / 100 * 100
    let asked = codes + Array(repeating: last, count: places - codes.count)
    return Set(
      try transaction.rows("SELECT code FROM cases WHERE code IN (\(CaseRecords.marks(places)))", asked).map {
        try $0.get("code")
      })
  }

  static func insert(_ prepared: PreparedCases, at now: Moment, _ transaction: any WriteTransaction) throws {
    let cases = prepared.cases
    let persons = cases.sorted { $0.summary.person < $1.summary.person }
    try transaction.insert(
      into: "persons", ["id", "agency", "made_by", "made_at", "tag_rule"],
      persons.map { [$0.summary.person, $0.summary.agency, $0.summary.openedBy, now, PersonRecords.tagRule] })
    try transaction.insert(
      into: "cases",
      [
        "id", "agency", "code", "person", "kind", "status", "month", "province", "form", "age_band", "sex", "screening",
        "opened_by", "opened_at", "closed_at", "closure_reason", "revision",
      ],
      cases.map { prepared in
        let (new, facts) = (prepared.summary, prepared.summary.facts)
        return [
          new.id, new.agency, new.code, new.person, facts.kind, new.status, new.month, facts.province, facts.form,
          facts.ageBand, facts.sex, SQLValue.null, new.openedBy, new.openedAt, new.closedAt, new.closureReason,
          new.revision,
        ]
      })
    try transaction.insert(
      into: "person_contents", ["person", "kind", "revision", "sealed"],
      persons.flatMap { prepared in
        prepared.contents.filter(\.kind.belongsToPerson).map { [prepared.summary.person, $0.kind, 1, $0.sealed] }
      })
    try transaction.insert(
      into: "case_contents", ["case_id", "kind", "revision", "sealed"],
      cases.flatMap { prepared in
        prepared.contents.filter { !$0.kind.belongsToPerson }.map { [prepared.summary.id, $0.kind, 1, $0.sealed] }
      })
    try PersonRecords.add(prepared.tags, transaction)
    try transaction.insert(
      into: "case_closures", ["case_id", "number", "reason", "summary", "closed_at", "closed_by"],
      cases.compactMap { prepared in
        let new = prepared.summary
        guard let closed = new.closedAt, let reason = new.closureReason else { return nil }
        return [new.id, 1, reason, prepared.closure, closed, new.openedBy]
      })
    for prepared in cases {
      let new = prepared.summary
      for event in prepared.events {
        try ExploitationRecords.insert(event, of: new.id, agency: new.agency, at: now, transaction)
      }
      for perpetrator in prepared.perpetrators {
        try ExploitationRecords.insert(perpetrator, of: new.id, agency: new.agency, at: now, transaction)
      }
    }
    try FactRecords.refresh(cases.map(\.summary.id), transaction)
  }

  /// Removes cases that nobody has worked on, with their persons and all that is sealed of them.
  static func remove(_ cases: [CaseSummary], _ transaction: any WriteTransaction) throws {
    for summary in cases {
      for table in [
        "case_contents", "case_closures", "case_exploitation_events", "case_perpetrators", "case_tasks", "case_facts",
      ] {
        try transaction.execute("DELETE FROM \(table) WHERE case_id = ?", summary.id)
      }
      try transaction.execute("DELETE FROM cases WHERE id = ?", summary.id)
      for table in ["person_contents", "person_tags"] {
        try transaction.execute("DELETE FROM \(table) WHERE person = ?", summary.person)
      }
      try transaction.execute("DELETE FROM persons WHERE id = ?", summary.person)
      try RecordKeys.destroy(RecordSubject("case", summary.id), transaction)
      try RecordKeys.destroy(RecordSubject("person", summary.person), transaction)
    }
  }

  /// Whether anything was done with a case beside bringing it in and looking at it.
  static func isUntouched(_ id: CaseID, _ transaction: any ReadTransaction) throws -> Bool {
    try transaction.row(
      """
      SELECT 1 AS found FROM audit_entries WHERE object_kind = 'case' AND object_id = ?
        AND action NOT IN ('case.import', 'case.read', 'case.export') LIMIT 1
      """, id.description) == nil
  }
}
