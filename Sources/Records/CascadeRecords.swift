/// Deleting a row together with every row that refers to it, and every row that refers to those.
///
/// What refers to what is read from the schema itself, so that a table that is added later is never forgotten when a
/// person is erased.
public enum Cascade {
  private struct Reference {
    var table: String
    var column: String
    var parentColumn: String
    /// Of several columns: none of ours that a person's rows hang on is.
    var isComposite: Bool
  }

  /// - Parameters:
  ///   - table: a table of the house.
  ///   - column: which of its columns names the row.
  ///   - value: an identifier.
  ///
  /// Throws a `DatabaseFailure`; `.wrongSchema` when something refers to the row by several columns.
  public static func delete(
    from table: String, where column: String, is value: String, _ engine: Engine, _ transaction: any WriteTransaction
  ) throws {
    let references = try references(engine, transaction)
    try delete(table, "\(column) = ?", value, references, path: [], transaction)
  }

  private static func delete(
    _ table: String, _ condition: String, _ value: String, _ references: [String: [Reference]], path: [String],
    _ transaction: any WriteTransaction
  ) throws {
    for reference in references[table] ?? [] where reference.table != table && !path.contains(reference.table) {
      guard !reference.isComposite else { throw DatabaseFailure.wrongSchema(reference.table) }
      try delete(
        reference.table, "\(reference.column) IN (SELECT \(reference.parentColumn) FROM \(table) WHERE \(condition))",
        value, references, path: path + [table], transaction)
    }
    try transaction.execute("DELETE FROM \(table) WHERE \(condition)", value)
  }

  /// The foreign keys of the store, by the table they refer to.
  private static func references(_ engine: Engine, _ transaction: any ReadTransaction) throws -> [String: [Reference]] {
    let sql =
      switch engine {
      case .sqlite:
        """
        SELECT m.name AS child, f."table" AS parent, f."from" AS child_column, f."to" AS parent_column,
          (SELECT COUNT(*) FROM pragma_foreign_key_list(m.name) g WHERE g.id = f.id) AS columns
        FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' AND f.seq = 0
        ORDER BY child, child_column
        """
      case .postgresql:
        """
        SELECT child.relname AS child, parent.relname AS parent, ca.attname AS child_column,
          pa.attname AS parent_column, array_length(k.conkey, 1) AS columns
        FROM pg_constraint k JOIN pg_class child ON child.oid = k.conrelid JOIN pg_class parent ON parent.oid = k.confrelid
        JOIN pg_namespace n ON n.oid = child.relnamespace
        JOIN pg_attribute ca ON ca.attrelid = k.conrelid AND ca.attnum = k.conkey[1]
        JOIN pg_attribute pa ON pa.attrelid = k.confrelid AND pa.attnum = k.confkey[1]
        WHERE k.contype = 'f' AND n.nspname = current_schema() ORDER BY child.relname, ca.attname
        """
      }
    return try transaction.rows(sql).reduce(into: [:]) { all, row in
      all[try row.get("parent"), default: []].append(
        Reference(
          table: try row.get("child"), column: try row.get("child_column"), parentColumn: try row.get("parent_column"),
          isComposite: try row.get("columns", as: Int.self) > 1))
    }
  }
}
