import Basics

/// Whether a model has an estimate for a table at all, and only one (Fienberg and Rinaldo 2012; identifiability after
/// Chan, Silverman and Vincent 2021). The answer depends only on which histories occur.
public struct Existence: Hashable, Sendable {
  /// No estimate: the best fit wants some history with fitted count zero although the model does not say so.
  public let hasNone: Bool
  /// Several estimates fit equally well.
  public let isAmbiguous: Bool
  /// Histories that no best fit can make positive: the witness of `hasNone`, from the linear programme.
  public let witness: [Int]

  /// 0 sound, 1 no estimate, 2 not identifiable, 3 both.
  public var code: Int { (hasNone ? 1 : 0) + (isAmbiguous ? 2 : 0) }
  public var isSound: Bool { code == 0 }

  /// Judges a model for these counts.
  ///
  /// Terms that no case holds are taken to minus infinity first, with the histories that hold them. What is left has an
  /// estimate when some table of positive counts has the same totals; that is asked of the directions in which the
  /// observed histories say nothing, mostly none.
  public init(_ model: LogLinearModel, counts: [Double]) {
    let impossible = PoissonFitter.impossible(model, counts)
    let columns = (0..<counts.count).filter { model.contains($0) && !impossible.contains($0) }
    let cells = (1..<counts.count).filter { cell in !impossible.contains { cell & $0 == $0 } }
    let silent = cells.filter { counts[$0] == 0 }
    let directions = Self.nullDirections(rows: cells.filter { counts[$0] > 0 }, columns: columns)
    guard !directions.isEmpty else {
      (hasNone, isAmbiguous, witness) = (false, false, [])
      return
    }
    // What each direction does to the logarithm of a silent history's mean.
    let effects = silent.map { cell in
      directions.map { direction in
        zip(columns, direction).reduce(0.0) { $0 + ($1.0 & cell == $1.0 ? $1.1 : 0) }
      }
    }
    isAmbiguous = Self.rank(effects) < directions.count
    let lifted = Self.positiveWitness(effects)
    hasNone = lifted != nil
    witness = (lifted ?? []).map { silent[$0] }
  }

  /// The certificate in words.
  public func words(_ table: HistoryTable) -> LocalizedText? {
    guard !isSound else { return nil }
    var (spanish, english): ([String], [String]) = ([], [])
    if hasNone {
      let (names, more) = (witness.prefix(4).map { table.names($0) }, witness.count - 4)
      spanish.append(
        "no existe estimación: los conteos llevan a cero el número esperado exactamente en "
          + names.map { "«\($0)»" }.joined(separator: ", ") + (more > 0 ? " y \(more) más" : "")
          + ", y con él el número oculto a cero o sin fin")
      english.append(
        "no estimate exists: the counts push the expected number on exactly "
          + names.map { "“\($0)”" }.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
          + " to zero, and the hidden number with it to zero or without end")
    }
    if isAmbiguous {
      spanish.append(
        "no es identificable: varios números ocultos encajan igual de bien, porque hay muy pocas combinaciones distintas"
      )
      english.append(
        "not identifiable: several hidden numbers fit equally well, because too few different histories occur")
    }
    return LocalizedText(es: spanish.joined(separator: "; "), en: english.joined(separator: "; "))
  }

  /// A basis of the vectors that are orthogonal to every row (1 where the row's history holds the column's set).
  private static func nullDirections(rows: [Int], columns: [Int]) -> [[Double]] {
    var matrix = rows.map { row in columns.map { $0 & row == $0 ? 1.0 : 0.0 } }
    let pivots = reduce(&matrix, columns.count)
    let free = columns.indices.filter { !pivots.contains($0) }
    return free.map { column in
      var direction = [Double](repeating: 0, count: columns.count)
      direction[column] = 1
      for (row, pivot) in pivots.enumerated() { direction[pivot] = -matrix[row][column] }
      return direction
    }
  }

  private static func rank(_ rows: [[Double]]) -> Int {
    var matrix = rows
    return reduce(&matrix, rows.first?.count ?? 0).count
  }

  /// Gauss and Jordan with the largest pivot; the pivot columns in the order of the rows.
  private static func reduce(_ matrix: inout [[Double]], _ columns: Int) -> [Int] {
    var pivots: [Int] = []
    for column in 0..<columns where pivots.count < matrix.count {
      let top = pivots.count
      guard let best = (top..<matrix.count).max(by: { abs(matrix[$0][column]) < abs(matrix[$1][column]) }),
        abs(matrix[best][column]) > 1e-9
      else { continue }
      matrix.swapAt(top, best)
      let scale = matrix[top][column]
      for place in column..<columns { matrix[top][place] /= scale }
      for row in matrix.indices where row != top {
        let factor = matrix[row][column]
        guard abs(factor) > 1e-12 else { continue }
        for place in column..<columns { matrix[row][place] -= factor * matrix[top][place] }
      }
      pivots.append(column)
    }
    return pivots
  }

  /// A combination of the directions whose effect is nowhere negative and somewhere positive: the rows with a positive
  /// effect, or `nil` when there is none, that is, when x at least 1 everywhere with effects' x = 0 exists. First phase
  /// of the simplex method, Bland's rule.
  private static func positiveWitness(_ effects: [[Double]]) -> [Int]? {
    let (variables, rows) = (effects.count, effects.first?.count ?? 0)
    guard variables > 0, rows > 0 else { return nil }
    let width = variables + rows + 1
    var tableau: [[Double]] = []
    var signs: [Double] = []
    for row in 0..<rows {
      let right = -effects.reduce(0.0) { $0 + $1[row] }
      let sign = right < 0 ? -1.0 : 1.0
      signs.append(sign)
      var line = effects.map { sign * $0[row] } + [Double](repeating: 0, count: rows) + [sign * right]
      line[variables + row] = 1
      tableau.append(line)
    }
    var basis = (0..<rows).map { variables + $0 }
    // Reduced costs of minimising the artificial variables.
    var cost = [Double](repeating: 0, count: width)
    for column in 0..<width where column < variables || column == width - 1 {
      cost[column] = -tableau.reduce(0.0) { $0 + $1[column] }
    }
    while let column = (0..<(variables + rows)).first(where: { cost[$0] < -1e-9 }) {
      var leaving: Int?
      for row in 0..<rows where tableau[row][column] > 1e-9 {
        let ratio = tableau[row][width - 1] / tableau[row][column]
        guard let best = leaving else {
          leaving = row
          continue
        }
        let other = tableau[best][width - 1] / tableau[best][column]
        if ratio < other - 1e-12 || (ratio < other + 1e-12 && basis[row] < basis[best]) { leaving = row }
      }
      guard let row = leaving else { break }
      let scale = tableau[row][column]
      for place in 0..<width { tableau[row][place] /= scale }
      for other in 0..<rows where other != row && abs(tableau[other][column]) > 1e-13 {
        let factor = tableau[other][column]
        for place in 0..<width { tableau[other][place] -= factor * tableau[row][place] }
      }
      let factor = cost[column]
      for place in 0..<width { cost[place] -= factor * tableau[row][place] }
      basis[row] = column
    }
    guard -cost[width - 1] > 1e-7 else { return nil }
    // The multipliers are the certificate: their combination of effects is nowhere negative.
    let multipliers = (0..<rows).map { row in signs[row] * (cost[variables + row] - 1) }
    return effects.indices.filter { index in
      zip(effects[index], multipliers).reduce(0.0) { $0 + $1.0 * $1.1 } > 1e-7
    }
  }
}

/// Remembers the answers: in resampling the same questions come back thousands of times.
struct ExistenceCache {
  private struct Key: Hashable {
    var terms: UInt64
    var support: UInt64
  }
  private var answers: [Key: Bool] = [:]

  mutating func isSound(_ model: LogLinearModel, counts: [Double], support: UInt64) -> Bool {
    let key = Key(terms: model.terms, support: support)
    if let answer = answers[key] { return answer }
    let answer = Existence(model, counts: counts).isSound
    if answers.count < 200_000 { answers[key] = answer }
    return answer
  }
}

func support(_ counts: [Double]) -> UInt64 {
  var bits: UInt64 = 0
  for (history, count) in counts.enumerated() where count > 0 { bits |= 1 << UInt64(history) }
  return bits
}
