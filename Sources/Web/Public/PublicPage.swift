import Accounts
import Basics
import CountryPack

/// A page that anybody may read, the same for everybody: `/es/signs`, `/en/signs`. Nothing of it may depend on who asks, so
/// that it is made once and sent many times (`PublicDoor`). `search` and what begins with `card/` are the door's own.
struct PublicPage: Sendable {
  /// The address below the language, without slashes at its ends: `"signs"`, `"news/:slug"`; empty for the front page.
  var path: String
  /// The key of its entry in the public menu; `nil` for pages that are reached from others.
  var menu: String?
  /// Whether that entry stands at the foot of every page instead: for who looks for it, not for who needs help.
  var isAtFoot = false
  /// Whether it is made anew for each question, as what is searched for is.
  var isMadeEachTime = false
  /// Makes the page. Throws `Refusal.notFound` for a part that names nothing.
  var make: @Sendable (PublicVisit) async throws -> PublicAnswer

  /// - Returns: the parts of the address by name; `nil` when this page is not meant.
  func match(_ pieces: [String]) -> [String: String]? {
    let names = path.split(separator: "/").map(String.init)
    guard names.count == pieces.count else { return nil }
    var parts: [String: String] = [:]
    for (name, piece) in zip(names, pieces) {
      if name.hasPrefix(":") {
        parts[String(name.dropFirst())] = piece
      } else if name != piece {
        return nil
      }
    }
    return parts
  }
}

/// One question for a public page. It knows no member, no cookie and no client.
struct PublicVisit: Sendable {
  let desks: Desks
  let settings: SiteSettings
  let words: Words
  /// The parts of the address, by the names in `PublicPage.path`.
  let parts: [String: String]
  /// The address's query, only on pages that are made each time.
  let query: Form
  /// What all rooms have, for pages that lead to others.
  var catalog: PublicCatalog?

  var language: Language { words.language }
  var pack: CountryPack { desks.pack }
  var dates: Dates { Dates(words: words, offset: desks.pack.offsetFromUTC, now: desks.office.clock.now()) }

  func part(_ name: String) -> String { parts[name] ?? "" }

  /// An address of the public site in this language, for example `address("news/minga")`.
  func address(_ path: String) -> String { path.isEmpty ? "/\(language)" : "/\(language)/\(path)" }

  /// An open page that is none of the public site's, in the language in which one reads: the address says it, so that no
  /// cookie has to.
  func open(_ path: String) -> String { "\(path)?in=\(language)" }
}

/// What a public page answers.
struct PublicAnswer: Sendable {
  // @unchecked Sendable: a model is a dictionary or struct of plain values that is made for one answer and read once.
  enum Content: @unchecked Sendable {
    /// A template that fills `public-layout`, and the values it shows.
    case page(template: String, model: Any)
    /// A feed, a picture, a file.
    case file([UInt8], type: String)
    /// The page moved: an address of this site.
    case moved(String)
  }

  var content: Content
  /// What search engines, cards and readers of feeds are told; `nil` for files.
  var about: PublicAbout?

  static func page(_ template: String, _ model: Any = [String: Any](), _ about: PublicAbout) -> PublicAnswer {
    PublicAnswer(content: .page(template: template, model: model), about: about)
  }

  static func file(_ bytes: [UInt8], type: String) -> PublicAnswer {
    PublicAnswer(content: .file(bytes, type: type))
  }

  static func moved(_ address: String) -> PublicAnswer { PublicAnswer(content: .moved(address)) }
}

/// What a public page says of itself in its head.
struct PublicAbout: Sendable {
  /// The text itself, not its key.
  var title: String
  /// One sentence, at most about 160 signs.
  var description: String
  /// The languages in which the page exists. Where it is empty: the site's own, and any further one that has all texts of
  /// the page's template. A page whose content is not in the template says its languages here.
  var languages: [Language] = []
  /// What it is in the vocabulary of schema.org, as one JSON object; `nil` for a plain page.
  var structuredData: String?
}

/// A room that has pages for the public.
protocol PublicRoom: Sendable {
  var publicPages: [PublicPage] { get }
  /// What can be found by searching and stands in the sitemap, in one language.
  func publicEntries(_ visit: PublicVisit) async throws -> [PublicEntry]
}

extension PublicRoom {
  func publicEntries(_ visit: PublicVisit) async throws -> [PublicEntry] { [] }
}

/// One thing of the public site that can be found.
struct PublicEntry: Sendable {
  /// Below the language, as `PublicPage.path` with its parts filled.
  var path: String
  var title: String
  /// One sentence.
  var description: String
  /// All of its text, for searching.
  var text: String
  /// The day of its last change, where it is known.
  var changed: CalendarDay?
  /// The languages in which it exists; the site's own where it is empty.
  var languages: [Language] = []
}
