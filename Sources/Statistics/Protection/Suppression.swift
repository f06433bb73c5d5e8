/// Hides small counts, and as many others as are needed so that no sum gives them back.
///
/// Primary: every count from 1 below the threshold, in the cells and in the totals. Complementary: for each of them a
/// *move* is sought, a way to add records to the table and take others away that changes hidden cells only. A move
/// takes per axis either one code (its total grows with it) or a pair (one code gains what another one loses, their
/// total stays), so it changes the corners of a box, as in the hypercube method (Giessing and Repsilber 2002, in the
/// τ-ARGUS manual). Cells that lose must have enough to lose. Whoever sees the release can't exclude the moved table;
/// so each primary cell can be larger by at least the threshold, whatever sums and programs an attacker uses, and no
/// hidden cell is determined.
public struct Suppression {
  public let cubes: [CountCube]
  /// Of each table, the hidden cells.
  public let hidden: [Set<Int>]

  /// - Parameters:
  ///   - cubes: tables of the same facts; an axis that stands in several has the same codes in each.
  ///   - threshold: counts from 1 to one below it are small; at least 2.
  public init(_ cubes: [CountCube], threshold: Int) {
    self.cubes = cubes
    var union: [CountCube.Axis] = []
    for axis in cubes.flatMap(\.axes) where !union.contains(where: { $0.column == axis.column }) { union.append(axis) }
    let tables = cubes.map { cube in
      MoveTable(
        cube, threshold: threshold,
        steps: union.map { axis in cube.axes.firstIndex { $0.column == axis.column }.map { cube.strides[$0] } })
    }
    let search = MoveSearch(tables, codes: union.map(\.codes.count))
    for (number, cube) in cubes.enumerated() {
      // Where on each axis a cell stands; where its table has no such axis, it stands in the total.
      let axes = union.map { axis in cube.axes.firstIndex { $0.column == axis.column } }
      // Inner cells first, as they stand: what they hide often covers the totals.
      for cell in cube.counts.indices where (1..<threshold).contains(cube.counts[cell]) {
        let place = cube.place(cell)
        search.protect(
          zip(axes, union).map { axis, whole in axis.map { place[$0] } ?? whole.codes.count }, in: number, by: threshold
        )
        search.forget()
      }
    }
    hidden = tables.map(\.hidden)
  }

  /// Hides small counts of one table for readers who also have other tables of the same facts: they know how many cases
  /// there are, and of each column what `SharedMargins` shows. So no move changes these; and because records only
  /// change their codes within the table's columns, it changes nothing in a table of any other column either.
  ///
  /// Each small count can be larger by at least the threshold; where the count of a column leaves less room than that, it
  /// can at least reach the threshold. Where no moves are found that show it, everything that the columns' counts do not
  /// say is hidden: from them alone each cell can be as large as the least of its columns' counts (Fréchet 1951), and
  /// those are not small. Where all cases together are fewer than the threshold, their number is hidden, and every count.
  public init(_ cube: CountCube, besideOthers threshold: Int) {
    guard cube.counts.last ?? 0 >= threshold else {
      self.init([cube], threshold: threshold)
      return
    }
    self.init(
      cubes: [cube], hidden: [Self.hidden(cube, SharedMargins(cube, threshold: threshold), threshold)])
  }

  private init(cubes: [CountCube], hidden: [Set<Int>]) {
    self.cubes = cubes
    self.hidden = hidden
  }

  private static func hidden(_ cube: CountCube, _ margins: SharedMargins, _ threshold: Int) -> Set<Int> {
    let table = MoveTable(cube, threshold: threshold, margins: margins)
    let search = MoveSearch([table], codes: cube.axes.map(\.codes.count))
    let recoding = RecodingSearch(cube, table, margins)
    let small = cube.counts.indices.filter { (1..<threshold).contains(cube.counts[$0]) }
    for cell in small + margins.hidden.subtracting(small).sorted() {
      let (place, count) = (cube.place(cell), cube.counts[cell])
      // What is hidden for another one's sake only must not be determined.
      var need = 1
      if count < threshold { need = margins.most(at: place) - count < threshold ? threshold - count : threshold }
      // First what hides nothing more. Where no code of the cell has a hidden count, boxes say it all.
      let mayRecode = margins.hidesColumn(of: place)
      while mayRecode, need > 0 {
        need = search.protect(place, in: 0, by: need, hidesMore: false)
        let gain = need > 0 ? recoding.grow(place, by: need, hidesMore: false) : 0
        guard gain > 0 else { break }
        need -= gain
      }
      while need > 0 {
        need = search.protect(place, in: 0, by: need)
        guard need > 0 else { break }
        let gain = recoding.grow(place, by: need)
        guard gain > 0 else {
          return Set(cube.counts.indices.filter { margins.isHiddenAtLeast(cube.place($0)) })
        }
        need -= gain
      }
      search.forget()
    }
    return table.hidden
  }
}
