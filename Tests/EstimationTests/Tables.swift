import Basics
import Estimation
import Foundation

/// The published tables and their reference values.
enum Published {
  static let names = ["uk2013_6", "uk2013_5", "uk2013_4", "netherlands_6", "netherlands_5"]

  static func text(_ name: String) throws -> String {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return try String(contentsOf: folder.appending(path: "Fixtures/mse/\(name).csv"), encoding: .utf8)
  }

  static func table(_ name: String) throws -> HistoryTable { try HistoryFile.read(text(name)).table }

  struct Row {
    var dataset: String
    var method: String
    var detail: String
    var n: Double?
    var lower: Double?
    var upper: Double?
  }

  static func golden() throws -> [Row] {
    try text("golden").split(whereSeparator: \.isNewline).drop { $0.hasPrefix("#") }.dropFirst().map { line in
      var fields = [""]
      var isQuoted = false
      for sign in line {
        switch sign {
        case "\"": isQuoted.toggle()
        case "," where !isQuoted: fields.append("")
        default: fields[fields.count - 1].append(sign)
        }
      }
      return Row(
        dataset: fields[0], method: fields[1], detail: fields[2], n: Double(fields[3]), lower: Double(fields[4]),
        upper: Double(fields[5]))
    }
  }
}

func isNear(_ value: Double, _ expected: Double?, _ tolerance: Double) -> Bool {
  guard let expected else { return false }
  return abs(value - expected) <= tolerance * abs(expected)
}

/// A printed seed, so that a failure can be run again.
let seeds: [UInt64] = Array(1...12)

/// A population in which each list finds people by itself, some people easier than others.
func simulated(_ seed: UInt64, total: Int, chances: [Double], spread: Double = 0) -> HistoryTable? {
  var generator = SeededGenerator(seed: seed)
  var counts = [Double](repeating: 0, count: 1 << chances.count)
  for _ in 0..<total {
    let ease = 1 + spread * (Double.random(in: 0..<1, using: &generator) - 0.5)
    var history = 0
    for (list, chance) in chances.enumerated() where Double.random(in: 0..<1, using: &generator) < chance * ease {
      history |= 1 << list
    }
    counts[history] += 1
  }
  counts[0] = 0
  return try? HistoryTable(lists: chances.indices.map { "L\($0)" }, counts: counts)
}
