import Basics
import Foundation
import NIOCore
import Synchronization
import Testing

@testable import Mail

/// What a carrier does with a mail server that behaves, and with many that don't.
@Suite struct CarrierTests {
  private static let sender = MailAddress("amparo@example.org")

  private func letter(_ number: Int = 1, to: String = "ana@example.net") throws -> Letter {
    let address = try #require(MailAddress(to))
    return try #require(
      Letter(
        id: "m\(number)@amparo.example.org", to: address, subject: "Hay algo nuevo",
        text: "Hay 2 avisos: ¿más?\n.\n..punto\n", at: Moment(milliseconds: 1_790_000_000_000)))
  }

  private func server(
    _ office: PostOffice, host: String = "127.0.0.1", security: MailServer.Security = .none, trust: String? = nil,
    password: String? = nil
  ) throws -> MailServer {
    var server = try MailServer(
      host: host, port: office.port, security: security,
      credentials: password.flatMap { MailServer.Credentials(user: "amparo", password: $0) },
      sender: try #require(Self.sender), ownName: "amparo.example.org", trustFile: trust)
    server.patience.command = .milliseconds(400)
    server.patience.end = .milliseconds(400)
    server.patience.connect = .seconds(2)
    server.patience.farewell = .milliseconds(200)
    return server
  }

  private final class Heard: Sendable {
    let list = Mutex<[String]>([])
    func note(_ index: Int, _ failure: LetterFailure?) {
      list.withLock { $0.append("\(index) \(failure?.rawValue ?? "sent")") }
    }
    var all: [String] { list.withLock { $0 } }
  }

  private func carry(_ letters: [Letter], _ server: MailServer) async throws -> [String] {
    let heard = Heard()
    try await SMTPCarrier(server).carry(letters, begin: { _ in true }, done: { heard.note($0, $1) })
    return heard.all
  }

  /// One try with a server of such manners.
  private func tried(
    _ manners: PostOffice.Manners, letters count: Int = 1, password: String? = nil
  ) async throws -> (heard: [String], letters: Int, commands: [String]) {
    let office = try await PostOffice.open(manners)
    let heard = try await carry((1...count).map { try letter($0) }, server(office, password: password))
    let result = (heard, office.letters.count, office.commands)
    await office.close()
    return result
  }

  @Test func lettersGoOneAfterTheOtherOverOneConnection() async throws {
    let office = try await PostOffice.open(.init())
    let heard = try await carry(
      [try letter(1), try letter(2, to: "berta@example.net")], server(office, password: "frase"))
    #expect(heard == ["0 sent", "1 sent"])
    #expect(
      office.commands == [
        "EHLO amparo.example.org", "AUTH PLAIN AGFtcGFybwBmcmFzZQ==", "MAIL FROM:<amparo@example.org>",
        "RCPT TO:<ana@example.net>", "DATA", "MAIL FROM:<amparo@example.org>", "RCPT TO:<berta@example.net>", "DATA",
        "QUIT",
      ])
    let first = try #require(office.letters.first)
    #expect(first.contains("Message-ID: <m1@amparo.example.org>") && first.contains("To: <ana@example.net>"))
    #expect(first.contains("Auto-Submitted: auto-generated"))
    // Lines of dots come through as they were.
    #expect(first.hasSuffix("Hay 2 avisos: =C2=BFm=C3=A1s?\n.\n..punto\n"))
    await office.close()
  }

  @Test func aWrongPasswordKeepsEverythingBack() async throws {
    var manners = PostOffice.Manners()
    manners.secret = "AGFtcGFybwBmcmFzZQ=="
    #expect(try await tried(manners, letters: 2, password: "otra").heard == ["0 credentials"])
    #expect(try await tried(manners, letters: 2, password: "frase").heard == ["0 sent", "1 sent"])
    manners.replies["AUTH"] = "454 not now"
    #expect(try await tried(manners, password: "frase").heard == ["0 busy"])
    manners.extensions = ["AUTH LOGIN"]
    #expect(try await tried(manners, password: "frase").heard == ["0 credentials"])
  }

  @Test(arguments: [
    ("RCPT", "450 later", "later"), ("RCPT", "550 nobody", "recipient"), ("DATA", "451 later", "later"),
    ("DATA", "554 no", "content"),
  ]) func whatConcernsOneLetterLeavesTheOthers(_ verb: String, _ reply: String, _ failure: String) async throws {
    var manners = PostOffice.Manners()
    manners.replies[verb] = reply
    let result = try await tried(manners, letters: 2)
    #expect(result.heard == ["0 \(failure)", "1 \(failure)"])
    #expect(result.letters == 0 && result.commands.filter { $0 == "RSET" }.count == 2)
  }

  @Test(arguments: [("452 full", "later"), ("554 spam", "content"), ("250 fine", "sent")])
  func theEndOfALetterDecides(_ reply: String, _ failure: String) async throws {
    var manners = PostOffice.Manners()
    manners.afterLetter = reply
    #expect(try await tried(manners, letters: 2).heard == ["0 \(failure)", "1 \(failure)"])
  }

  @Test(arguments: [
    ("MAIL", "550 not you", "sender"), ("MAIL", "451 later", "busy"), ("EHLO", "502 what", "unintelligible"),
    ("EHLO", "421 closing", "disconnected"), ("RCPT", "421 closing", "disconnected"),
    ("MAIL", "hello", "unintelligible"),
    ("RCPT", "250-one\r\n251 two", "unintelligible"), ("RCPT", "250 one\r\n250 two", "unintelligible"),
    ("RCPT", "299", "sent"), ("RCPT", "354 odd", "unintelligible"),
  ]) func whatConcernsAllEndsTheTry(_ verb: String, _ reply: String, _ failure: String) async throws {
    var manners = PostOffice.Manners()
    manners.replies[verb] = reply
    let result = try await tried(manners, letters: 2)
    #expect(result.heard == (failure == "sent" ? ["0 sent", "1 sent"] : ["0 \(failure)"]))
  }

  @Test(arguments: ["EHLO", "MAIL", "RCPT", "DATA", "."])
  func aServerThatLeavesOrFallsSilent(_ verb: String) async throws {
    var manners = PostOffice.Manners()
    manners.leavesOn = verb
    #expect(try await tried(manners).heard == ["0 disconnected"])
    manners = PostOffice.Manners()
    manners.silentOn = verb
    #expect(try await tried(manners).heard == ["0 timed_out"])
  }

  @Test func aSlowServerIsWaitedForAndAClosedDoorIsNoServer() async throws {
    var manners = PostOffice.Manners()
    manners.pause = .milliseconds(100)
    #expect(try await tried(manners).heard == ["0 sent"])
    manners.greeting = "554 no service"
    #expect(try await tried(manners).heard == ["0 unintelligible"])
    let office = try await PostOffice.open(.init())
    let gone = try server(office)
    await office.close()
    #expect(try await carry([letter()], gone) == ["0 unreachable"])
    #expect(try await carry([], gone) == [])
  }

  @Test func tlsComesBeforeTheLetterOrNothingDoes() async throws {
    var manners = PostOffice.Manners()
    manners.offersTLS = true
    try await TestCertificate.withFile { file in
      let office = try await PostOffice.open(manners)
      let safe = try server(office, host: "localhost", security: .startTLS, trust: file, password: "frase")
      #expect(try await carry([letter()], safe) == ["0 sent"])
      #expect(office.commands.prefix(4).map { $0.split(separator: " ")[0] } == ["EHLO", "STARTTLS", "EHLO", "AUTH"])
      // A certificate that nobody vouches for.
      let strange = try server(office, host: "localhost", security: .startTLS, password: "frase")
      #expect(try await carry([letter()], strange) == ["0 insecure"])
      // One that is somebody else's.
      let other = try server(office, host: "127.0.0.1", security: .startTLS, trust: file, password: "frase")
      #expect(try await carry([letter()], other) == ["0 insecure"])
      #expect(office.commands.filter { $0.hasPrefix("AUTH") }.count == 1 && office.letters.count == 1)
      await office.close()
    }
    // A server without it.
    let plain = try await PostOffice.open(.init())
    #expect(
      try await carry([letter()], server(plain, host: "localhost", security: .startTLS, password: "frase"))
        == ["0 insecure"])
    #expect(!plain.commands.contains { $0.hasPrefix("AUTH") })
    await plain.close()
  }

  @Test func whatIsSaidBeforeTLSIsNotHeardAfterIt() async throws {
    var manners = PostOffice.Manners()
    manners.offersTLS = true
    manners.injected = "250 injected"
    try await TestCertificate.withFile { file in
      let office = try await PostOffice.open(manners)
      let safe = try server(office, host: "localhost", security: .startTLS, trust: file)
      let heard = try await carry([letter()], safe)
      #expect(heard == ["0 unintelligible"] || heard == ["0 insecure"])
      #expect(office.letters.isEmpty)
      await office.close()
    }
  }

  @Test func whoMayNotBeginLeavesTheLetterOut() async throws {
    let office = try await PostOffice.open(.init())
    let heard = Heard()
    let letters = try (1...3).map { try letter($0) }
    try await SMTPCarrier(server(office)).carry(letters, begin: { $0 != 1 }, done: { heard.note($0, $1) })
    #expect(heard.all == ["0 sent", "2 sent"] && office.letters.count == 2)
    await office.close()
  }

  @Test func aProgramThatStopsEndsTheTryInTime() async throws {
    var manners = PostOffice.Manners()
    manners.silentOn = "."
    let office = try await PostOffice.open(manners)
    var slow = try server(office)
    slow.patience.end = .minutes(10)
    let (carrier, heard, one) = (try SMTPCarrier(slow), Heard(), try letter())
    let task = Task { await carrier.carry([one, one], begin: { _ in true }, done: { heard.note($0, $1) }) }
    while office.letters.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
    let began = ContinuousClock.now
    task.cancel()
    await task.value
    #expect(began.duration(to: .now) < .seconds(180) && heard.all == ["0 disconnected"])
    await office.close()
  }

  @Test func onlyThisMachineIsTrustedWithoutTLS() throws {
    let sender = try #require(Self.sender)
    func problem(_ host: String, _ port: Int = 25, _ security: MailServer.Security = .none) -> MailServerProblem? {
      do throws(MailServerProblem) {
        _ = try MailServer(host: host, port: port, security: security, sender: sender, ownName: "a b")
        return nil
      } catch { return error }
    }
    #expect(problem("mail.example.org") == .notSafe && problem("localhost") == nil)
    #expect(problem("mail example", 587, .tls) == .host && problem("", 587, .tls) == .host)
    #expect(problem("mail.example.org", 0, .tls) == .port && problem("mail.example.org", 465, .tls) == nil)
    #expect(MailServer.Credentials(user: "a\0b", password: "c") == nil)
  }
}
