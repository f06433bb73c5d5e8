import Basics

/// A page of a form as it is filled in: the questions of one group, or how often a repetition is filled in.
public struct FormPage: Hashable, Sendable {
  public enum Content: Hashable, Sendable {
    /// Questions, notes and inner groups by their index, in order.
    case questions([Int])
    /// How many times the repetition of this index is filled in.
    case count(Int)
  }

  /// Names the page within its form, in addresses and in the store: `3`, or in a repetition `5-2`.
  public var id: String
  public var content: Content
  /// Its number in each repetition around it, from outside in.
  public var context: [Int]
  /// The group or repetition that names it; `nil` for questions that stand in none.
  public var group: Int?

  public var nodes: [Int] {
    switch content {
    case .questions(let nodes): nodes
    case .count: []
    }
  }
}

/// A part of a form that is shown together, in the order of the survey; the same for every filling.
indirect enum FormBlock {
  case questions(number: Int, nodes: [Int], group: Int?)
  case repetition(number: Int, node: Int, inside: [FormBlock])
}

extension XLSForm {
  /// More questions than this are parted into several pages.
  static let mostOnPage = 20

  var blocks: [FormBlock] {
    var number = 0
    return blocks(0..<nodes.count, group: nil, &number)
  }

  private func isShown(_ index: Int) -> Bool { nodes[index].isAsked || nodes[index].kind == .note }

  private func blocks(_ range: Range<Int>, group: Int?, _ number: inout Int) -> [FormBlock] {
    var found: [FormBlock] = []
    var loose: [Int] = []
    func part(_ nodes: [Int], _ group: Int?, _ number: inout Int) {
      guard nodes.contains(where: isShown) else { return }
      number += 1
      found.append(.questions(number: number, nodes: nodes, group: group))
    }
    var index = range.lowerBound
    while index < range.upperBound {
      let node = nodes[index]
      let inside = (index + 1)..<node.end
      switch node.kind {
      case .repetition:
        part(loose, group, &number)
        loose = []
        number += 1
        let own = number
        found.append(.repetition(number: own, node: index, inside: blocks(inside, group: index, &number)))
      case .group:
        part(loose, group, &number)
        loose = []
        if inside.contains(where: { nodes[$0].kind == .repetition }) || inside.count(where: isShown) > Self.mostOnPage {
          found += blocks(inside, group: index, &number)
        } else {
          part(inside.filter { isShown($0) || nodes[$0].kind == .group }, index, &number)
        }
      default:
        if isShown(index) { loose.append(index) }
        if loose.count == Self.mostOnPage {
          part(loose, group, &number)
          loose = []
        }
      }
      index = node.end
    }
    part(loose, group, &number)
    return found
  }

  /// The page of a name with everything that could ever stand on it; `nil` when the form has none of this name.
  public func page(_ id: String) -> FormPage? {
    let numbers = id.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    guard let number = numbers.first, numbers.map(String.init).joined(separator: "-") == id else { return nil }
    let context = Array(numbers.dropFirst())
    guard context.count <= 2, context.allSatisfy({ (1...FormFilling.mostRepeats).contains($0) }) else { return nil }
    func find(_ blocks: [FormBlock], _ depth: Int) -> FormPage? {
      for block in blocks {
        switch block {
        case .questions(number, let nodes, let group):
          guard depth == context.count else { return nil }
          return FormPage(id: id, content: .questions(nodes), context: context, group: group)
        case .repetition(number, let node, _):
          guard depth == context.count, nodes[node].repeatCount == nil else { return nil }
          return FormPage(id: id, content: .count(node), context: context, group: node)
        case .repetition(_, _, let inside):
          if let found = find(inside, depth + 1) { return found }
        case .questions: break
        }
      }
      return nil
    }
    return find(blocks, 0)
  }

  /// The page that asks how often a repetition is filled in.
  public func countPage(_ repetition: Int, _ context: [Int]) -> String? {
    func find(_ blocks: [FormBlock]) -> Int? {
      for case .repetition(let number, let node, let inside) in blocks {
        if node == repetition { return number }
        if let found = find(inside) { return found }
      }
      return nil
    }
    guard nodes.indices.contains(repetition), nodes[repetition].repeatCount == nil else { return nil }
    return find(blocks).map { ([$0] + context).map(String.init).joined(separator: "-") }
  }

  /// The code of the form's language that serves a reader best: their own, else the form's.
  public func code(for reader: Basics.Language) -> String {
    let names = ["es": ["español", "espanol", "castellano", "spanish"], "en": ["english", "inglés", "ingles"]]
    let own = languages.map(\.code)
    if own.contains(reader.code) { return reader.code }
    return own.first { code in names[reader.code]?.contains(code) == true } ?? language
  }
}

extension FormRun {
  /// The pages to fill in, as the answers given so far have it. What is skipped is left out; a page of which nothing is
  /// left too.
  public var pages: [FormPage] {
    var pages: [FormPage] = []
    add(form.blocks, [], to: &pages)
    return pages
  }

  private func add(_ blocks: [FormBlock], _ context: [Int], to pages: inout [FormPage]) {
    func id(_ number: Int) -> String { ([number] + context).map(String.init).joined(separator: "-") }
    for block in blocks {
      switch block {
      case .questions(let number, let nodes, let group):
        let present = nodes.filter { isPresent($0, context) }
        let shown = present.filter { form.nodes[$0].kind != .group }
        guard !shown.isEmpty else { continue }
        let kept = present.filter { index in
          form.nodes[index].kind != .group || shown.contains { $0 > index && $0 < form.nodes[index].end }
        }
        pages.append(FormPage(id: id(number), content: .questions(kept), context: context, group: group))
      case .repetition(let number, let node, let inside):
        guard isPresent(node, context) else { continue }
        if form.nodes[node].repeatCount == nil {
          pages.append(FormPage(id: id(number), content: .count(node), context: context, group: node))
        }
        let count = Int(value(node, context)) ?? 0
        for number in 0..<count { add(inside, context + [number + 1], to: &pages) }
      }
    }
  }

  /// In which repetitions a node is present, in order.
  public func places(_ index: Int) -> [[Int]] { contexts[index] }

  /// A text of the form in a language, with the answers that it names put in; `…` for one that is not given yet.
  ///
  /// - Parameter language: a code of the form's languages.
  public mutating func words(_ text: FormText, _ index: Int, _ context: [Int], _ language: String)
    throws(FormTooLarge) -> String
  {
    var rest = text.text(code: language, or: form.language)[...]
    var filled = ""
    while let open = rest.firstRange(of: "${"), let close = rest[open.upperBound...].firstIndex(of: "}") {
      let name = String(rest[open.upperBound..<close]).filter { !$0.isWhitespace }
      let value = try found(name, index, context).first ?? ""
      let shown = form.places[name].map { form.shown(value, of: $0, language) } ?? value
      filled += rest[..<open.lowerBound] + (shown.isEmpty ? "…" : shown)
      rest = rest[rest.index(after: close)...]
    }
    return String((filled + rest).prefix(Self.mostLetters))
  }

  /// Whether a question must be answered, as the answers given so far have it.
  public mutating func isRequired(_ index: Int, _ context: [Int]) throws(FormTooLarge) -> Bool {
    guard let required = form.nodes[index].required else { return false }
    return try evaluate(required.expression, index, context).truth
  }

  /// What a node holds as people read it.
  public func shown(_ index: Int, _ context: [Int], _ language: String) -> String {
    form.shown(value(index, context), of: index, language)
  }
}

extension XLSForm {
  /// A value as people read it: of a selection the labels of what was chosen.
  func shown(_ value: String, of index: Int, _ language: String) -> String {
    guard let list = nodes[index].list.flatMap({ lists[$0] }), !value.isEmpty else { return value }
    func label(_ name: String) -> String {
      let label = list.first { $0.name == name }?.label.text(code: language, or: self.language) ?? ""
      return label.isEmpty ? name : label
    }
    if case .one = nodes[index].kind { return label(value) }
    return value.split(separator: " ").map { label(String($0)) }.joined(separator: ", ")
  }
}
