import Basics
import CountryPack
import Foundation
import HTTPTypes
import Tips
import Vault

/// The form by which anybody tells something, and the page with the code afterwards.
struct TipFormPage {
  let door: TipDoor
  let visit: Visit
  private var desk: TipDesk { door.desk }
  private var words: Words { visit.words }

  func blank() async throws -> Answer {
    try await page(visit.sheet, suggested: nil)
  }

  // MARK: The form

  /// - Parameter suggested: who would read it, when nobody was chosen.
  private func page(_ sheet: FormSheet, suggested: TipReceiver?) async throws -> Answer {
    let receivers = try await desk.receivers()
    var model = door.lines(visit)
    model["hasReceivers"] = !receivers.isEmpty
    // Sent back, the form stands near the top: an old phone shows little, and has read the rest.
    model["wasSent"] = sheet.wasSent
    guard !receivers.isEmpty else { return door.page(visit, "tips/form", TipDoor.path, model) }
    var fields = fields(sheet, receivers, suggested)
    let ticket = sheet.wasSent ? desk.ticket(after: sheet.typed["ticket"] ?? "") : desk.ticket()
    fields += [
      ["isHidden": true, "name": "ticket", "value": ticket.text], sheet.hidden("in", visit.language.code),
    ]
    var form = sheet.view(action: TipDoor.path, submit: "tips.form.submit", fields: fields)
    if let suggested {
      form["message"] = words("tips.form.suggested", ["agency": suggested.name])
    }
    model["form"] = form
    return door.page(visit, "tips/form", TipDoor.path, model)
  }

  private func fields(_ sheet: FormSheet, _ receivers: [TipReceiver], _ suggested: TipReceiver?) -> [FormSheet.Field] {
    func options<Code: RawRepresentable>(_ codes: [Code], _ key: String) -> [FormSheet.Option]
    where Code.RawValue == String {
      codes.map { FormSheet.Option($0.rawValue, words("tips.\(key).\($0.rawValue)")) }
    }
    let answers: [FourWayAnswer] = [.yes, .no, .unknown]
    var agency = sheet
    if let suggested { agency.typed = Form(["agency": suggested.agency.description]) }
    let pack = door.desks.pack
    return [
      sheet.choices(
        "danger", label: "tips.form.danger", hint: "tips.form.danger_hint", options: options(answers, "danger"),
        optional: true),
      sheet.area("what", label: "tips.form.what", hint: "tips.form.what_hint", rows: 8),
      sheet.choices("about", label: "tips.form.about", options: options(TipAbout.allCases, "about"), optional: true),
      sheet.select(
        "province", label: "tips.form.province",
        options: pack.provinces.map { FormSheet.Option($0.iso, $0.name[visit.language]) }, optional: true),
      sheet.text("place", label: "tips.form.place", hint: "tips.form.place_hint", optional: true),
      sheet.text("when", label: "tips.form.when", hint: "tips.form.when_hint", optional: true),
      sheet.choices("children", label: "tips.form.children", options: options(answers, "children"), optional: true),
      sheet.text("way", label: "tips.form.way", hint: "tips.form.way_hint", optional: true),
      sheet.text("safe_times", label: "tips.form.safe_times", hint: "tips.form.safe_times_hint", optional: true),
      agency.choices(
        "agency", label: "tips.form.agency",
        hint: receivers.count > 1 ? "tips.form.agency_hint" : "tips.form.agency_only",
        options: receivers.map { FormSheet.Option($0.agency.description, $0.name, hint: hint($0)) },
        value: receivers.count == 1 ? receivers[0].agency.description : "", optional: receivers.count > 1),
      sheet.choices(
        "passing", label: "tips.form.passing", options: options(TipPassing.allCases, "passing"),
        value: TipPassing.nobody.rawValue),
    ]
  }

  /// What kind of institution, for where, how soon.
  private func hint(_ receiver: TipReceiver) -> String {
    let pack = door.desks.pack
    var parts = [pack.term(.agencyKinds, receiver.kind)?.name[visit.language] ?? receiver.kind]
    parts.append(
      receiver.provinces.isEmpty
        ? words("tips.form.everywhere")
        : receiver.provinces.sorted().map { pack.province(iso: $0)?.name[visit.language] ?? $0 }
          .joined(separator: ", "))
    parts.append(words("tips.form.answers_in", ["days": String(receiver.answerDays)]))
    return parts.joined(separator: " · ")
  }

  // MARK: Sending

  func send() async throws -> Answer {
    var suggested: TipReceiver?
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let letter = read(&reader)
      if letter.agency == nil {
        suggested = TipRules.receivers(for: letter.letter.province, among: try await desk.receivers()).first
        // Nothing goes to anybody whose name was not shown before.
        if let suggested {
          var chosen = letter.letter
          chosen.agency = suggested.agency
          guard TipRules.problems(chosen, door.desks.pack).isEmpty else { throw problems(reader, chosen) }
        }
        throw Refusal(.invalid, Phrase(suggested == nil ? "error.tip_closed_desk" : "error.tip_look_again"))
      }
      guard reader.problems.isEmpty else { throw problems(reader, letter.letter) }
      let arrival = try await desk.send(
        letter.letter, ticket: visit.form["ticket"] ?? "", client: visit.context.client,
        isSuspicious: visit.form["website"]?.isEmpty == false)
      return arrived(arrival, isInDanger: letter.letter.danger == .yes)
    } orShow: {
      try await page($0, suggested: $0.refusal?.fields.isEmpty == true ? suggested : nil)
    }
  }

  private func problems(_ reader: FormReader, _ letter: TipLetter) -> Refusal {
    let others = TipRules.problems(letter, door.desks.pack)
    return .fields(reader.problems + others.filter { other in !reader.problems.contains { $0.field == other.field } })
  }

  private func read(_ reader: inout FormReader) -> (letter: TipLetter, agency: AgencyID?) {
    // Longer texts than a field takes come through whole: the rules say so beside the field.
    func text(_ name: String) -> String { (visit.form[name] ?? "").trimmingCharacters(in: .whitespacesAndNewlines) }
    func code<Code: RawRepresentable>(_ name: String, _: Code.Type = Code.self) -> Code? where Code.RawValue == String {
      reader.optional(name, or: "error.choose") { Code(rawValue: $0) }
    }
    let agency = reader.optional("agency", or: "error.choose") { AgencyID($0) }
    let (danger, children): (FourWayAnswer?, FourWayAnswer?) = (code("danger"), code("children"))
    let (about, passing): (TipAbout?, TipPassing?) = (code("about"), code("passing"))
    let letter = TipLetter(
      to: agency ?? .random(), province: text("province").isEmpty ? nil : text("province"),
      danger: danger ?? .notAsked, passing: passing ?? .nobody, language: visit.language,
      content: TipContent(
        about: about, what: text("what"), place: text("place"), when: text("when"), children: children ?? .notAsked),
      contact: TipContact(way: text("way"), safeTimes: text("safe_times")))
    return (letter, agency)
  }

  private func arrived(_ arrival: TipDesk.Arrival, isInDanger: Bool) -> Answer {
    var model = door.lines(visit)
    model["isInDanger"] = isInDanger
    model["isAgain"] = arrival.isAgain
    model["code"] = arrival.code.exposedText
    model["address"] = door.settings.publicAddress + TipDoor.answerPath
    model["who"] = words("tips.arrived.who", ["agency": arrival.agencyName])
    model["soon"] = words(
      "tips.arrived.soon", ["agency": arrival.agencyName, "days": String(arrival.answerDays)])
    model["kept"] = words("tips.arrived.kept", ["days": String(door.desks.pack.tips.keepDays)])
    return door.page(visit, "tips/arrived", TipDoor.path, model)
  }
}
