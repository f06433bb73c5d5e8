import Basics
import CountryPack
import Referrals

/// What a mechanism says of itself: name, territory, source; what it promises, from when, where a case comes in.
extension DesignPages {
  func aboutForm(_ screen: DesignScreen) async throws -> DesignForm {
    let old = screen.mechanism
    return DesignForm(
      title: screen.words("design.about"), address: screen.base + "/about", back: screen.base
    ) { sheet in
      let fields = DesignFields(sheet: sheet, screen: screen)
      return fields.texts("name", label: "design.name", value: old.name)
        + fields.texts("text", label: "design.text", hint: "design.text_hint", value: old.text, rows: 4)
        + [fields.provinces("provinces", label: "mechanisms.territory", values: old.provinces)]
        + fields.source(old.source, old.certainty)
    } read: { reader, mechanism in
      mechanism.name = reader.texts("name", screen, old: old.name) ?? old.name
      mechanism.text = reader.texts("text", screen, old: old.text) ?? old.text
      mechanism.provinces = reader.codes("provinces", screen.terms.provinces.map(\.iso), old: old.provinces)
      if mechanism.provinces.isEmpty { reader.refuse("provinces", "error.mechanism_territory") }
      mechanism.source = reader.source(old.source)
      mechanism.certainty = reader.certainty()
      return screen.base
    }
  }

  func promiseForm(_ screen: DesignScreen) async throws -> DesignForm {
    let old = screen.mechanism
    return DesignForm(
      title: screen.words("design.promise"), lead: screen.words("design.promise_lead"),
      address: screen.base + "/promise", back: screen.base
    ) { sheet in
      let fields = DesignFields(sheet: sheet, screen: screen)
      return [
        fields.terms("needs", "design.needs", screen.terms.needs, old.needs, hint: "design.needs_hint"),
        fields.reference(
          "start", label: "design.start", all: fields.steps, value: old.start, optional: false),
        sheet.text("version", label: "mechanisms.version", value: old.version.description, type: "date"),
        sheet.text("from", label: "mechanisms.from", value: old.from?.description ?? "", type: "date", optional: true),
        sheet.text(
          "until", label: "design.until", value: old.until?.description ?? "", type: "date", optional: true),
        sheet.area(
          "holidays", label: "design.holidays", hint: "design.holidays_hint",
          value: old.holidays.sorted().map(\.description).joined(separator: "\n"), rows: 3, optional: true),
      ]
    } read: { reader, mechanism in
      mechanism.needs = reader.codes("needs", screen.terms.needs.map(\.code), old: old.needs)
      if mechanism.needs.isEmpty { reader.refuse("needs", "error.choose") }
      let start = reader.reference("start", old.steps.map(\.code), old: old.start)
      if start == nil, reader.form["start"]?.isEmpty != false { reader.refuse("start", "error.choose") }
      mechanism.start = start ?? old.start
      mechanism.version = reader.value("version", or: "error.day", CalendarDay.init) ?? old.version
      mechanism.from = reader.optional("from", or: "error.day", CalendarDay.init)
      mechanism.until = reader.optional("until", or: "error.day", CalendarDay.init)
      if let from = mechanism.from, let until = mechanism.until, until < from {
        reader.refuse("until", "error.mechanism_until")
      }
      let days = reader.text("holidays", upTo: 2000, required: false).split(whereSeparator: \.isWhitespace)
      let holidays = days.compactMap { CalendarDay(String($0)) }
      if holidays.count != days.count || days.count > 100 { reader.refuse("holidays", "error.mechanism_holidays") }
      mechanism.holidays = Set(holidays)
      return screen.base
    }
  }
}
