import Basics
import Casework
import CountryPack
import Identification

/// The periods that run for a person, in words.
extension CaseFileView {
  private var pack: CountryPack { terms.visit.frame.desks.pack }

  /// The pack's entry; an older one of the code when it is no longer in force.
  private func term(_ clock: CaseClock) -> CaseClockTerm? {
    pack.clock(clock.kind, on: clock.start) ?? pack.clocks.first { $0.code == clock.kind }
  }

  func name(_ clock: CaseClock) -> String { term(clock)?.name[words.language] ?? clock.kind }
  func note(_ clock: CaseClock) -> String? { term(clock)?.note[words.language] }

  func reading(_ clock: CaseClock) -> CaseClockRules.Reading? { terms.visit.frame.desks.cases.reading(clock) }

  /// How long it lasts and how sure that is, for who chooses one.
  func hint(_ term: CaseClockTerm) -> String {
    let length =
      term.days.map { words("casework.clock.length_\(term.counts.rawValue)", ["days": String($0)]) }
      ?? words("casework.clock.length_document")
    return [
      term.note[words.language], length, words("identification.certainty.\(term.certainty.rawValue)"),
      term.certainty == .unverified ? term.source : "",
    ].filter { !$0.isEmpty }.map { $0.hasSuffix(".") ? $0 : $0 + "." }.joined(separator: " ")
  }

  func status(_ clock: CaseClock) -> Status {
    guard let reading = reading(clock) else { return Status(text: words("casework.clock.ended"), tone: .done) }
    let text = words(
      "casework.clock.alarm.\(reading.alarm.rawValue)", ["days": String(reading.daysLeft)])
    return switch reading.alarm {
    case .informs: Status(text: text, tone: .open)
    case .running: Status(text: text, tone: .active)
    case .suspended: Status(text: text, tone: .ended)
    case .warned, .due, .overdue: Status(text: text, tone: .urgent)
    }
  }

  var clocks: CaseFileSection {
    CaseFileSection(
      anchor: "clocks", title: words("casework.clock.title"),
      rows: file.clocks.map { clock in
        let reading = reading(clock)
        let informs = reading?.alarm == .informs
        return WorkRow(
          title: name(clock), address: "\(address)/clocks/\(clock.id)",
          facts: [
            words("casework.clock.since", ["day": dates.day(clock.start)]),
            informs ? reading?.due.map { words("casework.clock.would_end", ["day": dates.day($0)]) } ?? "" : "",
            clock.ended.map { words("casework.clock.ended_on", ["day": dates.day($0)]) } ?? "",
          ].filter { !$0.isEmpty }, status: status(clock),
          // A length that nobody has verified makes nothing due.
          due: informs || summary.status == .closed ? nil : reading?.due.flatMap { terms.due($0) })
      }, empty: words("casework.clock.none"), links: link(.edit, "/clocks/new", "casework.clock.new"))
  }

  func definitions(_ clock: CaseClock) -> Definitions {
    let reading = reading(clock)
    let informs = reading?.alarm == .informs
    return Definitions([
      (words("casework.clock.start_day"), dates.day(clock.start)),
      (
        words("casework.clock.length"),
        words("casework.clock.length_\(clock.terms.counts.rawValue)", ["days": String(clock.terms.days)])
      ),
      (
        words("casework.clock.extended"),
        reading.map { $0.extendedBy > 0 ? words("casework.clock.extended_by", ["days": String($0.extendedBy)]) : "" }
          ?? ""
      ),
      (
        words(informs ? "casework.clock.last_informs" : "casework.clock.last"),
        reading?.due.map { dates.day($0) } ?? ""
      ),
      (words("casework.clock.left"), reading.map { String($0.daysLeft) } ?? ""),
      (words("casework.clock.document"), clock.document ?? ""),
      (
        words("casework.clock.source"),
        clock.terms.isByDocument
          ? words("casework.clock.by_document")
          : term(clock).map { term in
            term.source + " (" + words("identification.certainty.\(term.certainty.rawValue)") + ")"
          } ?? ""
      ), (words("casework.clock.member"), members[clock.member] ?? ""),
      (words("casework.clock.ended"), clock.ended.map { dates.day($0) } ?? ""),
    ])
  }

  /// What was done to it, by whom and why, the newest first.
  func events(_ clock: CaseClock) -> [String] {
    clock.events.reversed().map { event in
      [
        dates.day(event.day),
        words("casework.clock.did.\(event.move.rawValue)", ["days": event.days.map(String.init) ?? ""]),
        members[event.member] ?? "", event.reason ?? "",
      ].filter { !$0.isEmpty }.joined(separator: " · ")
    }
  }
}
