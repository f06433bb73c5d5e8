import Foundation

extension String {
  /// What a list of names is sorted by: accents and capitals count for nothing, and ñ stands after n, as in a Spanish
  /// dictionary; `Ángel`, `Cañar`, `Carchi`, `Zamora`.
  var listOrder: String {
    lowercased().map { $0 == "ñ" ? "n~" : String($0).folding(options: .diacriticInsensitive, locale: nil) }.joined()
  }
}
