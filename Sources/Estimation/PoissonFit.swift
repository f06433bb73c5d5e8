/// A Poisson log-linear fit by extended maximum likelihood.
public struct PoissonFit: Hashable, Sendable {
  public let model: LogLinearModel
  /// Terms whose estimate is minus infinity, because no case stands on all their lists.
  public let atMinusInfinity: [Int]
  public let observed: Double
  /// What the model expects on no list.
  public let hidden: Double
  public let deviance: Double
  public let logLikelihood: Double
  /// Of the logarithm of the hidden number.
  public let standardError: Double
  /// Expected counts by history; place 0 is the hidden number.
  public let means: [Double]
  /// Estimates by term, and their standard errors; 0 where the model has no such term.
  let estimates: [Double]
  let errors: [Double]

  public var total: Double { observed + hidden }
  public var aic: Double { 2 * Double(model.parameters) - 2 * logLikelihood }
  public var bic: Double { Double(model.parameters) * SteadyMath.log(observed) - 2 * logLikelihood }

  /// The Wald interval on the logarithm of the hidden number, given the model.
  public func interval(_ level: Double = 0.95) -> (lower: Double, upper: Double) {
    let spread = SteadyMath.exp(SteadyMath.normalQuantile(0.5 + level / 2) * standardError)
    return (observed + hidden / spread, observed + hidden * spread)
  }
}

/// Fits models, one after another, in memory that is asked for once.
///
/// Iteratively reweighted least squares from mu = count + 0.1 until the deviance changes by less than 1e-10. Sums over
/// the histories that hold a set are made for all sets at once, because the information between two terms is the sum
/// over the histories that hold both.
struct PoissonFitter {
  let lists: Int
  private var mean: [Double]
  private var eta: [Double]
  private var sums: [Double]
  private var score: [Double]
  private var matrix: [Double]
  private var beta: [Double]
  private var terms: [Int] = []
  private var alive: [Bool]

  init(lists: Int) {
    self.lists = lists
    let cells = 1 << lists
    (mean, eta, sums) = (Array(repeating: 0, count: cells), Array(repeating: 0, count: cells), [])
    sums = mean
    score = mean
    beta = mean
    matrix = Array(repeating: 0, count: cells * cells)
    alive = Array(repeating: true, count: cells)
  }

  /// The terms at minus infinity: those no observed case holds.
  static func impossible(_ model: LogLinearModel, _ counts: [Double]) -> [Int] {
    var sums = counts
    supersetSums(&sums, model.lists)
    return (1..<counts.count).filter { model.contains($0) && sums[$0] == 0 }
  }

  static func supersetSums(_ values: inout [Double], _ lists: Int) {
    values.withUnsafeMutableBufferPointer { values in
      for list in 0..<lists {
        let bit = 1 << list
        var start = 0
        while start < values.count {
          for place in start..<(start + bit) { values[place] += values[place | bit] }
          start += bit << 1
        }
      }
    }
  }

  private static func subsetSums(_ values: inout [Double], _ lists: Int) {
    values.withUnsafeMutableBufferPointer { values in
      for list in 0..<lists {
        let bit = 1 << list
        var start = 0
        while start < values.count {
          for place in start..<(start + bit) { values[place | bit] += values[place] }
          start += bit << 1
        }
      }
    }
  }

  /// The fit, or `nil` when the model can't be told apart from a smaller one or does not settle. Whether an estimate
  /// exists is asked of `Existence` before.
  mutating func fit(
    _ model: LogLinearModel, _ counts: [Double], errors wantsErrors: Bool = true, fixedHidden: Double? = nil
  ) -> PoissonFit? {
    guard iterate(model, counts, fixedHidden: fixedHidden) else { return nil }
    let cells = counts.count
    var logLikelihood = 0.0
    let deviance = deviance(counts, fixedHidden: fixedHidden)
    for cell in 1..<cells where alive[cell] {
      logLikelihood += counts[cell] * eta[cell] - mean[cell]
      if counts[cell] > 1 { logLikelihood -= SteadyMath.logGamma(counts[cell] + 1) }
    }
    var estimates = [Double](repeating: 0, count: cells)
    var errors = estimates
    for (place, term) in terms.enumerated() { estimates[term] = beta[place] }
    if wantsErrors {
      for (place, term) in terms.enumerated() { errors[term] = inverseDiagonal(place).squareRoot() }
    }
    var means = mean
    means[0] = SteadyMath.exp(estimates[0])
    let observed = counts.reduce(0, +)
    guard means[0].isFinite, deviance.isFinite else { return nil }
    return PoissonFit(
      model: model, atMinusInfinity: Self.impossible(model, counts), observed: observed, hidden: means[0],
      deviance: deviance, logLikelihood: logLikelihood, standardError: errors[0], means: means, estimates: estimates,
      errors: errors)
  }

  /// The hidden number alone, for resampling.
  mutating func hidden(_ model: LogLinearModel, _ counts: [Double]) -> Double? {
    guard iterate(model, counts, fixedHidden: nil) else { return nil }
    let hidden = SteadyMath.exp(beta[0])
    return hidden.isFinite ? hidden : nil
  }

  /// The fitted means of the last fit; dead cells are 0.
  var means: [Double] { mean }

  private mutating func iterate(_ model: LogLinearModel, _ counts: [Double], fixedHidden: Double?) -> Bool {
    let cells = 1 << lists
    sums = counts
    Self.supersetSums(&sums, lists)
    terms.removeAll(keepingCapacity: true)
    for cell in 0..<cells { alive[cell] = true }
    for term in 0..<cells where model.contains(term) {
      if term > 0, sums[term] == 0 {
        for cell in 0..<cells where cell & term == term { alive[cell] = false }
      } else {
        terms.append(term)
      }
    }
    let from = fixedHidden == nil ? 1 : 0
    if from == 1 { alive[0] = false }
    for cell in 0..<cells {
      let count = cell == 0 ? fixedHidden ?? 0 : counts[cell]
      mean[cell] = alive[cell] ? count + 0.1 : 0
      eta[cell] = alive[cell] ? SteadyMath.log(count + 0.1) : 0
    }
    var last = Double.infinity
    for _ in 0..<200 {
      for cell in 0..<cells {
        sums[cell] = mean[cell]
        let count = cell == 0 ? fixedHidden ?? 0 : counts[cell]
        score[cell] = alive[cell] ? mean[cell] * eta[cell] + count - mean[cell] : 0
      }
      Self.supersetSums(&sums, lists)
      Self.supersetSums(&score, lists)
      guard solve() else { return false }
      for cell in 0..<cells { eta[cell] = 0 }
      for (place, term) in terms.enumerated() { eta[term] = beta[place] }
      Self.subsetSums(&eta, lists)
      for cell in 0..<cells { mean[cell] = alive[cell] ? SteadyMath.exp(min(eta[cell], 60)) : 0 }
      let now = deviance(counts, fixedHidden: fixedHidden)
      guard now.isFinite else { return false }
      if abs(now - last) <= 1e-10 * (abs(now) + 0.1) { return true }
      last = now
    }
    return false
  }

  private func deviance(_ counts: [Double], fixedHidden: Double?) -> Double {
    var sum = 0.0
    for cell in 0..<counts.count where alive[cell] {
      let count = cell == 0 ? fixedHidden ?? 0 : counts[cell]
      sum += count > 0 ? count * (SteadyMath.log(count) - eta[cell]) - (count - mean[cell]) : mean[cell]
    }
    return 2 * sum
  }

  /// Solves information × beta = score by Cholesky's factors, which stay for the standard errors.
  private mutating func solve() -> Bool {
    let n = terms.count
    return matrix.withUnsafeMutableBufferPointer { matrix in
      beta.withUnsafeMutableBufferPointer { beta in
        for row in 0..<n {
          for column in 0...row {
            var value = sums[terms[row] | terms[column]]
            for k in 0..<column { value -= matrix[row * n + k] * matrix[column * n + k] }
            if row == column {
              guard value > 1e-11 * sums[terms[row]], value > 0 else { return false }
              matrix[row * n + row] = value.squareRoot()
            } else {
              matrix[row * n + column] = value / matrix[column * n + column]
            }
          }
          var value = score[terms[row]]
          for k in 0..<row { value -= matrix[row * n + k] * beta[k] }
          beta[row] = value / matrix[row * n + row]
        }
        for row in stride(from: n - 1, through: 0, by: -1) {
          var value = beta[row]
          for k in (row + 1)..<max(n, row + 1) { value -= matrix[k * n + row] * beta[k] }
          beta[row] = value / matrix[row * n + row]
        }
        return true
      }
    }
  }

  /// One diagonal element of the inverse information: the squared length of a column of the inverted factor.
  private func inverseDiagonal(_ place: Int) -> Double {
    let n = terms.count
    var column = [Double](repeating: 0, count: n)
    var sum = 0.0
    for row in place..<n {
      var value = row == place ? 1.0 : 0
      for k in place..<row { value -= matrix[row * n + k] * column[k] }
      column[row] = value / matrix[row * n + row]
      sum += column[row] * column[row]
    }
    return sum
  }
}
