import Basics
import Casework
import CountryPack

/// The open cases by how grave their risk is, without names.
struct RiskPages {
  let desks: Desks

  func add(to routes: Routes) { routes.list("/cases/risk", page) }

  private func page(_ visit: Visit) async throws -> Answer {
    let groups = try await desks.cases.riskQueue(try visit.actor(), most: visit.most(CaseDesk.pageSize))
    let (words, terms) = (visit.words, CaseTerms(visit: visit))
    let part = ListSheet.Part(
      title: words("casework.risk.title"),
      columns: [
        "lists.risk", "casework.list.code", "casework.facts.form", "casework.facts.province", "casework.facts.age_band",
        "lists.due",
      ],
      rows: groups.flatMap { group in
        group.cases.map { one in
          let facts = one.summary.facts
          return [
            .typed(terms.name(.assessmentLevels, group.level)), .typed(one.summary.code.description),
            .typed(terms.name(.exploitation, facts.form)), .typed(terms.province(facts.province)),
            .typed(terms.name(.ageBands, facts.ageBand)), .day(one.due),
          ]
        }
      })
    return .page(
      "casework/risk",
      [
        "heading": Heading(
          title: words("casework.risk.title"), lead: words("casework.risk.lead"),
          back: HomeSection.Link(address: "/cases", label: words("casework.list.title"))
        ).view, "isEmpty": groups.allSatisfy(\.cases.isEmpty),
        "groups": groups.filter { !$0.cases.isEmpty }.map { group in
          let title = terms.name(.assessmentLevels, group.level)
          return CaseFileSection(
            anchor: "risk-" + group.level, title: group.isCut ? words("casework.risk.cut", ["level": title]) : title,
            rows: group.cases.map { one in
              let summary = one.summary
              return WorkRow(
                title: summary.code.description, address: "/cases/\(summary.id)/assessments",
                facts: [
                  terms.name(.exploitation, summary.facts.form), terms.province(summary.facts.province),
                  terms.name(.ageBands, summary.facts.ageBand),
                ], due: terms.due(one.due))
            }, empty: ""
          ).view
        },
      ] as [String: Any]
    ).listing([part], isCut: groups.contains(where: \.isCut))
  }
}
