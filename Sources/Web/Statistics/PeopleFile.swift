import Linkage
import Statistics

/// Encodes a list of people as it stands in a file: for the page and for the command line.
public enum PeopleFile {
  /// What an encoding of a whole list left open.
  public struct Notes: Sendable {
    /// People without a value in any encoded column; they link with nobody.
    public var empty: Int
    /// Columns that the file lacks though they would help; the other lists should lack them too.
    public var missing: [String]
  }

  /// Adds everybody in the file to the list.
  ///
  /// A column `id`, `case_id` or `record_id` is carried along; without one, rows are numbered.
  ///
  /// - Parameter progress: called now and then with the number of people so far.
  ///
  /// Throws `LinkageProblem` or `FactFileProblem`, both with the line and without anything that stands in it, and
  /// `CancellationError` when the task is cancelled.
  public static func encode(
    _ reader: inout DelimitedReader, into list: inout EncodedList, _ schema: LinkageSchema, secret: [UInt8],
    progress: (Int) -> Void = { _ in }
  ) throws -> Notes {
    var encoder = try RecordEncoder(schema, secret: secret)
    let columns = try encoder.columns(in: reader.header)
    let id = ["id", "case_id", "record_id"].compactMap { reader.header.firstIndex(of: $0) }.first
    var (seen, empty): (Set<String>, Int) = ([], 0)
    while try reader.next() {
      let values = try reader.header.indices.map { try reader.text($0) }
      let own = id.map { values[$0] } ?? String(list.count + 1)
      guard !own.isEmpty, !own.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else {
        throw LinkageProblem(
          line: reader.line, es: "el id está vacío o tiene una coma o comillas",
          en: "the id is empty or holds a comma or a quotation mark")
      }
      guard seen.insert(own).inserted else {
        throw LinkageProblem(line: reader.line, es: "este id está dos veces", en: "this id stands twice")
      }
      let record = encoder.encode(values, columns)
      if schema.hardening == nil, record.filter.allSatisfy({ $0 == 0 }) { empty += 1 }
      list.append(own, record)
      if list.count % 1000 == 0 {
        try Task.checkCancellation()
        progress(list.count)
      }
    }
    guard list.count > 0 else { throw LinkageProblem(es: "la lista no tiene a nadie", en: "the list holds nobody") }
    return Notes(empty: empty, missing: columns.missing)
  }
}
