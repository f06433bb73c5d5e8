import Accounts
import Basics
import CountryPack
import Documents
import Referrals

/// The procedure on paper, to be read, signed and hung up where there is no screen.
extension MechanismPages {
  func procedurePaper(_ visit: Visit) async throws -> Answer {
    let look = try await desk.look(try visit.actor(), try visit.id("version"))
    let (words, language) = (visit.words, visit.language)
    let procedure = MechanismProcedure(look.mechanism, terms: terms, language: language)
    var blocks: [TextSheet.Block] = [.text(procedure.text)]
    blocks += procedure.facts.map { .line(term: $0.term, value: $0.value) }
    blocks.append(.line(term: words("mechanisms.state"), value: status(look.version, visit).text))
    if !procedure.gaps.isEmpty {
      blocks.append(.heading(procedure.gapsTitle))
      blocks += procedure.gaps.map { .text($0) }
    }
    blocks.append(.heading(procedure.flowTitle))
    blocks.append(.drawing(Self.drawing(procedure.flow)))
    for section in procedure.sections {
      blocks.append(.heading(section.title))
      for entry in section.entries {
        blocks.append(.title(entry.title))
        blocks += entry.lines.map { .line(term: $0.term, value: $0.value) }
      }
    }
    let day = visit.dates.day(look.version.day)
    let sheet = TextSheet(
      title: procedure.name, header: words("mechanisms.paper.header", ["name": procedure.name, "day": day]),
      footer: words("mechanisms.paper.footer"), blocks: blocks)
    return .file(
      try sheet.pdf(on: .a4, created: desks.office.clock.now(), language), name: "amparo-mechanism.pdf",
      type: "application/pdf")
  }

  private static func drawing(_ flow: MechanismFlow) -> FlowDrawing {
    FlowDrawing(
      width: Double(flow.width), height: Double(flow.height),
      nodes: flow.boxes.map { box in
        FlowDrawing.Node(
          box: Box(x: Double(box.x), y: Double(box.y), width: Double(box.width), height: Double(box.height)),
          title: box.name, lines: box.who + [box.within], isStrong: box.ends, isDashed: !box.hasDesk)
      },
      ways: flow.ways.map { way in
        FlowDrawing.Way(
          points: way.points.map { FlowDrawing.Point(x: Double($0.x), y: Double($0.y)) }, isDashed: way.isBack)
      }, cuts: flow.gaps.map(Double.init))
  }
}
