import Foundation

/// How long `amparo mechanism simulate` takes, from the file to nowhere.
struct BenchMechanism {
  let times: Samples

  /// - Parameters:
  ///   - cases: how many come.
  ///   - runs: how often the program is run, after a first time.
  init(program: String, packFolder: String, cases: Int, runs: Int) throws {
    var times: [Double] = []
    for run in 0...runs {
      let process = Process()
      process.executableURL = URL(filePath: program)
      process.arguments = [
        "mechanism", "simulate", "\(packFolder)/mechanisms/frontera-norte.yaml", "--cases", String(cases), "--seed",
        String(run), "--json", "--pack", packFolder,
      ]
      process.standardOutput = FileHandle(forWritingAtPath: "/dev/null")
      let clock = ContinuousClock()
      let start = clock.now
      try process.run()
      process.waitUntilExit()
      guard process.terminationStatus == 0 else { throw CocoaError(.fileReadCorruptFile) }
      if run > 0 { times.append(milliseconds(start.duration(to: clock.now))) }
    }
    self.times = Samples(times)
  }
}
