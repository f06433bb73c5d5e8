import ArgumentParser
import Foundation
import Training

struct Questions: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read and tidy files of questions (GIFT).", subcommands: [Check.self, Format.self])

  struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Read a file of questions and name the line and what is wrong.",
      discussion: """
        Reads what Moodle's own importer reads, or refuses it with line and reason. Ends with 0 when the file is sound, \
        with 1 when it is not.

          amparo questions check Packs/ecuador/training/questions/que-es-la-trata.es.gift --json
        """)

    @Argument(help: "A GIFT file, or - for standard input.") var file: String
    @Flag(help: "Print a JSON object with every question.") var json = false

    func run() async throws {
      let text = try readText(file)
      let read: GiftFile
      do { read = try GiftReader.read(text) } catch {
        if json { try printJSON(Result(problems: error.problems)) }
        for problem in error.problems.dropLast() where !json {
          FileHandle.standardError.write(Data("amparo: \(file):\(problem.line): \(problem.message)\n".utf8))
        }
        throw CommandFailure(message: error.problems.last.map { "\(file):\($0.line): \($0.message)" } ?? file)
      }
      if json {
        return try printJSON(
          Result(questions: zip(read.questions, read.lines).map(Shown.init), warnings: read.warnings))
      }
      for (question, line) in zip(read.questions, read.lines) {
        print("\(file):\(line): \(question.type) \(question.name ?? "(no name)")")
      }
      for warning in read.warnings { print("\(file):\(warning.line): note: \(warning.message)") }
      print("\(file): sound, \(read.questions.count) questions.")
    }
  }

  struct Format: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print a file of questions in the strict form that every importer reads.",
      discussion: "Every sign is escaped, one answer a line. Comments stay above their question.")

    @Argument(help: "A GIFT file, or - for standard input.") var file: String

    func run() async throws {
      let text = try readText(file)
      do { print(GiftWriter.write(try GiftReader.read(text)), terminator: "") } catch {
        throw CommandFailure(message: error.problems.first.map { "\(file):\($0.line): \($0.message)" } ?? file)
      }
    }
  }

  struct Result: Encodable {
    struct Note: Encodable {
      var line: Int
      var message: String
    }
    var questions: [Shown]
    var warnings: [Note]
    var problems: [Note]

    init(questions: [Shown] = [], warnings: [GiftProblem] = [], problems: [GiftProblem] = []) {
      self.questions = questions
      self.warnings = warnings.map { Note(line: $0.line, message: $0.message) }
      self.problems = problems.map { Note(line: $0.line, message: $0.message) }
    }
  }

  /// A question as a program reads it. Weights are percent, as in the file.
  struct Shown: Encodable {
    struct Answer: Encodable {
      var text: String
      var weight: Double?
      var feedback: String?
      var match: String?
      var value: Double?
      var tolerance: Double?
      var min: Double?
      var max: Double?
    }
    var type: String
    var name: String?
    var category: String?
    var line: Int
    var stem: String
    var format: String
    var answers: [Answer]
    var feedback: String?

    init(_ question: GiftQuestion, _ line: Int) {
      type = question.type
      name = question.name
      category = question.category
      self.line = line
      stem = question.stem.text
      format = question.stem.format.rawValue
      feedback = question.generalFeedback?.text
      answers =
        switch question.body {
        case .description, .essay: []
        case .trueFalse(let isTrue, let ifWrong, let ifRight):
          [true, false].map { answer in
            Answer(
              text: answer ? "TRUE" : "FALSE", weight: answer == isTrue ? 100 : 0,
              feedback: (answer == isTrue ? ifRight : ifWrong)?.text)
          }
        case .choice(_, let choices), .short(let choices):
          choices.map { Answer(text: $0.text.text, weight: $0.weight, feedback: $0.feedback?.text) }
        case .numeric(let numbers, let ifWrong):
          numbers.map(Self.answer) + (ifWrong.map { [Answer(text: "*", weight: 0, feedback: $0.text)] } ?? [])
        case .matching(let pairs): pairs.map { Answer(text: $0.left.text, match: $0.right) }
        case .ordering(let steps, _):
          steps.enumerated().map { Answer(text: $1.text, weight: 100, match: String($0 + 1)) }
        }
    }

    private static func answer(_ number: GiftQuestion.NumericAnswer) -> Answer {
      var answer = Answer(text: "*", weight: number.weight, feedback: number.feedback?.text)
      switch number.target {
      case .any: break
      case .value(let value, let tolerance):
        (answer.text, answer.value, answer.tolerance) = ("\(value):\(tolerance)", value, tolerance)
      case .range(let low, let high): (answer.text, answer.min, answer.max) = ("\(low)..\(high)", low, high)
      }
      return answer
    }
  }
}

/// A text file named on the command line, or standard input.
func readText(_ file: String) throws -> String {
  let data = try WholeFile.read(file, most: 200)
  guard let text = String(data: data, encoding: .utf8) else {
    throw CommandFailure(message: "\(file): the file is not UTF-8")
  }
  return text
}
