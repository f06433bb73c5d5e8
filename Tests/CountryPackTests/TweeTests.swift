import Basics
import CountryPack
import Foundation
import TestSupport
import Testing

private let head = """
  :: StoryTitle
  A story

  :: StoryData
  {"ifid": "0B5E6C0E-7D7C-4A57-9C51-2D1F7B0A9A11", "start": "one"}


  """

private func problems(_ text: String) -> [String] {
  do {
    _ = try TweeReader.read(text)
    return []
  } catch { return error.problems.map { "\($0.line): \($0.message)" } }
}

/// Lines are counted from the passages' own first line.
private func problems(in passages: String) -> [String] {
  let before = head.split(separator: "\n", omittingEmptySubsequences: false).count - 1
  do {
    _ = try TweeReader.read(head + passages)
    return []
  } catch { return error.problems.map { "\($0.line - before): \($0.message)" } }
}

@Suite struct TweeTests {
  @Test func readsHeadersTextAndEveryKindOfLink() throws {
    let story = try TweeReader.read(
      head + #"""
        :: one [tool  here] {"position": "10,20", "size": "100,100"}
        Hello, **you**.

        A [[word in a sentence->two]] stays.

        [[To two->two]]
        [[three<-To three]]
        [[To four|four]] [[five]]
        [[An -> in it->two]]


        ::two
        Second.
        [[three]]

        :: three
        Third.

        :: four [end]
        Fourth.

        :: five
        A \ stays in a text.
        """#)
    #expect(story.title == "A story" && story.start == "one")
    #expect(story.ifid == "0B5E6C0E-7D7C-4A57-9C51-2D1F7B0A9A11")
    #expect(story.passages.map(\.name) == ["one", "two", "three", "four", "five"])
    let one = try #require(story.passage("one"))
    #expect(one.tags == ["tool", "here"])
    #expect(one.text == "Hello, **you**.\n\nA word in a sentence stays.")
    #expect(
      one.links.map { "\($0.text)>\($0.target)" } == [
        "word in a sentence>two", "To two>two", "To three>three", "To four>four", "five>five", "An -> in it>two",
      ])
    #expect(story.passage("three")?.isEnd == true && one.isEnd == false)
  }

  @Test func readsEscapesByteOrderMarkAndOldLineEnds() throws {
    let story = try TweeReader.read(
      "\u{FEFF}"
        + (head + #":: one\\ \[of\] \{many\} [a\]b]"# + "\nText\n").replacingOccurrences(
          of: "\"one\"", with: #""one\\ [of] {many}""#
        )
        .replacingOccurrences(of: "\n", with: "\r\n"))
    #expect(story.passages.map(\.name) == [#"one\ [of] {many}"#])
    #expect(story.passages.first?.tags == ["a]b"])
    #expect(story.passages.first?.text == "Text")
  }

  @Test func startsAtStartUnlessToldOtherwise() throws {
    let text = head.replacingOccurrences(of: #", "start": "one""#, with: "") + ":: Start\nHere."
    #expect(try TweeReader.read(text).start == "Start")
  }

  @Test(arguments: [
    (":: one\nText [[to->nowhere]]", "2: there is no passage “nowhere”"),
    (":: one\nText\n\n:: lost\nText", "4: no way leads to the passage “lost”"),
    (":: one\nText\n:: one\nText", "3: the passage “one” stands already in line 7"),
    (":: one [script]\nText", "1: a passage tagged “script” is refused: a story is read, never run"),
    (":: one [Stylesheet]\nText", "1: a passage tagged “Stylesheet” is refused: a story is read, never run"),
    (":: one\nText <<set $a to 1>>", "2: macros (“<<…>>”) are not read: a story is read, never run"),
    (":: one\nText (set: $a to 1)", "2: macros (“(set: …)”) are not read: a story is read, never run"),
    (":: one\nText <script>alert(1)</script>", "2: HTML is not read: write Markdown"),
    (":: one\nText <!-- x -->", "2: HTML is not read: write Markdown"),
    (":: one\nText [[open", "2: the link is not closed: “]]” is missing"),
    (":: one\nText [[->two]]", "2: a link needs a text and a target: [[text->target]]"),
    (":: one\nText [[a->b][c]]", "2: a link holds text and target only: “[” and “]” are not read in it"),
    (":: one [tag\nText", "1: the tags are not closed: “]” is missing"),
    (":: one {not json}\nText", "1: what stands in “{ }” is not a JSON object"),
    (":: one [a] more\nText", "1: after the tags only “{ }” may follow"),
    (":: one ] two\nText", "1: “]” in a name needs a backslash before it"),
    (":: one\\", "1: nothing follows the backslash"),
    ("::\nText", "1: the passage has no name"),
    (":: one\n\n", "1: the passage “one” has no text"),
    (":: one\nText \u{0}", "2: a control character"),
    (":: one\nText\n[[on->two]]\n:: two\nText\n[[back->one]]", "1: from the passage “one” no way leads to an end"),
  ])
  func refusesWithLineAndReason(_ passages: String, _ problem: String) {
    #expect(problems(in: passages).contains(problem), "\(problems(in: passages))")
  }

  @Test func needsItsDataAndTitle() {
    #expect(problems(":: one\nText").contains("1: the passage “StoryData” is missing"))
    #expect(problems(":: one\nText").contains("1: the passage “StoryTitle” is missing"))
    let one = "\n:: one\nText"
    #expect(problems(":: StoryTitle\nT\n:: StoryData\n{}" + one).contains("3: “StoryData” needs an “ifid”: a UUID"))
    #expect(
      problems(":: StoryTitle\nT\n:: StoryData\n{\"ifid\": 7}" + one).contains(
        "3: “StoryData” is not a JSON object with the texts “ifid” and “start”"))
    #expect(problems("before\n" + head + ":: one\nText").first == "1: text before the first passage (“:: name”)")
    #expect(problems(head).contains("4: the first passage “one” is missing"))
  }

  @Test func staysQuickAndBoundedOnHostileFiles() {
    let brackets = head + ":: one\n" + String(repeating: "[[", count: 200_000)
    let start = ContinuousClock.now
    #expect(!problems(brackets).isEmpty)
    #expect(!problems(head + String(repeating: ":: a\nx\n", count: 60_000)).isEmpty)
    #expect(problems(head + String(repeating: "\u{1}\n", count: 100_000)).count <= 60)
    #expect(
      problems(String(repeating: "x", count: TweeReader.largestFile + 1)) == ["1: the file is larger than one megabyte"]
    )
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  /// Whatever is cut, doubled or mixed in a file, it is read or refused; never a crash, never a link that leads nowhere.
  @Test func survivesWhateverIsDoneToAFile() throws {
    let seed = testSeed("survivesWhateverIsDoneToAFile")
    var dice = SeededGenerator(seed: seed)
    let good = Array(
      (head + ":: one [tool]\nHello\n[[To two->two]]\n[[two<-To two]]\n:: two [end] {\"a\": 1}\nBye\n").unicodeScalars)
    let signs = Array("[]{}<>|\\-:\"\n\r\t \u{0}\u{FEFF}é😀ab".unicodeScalars)
    for _ in 0..<3000 {
      var text = good
      for _ in 0..<Int.random(in: 1...6, using: &dice) where !text.isEmpty {
        let place = Int.random(in: text.indices, using: &dice)
        switch Int.random(in: 0..<4, using: &dice) {
        case 0: text.remove(at: place)
        case 1: text.insert(signs[Int.random(in: signs.indices, using: &dice)], at: place)
        case 2: text.removeSubrange(place..<min(text.count, place + Int.random(in: 1...40, using: &dice)))
        default: text.insert(contentsOf: text[place..<min(text.count, place + 20)], at: place)
        }
      }
      var string = String.UnicodeScalarView()
      string.append(contentsOf: text)
      guard let story = try? TweeReader.read(String(string)) else { continue }
      #expect(story.passage(story.start) != nil, "seed \(seed)")
      for link in story.passages.flatMap(\.links) { #expect(story.passage(link.target) != nil, "seed \(seed)") }
    }
  }
}
