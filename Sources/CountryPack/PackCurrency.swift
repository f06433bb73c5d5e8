import Basics
import Foundation

/// A currency in which budgets and spending are counted, and when it was used.
public struct PackCurrency: Hashable, Sendable {
  /// ISO 4217, for example `USD`.
  public var code: String
  public var name: LocalizedText
  /// `nil`: as far back as anybody looks.
  public var from: CalendarDay?
  /// The last day; `nil` while it is used.
  public var until: CalendarDay?
  public var source: String
  public var certainty: Certainty

  /// Whether money of that day can be in this currency.
  public func isUsed(on day: CalendarDay) -> Bool {
    from.map { $0 <= day } != false && until.map { day <= $0 } != false
  }
}

extension PackLoader {
  /// Reads `currencies.yaml`; a pack may have none, and then its plans hold no money.
  func currencies() -> [PackCurrency] {
    let file = "currencies.yaml"
    guard FileManager.default.fileExists(atPath: folder.appending(path: file).path), let head = yaml(file) else {
      return []
    }
    head.allow("currencies")
    var seen: Set<String> = []
    return (head.child("currencies")?.items ?? []).map { item in
      item.allow("code", "name", "from", "until", "source", "certainty")
      let code = item.text("code")
      if !code.isEmpty, code.utf8.count != 3 || !code.utf8.allSatisfy({ (65...90).contains($0) }) {
        item.note("“code” must be three capital letters as in ISO 4217")
      }
      if !seen.insert(code).inserted { item.note("“\(code)” stands already above") }
      let (from, until) = (item.optionalDay("from"), item.optionalDay("until"))
      if let from, let until, until < from { item.note("“until” lies before “from”") }
      return PackCurrency(
        code: code, name: item.localized("name", languages), from: from, until: until, source: item.text("source"),
        certainty: item.value("certainty", or: .unverified))
    }
  }
}
