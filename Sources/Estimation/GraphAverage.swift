/// Bayesian average over all decomposable graphs of dependence between lists (Madigan and York 1997), exact on a grid
/// of hidden numbers.
public struct GraphAverage: Hashable, Sendable {
  public let graphs: Int
  /// The largest total that is considered. It is a prior in disguise: said with every result.
  public let cap: Int
  public let gridPoints: Int
  public let mean: Double
  public let median: Double
  public let lower: Double
  public let upper: Double
  /// The probability of the last hundredth of the grid: above a thousandth the cap decides the interval.
  public let weightAtCap: Double
  /// The most probable graph, as cliques.
  public let bestGraph: LogLinearModel
  public let bestGraphWeight: Double

  /// - Parameters:
  ///   - cap: the largest total.
  ///   - gridPoints: how many hidden numbers from 0 to the cap; all of them unless told.
  ///
  /// `nil` for more than five lists or a cap that is not above the observed number.
  public init?(_ table: HistoryTable, cap: Int, gridPoints: Int? = nil, level: Double = 0.95) {
    let lists = table.lists.count
    let observed = Int(table.observed.rounded())
    guard lists <= 5, cap > observed else { return nil }
    let width = cap - observed
    let points = max(2, min(gridPoints ?? width + 1, width + 1))
    let graphs = ChordalGraph.all(lists)
    let delta = 1 / Double(1 << lists)
    let sets = (1 << lists) - 1
    // Per set of lists: what does not depend on the hidden number, and the cell that does.
    var fixed = [Double](repeating: 0, count: sets + 1)
    var zeroCell = fixed
    var weight = fixed
    for set in 1...sets {
      let d = delta * Double(1 << (lists - set.nonzeroBitCount))
      weight[set] = d
      var margin: [Int: Double] = [:]
      for history in 1..<table.counts.count { margin[history & set, default: 0] += table.counts[history] }
      zeroCell[set] = margin[0] ?? 0
      let base = SteadyMath.logGamma(d)
      for sub in 1...set where sub & set == sub && sub > 0 {
        fixed[set] += SteadyMath.logGamma((margin[sub] ?? 0) + d) - base
      }
      fixed[set] -= base
    }
    let hidden: [Double] = (0..<points).map { point in
      points == width + 1
        ? Double(point) : (Double(point) * Double(width) / Double(points - 1)).rounded()
    }
    var byPoint = [Double](repeating: 0, count: points)
    var byGraph = [Double](repeating: 0, count: graphs.count)
    var scores = GraphScores(graphs, lists: lists, fixed: fixed, zeroCell: zeroCell, weight: weight, observed: observed)
    // Most graphs are hopeless everywhere: a look at a few places finds them. 60 is far more than could grow between.
    var heights = [Double](repeating: -.infinity, count: graphs.count)
    for place in 0...128 {
      scores.move(to: hidden[place * (points - 1) / 128])
      for index in graphs.indices { heights[index] = max(heights[index], scores.value(index)) }
    }
    let top = heights.max() ?? 0
    let hopeful = graphs.indices.filter { heights[$0] > top - 60 }
    scores.keep(hopeful)
    // From one whole number to the next a weight changes by a product of a few numbers: logarithms are needed only now
    // and then, so that rounding does not add up.
    let run = points == width + 1 ? 64 : 1
    var shares = [Double](repeating: 0, count: hopeful.count)
    var sums = shares
    for start in stride(from: 0, to: points, by: run) {
      scores.move(to: hidden[start])
      for place in shares.indices {
        // So far below the top, a weight stays without one until the next look.
        let height = scores.value(place) - top
        shares[place] = height < -700 ? 0 : SteadyMath.exp(height)
      }
      byPoint[start] = Self.add(shares, to: &sums)
      for point in (start + 1)..<max(start + 1, min(points, start + run)) {
        scores.step(from: hidden[point - 1], &shares)
        byPoint[point] = Self.add(shares, to: &sums)
      }
    }
    for (place, index) in hopeful.enumerated() { byGraph[index] = sums[place] }
    let sum = byPoint.reduce(0, +)
    guard sum > 0, sum.isFinite else { return nil }
    self.graphs = graphs.count
    self.cap = cap
    self.gridPoints = points
    var (cumulative, average) = (0.0, 0.0)
    var marks: [(Double, Double?)] = [((1 - level) / 2, nil), (0.5, nil), (1 - (1 - level) / 2, nil)]
    for point in 0..<points {
      let before = cumulative
      cumulative += byPoint[point] / sum
      average += hidden[point] * byPoint[point] / sum
      for mark in marks.indices where marks[mark].1 == nil && cumulative >= marks[mark].0 {
        // Straight between the grid points, as for a variable that is not whole.
        let part = cumulative > before ? (marks[mark].0 - before) / (cumulative - before) : 1
        let previous = point > 0 ? hidden[point - 1] : 0
        marks[mark].1 = previous + part * (hidden[point] - previous)
      }
    }
    mean = Double(observed) + average
    lower = Double(observed) + (marks[0].1 ?? Double(width))
    median = Double(observed) + (marks[1].1 ?? Double(width))
    upper = Double(observed) + (marks[2].1 ?? Double(width))
    let tail = max(1, points / 100)
    weightAtCap = byPoint.suffix(tail).reduce(0, +) / sum
    let best = byGraph.indices.max { byGraph[$0] < byGraph[$1] } ?? 0
    bestGraph = LogLinearModel(lists: lists, generators: graphs[best].cliques)
    bestGraphWeight = byGraph[best] / sum
  }

  private static func add(_ shares: [Double], to sums: inout [Double]) -> Double {
    var whole = 0.0
    for place in shares.indices {
      whole += shares[place]
      sums[place] += shares[place]
    }
    return whole
  }
}

/// The logarithms of the graphs' weights at one hidden number.
private struct GraphScores {
  private let lists: Int
  private let sets: Int
  private let fixed: [Double]
  private let zeroCell: [Double]
  private let weight: [Double]
  private let observed: Double
  /// A graph's weight is a sum of scores: of its cliques, less those of its separators, and one normaliser for each
  /// clique that no separator joins to another.
  private var terms: [Int] = []
  private var ends: [Int] = []
  private var score: [Double]
  private var rest = 0.0

  init(
    _ graphs: [ChordalGraph], lists: Int, fixed: [Double], zeroCell: [Double], weight: [Double], observed: Int
  ) {
    let sets = (1 << lists) - 1
    (self.lists, self.sets, self.observed) = (lists, sets, Double(observed))
    (self.fixed, self.zeroCell, self.weight) = (fixed, zeroCell, weight)
    score = [Double](repeating: 0, count: 2 * sets + 2 + lists + 1)
    for graph in graphs {
      terms += graph.cliques + graph.separators.map { $0 + sets + 1 }
      terms.append(2 * sets + 2 + graph.cliques.count - graph.separators.count)
      ends.append(terms.count)
    }
  }

  mutating func move(to hidden: Double) {
    let total = observed + hidden
    for set in 1...sets {
      score[set] = fixed[set] + SteadyMath.logGamma(zeroCell[set] + hidden + weight[set])
      score[sets + 1 + set] = -score[set]
    }
    // delta times the number of cells is 1, whose logarithm of gamma is 0.
    let normaliser = -SteadyMath.logGamma(total + 1)
    for parts in 0...lists { score[2 * sets + 2 + parts] = Double(parts) * normaliser }
    rest = SteadyMath.logGamma(total + 1) - SteadyMath.logGamma(hidden + 1) - SteadyMath.log(total)
  }

  /// From here on only these graphs are asked for, by their places among the kept.
  mutating func keep(_ graphs: [Int]) {
    var (kept, keptEnds): ([Int], [Int]) = ([], [])
    for graph in graphs {
      kept += terms[(graph > 0 ? ends[graph - 1] : 0)..<ends[graph]]
      keptEnds.append(kept.count)
    }
    (terms, ends) = (kept, keptEnds)
  }

  /// Takes weights from one hidden number to the next: gamma(z + 1) is z gamma(z), so that each score's weight changes by
  /// a factor without any logarithm. `score` holds factors until the next `move`.
  mutating func step(from hidden: Double, _ weights: inout [Double]) {
    let total = observed + hidden
    for set in 1...sets {
      let factor = zeroCell[set] + hidden + weight[set]
      score[set] = factor
      score[sets + 1 + set] = 1 / factor
    }
    score[2 * sets + 2] = 1
    for parts in 0..<lists { score[2 * sets + 3 + parts] = score[2 * sets + 2 + parts] / (total + 1) }
    let own = total / (hidden + 1)
    terms.withUnsafeBufferPointer { terms in
      score.withUnsafeBufferPointer { score in
        var term = 0
        for graph in weights.indices {
          var factor = weights[graph] * own
          while term < ends[graph] {
            factor *= score[terms[term]]
            term += 1
          }
          weights[graph] = factor
        }
      }
    }
  }

  func value(_ graph: Int) -> Double {
    var value = rest
    for place in (graph > 0 ? ends[graph - 1] : 0)..<ends[graph] { value += score[terms[place]] }
    return value
  }
}

/// A chordal graph on lists, as its cliques and the separators between them.
struct ChordalGraph {
  let cliques: [Int]
  let separators: [Int]

  /// All of them: 2, 8, 61 and 822 for two to five lists.
  static func all(_ lists: Int) -> [ChordalGraph] {
    let pairs = LogLinearModel.pairs(lists)
    return (0..<(1 << pairs.count)).compactMap { edges in
      var neighbours = [Int](repeating: 0, count: lists)
      for (index, pair) in pairs.enumerated() where edges.holds(index) {
        for list in 0..<lists where pair.holds(list) { neighbours[list] |= pair & ~(1 << list) }
      }
      return ChordalGraph(neighbours)
    }
  }

  /// Maximum cardinality search; `nil` when the graph is not chordal (Tarjan and Yannakakis 1984).
  init?(_ neighbours: [Int]) {
    var (visited, cliques, separators) = (0, [Int](), [Int]())
    for _ in neighbours.indices {
      let next = neighbours.indices.filter { !visited.holds($0) }.max {
        ((neighbours[$0] & visited).nonzeroBitCount, -$0) < ((neighbours[$1] & visited).nonzeroBitCount, -$1)
      }
      guard let vertex = next else { return nil }
      let earlier = neighbours[vertex] & visited
      for list in neighbours.indices where earlier.holds(list) {
        guard earlier & ~(1 << list) & ~neighbours[list] == 0 else { return nil }
      }
      if let last = cliques.last, last & earlier == last {
        cliques[cliques.count - 1] = earlier | 1 << vertex
      } else {
        // Between parts that do not touch the separator is empty and weighs nothing but its normaliser.
        if !cliques.isEmpty { separators.append(earlier) }
        cliques.append(earlier | 1 << vertex)
      }
      visited |= 1 << vertex
    }
    // An empty separator's table is the total: its score cancels one normaliser, so it must not be counted at all.
    self.cliques = cliques
    self.separators = separators.filter { $0 != 0 }
  }
}
