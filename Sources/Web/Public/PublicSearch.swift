import Basics
import Foundation

/// Finds a public page by what it says: `/es/search?q=`. What is typed is written down nowhere.
struct PublicSearch: PublicRoom {
  let catalog: PublicCatalog
  /// How many are shown.
  private static let most = 20

  var publicPages: [PublicPage] {
    [PublicPage(path: "search", menu: nil, isMadeEachTime: true, make: search)]
  }

  private func search(_ visit: PublicVisit) async throws -> PublicAnswer {
    let words = visit.words
    let question = Self.readable(visit.query["q"] ?? "")
    let asked = PublicIndex.asked(question)
    var model: [String: Any] = ["question": String(question.prefix(PublicIndex.longest)), "isEmpty": asked.isEmpty]
    model["isLong"] = question.count > PublicIndex.longest
    if !asked.isEmpty {
      let found = try await catalog.index(visit).search(asked)
      model["hasFound"] = !found.isEmpty
      model["hasNone"] = found.isEmpty
      model["said"] = words(
        found.count == 1 ? "public.search.found_one" : "public.search.found", ["count": String(found.count)])
      model["isMore"] = found.count > Self.most
      model["results"] = found.prefix(Self.most).map { found in
        [
          "address": PublicDoor.path(visit.language, found.entry.path.split(separator: "/").map(String.init)),
          "title": Self.html(PublicIndex.snippet(found.entry.title, asked, length: 40)),
          "snippet": Self.html(PublicIndex.snippet(Self.shown(found.entry, asked), asked)),
        ]
      }
    }
    return .page(
      "public/search", model,
      PublicAbout(title: words("public.search.title"), description: words("public.search.lead")))
  }

  /// The sentence where the words stand in it; else the text.
  private static func shown(_ entry: PublicEntry, _ asked: [String]) -> String {
    let isInSentence = PublicIndex.snippet(entry.description, asked, length: 200).contains(where: \.isMarked)
    return isInSentence || entry.text.isEmpty ? entry.description : entry.text
  }

  private static func readable(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private static func html(_ pieces: [PublicIndex.Piece]) -> String {
    let html = pieces.map { $0.isMarked ? "<mark>\(Screen.escaped($0.text))</mark>" : Screen.escaped($0.text) }.joined()
    return html.trimmingCharacters(in: .whitespaces)
  }
}
