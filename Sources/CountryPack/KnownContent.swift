import Basics
import Foundation

/// How one agency asks whether a person is known to another, and what is read to a person who agrees to be found.
public struct KnownContent: Hashable, Sendable {
  /// Why somebody asks.
  public struct Reason: Hashable, Sendable {
    public var code: String
    public var name: LocalizedText
  }

  /// The name of a schema in `linkage/`.
  public var schema: String
  /// From this likeness on it is a hit, 0.5 to 1; fixed beforehand.
  public var threshold: Double
  /// The code of `purposes` for which a person agrees to be found.
  public var purpose: String
  /// What is read to the person before they agree.
  public var words: LocalizedText
  /// How many questions a member may ask in 24 hours.
  public var perMember: Int
  /// How many all members of an agency may ask in 24 hours.
  public var perAgency: Int
  /// After so many days there is a new secret; the one before still answers for as long.
  public var rotateDays: Int
  /// For so many days an encoding lasts and a question is kept.
  public var keepDays: Int
  public var reasons: [Reason]

  public func reason(_ code: String) -> Reason? { reasons.first { $0.code == code } }
}

extension PackLoader {
  /// `nil` for a pack without `known.yaml`: nobody asks then.
  func known(_ lists: [PackList: [Term]], schemas: Set<String>) -> KnownContent? {
    let file = "known.yaml"
    guard FileManager.default.fileExists(atPath: folder.appendingPathComponent(file).path), let head = yaml(file) else {
      return nil
    }
    head.allow(
      "schema", "threshold", "purpose", "words", "perMember", "perAgency", "rotateDays", "keepDays", "reasons",
      "source",
      "certainty")
    let (schema, purpose) = (head.text("schema"), head.text("purpose"))
    if !schemas.contains(schema) { head.child("schema")?.note("“\(schema)” is not in linkage/") }
    if !(lists[.purposes] ?? []).contains(where: { $0.code == purpose }) {
      head.child("purpose")?.note("“\(purpose)” is not in lists/purposes.csv")
    }
    let threshold = Double(head.text("threshold")).flatMap { (0.5...1).contains($0) ? $0 : nil }
    if threshold == nil { head.child("threshold")?.note("“threshold” must be a number from 0.5 to 1") }
    var seen: Set<String> = []
    let reasons = (head.child("reasons")?.items ?? []).map { item in
      item.allow("code", "name")
      let reason = KnownContent.Reason(code: item.text("code"), name: item.localized("name", languages))
      if !reason.code.isEmpty, !seen.insert(reason.code).inserted {
        item.child("code")?.note("“\(reason.code)” stands here twice")
      }
      return reason
    }
    if reasons.isEmpty { head.note("nobody could ask without a reason in “reasons”") }
    _ = (head.text("source"), head.value("certainty", or: Certainty.unverified))
    return KnownContent(
      schema: schema, threshold: threshold ?? 1, purpose: purpose, words: head.localized("words", languages),
      perMember: head.number("perMember", in: 1...1000), perAgency: head.number("perAgency", in: 1...10_000),
      rotateDays: head.number("rotateDays", in: 1...366), keepDays: head.number("keepDays", in: 1...366),
      reasons: reasons)
  }
}
