import HTTPTypes
import Hummingbird
import Logging
import NIOCore

@testable import Web

/// Who stands before a door of the test's own.
struct PublicVisitor {
  let door: PublicDoor

  func get(_ path: String) async throws -> (status: Int, location: String, text: String) {
    let request = Request(
      head: HTTPRequest(method: .get, scheme: "http", authority: "localhost", path: path),
      body: RequestBody(buffer: ByteBuffer()))
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let context = PageContext(source: Source(logger: logger), remoteAddress: "192.0.2.1")
    let response = try await door.handle(request, context: context) { _, _ in Response(status: .noContent) }
    let body = Body()
    try await response.body.write(body)
    return (response.status.code, response.headers[.location] ?? "", body.text)
  }

  private struct Source: RequestContextSource { let logger: Logger }

  private final class Body: ResponseBodyWriter {
    private(set) var text = ""
    func write(_ buffer: ByteBuffer) async throws { text += String(buffer: buffer) }
    func finish(_ trailingHeaders: HTTPFields?) async throws {}
  }
}
