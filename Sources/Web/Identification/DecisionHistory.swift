import Accounts
import Basics
import CountryPack
import Identification

/// What was decided on an interview, reviewed and appealed, as its pages tell it.
extension ScreeningPages {
  /// Decisions, reviews, appeals and what was done to the clock, the newest first.
  func history(_ file: ScreeningFile, _ names: [MemberID: String], _ visit: Visit) -> [[String: Any]] {
    let (words, plan) = (visit.words, desk.asked(file))
    var steps: [(at: Moment, view: [String: Any])] = []
    func add(
      _ at: Moment, _ what: String, by member: MemberID?, reason: String, sources: [String] = [], asks: [String] = []
    ) {
      steps.append(
        (
          at,
          [
            "what": what, "who": member.flatMap { names[$0] } ?? "", "when": visit.dates.moment(at), "reason": reason,
            "hasReason": !reason.isEmpty, "sources": sources, "asks": asks, "hasAsks": !asks.isEmpty,
          ]
        ))
    }
    for decision in file.decisions {
      add(
        decision.at, words("identification.decision." + decision.kind.rawValue), by: decision.member,
        reason: decision.reason, sources: sources(decision, visit))
    }
    for review in file.reviews {
      add(
        review.at, words("identification.reviewed." + review.verdict.rawValue), by: review.member,
        reason: review.content.reason, asks: review.content.questions.map { question($0, plan, visit.language) })
    }
    for appeal in file.appeals {
      add(
        appeal.at,
        words("identification.appealed", ["side": words("identification.appeal_side." + appeal.side.rawValue)]),
        by: appeal.member, reason: appeal.grounds)
      if let at = appeal.answeredAt {
        add(
          at, words(appeal.stands == true ? "identification.appeal_stood" : "identification.appeal_replaced"),
          by: appeal.answeredBy, reason: appeal.reason)
      }
    }
    for event in file.clock {
      add(event.at, words("identification.clocked." + event.move.rawValue), by: event.member, reason: event.reason)
    }
    return steps.enumerated().sorted { ($1.element.at, $1.offset) < ($0.element.at, $0.offset) }.map(\.element.view)
  }

  /// Who made a formal decision, and how sure we are that it may: one's own and another body's are told apart.
  private func sources(_ decision: Decision, _ visit: Visit) -> [String] {
    guard decision.kind.isFormal else { return [] }
    let body = decision.body.flatMap(pack.identification.body)
    let name = body.map { self.name($0, visit) } ?? decision.body ?? ""
    guard let received = decision.receivedOn else {
      return name.isEmpty ? [] : [visit.words("identification.decided_as", ["body": name])]
    }
    return [
      visit.words(
        "identification.decided_elsewhere",
        ["body": name, "day": decision.decidedOn.map(visit.dates.day) ?? "", "received": visit.dates.day(received)]),
      visit.words("identification.decided_document", ["document": decision.document]),
    ]
  }

  /// What the actor may do next about the decision, each on a page of its own.
  func nextSteps(_ file: ScreeningFile, _ actor: Actor, _ words: Words) -> [[String: String]] {
    let address = "/screenings/\(file.screening.id)"
    func step(_ isOpen: Bool, _ path: String, _ key: String) -> [String: String]? {
      isOpen ? ["address": address + path, "label": words(key)] : nil
    }
    return [
      step(desk.may(actor, .review(.agrees), file), "/review", "identification.review.title"),
      step(
        !rulings(actor, file, byPaper: false).isEmpty, "/appeal/answer", "identification.appeal.answer"),
      step(
        !rulings(actor, file, byPaper: true).isEmpty, "/appeal/received", "identification.appeal.received"),
      step(
        desk.may(actor, .record(.formallyIdentified), file), "/received", "identification.received.title"),
      step(desk.may(actor, .appeal, file), "/appeal", "identification.appeal.title"),
      step(
        DecisionClock.Move.allCases.contains { desk.may(actor, .clock($0), file) }, "/clock",
        "identification.clock.title"),
    ].compactMap { $0 }
  }

  /// Who may identify formally, in a sentence.
  func bodies(_ file: ScreeningFile, _ visit: Visit) -> String {
    let bodies = pack.identification.bodies(on: visit.dates.today)
    if let own = bodies.first(where: { $0.code == file.ownBody }) {
      return visit.words("identification.body.own", ["body": name(own, visit)])
    }
    guard !bodies.isEmpty else { return visit.words("identification.body.none") }
    return visit.words(
      "identification.body.others", ["bodies": bodies.map { name($0, visit) }.joined(separator: "; ")])
  }

  /// The time for the formal decision, for the result's page.
  func clockView(_ file: ScreeningFile, _ visit: Visit) -> [String: Any]? {
    guard let reading = desk.clock(file), let term = pack.identification.clock else { return nil }
    let words = visit.words
    return [
      "text": reading.alarm == .informs
        ? words(
          "identification.clock_says.informs",
          ["days": String(term.days), "counting": words("identification.counting." + term.counts.rawValue)])
        : clockText(reading, visit).text,
      "isUrgent": clockText(reading, visit).isOver, "isExtended": reading.isExtended,
      "source": words("identification.certainty." + term.certainty.rawValue) + ". " + term.source,
    ]
  }

  /// How the clock stands, and whether it is urgent. Nothing is late by a time that nobody has verified.
  func clockText(_ reading: DecisionClock.Reading, _ visit: Visit) -> (text: String, isOver: Bool) {
    let day = reading.due.map(visit.dates.day) ?? ""
    return (
      visit.words(
        "identification.clock_says." + reading.alarm.rawValue,
        ["day": day, "left": String(reading.daysLeft), "days": "", "counting": ""]),
      reading.alarm == .overdue || reading.alarm == .due
    )
  }

  /// What a supervisor wants to know, for who interviews.
  func askedForMore(_ file: ScreeningFile, _ names: [MemberID: String], _ visit: Visit) -> [String: Any]? {
    guard file.screening.review == .asksMore, let review = file.reviews.last, review.verdict == .asksMore else {
      return nil
    }
    let plan = desk.asked(file)
    let asks = review.content.questions.map { question($0, plan, visit.language) }
    return [
      "who": names[review.member] ?? "", "when": visit.dates.moment(review.at), "reason": review.content.reason,
      "asks": asks, "hasAsks": !asks.isEmpty,
    ]
  }
}
