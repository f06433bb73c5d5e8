import Basics
import CountryPack
import Testing

@testable import Referrals

/// The pure part of designing on the screen.
@Suite struct MechanismDesignTests {
  private func whole() throws -> Mechanism { try MechanismWorld.read(MechanismWorld.whole) }

  @Test func thingsAreReadBackAndNothingElse() {
    for thing in [
      MechanismThing.step("a-b"), .desk("x"), .service("1"), .form("f"), .arrival(3), .way(step: "s", 0),
    ] { #expect(MechanismThing(thing.text) == thing) }
    for text in ["", "step", "step/a/b", "way/a", "way/a/x", "arrival/x", "other/a", "arrival/99999999999999999999"] {
      #expect(MechanismThing(text) == nil, "\(text)")
    }
  }

  @Test func upAndDownStayWithinTheList() throws {
    var mechanism = try whole()
    try mechanism.arrange(.step("first"), .up)
    #expect(mechanism == (try whole()))
    try mechanism.arrange(.step("first"), .down)
    #expect(mechanism.steps.map(\.code) == ["second", "first"] && mechanism.start.code == "first")
    try mechanism.arrange(.step("first"), .down)
    #expect(mechanism.steps.map(\.code) == ["second", "first"])
    try mechanism.arrange(.way(step: "first", 1), .up)
    #expect(mechanism.steps[1].next.map(\.share) == [1, 7])
    try mechanism.arrange(.step("second"), .start)
    #expect(mechanism.start.code == "second")
  }

  @Test func whatIsRemovedIsNamedNowhere() throws {
    var mechanism = try whole()
    // The desk gives a service.
    #expect(throws: MechanismArrangementObstacle.deskGivesServices) { try mechanism.arrange(.desk("back"), .remove) }
    #expect(mechanism == (try whole()))
    try mechanism.arrange(.service("beds"), .remove)
    try mechanism.arrange(.desk("back"), .remove)
    try mechanism.arrange(.form("plan"), .remove)
    #expect(mechanism.steps.map { $0.desks.map(\.code) } == [["front"], []] && mechanism.steps[1].services.isEmpty)
    #expect(mechanism.desks.map(\.outOfHours) == [nil] && mechanism.desks.map(\.alternate) == [nil])
    #expect(mechanism.steps[0].forms.map(\.code) == ["sheet"])
    try mechanism.arrange(.step("first"), .remove)
    #expect(mechanism.start.code == "second")
    #expect(throws: MechanismArrangementObstacle.lastStep) { try mechanism.arrange(.step("second"), .remove) }
    try mechanism.arrange(.arrival(0), .remove)
    for thing in [MechanismThing.arrival(0), .step("first"), .desk("back"), .form("plan"), .way(step: "second", 0)] {
      #expect(throws: MechanismArrangementObstacle.gone, "\(thing.text)") { try mechanism.arrange(thing, .up) }
    }
    let codes = MechanismCheck(mechanism, terms: try MechanismWorld.terms).findings.map(\.code)
    #expect(Set(codes).isDisjoint(with: [.unknownDesk, .unknownStep, .unknownService, .unknownForm, .unknownStart]))
  }

  @Test func aStepFollowsAnother() throws {
    var mechanism = try whole()
    let step = Mechanism.Step(
      code: "third", name: MechanismWorld.name("c"), text: MechanismWorld.name("c"),
      work: MechanismBeginning.standingWork)
    mechanism.add(step, after: "second")
    #expect(mechanism.steps.map(\.code) == ["first", "second", "third"])
    #expect(mechanism.steps[1].next.map(\.to.code) == ["third"] && !mechanism.steps[1].ends)
    var alone = try whole()
    alone.add(step, after: "nobody")
    #expect(alone.steps.map(\.code) == ["first", "second", "third"] && alone.steps[1].ends)
  }

  @Test(arguments: [
    ("Detección inicial", "deteccion-inicial"), ("  ¿Qué? ", "que"), ("ÑANDÚ 2", "nandu-2"), ("", "parte"),
    ("警察", "parte"), ("a", "parte-a"), ("<b>&\"", "parte-b"),
  ])
  func codesAreMadeOfNames(_ name: String, _ code: String) {
    #expect(Mechanism.code(from: name, taken: []) == code)
    #expect(Mechanism.code(from: name, taken: [code]) == code + "-2")
    #expect(Mechanism.code(from: name, taken: [code, code + "-2"]) == code + "-3")
  }

  @Test func longNamesMakeCodesThatTheFormatTakes() throws {
    var mechanism = try MechanismWorld.read(MechanismWorld.sound)
    mechanism.code = Mechanism.code(from: String(repeating: "largo ", count: 80), taken: [])
    #expect(mechanism.code.utf8.count <= 42)
    #expect(try MechanismWorld.read(mechanism.written(terms: try MechanismWorld.terms)).code == mechanism.code)
  }

  @Test func onlyUnsignedDraftsAreChangedByThoseWhoMay() {
    for state in MechanismVersion.State.allCases {
      for purpose in MechanismVersion.Purpose.allCases {
        for bits in 0..<16 {
          let (keeps, teaches) = (bits & 1 > 0, bits & 2 > 0)
          let (isOwner, isSigned) = (bits & 4 > 0, bits & 8 > 0)
          let standing = MechanismRules.Standing(
            keeps: keeps, signs: true, isNamed: true, hasSigned: isSigned, isOwner: isOwner)
          let obstacle = MechanismRules.obstacleToDesign(
            state, purpose, isSigned: isSigned, by: standing, teaches: teaches)
          let may = purpose == .territory ? keeps : isOwner && (keeps || teaches)
          #expect((obstacle == .forbidden) == !may)
          #expect((obstacle == nil) == (may && state == .draft && !isSigned))
        }
      }
    }
  }

  @Test(arguments: [
    ("desks: [front]", "desks: [nobody]", MechanismThing.step("first")),
    ("alternate: back", "alternate: nobody", .desk("front")), ("desk: back", "desk: nobody", .service("beds")),
    ("    within: {hours: 24}\n", "", .step("first")), ("forms: [sheet]", "forms: []", .form("sheet")),
    ("alternate: back", "alternate: back\n    provinces: []", .desk("back")),
  ])
  func findingsStandBesideWhatTheyAreAbout(_ from: String, _ to: String, _ thing: MechanismThing) throws {
    let mechanism = try MechanismWorld.spoilt(from, to)
    let things = MechanismCheck(mechanism, terms: try MechanismWorld.terms).findings.map { $0.thing(in: mechanism) }
    #expect(things.contains(thing), "\(things)")
  }

  @Test func whatIsMissingForPeopleIsAboutTheWhole() throws {
    let mechanism = try MechanismWorld.spoilt("needs: [housing]\nstart", "needs: [housing, health]\nstart")
    let findings = MechanismCheck(mechanism, terms: try MechanismWorld.terms).findings
    let about = try #require(findings.first { $0.code == .needWithoutService })
    #expect(about.thing(in: mechanism) == nil)
  }
}
