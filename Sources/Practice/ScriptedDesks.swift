import Accounts
import Basics
import CountryPack
import Identification
import Records
import Referrals

/// What happens around a trainee after each move: the safety check's first answers are noted, and the other desks answer.
extension PracticeDesk {
  /// - Parameter isScreening: whether the move was made in a screening.
  public func follow(_ actor: Actor, isScreening: Bool) async throws {
    let attempt = try await attempt(actor)
    guard attempt.finishedAt == nil else { return }
    if isScreening, attempt.firstSafety == nil { try await noteSafety(actor, attempt) }
    if try await !referrals.outbox(actor, .waiting).referrals.isEmpty { try await answer(attempt) }
  }

  /// What was answered at first is judged: an interview that is made safe later began unsafe all the same.
  private func noteSafety(_ actor: Actor, _ attempt: Attempt) async throws {
    guard let newest = try await screenings.list(actor, ScreeningFilter(limit: 1)).first else { return }
    let safety = try await screenings.file(actor, newest.id).safety.value.answers
    guard !safety.isEmpty else { return }
    let now = practice.now
    try await office.database.write { transaction in
      try PracticeRecords.setFirstSafety(attempt.id, safety, at: now, transaction)
      try transaction.record(Self.entry("practice.safety", actor, attempt.id, now))
    }
  }

  private func answer(_ attempt: Attempt) async throws {
    let exercise = try exercise(of: attempt)
    let desks = try await office.database.read { try PracticeRecords.desks(attempt.id, $0) }
    for staged in desks {
      guard let script = exercise.desk(staged.code)?.answers, !script.isEmpty else { continue }
      try await practice.working(as: staged.login) { desk in
        for referral in try await referrals.inbox(desk, .waiting).referrals where referral.state != .asked {
          try await answer(referral.id, by: desk, script, attempt.language)
        }
      }
    }
  }

  /// The next answer of the script; the last one stands. A move that the trainee was faster to make impossible is left.
  private func answer(_ id: ReferralID, by desk: Actor, _ script: [Exercise.Answer], _ language: Language) async throws
  {
    let view = try await referrals.view(desk, id)
    let given = view.events.count { [.ask, .accept, .decline].contains($0.move) }
    let act: ReferralAct =
      switch script[min(given, script.count - 1)] {
      case .accept: .accept(note: "")
      case .decline(let reason): .decline(reason: reason, suggested: nil, note: "")
      case .ask(let question): .ask(question[language])
      }
    do {
      try await referrals.make(
        act, desk, id, event: office.randomness.identifier(), revision: view.referral.revision)
    } catch let refusal as Refusal where refusal.kind == .conflict || refusal.kind == .noBasis {}
  }
}
