import Foundation

/// Times of one thing done many times, in milliseconds.
struct Samples {
  private var sorted: [Double]

  init(_ times: [Double]) { sorted = times.sorted() }

  var median: Double { percentile(0.5) }

  /// The smallest time that at least this share of the samples does not exceed.
  func percentile(_ share: Double) -> Double {
    guard !sorted.isEmpty else { return .nan }
    return sorted[min(sorted.count - 1, max(0, Int((share * Double(sorted.count)).rounded(.up)) - 1))]
  }
}

/// Runs a thing again and again, after a warm-up, and keeps each time.
func timed(_ count: Int, _ work: (Int) async throws -> Void) async throws -> Samples {
  for index in 0..<min(20, count) { try await work(index) }
  var times: [Double] = []
  let clock = ContinuousClock()
  for index in 0..<count {
    let start = clock.now
    try await work(index)
    times.append(milliseconds(start.duration(to: clock.now)))
  }
  return Samples(times)
}

func milliseconds(_ duration: Duration) -> Double {
  Double(duration.components.seconds) * 1000 + Double(duration.components.attoseconds) / 1e15
}

/// The figures in lines, with goals and whether they were met.
struct FigureTable {
  private var lines: [String] = []
  private(set) var missed = false

  /// - Parameter goal: milliseconds that the 99th percentile stays under.
  mutating func add(_ name: String, _ samples: Samples, goal: Double? = nil) {
    let p99 = samples.percentile(0.99)
    line(
      name, String(format: "median %8.2f ms   p99 %8.2f ms", samples.median, p99), goal.map { p99 <= $0 },
      goal.map { String(format: "p99 under %g ms", $0) })
  }

  mutating func add(_ name: String, value: Double, unit: String, goal: Double? = nil, isMore: Bool = false) {
    line(
      name, String(format: "%15.2f %@", value, unit), goal.map { isMore ? value >= $0 : value <= $0 },
      goal.map { String(format: "%@ %g %@", isMore ? "at least" : "at most", $0, unit) })
  }

  private mutating func line(_ name: String, _ value: String, _ met: Bool?, _ goal: String?) {
    var text = name.padding(toLength: 58, withPad: " ", startingAt: 0) + value
    if let met, let goal { text += "   \(met ? "met" : "MISSED"): \(goal)" }
    if met == false { missed = true }
    lines.append(text)
    print(text)
    // A run takes long: whoever waits sees what there is, also in a file.
    fflush(nil)
  }

  var text: String { missed ? "A goal was missed." : "Every goal was met." }
}
