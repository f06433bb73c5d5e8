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
}
