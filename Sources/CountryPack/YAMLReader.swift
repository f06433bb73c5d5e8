import Basics
import Foundation
import Yams

/// One node of a YAML file, read field by field; what is missing or wrong is noted with its line.
package struct YAMLReader {
  package let file: String
  package let node: Node
  package let notes: Notes

  /// Where problems are collected while a file is read.
  package final class Notes {
    package var problems: [PackProblem] = []
    package init() {}
  }

  /// `nil` when the file is not YAML at all; the reason is noted.
  package init?(_ text: String, file: String, notes: Notes) {
    do {
      guard let node = try Yams.compose(yaml: text) else {
        notes.problems.append(PackProblem(file: file, line: 1, "the file is empty"))
        return nil
      }
      self.init(file: file, node: node, notes: notes)
    } catch let error as YamlError {
      var line = 0
      if case .scanner(_, _, let mark, _) = error { line = mark.line }
      if case .parser(_, _, let mark, _) = error { line = mark.line }
      if case .composer(_, _, let mark, _) = error { line = mark.line }
      if case .duplicatedKeysInMapping(_, let context) = error { line = context.mark.line }
      notes.problems.append(PackProblem(file: file, line: line, "this is not well-formed YAML"))
      return nil
    } catch {
      notes.problems.append(PackProblem(file: file, line: 0, "this is not well-formed YAML"))
      return nil
    }
  }

  package init(file: String, node: Node, notes: Notes) {
    self.file = file
    self.node = node
    self.notes = notes
  }

  package var line: Int { node.mark?.line ?? 0 }

  package func note(_ message: String) { notes.problems.append(PackProblem(file: file, line: line, message)) }

  package func has(_ key: String) -> Bool { node.mapping?[key] != nil }

  /// A sub-node; noted when it is missing.
  package func child(_ key: String) -> YAMLReader? {
    guard let child = node.mapping?[key] else {
      note("“\(key)” is missing")
      return nil
    }
    return YAMLReader(file: file, node: child, notes: notes)
  }

  /// The items of a list.
  package var items: [YAMLReader] {
    guard let sequence = node.sequence else {
      note("a list is expected here")
      return []
    }
    return sequence.map { YAMLReader(file: file, node: $0, notes: notes) }
  }

  package func text(_ key: String) -> String {
    guard let child = child(key) else { return "" }
    guard let text = child.node.scalar?.string, !text.isEmpty else {
      child.note("“\(key)” must be a text")
      return ""
    }
    return text
  }

  package func texts(_ key: String) -> [String] {
    guard has(key), let child = child(key) else { return [] }
    return child.items.compactMap { $0.node.scalar?.string }
  }

  /// A text in Spanish and in every other language the pack promises.
  package func localized(_ key: String, _ languages: [Language]) -> LocalizedText {
    guard let child = child(key) else { return LocalizedText(es: "", en: "") }
    var texts: [Language: String] = [:]
    for language in languages {
      if let text = child.node.mapping?[language.code]?.scalar?.string, !text.isEmpty {
        texts[language] = text
      } else {
        child.note("“\(key)” has no text in “\(language)”")
      }
    }
    return LocalizedText(texts) ?? LocalizedText(es: "", en: "")
  }

  package func value<Value: RawRepresentable & CaseIterable>(
    _ key: String, _: Value.Type = Value.self, or standing: Value
  )
    -> Value where Value.RawValue == String
  {
    let written = text(key)
    if let value = Value(rawValue: written) { return value }
    if !written.isEmpty {
      let allowed = Value.allCases.map(\.rawValue).joined(separator: ", ")
      child(key)?.note("“\(key)” must be one of \(allowed), not “\(written)”")
    }
    return standing
  }

  package func flag(_ key: String) -> Bool {
    let written = text(key)
    if written != "true", written != "false", !written.isEmpty { child(key)?.note("“\(key)” must be true or false") }
    return written == "true"
  }

  package func day(_ key: String) -> CalendarDay? {
    let written = text(key)
    guard let day = CalendarDay(written) else {
      if !written.isEmpty { child(key)?.note("“\(key)” must be a day as 2008-03-09, not “\(written)”") }
      return nil
    }
    return day
  }

  package func optionalDay(_ key: String) -> CalendarDay? { has(key) ? day(key) : nil }

  /// The names of what stands in it.
  var keys: [String] { (node.mapping ?? [:]).compactMap { $0.key.scalar?.string } }

  /// Notes keys that mean nothing here: most are misspelt.
  package func allow(_ keys: String...) {
    for (key, _) in node.mapping ?? [:] {
      guard let name = key.scalar?.string, !keys.contains(name) else { continue }
      notes.problems.append(PackProblem(file: file, line: key.mark?.line ?? line, "“\(name)” is not a known key"))
    }
  }
}
