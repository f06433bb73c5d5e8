import Basics
import CountryPack
import Foundation

/// How many screenings a second `amparo screen --batch` reads and explains, from a file to nowhere.
struct BenchScreening {
  let rates: [Double]
  let bytesPerLine: Int

  /// - Parameters:
  ///   - lines: how many screenings the file holds; a third is fully answered, a third half, a third hardly.
  ///   - runs: how often the program is run over it.
  init(program: String, pack: CountryPack, packFolder: String, lines: Int, runs: Int) throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "batch-\(UUID()).jsonl")
    defer { try? FileManager.default.removeItem(at: file) }
    let text = Self.lines(pack, lines)
    try Data(text.utf8).write(to: file)
    bytesPerLine = text.utf8.count / lines
    var rates: [Double] = []
    for run in 0...runs {
      let process = Process()
      process.executableURL = URL(filePath: program)
      process.arguments = [
        "screen", "--batch", file.path, "--instrument", "ilo-adult-labour", "--json", "--pack", packFolder,
      ]
      process.standardOutput = FileHandle(forWritingAtPath: "/dev/null")
      let clock = ContinuousClock()
      let start = clock.now
      try process.run()
      process.waitUntilExit()
      guard process.terminationStatus == 0 else { throw CocoaError(.fileReadCorruptFile) }
      // The first run warms up.
      if run > 0 { rates.append(Double(lines) * 1000 / milliseconds(start.duration(to: clock.now))) }
    }
    self.rates = rates.sorted()
  }

  private static func lines(_ pack: CountryPack, _ count: Int) -> String {
    var generator = SystemRandomNumberGenerator()
    let indicators = pack.instrument("ilo-adult-labour")?.indicators ?? []
    let answers = ["yes", "no", "unknown"]
    var text = ""
    for number in 0..<count {
      let share = [1.0, 0.5, 0.1][number % 3]
      let written = indicators.filter { _ in Double.random(in: 0..<1, using: &generator) < share }.map {
        "\"\($0.dimension)/\($0.code)\":\"\(answers.randomElement(using: &generator) ?? "no")\""
      }
      text += "{\"id\":\"\(number)\",\"age\":\(12 + number % 50),\"answers\":{\(written.joined(separator: ","))}}\n"
    }
    return text
  }
}
