/// Counts of which small ones, and as many others as are needed, are not shown.
public struct ProtectedCube: Hashable, Sendable {
  public let cube: CountCube
  private let hidden: Set<Int>

  /// Protects tables of the same facts together, so that none gives back what another hides.
  ///
  /// - Parameter threshold: counts from 1 to one below it are small; at least 2.
  public static func protect(_ cubes: [CountCube], threshold: Int) -> [ProtectedCube] {
    let suppression = Suppression(cubes, threshold: threshold)
    return zip(cubes, suppression.hidden).map { ProtectedCube(cube: $0, hidden: $1) }
  }

  /// What may be shown at a place, `nil` standing for a total; `nil` when it is hidden, 0 for codes that do not occur.
  public subscript(_ codes: String?...) -> Int? { self[codes: codes] }

  public subscript(codes codes: [String?]) -> Int? {
    guard let index = cube.index(codes: codes) else { return 0 }
    return hidden.contains(index) ? nil : cube.counts[index]
  }

  public func isHidden(_ codes: String?...) -> Bool { cube.index(codes: codes).map(hidden.contains) ?? false }

  public var hidesSomething: Bool { !hidden.isEmpty }
}
