import Foundation

/// Many phones, each with a connection that it keeps: all send in the same moment, or spread over a while, and each waits
/// for its own answer. One thread, so that the measuring takes little from what is measured.
final class Crowd {
  struct Answer {
    var status = 0
    /// From the first byte sent to the last received.
    var milliseconds = Double.nan
    var text = ""

    var body: Substring { text.range(of: "\r\n\r\n").map { text[$0.upperBound...] } ?? "" }

    /// The cookies it sets, as a browser sends them back.
    var cookies: String {
      text.split(separator: "\r\n").filter { $0.lowercased().hasPrefix("set-cookie:") }
        .map { $0.dropFirst(11).prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces) }.joined(separator: "; ")
    }
  }

  private let port: UInt16
  private var sockets: [Int32]

  init(port: UInt16, count: Int) throws {
    self.port = port
    sockets = []
    for _ in 0..<count { sockets.append(try Loopback.connected(port: port)) }
  }

  deinit {
    for socket in sockets { close(socket) }
  }

  /// A phone that goes out of reach: its connection is gone, whatever was under way.
  func drop(_ index: Int) throws {
    close(sockets[index])
    sockets[index] = try Loopback.connected(port: port)
  }

  /// Sends without waiting for any answer.
  func send(_ request: String, from index: Int) throws { try Loopback.write(Array(request.utf8), to: sockets[index]) }

  /// Everybody sends one request.
  /// - Parameter seconds: over how long they are spread; 0 for all in the same moment.
  func all(_ requests: [String], over seconds: Double = 0) throws -> [Answer] {
    var answers = [Answer](repeating: Answer(), count: requests.count)
    var received = [[UInt8]](repeating: [], count: requests.count)
    var begun = [ContinuousClock.Instant](repeating: .now, count: requests.count)
    var events = sockets.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    var buffer = [UInt8](repeating: 0, count: 1 << 17)
    var (sent, open) = (0, requests.count)
    let start = ContinuousClock.now
    while open > 0 {
      while sent < requests.count,
        start + .seconds(seconds * Double(sent) / Double(requests.count)) <= .now
      {
        begun[sent] = .now
        try Loopback.write(Array(requests[sent].utf8), to: sockets[sent])
        sent += 1
        // Answers come in while others still send.
        if sent.isMultiple(of: 16) { break }
      }
      let count = poll(&events, nfds_t(events.count), sent < requests.count ? 0 : 5000)
      guard count > 0 || sent < requests.count else { throw Failure("\(open) phones got no answer") }
      for index in events.indices where count > 0 && events[index].revents != 0 {
        let size = read(sockets[index], &buffer, buffer.count)
        guard size > 0 else { throw Failure("phone \(index) lost its connection") }
        received[index] += buffer[..<size]
        guard let status = Loopback.status(of: received[index]) else { continue }
        answers[index] = Answer(
          status: status, milliseconds: milliseconds(begun[index].duration(to: .now)),
          text: String(decoding: received[index], as: UTF8.self))
        // Asked no more.
        events[index].fd = -1
        events[index].revents = 0
        open -= 1
      }
    }
    return answers
  }
}
