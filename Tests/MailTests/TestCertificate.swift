import Foundation
import NIOSSL

/// A certificate for `localhost` that nobody trusts, with its key: made for these tests and of use nowhere else.
enum TestCertificate {
  static let certificate = """
    -----BEGIN CERTIFICATE-----
    MIIBlDCCATugAwIBAgIUdv2MB7Uc/hZ0pOqk5ApbvxQAIm4wCgYIKoZIzj0EAwIw
    FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTIwMTE2NTkxMVoYDzIxMjYxMTA3
    MTY1OTExWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
    PQMBBwNCAASNXWwZ7T8xZXy6RsMM5hRXEhfKznv9qd25FVCTa47/ikut3wIk0kI2
    KZxgcIssXPEqKx/U/WNT35vsE+0eIVZDo2kwZzAdBgNVHQ4EFgQU5lnTZBsS4GbC
    gYfgty0pnK50tG8wHwYDVR0jBBgwFoAU5lnTZBsS4GbCgYfgty0pnK50tG8wDwYD
    VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
    RwAwRAIgSa7QD2eaWn6RlGseNXCdRfy3kgMuX+4nyNZCMgVImBMCIAfdFJs55Ian
    GQxn1vuGUonCl9C1gtttUINXFvjKuZAn
    -----END CERTIFICATE-----
    """

  private static let key = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgXuCqRx0iEI0gUm0s
    o/8XkJZVbr8OA2/JHV8F7TYMzQihRANCAASNXWwZ7T8xZXy6RsMM5hRXEhfKznv9
    qd25FVCTa47/ikut3wIk0kI2KZxgcIssXPEqKx/U/WNT35vsE+0eIVZD
    -----END PRIVATE KEY-----
    """

  static func context() throws -> NIOSSLContext {
    let chain = try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8)).map(NIOSSLCertificateSource.certificate)
    let own = try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem)
    return try NIOSSLContext(
      configuration: .makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(own)))
  }

  /// Runs work with a file that holds the certificate.
  static func withFile<Result>(_ work: (String) async throws -> Result) async throws -> Result {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("amparo-\(UUID().uuidString).pem")
    try Data(certificate.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    return try await work(file.path)
  }
}
