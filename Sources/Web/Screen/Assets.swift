import Basics
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Vault

/// The style sheet, the script and the pictures, read once.
struct Assets: Sendable {
  struct Asset: Sendable {
    var type: String
    var bytes: [UInt8]
    /// The same compressed; `nil` where that saves nothing.
    var packed: [UInt8]?
    /// A short hash of the bytes.
    var version: String

    init(_ bytes: [UInt8], type: String) {
      self.type = type
      self.bytes = bytes
      packed = Gzip.packed(bytes)
      version = sha256(bytes).prefix(8).hexadecimal
    }

    /// The asset as this browser takes it, or that it has it already.
    func response(_ request: Request, cacheControl: String = "no-cache", further: HTTPFields = [:]) -> Response {
      let packed = Self.takesGzip(request.headers[.acceptEncoding] ?? "") ? packed : nil
      let tag = packed == nil ? "\"\(version)\"" : "\"\(version)-gzip\""
      var headers = further
      headers[.contentType] = type
      headers[.eTag] = tag
      headers[.cacheControl] = cacheControl
      if self.packed != nil { headers[.vary] = "Accept-Encoding" }
      if request.headers[.ifNoneMatch] == tag { return Response(status: .notModified, headers: headers) }
      if packed != nil { headers[.contentEncoding] = "gzip" }
      let body = packed ?? bytes
      headers[.contentLength] = String(body.count)
      return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }

    /// Whether an `Accept-Encoding` names gzip and does not refuse it.
    static func takesGzip(_ header: String) -> Bool {
      header.lowercased().split(separator: ",").contains { part in
        let pieces = part.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
        let quality = pieces.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) }
        return pieces.first == "gzip" && quality != 0
      }
    }
  }
  let all: [String: Asset]

  static let types = [
    "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml",
    "png": "image/png", "ico": "image/x-icon", "woff2": "font/woff2",
    "txt": "text/plain; charset=utf-8",
  ]

  /// The site's own, read and packed once in a process.
  static func load() throws -> Assets { try own.get() }

  private static let own = Result { try load(from: Screen.resources.appendingPathComponent("Assets")) }

  static func load(from folder: URL) throws -> Assets {
    var all: [String: Asset] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      guard let type = types[(name as NSString).pathExtension] else { continue }
      all[name] = Asset(Array(try Data(contentsOf: folder.appendingPathComponent(name))), type: type)
    }
    return Assets(all: all)
  }

  /// The address that changes when the content does.
  func address(_ name: String) -> String { "/assets/\(name)?v=\(all[name]?.version ?? "")" }

  func response(_ name: String, _ request: Request) -> Response? {
    guard let asset = all[name] else { return nil }
    let isVersioned = request.uri.query == "v=" + asset.version
    return asset.response(request, cacheControl: isVersioned ? "public, max-age=31536000, immutable" : "no-cache")
  }
}
