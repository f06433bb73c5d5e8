import Basics
import CountryPack

/// When a consent is one, who can decide about it, and what its end takes away. Pure.
public enum ConsentRules {
  /// No consent lasts longer; then it is asked for anew. Our own decision.
  public static let longestDays = 5 * 366

  /// Who may decide, for a person of these possible ages. While the age is in doubt the person counts as the youngest
  /// they may be; an adult decides alone.
  ///
  /// - Parameters:
  ///   - ages: the ages the person may have; `nil` when nothing is known.
  ///   - ownFrom: from this age a person decides alone (the pack's rule, with its source).
  ///   - adultFrom: from this age nobody decides in the person's place.
  public static func deciders(ages: ClosedRange<Int>?, ownFrom: Int, adultFrom: Int) -> Set<ConsentDecider> {
    let youngest = ages?.lowerBound ?? 0
    var deciders: Set<ConsentDecider> = []
    if youngest >= ownFrom { deciders.insert(.person) }
    // A guardian may be the trafficker: the best-interest path is always offered beside them.
    if youngest < adultFrom { deciders.formUnion([.guardian, .bestInterest]) }
    return deciders
  }

  /// What is wrong with a request, field by field.
  static func problems(
    _ request: ConsentRequest, deciders: Set<ConsentDecider>, owner: AgencyID, recipientExists: Bool,
    _ pack: CountryPack, on day: CalendarDay
  ) -> [FieldProblem] {
    var problems = TextRules.problems([("document", request.document, .note)])
    func wrong(_ field: String, _ key: String) { problems.append(FieldProblem(field, key)) }
    if pack.term(.purposes, request.purpose) == nil { wrong("purpose", "error.unknown_code") }
    if !recipientExists { wrong("recipient", "error.unknown_recipient") }
    if request.recipient == owner { wrong("recipient", "error.consent_own_agency") }
    // To be found needs who somebody is and nothing more; nobody is found by what they told.
    if let known = pack.known, request.purpose == known.purpose, !request.kinds.isEmpty, request.kinds != [.identity] {
      wrong("kinds", "error.known_identity_only")
    }
    if request.kinds.isEmpty { wrong("kinds", "error.consent_no_kinds") }
    if request.kinds.contains(where: { pack.term(.dataKinds, $0.rawValue) == nil }) {
      wrong("kinds", "error.unknown_code")
    }
    if let until = request.until {
      if until < day { wrong("until", "error.day_past") }
      if until > day.adding(days: longestDays) { wrong("until", "error.day_too_far") }
    }
    guard let basis = request.basis else {
      wrong("basis", "error.answer_needed")
      return problems
    }
    guard basis == .consent else {
      if !request.document.contains(where: { $0.isLetter || $0.isNumber }) {
        wrong("document", "error.document_needed")
      }
      return problems
    }
    if request.until == nil { wrong("until", "error.consent_until_needed") }
    if request.language == nil { wrong("language", "error.consent_language_needed") }
    if let decider = request.decidedBy {
      if !deciders.contains(decider) {
        wrong("decided_by", decider == .person ? "error.consent_too_young" : "error.consent_adult_decides")
      }
    } else {
      wrong("decided_by", "error.consent_decider_needed")
    }
    for topic in ConsentTopic.allCases where request.explained[topic] != true {
      wrong(
        "explained_\(topic.rawValue)",
        request.explained[topic] == nil ? "error.answer_needed" : "error.consent_not_explained")
    }
    return problems
  }

  /// What stays behind the wall: only a consent that names the recipient apart gives it to who investigates.
  static func wallProblems(_ request: ConsentRequest, _ agencyKind: String, _ pack: CountryPack) -> [FieldProblem] {
    guard let basis = request.basis else { return [] }
    let closed = WallRules.closed(to: agencyKind, on: basis, isNamed: request.namesWall, pack.dataProtection.wall)
    guard !closed.isDisjoint(with: request.kinds) else { return [] }
    return basis == .consent
      ? [FieldProblem("names_wall", "error.wall_not_named")] : [FieldProblem("kinds", "error.wall_other_basis")]
  }

  /// What a recipient loses when one entry ends, given all entries of the case.
  public static func effect(ofEnding consent: Consent, among all: [Consent], at now: Moment) -> ConsentEffect {
    let others = all.filter { $0.id != consent.id && $0.recipient == consent.recipient && $0.state(at: now) == .live }
    let kept = others.reduce(into: Set<DataKind>()) { $0.formUnion($1.kinds) }
    let given = consent.state(at: now) == .live ? consent.kinds : []
    return ConsentEffect(
      agency: consent.recipient, loses: given.subtracting(kept), keeps: given.intersection(kept))
  }

  /// The last moment of a day of the country, as the moment at which the next begins.
  static func end(of day: CalendarDay, offsetFromUTC: Span) -> Moment {
    Moment(milliseconds: Int64(day.daysSince1970 + 1) * 86_400_000) - offsetFromUTC
  }
}
