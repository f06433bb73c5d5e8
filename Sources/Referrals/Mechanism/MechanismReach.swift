import CountryPack

/// Where each kind of person can get to in a mechanism, and where they get stuck.
struct MechanismReach {
  typealias Person = MechanismMap.Person

  private(set) var reached: Set<Int> = []
  /// Whom no service takes.
  private(set) var withoutService: [Person] = []
  /// Whom a service would take, which no step they reach gives.
  private(set) var outOfReach: [Person] = []
  /// By step, who does not get any further.
  private(set) var stuck: [Int: [Person]] = [:]
  /// Sets of steps that somebody reaches and never leaves, each once.
  private(set) var cycles: [[Int]] = []

  /// More different circles than this say no more.
  private static let mostCycles = 50

  init(_ map: MechanismMap) {
    guard let start = map.start else { return }
    var known: Set<[Int]> = []
    for person in map.people {
      let walk = Walk(map, from: start, person)
      reached.formUnion(walk.steps)
      let isEligible = map.services.map { $0.mask.takes(person) }
      if !isEligible.contains(true) {
        withoutService.append(person)
      } else if !walk.steps.contains(where: { step in map.steps[step].services.contains { isEligible[$0] } }) {
        outOfReach.append(person)
      }
      for step in walk.ends where !map.steps[step].ends { stuck[step, default: []].append(person) }
      let caught = walk.caught
      if !caught.isEmpty, known.count < Self.mostCycles, known.insert(caught).inserted { cycles.append(caught) }
    }
    // A smaller set says it more plainly than one that holds it.
    cycles = cycles.filter { one in !cycles.contains { $0.count < one.count && Set($0).isSubset(of: one) } }
  }

  /// The ways that are open to one kind of person.
  private struct Walk {
    private(set) var steps: [Int]
    /// Where it ends, well or not.
    private(set) var ends: [Int] = []
    private var before: [[Int]]

    init(_ map: MechanismMap, from start: Int, _ person: Person) {
      var seen = Array(repeating: false, count: map.steps.count)
      before = Array(repeating: [], count: map.steps.count)
      steps = [start]
      seen[start] = true
      var place = 0
      while place < steps.count {
        let step = steps[place]
        var goesOn = false
        for next in map.steps[step].next where next.mask.takes(person) {
          goesOn = true
          before[next.to].append(step)
          if !seen[next.to] {
            seen[next.to] = true
            steps.append(next.to)
          }
        }
        if !goesOn || map.steps[step].ends { ends.append(step) }
        place += 1
      }
    }

    /// Steps from which no end can be reached.
    var caught: [Int] {
      var leaves = Array(repeating: false, count: before.count)
      var open = ends
      for end in ends { leaves[end] = true }
      while let step = open.popLast() {
        for earlier in before[step] where !leaves[earlier] {
          leaves[earlier] = true
          open.append(earlier)
        }
      }
      return steps.filter { !leaves[$0] }.sorted()
    }
  }

  /// Kinds of people put together into as few groups as can be said plainly.
  static func groups(_ people: [Person]) -> [Group] {
    struct AgeKey: Hashable { var need, province, age: Int }
    struct SexKey: Hashable { var need, province: Int, sexes: [Int] }
    struct PlaceKey: Hashable { var need: Int, ages, sexes: [Int] }
    struct NeedKey: Hashable { var ages, sexes, provinces: [Int] }
    let bySex = gathered(people) { (AgeKey(need: $0.need, province: $0.province, age: $0.age), $0.sex) }
    let byAge = gathered(bySex) { (SexKey(need: $0.0.need, province: $0.0.province, sexes: $0.1), $0.0.age) }
    let byPlace = gathered(byAge) { (PlaceKey(need: $0.0.need, ages: $0.1, sexes: $0.0.sexes), $0.0.province) }
    let byNeed = gathered(byPlace) { (NeedKey(ages: $0.0.ages, sexes: $0.0.sexes, provinces: $0.1), $0.0.need) }
    return byNeed.map { Group(needs: $0.1, ages: $0.0.ages, sexes: $0.0.sexes, provinces: $0.0.provinces) }
  }

  struct Group: Hashable {
    var needs: [Int]
    var ages: [Int]
    var sexes: [Int]
    var provinces: [Int]
  }

  /// The values of each key, in the order in which the keys first come.
  private static func gathered<Item, Key: Hashable>(
    _ items: [Item], _ parts: (Item) -> (Key, Int)
  ) -> [(Key, [Int])] {
    var places: [Key: Int] = [:]
    var found: [(Key, [Int])] = []
    for item in items {
      let (key, value) = parts(item)
      if let place = places[key] {
        found[place].1.append(value)
      } else {
        places[key] = found.count
        found.append((key, [value]))
      }
    }
    return found.map { ($0.0, $0.1.sorted()) }
  }
}
