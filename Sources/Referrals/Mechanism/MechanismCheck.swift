import Basics
import CountryPack

/// The gaps of a mechanism: found on paper, before a person falls through them.
public struct MechanismCheck: Sendable {
  /// Gaps first, then notices, each in the order of the file.
  public private(set) var findings: [MechanismFinding] = []

  public var gaps: Int { findings.count { $0.weight == .gap } }

  private let mechanism: Mechanism
  private let terms: MechanismTerms

  /// - Parameters:
  ///   - mechanism: as it was read.
  ///   - terms: those of the pack it was read with.
  public init(_ mechanism: Mechanism, terms: MechanismTerms) {
    self.mechanism = mechanism
    self.terms = terms
    let map = MechanismMap(mechanism, terms)
    checkNames(map)
    checkSteps(map)
    checkLimits()
    checkDesks(map)
    checkPeople(map)
    checkUse(map)
    findings = findings.enumerated().sorted { one, other in
      let (first, second) = (one.element, other.element)
      if first.weight != second.weight { return first.weight == .gap }
      return (first.line, one.offset) < (second.line, other.offset)
    }.map(\.element)
  }

  private mutating func add(
    _ code: MechanismFinding.Code, _ weight: MechanismFinding.Weight = .gap, line: Int, place: String,
    about: [String] = [], people: MechanismFinding.People? = nil, _ values: [String: LocalizedText]
  ) {
    findings.append(
      MechanismFinding(
        code: code, weight: weight, line: line, place: place, about: about, people: people,
        says: MechanismSentence.says(code, values), advice: MechanismSentence.advice(code, values)))
  }

  private func plain(_ text: String) -> LocalizedText { LocalizedText(es: text, en: text) }

  private func joined(_ texts: [LocalizedText], by sign: String = ", ") -> LocalizedText {
    LocalizedText(
      es: texts.map { $0[.spanish] }.joined(separator: sign), en: texts.map { $0[.english] }.joined(separator: sign))
  }

  // MARK: What is named and does not exist

  private mutating func checkNames(_ map: MechanismMap) {
    if map.start == nil {
      let start = mechanism.start
      add(.unknownStart, line: start.line, place: mechanism.code, about: [start.code], ["other": plain(start.code)])
    }
    let forms = Set(mechanism.forms.map(\.code))
    func names(_ name: LocalizedText, _ code: String) -> [String: LocalizedText] {
      ["place": name, "other": plain(code)]
    }
    for step in mechanism.steps {
      for next in step.next where map.stepNumbers[next.to.code] == nil {
        add(.unknownStep, line: next.to.line, place: step.code, about: [next.to.code], names(step.name, next.to.code))
      }
      for desk in step.desks where map.deskNumbers[desk.code] == nil {
        add(.unknownDesk, line: desk.line, place: step.code, about: [desk.code], names(step.name, desk.code))
      }
      for service in step.services where map.serviceNumbers[service.code] == nil {
        add(
          .unknownService, line: service.line, place: step.code, about: [service.code], names(step.name, service.code))
      }
      for form in step.forms where !forms.contains(form.code) {
        add(.unknownForm, line: form.line, place: step.code, about: [form.code], names(step.name, form.code))
      }
    }
    for desk in mechanism.desks {
      for other in [desk.outOfHours, desk.alternate].compactMap(\.self) where map.deskNumbers[other.code] == nil {
        add(.unknownDesk, line: other.line, place: desk.code, about: [other.code], names(desk.name, other.code))
      }
    }
    for service in mechanism.services where map.deskNumbers[service.desk.code] == nil {
      let desk = service.desk
      add(.unknownDesk, line: desk.line, place: service.code, about: [desk.code], names(service.name, desk.code))
    }
  }

  // MARK: Steps

  private mutating func checkSteps(_ map: MechanismMap) {
    for (number, step) in mechanism.steps.enumerated() {
      let name = ["place": step.name]
      let desks = map.desks(of: number)
      if step.desks.isEmpty, step.services.isEmpty {
        add(.stepWithoutDesk, line: step.line, place: step.code, name)
      } else if step.desks.contains(where: { map.deskNumbers[$0.code] != nil }) {
        let missing = mechanism.provinces.indices.filter { map.steps[number].desks[$0] == nil }
        if !missing.isEmpty {
          let codes = missing.map { mechanism.provinces[$0] }
          add(
            .provinceWithoutDesk, line: step.desks.first?.line ?? step.line, place: step.code, about: codes,
            name.merging(["provinces": provinces(missing)]) { $1 })
        }
      }
      func isAnother(_ other: Int) -> Bool {
        let theirs = map.desks(of: other)
        return theirs != desks || desks.count > 1
      }
      if step.handover == nil, map.steps[number].next.contains(where: { isAnother($0.to) }) {
        add(.noHandoverCriteria, line: step.line, place: step.code, name)
      }
      let isHandedOver = map.steps.indices.contains { before in
        before != number && map.steps[before].next.contains { $0.to == number } && isAnother(before)
      }
      if step.feedback == nil, isHandedOver { add(.noFeedback, line: step.line, place: step.code, name) }
    }
  }

  // MARK: Time limits

  private mutating func checkLimits() {
    let day = mechanism.from ?? mechanism.version
    for step in mechanism.steps {
      if step.within == nil {
        add(.noTimeLimit, step.law == nil ? .notice : .gap, line: step.line, place: step.code, ["place": step.name])
      }
      guard let law = step.law else { continue }
      guard let limit = terms.limits.first(where: { $0.code == law.code }) else {
        let names = ["place": step.name, "other": plain(law.code)]
        add(.unknownLimit, line: law.line, place: step.code, about: [law.code], names)
        continue
      }
      let names = ["place": step.name, "other": limit.name, "limit": Self.words(limit.limit)]
      if !limit.isInForce(on: day) {
        add(.lawNotInForce, .notice, line: law.line, place: step.code, about: [law.code], names)
      } else if longest(step.within).map({ Self.canExceed($0, limit.limit) }) == true {
        let code: MechanismFinding.Code = limit.decides ? .limitOverLaw : .limitOverUnverified
        add(code, limit.decides ? .gap : .notice, line: law.line, place: step.code, about: [law.code], names)
      }
    }
  }

  private func longest(_ within: Mechanism.Within?) -> Mechanism.TimeLimit? {
    switch within {
    case nil: nil
    case .limit(let limit): limit
    case .urgency:
      terms.urgencies.compactMap { terms.minutes(ofUrgency: $0.code) }.max().map {
        Mechanism.TimeLimit(minutes: $0, counts: .calendar)
      }
    }
  }

  /// Whether the first can take longer than the second in some week; holidays left aside.
  static func canExceed(_ one: Mechanism.TimeLimit, _ other: Mechanism.TimeLimit) -> Bool {
    guard one.counts == .working, other.counts == .calendar else { return one.minutes > other.minutes }
    // Begun on a Friday evening, a weekend lies before the first working hour and after every fifth working day.
    let weekends = (one.minutes + 7199) / 7200
    return one.minutes + weekends * 2880 > other.minutes
  }

  static func words(_ limit: Mechanism.TimeLimit) -> LocalizedText {
    let (count, es, en) =
      limit.minutes % 1440 == 0 && limit.minutes > 1440
      ? (limit.minutes / 1440, "días", "days")
      : limit.minutes % 60 == 0 ? (limit.minutes / 60, "h", "h") : (limit.minutes, "min", "min")
    let isWorking = limit.counts == .working
    return LocalizedText(
      es: "\(count) \(es)" + (isWorking ? " (hábiles)" : ""), en: "\(count) \(en)" + (isWorking ? " (working)" : ""))
  }

  // MARK: Desks

  private mutating func checkDesks(_ map: MechanismMap) {
    for (number, desk) in mechanism.desks.enumerated() {
      let own = mechanism.steps.indices.filter { map.desks(of: $0).contains(number) }
      guard !own.isEmpty else { continue }
      if desk.alternate == nil, own.contains(where: { mechanism.steps[$0].within != nil }) {
        add(.noAlternate, .notice, line: desk.line, place: desk.code, ["place": desk.name])
      }
      let shortest = own.compactMap { shortestCalendarLimit(mechanism.steps[$0].within) }.min()
      let standIn = desk.outOfHours.flatMap { map.deskNumbers[$0.code] }.flatMap { $0 == number ? nil : $0 }
      let closed = WeekHours(desk.hours).longestClosure
      guard closed > 0 else { continue }
      let names = ["place": desk.name, "hours": plain(String((closed + 59) / 60))]
      guard let standIn else {
        let runsOut = shortest.map { closed > $0 } == true
        add(.noOutOfHours, runsOut ? .gap : .notice, line: desk.line, place: desk.code, names)
        continue
      }
      let together = WeekHours(desk.hours).union(WeekHours(mechanism.desks[standIn].hours)).longestClosure
      if let shortest, together > shortest {
        add(
          .outOfHoursGap, line: desk.outOfHours?.line ?? desk.line, place: desk.code,
          about: [mechanism.desks[standIn].code],
          names.merging(["other": mechanism.desks[standIn].name, "hours": plain(String((together + 59) / 60))]) { $1 })
      }
    }
    checkAlternates(map)
  }

  private func shortestCalendarLimit(_ within: Mechanism.Within?) -> Int? {
    switch within {
    case .limit(let limit): limit.counts == .calendar ? limit.minutes : nil
    case .urgency: terms.urgencies.compactMap { terms.minutes(ofUrgency: $0.code) }.min()
    case nil: nil
    }
  }

  private mutating func checkAlternates(_ map: MechanismMap) {
    let following = mechanism.desks.map { $0.alternate.flatMap { map.deskNumbers[$0.code] } }
    var told: Set<Int> = []
    for first in mechanism.desks.indices {
      var chain = [first]
      while let next = following[chain[chain.count - 1]] {
        if let place = chain.firstIndex(of: next) {
          let circle = Array(chain[place...])
          if told.isDisjoint(with: circle) {
            let desk = mechanism.desks[circle[circle.count - 1]]
            add(
              .alternateLeadsBack, line: desk.alternate?.line ?? desk.line, place: desk.code,
              about: circle.map { mechanism.desks[$0].code },
              ["others": joined((circle + [next]).map { mechanism.desks[$0].name }, by: " → ")])
          }
          told.formUnion(circle)
          break
        }
        chain.append(next)
      }
    }
  }

  // MARK: People

  private mutating func checkPeople(_ map: MechanismMap) {
    let reach = MechanismReach(map)
    guard map.start != nil else { return }
    for (code, people) in [
      (MechanismFinding.Code.needWithoutService, reach.withoutService), (.serviceOutOfReach, reach.outOfReach),
    ] {
      for group in MechanismReach.groups(people) {
        add(code, line: mechanism.needsLine, place: mechanism.code, people: coded(group), words(group))
      }
    }
    for (number, people) in reach.stuck.sorted(by: { $0.key < $1.key }) {
      let step = mechanism.steps[number]
      for group in MechanismReach.groups(people) {
        add(
          .noWayOn, line: step.line, place: step.code, people: coded(group),
          words(group).merging(["place": step.name]) { $1 })
      }
    }
    for cycle in reach.cycles {
      let steps = cycle.map { mechanism.steps[$0] }
      guard let first = steps.first else { continue }
      add(
        .cycleWithoutWayOut, line: first.line, place: first.code, about: steps.map(\.code),
        ["place": first.name, "others": joined(steps.map(\.name), by: " → ")])
    }
    for (number, step) in mechanism.steps.enumerated() where !reach.reached.contains(number) {
      add(.unreachableStep, line: step.line, place: step.code, ["place": step.name])
    }
  }

  private func coded(_ group: MechanismReach.Group) -> MechanismFinding.People {
    MechanismFinding.People(
      needs: group.needs.map { terms.needs[$0].code }, ages: group.ages.map { terms.ages[$0].code },
      sexes: group.sexes.map { terms.sexes[$0].code }, provinces: group.provinces.map { mechanism.provinces[$0] })
  }

  private func words(_ group: MechanismReach.Group) -> [String: LocalizedText] {
    let everybody = LocalizedText(es: "todas las personas", en: "everybody")
    let ages = joined(group.ages.map { terms.ages[$0].name }, by: "; ")
    let sexes = joined(group.sexes.map { terms.sexes[$0].name }, by: "/")
    let (allAges, allSexes) = (group.ages.count == terms.ages.count, group.sexes.count == terms.sexes.count)
    let people =
      allAges && allSexes ? everybody : allAges ? sexes : allSexes ? ages : joined([sexes, ages], by: ": ")
    return [
      "needs": joined(group.needs.map { terms.needs[$0].name }), "people": people,
      "provinces": provinces(group.provinces),
    ]
  }

  private func provinces(_ numbers: [Int]) -> LocalizedText {
    joined(
      numbers.map { number in
        let iso = mechanism.provinces[number]
        return terms.provinces.first { $0.iso == iso }?.name ?? plain(iso)
      })
  }

  // MARK: What nobody uses

  private mutating func checkUse(_ map: MechanismMap) {
    var used = Set(mechanism.steps.indices.flatMap { map.desks(of: $0) })
    used.formUnion(mechanism.services.compactMap { map.deskNumbers[$0.desk.code] })
    used.formUnion(
      mechanism.desks.flatMap { [$0.outOfHours, $0.alternate] }.compactMap { $0 }.compactMap {
        map.deskNumbers[$0.code]
      })
    used.formUnion(mechanism.steps.flatMap(\.desks).compactMap { map.deskNumbers[$0.code] })
    for (number, desk) in mechanism.desks.enumerated() where !used.contains(number) {
      add(.unusedDesk, .notice, line: desk.line, place: desk.code, ["place": desk.name])
    }
    let given = Set(mechanism.steps.flatMap(\.services).map(\.code))
    for service in mechanism.services where !given.contains(service.code) {
      add(.unusedService, .notice, line: service.line, place: service.code, ["place": service.name])
    }
    let asked = Set(mechanism.steps.flatMap(\.forms).map(\.code))
    for form in mechanism.forms where !asked.contains(form.code) {
      add(.unusedForm, .notice, line: form.line, place: form.code, ["place": form.name])
    }
  }
}
