import Basics

extension XLSForm {
  /// What a node's presence and value rest on.
  private func foundations(_ index: Int) -> [Int] {
    let node = nodes[index]
    let rules = [node.relevant, node.calculation, node.choiceFilter, node.repeatCount]
    let named = rules.flatMap { $0?.expression.names ?? [] }.compactMap { places[$0] }
    return (node.parent.map { [$0] } ?? []) + named
  }

  /// Puts the nodes in the order in which they can be computed.
  ///
  /// Throws `FormProblem` that names the circle when some rest on each other.
  mutating func settleOrder() throws(FormProblem) {
    enum Mark { case new, open, done }
    var marks = [Mark](repeating: .new, count: nodes.count)
    var order: [Int] = []
    order.reserveCapacity(nodes.count)
    for start in nodes.indices where marks[start] == .new {
      var path: [(index: Int, left: [Int])] = [(start, foundations(start).reversed())]
      marks[start] = .open
      while var last = path.popLast() {
        guard let next = last.left.popLast() else {
          marks[last.index] = .done
          order.append(last.index)
          continue
        }
        path.append(last)
        switch marks[next] {
        case .done: break
        case .new:
          marks[next] = .open
          path.append((next, foundations(next).reversed()))
        case .open:
          let circle = path.drop { $0.index != next }.map { nodes[$0.index].name } + [nodes[next].name]
          let shown = circle.count > 12 ? circle.prefix(11) + ["…"] : circle[...]
          let names = shown.joined(separator: " → ")
          throw FormProblem(
            FormPlace(sheet: "survey", row: nodes[next].row), es: "depende de sí misma: \(names)",
            en: "it rests on itself: \(names)")
        }
      }
    }
    self.order = order
  }
}
