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
    var all: [String: [Int: Int]] = [:]
    for (index, entry) in entries.enumerated() {
      for (text, weight, most) in [(entry.title, 8, 1), (entry.description, 3, 1), (entry.text, 1, 4)] {
        for (word, count) in Self.counted(Self.words(in: text)) {
          all[word, default: [:]][index, default: 0] += weight * min(count, most)
        }
      }
    }
    words = all.keys.sorted()
    places = words.map { word in (all[word] ?? [:]).map { (entry: $0.key, weight: $0.value) } }
    size = entries.reduce(0) { $0 + $1.title.utf8.count + $1.description.utf8.count + 3 * $1.text.utf8.count }
  }

  /// The words of a question that are looked for: short ones only where there are no others.
  static func asked(_ question: String) -> [String] {
    var seen: Set<String> = []
    let all = words(in: String(question.prefix(longest))).filter { seen.insert($0).inserted }
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
      let title = Self.words(in: entries[index].title).joined(separator: " ")
      return Found(entry: entries[index], score: score + (asked.count > 1 && title.contains(whole) ? 10 : 0))
    }
    .sorted { ($1.score, $0.entry.title, $0.entry.path) < ($0.score, $1.entry.title, $1.entry.path) }
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
    // Folding changes no white space, so that the words stay side by side.
    let folded = fold(text).split(whereSeparator: \.isWhitespace)
    let isAligned = words.count == folded.count
    let marks = words.indices.map { isAligned && isMeant(folded[$0], asked) }
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

  private static func isMeant(_ folded: Substring, _ asked: [String]) -> Bool {
    folded.split { !$0.isLetter && !$0.isNumber }.contains { word in
      asked.contains { word == $0 || ($0.count >= 3 && word.hasPrefix($0)) }
    }
  }

  // MARK: Words

  static func fold(_ text: String) -> String {
    text.folding(options: [.diacriticInsensitive, .caseInsensitive, .widthInsensitive], locale: nil)
  }

  private static func words(in text: String) -> [String] {
    fold(text).split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }

  private static func counted(_ words: [String]) -> [String: Int] {
    words.reduce(into: [:]) { $0[$1, default: 0] += 1 }
  }
}
