import Accounts
import Basics
import CountryPack
import Hummingbird
import Statistics
import Training

/// Where to train next, and why: a list, a matrix, and the table that says the same.
struct NeedPages: RoomPages {
  let desks: Desks

  let navigation = [
    NavigationEntry(
      path: "/training/needs", key: "training.needs.menu", permission: .readCounts, orElse: .manageTraining)
  ]

  func add(to routes: Routes) { routes.list("/training/needs", page) }

  private func page(_ visit: Visit) async throws -> Answer {
    let map = try await desks.needs.map(visit.actor())
    let behaviour = try await desks.needs.behaviour(visit.actor())
    let (words, rule) = (visit.words, desks.needs.rule)
    let view = NeedView(map: map, rule: rule, pack: desks.pack, visit: visit)
    let needs = desks.pack.after.needs
    return .page(
      "training/needs",
      [
        "title": words("training.needs.title"),
        "heading": Heading(title: words("training.needs.title"), lead: words("training.needs.lead")).view,
        "isEmpty": map.cells.allSatisfy(\.isEmpty), "next": view.next, "hasNext": !view.next.isEmpty,
        "matrix": view.matrix, "table": view.table.view, "hides": map.hidesSomething,
        "behaviour": sentence(behaviour, visit.words),
        "protection": words("training.needs.protection", ["smallest": String(rule.smallest)]),
        "how": words(
          "training.needs.how",
          [
            "days": String(needs.days), "percent": String(desks.pack.after.competence.percent),
            "cases": String(needs.casesPerPerson), "trouble": String(needs.troublePercent),
          ]),
      ] as [String: Any]
    ).listing([ListSheet.Part(view.table)])
  }
}

extension NeedPages {
  /// What the referrals of the agencies that agreed say, or why nothing is said.
  private func sentence(_ evidence: BehaviourEvidence, _ words: Words) -> String {
    guard evidence.agencies >= BehaviourEvidence.fewestAgencies else {
      return words(
        "training.evidence.too_few",
        ["count": String(evidence.agencies), "fewest": String(BehaviourEvidence.fewestAgencies)])
    }
    guard let before = evidence.before, let after = evidence.after else { return words("training.evidence.hidden") }
    return words(
      "training.evidence.result",
      [
        "count": String(evidence.agencies), "before": String(before), "after": String(after),
        "monthly_before": Figures.decimal(evidence.monthly(before), words),
        "monthly_after": Figures.decimal(evidence.monthly(after), words),
      ])
  }
}

/// The map in words and shapes.
struct NeedView {
  let map: NeedMap
  let rule: NeedRule
  let pack: CountryPack
  let visit: Visit

  private var words: Words { visit.words }
  private var shown: [NeedCell] { map.cells.filter { !$0.isEmpty } }

  private func kind(_ code: String) -> String { pack.term(.agencyKinds, code)?.name[visit.language] ?? code }
  private func place(_ cell: NeedCell) -> String {
    pack.provinceName(cell.province, visit.language) + " · " + kind(cell.kind)
  }
  private func number(_ count: Int?) -> String { count.map { String($0) } ?? words("training.needs.hidden") }

  /// The places with a reason, each with its courses.
  var next: [[String: Any]] {
    map.next(rule).prefix(10).map { cell, reasons in
      var courses: [String] = []
      for reason in reasons {
        let code = pack.after.needs.courses[reason.key] ?? ""
        guard let name = pack.training.courses.first(where: { $0.code == code })?.name[visit.language] else { continue }
        if !courses.contains(name) { courses.append(name) }
      }
      return ["title": place(cell), "courses": courses, "reasons": reasons.map(sentence)] as [String: Any]
    }
  }

  private func sentence(_ reason: NeedReason) -> String {
    switch reason {
    case .untrained(let work): words("training.needs.reason.untrained", ["work": String(work)])
    case .decayed(let trained): words("training.needs.reason.decayed", ["trained": String(trained)])
    case .load(let cases, let competent):
      words("training.needs.reason.load", ["cases": String(cases), "competent": String(competent)])
    case .referrals(let troubled, let all):
      words("training.needs.reason.referrals", ["troubled": String(troubled), "all": String(all)])
    case .screenings(let without, let all):
      words("training.needs.reason.screenings", ["without": String(without), "all": String(all)])
    }
  }

  var table: DataTable {
    DataTable(
      caption: words("training.needs.table"),
      columns: ["place", "trained", "competent", "cases", "troubled", "without"].map {
        words("training.needs.column.\($0)")
      },
      rows: shown.map { cell in
        [
          .text(place(cell)), .number(number(cell.trained)), .number(number(cell.competent)),
          .number(number(cell.cases)), .number(pair(cell.troubled, cell.referrals)),
          .number(pair(cell.without, cell.screenings)),
        ]
      })
  }

  private func pair(_ part: Int?, _ all: Int?) -> String {
    if all == 0 { return "–" }
    return part == nil && all == nil
      ? number(nil) : words("training.needs.of", ["part": number(part), "all": number(all)])
  }

  // MARK: The matrix

  private static let (left, top, width, height) = (112, 30, 92, 40)

  /// Provinces down, kinds across, only those that occur. Darker calls louder; the numbers are competent and cases.
  var matrix: [String: Any] {
    let kinds = map.kinds.filter { kind in shown.contains { $0.kind == kind } }
    let provinces = map.provinces.filter { province in shown.contains { $0.province == province } }
    let order = map.next(rule).map(\.cell)
    let (left, top, width, height) = (Self.left, Self.top, Self.width, Self.height)
    return [
      "width": String(left + width * kinds.count), "height": String(top + height * provinces.count),
      "columns": kinds.enumerated().map { index, code in
        ["x": String(left + width * index + width / 2), "short": String(kind(code).prefix(12))]
      },
      "rows": provinces.enumerated().map { index, iso in
        ["y": String(top + height * index + 25), "name": String(pack.provinceName(iso, visit.language).prefix(15))]
      },
      "cells": provinces.enumerated().flatMap { row, province in
        kinds.enumerated().compactMap { column, kind -> [String: Any]? in
          guard let cell = map[province, kind], !cell.isEmpty else { return nil }
          let shade = order.firstIndex(of: cell).map { $0 * 3 < order.count ? 3 : 2 } ?? 1
          return [
            "x": String(left + width * column + 2), "y": String(top + height * row + 2),
            "middle": String(left + width * column + width / 2), "textY": String(top + height * row + 25),
            "shade": String(shade), "name": place(cell),
            "text": short(cell.competent) + " / " + short(cell.cases),
          ]
        }
      },
    ]
  }

  private func short(_ count: Int?) -> String { count.map { String($0) } ?? "·" }
}
