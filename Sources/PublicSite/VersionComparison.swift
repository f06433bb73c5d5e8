import Basics

/// What changed from one version to another, line by line.
public struct VersionComparison: Hashable, Sendable {
  public enum Mark: String, Hashable, Sendable, CaseIterable {
    case same
    case removed
    case added
  }

  public struct Line: Hashable, Sendable {
    public var mark: Mark
    public var words: String
  }

  /// In reading order; what was removed stands before what came instead.
  public var lines: [Line]

  public var isEqual: Bool { lines.allSatisfy { $0.mark == .same } }

  /// Compares title, sentence and text, as they follow one another.
  public init(from before: SiteVersion, to after: SiteVersion) {
    self.init(from: Self.lines(of: before), to: Self.lines(of: after))
  }

  init(from before: [String], to after: [String]) {
    let difference = after.difference(from: before)
    var removed: Set<Int> = []
    var added: Set<Int> = []
    for change in difference {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): added.insert(offset)
      }
    }
    var lines: [Line] = []
    var (old, new) = (0, 0)
    while old < before.count || new < after.count {
      if removed.contains(old) {
        lines.append(Line(mark: .removed, words: before[old]))
        old += 1
      } else if added.contains(new) {
        lines.append(Line(mark: .added, words: after[new]))
        new += 1
      } else {
        lines.append(Line(mark: .same, words: after[new]))
        old += 1
        new += 1
      }
    }
    self.lines = lines
  }

  private static func lines(of version: SiteVersion) -> [String] {
    [version.title, version.summary]
      + version.body.split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
  }
}
