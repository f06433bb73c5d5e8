import Basics
import Foundation

/// A number published elsewhere, kept as printed with all that is needed to judge it. Its oddities stay: a note says
/// what can't be so, and `amparo figures check` finds it.
public struct PackFigure: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case administrativeCount = "administrative_count"
    case survey
    case estimate
    case share
  }
  public enum Confidence: String, Hashable, Sendable, CaseIterable {
    case high
    case medium
    case low
  }

  public var id: String
  /// As printed, because its decimals count.
  public var value: String
  public var unit: String
  /// What a share is a share of.
  public var n: Int?
  public var label: LocalizedText
  public var population: String
  /// The population in the languages of the pack.
  public var populationName: LocalizedText
  public var place: String
  /// As printed; empty when the source does not say.
  public var period: String
  public var kind: Kind
  public var source: String
  public var sourceName: LocalizedText
  /// As printed.
  public var sourceDate: String
  /// A date that the text calls more recent than the source; empty when it calls none so.
  public var olderThan: String
  public var readOn: CalendarDay?
  public var quotation: String
  public var confidence: Confidence
  /// The list of parts it belongs to, and the figure that is their whole.
  public var list: String
  /// Whether the list names every part once.
  public var isExhaustive: Bool
  public var partOf: String
  public var note: LocalizedText?
  /// Which cases of a system like this one it would count, by column and code of the facts: `year` and `2007`. Empty
  /// where no facts say the same.
  public var facts: [String: String]
}

extension PackLoader {
  /// Reads `figures.csv`, in the form that `amparo figures check` reads too.
  func figures() -> [PackFigure] {
    let file = "figures.csv"
    let lines = table(
      file,
      [
        "id", "value", "unit", "n", "label_es", "label_en", "population", "place", "period", "kind", "source",
        "source_date", "older_than", "read_on", "quotation", "confidence", "list", "exhaustive", "part_of", "note_es",
        "note_en", "population_es", "source_es", "facts",
      ])
    checkUnique(lines, "id", file)
    let ids = Set(lines.map { $0["id"] })
    return lines.map { line in
      let n = Int(line["n"])
      if !line["n"].isEmpty, n.map({ $0 > 0 }) != true { note(file, line.number, "“n” must be a whole number above 0") }
      let kind = PackFigure.Kind(rawValue: line["kind"])
      if kind == nil {
        note(
          file, line.number, "“kind” must be one of \(PackFigure.Kind.allCases.map(\.rawValue).joined(separator: ", "))"
        )
      }
      if kind == .share, n == nil { note(file, line.number, "a share needs its “n”") }
      let confidence = PackFigure.Confidence(rawValue: line["confidence"])
      if confidence == nil { note(file, line.number, "“confidence” must be high, medium or low") }
      if !["", "yes", "no"].contains(line["exhaustive"]) { note(file, line.number, "“exhaustive” must be yes or no") }
      let readOn = CalendarDay(line["read_on"])
      if readOn == nil { note(file, line.number, "“read_on” must be a day such as 2026-11-24") }
      if !line["part_of"].isEmpty, !ids.contains(line["part_of"]) {
        note(file, line.number, "the whole “\(line["part_of"])” is not in this file")
      }
      if line["note_es"].isEmpty != line["note_en"].isEmpty {
        note(file, line.number, "the note stands in one language only")
      }
      let facts = line["facts"].split(separator: "&").map { $0.split(separator: "=", omittingEmptySubsequences: false) }
      if facts.contains(where: { $0.count != 2 || $0.contains(where: \.isEmpty) }) {
        note(file, line.number, "“facts” must be as year=2007&form=begging")
      }
      return PackFigure(
        id: required(line, "id", file), value: required(line, "value", file), unit: required(line, "unit", file), n: n,
        label: name(line, file, column: "label"), population: required(line, "population", file),
        populationName: LocalizedText(es: required(line, "population_es", file), en: line["population"]),
        place: required(line, "place", file), period: line["period"], kind: kind ?? .estimate,
        source: required(line, "source", file),
        sourceName: LocalizedText(es: required(line, "source_es", file), en: line["source"]),
        sourceDate: line["source_date"], olderThan: line["older_than"],
        readOn: readOn,
        quotation: required(line, "quotation", file), confidence: confidence ?? .low, list: line["list"],
        isExhaustive: line["exhaustive"] == "yes", partOf: line["part_of"],
        note: line["note_es"].isEmpty ? nil : name(line, file, column: "note"),
        facts: Dictionary(facts.filter { $0.count == 2 }.map { (String($0[0]), String($0[1])) }) { first, _ in first })
    }
  }
}
