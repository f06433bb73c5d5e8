import Accounts
import Basics
import Casework
import CountryPack

/// “Look at this”: asking a colleague, and saying that it was looked at.
struct FlagPages {
  let desks: Desks

  func add(to routes: Routes) {
    routes.get("/cases/:case/flags/new") { visit in try await raisePage(visit, visit.sheet) }
    routes.post("/cases/:case/flags/new", raise)
    routes.get("/cases/:case/flags/:flag") { visit in try await resolvePage(visit, visit.sheet) }
    routes.post("/cases/:case/flags/:flag", resolve)
  }

  private func raise(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let flag: CaseFlagID = try reader.id()
      let words = reader.text("words", upTo: 20_000)
      let member = reader.value("member", or: "error.unknown_code") { MemberID($0) }
      let due = reader.value("due", or: "error.day") { CalendarDay($0) }
      try reader.check()
      guard let member, let due else { throw RefusedRequest.malformed }
      try await desks.cases.raiseFlag(actor, id, id: flag, for: member, due: due, words: words)
      return .goTo("/cases/\(id)#flags")
    } orShow: {
      try await raisePage(visit, $0)
    }
  }

  private func raisePage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let view = try await CaseFileView.editable(visit, desks)
    let colleagues = try await desks.cases.colleagues(try visit.actor()).sorted {
      ($0.value, $0.key) < ($1.value, $1.key)
    }
    return CaseFormPage.answer(
      visit, view.summary, title: "casework.flag.new", lead: visit.words("casework.flag.lead"),
      form: sheet.view(
        action: view.address + "/flags/new", submit: "casework.save",
        fields: [
          sheet.hidden("id", CaseFlagID.random().description),
          sheet.area("words", label: "casework.flag.words", rows: 3),
          sheet.select(
            "member", label: "casework.flag.member",
            options: colleagues.map { FormSheet.Option($0.key.description, $0.value) }),
          sheet.text(
            "due", label: "casework.plan.due", value: visit.dates.today.adding(days: 2).description, type: "date"),
        ], cancel: view.address + "#flags"))
  }

  private func resolve(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let answer = reader.text("answer", upTo: 20_000, required: false)
      try reader.check()
      try await desks.cases.resolveFlag(actor, id, try visit.id("flag"), answer: answer)
      return .goTo("/cases/\(id)#flags")
    } orShow: {
      try await resolvePage(visit, $0)
    }
  }

  private func resolvePage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let view = try await CaseFileView.editable(visit, desks)
    let id: CaseFlagID = try visit.id("flag")
    guard let flag = view.file.flags.first(where: { $0.id == id }) else { throw Refusal.notFound }
    if !sheet.wasSent, flag.resolvedAt != nil { throw Refusal(.conflict, Phrase("error.flag_resolved")) }
    return CaseFormPage.answer(
      visit, view.summary, title: "casework.flag.resolve", lead: flag.words,
      notice: visit.words("casework.flag.asked_by", ["name": view.members[flag.raisedBy] ?? ""]),
      form: sheet.view(
        action: "\(view.address)/flags/\(id)", submit: "casework.flag.resolve",
        fields: [sheet.area("answer", label: "casework.follow_up.result", rows: 3, optional: true)],
        cancel: view.address + "#flags"))
  }
}

extension CaseFileView {
  /// What colleagues ask one another to look at.
  var flags: CaseFileSection {
    CaseFileSection(
      anchor: "flags", title: words("casework.flag.title"),
      rows: file.flags.map { flag in
        let waits = flag.resolvedAt == nil
        let canResolve = waits && file.moves.contains(.edit)
        return WorkRow(
          title: flag.words?.split(separator: "\n").first.map(String.init) ?? words("casework.task.flag"),
          address: canResolve ? "\(address)/flags/\(flag.id)" : "",
          facts: [
            words("casework.flag.asked_by", ["name": members[flag.raisedBy] ?? ""]),
            flag.resolvedAt.map {
              words(
                "casework.flag.resolved_by",
                ["name": flag.resolvedBy.flatMap { members[$0] } ?? "", "day": dates.day(of: $0)])
            } ?? "", flag.answer ?? "",
          ].filter { !$0.isEmpty },
          status: waits ? nil : Status(text: words("casework.follow_up.done"), tone: .done),
          due: waits && summary.status == .open ? terms.due(flag.due) : nil,
          holder: waits ? members[flag.member] : nil, action: canResolve ? words("casework.flag.resolve") : nil)
      }, empty: words("casework.flag.none"), links: link(.edit, "/flags/new", "casework.flag.new"))
  }
}
