import Accounts
import Basics
import Casework
import Forms
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NationalPlan
import Vault

/// Reads the form of every POST, and lets it pass only when this site gave it to this visitor.
///
/// The field `csrf` holds a keyed tag of a random cookie and the member. It does not change with the session's rotation
/// nor when the same member signs in again, so that a long form can still be sent; who plants a cookie lacks the key.
struct FormGuard: RouterMiddleware {
  typealias Context = PageContext
  /// No form of ours comes near it.
  static let largestForm = 256 * 1024
  /// What a member may send: a page that is pasted into one field is refused beside that field, and not as a whole.
  static let largestTyped = 12 << 20
  /// Bytes that are kept of one value: more than any field takes.
  static let longestValue = 100_000
  /// The pages that take a file as it is, by address, and how many bytes it may have.
  static let uploads = [
    "/forms/new": FormLimits().file, FieldInboxPages.courierPath: FieldInboxPages.largestCourier,
    ImportPages.path: ImportFile.largest, DirectoryPages.importPath: DirectoryPages.largestFile,
    EstimatePages.path: EstimateForm.largest, LinkagePages.encodePath: LinkagePages.largest,
    LinkagePages.comparePath: LinkagePages.largest, MechanismPages.newPath: MechanismPages.largestFile,
    ProsecutionFilePages.importPath: ProsecutionFile.largest,
    PlanUploadPages.path: PlanUploadPages.largest,
    CampaignMaterialPages.newPath: MaterialFile.largest,
  ]
  let settings: SiteSettings
  let root: RootSecret

  func handle(
    _ request: Request, context: PageContext, next: (Request, PageContext) async throws -> Response
  ) async throws -> Response {
    var context = context
    if let query = request.uri.query { context.query = try Form(encoded: query) }
    // `Routes` has pages for GET and POST only; any other method ends in a 405.
    guard request.method == .post else { return try await next(request, context) }
    guard Self.comesFromHere(request, settings) else { throw RefusedRequest.foreignForm }
    let boundary = Multipart.boundary(request.headers[.contentType] ?? "")
    guard boundary != nil || Self.isForm(request.headers[.contentType] ?? "") else { throw RefusedRequest.wrongType }
    let upload = Self.uploads[request.uri.path] ?? AttachmentPages.largestUpload(request.uri.path)
    if upload != nil, context.actor == nil {
      // Nobody's file is read; who was signed in chooses it again afterwards.
      throw context.hadSession
        ? EndedSession(path: request.uri.path, form: .empty) : RefusedRequest.foreignForm as any Error
    }
    let isMember = context.actor != nil
    let largest = upload.map { Self.largestForm + $0 } ?? (isMember ? Self.largestTyped : Self.largestForm)
    if let length = request.headers[.contentLength].flatMap(Int.init), length > largest {
      throw Self.tooLarge(request.uri.path)
    }
    let body: ByteBuffer
    do { body = try await request.body.collect(upTo: largest) } catch is NIOTooManyBytesError {
      throw Self.tooLarge(request.uri.path)
    }
    if let boundary {
      let parts = try Multipart.parts(Array(body.readableBytesView), boundary: boundary)
      if upload != nil {
        for part in parts where part.isFile { context.files[part.name] = part.bytes }
      }
      context.form = try Form(
        fields: parts.filter { upload == nil || !$0.isFile }.map { (name: $0.name, value: $0.text) },
        showingControls: isMember)
    } else {
      context.form = try Form(
        encoded: String(validating: body.readableBytesView, as: UTF8.self) ?? "%", showingControls: isMember
      ).cut(to: Self.longestValue)
    }
    guard let tag = try? context.form.one("csrf"), let token = context.formToken,
      equalInConstantTime(Array(tag.utf8), Array(Self.tag(root, token, context.actor).utf8))
    else {
      // Someone typed for longer than a session lasts: what was typed goes along through signing in again. Who has no
      // account and uses a member's telephone can't.
      throw context.hadSession && context.actor == nil && GuestPages.at(request.uri.path) == nil
        ? EndedSession(path: request.uri.path, form: context.form) : RefusedRequest.foreignForm as any Error
    }
    return try await next(request, context)
  }

  /// On a page that takes a file the sentence says how large it may be.
  private static func tooLarge(_ path: String) -> any Error {
    guard AttachmentPages.largestUpload(path) != nil else { return RefusedRequest.tooLarge }
    let phrase = AttachmentProblem.tooLarge.phrase
    return RefusedRequest(status: .contentTooLarge, key: phrase.key, values: phrase.values)
  }

  static func tag(_ root: RootSecret, _ cookie: Token, _ actor: Actor?) -> String {
    let member = actor.map { Array($0.member.description.utf8) } ?? []
    return root.token("csrf", [cookie.hash, member]).exposedText
  }

  /// Browsers say where a request comes from. With `Referrer-Policy: no-referrer` the origin of our own forms is
  /// `null`, so that `Sec-Fetch-Site` decides where it is sent.
  static func comesFromHere(_ request: Request, _ settings: SiteSettings) -> Bool {
    if let site = request.headers[fetchSite] { return site == "same-origin" || site == "none" }
    guard let origin = request.headers[.origin], origin != "null" else { return true }
    return origin == settings.publicAddress || request.head.authority.map { origin.hasSuffix("://" + $0) } == true
  }

  static func isForm(_ type: String) -> Bool {
    if type == "application/x-www-form-urlencoded" { return true }
    let parts = type.lowercased().split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
    return parts.first == "application/x-www-form-urlencoded"
      && parts.dropFirst().allSatisfy { !$0.hasPrefix("charset=") || $0.contains("utf-8") }
  }

  private static let fetchSite = HTTPField.Name("Sec-Fetch-Site") ?? .origin
}

/// A form that came after its session's end, with what was typed.
struct EndedSession: Error {
  var path: String
  var form: Form
}
