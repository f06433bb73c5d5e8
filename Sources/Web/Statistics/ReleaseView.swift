import Basics
import Casework
import Releases
import Statistics

/// A release as whoever works on it sees it: its table, what the attack found, and what can be done next.
struct ReleaseView {
  let report: ReleaseReport
  let names: [MemberID: String]
  let visit: Visit
  let sheet: FormSheet

  private var release: Release { report.release }
  private var words: Words { visit.words }
  private var terms: FactTerms { FactTerms(visit) }
  private var address: String { "\(ReleasePages.path)/\(release.id)" }

  var model: [String: Any] {
    var model: [String: Any] = [
      "title": release.title[visit.language],
      "heading": Heading(
        title: release.title[visit.language], lead: release.address,
        back: .init(address: ReleasePages.path, label: words("statistics.releases.title"))
      ).view, "status": ReleasePages.status(release.state, words).view, "facts": facts.view, "forms": forms,
      "isWaiting": release.state == .checked && !report.moves.contains(.publish),
    ]
    if let table = report.table {
      model["tables"] = TableView(table, terms).tables.map(\.view)
      let data = PictureData(
        table, terms, title: release.title[visit.language], source: TablePages.source(table, visit))
      model["charts"] = data.kinds.map { data.svg($0, visit.frame.desks.pack) }
    } else if release.state != .withdrawn {
      model["empty"] = words("statistics.tables.empty")
    }
    if let check = report.check {
      model["verdict"] = verdict(check)
      model["findings"] = check.findings.prefix(50).map(sentence)
      model["isSafe"] = check.isSafe
      model["isUnsafe"] = !check.isSafe
    }
    if report.isTooMuch {
      model["isUnsafe"] = true
      model["verdict"] = words("error.release_too_much")
    }
    if release.publishedAt != nil { model["public"] = release.address }
    return model
  }

  private var facts: Definitions {
    Definitions([
      (words("statistics.releases.choice"), terms.title(release.choice)),
      (words("statistics.tables.protection"), terms.says(release.choice.protection)),
      (words("statistics.releases.correction"), release.note[visit.language]),
      (words("statistics.releases.drafted"), by(release.draftedBy, release.draftedAt)),
      (words("statistics.releases.counted_on"), release.countedOn.map { visit.dates.day($0) } ?? ""),
      (
        words("statistics.releases.published"),
        release.publishedAt.map { by(release.publishedBy, $0) } ?? ""
      ),
      (words("statistics.releases.reason"), release.reason[visit.language]),
    ])
  }

  private func by(_ member: MemberID?, _ moment: Moment) -> String {
    let name = member.map { names[$0] ?? words("statistics.releases.somebody") } ?? ""
    return visit.dates.moment(moment) + " · " + name
  }

  // MARK: What the attack found

  private func verdict(_ check: LedgerCheck) -> String {
    words(
      check.isSafe ? "statistics.releases.safe" : "statistics.releases.unsafe",
      [
        "hidden": String(check.hidden), "shown": String(check.published), "found": String(check.findings.count),
        "compared": String(check.compared.count), "changed": String(check.changed.count),
      ])
  }

  private func sentence(_ finding: LedgerCheck.Finding) -> String {
    let cell = finding.conditions.map { condition in
      let field = FactField(rawValue: condition.column)
      let codes = condition.codes.map { code in field.map { terms.code($0, code) } ?? code }
      return (field.map(terms.column) ?? condition.column) + ": " + codes.joined(separator: words("statistics.or"))
    }.joined(separator: ", ")
    return words(
      "statistics.releases.finding_\(finding.kind.rawValue)",
      [
        "cell": cell.isEmpty ? words("statistics.total") : cell, "least": String(finding.least),
        "greatest": finding.greatest.map(String.init) ?? "∞",
        "release": finding.earlier.flatMap { place in
          report.earlier.indices.contains(place) ? report.earlier[place].address : nil
        } ?? "",
      ])
  }

  // MARK: What can be done

  private var forms: [[String: Any]] {
    let moves = ReleaseMove.allCases.filter { report.moves.contains($0) }
    return moves.map { move in
      // What was typed goes back into the form it was sent from.
      let isThis = sheet.typed["move"] == move.rawValue
      let own = isThis ? sheet : FormSheet(words: words)
      let fields: [FormSheet.Field] =
        [
          ["isHidden": true, "name": "move", "value": move.rawValue],
          ["isHidden": true, "name": "revision", "value": String(release.revision)],
        ] + further(move, own)
      var form = own.view(
        action: address, submit: "statistics.releases.move_\(move.rawValue)", fields: fields,
        isDangerous: move == .withdraw || move == .discard)
      form["heading"] = words("statistics.releases.move_\(move.rawValue)")
      form["lead"] = words("statistics.releases.move_about_\(move.rawValue)")
      form["isOpen"] = isThis || move == .check || move == .publish
      // The page says it once, above.
      if !isThis { form["message"] = nil }
      return form
    }
  }

  private func further(_ move: ReleaseMove, _ sheet: FormSheet) -> [FormSheet.Field] {
    func both(_ name: String, _ value: ReleaseText? = nil) -> [FormSheet.Field] {
      [
        sheet.text(name + "_es", label: "statistics.releases.\(name)_es", value: value?.es ?? ""),
        sheet.text(name + "_en", label: "statistics.releases.\(name)_en", value: value?.en ?? ""),
      ].map { field in
        // One page has several such forms.
        var field = field
        field["id"] = "\(move.rawValue)-\(name)-" + (field["name"] as? String ?? "")
        return field
      }
    }
    switch move {
    case .sendBack, .withdraw: return both("reason")
    case .correct:
      return both("note") + both("title", release.title) + [
        sheet.select(
          "protection", label: "statistics.tables.protection",
          options: [TableChoice.Protection.suppress, .round].map {
            FormSheet.Option($0.rawValue, words("statistics.protection." + $0.rawValue))
          }, value: release.choice.protection.rawValue),
        ["isHidden": true, "name": "new", "value": sheet.typed["new"] ?? ReleaseID.random().description],
      ]
    case .check, .publish, .discard: return []
    }
  }
}
