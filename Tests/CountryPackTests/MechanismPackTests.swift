import Basics
import CountryPack
import Foundation
import Testing

/// Time limits of laws, and the mechanisms that come with a pack.
@Suite struct MechanismPackTests {
  private func inCopy<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let copy = FileManager.default.temporaryDirectory.appending(path: "pack-\(UUID())")
    try FileManager.default.copyItem(at: ecuador, to: copy)
    defer { try? FileManager.default.removeItem(at: copy) }
    return try body(copy)
  }

  @Test(arguments: [
    ("within: {hours: 24}", "within: {hours: 0}", "whole number"),
    ("within: {hours: 24}", "within: {weeks: 1}", "“weeks” is not a known key"),
    ("within: {hours: 24}", "within: {hours: 24, counts: moon}", "working, calendar"),
    ("code: formal-decision", "code: located-abroad", "stands here twice"),
    ("certainty: second_hand", "certainty: sure", "“certainty” must be one of"),
  ])
  func aWrongLimitIsTold(_ from: String, _ to: String, _ words: String) throws {
    try inCopy { pack in
      let file = pack.appending(path: "limits.yaml")
      let text = try String(contentsOf: file, encoding: .utf8)
      #expect(text.contains(from))
      try Data(text.replacingOccurrences(of: from, with: to).utf8).write(to: file)
      do {
        _ = try CountryPack.load(from: pack)
        Issue.record("it was read")
      } catch let problems as PackProblems {
        #expect(problems.problems.contains { $0.message.contains(words) && $0.line > 0 }, "\(problems)")
        #expect(problems.problems.allSatisfy { $0.file == "limits.yaml" })
      }
    }
  }

  @Test func onlyVerifiedLimitsDecide() throws {
    let limits = try CountryPack.load(from: ecuador).limits
    #expect(limits.filter(\.decides).map(\.code) == ["data-request"])
    #expect(limits.allSatisfy { !$0.source.isEmpty })
  }

  @Test func aMechanismThatCantBeReadIsTold() throws {
    try inCopy { folder in
      let pack = try CountryPack.load(from: folder)
      #expect(pack.checkMechanisms(in: folder).isEmpty)
      let place = folder.appending(path: "mechanisms/other.yaml")
      let text = try String(contentsOf: folder.appending(path: "mechanisms/frontera-norte.yaml"), encoding: .utf8)
      try Data(text.utf8).write(to: place)
      #expect(pack.checkMechanisms(in: folder).map(\.message) == ["“code” must be the name of its file"])
      try Data([0xFF, 0xFE, 0x00]).write(to: place)
      #expect(pack.checkMechanisms(in: folder).map(\.file) == ["mechanisms/other.yaml"])
      try FileManager.default.removeItem(at: folder.appending(path: "mechanisms"))
      #expect(pack.checkMechanisms(in: folder).isEmpty)
    }
  }
}
