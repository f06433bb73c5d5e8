import ArgumentParser
import CountryPack
import Foundation

struct Exercises: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read branching stories (Twee 3) to practise with.", subcommands: [Check.self])

  struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Read a story and name the line and what is wrong.",
      discussion: """
        Reads Twee 3 as Twine and other tools export it: links, tags, StoryTitle, StoryData. A story is read, never run: \
        scripts, style sheets, macros and HTML are refused. To import a story, put its file beside the others in the \
        pack's training/exercises and describe it in exercises.yaml; amparo pack check reads it there too. Ends with 0 \
        when the file is sound, with 1 when it is not.

          amparo exercises check Packs/ecuador/training/exercises/border-cousin.es.twee --json
        """)

    @Argument(help: "A Twee file, or - for standard input.") var file: String
    @Flag(help: "Print a JSON object with every passage.") var json = false

    func run() async throws {
      let text = try readText(file)
      let story: TweeStory
      do { story = try TweeReader.read(text) } catch {
        if json { try printJSON(Result(problems: error.problems)) }
        for problem in error.problems.dropLast() where !json {
          FileHandle.standardError.write(Data("amparo: \(file):\(problem.line): \(problem.message)\n".utf8))
        }
        throw CommandFailure(message: error.problems.last.map { "\(file):\($0.line): \($0.message)" } ?? file)
      }
      if json { return try printJSON(Result(story)) }
      for passage in story.passages {
        let targets = passage.links.map(\.target).joined(separator: ", ")
        print("\(file):\(passage.line): \(passage.name)\(targets.isEmpty ? "" : " -> " + targets)")
      }
      let ends = story.passages.count(where: \.isEnd)
      print("\(file): sound, \(story.passages.count) passages, \(ends) of them ends.")
    }
  }

  struct Result: Encodable {
    struct Passage: Encodable {
      struct Link: Encodable {
        var text: String
        var target: String
        var line: Int
      }
      var name: String
      var tags: [String]
      var line: Int
      var text: String
      var links: [Link]
      var isEnd: Bool
    }
    struct Problem: Encodable {
      var line: Int
      var message: String
    }
    var title: String?
    var ifid: String?
    var start: String?
    var passages: [Passage] = []
    var problems: [Problem] = []

    init(problems: [TweeProblem]) { self.problems = problems.map { Problem(line: $0.line, message: $0.message) } }

    init(_ story: TweeStory) {
      (title, ifid, start) = (story.title, story.ifid, story.start)
      passages = story.passages.map { passage in
        Passage(
          name: passage.name, tags: passage.tags, line: passage.line, text: passage.text,
          links: passage.links.map { .init(text: $0.text, target: $0.target, line: $0.line) }, isEnd: passage.isEnd)
      }
    }
  }
}
