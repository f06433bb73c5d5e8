import Accounts
import Basics
import CountryPack
import Dispatch
import Documents
import Hummingbird
import NIOCore
import Training

/// A certificate as a file: PDF on either paper, Open Badges as JSON or JWT.
enum CertificateFile: String, CaseIterable {
  case a4, letter, json, jwt

  var paper: Paper? { Paper(rawValue) }
}

/// Makes the files.
struct CertificatePress: Sendable {
  let settings: SiteSettings
  let frame: Frame

  init(_ visit: Visit, _ settings: SiteSettings) { self.init(settings: settings, frame: visit.frame) }

  init(settings: SiteSettings, frame: Frame) {
    self.settings = settings
    self.frame = frame
  }

  /// One certificate as a file.
  func answer(_ paper: SignedPaper, as file: CertificateFile) async throws -> Answer {
    let number = paper.paper.certificate.id.description
    switch file {
    case .json:
      return .file(Array(paper.signed.json.utf8), name: "certificado-\(number).json", type: "application/json")
    case .jwt: return .file(Array(paper.signed.jwt.utf8), name: "certificado-\(number).jwt", type: "application/jwt")
    case .a4, .letter:
      return .file(
        try await pdf([paper], on: file.paper ?? .a4), name: "certificado-\(number).pdf", type: "application/pdf")
    }
  }

  /// Many certificates as one PDF, drawn on a thread of its own: a thousand take seconds.
  func pdf(_ papers: [SignedPaper], on paper: Paper) async throws -> [UInt8] {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global(qos: .userInitiated).async {
        continuation.resume(with: Result { try draw(papers, on: paper) })
      }
    }
  }

  private func draw(_ papers: [SignedPaper], on paper: Paper) throws -> [UInt8] {
    let spanish = frame.screen.words(.spanish)
    // Without a name, and dated by the newest certificate: the same class gives the same file.
    let created = papers.map(\.signed.credential.validFrom).max() ?? 0
    return try PDFDocument.make(
      title: spanish("training.certificate.heading"), created: Moment(milliseconds: created * 1000), language: .spanish
    ) { document in
      for one in papers { try drawing(one).draw(in: document, on: paper) }
    }
  }

  private func drawing(_ one: SignedPaper) throws -> CertificateDrawing {
    let link = one.signed.link
    let spanish = frame.screen.words(.spanish)
    let practice =
      settings.isDemonstration ? spanish("common.practice") + " " + spanish("common.practice_more") : nil
    return CertificateDrawing(
      agency: one.paper.agency, name: one.name, first: side(one.paper, .spanish), second: side(one.paper, .english),
      number: CertificateSheet.grouped(one.paper.certificate.id), code: one.paper.certificate.code,
      address: settings.publicAddress + "/certificate/\(one.paper.certificate.id)", qr: try Self.code(link),
      link: link, practice: practice)
  }

  /// A code that can lose 15 % and still be read, or, where the names are very long, 7 %.
  static func code(_ link: String) throws(DocumentProblem) -> QRCode {
    do { return try QRCode(link, correction: .medium) } catch { return try QRCode(link, correction: .low) }
  }

  private func side(_ paper: CertificatePaper, _ language: Language) -> CertificateDrawing.Side {
    let (words, pack) = (frame.screen.words(language), frame.desks.pack)
    let dates = Dates(words: words, offset: pack.offsetFromUTC, now: frame.desks.office.clock.now())
    let (cohort, certificate) = (paper.cohort, paper.certificate)
    return CertificateDrawing.Side(
      heading: words("training.certificate.heading"), given: words("training.certificate.given"),
      reason: words(
        "training.certificate.for", ["attended": String(certificate.attended), "held": String(certificate.held)]),
      course: cohort.title(pack, language), programme: pack.training.programme.name[language],
      occasion: words(
        "training.certificate.where", ["place": cohort.place, "days": dates.range(cohort.from, cohort.until)]),
      issued: CertificateSheet.issued(certificate, words, dates),
      signature: words("training.papers.signature"), numberLabel: words("training.check.number"),
      codeLabel: words("training.check.code"), verify: words("training.papers.scan"))
  }
}

extension Site {
  /// Certificates as one PDF, as the pages make it.
  public func certificates(_ papers: [SignedPaper], on paper: Paper) async throws -> [UInt8] {
    try await CertificatePress(settings: settings, frame: Frame(site: self, navigation: [])).pdf(papers, on: paper)
  }
}
