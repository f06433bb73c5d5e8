/// Capture histories as text: one 0/1 column a list and `count`, commas or semicolons; lines that begin with # are
/// comments. Histories that are not written have count zero. Further columns are strata and must be named.
public enum HistoryFile {
  /// Reads a table.
  ///
  /// - Parameters:
  ///   - text: the file.
  ///   - strata: columns that say which group a line belongs to, for example sex.
  ///   - merge: lists that are counted as one, several groups of names.
  ///
  /// Returns the whole table and one table a group, groups in the order of the file.
  /// Throws `HistoryProblem` that names the line.
  public static func read(
    _ text: String, strata: [String] = [], merge: [[String]] = []
  ) throws(HistoryProblem) -> (table: HistoryTable, groups: [(name: String, table: HistoryTable)]) {
    var header: [String]?
    var separator: Character = ","
    var lists: [(name: String, column: Int, bit: Int)] = []
    var names: [String] = []
    var (countColumn, groupColumns) = (0, [Int]())
    var seen: [String: Int] = [:]
    var (total, groups, order) = ([Double](), [String: [Double]](), [String]())
    var lines = text.utf8.split(separator: 10, omittingEmptySubsequences: false)[...]
    if text.utf8.starts(with: [0xEF, 0xBB, 0xBF]), let first = lines.first { lines[0] = first.dropFirst(3) }
    for (index, raw) in lines.enumerated() {
      let number = index + 1
      guard raw.count < 10_000 else {
        throw HistoryProblem(
          line: number, es: "la línea es más larga que la de cualquier tabla", en: "the line is longer than any table's"
        )
      }
      let line = String(decoding: raw, as: UTF8.self).filter { $0 != "\r" }
      if line.allSatisfy({ $0 == " " || $0 == "\t" || $0 == "," || $0 == ";" }) || line.hasPrefix("#") { continue }
      guard let head = header else {
        separator = line.count { $0 == ";" } > line.count { $0 == "," } ? ";" : ","
        let columns = fields(line, separator)
        header = columns
        for (column, name) in columns.enumerated() {
          if name.isEmpty {
            throw HistoryProblem(
              line: number, es: "la columna \(column + 1) no tiene nombre", en: "column \(column + 1) has no name")
          }
          if columns[..<column].contains(name) {
            throw HistoryProblem(
              line: number, es: "la columna «\(name)» está dos veces", en: "the column “\(name)” stands twice")
          }
        }
        guard let count = columns.firstIndex(of: "count") else {
          throw HistoryProblem(line: number, es: "falta la columna «count»", en: "there is no column “count”")
        }
        for name in strata {
          guard let column = columns.firstIndex(of: name), name != "count" else {
            throw HistoryProblem(
              line: number, es: "no hay columna «\(name)» para los grupos",
              en: "there is no column “\(name)” for groups")
          }
          groupColumns.append(column)
        }
        countColumn = count
        let found = columns.indices.filter { $0 != count && !groupColumns.contains($0) }
        for name in merge.joined() where !found.contains(where: { columns[$0] == name }) {
          throw HistoryProblem(
            line: number, es: "no hay lista «\(name)» para contar como una", en: "there is no list “\(name)” to merge")
        }
        for column in found {
          let name = merge.first { $0.contains(columns[column]) }?.joined(separator: "+") ?? columns[column]
          let bit = names.firstIndex(of: name) ?? names.count
          if bit == names.count { names.append(name) }
          lists.append((columns[column], column, bit))
        }
        guard names.count >= 2 else {
          throw HistoryProblem(
            line: number,
            es:
              "\(names.count == 1 ? "una sola lista" : "ninguna lista"); una estimación necesita al menos dos, porque "
              + "una lista sola no dice nada de lo que le falta",
            en: "\(names.count == 1 ? "only one list" : "no list"); an estimate needs at least two, because one list "
              + "alone says nothing about what it misses")
        }
        guard names.count <= HistoryTable.mostLists else {
          throw .tooManyLists(names.count, line: number)
        }
        total = [Double](repeating: 0, count: 1 << names.count)
        continue
      }
      let row = fields(line, separator)
      guard row.count == head.count else {
        throw HistoryProblem(
          line: number, es: "\(row.count) campos, pero el encabezado tiene \(head.count)",
          en: "\(row.count) fields, but the header has \(head.count)")
      }
      var history = 0
      for list in lists {
        switch row[list.column] {
        case "1": history |= 1 << list.bit
        case "0": break
        default:
          let mark = row[list.column].prefix(20)
          throw HistoryProblem(
            line: number, es: "«\(list.name)» debe ser 0 o 1, no «\(mark)»",
            en: "“\(list.name)” must be 0 or 1, not “\(mark)”")
        }
      }
      let count = try whole(row[countColumn], line: number)
      guard history != 0 else {
        throw HistoryProblem(
          line: number,
          es:
            "nadie puede haber contado un caso que no está en ninguna lista; esa fila es lo que se va a estimar, quítela",
          en: "a case on no list can't have been counted; that row is what is to be estimated, leave it out")
      }
      let group = groupColumns.map { row[$0] }.joined(separator: ", ")
      let key = (lists.map { row[$0.column] } + [group]).joined(separator: "|")
      if let first = seen.updateValue(number, forKey: key) {
        throw HistoryProblem(
          line: number, es: "esta combinación de listas ya está en la línea \(first)",
          en: "this history stands already in line \(first)")
      }
      total[history] += Double(count)
      if !groupColumns.isEmpty {
        if groups[group] == nil { order.append(group) }
        groups[group, default: [Double](repeating: 0, count: 1 << names.count)][history] += Double(count)
      }
    }
    guard header != nil else {
      throw HistoryProblem(es: "el archivo no tiene una tabla", en: "the file holds no table")
    }
    guard total.contains(where: { $0 > 0 }) else {
      throw HistoryProblem(es: "no hay ningún caso contado", en: "no case is counted")
    }
    let table = try HistoryTable(lists: names, counts: total)
    var tables: [(name: String, table: HistoryTable)] = []
    for name in order {
      if let counts = groups[name] { tables.append((name, try HistoryTable(lists: names, counts: counts))) }
    }
    return (table, tables)
  }

  private static func whole(_ text: String, line: Int) throws(HistoryProblem) -> Int {
    if let number = Int(text), number >= 0, number <= 1_000_000_000 { return number }
    if let number = Double(text), number < 0 {
      throw HistoryProblem(line: line, es: "el conteo es negativo", en: "the count is negative")
    }
    let written = text.prefix(20)
    if let number = Double(text), number != number.rounded() {
      throw HistoryProblem(
        line: line, es: "el conteo «\(written)» no es un número entero; los casos se cuentan, no se reparten",
        en: "the count “\(written)” is no whole number; cases are counted, not shared")
    }
    throw HistoryProblem(
      line: line, es: "«count» debe ser un número entero, no «\(written)»",
      en: "“count” must be a whole number, not “\(written)”")
  }

  private static func fields(_ line: String, _ separator: Character) -> [String] {
    line.split(separator: separator, omittingEmptySubsequences: false).map { field in
      var text = field[...]
      while text.first == " " || text.first == "\t" { text.removeFirst() }
      while text.last == " " || text.last == "\t" { text.removeLast() }
      if text.count >= 2, text.first == "\"", text.last == "\"" { text = text.dropFirst().dropLast() }
      return String(text)
    }
  }
}
