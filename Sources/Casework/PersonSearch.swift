import Accounts
import Basics
import CountryPack
import Records
import Vault

/// A person a search found, with their cases in the agency.
public struct PersonMatch: Hashable, Sendable {
  public var person: PersonID
  public var identity: PersonIdentity
  /// The newest first.
  public var cases: [CaseSummary]
  /// Why the person is shown, the strongest reason first.
  public var reasons: [MatchReason]
  /// Fewer is better: first the document, then how many words were found, then how well.
  var rank: [Int]
}

/// What a search found.
public struct PersonSearch: Hashable, Sendable {
  /// The best agreement first.
  public var matches: [PersonMatch]
  /// There may be more: another word of the name, or a document, would find them.
  public var isCut: Bool
}

extension CaseDesk {
  /// How many people a search opens and answers at most: opening an identity is what a search spends its time on.
  static let matchLimit = 50

  /// People the agency knows by a name or document. Only persons with a case that the actor may read are found.
  ///
  /// Accents, case and particles don't matter, the words of a name may come in any order, nicknames of the pack stand for
  /// their names, a name that sounds alike is found, and so is one with a single typing error in all.
  /// - Parameters:
  ///   - name: at least one word of a name, or empty.
  ///   - document: a document number, or empty.
  ///
  /// Throws `Refusal` `.invalid` with the wrong fields.
  public func search(_ actor: Actor, name: String, document: String = "") async throws -> PersonSearch {
    let problems = TextRules.problems([("name", name, .name), ("document", document, .name)])
    guard problems.isEmpty else { throw Refusal.fields(problems) }
    let words = typed(name)
    return try await find(actor, PersonQuestion(words: words, asks: [words], needed: words.count), document: document)
  }

  /// People who may be the one a case is about to be opened for. Looks for all names together, and for each given name
  /// with each surname: people are known by more or fewer names in each place, and by either surname first.
  public func alreadyKnown(_ actor: Actor, givenNames: String, surnames: String, document: String = "") async throws
    -> PersonSearch
  {
    let problems = TextRules.problems([
      ("given_names", givenNames, .name), ("surnames", surnames, .name), ("document_number", document, .name),
    ])
    guard problems.isEmpty else { throw Refusal.fields(problems) }
    let (given, family) = (typed(givenNames), typed(surnames))
    var asks = [given + family]
    let singles = given.isEmpty ? family : given
    let pairs = given.prefix(3).flatMap { given in family.prefix(3).map { [given, $0] } }
    asks += pairs.isEmpty ? singles.map { [$0] } : pairs
    return try await find(
      actor, PersonQuestion(words: given + family, asks: asks, needed: pairs.isEmpty ? 1 : 2), document: document)
  }

  private func typed(_ name: String) -> [TypedWord] {
    // More words than a person has names are a pasted text; each costs a look into the index.
    var seen: Set<String> = []
    return SpokenName.words(name).filter { seen.insert($0).inserted }.prefix(8).map { TypedWord($0, pack.nicknames) }
  }

  private func find(_ actor: Actor, _ question: PersonQuestion, document: String) async throws -> PersonSearch {
    let opener = try opener(actor)
    let now = office.clock.now()
    let index = BlindIndex(root: office.root, agency: actor.agency.description)
    try await makeTagsAnew(actor, index, at: now)
    try await encodeOutdated(actor, at: now)
    let number = BlindIndex.normalised(document: document)
    let found = try await office.database.read { transaction in
      var people: [PersonID] = []
      if !number.isEmpty {
        people += try PersonRecords.candidates(
          [[index.tag(document: document)]], agency: actor.agency, opener: opener, limit: Self.matchLimit, transaction)
      }
      var finder = PersonFinder(
        index: index, agency: actor.agency, opener: opener, limit: Self.matchLimit, transaction: transaction)
      people += try finder.people(question)
      people = unique(people)
      let isCut = people.count > Self.matchLimit
      people = Array(people.prefix(Self.matchLimit))
      let identities = try identities(of: people, owner: actor.agency, actor, at: now, transaction)
      var matches = identities.compactMap { match($0, $1.value, question, document: number) }
      matches.sort {
        if $0.rank != $1.rank { return $0.rank.lexicographicallyPrecedes($1.rank) }
        return ($0.identity.displayName, $0.person) < ($1.identity.displayName, $1.person)
      }
      let cases = try CaseRecords.of(persons: matches.map(\.person), agency: actor.agency, transaction)
      for index in matches.indices {
        matches[index].cases = (cases[matches[index].person] ?? []).filter { opener == nil || $0.openedBy == opener }
      }
      return PersonSearch(matches: matches, isCut: isCut)
    }
    try await office.database.write {
      try $0.record(AuditEntry(at: now, doer: actor.doer, action: "person.search", objectKind: "person"))
    }
    return found
  }

  /// Makes the tags of people who were stored under an older rule, some thousands at a time: only a member's key opens
  /// the names they are made from.
  private func makeTagsAnew(_ actor: Actor, _ index: BlindIndex, at now: Moment) async throws {
    for _ in 0..<10 {
      let old = try await office.database.read {
        try PersonRecords.taggedBefore(agency: actor.agency, limit: 200, $0)
      }
      guard !old.isEmpty else { return }
      try await office.database.write { transaction in
        let identities = try identities(of: old, owner: actor.agency, actor, at: now, transaction)
        for person in old {
          let tags = identities[person]?.value.tags(index) ?? []
          try PersonRecords.setTags(person, tags, transaction)
        }
        try PersonRecords.setTagRule(old, transaction)
        try transaction.record(AuditEntry(at: now, doer: actor.doer, action: "person.index", objectKind: "person"))
      }
    }
  }

  private func match(_ person: PersonID, _ identity: PersonIdentity, _ question: PersonQuestion, document: String)
    -> PersonMatch?
  {
    let name = NameMatch(question.words, identity, needed: question.needed)
    let hasDocument = !document.isEmpty && BlindIndex.normalised(document: identity.documentNumber) == document
    guard hasDocument || name != nil else { return nil }
    return PersonMatch(
      person: person, identity: identity, cases: [],
      reasons: (hasDocument ? [.sameDocument] : []) + (name?.reasons ?? []),
      rank: [hasDocument ? 0 : 1, -(name?.found ?? 0), name?.cost ?? 0])
  }

  private func unique(_ people: [PersonID]) -> [PersonID] {
    var seen: Set<PersonID> = []
    return people.filter { seen.insert($0).inserted }
  }
}

/// What is asked of the index.
struct PersonQuestion: Sendable {
  /// All that was typed.
  var words: [TypedWord]
  /// Words that must be found together, the best question first.
  var asks: [[TypedWord]]
  /// How many of the typed words a person must have.
  var needed: Int
}

/// Asks the index in steps: first for words that sound as typed, then with one typing error in one of them. What is rare
/// is gone through, what is frequent only looked up, so that a search for a María among a million costs little more than
/// among a thousand.
struct PersonFinder {
  let index: BlindIndex
  let agency: AgencyID
  let opener: MemberID?
  /// How many people are enough.
  let limit: Int
  let transaction: any ReadTransaction
  private var reaches: [[Int]: (reach: Int, limit: Int)] = [:]

  init(index: BlindIndex, agency: AgencyID, opener: MemberID?, limit: Int, transaction: any ReadTransaction) {
    self.index = index
    self.agency = agency
    self.opener = opener
    self.limit = limit
    self.transaction = transaction
  }

  /// One more than the limit when there are more.
  mutating func people(_ question: PersonQuestion) throws -> [PersonID] {
    var people: [PersonID] = []
    var seen: Set<PersonID> = []
    func add(_ some: [PersonID]) { people += some.filter { seen.insert($0).inserted } }
    let words = Set(question.asks.joined())
    let exact = words.reduce(into: [TypedWord: [Int]]()) { $0[$1] = $1.sounds.map { index.tag(sound: $0) } }
    for ask in question.asks where !ask.isEmpty && people.count <= limit {
      add(try candidates(ask.map { exact[$0] ?? [] }))
    }
    guard people.count <= limit else { return people }
    var near: [TypedWord: [Int]] = [:]
    for ask in question.asks {
      for wrong in ask.indices where people.count <= limit {
        // Hundreds of tags are looked up for a word only when the others are somebody's: mostly for the wrong one alone.
        let others = ask.indices.filter { $0 != wrong }.map { exact[ask[$0]] ?? [] }
        guard try others.allSatisfy({ try reach($0, 256) > 0 }) else { continue }
        let word = ask[wrong]
        if near[word] == nil {
          near[word] = try PersonRecords.inUse(
            word.near.map { index.tag(sound: $0) }.sorted(), transaction)
        }
        add(try candidates(others + [near[word] ?? []]))
      }
    }
    return people
  }

  private mutating func candidates(_ groups: [[Int]]) throws -> [PersonID] {
    guard groups.allSatisfy({ !$0.isEmpty }) else { return [] }
    let ordered = try rarestFirst(groups)
    guard !ordered.isEmpty else { return [] }
    return try PersonRecords.candidates(ordered, agency: agency, opener: opener, limit: limit + 1, transaction)
  }

  /// Counts only as far as it takes to know which group is the smallest; none when one of them has nobody.
  private mutating func rarestFirst(_ groups: [[Int]]) throws -> [[Int]] {
    guard groups.count > 1 else { return groups }
    var sized: [(tags: [Int], reach: Int)] = []
    // Where each has more than the last of these, enough people have them all to be met soon, whichever is gone through.
    for limit in [256, 2_048, 16_384] {
      sized = []
      for group in groups {
        let reach = try reach(group, limit)
        if reach == 0 { return [] }
        sized.append((group, reach))
      }
      if sized.contains(where: { $0.reach < limit }) { break }
    }
    return sized.sorted { $0.reach < $1.reach }.map(\.tags)
  }

  private mutating func reach(_ tags: [Int], _ limit: Int) throws -> Int {
    if let known = reaches[tags], known.limit >= limit || known.reach < known.limit { return known.reach }
    let reach = try PersonRecords.reach(tags, limit: limit, transaction)
    reaches[tags] = (reach, limit)
    return reach
  }
}
