import Basics
import Foundation

/// What can be found on the public site in one language, ready to be searched. Accents and capitals make no difference.
struct PublicIndex: Keepable {
  /// A thing that was found, best first.
  struct Found: Sendable {
    var entry: PublicEntry
    var score: Int
  }

  /// A piece of text, and whether it is one of the words that were looked for.
  struct Piece: Sendable, Equatable {
    var text: String
    var isMarked: Bool
  }

  let entries: [PublicEntry]
  let freshFor: Duration = .seconds(30)
  let size: Int
  /// Every word that stands somewhere, folded, in order.
  private let words: [String]
  /// Where each of them stands, and what it counts for there.
  private let places: [[(entry: Int, weight: Int)]]

  /// The most signs and the most words of a question.
  static let longest = 100
  static let mostWords = 8

  init(_ entries: [PublicEntry]) {
    self.entries = entries
    var numbers: [String: Int] = [:]
    var found: [(places: [(entry: Int, weight: Int)], field: Int, count: Int)] = []
    for (index, entry) in entries.enumerated() {
      for (field, (text, weight, most)) in [(entry.title, 8, 1), (entry.description, 3, 1), (entry.text, 1, 4)]
        .enumerated()
      {
        for word in FoldedWords(text).all {
          let number = numbers[word] ?? found.count
          if number == found.count {
            numbers[word] = number
            found.append((places: [], field: -1, count: 0))
          }
          let here = index * 3 + field
          found[number].count = found[number].field == here ? found[number].count + 1 : 1
          found[number].field = here
          guard found[number].count <= most else { continue }
          if let last = found[number].places.last, last.entry == index {
            found[number].places[found[number].places.count - 1].weight += weight
          } else {
            found[number].places.append((entry: index, weight: weight))
          }
        }
      }
    }
    let sorted = numbers.sorted { $0.key < $1.key }
    words = sorted.map(\.key)
    places = sorted.map { found[$0.value].places }
    size = entries.reduce(0) { $0 + $1.title.utf8.count + $1.description.utf8.count + 3 * $1.text.utf8.count }
  }

  /// The words of a question that are looked for: short ones only where there are no others.
  static func asked(_ question: String) -> [String] {
    let cut = question.prefix(longest)
    var all = FoldedWords(String(cut)).all
    // The last word was cut in two.
    if cut.endIndex < question.endIndex, !question[cut.endIndex].isWhitespace, all.count > 1 { all.removeLast() }
    var seen: Set<String> = []
    all = all.filter { seen.insert($0).inserted }
    let long = all.filter { $0.count >= 3 }
    return Array((long.isEmpty ? all : long).prefix(mostWords))
  }

  /// Everything in which all words stand, or words that begin with them; best first. A title counts for more than the
  /// sentence below it, and that for more than the text; a whole word counts twice.
  func search(_ asked: [String]) -> [Found] {
    guard let first = asked.first else { return [] }
    var scores = scores(of: first)
    for word in asked.dropFirst() where !scores.isEmpty {
      let further = self.scores(of: word)
      scores = scores.reduce(into: [:]) { all, score in
        if let more = further[score.key] { all[score.key] = score.value + more }
      }
    }
    let whole = asked.joined(separator: " ")
    return scores.map { index, score in
      let isWhole = asked.count > 1 && FoldedWords(entries[index].title).all.joined(separator: " ").contains(whole)
      return (index: index, score: score + (isWhole ? 10 : 0))
    }
    // Of equals, the one that its room names first.
    .sorted { ($1.score, $0.index) < ($0.score, $1.index) }
    .map { Found(entry: entries[$0.index], score: $0.score) }
  }

  private func scores(of word: String) -> [Int: Int] {
    // A prefix of one or two letters would find everything.
    let takesBeginnings = word.count >= 3
    var scores: [Int: Int] = [:]
    var index = firstIndex(notBelow: word)
    while index < words.count, words[index] == word || (takesBeginnings && words[index].hasPrefix(word)) {
      let factor = words[index] == word ? 2 : 1
      for place in places[index] { scores[place.entry] = max(scores[place.entry] ?? 0, place.weight * factor) }
      index += 1
    }
    return scores
  }

  private func firstIndex(notBelow word: String) -> Int {
    var (low, high) = (0, words.count)
    while low < high {
      let middle = (low + high) / 2
      if words[middle] < word { low = middle + 1 } else { high = middle }
    }
    return low
  }

  // MARK: The words in their surroundings

  /// A part of a text around the first of the words, with the words marked; its beginning where none stands in it.
  /// - Parameter length: how many words long.
  static func snippet(_ text: String, _ asked: [String], length: Int = 28) -> [Piece] {
    let text = String(text.prefix(20_000))
    let words = text.split(whereSeparator: \.isWhitespace)
    let marks = words.map { isMeant($0, asked) }
    let first = marks.firstIndex(of: true) ?? 0
    let start = max(0, min(first - 6, words.count - length))
    let end = min(words.count, start + length)
    var pieces: [Piece] = start > 0 ? [Piece(text: "… ", isMarked: false)] : []
    for index in start..<end {
      if marks[index] {
        pieces.append(Piece(text: String(words[index]), isMarked: true))
        pieces.append(Piece(text: " ", isMarked: false))
      } else if let last = pieces.last, !last.isMarked {
        pieces[pieces.count - 1].text += words[index] + " "
      } else {
        pieces.append(Piece(text: words[index] + " ", isMarked: false))
      }
    }
    if end < words.count { pieces.append(Piece(text: "…", isMarked: false)) }
    return pieces
  }

  private static func isMeant(_ word: Substring, _ asked: [String]) -> Bool {
    FoldedWords(String(word)).all.contains { part in
      asked.contains { part == $0 || ($0.count >= 3 && part.hasPrefix($0)) }
    }
  }
}

/// The words of a text without accents, capitals and what stands between them.
///
/// Letter by letter with a table: the index of a large site has a million words, and folding whole texts takes several
/// times as long.
struct FoldedWords {
  let all: [String]

  private enum Letter {
    /// What ends a word.
    case end
    /// What belongs to the letter before, such as an accent that stands by itself.
    case nothing
    case bytes([UInt8])
  }

  init(_ text: String) {
    var all: [String] = []
    var word: [UInt8] = []
    func end() {
      if !word.isEmpty { all.append(String(decoding: word, as: UTF8.self)) }
      word.removeAll(keepingCapacity: true)
    }
    for scalar in text.unicodeScalars {
      switch scalar {
      case "a"..."z", "0"..."9": word.append(UInt8(scalar.value))
      case "A"..."Z": word.append(UInt8(scalar.value) | 0x20)
      default:
        switch scalar.value < 128 ? .end : Self.letter(scalar) {
        case .end: end()
        case .nothing: break
        case .bytes(let bytes): word += bytes
        }
      }
    }
    end()
    self.all = all
  }

  private static func letter(_ scalar: Unicode.Scalar) -> Letter {
    let place = Int(scalar.value) - 128
    return place < latin.count ? latin[place] : folded(scalar)
  }

  /// The letters of the languages that are written here.
  private static let latin: [Letter] = (128..<0x250).map { Unicode.Scalar($0).map(folded) ?? .end }

  private static func folded(_ scalar: Unicode.Scalar) -> Letter {
    let properties = scalar.properties
    if properties.generalCategory == .nonspacingMark { return .nothing }
    guard properties.isAlphabetic || properties.numericType != nil else { return .end }
    let folded = String(scalar).folding(
      options: [.diacriticInsensitive, .caseInsensitive, .widthInsensitive], locale: nil)
    return .bytes(Array(folded.utf8))
  }
}
