import Basics
import Casework
import CountryPack

/// Case conferences, in words.
extension CaseFileView {
  func name(_ conference: Conference) -> String {
    words("casework.conference.of", ["day": dates.day(conference.day)])
  }

  func status(_ conference: Conference) -> Status {
    let text = words("casework.conference.state.\(conference.state.rawValue)")
    return switch conference.state {
    case .planned: Status(text: text, tone: .active)
    case .held: Status(text: text, tone: .done)
    case .cancelled: Status(text: text, tone: .ended)
    }
  }

  /// The agencies that may still take part, and those whose consent has ended since they were asked.
  func guests(of conference: Conference) -> (may: [AgencyID], ended: [AgencyID]) {
    let all = conference.guests.map(\.who)
    let may = all.filter { ConferenceRules.basis(of: $0, among: file.consents, at: dates.now) != nil }
    return (may, all.filter { !may.contains($0) })
  }

  /// The conferences, the newest first, and what of their decisions is still to be done.
  var conferences: CaseFileSection {
    CaseFileSection(
      anchor: "conferences", title: words("casework.conference.title"),
      rows: file.conferences.flatMap { conference in
        [
          WorkRow(
            title: name(conference), address: "\(address)/conferences/\(conference.id)",
            facts: [conference.content?.agenda.split(separator: "\n").first.map(String.init) ?? ""]
              .filter { !$0.isEmpty }, status: status(conference),
            due: conference.state == .planned && summary.status == .open ? terms.due(conference.day) : nil)
        ] + conference.decisions.filter { $0.done == nil }.map(row)
      }, empty: words("casework.conference.none"),
      links: link(.edit, "/conferences/new", "casework.conference.new"))
  }

  func row(_ decision: ConferenceDecision) -> WorkRow {
    let canFinish = decision.done == nil && file.moves.contains(.edit)
    return WorkRow(
      title: decision.words?.split(separator: "\n").first.map(String.init) ?? words("casework.task.decision"),
      address: canFinish ? "\(address)/decisions/\(decision.id)" : "",
      facts: [
        decision.agency.flatMap { agencies[$0] } ?? "",
        members[decision.owner].map { words("casework.plan.seen_to_by", ["name": $0]) } ?? "",
        decision.done.map { words("casework.follow_up.done_on", ["day": dates.day($0)]) } ?? "", decision.result ?? "",
      ].filter { !$0.isEmpty },
      status: decision.done == nil ? nil : Status(text: words("casework.follow_up.done"), tone: .done),
      due: decision.done == nil && summary.status == .open ? terms.due(decision.due) : nil,
      action: canFinish ? words("casework.follow_up.finish") : nil)
  }

  func definitions(_ conference: Conference) -> Definitions {
    func came(_ name: String, _ attended: Bool?) -> String {
      switch attended {
      case true?: words("casework.conference.came_yes", ["name": name])
      case false?: words("casework.conference.came_no", ["name": name])
      case nil: name
      }
    }
    return Definitions([
      (words("casework.conference.day"), dates.day(conference.day)),
      (words("casework.conference.place"), conference.content?.place ?? ""),
      (words("casework.conference.agenda"), conference.content?.agenda ?? ""),
      (
        words("casework.conference.members"),
        conference.members.compactMap { seat in members[seat.who].map { came($0, seat.attended) } }
          .joined(separator: ", ")
      ),
      (
        words("casework.conference.guests"),
        conference.guests.map { seat in came(agencies[seat.who] ?? words("casework.unknown"), seat.attended) }
          .joined(separator: ", ")
      ),
    ])
  }
}
