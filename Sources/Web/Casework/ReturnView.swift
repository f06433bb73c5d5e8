import Basics
import Casework
import CountryPack

/// A person's return, in words.
extension CaseFileView {
  func name(_ stored: PersonReturn) -> String {
    words("casework.return.to", ["country": terms.name(.countries, stored.country)])
  }

  func status(_ stored: PersonReturn) -> Status {
    let tone: Status.Tone =
      switch stored.state {
      case .planned, .agreed, .assessed, .handedOver: .active
      case .confirmed: .done
      case .cancelled: .ended
      }
    return Status(text: words("casework.return.state.\(stored.state.rawValue)"), tone: tone)
  }

  func steps(_ stored: PersonReturn) -> Steps {
    let way: [PersonReturn.State] = [.planned, .agreed, .assessed, .handedOver, .confirmed]
    let last = stored.state == .cancelled ? nil : way.firstIndex(of: stored.state)
    return Steps(names: way.map { words("casework.return.state.\($0.rawValue)") }, current: last ?? way.count)
  }

  var returns: CaseFileSection {
    CaseFileSection(
      anchor: "returns", title: words("casework.return.title"),
      rows: file.returns.map { stored in
        let isLive = stored.state != .confirmed && stored.state != .cancelled && summary.status == .open
        return WorkRow(
          title: name(stored), address: "\(address)/returns/\(stored.id)",
          facts: [receiver(stored)].filter { !$0.isEmpty }, status: status(stored),
          due: isLive ? terms.due(stored.departure) : nil)
      }, empty: words("casework.return.none"), links: link(.edit, "/returns/new", "casework.return.new"))
  }

  private func receiver(_ stored: PersonReturn) -> String {
    stored.receiver.flatMap { agencies[$0] } ?? stored.content?.receiverName ?? ""
  }

  func definitions(_ stored: PersonReturn) -> Definitions {
    Definitions([
      (words("casework.return.country"), terms.name(.countries, stored.country)),
      (words("casework.return.departure"), dates.day(stored.departure)),
      (words("casework.return.receiver"), receiver(stored)),
      (words("casework.return.words"), stored.content?.words ?? ""),
      (words("casework.clock.member"), members[stored.plannedBy] ?? ""),
    ])
  }

  /// What was done, on which day, by whom.
  func lines(_ stored: PersonReturn) -> [String] {
    stored.steps.map { step in
      let assessment = step.assessment.flatMap { id in file.assessments.first { $0.id == id } }
      return [
        dates.day(step.day), words("casework.return.did.\(step.move.rawValue)"),
        step.decidedBy.map { words("casework.decider.\($0.rawValue)") } ?? "",
        step.way.map { terms.name(.agreementWays, $0) } ?? "",
        assessment.map {
          words("casework.assessment.level.risk") + ": " + terms.name(.assessmentLevels, $0.level)
        } ?? "", members[step.member] ?? "", step.words ?? "",
      ].filter { !$0.isEmpty }.joined(separator: " · ")
    }
  }
}
