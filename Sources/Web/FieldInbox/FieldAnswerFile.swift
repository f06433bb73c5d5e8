import Basics
import Foundation
import Identification

/// The answer to a batch, over the network and as the receipts file of a courier.
struct FieldAnswerFile: Encodable {
  struct Line: Encodable {
    var op: String
    var outcome: String
    var reason: String?
    var says: String
    var receipt: Receipt?

    // A reason or receipt that is not there is written as null.
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(op, forKey: .op)
      try container.encode(outcome, forKey: .outcome)
      try container.encode(reason, forKey: .reason)
      try container.encode(says, forKey: .says)
      try container.encode(receipt, forKey: .receipt)
    }

    private enum Key: CodingKey { case op, outcome, reason, says, receipt }
  }

  struct Receipt: Encodable {
    var body: String
    var signature: String
  }

  var serverTime: Int64
  var outcomes: [Line]

  init(_ answers: [FieldAnswer], at now: Moment, _ words: Words) {
    serverTime = now.milliseconds
    outcomes = answers.map { answer in
      Line(
        op: answer.op, outcome: answer.outcome.rawValue, reason: answer.reason?.rawValue,
        says: words(FieldWords.says(answer)),
        receipt: answer.receipt.map {
          Receipt(body: Base64URL.encode($0.body), signature: Base64URL.encode($0.signature))
        })
    }
  }
}

/// The answer to a batch for who is not on the site: the receipts file of a courier, as the phone takes it back.
public enum FieldReceiptsFile {
  /// The bytes of the file.
  ///
  /// Throws when the site's own texts can't be read.
  public static func json(_ answers: [FieldAnswer], at now: Moment, in language: Language) throws -> [UInt8] {
    try FieldDoor.json(FieldAnswerFile(answers, at: now, try words(language)))
  }

  /// What became of each operation, a sentence each.
  public static func sentences(_ answers: [FieldAnswer], in language: Language) throws -> [String] {
    let words = try words(language)
    return answers.map { words(FieldWords.says($0)) }
  }

  private static func words(_ language: Language) throws -> Words {
    let catalogs = try Words.load(from: Screen.resources.appendingPathComponent("Strings"))
    return catalogs[language] ?? Words(language: language, texts: [:])
  }
}

/// The keys of what is said about work from the field.
enum FieldWords {
  static func says(_ answer: FieldAnswer) -> String {
    "inbox.says." + (answer.reason?.rawValue ?? answer.outcome.rawValue)
  }
}
