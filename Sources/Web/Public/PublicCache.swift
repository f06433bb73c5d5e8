import Basics
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization
import Vault

/// The public pages as they are sent. One for a site.
final class PublicCache: Sendable {
  /// A page ready to be sent.
  struct Entry: Sendable {
    let status: HTTPResponse.Status
    let body: ByteBuffer
    let packed: ByteBuffer?
    private let headers: HTTPFields
    private let packedHeaders: HTTPFields
    private let tag: String

    /// What is no page, such as an error, is kept by nobody.
    ///
    /// - Parameter headers: those of `SecurityHeaders`.
    init(
      _ bytes: [UInt8], _ type: String, _ status: HTTPResponse.Status = .ok, language: Language,
      location: String? = nil, headers security: HTTPFields
    ) {
      self.status = status
      body = ByteBuffer(bytes: bytes)
      let small = Gzip.packed(bytes)
      packed = small.map { ByteBuffer(bytes: $0) }
      tag = sha256(bytes).prefix(12).hexadecimal
      var headers = security
      headers[.contentType] = type
      headers[.contentLength] = String(bytes.count)
      headers[.contentLanguage] = language.code
      headers[.location] = location
      if status == .ok || location != nil {
        headers[.cacheControl] = "public, max-age=60, stale-while-revalidate=600"
        headers[.eTag] = "\"\(tag)\""
      } else {
        headers[.cacheControl] = "no-store"
      }
      if small != nil { headers[.vary] = "Accept-Encoding" }
      self.headers = headers
      if let small {
        headers[.contentLength] = String(small.count)
        headers[.contentEncoding] = "gzip"
        headers[.eTag] = status == .ok ? "\"\(tag)-gzip\"" : nil
      }
      packedHeaders = headers
    }

    func response(_ request: Request) -> Response {
      let takesPacked = packed != nil && Assets.Asset.takesGzip(request.headers[.acceptEncoding] ?? "")
      let fields = takesPacked ? packedHeaders : headers
      if let known = request.headers[.ifNoneMatch], let own = fields[.eTag], known.contains(tag), known.contains(own) {
        var short = fields
        short[.contentLength] = nil
        short[.contentEncoding] = nil
        return Response(status: .notModified, headers: short)
      }
      let bytes = (takesPacked ? packed : nil) ?? body
      return Response(
        status: status, headers: fields,
        body: request.method == .head ? ResponseBody() : ResponseBody(byteBuffer: bytes))
    }
  }

  private struct Kept {
    var entry: Entry
    var until: ContinuousClock.Instant
  }
  private let entries = Mutex<[String: Kept]>([:])
  /// How many addresses are kept; a page more begins from nothing.
  static let most = 4_000

  /// The page when it is still fresh. The first that finds it old is sent to make it; the others get the old one meanwhile.
  func fresh(_ path: String) -> Entry? {
    entries.withLock { entries in
      guard let kept = entries[path] else { return nil }
      let now = ContinuousClock.now
      if now < kept.until { return kept.entry }
      entries[path]?.until = now.advanced(by: .seconds(5))
      return nil
    }
  }

  /// The page, however old.
  func any(_ path: String) -> Entry? { entries.withLock { $0[path]?.entry } }

  func keep(_ path: String, _ entry: Entry) {
    let until = ContinuousClock.now.advanced(by: PublicDoor.freshFor)
    entries.withLock { entries in
      if entries.count >= Self.most, entries[path] == nil { entries.removeAll() }
      entries[path] = Kept(entry: entry, until: until)
    }
  }

  /// After something was published: this server's readers see it with their next question.
  func forget() { entries.withLock { $0.removeAll() } }
}
