import Accounts
import Basics
import CountryPack
import Foundation
import Records
import Vault

/// What the desks of this room share: links, sealing, the pack's questions.
struct TrainingOffice: Sendable {
  let office: Office
  let pack: CountryPack
  private let banks: [String: QuestionBank]
  private let papers = QuestionPapers()
  let exchanges = RecentExchanges()
  private let all: QuestionBank

  init(_ office: Office, _ pack: CountryPack) {
    self.office = office
    self.pack = pack
    banks = pack.training.lessons.reduce(into: [:]) { $0[$1.id] = LessonBanks.bank($1) }
    all = QuestionBank(joining: pack.training.lessons.compactMap { [banks] in banks[$0.id] })
  }

  var today: CalendarDay { CalendarDay(office.clock.now(), offsetFromUTC: pack.offsetFromUTC) }

  func lessonBank(_ lesson: String) -> QuestionBank? { banks[lesson] }

  /// What the test of a phase is drawn from: the questions of the lessons it teaches.
  func bank(_ phase: String) -> QuestionBank? {
    pack.training.phase(phase).map { phase in
      QuestionBank(joining: pack.training.lessons(taughtIn: phase).compactMap { banks[$0.id] })
    }
  }

  /// The questions of a cohort as they were drawn. A cohort that was opened before papers were kept takes them from the
  /// pack.
  func paper(_ cohort: Cohort, _ transaction: any ReadTransaction) throws -> QuestionPaper {
    try papers.paper(.cohort(cohort.id)) {
      let kept = try QuestionRecords.paper(.cohort(cohort.id), transaction)
      return kept.isEmpty ? all.paper(cohort.questions) : QuestionPaper(kept)
    }
  }

  /// The questions of a quiz, likewise.
  func paper(_ quiz: Quiz, _ transaction: any ReadTransaction) throws -> QuestionPaper {
    try papers.paper(.quiz(quiz.id)) {
      let kept = try QuestionRecords.paper(.quiz(quiz.id), transaction)
      return kept.isEmpty ? all.paper(quiz.questions) : QuestionPaper(kept)
    }
  }

  /// The agency's own questions that go with a lesson: those written for a course that teaches it.
  func ownQuestions(of agency: AgencyID, lesson: String, _ transaction: any ReadTransaction) throws -> [OwnQuestion] {
    let courses = Set(pack.training.courses.filter { $0.lessons.contains(lesson) }.map(\.code))
    return try QuestionRecords.own(agency, transaction).filter { !$0.isRetired && courses.contains($0.course) }
  }

  // MARK: Links

  /// The link of a cohort or a participant. It comes from the root secret, so that a trainer can print it again, and a
  /// second click leads to the same page; the store keeps its hash only.
  private func link(_ kind: String, _ id: String) -> Token {
    office.root.token("training-link", [Array(kind.utf8), Array(id.utf8)])
  }

  func link(_ cohort: CohortID) -> Token { link("cohort", cohort.description) }
  func link(_ participant: ParticipantID) -> Token { link("participant", participant.description) }

  // MARK: Registration, the same by hand and by link

  func register(
    _ id: ParticipantID, _ typed: NewParticipant, in cohort: Cohort, doer: AuditEntry.Doer, action: String,
    _ transaction: any WriteTransaction
  ) throws -> Registration {
    let now = office.clock.now()
    if let existing = try TrainingRecords.participant(id, transaction)?.participant {
      guard existing.cohort == cohort.id else { throw Refusal.notFound }
      return Registration(link: link(id), status: existing.status)
    }
    guard CohortRules.isOpen(cohort, on: today) else {
      throw Refusal(.conflict, Phrase("error.training_registration_over"))
    }
    let new = try CohortRules.checked(typed, cohort, pack)
    let tag = cohortNameTag(cohort.id, new.name)
    if try !new.isAnother && TrainingRecords.isNameTaken(tag, cohort.id, transaction) {
      throw Refusal(
        .conflict, Phrase("error.training_already_registered"),
        fields: [FieldProblem("name", "error.training_already_registered")])
    }
    let enrolled = try TrainingRecords.count(cohort.id, .enrolled, transaction)
    let participant = Participant(
      id: id, cohort: cohort.id, agency: cohort.agency, institution: new.institution, province: new.province,
      status: CohortRules.status(cohort, enrolled: enrolled), registeredAt: now, sex: new.sex.isEmpty ? nil : new.sex)
    let (blob, epoch) = try seal(
      ParticipantIdentity(name: new.name, post: new.post), of: cohort.agency, table: "participants",
      column: "identity", row: id.description, transaction)
    try TrainingRecords.insert(
      .init(participant: participant, identity: blob, epoch: epoch), nameTag: tag, linkHash: link(id).hash, transaction)
    try TraineeRecords.insert(
      participant.trainee, agency: cohort.agency, nameTag: nameTag(cohort.agency, new.name),
      documentTag: documentTag(cohort.agency, new.document), at: now, transaction)
    if !new.phone.isEmpty { try setPhone(new.phone, participant, transaction) }
    try transaction.record(
      AuditEntry(at: now, doer: doer, action: action, objectKind: "participant", objectID: id.description))
    return Registration(link: link(id), status: participant.status)
  }

  /// Every group of five letters of the code reads aloud without doubt.
  func code(_ certificate: CertificateID, name: String) -> String {
    let bytes = office.root.tag("certificate", [Array(certificate.description.utf8), CohortRules.comparable(name)])
    let letters = Array("0123456789abcdefghjkmnpqrstvwxyz")
    let code = bytes.prefix(15).map { letters[Int($0 & 31)] }
    return [code[0..<5], code[5..<10], code[10..<15]].map { String($0) }.joined(separator: "-")
  }
}

/// What somebody gets who registered: the personal link and whether there is a seat.
public struct Registration: Sendable {
  public var link: Token
  public var status: Participant.Status
}
