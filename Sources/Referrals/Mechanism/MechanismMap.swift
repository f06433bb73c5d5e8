import Basics
import CountryPack

/// A mechanism with its names turned into numbers, for whatever walks through it.
struct MechanismMap {
  /// One kind of person: the position of its need, age band and sex in the pack's lists, of its province in the
  /// territory.
  struct Person: Hashable {
    var need: Int
    var age: Int
    var sex: Int
    var province: Int
  }

  /// For whom something is meant, ready to be asked.
  struct Mask {
    private var needs: [Bool]
    private var ages: [Bool]
    private var sexes: [Bool]
    private var provinces: [Bool]

    init(_ group: Mechanism.Group, _ mechanism: Mechanism, _ terms: MechanismTerms) {
      func mask(_ named: [String], _ all: [String]) -> [Bool] {
        let named = Set(named)
        return all.map { named.isEmpty || named.contains($0) }
      }
      needs = mask(group.needs, terms.needs.map(\.code))
      ages = mask(group.ages, terms.ages.map(\.code))
      sexes = mask(group.sexes, terms.sexes.map(\.code))
      provinces = mask(group.provinces, mechanism.provinces)
    }

    func takes(_ person: Person) -> Bool {
      needs[person.need] && ages[person.age] && sexes[person.sex] && provinces[person.province]
    }
  }

  struct Next {
    var to: Int
    var mask: Mask
    var share: UInt64
  }

  struct Step {
    /// By province of the territory; `nil` where no desk of the step answers there.
    var desks: [Int?]
    var services: [Int]
    var givesService: Bool
    var next: [Next]
    var ends: Bool
  }

  struct Service {
    var desk: Int?
    var mask: Mask
  }

  let mechanism: Mechanism
  let terms: MechanismTerms
  let start: Int?
  let steps: [Step]
  let services: [Service]
  let deskNumbers: [String: Int]
  let stepNumbers: [String: Int]
  let serviceNumbers: [String: Int]

  init(_ mechanism: Mechanism, _ terms: MechanismTerms) {
    func numbers(_ codes: [String]) -> [String: Int] {
      Dictionary(codes.enumerated().map { ($1, $0) }) { first, _ in first }
    }
    let deskNumbers = numbers(mechanism.desks.map(\.code))
    let stepNumbers = numbers(mechanism.steps.map(\.code))
    let serviceNumbers = numbers(mechanism.services.map(\.code))
    self.mechanism = mechanism
    self.terms = terms
    self.deskNumbers = deskNumbers
    self.stepNumbers = stepNumbers
    self.serviceNumbers = serviceNumbers
    start = stepNumbers[mechanism.start.code]
    services = mechanism.services.map {
      Service(desk: deskNumbers[$0.desk.code], mask: Mask($0.group, mechanism, terms))
    }
    steps = mechanism.steps.map { step in
      let desks = step.desks.compactMap { deskNumbers[$0.code] }
      return Step(
        desks: mechanism.provinces.map { province in
          desks.first { number in
            let area = mechanism.desks[number].provinces
            return area.isEmpty || area.contains(province)
          }
        },
        services: step.services.compactMap { serviceNumbers[$0.code] }, givesService: !step.services.isEmpty,
        next: step.next.compactMap { next in
          stepNumbers[next.to.code].map {
            Next(to: $0, mask: Mask(next.group, mechanism, terms), share: UInt64(next.share))
          }
        },
        ends: step.ends)
    }
  }

  /// The desks that do a step, anywhere in the territory.
  func desks(of step: Int) -> Set<Int> {
    Set(steps[step].desks.compactMap(\.self)).union(steps[step].services.compactMap { services[$0].desk })
  }

  /// Every kind of person whom the mechanism promises something.
  var people: [Person] {
    let needs = mechanism.needs.compactMap { code in terms.needs.firstIndex { $0.code == code } }
    return needs.flatMap { need in
      mechanism.provinces.indices.flatMap { province in
        terms.ages.indices.flatMap { age in
          terms.sexes.indices.map { Person(need: need, age: age, sex: $0, province: province) }
        }
      }
    }
  }
}
