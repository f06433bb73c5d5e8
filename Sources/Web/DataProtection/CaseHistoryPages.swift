import Accounts
import Basics
import Casework
import CountryPack

/// What happened to a case, in words: who wrote what, from which to which, and who saw it.
struct CaseHistoryPages {
  let desks: Desks

  func add(to routes: Routes) { routes.list("/cases/:case/history", page) }

  private func page(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    let words = visit.words
    let names = try await desks.members.names(actor)
    let show = visit.query["show"].flatMap { HistoryFilter.Show(rawValue: $0) } ?? .all
    let member = visit.query["member"].flatMap { MemberID($0) }.flatMap { names[$0] == nil ? nil : $0 }
    let (from, until) = (
      visit.query["from"].flatMap { CalendarDay($0) }, visit.query["until"].flatMap { CalendarDay($0) }
    )
    let number = visit.query["page"].flatMap { Int($0) } ?? 0
    let found = try await desks.protection.history(
      actor, id, HistoryFilter(show, member: member, from: from, until: until), page: number,
      size: visit.most(HistoryPage.size))
    let terms = CaseHistoryWords(terms: CaseTerms(visit: visit))
    let table = DataTable(
      caption: words("casework.history.title"),
      columns: ["casework.history.at", "casework.history.what", "casework.history.who"].map { words($0) },
      rows: found.lines.map { line in
        [
          visit.dates.cell(at: line.event.at), .lines(terms.lines(line)),
          .text([line.event.memberName, line.event.agencyName].compactMap { $0 }.joined(separator: ", ")),
        ]
      })
    func address(_ number: Int) -> String {
      var parts = ["show=\(show.rawValue)"]
      if let member { parts.append("member=\(member)") }
      if let from { parts.append("from=\(from)") }
      if let until { parts.append("until=\(until)") }
      if number > 0 { parts.append("page=\(number)") }
      return "/cases/\(id)/history?" + parts.joined(separator: "&")
    }
    let everybody: [String: Any] = ["value": "", "label": words("casework.tasks.everybody"), "chosen": member == nil]
    var further: [String: Any] = [
      "finder": [
        "action": "/cases/\(id)/history", "submit": words("casework.tasks.show"),
        "selects": [
          [
            "name": "show", "label": words("protection.history.show"),
            "options": HistoryFilter.Show.allCases.map {
              [
                "value": $0.rawValue, "label": words("protection.history.show_\($0.rawValue)"), "chosen": $0 == show,
              ] as [String: Any]
            },
          ] as [String: Any],
          [
            "name": "member", "label": words("casework.tasks.member"),
            "options": [everybody]
              + names.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map {
                ["value": $0.key.description, "label": $0.value, "chosen": $0.key == member] as [String: Any]
              },
          ] as [String: Any],
        ],
        "days": [
          ["name": "from", "label": words("protection.history.from"), "value": from?.description ?? ""],
          ["name": "until", "label": words("protection.history.until"), "value": until?.description ?? ""],
        ],
      ] as [String: Any]
    ]
    if number > 0 { further["first"] = address(0) }
    if found.hasMore { further["next"] = address(found.number + 1) }
    return ProtectionSection.page(
      Heading(
        title: words("casework.history.title"), lead: words("casework.history.lead"),
        back: .init(address: "/cases/\(id)", label: words("casework.history.back"))),
      [
        ProtectionSection(
          title: words("protection.history.lines"), anchor: "lines", table: found.lines.isEmpty ? nil : table,
          empty: words("protection.history.none"))
      ], further: further)
  }
}

/// Lines of a history in the reader's words.
struct CaseHistoryWords {
  let terms: CaseTerms
  private var words: Words { terms.words }

  static func action(_ action: String, _ words: Words) -> String {
    let key = "casework.action." + action.map { $0 == "." ? "_" : String($0) }.joined()
    return words(words.has(key) ? key : "casework.action.other")
  }

  /// What was done, then each field that was changed.
  func lines(_ line: HistoryLine) -> [String] {
    var first = Self.action(line.event.action, words)
    if let purpose = line.event.purpose { first += " · " + terms.name(.purposes, purpose) }
    if line.isEmergency { first += " · " + words("protection.history.emergency") }
    return [first]
      + line.parts.flatMap { part -> [String] in
        guard let fields = part.fields else {
          return [words("protection.history.hidden", ["part": terms.name(.dataKinds, part.kind?.rawValue)])]
        }
        return fields.map { change in
          words(
            "protection.history.change",
            ["field": words(change.label), "old": value(change.old), "new": value(change.new)])
        }
      }
  }

  func value(_ value: FieldValue) -> String {
    if value.isEmpty { return words("protection.history.empty") }
    switch value {
    case .text(let text): return "“\(text)”"
    case .codes(let list, let codes): return terms.names(list, codes)
    case .province(let iso): return terms.province(iso)
    }
  }
}
