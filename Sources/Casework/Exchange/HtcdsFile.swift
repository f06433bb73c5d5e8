import Basics
import Foundation

/// Cases as a file of the standard, and what of them is not in it.
public struct HtcdsExport: Hashable, Sendable {
  /// Field and text, without the empty ones; the order says nothing.
  public var records: [[String: String]]
  /// What the cases hold that did not go along, by kind, and in how many cases.
  public var leftOut: [String: Int]
  /// Cases that no live basis lets go to the recipient for this purpose.
  public var withoutBasis: Int

  /// The headings that are used, in the standard's order; then the happenings, one after the other.
  public var columns: [String] {
    let there = records.reduce(into: Set<String>()) { $0.formUnion($1.keys) }
    let most = there.compactMap { Htcds.field($0)?.number }.max() ?? 1
    let happenings = (1...most).flatMap { number in
      Htcds.eventFields.map { number == 1 ? $0 : "\($0)_\(number)" }
    }
    return (Htcds.columns + happenings).filter(there.contains)
  }

  /// Commas, a byte order mark, line ends as spreadsheets want them; nothing that a spreadsheet takes for a formula.
  public var csv: String {
    let columns = columns
    let lines = [columns] + records.map { record in columns.map { Htcds.defused(record[$0] ?? "") } }
    return "\u{FEFF}" + lines.map { $0.map(Self.quoted).joined(separator: ",") + "\r\n" }.joined()
  }

  private static func quoted(_ text: String) -> String {
    // A blank at an end would be taken for one beside the separator.
    let needs = text.contains { "\",;\t".contains($0) || $0.isNewline } || text.first == " " || text.last == " "
    return needs ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
  }

  /// An object with the standard's name and version and the records under `cases`; happenings stand under `hte`.
  public var json: [UInt8] {
    get throws {
      let cases = records.map { record -> [String: Any] in
        var (object, happenings): ([String: Any], [Int: [String: Any]]) = ([:], [:])
        for (heading, text) in record {
          guard let (name, number) = Htcds.field(heading) else { continue }
          let value: Any =
            Htcds.lists.contains(name)
            ? text.split(separator: ";").map(String.init) : name == "con_Consent" ? true : text
          if Htcds.eventFields.contains(name) {
            happenings[number, default: [:]][name] = value
          } else {
            object[name] = value
          }
        }
        if !happenings.isEmpty { object["hte"] = happenings.sorted { $0.key < $1.key }.map(\.value) }
        return object
      }
      let document: [String: Any] = ["standard": "HTCDS", "version": Htcds.version, "cases": cases]
      let options: JSONSerialization.WritingOptions = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      return Array(try JSONSerialization.data(withJSONObject: document, options: options))
    }
  }
}

extension Htcds {
  /// Reads a JSON file of the standard: an array of records, or an object that has them under `cases`. A row's number is
  /// the record's, counted from 1.
  ///
  /// Throws `Refusal` `.invalid` for anything else.
  public static func table(json bytes: [UInt8]) throws(Refusal) -> ImportTable {
    let refusal = Refusal(.invalid, Phrase("error.import_json"))
    guard let root = try? JSONSerialization.jsonObject(with: Data(bytes)) else { throw refusal }
    guard let list = (root as? [String: Any])?["cases"] ?? root as? [Any], let cases = list as? [[String: Any]] else {
      throw refusal
    }
    var (header, places): ([String], [String: Int]) = ([], [:])
    let rows = cases.enumerated().map { index, object in
      var cells: [Int: String] = [:]
      func put(_ name: String, _ value: Any) {
        guard let text = text(value) else { return }
        if places[name] == nil {
          places[name] = header.count
          header.append(name)
        }
        // Nothing in JSON is taken for a formula; here it is written as a spreadsheet would have it.
        if let place = places[name] { cells[place] = defused(text) }
      }
      for (name, value) in object.sorted(by: { $0.key < $1.key }) {
        if name == "hte", let happenings = value as? [[String: Any]] {
          for (number, told) in happenings.enumerated() {
            for (name, value) in told.sorted(by: { $0.key < $1.key }) {
              put(number == 0 ? name : "\(name)_\(number + 1)", value)
            }
          }
        } else {
          put(name, value)
        }
      }
      return (line: index + 1, cells: cells)
    }
    return ImportTable(
      header: header,
      rows: rows.map { row in
        ImportTable.Row(line: row.line, cells: header.indices.map { row.cells[$0] ?? "" })
      })
  }

  private static func text(_ value: Any) -> String? {
    switch value {
    case let text as String: text
    case let list as [Any]: list.compactMap(text).joined(separator: ";")
    case let tick as Bool: tick ? "true" : "false"
    case let number as NSNumber: number.stringValue
    default: nil
    }
  }
}
