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
    let named = keys(sources)
    let said = texts + Self.everywhere
    return words.borrowed.filter { key in
      named.contains(key)
        || said.contains { $0 == key || $0.hasSuffix(".") && key.hasPrefix($0) }
    }.sorted()
  }

  /// The keys that the templates name, and those that they are put together from.
  private func keys(_ sources: [String: String]) -> Set<String> {
    var (waiting, seen, keys) = (templates + ["common/problem"], Set<String>(), Set<String>())
    while let name = waiting.popLast() {
      guard seen.insert(name).inserted, let source = sources[name] else { continue }
      keys.formUnion(Screen.keys(in: source))
      waiting += source.matches(of: /\{\{[<>]\s*([a-z\-\/]+)\s*\}\}/).map { String($0.1) }
    }
    return keys
  }
}
