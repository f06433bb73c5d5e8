import Basics
import CountryPack

/// A plan's projects as a file of the IATI activity standard 2.03 (iati-activities-schema.xsd): one activity for the plan
/// with its results, and one below it for each of its activities with dates, partners, budgets and spending.
///
/// Projects only: an indicator that is taken from cases, screenings, referrals or people trained is left out, value and
/// all. So are result, evidence and minutes, which people write freely. Money in a currency that is no longer used is left out too, because IATI's list has none of those.
public struct IATIActivities: Sendable {
  public let xml: String
  /// Amounts that were left out for their currency.
  public let leftOut: Int

  /// - Parameters:
  ///   - country: ISO 3166-1, for example `EC`.
  ///   - currencies: the codes that may appear.
  public init(
    _ plan: Plan, institutions: InstitutionBook, provinces: [String: String], country: String, currencies: Set<String>,
    reporter: IATIReporter, generated: Moment
  ) {
    var writer = IATIWriter(
      plan: plan, institutions: institutions, provinces: provinces, country: country, currencies: currencies,
      reporter: reporter, today: CalendarDay(generated, offsetFromUTC: .hours(0)))
    writer.write(generated)
    xml = writer.out
    leftOut = writer.leftOut
  }

  public init(
    _ plan: Plan, institutions: InstitutionBook, pack: CountryPack, reporter: IATIReporter, generated: Moment
  ) {
    self.init(
      plan, institutions: institutions,
      provinces: Dictionary(pack.provinces.map { ($0.iso, $0.name[.spanish]) }) { first, _ in first },
      country: pack.provinces.first.map { String($0.iso.prefix { $0 != "-" }) } ?? "",
      currencies: Set(pack.currencies.filter { $0.until == nil }.map(\.code)), reporter: reporter, generated: generated)
  }
}

private struct IATIWriter {
  let plan: Plan
  let institutions: InstitutionBook
  let provinces: [String: String]
  let country: String
  let currencies: Set<String>
  let reporter: IATIReporter
  let today: CalendarDay
  private let objectives: [String: PlanObjective]
  var out = ""
  var leftOut = 0
  private var depth = 0

  init(
    plan: Plan, institutions: InstitutionBook, provinces: [String: String], country: String, currencies: Set<String>,
    reporter: IATIReporter, today: CalendarDay
  ) {
    self.plan = plan
    self.institutions = institutions
    self.provinces = provinces
    self.country = country
    self.currencies = currencies
    self.reporter = reporter
    self.today = today
    objectives = Dictionary(plan.objectives.map { ($0.code, $0) }) { first, _ in first }
  }

  private var planIdentifier: String { "\(reporter.reference)-\(plan.code)" }
  /// No code has a colon: a plan and another one's activity are never called alike.
  private func identifier(_ activity: PlanActivity) -> String { planIdentifier + ":" + activity.code }

  mutating func write(_ generated: Moment) {
    out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    element("iati-activities", [("version", "2.03"), ("generated-datetime", Self.dateTime(generated))]) {
      $0.whole()
      for activity in $0.plan.activities { $0.part(activity) }
    }
  }

  // MARK: The plan

  private mutating func whole() {
    element("iati-activity", [("xml:lang", "es"), ("hierarchy", "1")]) { writer in
      let plan = writer.plan
      writer.head(writer.planIdentifier, plan.name)
      writer.narrated("description", [], plan.note ?? plan.name)
      writer.organisation(role: "2", writer.reporter.name, reference: writer.reporter.reference)
      let status = plan.began > writer.today ? "1" : plan.isInForce(on: writer.today) ? "2" : "4"
      writer.empty("activity-status", [("code", status)])
      // For donors it is one project through all its versions.
      writer.date("1", plan.began)
      if let until = plan.until { writer.date("3", until) }
      let scope =
        switch plan.level {
        case .national: "4"
        case .province: "6"
        case .canton: "7"
        }
      writer.empty("activity-scope", [("code", scope)])
      writer.empty("recipient-country", [("code", writer.country)])
      if !plan.place.isEmpty { writer.location(writer.provinces[plan.place] ?? plan.place) }
      for axis in plan.axes { writer.sector(axis, share: plan.axes.count) }
      for activity in plan.activities {
        writer.empty("related-activity", [("ref", writer.identifier(activity)), ("type", "2")])
      }
      for objective in plan.objectives { writer.result(objective) }
    }
  }

  /// Shares must be 100 together: the first takes what is left over.
  private mutating func sector(_ axis: PlanAxis, share count: Int) {
    let each = 100 / max(1, count)
    let share = axis.code == plan.axes.first?.code ? 100 - each * (count - 1) : each
    let percentage = count > 1 ? [("percentage", String(share))] : []
    let address = reporter.axes.isEmpty ? [] : [("vocabulary-uri", reporter.axes)]
    narrated("sector", [("vocabulary", "99")] + address + [("code", axis.code)] + percentage, axis.name)
  }

  private mutating func result(_ objective: PlanObjective) {
    let indicators = plan.indicators.filter { $0.objective == objective.code && $0.live == nil }
    guard !indicators.isEmpty else { return }
    element("result", [("type", "2")]) { writer in
      writer.narrated("title", [], objective.name)
      for indicator in indicators { writer.indicator(indicator) }
    }
  }

  private mutating func indicator(_ one: PlanIndicator) {
    element("indicator", [("measure", "1"), ("ascending", one.falls ? "0" : "1")]) { writer in
      writer.narrated("title", [], one.name)
      writer.narrated(
        "description", [],
        LocalizedText(
          es: "\(one.howMeasured[.spanish]) (\(one.unit[.spanish]))",
          en: "\(one.howMeasured[.english]) (\(one.unit[.english]))"))
      if let baseline = one.baseline {
        writer.empty("baseline", [("year", String(writer.plan.began.year)), ("value", baseline.description)])
      }
      guard one.target != nil || !one.values.isEmpty else { return }
      writer.element("period", []) { writer in
        writer.empty("period-start", [("iso-date", writer.plan.began.description)])
        // A period doesn't end before it begins, though the last value may be of an earlier version's time.
        let end = writer.plan.until ?? max(one.values.last?.day ?? writer.plan.began, writer.plan.began)
        writer.empty("period-end", [("iso-date", end.description)])
        if let target = one.target { writer.empty("target", [("value", target.description)]) }
        guard let last = one.values.last else { return }
        writer.element("actual", [("value", last.value.description)]) { writer in
          writer.element("comment", []) { $0.text("narrative", [], "\(last.day): \(last.source)") }
        }
      }
    }
  }

  // MARK: Its activities

  private mutating func part(_ one: PlanActivity) {
    element("iati-activity", [("xml:lang", "es"), ("hierarchy", "2")]) { writer in
      writer.head(writer.identifier(one), one.name)
      let objective = writer.objectives[one.objective]
      // What it is for: `DescriptionType` 2, objectives.
      writer.narrated("description", [("type", "2")], objective?.name ?? one.name)
      writer.organisations(one)
      writer.empty("activity-status", [("code", Self.status(one.state))])
      writer.date("1", one.from)
      writer.date("3", one.until)
      if let doneOn = one.doneOn { writer.date("4", doneOn) }
      writer.places(one)
      // Every activity has a sector: one of an earlier version, whose objective is no more, those of the plan.
      let own = writer.plan.axes.filter { $0.code == objective?.axis }
      let axes = own.isEmpty ? writer.plan.axes : own
      for axis in axes { writer.sector(axis, share: axes.count) }
      writer.money(one)
      writer.empty("related-activity", [("ref", writer.planIdentifier), ("type", "1")])
    }
  }

  private static func status(_ state: ActivityState) -> String {
    switch state {
    case .planned: "1"
    case .underWay: "2"
    case .done: "4"
    case .dropped: "5"
    case .paused: "6"
    }
  }

  /// What is over has the names of its day; what is open is with whoever answers today.
  private mutating func organisations(_ one: PlanActivity) {
    let day = min(today, one.doneOn ?? one.until)
    for source in Set(one.money.map(\.source)).sorted() { organisation(role: "1", source) }
    if one.state.isOpen {
      for heir in institutions.heirs(one.lead, on: today) {
        organisation(role: "2", institutions.name(heir, on: today)[.spanish])
      }
    } else {
      organisation(role: "2", institutions.name(one.lead, on: day)[.spanish])
    }
    for partner in one.partners { organisation(role: "4", institutions.name(partner, on: day)[.spanish]) }
  }

  private mutating func places(_ one: PlanActivity) {
    let scope = !one.canton.isEmpty ? "7" : one.provinces.isEmpty ? "4" : one.provinces.count == 1 ? "6" : "5"
    empty("activity-scope", [("code", scope)])
    empty("recipient-country", [("code", country)])
    for name in one.provinces.map({ provinces[$0] ?? $0 }) + (one.canton.isEmpty ? [] : [one.canton]) { location(name) }
  }

  private mutating func location(_ name: String) {
    element("location", []) { writer in
      writer.element("name", []) { $0.text("narrative", [], name) }
    }
  }

  /// Budgets by calendar year, which is as long as a budget may be; spending one by one.
  private mutating func money(_ one: PlanActivity) {
    struct Year: Hashable {
      var year: Int
      var currency: String
    }
    leftOut += one.money.count { !currencies.contains($0.currency) }
    let known = one.money.filter { currencies.contains($0.currency) }
    let budgets = Dictionary(grouping: known.filter { $0.kind == .budget }) {
      Year(year: $0.day.year, currency: $0.currency)
    }
    for (year, amounts) in budgets.sorted(by: { ($0.key.year, $0.key.currency) < ($1.key.year, $1.key.currency) }) {
      element("budget", [("type", "1"), ("status", "1")]) { writer in
        writer.empty("period-start", [("iso-date", "\(year.year)-01-01")])
        writer.empty("period-end", [("iso-date", "\(year.year)-12-31")])
        let day = amounts.map(\.day).min()?.description ?? "\(year.year)-01-01"
        writer.text(
          "value", [("currency", year.currency), ("value-date", day)],
          amounts.reduce(Money.zero) { $0 + $1.amount }.description)
      }
    }
    for spent in known where spent.kind == .spent {
      element("transaction", []) { writer in
        writer.empty("transaction-type", [("code", "4")])
        writer.empty("transaction-date", [("iso-date", spent.day.description)])
        writer.text(
          "value", [("currency", spent.currency), ("value-date", spent.day.description)], spent.amount.description)
        writer.element("provider-org", []) { $0.text("narrative", [], spent.source) }
      }
    }
  }

  // MARK: Pieces

  private mutating func head(_ identifier: String, _ title: LocalizedText) {
    text("iati-identifier", [], identifier)
    element("reporting-org", [("ref", reporter.reference), ("type", reporter.type)]) {
      $0.text("narrative", [], $0.reporter.name)
    }
    narrated("title", [], title)
  }

  private mutating func organisation(role: String, _ name: String, reference: String? = nil) {
    element("participating-org", (reference.map { [("ref", $0)] } ?? []) + [("role", role)]) {
      $0.text("narrative", [], name)
    }
  }

  private mutating func date(_ type: String, _ day: CalendarDay) {
    empty("activity-date", [("iso-date", day.description), ("type", type)])
  }

  private mutating func narrated(_ name: String, _ attributes: [(String, String)], _ text: LocalizedText) {
    element(name, attributes) { writer in
      writer.text("narrative", [], text[.spanish])
      if text[.english] != text[.spanish] { writer.text("narrative", [("xml:lang", "en")], text[.english]) }
    }
  }

  // MARK: XML

  private mutating func element(
    _ name: String, _ attributes: [(String, String)], _ body: (inout IATIWriter) -> Void
  ) {
    indent()
    out += "<\(name)\(Self.written(attributes))>\n"
    depth += 1
    body(&self)
    depth -= 1
    indent()
    out += "</\(name)>\n"
  }

  private mutating func empty(_ name: String, _ attributes: [(String, String)]) {
    indent()
    out += "<\(name)\(Self.written(attributes))/>\n"
  }

  private mutating func text(_ name: String, _ attributes: [(String, String)], _ text: String) {
    indent()
    out += "<\(name)\(Self.written(attributes))>\(Self.escaped(text))</\(name)>\n"
  }

  private mutating func indent() { out += String(repeating: "  ", count: depth) }

  private static func written(_ attributes: [(String, String)]) -> String {
    attributes.map { " \($0)=\"\(escaped($1))\"" }.joined()
  }

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for letter in text.unicodeScalars {
      switch letter {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      // What XML 1.0 has no place for.
      case let letter where letter.value < 32 && letter != "\t" && letter != "\n": continue
      case "\u{FFFE}", "\u{FFFF}": continue
      default: escaped.unicodeScalars.append(letter)
      }
    }
    return escaped
  }

  private static func dateTime(_ moment: Moment) -> String {
    let seconds = Int(((moment.milliseconds / 1000) % 86_400 + 86_400) % 86_400)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
    return "\(CalendarDay(moment, offsetFromUTC: .hours(0)))T\(two(seconds / 3600)):\(two(seconds / 60 % 60)):"
      + "\(two(seconds % 60))Z"
  }
}
