import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Referrals

#if canImport(Glibc)
  import Glibc
#endif

/// Makes the requests of webhooks, guarded so that nobody reaches this server's own network through it: the name is
/// resolved here, every address must be public, the connection goes to the very address that was looked at (a name that
/// changes in between leads nowhere else), no redirection is followed, and no proxy is asked.
struct WebhookClient: Sendable {
  /// Seconds until a receiver must have answered.
  private static let patience: Int64 = 10

  let allowsLocal: Bool

  func send(_ post: WebhookCourier.Post) async -> WebhookOutcome {
    let addresses = await resolve(post.address.host, post.address.port)
    guard let first = addresses.first else { return .unknownHost }
    guard allowsLocal || addresses.allSatisfy({ $0.address.isPublic }) else { return .notPublic }
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      timeout: .init(connect: .seconds(5), read: .seconds(Self.patience)))
    configuration.dnsOverride = [post.address.host: first.text]
    configuration.httpVersion = .http1Only
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    let outcome = await ask(client, post)
    try? await client.shutdown()
    return outcome
  }

  private func ask(_ client: HTTPClient, _ post: WebhookCourier.Post) async -> WebhookOutcome {
    var request = HTTPClientRequest(url: post.address.text)
    request.method = .POST
    request.headers = HTTPHeaders(post.headers.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 })
    request.body = .bytes(ByteBuffer(bytes: post.body))
    do {
      // What the receiver writes below its status is nobody's concern here, and is not read.
      let response = try await client.execute(request, timeout: .seconds(Self.patience))
      return .answered(Int(response.status.code))
    } catch { return .unreachable }
  }

  private struct Resolved: Sendable {
    var address: NetworkAddress
    var text: String
  }

  /// All addresses of a name, in the order of the system's choice; empty when there is none.
  private func resolve(_ host: String, _ port: Int) async -> [Resolved] {
    await withCheckedContinuation { continuation in
      // The system's resolver blocks.
      DispatchQueue.global().async { continuation.resume(returning: Self.addresses(host, port)) }
    }
  }

  private static func addresses(_ host: String, _ port: Int) -> [Resolved] {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, String(port), &hints, &list) == 0 else { return [] }
    defer { freeaddrinfo(list) }
    var found: [Resolved] = []
    var next = list
    while let entry = next?.pointee {
      next = entry.ai_next
      var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
      guard let address = entry.ai_addr, let bytes = bytes(entry),
        getnameinfo(address, entry.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0,
        let known = NetworkAddress(bytes: bytes)
      else { continue }
      let end = text.firstIndex(of: 0) ?? text.count
      found.append(
        Resolved(address: known, text: String(decoding: text[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self)))
    }
    return found
  }

  private static func bytes(_ entry: addrinfo) -> [UInt8]? {
    guard let address = entry.ai_addr else { return nil }
    switch entry.ai_family {
    case AF_INET:
      return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
        withUnsafeBytes(of: $0.pointee.sin_addr) { Array($0) }
      }
    case AF_INET6:
      return address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
        withUnsafeBytes(of: $0.pointee.sin6_addr) { Array($0) }
      }
    default: return nil
    }
  }
}
