import Foundation
import Testing
import Vault

@Suite struct WebhookSecretTests {
  /// The vector of Standard Webhooks' own libraries
  /// (github.com/standard-webhooks/standard-webhooks, libraries/javascript, `sign function works`).
  @Test func theSignatureIsTheSpecifications() throws {
    let secret = try #require(WebhookSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
    let signature = secret.signature(
      id: "msg_p5jXN8AQM9LWM0D4loKWxJek", seconds: 1_614_265_330, body: Array(#"{"test": 2432232314}"#.utf8))
    #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
  }

  @Test func everyPartIsSigned() {
    let secret = WebhookSecret()
    let body = Array("{}".utf8)
    let signature = secret.signature(id: "a", seconds: 1, body: body)
    #expect(signature == secret.signature(id: "a", seconds: 1, body: body))
    #expect(signature != secret.signature(id: "b", seconds: 1, body: body))
    #expect(signature != secret.signature(id: "a", seconds: 2, body: body))
    #expect(signature != secret.signature(id: "a", seconds: 1, body: body + [32]))
    #expect(signature != WebhookSecret().signature(id: "a", seconds: 1, body: body))
  }

  @Test func theTextIsReadStrictly() {
    let text = WebhookSecret().exposedText
    #expect(WebhookSecret(text)?.exposedText == text)
    for wrong in ["", "whsec_", "whsec_AAAA", String(text.dropFirst(6)), text + "*"] {
      #expect(WebhookSecret(wrong) == nil, "\(wrong)")
    }
    #expect("\(WebhookSecret())" == "[sealed]")
  }
}
