import Accounts
import Basics
import Forms
import Records

/// The finished fillings of one version as a table: one row each, one column for each question and calculation. In
/// repetitions a column stands for each time (`child_name~2`).
public struct FormAnswerTable: Hashable, Sendable {
  public struct Line: Hashable, Sendable {
    public var filling: FormFillingRow
    /// As many as there are columns.
    public var values: [String]
  }

  /// The slots' names.
  public var columns: [String]
  /// The oldest first.
  public var lines: [Line]
}

extension FormDesk {
  private static let exportedAtOnce = 100

  /// What was filled in on a version, for those who may read all of the agency. Each filling that is read is an entry.
  ///
  /// Throws `Refusal`: `.forbidden`, `.notFound`, `.noBasis` when one can't be opened: a table that lacks some would mislead.
  public func table(_ actor: Actor, _ version: FormVersionID) async throws -> FormAnswerTable {
    try actor.require(.readScreenings)
    var held: [(row: FormFillingRow, values: [Column: String])] = []
    var columns: Set<Column> = []
    while true {
      let last = held.last?.row
      let files = try await open(actor, version, after: last)
      for file in files {
        let run = try file.run()
        var values: [Column: String] = [:]
        for index in file.form.nodes.indices where file.form.nodes[index].holds {
          if file.form.nodes[index].repeats.isEmpty { columns.insert(Column(node: index, context: [])) }
          for context in run.places(index) { values[Column(node: index, context: context)] = run.value(index, context) }
        }
        columns.formUnion(values.keys)
        held.append((file.row, values))
      }
      if files.count < Self.exportedAtOnce { break }
    }
    let sorted = columns.sorted()
    let asked = try await office.database.read { try form(version, agency: actor.agency, $0) }
    return FormAnswerTable(
      columns: sorted.map { FormFilling.slot(asked.nodes[$0.node].name, $0.context) },
      lines: held.map { row, values in .init(filling: row, values: sorted.map { values[$0] ?? "" }) })
  }

  private func open(_ actor: Actor, _ version: FormVersionID, after last: FormFillingRow?) async throws -> [FormFile] {
    let now = office.clock.now()
    return try await office.database.write { transaction in
      guard try OwnFormRecords.version(version, agency: actor.agency, transaction) != nil else {
        throw Refusal.notFound
      }
      let rows = try OwnFormRecords.finished(
        version, agency: actor.agency, after: last, limit: Self.exportedAtOnce, transaction)
      return try rows.map { row in
        let file = try open(row, for: actor, at: now, transaction)
        try transaction.record(entry("form_filling.export", actor, row.id))
        return file
      }
    }
  }
}

/// A question at one place; sorted as the form has them, and in repetitions by their number.
private struct Column: Hashable, Comparable {
  var node: Int
  var context: [Int]

  static func < (one: Column, other: Column) -> Bool {
    if one.node != other.node { return one.node < other.node }
    return one.context.lexicographicallyPrecedes(other.context)
  }
}

extension XLSForm.Node {
  /// Whether it can hold a value worth a column.
  fileprivate var holds: Bool {
    switch kind {
    case .group, .repetition, .note, .notSupported: false
    default: true
    }
  }
}
