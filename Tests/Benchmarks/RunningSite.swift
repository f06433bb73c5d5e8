import Foundation

/// The program serving a store, as a browser meets it.
struct RunningSite {
  let startSeconds: Double
  private let process: Process
  let port: UInt16

  init(program: String, data: URL) async throws {
    port = UInt16.random(in: 20_000..<40_000)
    process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = ["serve", "--data", data.path, "--port", String(port)]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    let start = ContinuousClock.now
    try process.run()
    while true {
      if let connection = try? Connection(port: port), let answer = try? connection.get("/es"), answer.status == 200 {
        break
      }
      guard process.isRunning, milliseconds(start.duration(to: .now)) < 20_000 else {
        throw Failure("the server did not start")
      }
      try await Task.sleep(for: .milliseconds(5))
    }
    startSeconds = milliseconds(start.duration(to: .now)) / 1000
    try await Task.sleep(for: .seconds(1))
  }

  func stop() {
    process.terminate()
    process.waitUntilExit()
  }

  /// What the kernel counts as resident.
  var residentMegabytes: Double {
    let status = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
    return (line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) } ?? .nan) / 1024
  }

  /// What the server has computed so far, in milliseconds of all cores (the kernel counts in hundredths of a second).
  var cpuMilliseconds: Double {
    let text = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8)) ?? ""
    // The name in brackets may hold spaces; the times are the 12th and 13th field behind it.
    let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
    guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return .nan }
    return (user + system) * 10
  }

  /// Four people who open their home page again and again.
  func pageViews(seconds: Double) async throws -> (perSecond: Double, times: Samples) {
    let cookies = try (0..<4).map { _ in try signIn() }
    let end = ContinuousClock.now + .seconds(seconds)
    let port = port
    let all = try await withThrowingTaskGroup(of: [Double].self) { group in
      for cookie in cookies {
        group.addTask {
          // The client blocks while it waits, so it must not hold a thread of the pool.
          try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
              continuation.resume(with: Result { try Self.visit(port, cookie, until: end) })
            }
          }
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    return (Double(all.count) / seconds, Samples(all))
  }

  private static func visit(_ port: UInt16, _ cookie: String, until end: ContinuousClock.Instant) throws -> [Double] {
    let connection = try Connection(port: port)
    var times: [Double] = []
    while ContinuousClock.now < end {
      let start = ContinuousClock.now
      let answer = try connection.get("/", cookie: cookie)
      times.append(milliseconds(start.duration(to: .now)))
      guard answer.status == 200, answer.body.contains("sign-out") else {
        throw Failure("a page view answered \(answer.status)")
      }
    }
    return times
  }

  func signIn(_ login: String = House.login) throws -> String {
    let connection = try Connection(port: port)
    let page = try connection.get("/sign-in")
    guard let tag = page.body.firstMatch(of: /name="csrf"[^>]*value="([^"]+)"/) else { throw Failure("no form") }
    let form = "csrf=\(tag.1)&login=\(login)&password=\(House.password)"
    let answer = try connection.send("POST", "/sign-in", cookie: page.cookies, body: form)
    guard answer.status == 303 else { throw Failure("signing in answered \(answer.status)") }
    return [page.cookies, answer.cookies].filter { !$0.isEmpty }.joined(separator: "; ")
  }
}

/// One connection that is kept, HTTP/1.1, answers with a Content-Length.
final class Connection {
  private let descriptor: Int32

  struct Answer {
    var status: Int
    var cookies: String
    var body: String
  }

  init(port: UInt16) throws {
    descriptor = try Loopback.connected(port: port)
  }

  deinit { close(descriptor) }

  func get(_ path: String, cookie: String = "") throws -> Answer { try send("GET", path, cookie: cookie) }

  func send(_ method: String, _ path: String, cookie: String = "", body: String = "") throws -> Answer {
    var head = "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n"
    if !cookie.isEmpty { head += "Cookie: \(cookie)\r\n" }
    if method == "POST" {
      head += "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: \(body.utf8.count)\r\n"
    }
    let bytes = Array((head + "\r\n" + body).utf8)
    try Loopback.write(bytes, to: descriptor)
    var received: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      guard count > 0 else { throw Failure("the connection broke") }
      received += buffer[..<count]
      if let answer = Self.answer(received) { return answer }
    }
  }

  private static func answer(_ bytes: [UInt8]) -> Answer? {
    // In bytes: what is no text, such as a PDF, becomes longer when it is read as one.
    guard let split = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
    let lines = String(decoding: bytes[..<split.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
    var length = 0
    var cookies: [String] = []
    for line in lines.dropFirst() {
      let lower = line.lowercased()
      if lower.hasPrefix("content-length:") {
        length = Int(line.dropFirst(15).trimmingCharacters(in: .whitespaces)) ?? 0
      }
      if lower.hasPrefix("set-cookie:") {
        cookies.append(String(line.dropFirst(11).prefix { $0 != ";" }).trimmingCharacters(in: .whitespaces))
      }
    }
    let body = bytes[split.upperBound...]
    guard body.count >= length else { return nil }
    return Answer(
      status: Int(lines[0].split(separator: " ").dropFirst().first ?? "") ?? 0,
      cookies: cookies.joined(separator: "; "), body: String(decoding: body, as: UTF8.self))
  }
}
