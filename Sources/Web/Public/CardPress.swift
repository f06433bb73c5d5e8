import Basics
import Documents
import Foundation

/// Draws the pictures that stand beside shared links, one after the other: a crowd that asks for many of them takes one
/// core and leaves the others to the readers.
actor CardPress {
  func card(_ about: PublicAbout, _ visit: PublicVisit, _ settings: SiteSettings) throws -> [UInt8] {
    let host = URL(string: settings.publicAddress)?.host() ?? ""
    let product = visit.words("common.product")
    let card = ShareCard(
      title: about.title, sentence: about.description, foot: host.isEmpty ? product : "\(product) · \(host)")
    return try card.png(visit.language)
  }
}
