import Accounts
import Basics
import CountryPack
import Records
import TestSupport
import Testing

@testable import NationalPlan

@Suite struct EventLinesTests {
  typealias Fixture = CampaignFixture
  private static let whole =
    "2021-02-01;Taller;Taller en Lago Agrio;Policía;Sucumbíos;Auditorio;24;Hoja de firmas;Acta 3"
  let pack: CountryPack

  init() throws { pack = try PlanFixture.pack.get() }

  private func problems(_ text: String) -> [String] {
    EventLines(text, pack: pack).problems.map { "\($0.line) \($0.what.rawValue)" }
  }

  private static func changed(_ changes: [(String, String)]) -> String {
    changes.reduce(whole) { text, change in text.replacing(change.0, with: change.1) }
  }

  private static let ways: [String] = [
    whole, changed([(";", "\t")]), changed([(";", " ; ")]), changed([("2021-02-01", "1/2/2021")]),
    changed([("Policía", "POLICIA")]),
    changed([
      ("Taller;", "workshop;"), ("Policía", "police"), ("Sucumbíos", "EC-U"), ("Hoja de firmas", "signature sheet"),
    ]),
    "día;qué;nombre;público;provincia;lugar\n\n" + whole, whole + "\n\n",
  ]

  @Test(arguments: ways) func aLineIsReadHoweverItIsWritten(_ text: String) throws {
    let read = EventLines(text, pack: pack)
    #expect(read.problems == [])
    let line = try #require(read.lines.first)
    #expect(read.lines.count == 1 && line.day == Fixture.day("2021-02-01"))
    #expect((line.kind, line.audience, line.province) == ("workshop", "police", "EC-U"))
    #expect(line.name == "Taller en Lago Agrio" && line.place == "Auditorio")
    #expect((line.people, line.method, line.source) == (24, "signatures", "Acta 3"))
  }

  @Test func whereNobodyCountedThereIsNoCount() throws {
    let read = EventLines("2021-02-01;Taller;Taller;Policía;Sucumbíos;Auditorio", pack: pack)
    #expect(read.problems == [] && read.lines.first?.people == nil)
    #expect(EventLines("", pack: pack).lines.isEmpty && EventLines(" \n\n", pack: pack).problems == [])
  }

  @Test(arguments: [
    ("2021-02-01", "1-2-21", "day"), ("2021-02-01", "2021-02-30", "day"), ("2021-02-01", "30/2/2021", "day"),
    ("Taller;", "Fiesta;", "kind"), ("Taller en Lago Agrio", "", "name"), ("Policía", "Marcianos", "audience"),
    ("Policía", "", "audience"), ("Sucumbíos", "Narnia", "province"), ("Auditorio", "", "place"),
    ("24", "-1", "people"),
    ("24", "1.200", "people"), ("24", "muchas", "people"), ("Hoja de firmas", "", "method"),
    ("Hoja de firmas", "A ojo de buen cubero", "method"), ("Acta 3", "", "source"),
    ("Taller;Taller en Lago Agrio;Policía;Sucumbíos;Auditorio;", "", "columns"),
    ("Acta 3", "Acta 3;más", "columns"),
  ]) func whatIsWrongIsNamedWithItsLine(_ old: String, _ new: String, _ what: String) {
    let wrong = Self.whole.replacing(old, with: new, maxReplacements: 1)
    #expect(problems(Self.whole + "\n" + wrong).first == "2 \(what)", "\(wrong)")
    #expect(EventLines(Self.whole + "\n" + wrong, pack: pack).lines.count == 1)
  }

  @Test func everythingThatIsWrongIsSaidAtOnce() {
    #expect(
      problems("ayer 1;Fiesta;;Marcianos;Narnia;;x;;") == [
        "1 day", "1 kind", "1 name", "1 audience", "1 province", "1 place", "1 people", "1 method", "1 source",
      ])
  }

  @Test func moreThanAreTakenAtOnceAreSaid() {
    let many = Array(repeating: Self.whole, count: EventLines.most).joined(separator: "\n")
    #expect(problems(many) == [])
    #expect(problems(many + "\n" + Self.whole) == ["\(EventLines.most + 1) many"])
  }

  @Test(arguments: TestEngine.available) func aListComesInOnceAndWholeOrNotAtAll(_ engine: Engine) async throws {
    try await withPlanHall(engine) { hall in
      let desk = CampaignDesk(hall.office, hall.pack) { _ in throw Refusal.notFound }
      let campaign = Fixture.campaign(id: .random())
      try await desk.put(hall.press, campaign)
      let list = EventImport(id: .random(), campaign: campaign.id, lead: "mdt")
      let ahead = "2021-04-01;Charla;Charla;Medios de comunicación;Sucumbíos;Radio"
      let past = "2021-01-15;Charla;Charla sin contar;Medios de comunicación;Sucumbíos;Radio"
      func refused(_ list: EventImport, _ text: String, _ actor: Actor? = nil) async throws -> Refusal? {
        try await refusal { try await desk.bring(actor ?? hall.press, list, text) }
      }
      #expect(try await refused(list, Self.whole, hall.worker) == .forbidden)
      // One wrong line keeps the others out.
      let mixed = try await refused(list, Self.whole + "\n" + "2021-07-01;Charla;Charla;Policía;Sucumbíos;Radio")
      #expect(mixed?.fields.map(\.phrase) == [Phrase("error.campaign_line_day", ["line": "2", "most": "200"])])
      #expect(try await refused(list, "2021-02-01;Charla")?.fields.map(\.field) == ["lines"])
      #expect(try await refused(list, "")?.fields.map(\.field) == ["lines"])
      // Counted before it was.
      #expect(
        try await refused(list, Self.whole.replacing("2021-02-01", with: "2021-03-16"))?.fields.map(\.field)
          == ["lines"])
      var other = list
      other.lead = "nadie"
      #expect(try await refused(other, Self.whole)?.fields.map(\.field) == ["lead"])
      other = list
      other.campaign = .random()
      #expect(try await refused(other, Self.whole) == .notFound)
      #expect(try await desk.look(hall.worker).events.isEmpty)
      #expect(try await hall.entries("campaign.event") == 0)

      for _ in 0..<2 { try await desk.bring(hall.press, list, [Self.whole, ahead, past].joined(separator: "\n")) }
      #expect(try await hall.entries("campaign.event") == 3)
      let look = try await desk.look(hall.worker)
      #expect(look.events.map(\.state) == [.held, .held, .planned])
      #expect(look.events.allSatisfy { $0.campaign == campaign.id && $0.lead == "mdt" })
      #expect(look.reach.map(\.number) == [24] && look.reach.map(\.audience) == ["police"])
      #expect(look.reach(of: campaign.id).count == 1)
    }
  }
}
