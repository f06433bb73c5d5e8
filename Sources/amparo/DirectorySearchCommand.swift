import ArgumentParser
import Basics
import Foundation
import Referrals

extension DirectoryCommand {
  struct Search: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Find services by need, place, person and time.",
      discussion: """
        The best come first: those that take the person, are there for the province, have room, are open, are near, speak \
        the language, are confirmed, cost nothing. Who may be under age is taken for a child; what is not known is asked \
        and never read as a no.

          amparo directory search --need shelter --province EC-U --age 14 --sex male --at 2026-12-25T22:00
        """)

    @OptionGroup var question: DirectoryQuestion
    @Option(help: "How many to show, 1 to 1000.") var limit = 20
    @Flag(help: "Print a JSON array.") var json = false

    func run() async throws {
      let matches = try await question.matches(limit: limit)
      if json { return try printJSON(matches.map(DirectoryAnswer.init)) }
      if matches.isEmpty { print("no service answers that; --all shows those that take others") }
      for match in matches { print(DirectoryAnswer(match).line) }
    }
  }

  struct Suggest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Suggest desks to refer to, and say why in this order.",
      discussion: """
        The criteria are asked one after the other, and the first that tells two services apart decides. A person decides \
        whether the suggestion is good.

          amparo directory suggest --need legal --near -0.18,-78.47 --language qu
        """)

    @OptionGroup var question: DirectoryQuestion
    @Option(help: "How many to suggest, 1 to 1000.") var limit = 3
    @Flag(help: "Print a JSON array.") var json = false

    func run() async throws {
      let matches = try await question.matches(limit: limit)
      if json { return try printJSON(matches.map(DirectoryAnswer.init)) }
      if matches.isEmpty { print("no service answers that; --all shows those that take others") }
      for (index, match) in matches.enumerated() {
        let answer = DirectoryAnswer(match)
        print("\(index + 1). \(answer.line)")
        for reason in answer.because { print("   \(reason)") }
        if let ahead = answer.aheadOfNextBy { print("   before the next one by: \(ahead)") }
      }
    }
  }
}

/// What is asked of a directory.
struct DirectoryQuestion: ParsableArguments {
  @OptionGroup var source: DirectorySource
  @Option(help: "A code of the pack's needs or services; repeat for several.") var need: [String] = []
  @Option(help: "Words of names and descriptions.") var words = ""
  @Option(help: "Years, or a range like 12-17. Left out: not known, and taken for a child's.") var age: String?
  @Option(help: "A code of the pack's sexes.") var sex: String?
  @Option(help: "A code of the pack's countries.") var nationality: String?
  @Option(help: "A code of the pack's forms of exploitation; repeat for several.") var exploitation: [String] = []
  @Option(help: "Whether children come along: yes, no, unknown.") var withChildren: String?
  @Option(help: "Whether the person has a disability: yes, no, unknown.") var disability: String?
  @Option(help: "The province where the person is, for example EC-P.") var province: String?
  @Option(parsing: .unconditional, help: "Where to measure from: latitude,longitude.") var near: String?
  @Option(help: "At most so many kilometres away; undisclosed places stay in.") var within: Double?
  @Option(help: "The language to speak with the person, for example qu.") var language: String?
  @Option(help: "When, on the country's clock: 2026-11-30T08:15. Left out: now.") var at: String?
  @Flag(help: "Only what is open then.") var open = false
  @Flag(help: "Only where room was counted lately.") var vacancy = false
  @Flag(help: "Also those that take others, with the reason.") var all = false
  @OptionGroup var pack: PackOption

  func matches(limit: Int) async throws -> [DirectoryMatch] {
    guard (1...1000).contains(limit) else { throw CommandFailure(message: "--limit goes from 1 to 1000", code: 64) }
    let codes = DirectoryCodes(try pack.load())
    var query = DirectoryQuery(now: try moment(codes))
    for code in need where codes.needs[code] == nil {
      throw CommandFailure(
        message: "the pack has no need or service “\(code)”: use \(list(codes.needs.keys))", code: 64)
    }
    if let sex, !codes.sexes.contains(sex) {
      throw CommandFailure(message: "the pack has no sex “\(sex)”: use \(list(codes.sexes))", code: 64)
    }
    if let nationality, !codes.countries.contains(nationality) {
      throw CommandFailure(message: "the pack has no country “\(nationality)”", code: 64)
    }
    for code in exploitation where !codes.exploitation.contains(code) {
      throw CommandFailure(
        message: "the pack has no form of exploitation “\(code)”: use \(list(codes.exploitation))", code: 64)
    }
    if let province, codes.provinces[province] == nil {
      throw CommandFailure(message: "the pack has no province “\(province)”", code: 64)
    }
    if let language {
      guard let known = Language(language) else {
        throw CommandFailure(message: "--language is an ISO 639 code, like es or qu", code: 64)
      }
      query.language = known
    }
    query.needs = Set(need)
    query.words = words
    query.province = province
    query.position = try position()
    if within != nil, near == nil { throw CommandFailure(message: "--within needs --near", code: 64) }
    query.withinKilometres = within
    query.person = NeedProfile(
      age: try ages(), sex: sex, nationality: nationality, exploitation: Set(exploitation),
      withChildren: try answer(withChildren, "--with-children"), disability: try answer(disability, "--disability"))
    (query.onlyOpen, query.onlyWithVacancy, query.withExcluded, query.limit) = (open, vacancy, all, limit)
    let terms = DirectoryTerms(adultFrom: codes.adultFrom)
    let directory = try await source.load(codes, pack)
    return DirectorySearch(directory, calendar: codes.calendar, terms: terms).matches(query)
  }

  private func list(_ codes: some Collection<String>) -> String { codes.sorted().joined(separator: ", ") }

  private func moment(_ codes: DirectoryCodes) throws -> Moment {
    guard let at else { return Clock.system.now() }
    let parts = at.split(separator: "T", maxSplits: 1).map(String.init)
    guard parts.count == 2, let day = CalendarDay(parts[0]), let time = TimeOfDay(parts[1]) else {
      throw CommandFailure(message: "--at is written 2026-11-30T08:15", code: 64)
    }
    return Moment(day, time, offsetFromUTC: .minutes(codes.calendar.offsetMinutes))
  }

  private func position() throws -> Position? {
    guard let near else { return nil }
    let parts = near.split(separator: ",").map { Double($0.trimmingCharacters(in: .whitespaces)) }
    guard parts.count == 2, let latitude = parts[0], let longitude = parts[1],
      let position = Position(latitude: latitude, longitude: longitude)
    else { throw CommandFailure(message: "--near is written latitude,longitude, like -0.18,-78.47", code: 64) }
    return position
  }

  private func ages() throws -> ClosedRange<Int>? {
    guard let age else { return nil }
    let parts = age.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard (1...2).contains(parts.count), let low = parts[0], let high = parts[parts.count - 1], (0...130).contains(low),
      (low...130).contains(high)
    else { throw CommandFailure(message: "--age is written 15 or 12-17, from 0 to 130", code: 64) }
    return low...high
  }

  private func answer(_ word: String?, _ option: String) throws -> FourWayAnswer {
    guard let word else { return .notAsked }
    guard let answer = FourWayAnswer(rawValue: word) else {
      throw CommandFailure(message: "\(option) is yes, no, unknown or not_asked", code: 64)
    }
    return answer
  }
}

/// One found service in the command line's words.
struct DirectoryAnswer: Encodable {
  var service: String
  var name: String
  var organisation: String
  var place: String?
  var province: String?
  var isUndisclosed: Bool
  var kilometres: Double?
  var eligibility: String
  var eligibilityReasons: [String]
  var vacancy: String
  var available: Int?
  var opening: String
  var freshness: String
  var phones: [String]
  var grades: [String: Int]
  var because: [String]
  var aheadOfNextBy: String?

  enum CodingKeys: String, CodingKey {
    case service, name, organisation, place, province, kilometres, eligibility, vacancy, available, opening, freshness
    case phones, grades, because
    case isUndisclosed = "undisclosed"
    case eligibilityReasons = "eligibility_reasons"
    case aheadOfNextBy = "ahead_of_next_by"
  }

  init(_ match: DirectoryMatch) {
    service = match.service.key.description
    name = match.service.name
    organisation = match.organisation.name
    place = match.place?.details?.name
    province = match.place?.province
    isUndisclosed = match.place?.isUndisclosed ?? false
    kilometres = match.kilometres.map { ($0 * 10).rounded() / 10 }
    switch match.eligibility {
    case .fits: (eligibility, eligibilityReasons) = ("fits", [])
    case .ask(let criteria): (eligibility, eligibilityReasons) = ("ask", criteria.map(\.rawValue))
    case .excluded(let criteria): (eligibility, eligibilityReasons) = ("excluded", criteria.map(\.rawValue))
    }
    switch match.vacancy {
    case .free(let number, _): (vacancy, available) = ("free", number)
    case .full: (vacancy, available) = ("full", 0)
    case .old(let number, _): (vacancy, available) = ("old", number)
    case .notStated: (vacancy, available) = ("not_stated", nil)
    }
    switch match.opening {
    case .open: opening = "open"
    case .closed: opening = "closed"
    case .notStated: opening = "not_stated"
    case .holiday: opening = "holiday"
    }
    switch match.freshness {
    case .confirmed: freshness = "confirmed"
    case .due: freshness = "due"
    case .stale: freshness = "stale"
    case .neverConfirmed: freshness = "never_confirmed"
    }
    phones = match.service.phones.map(\.number)
    grades = Dictionary(uniqueKeysWithValues: match.grades.map { ($0.key.code, $0.value) })
    aheadOfNextBy = match.aheadOfNextBy?.code
    because = Self.reasons(match)
  }

  var line: String {
    var parts = [service, name, organisation]
    parts.append(isUndisclosed ? "undisclosed place" + (province.map { ", " + $0 } ?? "") : place ?? province ?? "-")
    if let kilometres { parts.append("\(kilometres) km") }
    parts.append(
      eligibility + (eligibilityReasons.isEmpty ? "" : " (" + eligibilityReasons.joined(separator: ", ") + ")"))
    parts += [opening, freshness]
    return parts.joined(separator: "  ")
  }

  private static func reasons(_ match: DirectoryMatch) -> [String] {
    var reasons: [String] = []
    switch match.eligibility {
    case .fits: reasons.append("it takes this person, as far as the entry says")
    case .ask(let criteria): reasons.append("ask about: " + criteria.map(\.rawValue).joined(separator: ", "))
    case .excluded(let criteria): reasons.append("it takes others: " + criteria.map(\.rawValue).joined(separator: ", "))
    }
    if let covers = match.coversProvince {
      reasons.append(covers ? "it is there for the province" : "it is there for other provinces")
    }
    switch match.vacancy {
    case .free(let number, let counted): reasons.append("\(number) free, counted \(text(counted))")
    case .full(let counted): reasons.append("full, counted \(text(counted))")
    case .old(let number, let counted): reasons.append("\(number) free at an old count of \(text(counted)): ask")
    case .notStated: break
    }
    switch match.opening {
    case .open(let until): reasons.append("open" + (until.map { " until " + text($0) } ?? " around the clock"))
    case .closed(let opens): reasons.append("closed" + (opens.map { ", opens " + text($0) } ?? ""))
    case .holiday: reasons.append("a holiday: the entry does not say whether it opens")
    case .notStated: reasons.append("no hours are stated")
    }
    if let speaks = match.speaks {
      reasons.append(speaks ? "the language is spoken" : "the language is not among those spoken")
    }
    switch match.freshness {
    case .confirmed(let until): reasons.append("confirmed, holds until \(until)")
    case .due(let until): reasons.append("confirmed until \(until), to be confirmed again")
    case .stale(let since): reasons.append("not confirmed since \(since): check by telephone")
    case .neverConfirmed: reasons.append("never confirmed by its owner: check by telephone")
    }
    return reasons
  }

  /// In UTC, so that the line means the same everywhere.
  private static func text(_ moment: Moment) -> String {
    let day = CalendarDay(moment, offsetFromUTC: .seconds(0))
    let minutes = Int((moment.milliseconds - Int64(day.daysSince1970) * 86_400_000) / 60_000)
    return "\(day)T\(TimeOfDay(minutes: minutes)?.description ?? "")Z"
  }
}
