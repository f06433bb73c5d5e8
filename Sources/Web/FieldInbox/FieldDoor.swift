import Accounts
import Basics
import Foundation
import HTTPTypes
import Hummingbird
import Identification
import Logging
import NIOCore

/// What phones talk to: JSON in, JSON out, no page and no form. A phone is enrolled by a member who is signed in; what
/// it sends afterwards needs nobody, because every operation is signed. Nothing of it is logged.
struct FieldDoor: Sendable {
  let desks: Desks
  let settings: SiteSettings

  /// Bytes that one request may have.
  static let largestBatch = 1 << 20
  private static let largestEnrolment = 4096
  /// Failures of strangers from one address that cost nothing: many phones may share it.
  private static let freeFailures = 100

  /// Where no session is looked at.
  func addOpen(to routes: Routes) { routes.post("/sync") { visit in await answer(visit, receive) } }

  /// Behind the session, before the guard of forms: no form of this site sends JSON.
  func addSignedIn(to routes: Routes) { routes.post("/campo/devices") { visit in await answer(visit, enroll) } }

  // MARK: Enrolling

  private func enroll(_ visit: Visit) async throws -> any Encodable {
    guard comesFromApp(visit.request) else { throw RefusedRequest.foreignForm }
    let actor = try visit.actor()
    let body = try await Self.body(visit, upTo: Self.largestEnrolment)
    guard let written = try? JSONDecoder().decode(WrittenEnrolment.self, from: Data(body)),
      let device = FieldDeviceID.inEitherForm(written.device), let key = Base64URL.decode(written.key)
    else { throw RefusedRequest.malformed }
    let enrolment = try await desks.field.enroll(actor, device, key: key, name: written.name)
    return EnrolmentAnswer(written.device, enrolment)
  }

  /// Only the app's own script can send the header without asking first, and a browser says where it asks from.
  private func comesFromApp(_ request: Request) -> Bool {
    guard request.headers[Self.app] == "field" else { return false }
    if let site = request.headers[Self.fetchSite], site != "same-origin" { return false }
    guard let origin = request.headers[.origin] else { return false }
    return origin == settings.publicAddress || request.head.authority.map { origin.hasSuffix("://" + $0) } == true
  }

  // MARK: Taking in

  private func receive(_ visit: Visit) async throws -> any Encodable {
    let (office, place) = (desks.office, visit.context.client)
    let batch: FieldBatch
    do throws(FieldBatch.Problem) {
      batch = try FieldBatch(try await Self.batchBody(visit), by: .network)
    } catch {
      switch error {
      case .malformed: throw RefusedRequest.malformed
      case .tooMany: throw RefusedRequest.tooLarge
      }
    }
    // A phone that fails waits by itself; strangers from an address wait together. Neither holds up a colleague's
    // phone behind the same address: it may carry a danger.
    let own = FailureBook(office, purpose: "sync-device")
    let strangers = FailureBook(office, purpose: "sync-address", free: Self.freeFailures)
    let device = place + " " + batch.device.description
    let isKnown = try await desks.field.knows(batch.device)
    var mustWait = try await own.isPausing(device)
    if !mustWait, !isKnown { mustWait = try await strangers.isPausing(place) }
    if mustWait { throw Refusal(.tooMany, Phrase("error.field_wait")) }
    let answers = try await desks.field.receive(batch)
    if answers.contains(where: { $0.reason == .badSignature || $0.reason == .unknownDevice }) {
      try await own.count(device)
      if !isKnown { try await strangers.count(place) }
    }
    return FieldAnswerFile(answers, at: office.clock.now(), visit.words)
  }

  /// Throws what the body throws as `RefusedRequest.tooLarge` does: nothing of a body that is too long is read.
  private static func batchBody(_ visit: Visit) async throws(FieldBatch.Problem) -> [UInt8] {
    do { return try await body(visit, upTo: largestBatch) } catch is NIOTooManyBytesError { throw .tooMany } catch {
      throw (error as? RefusedRequest)?.status == .contentTooLarge ? .tooMany : .malformed
    }
  }

  // MARK: JSON

  private static func body(_ visit: Visit, upTo most: Int) async throws -> [UInt8] {
    let type = (visit.request.headers[.contentType] ?? "").lowercased().split(separator: ";").first
    guard type?.trimmingCharacters(in: .whitespaces) == "application/json" else { throw RefusedRequest.wrongType }
    if let length = visit.request.headers[.contentLength].flatMap(Int.init), length > most {
      throw RefusedRequest.tooLarge
    }
    return Array(try await visit.request.body.collect(upTo: most).readableBytesView)
  }

  /// Answers JSON whatever happens: an app can't read a page.
  private func answer(_ visit: Visit, _ work: (Visit) async throws -> any Encodable) async -> Answer {
    var (status, headers) = (HTTPResponse.Status.ok, HTTPFields())
    var bytes: [UInt8]
    do {
      bytes = try Self.json(try await work(visit))
    } catch {
      let problem = Problem(error)
      if problem.isOurs {
        visit.context.logger.error(
          "a request failed",
          metadata: ["reference": "\(visit.context.reference)", "error": "\(String(reflecting: type(of: error)))"])
      }
      (status, headers) = (problem.status, problem.headers)
      let refusal = error as? Refusal
      let sentence = visit.words(refusal?.fields.first?.phrase ?? problem.phrase)
      bytes = (try? Self.json(["error": sentence])) ?? Array("{}".utf8)
    }
    headers[.contentType] = "application/json; charset=utf-8"
    headers[.contentLength] = String(bytes.count)
    return .whole(Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))))
  }

  static func json(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(value))
  }

  private static let app = HTTPField.Name("X-Amparo") ?? .origin
  private static let fetchSite = HTTPField.Name("Sec-Fetch-Site") ?? .origin
}

private struct WrittenEnrolment: Decodable {
  var device: String
  var key: String
  var name: String
}

private struct EnrolmentAnswer: Encodable {
  var device: String
  var member: String
  var agency: String
  var agencyName: String
  var agencyKey: String
  var epoch: Int
  var receiptKey: String
  var pack: String
  var serverTime: Int64

  init(_ written: String, _ enrolment: FieldDesk.Enrolment) {
    device = written
    member = enrolment.device.member.uuid
    agency = enrolment.device.agency.uuid
    agencyName = enrolment.agencyName
    agencyKey = Base64URL.encode(enrolment.agencyKey)
    epoch = enrolment.epoch
    receiptKey = Base64URL.encode(enrolment.receiptKey)
    pack = enrolment.pack
    serverTime = enrolment.serverTime.milliseconds
  }
}
