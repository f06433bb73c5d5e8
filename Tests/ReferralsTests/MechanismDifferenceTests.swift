import Basics
import CountryPack
import Testing

@testable import Referrals

@Suite struct MechanismDifferenceTests {
  private func changed(_ old: String, _ new: String) throws -> [MechanismDifference] {
    let text = MechanismWorld.sound.replacing(old, with: new)
    #expect(text != MechanismWorld.sound)
    return MechanismDifference.all(
      from: try MechanismWorld.read(MechanismWorld.sound), to: try MechanismWorld.read(text))
  }

  @Test func nothingDiffersFromItself() throws {
    let mechanism = try MechanismWorld.shipped("frontera-norte")
    #expect(MechanismDifference.all(from: mechanism, to: mechanism) == [])
    // What only stands on another line says the same.
    #expect(try changed("forms:\n", "# palabras\n\nforms:\n") == [])
  }

  @Test func eachChangeIsNamedByItsPart() throws {
    #expect(try changed("places: 3", "places: 4").map(\.parts) == [[.places]])
    #expect(try changed("stay: {days: 10}", "stay: {days: 11}").map(\.parts) == [[.stay]])
    #expect(
      try changed("people: 1\n    hours: always\n    alternate", "people: 2\n    hours: always\n    alternate")
        .map { "\($0.thing) \($0.code) \($0.parts)" } == ["desk front [Referrals.MechanismDifference.Part.people]"])
    #expect(try changed("    alternate: back\n", "").map(\.parts) == [[.alternate]])
    let step = try changed(
      "feedback: {es: Se avisa, en: They are told}", "feedback: {es: Se llama, en: They are called}")
    #expect(step.map(\.thing) == [.step] && step.map(\.code) == ["second"] && step.map(\.parts) == [[.feedback]])
    #expect(step.first?.name?[.english] == "Second")
    #expect(try changed("- {to: second}", "- {to: second, share: 2}").map(\.parts) == [[.next]])
  }

  @Test func whatComesAndGoes() throws {
    let territory = try changed("provinces: [EC-U]", "provinces: [EC-U, EC-C]")
    #expect(territory == [MechanismDifference(thing: .territory, change: .added, code: "EC-C")])
    let renamed = try changed("sheet", "paper")
    #expect(renamed.map { "\($0.thing) \($0.change)" } == ["step changed", "form added", "form removed"])
    let old = try MechanismWorld.shipped("frontera-norte")
    let new = try MechanismWorld.shipped("ejercicio-sucumbios")
    let there = MechanismDifference.all(from: old, to: new)
    let back = MechanismDifference.all(from: new, to: old)
    #expect(there.count == back.count && !there.isEmpty)
    #expect(there.filter { $0.change == .added }.count == back.filter { $0.change == .removed }.count)
  }
}
