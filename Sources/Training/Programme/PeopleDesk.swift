import Accounts
import Basics
import CountryPack
import Records

/// A trainer's desk for people across cohorts: the same person may have taken part before.
public struct PeopleDesk: Sendable {
  let training: TrainingOffice
  private var office: Office { training.office }

  public init(_ office: Office, _ pack: CountryPack) { training = TrainingOffice(office, pack) }

  /// One person with each time they took part.
  public struct Person: Sendable {
    public var id: TraineeID
    /// The newest name that could be read; `nil` without the keys.
    public var identity: ParticipantIdentity?
    public var participations: [Participation]
  }

  /// Two who may be one.
  public struct Proposal: Sendable {
    public enum Reason: String, Sendable { case name, document }
    public var one: Person
    public var other: Person
    public var reason: Reason
  }

  public struct Overview: Sendable {
    public var count: PeopleCount
    public var proposals: [Proposal]
    /// People who were put together, and can be parted again.
    public var joined: [Person]
  }

  /// What the agency knows of people across its cohorts. Reading their names is an entry in the audit log.
  public func overview(_ actor: Actor) async throws -> Overview {
    try actor.require(.manageTraining)
    let training = self.training
    return try await office.database.write { transaction in
      try training.note(actor, "trainees.read", "agency", actor.agency.description, transaction)
      let all = try TraineeRecords.participations(actor.agency, transaction)
      let sealed = Dictionary(
        try TraineeRecords.sealed(actor.agency, transaction).map { ($0.participant.id, $0) }
      ) { first, _ in first }
      try completeTags(actor, sealed, transaction)
      let people = Dictionary(grouping: all, by: \.participant.trainee)
      func person(_ id: TraineeID) throws -> Person {
        let own = people[id] ?? []
        let identity = try own.reversed().lazy.compactMap {
          try sealed[$0.participant.id].flatMap { try training.identity($0, for: actor) }
        }.first
        return Person(id: id, identity: identity, participations: own)
      }
      let pairs = TraineeRules.pairs(
        all.map(\.participant), tags: try TraineeRecords.tags(actor.agency, transaction),
        apart: try TraineeRecords.apart(actor.agency, transaction))
      return Overview(
        count: PeopleCount(all),
        proposals: try pairs.map {
          Proposal(
            one: try person($0.one), other: try person($0.other), reason: $0.isDocument ? .document : .name)
        },
        joined: try people.filter { $0.value.count > 1 }.keys.sorted().map(person))
    }
  }

  /// People registered before tags were kept get theirs as soon as somebody with the key looks.
  private func completeTags(
    _ actor: Actor, _ sealed: [ParticipantID: TrainingRecords.Sealed], _ transaction: any WriteTransaction
  ) throws {
    for id in try TraineeRecords.untagged(actor.agency, transaction) {
      guard let found = sealed[ParticipantID(lettersOf: id)], let name = try training.identity(found, for: actor)?.name
      else { continue }
      try TraineeRecords.setTag(training.nameTag(actor.agency, name), id, transaction)
    }
  }

  /// Says that two are one person. Asked again, it changes nothing.
  ///
  /// Throws `.conflict` when both took part in the same cohort.
  public func join(_ actor: Actor, _ one: TraineeID, _ other: TraineeID) async throws {
    try actor.require(.manageTraining)
    let training = self.training
    try await office.database.write { transaction in
      let all = try TraineeRecords.participations(actor.agency, transaction).map(\.participant)
      let (mine, theirs) = (all.filter { $0.trainee == one }, all.filter { $0.trainee == other })
      if one != other, theirs.isEmpty, !mine.isEmpty, try TraineeRecords.agency(other, transaction) == actor.agency {
        return try training.note(actor, "trainee.join_again", "trainee", one.description, transaction)
      }
      guard one != other, !mine.isEmpty, !theirs.isEmpty else { throw Refusal.notFound }
      guard Set(mine.map(\.cohort)).isDisjoint(with: theirs.map(\.cohort)) else {
        throw Refusal(.conflict, Phrase("error.training_same_cohort"))
      }
      try TraineeRecords.join(other, into: one, actor.agency, transaction)
      try training.note(actor, "trainee.join", "trainee", one.description, transaction)
    }
  }

  /// Says that two are two people: they are not proposed again.
  public func keepApart(_ actor: Actor, _ one: TraineeID, _ other: TraineeID) async throws {
    try actor.require(.manageTraining)
    let training = self.training
    try await office.database.write { transaction in
      for id in [one, other] where try TraineeRecords.agency(id, transaction) != actor.agency { throw Refusal.notFound }
      try TraineeRecords.keepApart(min(one, other), max(one, other), transaction)
      try training.note(actor, "trainee.apart", "trainee", one.description, transaction)
    }
  }

  /// Undoes joining: everybody who was put together as this person is their own again.
  public func part(_ actor: Actor, _ id: TraineeID) async throws {
    try actor.require(.manageTraining)
    let training = self.training
    try await office.database.write { transaction in
      guard try TraineeRecords.agency(id, transaction) == actor.agency else { throw Refusal.notFound }
      try TraineeRecords.part(id, actor.agency, transaction)
      try training.note(actor, "trainee.part", "trainee", id.description, transaction)
    }
  }
}

/// Who may be one person: pure.
enum TraineeRules {
  struct Tags: Hashable, Sendable {
    var name: [UInt8]?
    var document: [UInt8]?
  }

  struct Pair: Hashable, Sendable {
    var one: TraineeID
    var other: TraineeID
    var isDocument: Bool
  }

  struct Names: Hashable, Sendable {
    var one: TraineeID
    var other: TraineeID
  }

  /// People who share a name or an identity number and never a cohort, the first of each with every other. Two that a
  /// trainer kept apart are left out, and so are two whose numbers differ.
  ///
  /// - Parameters:
  ///   - tags: by participant, as the row of the same letters holds them.
  ///   - apart: pairs with the smaller id first.
  static func pairs(_ people: [Participant], tags: [TraineeID: Tags], apart: Set<Names>) -> [Pair] {
    let cohorts = Dictionary(grouping: people, by: \.trainee).mapValues { Set($0.map(\.cohort)) }
    var documents: [TraineeID: Set<[UInt8]>] = [:]
    var groups: [(isDocument: Bool, tag: [UInt8], members: [TraineeID])] = []
    var places: [[UInt8]: Int] = [:]
    func add(_ tag: [UInt8], _ person: TraineeID, isDocument: Bool) {
      let place = places[tag] ?? groups.count
      if place == groups.count {
        places[tag] = place
        groups.append((isDocument, tag, []))
      }
      if !groups[place].members.contains(person) { groups[place].members.append(person) }
    }
    for participant in people {
      guard let own = tags[TraineeID(lettersOf: participant.id)] else { continue }
      if let document = own.document {
        documents[participant.trainee, default: []].insert(document)
        add(document, participant.trainee, isDocument: true)
      }
      if let name = own.name { add(name, participant.trainee, isDocument: false) }
    }
    var (pairs, seen): ([Pair], Set<Names>) = ([], [])
    for group in groups.sorted(by: { $0.isDocument && !$1.isDocument }) {
      guard let first = group.members.first else { continue }
      for other in group.members.dropFirst() {
        let names = Names(one: min(first, other), other: max(first, other))
        let differ =
          !group.isDocument
          && documents[first].map { mine in
            documents[other].map(mine.isDisjoint) ?? false
          } ?? false
        let shared = cohorts[first]?.isDisjoint(with: cohorts[other] ?? []) == false
        if !apart.contains(names), !differ, !shared, seen.insert(names).inserted {
          pairs.append(Pair(one: first, other: other, isDocument: group.isDocument))
        }
      }
    }
    return pairs
  }
}
