import Basics

/// How many cases stand on exactly which of the lists: one count for each capture history but the empty one, which is
/// what is to be estimated.
public struct HistoryTable: Hashable, Sendable {
  /// More lists are merged first: from seven on the models are too many and the overlaps too thin.
  public static let mostLists = 6

  public let lists: [String]
  /// By history: bit `i` is set when the case stands on list `i`. Place 0 is 0.
  public private(set) var counts: [Double]

  /// - Parameters:
  ///   - lists: two to six names.
  ///   - counts: 2 to the number of lists; place 0 must be 0.
  ///
  /// Throws `HistoryProblem` in plain words.
  public init(lists: [String], counts: [Double]) throws(HistoryProblem) {
    guard lists.count >= 2 else {
      throw HistoryProblem(
        es: "una estimación necesita al menos dos listas; con una sola nada dice a cuántas personas no llegó",
        en: "an estimate needs at least two lists; with one list nothing says how many it misses")
    }
    guard lists.count <= Self.mostLists else {
      throw .tooManyLists(lists.count)
    }
    guard counts.count == 1 << lists.count, counts[0] == 0,
      counts.allSatisfy({ $0 >= 0 && $0.isFinite })
    else {
      throw HistoryProblem(
        es: "los conteos no corresponden a las listas", en: "the counts do not fit the lists")
    }
    guard counts.reduce(0, +) <= 1e9 else {
      throw HistoryProblem(es: "más de mil millones de casos", en: "more than a thousand million cases")
    }
    self.lists = lists
    self.counts = counts
  }

  /// The cases on any list.
  public var observed: Double { counts.reduce(0, +) }

  /// The cases on every list of the set, and perhaps on more.
  public func onAll(_ set: Int) -> Double {
    var sum = 0.0
    for (history, count) in counts.enumerated() where history & set == set { sum += count }
    return sum
  }

  /// Histories that occur, one bit each.
  var support: UInt64 {
    var bits: UInt64 = 0
    for (history, count) in counts.enumerated() where count > 0 { bits |= 1 << UInt64(history) }
    return bits
  }

  /// The names of a set of lists.
  public func names(_ set: Int) -> String {
    lists.indices.filter { set.holds($0) }.map { lists[$0] }.joined(separator: "+")
  }

  /// The same with other counts, as resampling makes them.
  func with(counts: [Double]) -> HistoryTable {
    var table = self
    table.counts = counts
    return table
  }

  /// Without a list; cases on that list alone leave the table.
  public func without(_ list: Int) throws(HistoryProblem) -> HistoryTable {
    var kept = [Double](repeating: 0, count: counts.count / 2)
    for (history, count) in counts.enumerated() {
      let low = history & ((1 << list) - 1)
      kept[low | (history >> (list + 1)) << list] += count
    }
    kept[0] = 0
    var names = lists
    names.remove(at: list)
    return try HistoryTable(lists: names, counts: kept)
  }

  /// With two lists counted as one.
  public func merging(_ first: Int, _ second: Int) throws(HistoryProblem) -> HistoryTable {
    let (low, high) = (min(first, second), max(first, second))
    var merged = [Double](repeating: 0, count: counts.count / 2)
    for (history, count) in counts.enumerated() where count > 0 {
      let joined = history | (history >> high & 1) << low
      merged[joined & ((1 << high) - 1) | (joined >> (high + 1)) << high] += count
    }
    var names = lists
    names[low] = "\(lists[low])+\(lists[high])"
    names.remove(at: high)
    return try HistoryTable(lists: names, counts: merged)
  }

  /// What stands in the way of any estimate, and what weakens it, in words.
  public func findings() -> (problem: LocalizedText?, warnings: [LocalizedText]) {
    var warnings: [LocalizedText] = []
    guard observed > 0 else {
      return (LocalizedText(es: "ningún caso está en ninguna lista", en: "no case stands on any list"), [])
    }
    for list in lists.indices where onAll(1 << list) == 0 {
      return (
        LocalizedText(
          es: "la lista «\(lists[list])» está vacía; quítela", en: "the list “\(lists[list])” is empty; leave it out"),
        []
      )
    }
    var overlaps = 0
    for first in lists.indices {
      for second in lists.indices where second > first {
        let both = onAll(1 << first | 1 << second)
        if both > 0 { overlaps += 1 }
        for (inner, outer) in [(first, second), (second, first)] where both > 0 && both == onAll(1 << inner) {
          let twins = both == onAll(1 << outer)
          if lists.count == 2 {
            return (
              twins
                ? LocalizedText(
                  es: "las dos listas tienen los mismos casos, así que nada dice cuántos faltan",
                  en: "both lists hold the same cases, so nothing says how many are missed")
                : LocalizedText(
                  es:
                    "todos los casos de «\(lists[inner])» están también en «\(lists[outer])»: una lista dentro de otra "
                    + "dice que no falta nadie, y eso no es una estimación",
                  en: "every case of “\(lists[inner])” also stands on “\(lists[outer])”: one list inside another says "
                    + "that nothing is hidden, which is no estimate"),
              []
            )
          }
          if !(twins && inner == second) {
            warnings.append(
              LocalizedText(
                es: "todos los casos de «\(lists[inner])» están también en «\(lists[outer])»; apenas son dos fuentes, "
                  + "cuéntelas como una",
                en: "every case of “\(lists[inner])” also stands on “\(lists[outer])”; they are hardly two sources, "
                  + "merge them"))
          }
        }
      }
    }
    guard overlaps > 0 else {
      return (
        LocalizedText(
          es: "ningún caso está en dos listas; sin coincidencias el número oculto puede ser cualquiera, así que no se "
            + "muestra nada",
          en:
            "no case stands on two lists; without any overlap the hidden number can be anything, so nothing is printed"
        ), []
      )
    }
    let multiple = counts.enumerated().reduce(0.0) { $0 + ($1.offset.nonzeroBitCount > 1 ? $1.element : 0) }
    if multiple < 10 {
      let few = Int(multiple.rounded())
      warnings.append(
        LocalizedText(
          es: "solo \(few) casos están en dos listas o más; todo depende de ellos",
          en: "only \(few) cases stand on two lists or more; everything hangs on them"))
    }
    if lists.count == 2 {
      warnings.append(
        LocalizedText(
          es:
            "dos listas no muestran si encuentran a las mismas personas más a menudo que por azar; la independencia se "
            + "supone, no se prueba",
          en: "two lists can't show whether they find the same people more often than chance; independence is assumed, "
            + "not tested"))
    }
    for first in lists.indices {
      for second in lists.indices where second > first && onAll(1 << first | 1 << second) == 0 {
        warnings.append(
          LocalizedText(
            es: "ningún caso está a la vez en «\(lists[first])» y en «\(lists[second])»",
            en: "no case stands on both “\(lists[first])” and “\(lists[second])”"))
      }
    }
    return (nil, warnings)
  }
}

/// What is wrong with a table of histories, in one sentence without a full stop.
public struct HistoryProblem: Error, Hashable, Sendable {
  /// Counted from 1; 0 when the whole table is meant.
  public var line: Int
  public var words: LocalizedText

  public init(line: Int = 0, _ words: LocalizedText) {
    self.line = line
    self.words = words
  }

  public init(line: Int = 0, es: String, en: String) { self.init(line: line, LocalizedText(es: es, en: en)) }

  /// The English sentence, for a terminal.
  public var message: String { words[.english] }

  static func tooManyLists(_ count: Int, line: Int = 0) -> HistoryProblem {
    HistoryProblem(
      line: line,
      es: "\(count) listas son más de \(HistoryTable.mostLists); cuente como una las que se parecen, así: A+B",
      en: "\(count) lists are more than \(HistoryTable.mostLists); merge those that are alike, as A+B")
  }
}
