import Basics
import CountryPack
import Referrals

/// One step on a page of its own: what the check finds about it first, then its parts, each with its short form.
extension DesignPages {
  func stepPage(_ visit: Visit) async throws -> Answer {
    let screen = try await screen(visit)
    if screen.design.obstacle != nil { return .goTo(screen.base) }
    let (words, step) = (visit.words, try screen.step(visit.part("item")))
    let address = screen.stepAddress(step.code)
    let findings = screen.findings(of: .step(step.code))
    let parts: [(String, String, Definitions)] = [
      ("what", "design.step_what", whatFacts(step, screen)), ("time", "design.step_time", timeFacts(step, screen)),
      ("handover", "design.step_handover", handoverFacts(step, screen)),
    ]
    let ways = step.next.enumerated().map { number, way in
      wayRow(step, number, way, screen)
    }
    return .page(
      "mechanisms/design-step",
      [
        "heading": Heading(
          title: step.name[visit.language], eyebrow: screen.mechanism.name[visit.language],
          back: .init(address: screen.base + "#step-" + step.code, label: words("design.back"))
        ).view,
        "findings": findings, "hasFindings": !findings.isEmpty,
        "parts": parts.map { part in
          [
            "id": part.0, "title": words(part.1), "facts": part.2.view, "address": address + "/" + part.0,
          ] as [String: Any]
        },
        "ways": ways, "hasWays": !ways.isEmpty, "ends": step.ends, "endAddress": address + "/end",
        "addWay": address + "/ways/add", "addStep": screen.base + "/add/steps", "back": screen.base,
      ] as [String: Any])
  }

  private func whatFacts(_ step: Mechanism.Step, _ screen: DesignScreen) -> Definitions {
    Definitions([
      (screen.words("design.step_text"), step.text[screen.language]),
      (screen.words("design.who"), facts(of: step, screen)[0]),
    ])
  }

  private func timeFacts(_ step: Mechanism.Step, _ screen: DesignScreen) -> Definitions {
    let words = screen.words
    return Definitions([
      (words("design.within"), within(step.within, screen)),
      (
        words("design.law"),
        step.law.map { law in
          screen.terms.limits.first { $0.code == law.code }?.name[screen.language] ?? screen.missing(law.code)
        } ?? ""
      ), (words("design.work"), time(step.work.mean, screen)),
    ])
  }

  private func handoverFacts(_ step: Mechanism.Step, _ screen: DesignScreen) -> Definitions {
    let words = screen.words
    return Definitions([
      (words("design.handover"), step.handover?[screen.language] ?? words("design.not_said")),
      (words("design.feedback"), step.feedback?[screen.language] ?? words("design.not_said")),
      (
        words("design.forms"),
        step.forms.map { one in
          screen.mechanism.forms.first { $0.code == one.code }?.name[screen.language] ?? screen.missing(one.code)
        }.joined(separator: ", ")
      ),
    ])
  }

  private func wayRow(_ step: Mechanism.Step, _ number: Int, _ way: Mechanism.Next, _ screen: DesignScreen)
    -> [String: Any]
  {
    func names(_ codes: [String], _ all: [Term]) -> String {
      codes.map { code in all.first { $0.code == code }?.name[screen.language] ?? code }.joined(separator: ", ")
    }
    let group = way.group
    let facts = [
      way.when?[screen.language] ?? "", names(group.needs, screen.terms.needs), names(group.ages, screen.terms.ages),
      names(group.sexes, screen.terms.sexes),
      group.provinces.map { desks.pack.province(iso: $0)?.name[screen.language] ?? $0 }.joined(separator: ", "),
    ]
    let title = screen.stepName(way.to.code)
    return [
      "title": title, "address": screen.stepAddress(step.code) + "/ways/\(number)",
      "facts": facts.filter { !$0.isEmpty },
      "moves": moves(
        .way(step: step.code, number), title, isFirst: number == 0, isLast: number == step.next.count - 1, screen),
    ]
  }
}
