import Basics
import CountryPack
import Foundation
import HTTPTypes
import Tips

/// Coming back with the code. The look travels in the forms of the page: there is no cookie, and no address names it.
struct TipAnswerPages {
  let door: TipDoor
  private var desk: TipDesk { door.desk }

  /// Where the code is typed.
  /// - Parameter note: the key of what happened before.
  func entrance(_ visit: Visit, _ note: String?, _ sheet: FormSheet? = nil) -> Answer {
    let sheet = sheet ?? visit.sheet
    var model = door.lines(visit)
    model["note"] = note.map { visit.words($0) }
    model["form"] = sheet.view(
      action: TipDoor.answerPath, submit: "tips.door.submit",
      fields: [
        sheet.text("code", label: "tips.door.code", hint: "tips.door.code_hint"),
        sheet.hidden("in", visit.language.code),
      ])
    return door.page(visit, "tips/door", TipDoor.answerPath, model)
  }

  func enter(_ visit: Visit) async throws -> Answer {
    try await visit.attempt {
      let code = (visit.form["code"] ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
      guard !code.isEmpty else { throw Refusal.fields([FieldProblem("code", "error.missing")]) }
      let (look, thread) = try await desk.enter(code: code, client: visit.context.client)
      return page(visit, thread, look: look.text, nil)
    } orShow: {
      entrance(visit, nil, $0)
    }
  }

  // MARK: What may be done

  func add(_ visit: Visit) async throws -> Answer {
    let message: TipMessageID = try FormReader(visit.form).id("message")
    let words = (visit.form["words"] ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
    return try await after(visit, "tips.thread.added") {
      try await desk.add(words, id: message, look(visit), client: visit.context.client)
    }
  }

  func forgetContact(_ visit: Visit) async throws -> Answer {
    try await after(visit, "tips.thread.contact_gone") {
      try await desk.forgetContact(look(visit), client: visit.context.client)
    }
  }

  func setPassing(_ visit: Visit) async throws -> Answer {
    try await after(visit, "tips.thread.passing_set") {
      guard let passing = visit.form["passing"].flatMap(TipPassing.init(rawValue:)) else {
        throw Refusal.fields([FieldProblem("passing", "error.choose")])
      }
      try await desk.setPassing(passing, look(visit), client: visit.context.client)
    }
  }

  func withdraw(_ visit: Visit) async throws -> Answer {
    try await orDoor(visit) {
      try await visit.attempt {
        guard visit.form["sure"] != nil else { throw Refusal.fields([FieldProblem("sure", "error.tip_sure")]) }
        try await desk.withdraw(look(visit), client: visit.context.client)
        return entrance(visit, "tips.door.withdrawn")
      } orShow: {
        try await again(visit, $0, nil)
      }
    }
  }

  private func look(_ visit: Visit) -> String { visit.form["look"] ?? "" }

  private func after(_ visit: Visit, _ note: String, _ work: () async throws -> Void) async throws -> Answer {
    try await orDoor(visit) {
      try await visit.attempt {
        try await work()
        return try await again(visit, nil, note)
      } orShow: {
        try await again(visit, $0, nil)
      }
    }
  }

  private func again(_ visit: Visit, _ sheet: FormSheet?, _ note: String?) async throws -> Answer {
    let thread = try await desk.thread(look(visit), client: visit.context.client)
    return page(visit, thread, look: look(visit), note, sheet)
  }

  /// Whatever is asked for after the look is over begins again at the door.
  private func orDoor(_ visit: Visit, _ work: () async throws -> Answer) async throws -> Answer {
    do { return try await work() } catch let refusal as Refusal where refusal.kind == .notSignedIn {
      return entrance(visit, "error.tip_over")
    }
  }

  // MARK: The page

  private func page(_ visit: Visit, _ thread: TipThread, look: String, _ note: String?, _ sheet: FormSheet? = nil)
    -> Answer
  {
    let (words, tip) = (visit.words, thread.tip)
    let sheet = sheet ?? visit.sheet
    /// Whether the form with this field is the one that was refused: only it keeps what was typed.
    func own(_ field: String) -> FormSheet {
      sheet.wasSent && sheet.typed.all(field).isEmpty && sheet.error(field) == nil ? visit.sheet : sheet
    }
    func form(
      _ name: String, _ submit: String, _ sheet: FormSheet, _ fields: [FormSheet.Field], isDangerous: Bool = false
    )
      -> [String: Any]
    {
      sheet.view(
        action: TipDoor.answerPath + "/" + name, submit: submit,
        fields: fields + [
          ["isHidden": true, "name": "look", "value": look],
          ["isHidden": true, "name": "in", "value": visit.language.code],
        ], isDangerous: isDangerous)
    }
    var model = door.lines(visit)
    model["note"] = note.map { words($0) }
    model["trouble"] = sheet.message
    model["state"] = words("tips.sender.\(tip.state.rawValue)", ["agency": thread.agencyName])
    model["sent"] = words("tips.thread.sent", ["day": visit.dates.day(tip.day), "agency": thread.agencyName])
    model["soon"] = thread.answerDays.map {
      words("tips.arrived.soon", ["agency": thread.agencyName, "days": String($0)])
    }
    model["minutes"] = words("tips.thread.minutes", ["minutes": String(TipLook.minutes)])
    model["what"] = TipWords.paragraphs(thread.content.what)
    model["messages"] = thread.messages.map { TipWords.message($0, visit, isDesk: false) }
    model["hasMessages"] = !thread.messages.isEmpty
    let adding = own("words")
    model["add"] = form(
      "add", "tips.thread.add", adding,
      [
        adding.area(
          "words", label: tip.state == .asked ? "tips.thread.reply" : "tips.thread.more",
          hint: "tips.thread.more_hint", rows: 5),
        ["isHidden": true, "name": "message", "value": adding.typed["message"] ?? TipMessageID.random().description],
      ])
    if !thread.contact.isEmpty {
      model["contact"] =
        Definitions([
          (words("tips.form.way"), thread.contact.way), (words("tips.form.safe_times"), thread.contact.safeTimes),
        ]).view
      model["forget"] = form("contact", "tips.thread.forget", visit.sheet, [])
    }
    let passing = own("passing")
    model["passing"] = form(
      "passing", "tips.thread.passing_save", passing,
      [
        passing.choices(
          "passing", label: "tips.form.passing",
          options: TipPassing.allCases.map { FormSheet.Option($0.rawValue, words("tips.passing.\($0.rawValue)")) },
          value: tip.passing.rawValue)
      ])
    let leaving = own("sure")
    model["withdraw"] = form(
      "withdraw", "tips.thread.withdraw", leaving, [leaving.tick("sure", label: "tips.thread.sure")],
      isDangerous: true)
    model["isInDanger"] = tip.danger == .yes
    model["isLeaving"] = sheet.error("sure") != nil
    return door.page(visit, "tips/thread", TipDoor.answerPath, model)
  }
}

/// How a conversation is shown, to either side.
enum TipWords {
  static func paragraphs(_ text: String) -> [String] {
    text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }

  static func message(_ message: TipMessage, _ visit: Visit, isDesk: Bool) -> [String: Any] {
    let who =
      message.isFromSender
      ? visit.words(isDesk ? "tips.message.sender" : "tips.message.you")
      : visit.words("tips.message.\(message.kind.rawValue)", ["agency": message.agencyName])
    return [
      "who": who, "day": visit.dates.day(message.day), "words": paragraphs(message.words),
      "isOther": message.isFromSender == isDesk,
    ]
  }
}
