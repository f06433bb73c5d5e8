import Basics
import CountryPack
import Foundation
import Testing

@testable import Forms
@testable import NationalPlan

@Suite struct IATITests {
  let pack: CountryPack
  init() throws { pack = try PlanFixture.pack.get() }

  private static var reporter: IATIReporter? {
    IATIReporter(reference: "XX-PRUEBA-1", name: "Comité ficticio & otros", type: "10")
  }

  /// One element as it was read back.
  private final class Node {
    let name: String
    let attributes: [String: String]
    var children: [Node] = []
    var text = ""
    init(_ name: String, _ attributes: [String: String]) { (self.name, self.attributes) = (name, attributes) }
    func all(_ name: String) -> [Node] { children.filter { $0.name == name } }
    func one(_ name: String) -> Node? { all(name).first }
    func narrative() -> String { one("narrative")?.text ?? "" }
  }

  private func read(_ xml: String) throws -> Node {
    var reader = XMLReader(Array(xml.utf8), part: "iati")
    let root = Node("", [:])
    var path = [root]
    while let event = try reader.next() {
      switch event {
      case .start(let name, let attributes):
        let node = Node(name, attributes)
        path[path.count - 1].children.append(node)
        path.append(node)
      case .end: path.removeLast()
      case .text(let text): path[path.count - 1].text += text
      }
    }
    return try #require(root.children.first)
  }

  private var plan: Plan {
    var plan = PlanFixture.plan
    plan.activities[0].state = .done
    plan.activities[0].doneOn = PlanFixture.day("2020-06-01")
    plan.activities[0].partners = ["oim"]
    plan.activities[0].provinces = ["EC-P", "EC-U"]
    plan.activities[0].money.append(
      PlanMoney(
        kind: .spent, source: "Fondo <ficticio>", currency: "USD", amount: Money(cents: 99),
        day: PlanFixture.day("2020-05-01")))
    plan.indicators.append(
      PlanIndicator(
        code: "vivo", objective: "a.1", name: PlanFixture.both("Casos vivos"), unit: PlanFixture.both("casos"),
        source: "Amparo", howMeasured: PlanFixture.both("se cuenta"), live: .casesByForm,
        values: [PlanValue(day: PlanFixture.day("2021-01-01"), value: PlanNumber(4711), source: "Amparo")]))
    return plan
  }

  private func made(_ plan: Plan) throws -> IATIActivities {
    IATIActivities(
      plan, institutions: InstitutionBook(pack), pack: pack, reporter: try #require(Self.reporter),
      generated: Moment(milliseconds: 1_615_845_600_000))
  }

  /// The order in which iati-activities-schema.xsd 2.03 wants the children of each element, and which must be there.
  private static let order: [String: (all: [String], needed: [String])] = [
    "iati-activities": (["iati-activity"], ["iati-activity"]),
    "iati-activity": (
      [
        "iati-identifier", "reporting-org", "title", "description", "participating-org", "other-identifier",
        "activity-status", "activity-date", "contact-info", "activity-scope", "recipient-country", "recipient-region",
        "location", "sector", "tag", "country-budget-items", "humanitarian-scope", "policy-marker",
        "collaboration-type", "default-flow-type", "default-finance-type", "default-aid-type", "default-tied-status",
        "budget", "planned-disbursement", "capital-spend", "transaction", "document-link", "related-activity",
        "legacy-data", "conditions", "result", "crs-add", "fss",
      ],
      [
        "iati-identifier", "reporting-org", "title", "description", "participating-org", "activity-status",
        "activity-date",
      ]
    ),
    "reporting-org": (["narrative"], ["narrative"]), "title": (["narrative"], ["narrative"]),
    "description": (["narrative"], ["narrative"]), "participating-org": (["narrative"], []),
    "sector": (["narrative"], []), "location": (["name"], []), "name": (["narrative"], ["narrative"]),
    "budget": (["period-start", "period-end", "value"], ["period-start", "period-end", "value"]),
    "transaction": (
      ["transaction-type", "transaction-date", "value", "description", "provider-org", "receiver-org"],
      ["transaction-type", "transaction-date", "value"]
    ),
    "provider-org": (["narrative"], []),
    "result": (["title", "description", "document-link", "reference", "indicator"], ["title", "indicator"]),
    "indicator": (["title", "description", "document-link", "reference", "baseline", "period"], ["title"]),
    "period": (["period-start", "period-end", "target", "actual"], ["period-start", "period-end"]),
  ]

  /// IATI's codelists as far as they are used.
  private static let codes: [String: (attribute: String, allowed: Set<String>)] = [
    "activity-status": ("code", ["1", "2", "3", "4", "5", "6"]), "activity-date": ("type", ["1", "2", "3", "4"]),
    "activity-scope": ("code", ["1", "2", "3", "4", "5", "6", "7", "8"]),
    "participating-org": ("role", ["1", "2", "3", "4"]), "related-activity": ("type", ["1", "2", "3", "4", "5"]),
    "transaction-type": ("code", ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13"]),
    "result": ("type", ["1", "2", "3", "9"]), "sector": ("vocabulary", ["99"]),
    "reporting-org": ("type", Set(IATIReporter.types)), "indicator": ("measure", ["1", "2", "3", "4", "5"]),
    "budget": ("type", ["1", "2"]), "recipient-country": ("code", ["EC"]), "value": ("currency", ["USD"]),
  ]

  private func wrong(in node: Node) -> [String] {
    var faults: [String] = []
    if let rule = Self.order[node.name] {
      let places = node.children.map { rule.all.firstIndex(of: $0.name) ?? -1 }
      if places.contains(-1) { faults.append("\(node.name): unknown child in \(node.children.map(\.name))") }
      if places != places.sorted() { faults.append("\(node.name): order") }
      for needed in rule.needed where node.one(needed) == nil { faults.append("\(node.name): no \(needed)") }
    } else if !node.children.isEmpty {
      faults.append("\(node.name) has children")
    }
    if let rule = Self.codes[node.name], !rule.allowed.contains(node.attributes[rule.attribute] ?? "") {
      faults.append("\(node.name): \(rule.attribute) \(node.attributes[rule.attribute] ?? "is missing")")
    }
    if let day = node.attributes["iso-date"], CalendarDay(day) == nil { faults.append("\(node.name): \(day)") }
    return faults + node.children.flatMap { wrong(in: $0) }
  }

  @Test func theFileKeepsTheSchemasRules() throws {
    var plans = [plan]
    plans += PlanShelf.plans(pack)
    for plan in plans {
      let root = try read(try made(plan).xml)
      #expect(root.attributes["version"] == "2.03")
      #expect(wrong(in: root) == [])
      for activity in root.children {
        // Narratives have a language: the activity's, or their own.
        #expect(activity.attributes["lang"] == "es" || activity.attributes["xml:lang"] == "es")
        let shares = activity.all("sector").compactMap { $0.attributes["percentage"].flatMap { Int($0) } }
        #expect(shares.isEmpty || shares.reduce(0, +) == 100)
        #expect(activity.one("iati-identifier")?.text.hasPrefix("XX-PRUEBA-1-") == true)
      }
      let identifiers = root.children.compactMap { $0.one("iati-identifier")?.text }
      #expect(Set(identifiers).count == plan.activities.count + 1)
    }
  }

  @Test func whatWasWrittenIsReadBack() throws {
    let (plan, root) = (plan, try read(try made(plan).xml))
    let parts = root.children.dropFirst()
    #expect(root.children[0].one("title")?.narrative() == plan.name[.spanish])
    #expect(root.children[0].one("reporting-org")?.narrative() == "Comité ficticio & otros")
    for (activity, node) in zip(plan.activities, parts) {
      #expect(node.one("iati-identifier")?.text == "XX-PRUEBA-1-prueba-\(activity.code)")
      #expect(node.one("title")?.narrative() == activity.name[.spanish])
      let dates = node.all("activity-date").reduce(into: [String: String]()) { dates, date in
        dates[date.attributes["type"] ?? ""] = date.attributes["iso-date"]
      }
      #expect(dates["1"] == activity.from.description && dates["3"] == activity.until.description)
      #expect(dates["4"] == activity.doneOn?.description)
      let budget = node.all("budget").compactMap { $0.one("value").flatMap { Money($0.text) } }
      #expect(
        budget.reduce(Money.zero, +)
          == activity.money.filter { $0.kind == .budget }.map(\.amount).reduce(Money.zero, +))
      let spent = node.all("transaction").compactMap { $0.one("value").flatMap { Money($0.text) } }
      #expect(spent == activity.money.filter { $0.kind == .spent }.map(\.amount))
      for period in node.all("budget") {
        let from = try #require(CalendarDay(period.one("period-start")?.attributes["iso-date"] ?? ""))
        let until = try #require(CalendarDay(period.one("period-end")?.attributes["iso-date"] ?? ""))
        #expect((0...366).contains(until.daysSince1970 - from.daysSince1970))
      }
    }
    #expect(parts.first?.all("location").map { $0.one("name")?.narrative() } == ["Pichincha", "Sucumbíos"])
    #expect(parts.first?.one("transaction")?.one("provider-org")?.narrative() == "Fondo <ficticio>")
    let result = try #require(root.children[0].one("result"))
    #expect(result.all("indicator").map { $0.one("period")?.one("actual")?.attributes["value"] } == ["12"])
  }

  @Test func nothingOfCasesIsInIt() throws {
    let xml = try made(plan).xml
    #expect(!xml.contains("4711") && !xml.contains("Casos vivos"))
  }

  @Test func moneyThatIsNoLongerUsedIsLeftOutAndCounted() throws {
    var old = plan
    old.activities[0].money[0].currency = "ECS"
    let file = try made(old)
    #expect(file.leftOut == 1)
    #expect(!file.xml.contains("ECS"))
    #expect(try made(plan).leftOut == 0)
  }

  @Test func aReporterIsNamedAsItIsRegistered() {
    #expect(IATIReporter(reference: "XM-DAC-1", name: "x", type: "40") != nil)
    for reference in ["", "XX", "XX1", "-XX-1", "XX-1-", "XX 1-2", "XX/1-2", "ÑÑ-1"] {
      #expect(IATIReporter(reference: reference, name: "x", type: "10") == nil, "\(reference)")
    }
    #expect(IATIReporter(reference: "XX-1", name: "", type: "10") == nil)
    #expect(IATIReporter(reference: "XX-1", name: "x", type: "12") == nil)
  }
}
