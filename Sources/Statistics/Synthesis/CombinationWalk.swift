/// Counts every combination of attributes up to a length, one set of columns after another, in one or two files at once.
///
/// A set's counts stand in one flat array: the combinations of its first columns that occur, times the codes of its
/// last one. Rows that are blank in one of the first columns are left behind on the way, so longer sets touch fewer
/// rows. Only one set's counts are in memory at a time.
struct CombinationWalk {
  /// A combination with its counts; `second` is 0 when there is one file.
  typealias Visit = (_ attributes: UnsafeBufferPointer<Int32>, _ first: UInt32, _ second: UInt32) -> Void

  let files: [CodedFacts]
  let longest: Int
  /// Combinations that are rarer than this in all files are passed over, with all that hold them.
  var least: UInt32 = 1
  /// Told the share of the work that is done; throws to break off.
  var progress: (Double) throws -> Void = { _ in }

  private static let mostCells = 1 << 27

  /// Rows that have a combination, with its number among those that occur.
  private struct Level {
    var rows: [[UInt32]]
    var prefixes: [[UInt32]]
    /// Of each combination that occurs its attributes, one after another.
    var attributes: [Int32] = []
    var count = 1
  }

  /// - Throws: `FactFileProblem` when a set has too many different combinations to count.
  func run(_ visit: Visit) throws {
    var levels = [
      Level(
        rows: files.map { (0..<UInt32($0.rowCount)).map { $0 } },
        prefixes: files.map { [UInt32](repeating: 0, count: $0.rowCount) })
    ]
    for _ in 1..<max(2, longest) {
      levels.append(Level(rows: files.map { _ in [] }, prefixes: files.map { _ in [] }, count: 0))
    }
    var counts = [[UInt32]](repeating: [], count: files.count)
    try descend(0, from: 0, &levels, &counts, visit)
  }

  private func descend(
    _ depth: Int, from first: Int, _ levels: inout [Level], _ counts: inout [[UInt32]], _ visit: Visit
  ) throws {
    let columns = files[0].names.count
    for column in first..<max(first, columns) {
      if depth == 0 { try progress(Double(column) / Double(columns)) }
      let size = files[0].codes[column].count + 1
      let prefixes = levels[depth].count
      let cells = prefixes * size
      guard cells <= Self.mostCells else {
        throw FactFileProblem("there are too many different combinations with “\(files[0].names[column])” to count")
      }
      for file in files.indices {
        if counts[file].count < cells { counts[file] = [UInt32](repeating: 0, count: cells) }
        count(files[file].cells[column], levels[depth].rows[file], levels[depth].prefixes[file], size, &counts[file])
      }
      let goesOn = depth + 1 < longest && column + 1 < columns
      if goesOn {
        levels[depth + 1].attributes.removeAll(keepingCapacity: true)
        levels[depth + 1].count = 0
      }
      emit(column, depth, size, goesOn, &levels, &counts, visit)
      if goesOn { for file in files.indices { keep(file, column, depth, size, &levels, counts[file]) } }
      // Done with: the next level uses the same arrays.
      for file in files.indices {
        counts[file].withUnsafeMutableBufferPointer { buffer in for place in 0..<cells { buffer[place] = 0 } }
      }
      if goesOn, levels[depth + 1].count > 0 {
        try descend(depth + 1, from: column + 1, &levels, &counts, visit)
      }
    }
  }

  private func count(
    _ cells: [UInt16], _ rows: [UInt32], _ prefixes: [UInt32], _ size: Int, _ counts: inout [UInt32]
  ) {
    let size = UInt32(size)
    cells.withUnsafeBufferPointer { cells in
      rows.withUnsafeBufferPointer { rows in
        prefixes.withUnsafeBufferPointer { prefixes in
          counts.withUnsafeMutableBufferPointer { counts in
            for index in 0..<rows.count {
              let place = Int(prefixes[index] &* size &+ UInt32(cells[Int(rows[index])]))
              counts[place] &+= 1
            }
          }
        }
      }
    }
  }

  /// Shows each combination and, where the walk goes on, replaces its count by its number.
  private func emit(
    _ column: Int, _ depth: Int, _ size: Int, _ goesOn: Bool, _ levels: inout [Level],
    _ counts: inout [[UInt32]], _ visit: Visit
  ) {
    let offset = Int32(files[0].firstAttribute[column] - 1)
    let both = files.count > 1
    var attributes = [Int32](repeating: 0, count: depth + 1)
    let above = levels[depth].attributes
    var next = levels[depth + 1 < levels.count ? depth + 1 : depth].attributes
    var number: UInt32 = 0
    for prefix in 0..<levels[depth].count {
      var isRead = false
      for code in 1..<max(1, size) {
        let place = prefix * size + code
        let first = counts[0][place]
        let second = both ? counts[1][place] : 0
        guard first >= least || second >= least else {
          if goesOn {
            counts[0][place] = 0
            if both { counts[1][place] = 0 }
          }
          continue
        }
        if !isRead {
          for index in 0..<depth { attributes[index] = above[prefix * depth + index] }
          isRead = true
        }
        attributes[depth] = offset + Int32(code)
        attributes.withUnsafeBufferPointer { visit($0, first, second) }
        if goesOn {
          number += 1
          next.append(contentsOf: attributes)
          counts[0][place] = number
          if both { counts[1][place] = number }
        }
      }
    }
    guard goesOn else { return }
    levels[depth + 1].attributes = next
    levels[depth + 1].count = Int(number)
  }

  /// Rows that have a combination of this set go down to the next level.
  private func keep(_ file: Int, _ column: Int, _ depth: Int, _ size: Int, _ levels: inout [Level], _ numbers: [UInt32])
  {
    let cells = files[file].cells[column]
    let (rows, prefixes) = (levels[depth].rows[file], levels[depth].prefixes[file])
    var newRows = levels[depth + 1].rows[file]
    var newPrefixes = levels[depth + 1].prefixes[file]
    levels[depth + 1].rows[file] = []
    levels[depth + 1].prefixes[file] = []
    newRows.removeAll(keepingCapacity: true)
    newPrefixes.removeAll(keepingCapacity: true)
    for index in rows.indices {
      let row = rows[index]
      let code = Int(cells[Int(row)])
      guard code > 0 else { continue }
      let number = numbers[Int(prefixes[index]) * size + code]
      guard number > 0 else { continue }
      newRows.append(row)
      newPrefixes.append(number - 1)
    }
    levels[depth + 1].rows[file] = newRows
    levels[depth + 1].prefixes[file] = newPrefixes
  }
}
