import Basics
import CountryPack
import NationalPlan

/// An amount of money as it is typed in, for an activity of a plan and for a campaign alike.
enum MoneyForm {
  static func fields(_ sheet: FormSheet, _ visit: Visit, _ pack: CountryPack, on today: CalendarDay) -> [FormSheet
    .Field]
  {
    [
      sheet.choices(
        "kind", label: "plan.money_kind",
        options: PlanMoney.Kind.allCases.map {
          FormSheet.Option($0.rawValue, visit.words("plan.kind.\($0.rawValue)"))
        }),
      sheet.text("source", label: "plan.money_source"),
      sheet.text("amount", label: "plan.amount", hint: "plan.amount_hint", inputmode: "decimal"),
      sheet.select(
        "currency", label: "plan.currency",
        options: pack.currencies.map { FormSheet.Option($0.code, $0.name[visit.language]) },
        value: pack.currencies.last { $0.isUsed(on: today) }?.code ?? ""),
      sheet.text("day", label: "plan.day", value: today.description, type: "date"),
    ]
  }

  /// Reads what was typed and checks every field that was read before it too.
  ///
  /// Throws `Refusal` with the wrong fields.
  static func money(_ reader: inout FormReader) throws -> PlanMoney {
    let kind = reader.value("kind", or: "error.unknown_code") { PlanMoney.Kind(rawValue: $0) }
    let source = reader.text("source", upTo: 120)
    let isNegative = reader.form["amount"]?.contains { "-−–".contains($0) } == true
    let amount = reader.value("amount", or: isNegative ? "error.plan_negative_money" : "error.plan_amount") {
      Money($0)
    }
    let currency = reader.text("currency", upTo: 3)
    let day = reader.value("day", or: "error.day", CalendarDay.init)
    try reader.check()
    guard let kind, let amount, let day else { throw RefusedRequest.malformed }
    return PlanMoney(kind: kind, source: source, currency: currency, amount: amount, day: day)
  }
}

extension FormReader {
  /// An indicator's number. Where thousands may have been parted (`1.250`) it asks instead of taking them for decimals.
  ///
  /// - Parameter stored: what stands there already: sent back unchanged it is clear.
  mutating func planNumber(_ name: String, stored: PlanNumber? = nil, required: Bool = true) -> PlanNumber? {
    let text = form[name] ?? ""
    let isUnclear = text != stored?.description && text.wholeMatch(of: /\s*-?[1-9]\d{0,2}[.,]\d{3}\s*/) != nil
    let key = isUnclear ? "error.plan_number_unclear" : "error.plan_number"
    let parse = { (typed: String) in isUnclear ? nil : PlanNumber(typed) }
    return required ? value(name, or: key, parse) : optional(name, or: key, parse)
  }
}
