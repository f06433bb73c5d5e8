import Foundation

/// Plain sockets to a server on this machine, and whether an answer is whole: all that the benches need of HTTP/1.1.
enum Loopback {
  /// A connection to a port. Whoever asks for it closes it.
  static func connected(port: UInt16) throws -> Int32 {
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

  static func write(_ bytes: [UInt8], to socket: Int32) throws {
    guard Glibc.write(socket, bytes, bytes.count) == bytes.count else { throw Failure("the connection broke") }
  }

  /// The status, once head and body are there. Quick, since the machine that measures is the one that is measured.
  static func status(of bytes: [UInt8]) -> Int? {
    bytes.withUnsafeBytes { all -> Int? in
      guard all.count > 12, let head = place(of: "\r\n\r\n", in: all) else { return nil }
      let lines = UnsafeRawBufferPointer(rebasing: all[..<head])
      var length = 0
      if let field = place(of: "ontent-Length: ", in: lines) ?? place(of: "ontent-length: ", in: lines) {
        for byte in lines[(field + 15)...] {
          guard (48...57).contains(byte) else { break }
          length = length * 10 + Int(byte - 48)
        }
      }
      return all.count - head - 4 >= length ? all[9..<12].reduce(0) { $0 * 10 + Int($1) - 48 } : nil
    }
  }

  private static func place(of text: StaticString, in bytes: UnsafeRawBufferPointer) -> Int? {
    guard let start = bytes.baseAddress else { return nil }
    let count = text.utf8CodeUnitCount
    var offset = 0
    while bytes.count - offset >= count {
      guard let next = memchr(start + offset, Int32(text.utf8Start[0]), bytes.count - offset - count + 1) else { break }
      offset = UnsafeRawPointer(next) - start
      if memcmp(next, text.utf8Start, count) == 0 { return offset }
      offset += 1
    }
    return nil
  }
}
