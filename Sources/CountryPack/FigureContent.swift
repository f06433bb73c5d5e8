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
  public var place: String
  /// As printed; empty when the source does not say.
  public var period: String
  public var kind: Kind
  public var source: String
  /// As printed.
  public var sourceDate: String
  public var readOn: CalendarDay?
  public var quotation: String
  public var confidence: Confidence
  /// The list of parts it belongs to, and the figure that is their whole.
  public var list: String
  public var partOf: String
  public var note: LocalizedText?
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
        "note_en",
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
      return PackFigure(
        id: required(line, "id", file), value: required(line, "value", file), unit: required(line, "unit", file), n: n,
        label: name(line, file, column: "label"), population: required(line, "population", file),
        place: required(line, "place", file), period: line["period"], kind: kind ?? .estimate,
        source: required(line, "source", file), sourceDate: line["source_date"], readOn: readOn,
        quotation: required(line, "quotation", file), confidence: confidence ?? .low, list: line["list"],
        partOf: line["part_of"],
        note: line["note_es"].isEmpty ? nil : name(line, file, column: "note"))
    }
  }
}
