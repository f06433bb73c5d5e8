import Basics
import Casework
import CountryPack

/// The fields of one happening, shown and read in one place. Each part of the way has those that fit it.
struct EventForm {
  let sheet: FormSheet
  let terms: CaseTerms

  func fields(_ stage: EventStage, _ stored: ExploitationEvent?) -> [FormSheet.Field] {
    let codes = stored?.codes ?? EventCodes(stage: stage)
    let detail = stored?.detail ?? EventDetail()
    var fields = [
      FormSheet(words: sheet.words).hidden("stage", stage.rawValue),
      sheet.select(
        "country", label: "casework.event.country", options: terms.options(.countries, keeping: codes.country),
        value: codes.country ?? "", optional: true),
      sheet.select(
        "province", label: "casework.facts.province", hint: "casework.event.province_hint", options: terms.provinces,
        value: codes.province ?? "", optional: true),
      sheet.text(
        "place", label: "casework.event.place", hint: "casework.event.place_hint", value: detail.place, optional: true),
      sheet.text(
        "from", label: "casework.event.from", hint: "casework.event.date_hint", value: detail.from?.description ?? "",
        optional: true),
      sheet.text(
        "until", label: "casework.event.until", hint: "casework.event.date_hint",
        value: detail.until?.description ?? "", optional: true),
    ]
    switch stage {
    case .recruitment: break
    case .transit: fields += way(codes, detail)
    case .exploitation:
      fields += [
        sheet.select(
          "form", label: "casework.facts.form", options: terms.options(.exploitation, keeping: codes.form),
          value: codes.form ?? "", optional: true),
        sheet.select(
          "sector", label: "casework.event.sector", options: terms.options(.sectors, keeping: codes.sector),
          value: codes.sector ?? "", optional: true),
      ]
    }
    return fields + [
      sheet.checks(
        "means", label: "casework.event.means", hint: "casework.event.means_hint",
        options: terms.options(.meansOfControl), values: Set(detail.means), optional: true),
      sheet.area(
        "words", label: "casework.event.words", hint: "casework.event.words_hint", value: stored?.words ?? "", rows: 5,
        optional: true),
    ]
  }

  private func way(_ codes: EventCodes, _ detail: EventDetail) -> [FormSheet.Field] {
    [
      sheet.checks(
        "transports", label: "casework.event.transports", options: terms.options(.transports),
        values: Set(codes.transports), optional: true),
      sheet.fourWay("crossing", label: "casework.event.crossing", value: codes.crossing),
      sheet.select(
        "crossing_way", label: "casework.event.crossing_way", hint: "casework.event.crossing_hint",
        options: terms.options(.crossings, keeping: codes.crossingWay), value: codes.crossingWay ?? "", optional: true),
      sheet.text(
        "border", label: "casework.event.border", hint: "casework.event.border_hint", value: detail.border,
        optional: true),
    ]
  }

  static func account(_ stage: EventStage, _ reader: inout FormReader) -> EventAccount {
    func line(_ name: String) -> String { reader.text(name, upTo: 300, required: false) }
    let crossing = FourWayAnswer(rawValue: reader.form["crossing"] ?? "") ?? .notAsked
    let codes = EventCodes(
      stage: stage, country: PersonForm.code("country", &reader), province: PersonForm.code("province", &reader),
      form: PersonForm.code("form", &reader), sector: PersonForm.code("sector", &reader),
      transports: reader.form.all("transports"), crossing: crossing,
      crossingWay: PersonForm.code("crossing_way", &reader))
    let detail = EventDetail(
      place: line("place"), from: reader.optional("from", or: "error.rough_date") { RoughDate($0) },
      until: reader.optional("until", or: "error.rough_date") { RoughDate($0) }, means: reader.form.all("means"),
      border: line("border"))
    return EventAccount(codes, detail: detail, words: reader.text("words", upTo: 20_000, required: false))
  }
}
