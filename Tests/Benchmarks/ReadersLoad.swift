import Foundation

/// Readers that each keep a connection and ask for the next page as soon as they have the one before. One thread for all
/// of them, so that the measuring takes little from what is measured.
struct ReadersLoad {
  let port: UInt16
  let readers: Int
  /// What they ask, in turn: whole requests.
  let requests: [[UInt8]]

  struct Result {
    var times: Samples
    var perSecond: Double
    /// How often each status came.
    var statuses: [Int: Int]
  }

  init(port: UInt16, readers: Int, requests: [String]) {
    (self.port, self.readers) = (port, readers)
    self.requests = requests.map { Array($0.utf8) }
  }

  static func get(_ path: String, _ headers: [String] = []) -> String {
    "GET \(path) HTTP/1.1\r\nHost: localhost\r\n" + headers.map { $0 + "\r\n" }.joined() + "\r\n"
  }

  /// Runs on a thread of its own.
  func run(seconds: Double) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Swift.Result { try read(seconds: seconds) }) }
    }
  }

  private func read(seconds: Double) throws -> Result {
    let sockets = try (0..<readers).map { _ in try Loopback.connected(port: port) }
    defer { for socket in sockets { close(socket) } }
    var events = sockets.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    var received = [[UInt8]](repeating: [], count: readers)
    var begun = [ContinuousClock.Instant](repeating: .now, count: readers)
    var asked = Array(0..<readers)
    var times: [Double] = []
    times.reserveCapacity(1_000_000)
    var statuses: [Int: Int] = [:]
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    let start = ContinuousClock.now
    let end = start + .seconds(seconds)
    func ask(_ reader: Int) throws {
      begun[reader] = .now
      try Loopback.write(requests[asked[reader] % requests.count], to: sockets[reader])
      asked[reader] += 1
    }
    for reader in 0..<readers { try ask(reader) }
    while ContinuousClock.now < end {
      guard poll(&events, nfds_t(events.count), 5000) > 0 else { throw Failure("the readers got no answer") }
      for reader in 0..<readers where events[reader].revents != 0 {
        let size = Glibc.read(sockets[reader], &buffer, buffer.count)
        guard size > 0 else { throw Failure("a reader lost its connection") }
        received[reader].append(contentsOf: buffer[..<size])
        guard let status = Loopback.status(of: received[reader]) else { continue }
        times.append(milliseconds(begun[reader].duration(to: .now)))
        statuses[status, default: 0] += 1
        received[reader].removeAll(keepingCapacity: true)
        try ask(reader)
      }
    }
    let taken = milliseconds(start.duration(to: .now)) / 1000
    return Result(times: Samples(times), perSecond: Double(times.count) / taken, statuses: statuses)
  }

  /// One question by itself: the status, the answer's head, and how long it took.
  static func once(_ request: String, port: UInt16) throws -> (status: Int, text: String, milliseconds: Double) {
    let socket = try Loopback.connected(port: port)
    defer { close(socket) }
    let start = ContinuousClock.now
    try Loopback.write(Array(request.utf8), to: socket)
    var received: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let size = Glibc.read(socket, &buffer, buffer.count)
      guard size > 0 else { throw Failure("the connection broke") }
      received += buffer[..<size]
      if let status = Loopback.status(of: received) {
        return (status, String(decoding: received, as: UTF8.self), Self.passed(start))
      }
    }
  }

  private static func passed(_ start: ContinuousClock.Instant) -> Double { milliseconds(start.duration(to: .now)) }
}
