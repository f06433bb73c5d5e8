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
    /// A short hash of the bytes.
    var version: String
  }
  let all: [String: Asset]

  static let types = [
    "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml",
    "png": "image/png", "ico": "image/x-icon", "woff2": "font/woff2",
  ]

  static func load(from folder: URL = Screen.resources.appendingPathComponent("Assets")) throws -> Assets {
    var all: [String: Asset] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      guard let type = types[(name as NSString).pathExtension] else { continue }
      let bytes = Array(try Data(contentsOf: folder.appendingPathComponent(name)))
      let version = sha256(bytes).prefix(8).hexadecimal
      all[name] = Asset(type: type, bytes: bytes, version: version)
    }
    return Assets(all: all)
  }

  /// The address that changes when the content does.
  func address(_ name: String) -> String { "/assets/\(name)?v=\(all[name]?.version ?? "")" }

  func response(_ name: String, _ request: Request) -> Response? {
    guard let asset = all[name] else { return nil }
    let tag = "\"\(asset.version)\""
    var headers: HTTPFields = [.contentType: asset.type, .eTag: tag]
    headers[.cacheControl] =
      request.uri.query == "v=" + asset.version ? "public, max-age=31536000, immutable" : "no-cache"
    if request.headers[.ifNoneMatch] == tag { return Response(status: .notModified, headers: headers) }
    headers[.contentLength] = String(asset.bytes.count)
    return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: asset.bytes)))
  }
}
