import Basics

/// What a certificate is and how one checks it: for an employer, an institution, somebody who was shown one.
struct CertificatesRoom: PublicRoom {
  var publicPages: [PublicPage] {
    [PublicPage(path: "certificates", menu: "rooms.certificates.menu", isAtFoot: true, make: page)]
  }

  func publicEntries(_ visit: PublicVisit) async throws -> [PublicEntry] {
    let words = visit.words
    let (title, lead) = (words("rooms.certificates.title"), words("rooms.certificates.lead"))
    let texts = ["what", "how", "number", "file"].map { words("rooms.certificates.\($0)_more") }
    return [
      PublicEntry(
        path: "certificates", title: title, description: lead, text: ([title, lead] + texts).joined(separator: " "))
    ]
  }

  private func page(_ visit: PublicVisit) async throws -> PublicAnswer {
    .page(
      "public/certificates",
      // To be read on paper, or told by telephone.
      [
        "courses": visit.address("courses"), "check": visit.settings.publicAddress + "/certificate",
        "toCheck": visit.open("/certificate"), "toVerify": visit.open("/verify"),
      ],
      PublicAbout(
        title: visit.words("rooms.certificates.title"), description: visit.words("rooms.certificates.lead")))
  }
}
