import Foundation

/// Runs the built program as a person would.
struct Run {
  var code: Int32
  var output: String
  var errors: String

  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Beside the test bundle.
  static let program =
    Bundle.main.bundleURL.path.hasSuffix(".xctest")
    ? Bundle.main.bundleURL.deletingLastPathComponent().appending(path: "amparo")
    : URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "amparo")

  /// A file of the project, wherever the tests run.
  static func place(_ file: String) -> String { root.appending(path: file).path }

  init(_ arguments: [String], input: String = "", program: URL = Self.program) throws {
    let started = try Started(arguments, input: input, program: program)
    self = started.finish()
  }

  /// A program under way.
  struct Started {
    let process = Process()
    private let standardOutput = Pipe()
    private let standardError = Pipe()

    init(_ arguments: [String], input: String = "", program: URL = Run.program) throws {
      let standardInput = Pipe()
      process.executableURL = program
      process.arguments = arguments
      process.currentDirectoryURL = Run.root
      // What stands around the tests must not lead the program elsewhere.
      process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("AMPARO_") }
      process.standardInput = standardInput
      process.standardOutput = standardOutput
      process.standardError = standardError
      try process.run()
      try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
      try standardInput.fileHandleForWriting.close()
    }

    /// What it prints first, once it prints something.
    func firstLine() -> String {
      let text = String(decoding: standardOutput.fileHandleForReading.availableData, as: UTF8.self)
      return text.split(separator: "\n").first.map(String.init) ?? ""
    }

    func finish() -> Run {
      let output = String(decoding: standardOutput.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      let errors = String(decoding: standardError.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      return Run(code: process.terminationStatus, output: output, errors: errors)
    }
  }

  private init(code: Int32, output: String, errors: String) {
    self.code = code
    self.output = output
    self.errors = errors
  }

  /// The JSON object on standard output.
  var object: [String: Any] {
    (try? JSONSerialization.jsonObject(with: Data(output.utf8))) as? [String: Any] ?? [:]
  }

  /// A refusal is one line on standard error, names the command's own name first, and ends non-zero.
  var isOneLineRefusal: Bool {
    code != 0 && output.isEmpty && errors.hasPrefix("amparo: ") && errors.split(separator: "\n").count == 1
  }
}

/// A data folder of its own, gone afterwards.
struct DataFolder {
  static let password = "cuatro palabras sin relación"
  let path: String

  func run(_ arguments: String..., input: String = "") throws -> Run {
    try Run(arguments + ["--data", path], input: input)
  }

  func initialise() throws -> Run {
    try run(
      "init", "--agency", "Casa Canario", "--kind", "ngo", "--province", "EC-P", "--name", "Ana Paredes", "--login",
      "ana", "--json", input: Self.password + "\n")
  }

  /// Changes the store behind the program's back.
  func tamper(_ sql: String) throws {
    let run = try Run([path + "/amparo.sqlite", sql], program: URL(filePath: "/usr/bin/sqlite3"))
    if run.code != 0 { throw Failure(text: run.errors) }
  }

  struct Failure: Error { var text: String }
}

func withDataFolder(_ body: (DataFolder) throws -> Void) throws {
  let path = NSTemporaryDirectory() + "amparo-cli-" + UUID().uuidString
  defer { try? FileManager.default.removeItem(atPath: path) }
  try body(DataFolder(path: path))
}

func withInstallation(_ body: (DataFolder) throws -> Void) throws {
  try withDataFolder { folder in
    let run = try folder.initialise()
    if run.code != 0 { throw DataFolder.Failure(text: run.errors) }
    try body(folder)
  }
}
