import Basics
import Crypto
import Foundation
import Vault

public enum AttemptEntity {}
public enum TicketEntity {}
public typealias AttemptID = Identifier<AttemptEntity>
public typealias TicketID = Identifier<TicketEntity>

/// The way from the live site into practice: works once, for a few minutes, and names nobody.
public struct PracticeTicket: Hashable, Sendable, Codable {
  /// How long it works.
  public static let life = Span.minutes(10)

  public var id: TicketID
  /// The attempt it begins, or goes on with.
  public var attempt: AttemptID
  public var exercise: String
  public var language: Language
  /// Who practises, as the live site knows to recognise and practice does not: a keyed tag.
  public var person: String
  /// The class, the same way; `nil` for members who practise on their own.
  public var group: String?
  public var until: Moment

  public init(
    id: TicketID, attempt: AttemptID, exercise: String, language: Language, person: String, group: String?,
    until: Moment
  ) {
    self.id = id
    self.attempt = attempt
    self.exercise = exercise
    self.language = language
    self.person = person
    self.group = group
    self.until = until
  }
}

/// Seals tickets: what is in them can be neither read nor changed on the way. Both sites hold the key, which the live
/// site's secret gives; it opens nothing else.
public struct PracticeSeal: Sendable {
  private let key: SymmetricKey

  public init(live root: RootSecret) { key = root.derive("practice-ticket") }

  public func seal(_ ticket: PracticeTicket) throws -> String {
    let box = try AES.GCM.seal(try JSONEncoder().encode(ticket), using: key)
    // The nonce has its usual twelve bytes, so that the combined form is there.
    return Base64URL.encode(Array(box.combined ?? Data()))
  }

  /// `nil` for anything that this key did not seal.
  public func open(_ text: String) -> PracticeTicket? {
    guard (40...2000).contains(text.utf8.count), let bytes = Base64URL.decode(text),
      let box = try? AES.GCM.SealedBox(combined: bytes),
      let json = try? AES.GCM.open(box, using: key)
    else { return nil }
    return try? JSONDecoder().decode(PracticeTicket.self, from: json)
  }
}
