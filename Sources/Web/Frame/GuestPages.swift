import Basics
import Foundation

/// Pages outside the public site that people come to without an account, below one address. They can be read in more
/// languages than the rest: in each that has all their texts, and never in half of one.
///
/// The address says the language (`/mine?in=fr`), so that a paper, a link and the switch lead to it without more.
struct GuestPages: Sendable {
  /// The first of their addresses.
  let path: String
  let templates: [String]
  /// The keys that code names on them beside `everywhere`; one that ends with a dot stands for all that begin so.
  let texts: [String]
  /// What remembers the language between these pages, until the browser is closed. Only they get to see it: whoever lends
  /// a telephone goes on reading in their own language. `nil` where nothing may stay on the telephone.
  var cookie: String?

  /// Their templates, and that of what goes wrong.
  var shown: [String] { templates + ["common/problem"] }

  static let all = [MinePages.pages, TipDoor.pages]

  /// Those that an address belongs to.
  static func at(_ path: String) -> GuestPages? {
    all.first { path.hasPrefix($0.path) && (path.utf8.count == $0.path.utf8.count || path.hasPrefix($0.path + "/")) }
  }

  /// What code says on any page: names, days, wrong fields and what went wrong before a page was come to.
  private static let everywhere =
    ["common."]
    + [
      "check_fields", "choose", "conflict", "content_type", "forbidden", "foreign_form", "form_too_large", "malformed",
      "method", "missing", "not_found", "not_signed_in", "once", "storage_full", "text_too_long", "too_large",
      "too_long", "unavailable", "unexpected",
    ].map { "error." + $0 }

  /// The keys of texts that a language lacks for these pages, sorted.
  ///
  /// - Parameter sources: all templates by their names.
  func lacking(_ words: Words, _ sources: [String: String]) -> [String] {
    let said = texts + Self.everywhere
    let named = Set(Screen.reached(from: shown, sources).values.flatMap { Screen.keys(in: $0) } + said)
    let beginnings = said.filter { $0.hasSuffix(".") }
    return words.borrowed.filter { key in
      named.contains(key) || beginnings.contains(where: key.hasPrefix)
    }.sorted()
  }
}
