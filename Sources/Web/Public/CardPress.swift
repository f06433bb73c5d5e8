import Basics
import Dispatch
import Documents
import Foundation

/// Draws the pictures that stand beside shared links, one after the other and on a thread of its own: a crowd that asks for
/// many of them keeps no reader of a page waiting.
final class CardPress: Sendable {
  private let queue = DispatchQueue(label: "amparo.cards", qos: .utility)

  func card(_ about: PublicAbout, _ visit: PublicVisit) async throws -> [UInt8] {
    let host = URL(string: visit.settings.publicAddress)?.host() ?? ""
    let product = visit.words("common.product")
    let card = ShareCard(
      title: about.title, sentence: about.description, foot: host.isEmpty ? product : "\(product) · \(host)")
    let language = visit.language
    return try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Result { try card.png(language) }) }
    }
  }
}
