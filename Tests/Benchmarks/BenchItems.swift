import Basics
import Foundation
import Training

/// How long the analysis of a test's items takes: the formulas alone, and the program from a CSV file to its figures.
struct BenchItems {
  static let items = 100

  /// - Parameter responses: marks in all, a hundred a person.
  static func measure(program: String, responses: Int, samples: Int) async throws -> (formulas: Samples, whole: Samples)
  {
    let people = responses / items
    var random = SeededGenerator(seed: 2007)
    let abilities = (0..<people).map { _ in Double.random(in: -2...2, using: &random) }
    let marks = (0..<items).map { item in
      abilities.map { $0 + Double.random(in: -2...2, using: &random) > Double(item) / 50 - 1 ? 1.0 : 0 }
    }
    let names = (0..<items).map { "item-\($0)" }
    let maxima = [Double](repeating: 1, count: items)
    let formulas = try await timed(samples) { _ in
      guard ItemAnalysis(names: names, marks: marks, maxima: maxima).alpha != nil else {
        throw CocoaError(.featureUnsupported)
      }
    }
    let file = FileManager.default.temporaryDirectory.appending(path: "items-\(UUID()).csv")
    defer { try? FileManager.default.removeItem(at: file) }
    var text = "participant," + names.joined(separator: ",") + "\n"
    for person in 0..<people {
      text += "p\(person)"
      for item in 0..<items { text += marks[item][person] == 1 ? ",1" : ",0" }
      text += "\n"
    }
    try Data(text.utf8).write(to: file)
    let whole = try await timed(samples) { _ in
      let process = Process()
      process.executableURL = URL(filePath: program)
      process.arguments = ["evaluate", "items", file.path, "--json"]
      process.standardOutput = FileHandle(forWritingAtPath: "/dev/null")
      try process.run()
      process.waitUntilExit()
      guard process.terminationStatus == 0 else { throw CocoaError(.fileReadCorruptFile) }
    }
    return (formulas, whole)
  }
}
