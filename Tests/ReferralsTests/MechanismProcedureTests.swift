import Basics
import CountryPack
import Testing

@testable import Referrals

/// The procedure in plain lines says what the page says, and the flow for paper is the page's flow.
@Suite struct MechanismProcedureTests {
  @Test(arguments: ["frontera-norte", "ejercicio-sucumbios"]) func everyStepDeskAndServiceStandsInIt(_ name: String)
    throws
  {
    let mechanism = try MechanismWorld.shipped(name)
    for language in [Language.spanish, .english] {
      let procedure = MechanismProcedure(mechanism, terms: try MechanismWorld.terms, language: language)
      let entries = procedure.sections.map(\.entries)
      #expect(entries.map(\.count) == [mechanism.steps.count, mechanism.desks.count, mechanism.services.count])
      for (step, entry) in zip(mechanism.steps, entries[0]) {
        #expect(entry.title.hasSuffix(step.name[language]))
        #expect(entry.lines.allSatisfy { !$0.term.isEmpty && !$0.value.isEmpty })
      }
      let check = MechanismCheck(mechanism, terms: try MechanismWorld.terms)
      #expect(procedure.gaps.count == check.gaps)
    }
  }

  @Test(arguments: ["frontera-norte", "ejercicio-sucumbios"]) func theFlowHasEveryStepAndWay(_ name: String) throws {
    let mechanism = try MechanismWorld.shipped(name)
    let flow = MechanismFlow(mechanism, terms: try MechanismWorld.terms, language: .spanish)
    #expect(flow.boxes.count == mechanism.steps.count)
    #expect(flow.ways.count == mechanism.steps.reduce(0) { $0 + $1.next.count })
    #expect(flow.boxes.count(where: \.ends) == mechanism.steps.count(where: \.ends))
    for box in flow.boxes {
      #expect(box.x >= 0 && box.x + box.width <= flow.width && box.y + box.height <= flow.height)
      // No box is cut by the end of a page.
      #expect(flow.gaps.allSatisfy { $0 < box.y || $0 > box.y + box.height })
    }
    for way in flow.ways {
      #expect(way.points.allSatisfy { (0...flow.width).contains($0.x) && (0...flow.height).contains($0.y) })
      // Down or across, and into a box from above.
      for (one, next) in zip(way.points, way.points.dropFirst()) { #expect(one.x == next.x || one.y == next.y) }
      let end = try #require(way.points.last)
      #expect(flow.boxes.contains { end.y == $0.y - 2 && ($0.x...$0.x + $0.width).contains(end.x) })
    }
  }
}
