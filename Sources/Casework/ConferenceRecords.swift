import Basics
import Records

/// The queries about case conferences.
enum ConferenceRecords {
  static func caseID(of id: ConferenceID, _ transaction: any ReadTransaction) throws -> CaseID? {
    try transaction.value(CaseID.self, "SELECT case_id FROM case_conferences WHERE id = ?", id)
  }

  static func caseID(of id: ConferenceDecisionID, _ transaction: any ReadTransaction) throws -> CaseID? {
    try transaction.value(CaseID.self, "SELECT case_id FROM case_conference_decisions WHERE id = ?", id)
  }

  static func insert(
    _ conference: Conference, of id: CaseID, agency: AgencyID, content: [UInt8]?, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO case_conferences (id, case_id, agency, state, day, revision, content, planned_by, planned_at)
      VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?)
      """, conference.id, id, agency, conference.state, conference.day, content, conference.plannedBy, now)
    try insertSeats(conference, of: id, transaction)
  }

  /// Writes the revision after the one that was seen. Whether nobody was faster.
  /// - Parameter content: `nil` leaves what stands there, as `minutes`.
  static func update(
    _ conference: Conference, of id: CaseID, seen revision: Int, content: [UInt8]? = nil, minutes: [UInt8]? = nil,
    _ transaction: any WriteTransaction
  ) throws -> Bool {
    guard
      try transaction.execute(
        """
        UPDATE case_conferences SET state = ?, day = ?, revision = revision + 1, content = COALESCE(?, content),
          minutes = COALESCE(?, minutes) WHERE id = ? AND revision = ?
        """, conference.state, conference.day, content, minutes, conference.id, revision) == 1
    else { return false }
    try transaction.execute("DELETE FROM case_conference_seats WHERE conference = ?", conference.id)
    try insertSeats(conference, of: id, transaction)
    return true
  }

  private static func insertSeats(_ conference: Conference, of id: CaseID, _ transaction: any WriteTransaction) throws {
    func insert(_ member: MemberID?, _ guest: AgencyID?, _ consent: ConsentID?, _ attended: Bool?) throws {
      try transaction.execute(
        """
        INSERT INTO case_conference_seats (conference, case_id, member, guest, consent, attended)
        VALUES (?, ?, ?, ?, ?, ?)
        """, conference.id, id, member, guest, consent, attended)
    }
    for seat in conference.members { try insert(seat.who, nil, nil, seat.attended) }
    for seat in conference.guests { try insert(nil, seat.who, seat.consent, seat.attended) }
  }

  static func insert(
    _ decision: ConferenceDecision, of conference: ConferenceID, case id: CaseID, agency: AgencyID, words: [UInt8]?,
    by member: MemberID, at now: Moment, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO case_conference_decisions (id, conference, case_id, agency, owner, provider, due_day, words,
        recorded_by, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, decision.id, conference, id, agency, decision.owner, decision.agency, decision.due, words, member, now)
  }

  /// Whether it was still to be done.
  static func finish(
    _ id: ConferenceDecisionID, on day: CalendarDay, result: [UInt8]?, _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      "UPDATE case_conference_decisions SET done_day = ?, result = ? WHERE id = ? AND done_day IS NULL", day, result,
      id) == 1
  }

  struct Sealed {
    var conference: Conference
    /// Under which revision the content was sealed.
    var content: [UInt8]
    var minutes: [UInt8]?
    /// As the conference's decisions, in their order.
    var decisions: [(words: [UInt8]?, result: [UInt8]?)] = []
  }

  /// The newest first.
  static func conferences(of id: CaseID, _ transaction: any ReadTransaction) throws -> [Sealed] {
    let rows = try transaction.rows("SELECT * FROM case_conferences WHERE case_id = ? ORDER BY day DESC, id DESC", id)
    guard !rows.isEmpty else { return [] }
    let seats = try transaction.rows(
      "SELECT * FROM case_conference_seats WHERE case_id = ? ORDER BY member, guest", id)
    let decisions = try transaction.rows(
      "SELECT * FROM case_conference_decisions WHERE case_id = ? ORDER BY due_day, id", id)
    return try rows.map { row in
      var sealed = Sealed(
        conference: Conference(
          id: try row.get("id"), state: try row.get("state"), day: try row.get("day"),
          plannedBy: try row.get("planned_by"), revision: try row.get("revision")), content: try row.get("content"),
        minutes: try row.optional("minutes"))
      for seat in seats where try seat.get("conference", as: ConferenceID.self) == sealed.conference.id {
        if let member = try seat.optional("member", as: MemberID.self) {
          sealed.conference.members.append(.init(member, attended: try seat.optional("attended")))
        } else {
          sealed.conference.guests.append(
            .init(try seat.get("guest"), consent: try seat.optional("consent"), attended: try seat.optional("attended"))
          )
        }
      }
      for decision in decisions where try decision.get("conference", as: ConferenceID.self) == sealed.conference.id {
        sealed.conference.decisions.append(
          ConferenceDecision(
            id: try decision.get("id"), due: try decision.get("due_day"), done: try decision.optional("done_day"),
            owner: try decision.get("owner"), agency: try decision.optional("provider")))
        sealed.decisions.append((try decision.optional("words"), try decision.optional("result")))
      }
      return sealed
    }
  }

  /// The conferences from a day on that an agency is asked to and may still take part in, the nearest first.
  static func invitations(
    of agency: AgencyID, from day: CalendarDay, at now: Moment, limit: Int, _ transaction: any ReadTransaction
  ) throws -> [ConferenceInvitation] {
    try transaction.rows(
      """
      SELECT k.id, k.case_id, c.code, k.day, k.agency FROM case_conference_seats s
      JOIN case_conferences k ON k.id = s.conference JOIN cases c ON c.id = k.case_id
      JOIN consents b ON b.id = s.consent
      WHERE s.guest = ? AND k.state = 'planned' AND k.day >= ? AND c.status = 'open' AND b.withdrawn_at IS NULL
        AND (b.until IS NULL OR b.until > ?)
      ORDER BY k.day, k.id LIMIT ?
      """, agency, day, now, limit
    ).map { row in
      ConferenceInvitation(
        id: try row.get("id"), caseID: try row.get("case_id"), code: try row.get("code"), day: try row.get("day"),
        agency: try row.get("agency"))
    }
  }
}
