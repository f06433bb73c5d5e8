import Accounts
import Basics
import CountryPack
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Training
import Vault

/// What anybody needs to check a certificate without asking: the page that checks in the browser, served or as one file,
/// the issuer's keys, the list of withdrawn certificates, and who the issuer is.
struct CertificateVerifyPages {
  let desks: Desks
  let settings: SiteSettings

  func add(to routes: Routes) {
    routes.get("/verify", page)
    routes.get("/verify.html") { visit in
      let html = try await VerifyPage(desks: desks, screen: visit.frame.screen, assets: visit.frame.assets)
        .file(address: settings.publicAddress, visit.language)
      return .file(html, name: "verify.html", type: "text/html")
    }
    routes.get("/certificates/keys.json") { _ in
      json(try await desks.certificates.keys().json.canonical)
    }
    routes.get("/certificates/revoked.json") { _ in
      guard let list = try await desks.certificates.revocationList(address: settings.publicAddress) else {
        throw Refusal.notFound
      }
      return json(list)
    }
    routes.get("/issuers/:agency", issuer)
  }

  private func json(_ text: String) -> Answer {
    .whole(
      Response(
        status: .ok, headers: [.contentType: "application/json", .contentLength: String(text.utf8.count)],
        body: ResponseBody(byteBuffer: ByteBuffer(string: text))))
  }

  private func page(_ visit: Visit) async throws -> Answer {
    let verify = VerifyPage(desks: desks, screen: visit.frame.screen, assets: visit.frame.assets)
    var model = try await verify.model(address: settings.publicAddress, visit.language)
    model["verifyScript"] = visit.frame.assets.address("certificates.js")
    return .page("training/verify", model)
  }

  /// The issuer as a controlled identifier document (W3C): its profile and the keys that speak for it.
  private func issuer(_ visit: Visit) async throws -> Answer {
    guard let agency = AgencyID(visit.part("agency")), let name = try await desks.certificates.issuer(agency) else {
      throw Refusal.notFound
    }
    let id = settings.publicAddress + "/issuers/\(agency)"
    let keys = try await desks.certificates.keys().keys.filter {
      $0.address == settings.publicAddress && $0.withdrawnFrom == nil
    }
    let methods = keys.map { key -> JSONValue in
      let multikey = Multikey.encode(key.publicKey)
      return [
        "id": .string(id + "#" + multikey), "type": "Multikey", "controller": .string(id),
        "publicKeyMultibase": .string(multikey),
      ]
    }
    let document: JSONValue = [
      "@context": [
        "https://www.w3.org/ns/cid/v1", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
      ], "id": .string(id), "type": ["Profile"], "name": .string(name), "assertionMethod": .array(methods),
    ]
    return json(document.canonical)
  }
}

/// The page that checks certificates in the browser.
struct VerifyPage {
  let desks: Desks
  let screen: Screen
  let assets: Assets

  /// Texts that the script shows, in the page's own catalog, below this prefix.
  private static let prefix = "training.verify."

  func model(address: String, _ language: Language) async throws -> [String: Any] {
    let keys = try await desks.certificates.keys()
    let revoked = try await desks.certificates.revocationList(address: address).flatMap { JSONValue(reading: $0.utf8) }
    let trust = JSONValue.object(["keys": keys.json["keys"] ?? [], "revoked": revoked ?? .null])
    func dated(_ words: Words) -> String {
      let dates = Dates(words: words, offset: desks.pack.offsetFromUTC, now: desks.office.clock.now())
      return words("training.verify.dated", ["day": dates.day(dates.today), "count": String(keys.keys.count)])
    }
    let texts = screen.languages.reduce(into: [String: JSONValue]()) { all, language in
      let words = screen.words(language)
      var shown = words.texts.filter { $0.key.hasPrefix(Self.prefix) }.reduce(into: [String: JSONValue]()) {
        $0[String($1.key.dropFirst(Self.prefix.count))] = .string($1.value)
      }
      shown["dated"] = .string(dated(words))
      all[language.code] = .object(shown)
    }
    let words = screen.words(language)
    return [
      "title": words("training.verify.title"), "trust": trust.canonical, "texts": JSONValue.object(texts).canonical,
      "lang": language.code, "dated": dated(words),
    ]
  }

  /// The page as one file that needs no server. Its own policy lets nothing in but what stands in it.
  func file(address: String, _ language: Language) async throws -> String {
    var model = try await model(address: address, language)
    // `<` never begins a tag inside of a script: the text is ours, but a later change of it must not end the element.
    let script = String(decoding: assets.all["certificates.js"]?.bytes ?? [], as: UTF8.self)
      .replacing("export async function", with: "async function").replacing("</", with: "<\\/")
    model["inlineScript"] = script
    model["inlineStyle"] = Self.style
    model["policy"] =
      "default-src 'none'; base-uri 'none'; form-action 'none'; script-src '\(Self.hash(script))'; "
      + "style-src '\(Self.hash(Self.style))'"
    model["languageButtons"] = true
    model["languages"] = screen.languages.map { ["code": $0.code, "name": screen.words($0)("common.language")] }
    return try screen.render("training/verify-file", model, language)
  }

  private static func hash(_ text: String) -> String {
    "sha256-" + Data(sha256(Array(text.utf8))).base64EncodedString()
  }

  private static let style = """
    :root{color-scheme:light dark}body{max-width:40rem;margin:0 auto;padding:1rem;font:1rem/1.5 system-ui,sans-serif}\
    h1{font-size:1.6rem}textarea,input,button{font:inherit;max-width:100%}textarea{width:100%;box-sizing:border-box}\
    button{padding:.5rem 1rem}label{display:block;margin-top:1rem;font-weight:600}[hidden]{display:none}\
    .notice{margin:1rem 0;padding:1rem;border:2px solid;border-left-width:.6rem;border-radius:.5rem}\
    .good{border-color:#1d6438}.bad{border-color:#9a2a1d}.verdict{margin:0;font-size:1.25rem;font-weight:700}\
    dt{font-weight:600}dd{margin:0 0 .5rem;overflow-wrap:anywhere}
    """
}

extension Site {
  /// The page that verifies certificates as one file that works without a connection: the issuer's keys and today's list
  /// of withdrawn certificates are in it.
  public func verificationPage(_ language: Language) async throws -> String {
    try await VerifyPage(desks: desks, screen: screen, assets: assets).file(address: settings.publicAddress, language)
  }
}
