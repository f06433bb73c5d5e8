import Accounts
import Basics
import Records
import TestSupport
import Testing
import Vault

@testable import Training

private let site = "https://amparo.example.org"

extension School {
  var certificates: CertificateDesk { CertificateDesk(office, pack) }

  /// A class of one session, today, and a certificate for everybody who joined.
  func graduate(_ names: [String]) async throws -> [(link: Token, certificate: Certificate)] {
    let session = TrainingSessionID.random()
    try await desk.addSession(trainer, id: session, to: cohort, day: day("2008-03-10"), title: "Jornada")
    var graduates: [(link: Token, certificate: Certificate)] = []
    for name in names {
      let link = try await join(name)
      let person = try await visitors.seat(link).participant.id
      try await desk.mark(trainer, session, [person: .present])
      graduates.append((link, try await desk.issueCertificate(trainer, id: .random(), for: person)))
    }
    return graduates
  }

  func verdict(_ paper: SignedPaper, withList: Bool = true) async throws -> CertificateVerifier.Verdict {
    let keys = try await certificates.keys()
    let list = try await certificates.revocationList(address: site).map {
      try RevocationList(reading: Array($0.utf8), keys: keys)
    }
    let verifier = CertificateVerifier(keys: keys, revocations: withList ? list : nil, at: office.clock.now())
    let verdicts = Set(paper.signed.forms.map { verifier.check($0.1).verdict })
    #expect(verdicts.count == 1)
    return verdicts.first ?? .malformed
  }
}

@Suite struct CertificateDeskTests {
  @Test(arguments: TestEngine.available) func aSignedPaperIsTheSameEveryTime(_ engine: Engine) async throws {
    try await withSchool(engine) { school in
      let graduates = try await school.graduate(["Zoila Canaria", "Ana Canaria"])
      let desk = school.certificates
      #expect(try await desk.revocationList(address: site) == nil)
      let number = graduates[1].certificate.id
      let first = try await desk.paper(school.trainer, number, address: site)
      #expect(first.name == "Ana Canaria")
      #expect(try await school.verdict(first) == .valid)
      school.time.move(days: 3)
      let again = try await desk.paper(school.trainer, number, address: site)
      #expect(again == first || again.signed.credential == first.signed.credential)
      let own = try await desk.paper(graduates[1].link, name: "ana  canaria", address: site)
      #expect(own.signed.credential.subject == first.signed.credential.subject)
      #expect(try await school.verdict(own) == .valid)
      let all = try await desk.papers(school.trainer, of: school.cohort, address: site)
      #expect(all.map(\.name) == ["Ana Canaria", "Zoila Canaria"])
      #expect(Set(all.map(\.signed.credential.subject)).count == 2)
      #expect(try await desk.keys().keys.count == 1)
      #expect(await refusal { _ = try await desk.paper(school.stranger, number, address: site) }?.kind == .notFound)
      #expect(
        await refusal { _ = try await desk.papers(school.stranger, of: school.cohort, address: site) }?.kind
          == .notFound)
      #expect(
        await refusal { _ = try await desk.paper(graduates[0].link, name: "Ana Canaria", address: site) }?.kind
          == .invalid)
    }
  }

  @Test(arguments: TestEngine.available) func aCertificateEndsAsThePackSays(_ engine: Engine) async throws {
    try await withSchool(engine) { school in
      let graduate = try await school.graduate(["Ana Canaria"])[0]
      #expect(graduate.certificate.validUntil == day("2010-03-10"))
      let paper = try await school.certificates.paper(school.trainer, graduate.certificate.id, address: site)
      school.time.move(days: 730)
      #expect(try await school.verdict(paper) == .valid)
      school.time.move(days: 1)
      #expect(try await school.verdict(paper) == .expired)
    }
  }

  @Test(arguments: TestEngine.available) func whatIsWithdrawnIsOnTheList(_ engine: Engine) async throws {
    try await withSchool(engine) { school in
      let graduate = try await school.graduate(["Ana Canaria"])[0]
      let (desk, trainer, number) = (school.certificates, school.trainer, graduate.certificate.id)
      let paper = try await desk.paper(trainer, number, address: site)
      #expect(await refusal { try await desk.withdraw(school.stranger, number, .misuse) }?.kind == .notFound)
      #expect(await refusal { try await desk.withdraw(trainer, .random(), .misuse) }?.kind == .notFound)
      #expect(try await desk.withdrawn(number) == nil)
      try await desk.withdraw(trainer, number, .wrongName)
      try await desk.withdraw(trainer, number, .misuse)
      #expect(await refusal { try await desk.withdraw(school.stranger, number, .misuse) }?.kind == .notFound)
      #expect(try await school.verdict(paper) == .revoked)
      #expect(try await school.verdict(paper, withList: false) == .valid)
      let withdrawn = try #require(try await desk.withdrawn(number))
      #expect(withdrawn.withdrawn.reason == .wrongName && withdrawn.paper.agency == "OIM Quito")
      #expect(try await desk.withdrawn(trainer, of: school.cohort).map(\.certificate.id) == [number])
      #expect(await refusal { _ = try await school.visitors.check(number) }?.kind == .notFound)
      #expect(await refusal { _ = try await desk.paper(trainer, number, address: site) }?.kind == .notFound)
      let list = try #require(try await desk.revocationList(address: site))
      #expect(list.contains(number.description) && !list.contains("Canaria") && !list.contains("wrong_name"))
      // The person gets another, with a number of its own.
      let person = try await school.visitors.seat(graduate.link).participant.id
      let next = try await school.desk.issueCertificate(trainer, id: .random(), for: person)
      #expect(next.id != number)
      #expect(try await school.verdict(try await desk.paper(trainer, next.id, address: site)) == .valid)
      let actions = try await school.office.database.read { try AuditLog.entries($0) }
        .map(\.entry.action)
      #expect(actions.count { $0 == "certificate.withdraw" } == 1)
      #expect(actions.contains("issuer_key.begin") && actions.contains("certificate.read"))
    }
  }

  @Test(arguments: TestEngine.available) func keysChangeAndOldCertificatesStayValid(_ engine: Engine) async throws {
    try await withSchool(engine) { school in
      let graduate = try await school.graduate(["Ana Canaria"])[0]
      let (desk, trainer, number) = (school.certificates, school.trainer, graduate.certificate.id)
      let old = try await desk.paper(trainer, number, address: site)
      school.time.move(days: 1)
      #expect(await refusal { _ = try await desk.rotate(.member(trainer), address: site) }?.kind == .forbidden)
      let second = try await desk.rotate(.console, address: site)
      #expect(try await school.verdict(old) == .valid)
      let new = try await desk.paper(trainer, number, address: site)
      #expect(new.signed.json.contains(Multikey.encode(second)))
      #expect(new.signed.credential.subject == old.signed.credential.subject)
      #expect(try await school.verdict(new) == .valid)
      // The old private half is gone from the store.
      let sealed = try await school.office.database.read { try CertificateRecords.keys($0).map { $0.sealed != nil } }
      #expect(sealed == [false, true])

      // The second key is stolen. What it signed before that day holds; from then on it counts no more.
      school.time.move(days: 1)
      try await desk.withdrawKey(.console, second, from: school.office.clock.now())
      #expect(try await school.verdict(new) == .valid)
      let third = try await desk.paper(trainer, number, address: site)
      #expect(!third.signed.json.contains(Multikey.encode(second)))
      #expect(try await school.verdict(third) == .valid)
      try await desk.withdrawKey(.console, second, from: school.office.clock.now() - .days(5))
      #expect(try await school.verdict(new) == .keyWithdrawn)
      #expect(try await school.verdict(old) == .valid)
      #expect(
        await refusal { try await desk.withdrawKey(.console, [], from: Moment(milliseconds: 0)) }?.kind == .notFound)
      #expect(try await desk.keys().keys.count == 3)
    }
  }

  @Test(arguments: TestEngine.available) func theSubjectIsRandom(_ engine: Engine) async throws {
    try await withSchool(engine) { school in
      let graduate = try await school.graduate(["Ana Canaria"])[0]
      _ = try await school.certificates.paper(school.trainer, graduate.certificate.id, address: site)
      let signed = try #require(
        try await school.office.database.read { try CertificateRecords.signed(graduate.certificate.id, $0) })
      #expect(signed.subject.count == 16 && signed.publicKey.count == 32)
      // Random, and not a hash of anything: another signing of another person shares nothing.
      #expect(signed.subject[6] >> 4 == 4 && signed.subject[8] >> 6 == 2)
    }
  }
}
