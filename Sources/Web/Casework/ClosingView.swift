import Basics
import Casework
import CountryPack

/// The closing of a case, in words.
extension CaseFileView {
  /// What stands on top of the file while somebody waits for an answer.
  var closingNotice: [String: Any]? {
    func notice(_ key: String, _ values: [String: String], leads: Bool) -> [String: Any] {
      var notice: [String: Any] = ["text": words(key, values)]
      if leads { notice["address"] = address + "/closing" }
      return notice
    }
    let moves = file.closingMoves
    switch file.closing?.state {
    case .proposed:
      guard let waiting = file.closing?.waiting else { return nil }
      return notice(
        "casework.closing.notice",
        [
          "day": dates.day(of: waiting.proposedAt), "name": members[waiting.proposedBy] ?? "",
          "reason": terms.name(.closureReasons, waiting.reason),
        ], leads: moves.contains(.approve) || moves.contains(.takeBack))
    case .reopened(let member):
      return notice(
        "casework.reopening.notice", ["name": members[member] ?? ""], leads: moves.contains(.confirm))
    default:
      guard let last = file.closing?.proposals.first, last.answer == .refused, summary.status == .open else {
        return nil
      }
      return notice(
        "casework.closing.refused",
        [
          "day": last.answeredAt.map { dates.day(of: $0) } ?? "",
          "name": last.answeredBy.flatMap { members[$0] } ?? "", "words": last.words ?? "",
        ], leads: false)
    }
  }

  func definitions(_ proposal: ClosingProposal) -> Definitions {
    Definitions([
      (words("casework.close.reason"), terms.name(.closureReasons, proposal.reason)),
      (words("casework.close.summary"), proposal.summary ?? ""),
      (
        words("casework.closing.by"),
        [members[proposal.proposedBy], dates.moment(proposal.proposedAt)].compactMap { $0 }.joined(separator: ", ")
      ),
    ])
  }

  /// The last closing and why it was undone.
  var reopeningFacts: Definitions? {
    file.closures.first.map { closure in
      Definitions([
        (words("casework.close.reason"), terms.name(.closureReasons, closure.reason)),
        (words("casework.close.summary"), closure.summary ?? ""),
        (words("casework.reopen.reason"), closure.reopenReason ?? ""),
        (
          words("casework.reopening.by"),
          [closure.reopenedBy.flatMap { members[$0] }, closure.reopenedAt.map { dates.moment($0) }]
            .compactMap { $0 }.joined(separator: ", ")
        ),
      ])
    }
  }

  var closures: [[String: Any]] {
    file.closures.map { closure in
      let proposer = closure.proposal.flatMap { id in
        file.closing?.proposals.first { $0.id == id }?.proposedBy
      }
      var lines = [
        words(
          proposer == nil ? "casework.close.line" : "casework.close.line_two",
          [
            "day": dates.day(of: closure.closedAt), "reason": terms.name(.closureReasons, closure.reason),
            "name": members[closure.closedBy] ?? "", "proposer": proposer.flatMap { members[$0] } ?? "",
          ])
      ]
      if let day = closure.reopenedAt {
        lines.append(
          words(
            "casework.close.line_reopened",
            ["day": dates.day(of: day), "name": closure.reopenedBy.flatMap { members[$0] } ?? ""]))
      }
      if let member = closure.confirmedBy {
        lines.append(words("casework.close.line_confirmed", ["name": members[member] ?? ""]))
      }
      return [
        "line": lines.joined(separator: " "),
        "text": [closure.summary, closure.reopenReason].compactMap { $0 }.filter { !$0.isEmpty }
          .joined(separator: "\n\n"),
      ]
    }
  }
}
