import Basics
import CountryPack
import Foundation

/// Reads screenings one a line (JSON) and writes one report a line: for research and tests, not for work with persons.
///
/// A line is an object: `answers` as for a single screening, and where they differ from what the batch was begun with,
/// `age` (whole years or `"doubt"`) and `instrument`. `id` is repeated in the report. What is wrong with a line is said
/// in its place, with its number; the others go on.
public struct BatchScreening {
  /// The longest line that is read, in bytes.
  public static let longestLine = 1 << 20

  private let pack: CountryPack
  private let day: CalendarDay
  private let standing: Instrument
  private let standingAge: Age?
  private let compiled: CompiledInstrument?
  private var masks: CompiledInstrument.Masks

  /// - Parameters:
  ///   - instrument: the one that is used where a line names none.
  ///   - age: the age where a line has none; without it such a line is wrong.
  ///   - day: decides which legal text is in force.
  public init(_ pack: CountryPack, _ instrument: Instrument, age: Age?, on day: CalendarDay) {
    self.pack = pack
    self.day = day
    standing = instrument
    standingAge = age
    compiled = CompiledInstrument(instrument, pack, on: day)
    masks = CompiledInstrument.Masks(instrument.dimensions.count)
  }

  /// Appends the report of one line, with a line's end.
  ///
  /// - Returns: false when the line is wrong, and an error stands in its place.
  public mutating func read(_ line: UnsafeRawBufferPointer, number: Int, to out: inout [UInt8]) -> Bool {
    if let compiled {
      var scanner = BatchScanner(line)
      masks.clear()
      switch scanner.read(compiled, &masks, standingAge) {
      case .read(let age, let id):
        Self.open(number, to: &out)
        if let id {
          out.append(contentsOf: Self.identifier)
          out.append(contentsOf: line[id])
          out.append(UInt8(ascii: "\""))
        }
        compiled.write(masks, isChild: age.countsAsChild, to: &out)
        out.append(UInt8(ascii: "\n"))
        return true
      case .unusual: break
      }
    }
    let (text, isRight) = slowly(line, number)
    out.append(contentsOf: text.utf8)
    out.append(UInt8(ascii: "\n"))
    return isRight
  }

  private static let identifier = Array(",\"id\":\"".utf8)
  private static let lineStart = Array("{\"line\":".utf8)

  private static func open(_ number: Int, to out: inout [UInt8]) {
    out.append(contentsOf: lineStart)
    var (digits, left): (Int, Int) = (1, number)
    while digits <= number / 10 { digits *= 10 }
    while digits > 0 {
      out.append(UInt8(ascii: "0") + UInt8(left / digits))
      left %= digits
      digits /= 10
    }
  }

  /// An error in a line's place.
  public static func error(_ message: String, number: Int) -> String {
    let text = (try? JSONEncoder().encode(message)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
    return "{\"line\":\(number),\"error\":\(text)}"
  }

  /// Any line the language allows, with every check.
  private func slowly(_ line: UnsafeRawBufferPointer, _ number: Int) -> (String, isRight: Bool) {
    do {
      let object = try BatchLine(Data(line))
      let instrument = try object.instrument.map { (name: String) throws(BatchLine.Problem) -> Instrument in
        guard let instrument = pack.instrument(name) else {
          throw BatchLine.Problem("there is no instrument “\(name)”")
        }
        return instrument
      }
      guard let age = object.age ?? standingAge else { throw BatchLine.Problem("“age” is missing") }
      let chosen = instrument ?? standing
      let sheet = try AnswerSheet(object.answers, for: chosen)
      let report = try ScreenReport(sheet, chosen, age: age, pack: pack, on: day).json
      let id = try object.id.map {
        ",\"id\":" + String(decoding: try JSONEncoder().encode($0), as: UTF8.self)
      }
      return ("{\"line\":\(number)\(id ?? "")," + report.dropFirst(), true)
    } catch let problem as AnswerProblem {
      return (Self.error(problem.description, number: number), false)
    } catch let problem as BatchLine.Problem {
      return (Self.error(problem.message, number: number), false)
    } catch {
      return (Self.error(BatchLine.notAnObject.message, number: number), false)
    }
  }
}

/// One line, read with every check.
private struct BatchLine: Decodable {
  struct Problem: Error {
    var message: String
    init(_ message: String) { self.message = message }
  }

  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  static let notAnObject = Problem("this is not a JSON object such as {\"age\": 25, \"answers\": {\"EX01\": \"yes\"}}")

  var id: String?
  var instrument: String?
  var age: Age?
  var answers: [String: String] = [:]

  init(_ data: Data) throws {
    do { self = try JSONDecoder().decode(Self.self, from: data) } catch let problem as Problem { throw problem } catch {
      throw Self.notAnObject
    }
  }

  init(from decoder: any Decoder) throws {
    let object = try decoder.container(keyedBy: Key.self)
    var hasAnswers = false
    for key in object.allKeys.sorted(by: { $0.stringValue < $1.stringValue }) {
      func text() throws -> String {
        guard let text = try? object.decode(String.self, forKey: key) else {
          throw Problem("“\(key.stringValue)” must be a text")
        }
        return text
      }
      switch key.stringValue {
      case "id": id = try text()
      case "instrument": instrument = try text()
      case "age":
        let years = (try? object.decode(Int.self, forKey: key)).map { String($0) }
        guard let age = Age(years ?? (try? object.decode(String.self, forKey: key)) ?? "") else {
          throw Problem("“age” must be whole years from 0 to 120, or doubt")
        }
        self.age = age
      case "answers":
        guard let answers = try? object.decode([String: String].self, forKey: key) else {
          throw Problem("“answers” must be a JSON object of texts")
        }
        self.answers = answers
        hasAnswers = true
      default: throw Problem("“\(key.stringValue)” is not a known key")
      }
    }
    guard hasAnswers else { throw Problem("“answers” is missing") }
  }
}
