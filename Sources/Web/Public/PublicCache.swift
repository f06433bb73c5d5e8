import Basics
import HTTPTypes
import Hummingbird
import NIOCore
import Vault

/// The public pages as they are sent, and what can be found in them. One for a site.
final class PublicCache: Sendable {
  /// A page ready to be sent. A class, so that handing it out copies nothing.
  final class Entry: Keepable {
    let status: HTTPResponse.Status
    let freshFor: Duration
    let size: Int
    /// As it is, and compressed where that saves something.
    private let plain: Variant
    private let packed: Variant?

    private struct Variant: Sendable {
      let body: ByteBuffer
      let headers: HTTPFields
      /// The headers of “you have it already”.
      let unchanged: HTTPFields
      let tag: String?
    }

    /// - Parameters:
    ///   - security: those of `SecurityHeaders`.
    ///   - mayBeKept: false for an error, and for an answer to what somebody typed: nobody keeps it then.
    init(
      _ bytes: [UInt8], _ type: String, _ status: HTTPResponse.Status = .ok, language: Language? = nil,
      location: String? = nil, headers security: HTTPFields, mayBeKept: Bool = true,
      freshFor: Duration = PublicCache.fresh
    ) {
      self.status = status
      self.freshFor = freshFor
      let isKept = mayBeKept && (status == .ok || location != nil)
      let small = Gzip.packed(bytes)
      var headers = security
      headers[.contentType] = type
      headers[.contentLanguage] = language?.code
      headers[.location] = location
      headers[.cacheControl] = isKept ? "public, max-age=60, stale-while-revalidate=600" : "no-store"
      if small != nil { headers[.vary] = "Accept-Encoding" }
      let tag = isKept && status == .ok ? sha256(bytes).prefix(12).hexadecimal : nil
      plain = Self.variant(bytes, headers, tag.map { "\"\($0)\"" })
      packed = small.map { small in
        headers[.contentEncoding] = "gzip"
        return Self.variant(small, headers, tag.map { "\"\($0)-gzip\"" })
      }
      size = bytes.count + (small?.count ?? 0) + 2_000
    }

    private static func variant(_ bytes: [UInt8], _ headers: HTTPFields, _ tag: String?) -> Variant {
      var headers = headers
      headers[.eTag] = tag
      headers[.contentLength] = String(bytes.count)
      var unchanged = headers
      unchanged[.contentType] = nil
      unchanged[.contentEncoding] = nil
      return Variant(body: ByteBuffer(bytes: bytes), headers: headers, unchanged: unchanged, tag: tag)
    }

    func response(_ request: Request) -> Response {
      let variant = packed.flatMap { Self.takesGzip(request) ? $0 : nil } ?? plain
      if let tag = variant.tag, let known = request.headers[.ifNoneMatch], Self.names(known, tag) {
        return Response(status: .notModified, headers: variant.unchanged)
      }
      return Response(
        status: status, headers: variant.headers,
        body: request.method == .head ? ResponseBody() : ResponseBody(byteBuffer: variant.body))
    }

    private static func takesGzip(_ request: Request) -> Bool {
      switch request.headers[.acceptEncoding] {
      case nil: false
      // What browsers send, without taking it apart each time.
      case "gzip, deflate, br, zstd", "gzip, deflate, br", "gzip, deflate", "gzip": true
      case .some(let header): Assets.Asset.takesGzip(header)
      }
    }

    /// Whether an `If-None-Match` names a tag; on the way it may have been made a weak one.
    private static func names(_ header: String, _ tag: String) -> Bool {
      if header == tag { return true }
      return header.split(separator: ",").contains { part in
        var part = part.drop { $0 == " " }
        if part.hasPrefix("W/") { part = part.dropFirst(2) }
        return part == "*" || part.prefix { $0 != " " } == tag
      }
    }
  }

  /// How long a page is sent as it was made. Short, because several servers may share a store and none tells the others.
  static let fresh: Duration = .seconds(10)

  let pages: MadeOnce<String, Entry>
  let found: MadeOnce<Language, PublicIndex>

  init(now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
    // What was read a while ago is better than nothing: a hotline must not vanish with the store.
    pages = MadeOnce(mostBytes: 64_000_000, outlives: { Problem($0).isOurs }, now: now)
    found = MadeOnce(mostBytes: 256_000_000, outlives: { Problem($0).isOurs }, now: now)
  }

  /// After something was published or taken back: this server's readers see it with their next question.
  func forget() {
    pages.forget()
    found.forget()
  }
}
