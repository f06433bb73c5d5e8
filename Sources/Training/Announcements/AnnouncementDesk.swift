import Accounts
import Basics
import CountryPack
import Records

/// What the public is told of cohorts: trainers announce their own, anybody reads what is open.
public struct AnnouncementDesk: Sendable {
  private let training: TrainingOffice
  private var office: Office { training.office }

  public init(_ office: Office, _ pack: CountryPack) { training = TrainingOffice(office, pack) }

  // MARK: For the public

  /// The public's entrance: the courses that somebody may join, the soonest first. It asks for no actor, and reads
  /// nothing of those who take part but how many seats are taken, which it answers in words.
  public func courses() async throws -> [OpenCourse] {
    let today = training.today
    return try await office.database.read { transaction in
      try AnnouncementRecords.open(from: today, transaction).compactMap { one, agency in
        guard let cohort = try TrainingRecords.cohort(one.cohort, transaction),
          AnnouncementRules.isShown(cohort, one, on: today)
        else { return nil }
        return OpenCourse(
          phase: cohort.phase, agency: agency, place: cohort.place, province: cohort.province, from: cohort.from,
          until: cohort.until, institutions: cohort.institutions, spanish: one.spanish, english: one.english,
          phone: one.phone, email: one.email,
          room: AnnouncementRules.room(
            seats: cohort.seats, enrolled: try TrainingRecords.count(cohort.id, .enrolled, transaction)))
      }
    }
  }

  // MARK: For trainers

  /// What is told of one of the own agency's cohorts; `nil` when nothing ever was.
  ///
  /// Throws `Refusal`: `.forbidden`, `.notFound`.
  public func announcement(_ actor: Actor, _ cohort: CohortID) async throws -> CourseAnnouncement? {
    try actor.require(.manageTraining)
    let training = training
    return try await office.database.read { transaction in
      _ = try training.owned(actor, cohort, transaction)
      return try AnnouncementRecords.announcement(cohort, transaction)
    }
  }

  /// Tells the public of a cohort, or tells it otherwise. Sending the same again changes nothing.
  ///
  /// - Parameter revision: the announcement's that was seen; 0 when there was none.
  ///
  /// Throws `Refusal`: `.forbidden`, `.notFound`; `.conflict` when somebody was faster or the cohort does not take place
  /// or has begun; `.invalid` with the fields.
  public func announce(_ actor: Actor, _ cohort: CohortID, _ typed: NewAnnouncement, seen revision: Int) async throws {
    try actor.require(.manageTraining)
    let new = try AnnouncementRules.checked(typed)
    let (training, now) = (training, office.clock.now())
    try await office.database.write { transaction in
      let known = try training.changeable(actor, cohort, transaction)
      guard training.today <= known.from else { throw Refusal(.conflict, Phrase("error.announcement_begun")) }
      let one = CourseAnnouncement(
        cohort: cohort, spanish: new.spanish, english: new.english, phone: new.phone, email: new.email, isOpen: true,
        changedAt: now)
      if let there = try AnnouncementRecords.announcement(cohort, transaction), there.isOpen,
        there.spanish == one.spanish, there.english == one.english, there.phone == one.phone, there.email == one.email
      {
        return
      }
      guard try AnnouncementRecords.store(one, from: revision, transaction) else {
        throw Refusal(.conflict, Phrase("error.training_changed_meanwhile"))
      }
      try training.note(actor, "announcement.open", "cohort", cohort.description, transaction)
    }
  }

  /// Tells it no longer; what was written stays for another time. Also from a page that is old. Asked again, it changes
  /// nothing.
  ///
  /// Throws `Refusal`: `.forbidden`, `.notFound`.
  public func close(_ actor: Actor, _ cohort: CohortID) async throws {
    try actor.require(.manageTraining)
    let (training, now) = (training, office.clock.now())
    try await office.database.write { transaction in
      _ = try training.owned(actor, cohort, transaction)
      guard var one = try AnnouncementRecords.announcement(cohort, transaction), one.isOpen else { return }
      (one.isOpen, one.changedAt) = (false, now)
      guard try AnnouncementRecords.store(one, from: one.revision, transaction) else { throw Refusal.conflict }
      try training.note(actor, "announcement.close", "cohort", cohort.description, transaction)
    }
  }
}
