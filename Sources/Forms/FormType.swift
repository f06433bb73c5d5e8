import Basics
import Foundation

/// What a cell of the column type says.
struct FormType {
  enum Part: Hashable {
    case node(XLSForm.Node.Kind)
    case closes(isRepeat: Bool)
  }

  var part: Part
  /// What of it is not carried out.
  var remark: (es: String, en: String)?

  var kind: XLSForm.Node.Kind {
    if case .node(let kind) = part { return kind }
    return .note
  }

  init(_ written: String) {
    var words = written.replacingOccurrences(of: "_", with: " ").lowercased().split(separator: " ").map(String.init)
    // A list keeps its letters and its signs.
    let last = written.split(separator: " ").map(String.init)
    if words.suffix(2) == ["or", "other"] || words.suffix(3) == ["or", "specify", "other"] {
      remark = (
        "la opción “otro” (or_other) no se agrega", "the choice “other” (or_other) is not added"
      )
      words.removeLast(words.suffix(2) == ["or", "other"] ? 2 : 3)
    }
    let joined = words.joined(separator: " ")
    for (beginning, isOne) in Self.selections where joined.hasPrefix(beginning + " ") {
      let name = last.first {
        $0.lowercased().replacingOccurrences(of: "_", with: " ") == joined.dropFirst(beginning.count + 1)
      }
      if let name, !name.hasPrefix("${") {
        part = .node(isOne ? .one(name) : .many(name))
        return
      }
    }
    if let part = Self.known[joined] {
      self.part = part
      return
    }
    part = .node(.notSupported(written))
    remark =
      Self.identifying.contains(joined.replacingOccurrences(of: " ", with: ""))
      ? (
        "el tipo “\(written)” no se registra: delataría a quien responde o a quien pregunta",
        "the type “\(written)” is not recorded: it would give away who answers or who asks"
      )
      : ("el tipo “\(written)” no se pregunta", "the type “\(written)” is not asked")
  }

  private static let selections = [
    ("select one from", true), ("select one", true), ("select multiple from", false), ("select multiple", false),
    ("select all that apply from", false), ("select all that apply", false),
  ]

  private static let identifying: Set<String> = [
    "deviceid", "phonenumber", "username", "email", "audit", "simserial", "subscriberid", "background-audio",
    "background-geopoint", "start-geopoint",
  ]

  private static let known: [String: Part] = [
    "text": .node(.text), "string": .node(.text), "integer": .node(.integer), "int": .node(.integer),
    "decimal": .node(.decimal), "date": .node(.date), "time": .node(.time), "datetime": .node(.dateTime),
    "note": .node(.note), "calculate": .node(.calculate), "acknowledge": .node(.acknowledge),
    "trigger": .node(.acknowledge), "range": .node(.range(from: 0, to: 10, step: 1)), "hidden": .node(.hidden),
    "start": .node(.start), "end": .node(.end), "today": .node(.today), "begin group": .node(.group),
    "begin repeat": .node(.repetition), "end group": .closes(isRepeat: false), "end repeat": .closes(isRepeat: true),
  ]
}
