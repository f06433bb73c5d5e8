import Basics
import HTTPTypes
import Hummingbird
import NIOCore
import NationalPlan

/// What is answered before cookies and sessions are looked at: short addresses and the files of the media kit.
struct OpenCampaignPages {
  static let files = "/media-kit/files"
  let desks: Desks

  func add(to routes: Routes) {
    // `/c/radio`: on to the page it stands for.
    routes.get("/c/:code") { visit in
      let code = visit.part("code").lowercased()
      guard ShortLink.isCode(code) else { throw Refusal.notFound }
      return .goTo(try await desks.campaigns.destination(code))
    }
    routes.get(Self.files + "/:file", file)
  }

  /// Read from the store for each question, so that no memory holds megabytes of posters; a material's file never changes,
  /// so that who has it is told so without reading it.
  private func file(_ visit: Visit) async throws -> Answer {
    let name = visit.part("file")
    let material = try await desks.campaigns.publishedMaterial(name)
    guard case .file(let file) = material.content else { throw Refusal.notFound }
    let tag = "\"\(material.id)\""
    var headers: HTTPFields = [
      .cacheControl: "public, max-age=300", .eTag: tag, .contentSecurityPolicy: "default-src 'none'; sandbox",
    ]
    if visit.request.headers[.ifNoneMatch]?.contains(tag) == true {
      return .whole(Response(status: .notModified, headers: headers))
    }
    let bytes = try await desks.campaigns.publishedFile(name).content
    headers[.contentType] = file.contentType
    headers[.contentLength] = String(bytes.count)
    headers[.contentDisposition] = "attachment; filename=\"\(name)\""
    return .whole(
      Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))))
  }
}
