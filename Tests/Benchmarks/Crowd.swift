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
    for _ in 0..<count { sockets.append(try connected()) }
  }

  deinit {
    for socket in sockets { close(socket) }
  }

  /// A phone that goes out of reach: its connection is gone, whatever was under way.
  func drop(_ index: Int) throws {
    close(sockets[index])
    sockets[index] = try connected()
  }

  /// Sends without waiting for any answer.
  func send(_ request: String, from index: Int) throws { try write(request, sockets[index]) }

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
        try write(requests[sent], sockets[sent])
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
        guard let status = Self.complete(received[index]) else { continue }
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

  private func connected() throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw Failure("nobody listens") }
    return descriptor
  }

  private func write(_ request: String, _ socket: Int32) throws {
    let bytes = Array(request.utf8)
    guard Glibc.write(socket, bytes, bytes.count) == bytes.count else { throw Failure("the connection broke") }
  }

  /// The status, once head and body are there. Quick, since the machine that measures is the one that is measured.
  private static func complete(_ bytes: [UInt8]) -> Int? {
    bytes.withUnsafeBytes { all -> Int? in
      guard all.count > 12, let head = place(of: "\r\n\r\n", in: all) else { return nil }
      let lines = UnsafeRawBufferPointer(rebasing: all[..<head])
      var length = 0
      if let field = place(of: "ontent-length: ", in: lines) ?? place(of: "ontent-Length: ", in: lines) {
        for byte in lines[(field + 15)...] {
          guard (48...57).contains(byte) else { break }
          length = length * 10 + Int(byte - 48)
        }
      }
      return all.count - head - 4 >= length ? all[9..<12].reduce(0) { $0 * 10 + Int($1) - 48 } : nil
    }
  }

  private static func place(of text: StaticString, in bytes: UnsafeRawBufferPointer) -> Int? {
    let count = text.utf8CodeUnitCount
    guard bytes.count >= count, let start = bytes.baseAddress else { return nil }
    return (0...(bytes.count - count)).first { memcmp(start + $0, text.utf8Start, count) == 0 }
  }
}
