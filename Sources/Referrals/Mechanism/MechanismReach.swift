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

  init(_ map: MechanismMap) {
    guard let start = map.start else { return }
    var known: Set<[Int]> = []
    let back = map.steps.indices.map { target in
      map.steps.indices.filter { map.steps[$0].next.contains { $0.to == target } }
    }
    for person in map.people {
      let here = Self.walk(map, from: start, person)
      reached.formUnion(here)
      let eligible = map.services.indices.filter { map.services[$0].mask.takes(person) }
      if eligible.isEmpty {
        withoutService.append(person)
      } else if !here.contains(where: { step in map.steps[step].services.contains(where: eligible.contains) }) {
        outOfReach.append(person)
      }
      var ends: [Int] = []
      for step in here where map.steps[step].ends || !map.steps[step].next.contains(where: { $0.mask.takes(person) }) {
        ends.append(step)
        if !map.steps[step].ends { stuck[step, default: []].append(person) }
      }
      let leaving = Self.leading(to: ends, among: Set(here), back, map, person)
      let caught = here.filter { !leaving.contains($0) }.sorted()
      if !caught.isEmpty, known.insert(caught).inserted { cycles.append(caught) }
    }
    // A smaller set says it more plainly than one that holds it.
    cycles = cycles.filter { one in !cycles.contains { $0.count < one.count && Set($0).isSubset(of: one) } }
  }

  private static func walk(_ map: MechanismMap, from start: Int, _ person: Person) -> [Int] {
    var seen = Array(repeating: false, count: map.steps.count)
    var found = [start]
    seen[start] = true
    var place = 0
    while place < found.count {
      for next in map.steps[found[place]].next where !seen[next.to] && next.mask.takes(person) {
        seen[next.to] = true
        found.append(next.to)
      }
      place += 1
    }
    return found
  }

  private static func leading(
    to ends: [Int], among here: Set<Int>, _ back: [[Int]], _ map: MechanismMap, _ person: Person
  ) -> Set<Int> {
    var found = Set(ends)
    var open = ends
    while let step = open.popLast() {
      for before in back[step] where here.contains(before) && !found.contains(before) {
        guard map.steps[before].next.contains(where: { $0.to == step && $0.mask.takes(person) }) else { continue }
        found.insert(before)
        open.append(before)
      }
    }
    return found
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
