import Accounts
import Basics
import CountryPack
import Foundation
import Records
import Training
import Vault

/// What the live site knows of practice: where it is, how to send somebody there, and which points they missed. Reads
/// the practice store; nothing is ever written from there to here.
public struct PracticeDoor: Sendable {
  /// Who practises.
  public enum Visitor: Hashable, Sendable {
    case participant(ParticipantID, CohortID)
    case member(MemberID)
  }

  /// The address people type, without a path.
  public let address: String
  private let desk: PracticeDesk
  private let live: Office

  /// - Parameters:
  ///   - address: of the practice site.
  ///   - live: the live office; its secret makes the tags that only the live site can tell apart.
  public init(address: String, desk: PracticeDesk, live: Office) {
    self.address = address
    self.desk = desk
    self.live = live
  }

  /// The address that lets a visitor in, once, within a few minutes.
  ///
  /// - Parameter attempt: one of the visitor's own, to go on with; `nil` begins a new one.
  ///
  /// Throws `Refusal.notFound` for no such exercise, or an attempt that is not the visitor's.
  public func entrance(
    _ exercise: String, for visitor: Visitor, language: Language, goingOnWith attempt: AttemptID? = nil
  ) async throws -> String {
    guard desk.pack.exercise(exercise) != nil else { throw Refusal.notFound }
    if let attempt {
      guard try await attempts(of: visitor).contains(where: { $0.id == attempt && !$0.isErased }) else {
        throw Refusal.notFound
      }
    }
    let ticket = PracticeTicket(
      id: live.randomness.identifier(), attempt: attempt ?? live.randomness.identifier(), exercise: exercise,
      language: language, person: person(visitor), group: group(visitor), until: live.clock.now() + PracticeTicket.life)
    return address + "/begin/" + (try desk.seal.seal(ticket))
  }

  /// The visitor's own attempts, the newest first.
  public func attempts(of visitor: Visitor) async throws -> [Attempt] {
    let person = person(visitor)
    return try await desk.office.database.read { try PracticeRecords.attempts(of: person, $0) }
  }

  /// How often a class missed each point, by the exercise's id: of every person, the first attempt that was finished.
  /// Whoever shows it has asked for the class first.
  public func points(ofClass cohort: CohortID) async throws -> [String: ClassPoints] {
    let group = tag("class", cohort.description)
    let finished = try await desk.office.database.read { try PracticeRecords.finished(ofClass: group, $0) }
    var scores: [String: [String: ExerciseScore]] = [:]
    for attempt in finished where scores[attempt.exercise]?[attempt.person] == nil {
      scores[attempt.exercise, default: [:]][attempt.person] = attempt.score
    }
    return scores.mapValues { ClassPoints(Array($0.values)) }
  }

  private func person(_ visitor: Visitor) -> String {
    switch visitor {
    case .participant(let id, _): tag("participant", id.description)
    case .member(let id): tag("member", id.description)
    }
  }

  private func group(_ visitor: Visitor) -> String? {
    if case .participant(_, let cohort) = visitor { tag("class", cohort.description) } else { nil }
  }

  /// Without the live secret nobody can tell from a stolen practice store who practised.
  private func tag(_ kind: String, _ id: String) -> String {
    live.root.token("practice", [Array(kind.utf8), Array(id.utf8)]).exposedText
  }
}
