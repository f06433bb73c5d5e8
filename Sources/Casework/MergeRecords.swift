import Basics
import Foundation
import Records

/// The queries about records that were joined.
enum MergeRecords {
  static func insert(_ merge: PersonMerge, agency: AgencyID, _ transaction: any WriteTransaction) throws {
    let choices = merge.choices.map { "\($0.key.rawValue)=\($0.value.rawValue)" }.sorted().joined(separator: ",")
    try transaction.execute(
      "INSERT INTO person_merges (id, agency, kept, gone, choices, made_by, made_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
      merge.id, agency, merge.kept, merge.gone, choices, merge.madeBy, merge.madeAt)
  }

  static func merge(_ id: PersonMergeID, agency: AgencyID, _ transaction: any ReadTransaction) throws -> PersonMerge? {
    try transaction.row("SELECT * FROM person_merges WHERE id = ? AND agency = ?", id, agency)
      .map { try merge($0, transaction) }
  }

  /// What went into a person, and what was parted again, the newest first.
  static func merges(into person: PersonID, _ transaction: any ReadTransaction) throws -> [PersonMerge] {
    try transaction.rows("SELECT * FROM person_merges WHERE kept = ? ORDER BY made_at DESC, id DESC", person)
      .map { try merge($0, transaction) }
  }

  private static func merge(_ row: Row, _ transaction: any ReadTransaction) throws -> PersonMerge {
    let choices: String = try row.get("choices")
    var merge = PersonMerge(
      id: try row.get("id"), kept: try row.get("kept"), gone: try row.get("gone"),
      choices: choices.split(separator: ",").reduce(into: [:]) { choices, pair in
        let parts = pair.split(separator: "=").map(String.init)
        guard parts.count == 2, let field = MergeField(rawValue: parts[0]) else { return }
        choices[field] = MergeSide(rawValue: parts[1])
      }, madeBy: try row.get("made_by"), madeAt: try row.get("made_at"), undoneBy: try row.optional("undone_by"),
      undoneAt: try row.optional("undone_at"))
    merge.cases = try transaction.rows(
      "SELECT case_id FROM person_merge_cases WHERE merge_id = ? AND person = ? ORDER BY case_id", merge.id, merge.gone
    ).map { try $0.get("case_id") }
    return merge
  }

  /// Whether it was not undone before.
  static func setUndone(
    _ id: PersonMergeID, by member: MemberID, at now: Moment, _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      "UPDATE person_merges SET undone_by = ?, undone_at = ? WHERE id = ? AND undone_at IS NULL", member, now, id) == 1
  }

  // MARK: Persons

  /// Into whom a person went; `nil` for one who stands for themself.
  static func target(of person: PersonID, _ transaction: any ReadTransaction) throws -> PersonID? {
    try transaction.row("SELECT merged_into FROM persons WHERE id = ?", person)?.optional("merged_into")
  }

  static func setTarget(_ target: PersonID?, of person: PersonID, _ transaction: any WriteTransaction) throws {
    try transaction.execute("UPDATE persons SET merged_into = ? WHERE id = ?", target, person)
  }

  /// A person with every record that is joined into it now, directly or by others.
  static func joined(into person: PersonID, _ transaction: any ReadTransaction) throws -> [PersonID] {
    var all = [person]
    var place = 0
    while place < all.count {
      all += try transaction.rows("SELECT id FROM persons WHERE merged_into = ? ORDER BY id", all[place]).map {
        try $0.get("id")
      }
      place += 1
    }
    return all
  }

  // MARK: What was before

  /// Keeps the sealed rows of a person as they are: they stay under the person's own key.
  static func keepContents(_ id: PersonMergeID, of person: PersonID, _ transaction: any WriteTransaction) throws {
    for kind in DataKind.allCases where kind.belongsToPerson {
      let row = try transaction.row(
        "SELECT revision, sealed FROM person_contents WHERE person = ? AND kind = ?", person, kind)
      let sealed: [UInt8]? = try row?.get("sealed")
      try transaction.execute(
        """
        INSERT INTO person_merge_contents (merge_id, kind, revision, sealed, merged_revision) VALUES (?, ?, ?, ?, ?)
        """, id, kind, try row?.get("revision", as: Int.self) ?? 0, sealed, 0)
    }
  }

  /// Remembers the revisions that joining made.
  static func keepRevisions(_ id: PersonMergeID, of person: PersonID, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      UPDATE person_merge_contents SET merged_revision = COALESCE((
        SELECT c.revision FROM person_contents c WHERE c.person = ? AND c.kind = person_merge_contents.kind), 0)
      WHERE merge_id = ?
      """, person, id)
  }

  /// Whether a person's sealed rows are still those that joining made.
  static func isUntouched(_ id: PersonMergeID, _ person: PersonID, _ transaction: any ReadTransaction) throws -> Bool {
    try transaction.row(
      """
      SELECT 1 AS touched FROM person_merge_contents m
      LEFT JOIN person_contents c ON c.person = ? AND c.kind = m.kind
      WHERE m.merge_id = ? AND COALESCE(c.revision, 0) <> m.merged_revision LIMIT 1
      """, person, id) == nil
  }

  /// Puts the rows back as they were, revision and all: a sealed row opens only at its own revision.
  /// - Returns: the kinds of which there was nothing.
  static func restoreContents(_ id: PersonMergeID, of person: PersonID, _ transaction: any WriteTransaction) throws
    -> [DataKind]
  {
    var empty: [DataKind] = []
    for row in try transaction.rows("SELECT kind, revision, sealed FROM person_merge_contents WHERE merge_id = ?", id) {
      let kind: DataKind = try row.get("kind")
      let sealed: [UInt8]? = try row.optional("sealed")
      // What only the joining changed was never said of this person, and its revisions are given anew.
      try transaction.execute(
        "DELETE FROM person_content_changes WHERE person = ? AND kind = ? AND revision > ?", person, kind,
        try row.get("revision", as: Int.self))
      if let sealed {
        try transaction.execute(
          "UPDATE person_contents SET revision = ?, sealed = ? WHERE person = ? AND kind = ?",
          try row.get("revision", as: Int.self), sealed, person, kind)
      } else {
        try transaction.execute("DELETE FROM person_contents WHERE person = ? AND kind = ?", person, kind)
        empty.append(kind)
      }
    }
    // Nothing of the joined person stays behind under the key of the one.
    try transaction.execute("UPDATE person_merge_contents SET sealed = NULL WHERE merge_id = ?", id)
    return empty
  }

  // MARK: Cases

  static func keepCases(_ id: PersonMergeID, of persons: [PersonID], _ transaction: any WriteTransaction) throws {
    for person in persons {
      try transaction.execute(
        """
        INSERT INTO person_merge_cases (merge_id, case_id, person, sex, age_band, revision)
        SELECT CAST(? AS TEXT), id, person, sex, age_band, revision FROM cases WHERE person = ?
        """, id, person)
    }
  }

  static func moveCases(from gone: PersonID, to kept: PersonID, _ transaction: any WriteTransaction) throws {
    try transaction.execute("UPDATE cases SET person = ? WHERE person = ?", kept, gone)
  }

  /// Gives each case its person back, and the sex and age band it had unless somebody edited them since.
  static func restoreCases(_ id: PersonMergeID, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      UPDATE cases SET person = (SELECT m.person FROM person_merge_cases m WHERE m.merge_id = ? AND m.case_id = cases.id)
      WHERE id IN (SELECT case_id FROM person_merge_cases WHERE merge_id = ?)
      """, id, id)
    try transaction.execute(
      """
      UPDATE cases SET sex = (SELECT m.sex FROM person_merge_cases m WHERE m.merge_id = ? AND m.case_id = cases.id),
        age_band = (SELECT m.age_band FROM person_merge_cases m WHERE m.merge_id = ? AND m.case_id = cases.id)
      WHERE EXISTS (SELECT 1 FROM person_merge_cases m
        WHERE m.merge_id = ? AND m.case_id = cases.id AND m.revision = cases.revision)
      """, id, id, id)
    try FactRecords.refresh(of: id, transaction)
  }
}
