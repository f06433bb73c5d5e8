import Basics
import CountryPack

/// An institution with the names it had, and what it became. History is never rewritten: a new name is a new line.
public struct PlanInstitution: Hashable, Sendable {
  /// A name and when it was borne.
  public struct Name: Hashable, Sendable {
    public var name: LocalizedText
    public var from: CalendarDay?
    /// The last day.
    public var until: CalendarDay?
    public var source: String

    public init(name: LocalizedText, from: CalendarDay? = nil, until: CalendarDay? = nil, source: String) {
      self.name = name
      self.from = from
      self.until = until
      self.source = source
    }

    func isBorne(on day: CalendarDay) -> Bool { from.map { $0 <= day } != false && until.map { day <= $0 } != false }
  }

  /// An institution that took over from a day on.
  public struct Succession: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable, Codable {
      /// It goes on as another one.
      case replaced
      /// It went into another one, which may have been there before.
      case merged
      /// A part of it went away.
      case split
    }

    public var successor: String
    public var kind: Kind
    public var day: CalendarDay?
    public var source: String

    public init(successor: String, kind: Kind, day: CalendarDay?, source: String) {
      self.successor = successor
      self.kind = kind
      self.day = day
      self.source = source
    }
  }

  public var code: String
  public var names: [Name]
  public var successions: [Succession]

  public init(code: String, names: [Name], successions: [Succession] = []) {
    self.code = code
    self.names = names
    self.successions = successions
  }
}

/// Who was called what, when, and who answers today for what somebody else began.
public struct InstitutionBook: Hashable, Sendable {
  public private(set) var institutions: [String: PlanInstitution]

  public init(_ institutions: [PlanInstitution]) {
    self.institutions = Dictionary(institutions.map { ($0.code, $0) }) { first, _ in first }
  }

  /// The institutions of a pack, each with one name.
  public init(_ pack: CountryPack) {
    self.init(
      pack.institutions.map { one in
        PlanInstitution(
          code: one.code,
          names: [.init(name: one.name, from: one.from, until: one.until, source: one.source)],
          successions: one.successor.map {
            [.init(successor: $0, kind: .replaced, day: one.until, source: one.source)]
          } ?? [])
      })
  }

  /// With further institutions. One that is there already keeps its names: an added name ends the one that was borne
  /// until then on the day before.
  public func adding(_ more: [PlanInstitution]) -> InstitutionBook {
    var book = self
    for one in more {
      guard var known = book.institutions[one.code] else {
        book.institutions[one.code] = one
        continue
      }
      for name in one.names {
        if let from = name.from {
          for place in known.names.indices where known.names[place].until.map({ from <= $0 }) ?? true {
            known.names[place].until = from.adding(days: -1)
          }
        }
        known.names.append(name)
      }
      known.successions += one.successions.filter { new in
        !known.successions.contains { $0.successor == new.successor }
      }
      book.institutions[one.code] = known
    }
    return book
  }

  /// As it was called on that day; where nobody knows a name of that day, the nearest one. Its code when it has none.
  public func name(_ code: String, on day: CalendarDay) -> LocalizedText {
    guard let names = institutions[code]?.names, !names.isEmpty else { return LocalizedText(es: code, en: code) }
    if let name = names.last(where: { $0.isBorne(on: day) }) { return name.name }
    func distance(_ name: PlanInstitution.Name) -> Int {
      let ends = [name.from, name.until].compactMap { $0.map { abs($0.daysSince1970 - day.daysSince1970) } }
      return ends.min() ?? .max
    }
    return names.min { distance($0) < distance($1) }?.name ?? LocalizedText(es: code, en: code)
  }

  /// Who answers on that day for what this institution answered for: the end of its line of replacements and mergers; a
  /// part that was split off takes nothing along. More than one where it was parted among several.
  public func heirs(_ code: String, on day: CalendarDay) -> [String] {
    var (heirs, seen, waiting) = ([String](), Set([code]), [code])
    while let one = waiting.popLast() {
      let next = (institutions[one]?.successions ?? []).filter {
        $0.kind != .split && $0.day.map { $0 <= day } != false
      }
      if next.isEmpty { heirs.append(one) }
      for succession in next where seen.insert(succession.successor).inserted { waiting.append(succession.successor) }
    }
    return heirs.sorted()
  }

  /// Who answered on that day for what this institution answered for, each as it was called then.
  public func holders(_ code: String, on day: CalendarDay) -> [LocalizedText] {
    heirs(code, on: day).map { name($0, on: day) }
  }

  /// What can't be so: names that overlap, dates turned round, circles of successors, successors that nobody knows.
  public var findings: [PlanFinding] {
    institutions.values.sorted { $0.code < $1.code }.flatMap(findings)
  }

  private func findings(_ one: PlanInstitution) -> [PlanFinding] {
    var found: [PlanFinding] = []
    func add(_ problem: PlanProblem, _ es: String, _ en: String) {
      found.append(
        PlanFinding(
          problem: problem, weight: .error, item: one.code, field: "", line: 0, says: LocalizedText(es: es, en: en)))
    }
    for name in one.names {
      if let from = name.from, let until = name.until, until < from {
        add(
          .datesInverted, "El nombre termina el \(until), antes de empezar el \(from)",
          "The name ends on \(until), before it begins on \(from)")
      }
    }
    let sorted = one.names.sorted { ($0.from?.daysSince1970 ?? .min) < ($1.from?.daysSince1970 ?? .min) }
    for (earlier, later) in zip(sorted, sorted.dropFirst()) {
      guard let from = later.from, let until = earlier.until, until < from else {
        add(.twoInForce, "Tendría dos nombres en un mismo día", "It would have two names on one day")
        continue
      }
    }
    for succession in one.successions where institutions[succession.successor] == nil {
      add(
        .unknownInstitution, "No hay una institución “\(succession.successor)”",
        "There is no institution “\(succession.successor)”")
    }
    if reaches(one.code) {
      add(.waitsForItself, "Se sucede a sí misma", "It succeeds itself")
    }
    return found
  }

  private func reaches(_ code: String) -> Bool {
    var (seen, waiting) = (Set<String>(), [code])
    while let one = waiting.popLast() {
      for succession in institutions[one]?.successions ?? [] where succession.kind != .split {
        if succession.successor == code { return true }
        if seen.insert(succession.successor).inserted { waiting.append(succession.successor) }
      }
    }
    return false
  }
}
