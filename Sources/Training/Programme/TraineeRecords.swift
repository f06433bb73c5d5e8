import Basics
import Records

/// The queries about people across cohorts.
enum TraineeRecords {
  static func insert(
    _ id: TraineeID, agency: AgencyID, nameTag: [UInt8], documentTag: [UInt8]?, at moment: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      "INSERT INTO trainees (id, agency, name_tag, document_tag, made_at) VALUES (?, ?, ?, ?, ?)", id, agency, nameTag,
      documentTag, moment)
  }

  /// The tags of the names in a cohort's list.
  static func nameTags(_ cohort: CohortID, but own: Set<ParticipantID>, _ transaction: any ReadTransaction) throws
    -> Set<[UInt8]>
  {
    Set(
      try transaction.rows(
        "SELECT id, name_tag FROM participants WHERE cohort = ? AND status <> 'withdrawn'", cohort
      ).filter { try !own.contains($0.get("id", as: ParticipantID.self)) }.map { try $0.get("name_tag") })
  }

  static func participations(_ agency: AgencyID, _ transaction: any ReadTransaction) throws -> [Participation] {
    try transaction.rows(
      """
      SELECT participants.*, cohorts.phase, cohorts.from_day, cohorts.until_day FROM participants
      JOIN cohorts ON cohorts.id = participants.cohort
      WHERE participants.agency = ? AND participants.status = 'enrolled' ORDER BY cohorts.from_day, participants.id
      """, agency
    ).map { row in
      Participation(
        participant: try TrainingRecords.participant(row).participant, phase: try row.get("phase"),
        from: try row.get("from_day"), until: try row.get("until_day"))
    }
  }

  /// Everybody of the agency with the sealed part.
  static func sealed(_ agency: AgencyID, _ transaction: any ReadTransaction) throws -> [TrainingRecords.Sealed] {
    try transaction.rows("SELECT * FROM participants WHERE agency = ?", agency).map(TrainingRecords.participant)
  }

  static func agency(_ id: TraineeID, _ transaction: any ReadTransaction) throws -> AgencyID? {
    try transaction.value(AgencyID.self, "SELECT agency FROM trainees WHERE id = ?", id)
  }

  static func tags(_ agency: AgencyID, _ transaction: any ReadTransaction) throws -> [TraineeID: TraineeRules.Tags] {
    try transaction.rows("SELECT id, name_tag, document_tag FROM trainees WHERE agency = ?", agency)
      .reduce(into: [:]) { tags, row in
        tags[try row.get("id")] = .init(name: try row.optional("name_tag"), document: try row.optional("document_tag"))
      }
  }

  static func untagged(_ agency: AgencyID, _ transaction: any ReadTransaction) throws -> [TraineeID] {
    try transaction.rows("SELECT id FROM trainees WHERE agency = ? AND name_tag IS NULL", agency).map {
      try $0.get("id")
    }
  }

  static func setTag(_ tag: [UInt8], _ id: TraineeID, _ transaction: any WriteTransaction) throws {
    try transaction.execute("UPDATE trainees SET name_tag = ? WHERE id = ?", tag, id)
  }

  static func join(
    _ other: TraineeID, into one: TraineeID, _ agency: AgencyID, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      "UPDATE participants SET trainee = ? WHERE trainee = ? AND agency = ?", one, other, agency)
  }

  static func part(_ id: TraineeID, _ agency: AgencyID, _ transaction: any WriteTransaction) throws {
    try transaction.execute("UPDATE participants SET trainee = id WHERE trainee = ? AND agency = ?", id, agency)
  }

  static func keepApart(_ one: TraineeID, _ other: TraineeID, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      "INSERT INTO trainees_apart (one, other) VALUES (?, ?) ON CONFLICT (one, other) DO NOTHING", one, other)
  }

  static func apart(_ agency: AgencyID, _ transaction: any ReadTransaction) throws -> Set<TraineeRules.Names> {
    Set(
      try transaction.rows(
        """
        SELECT trainees_apart.one, trainees_apart.other FROM trainees_apart
        JOIN trainees ON trainees.id = trainees_apart.one WHERE trainees.agency = ?
        """, agency
      ).map { .init(one: try $0.get("one"), other: try $0.get("other")) })
  }
}
