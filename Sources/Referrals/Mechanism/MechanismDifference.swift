import Basics
import CountryPack

/// What one version of a mechanism says otherwise than another, thing by thing: so that whoever signs sees what changed.
public struct MechanismDifference: Hashable, Sendable {
  public enum Thing: String, Hashable, Sendable, CaseIterable {
    case territory, needs, step, desk, service, form, arrivals
  }

  public enum Change: String, Hashable, Sendable, CaseIterable {
    case added, removed, changed
  }

  /// What of a thing changed.
  public enum Part: String, Hashable, Sendable, CaseIterable {
    case name, text, responsible, within, law, work, forms, handover, feedback, next, provinces, people, hours
    case outOfHours = "out_of_hours"
    case alternate, group, places, stay, kind, source
  }

  public var thing: Thing
  public var change: Change
  /// Its code; of the territory and the needs the codes that came or went.
  public var code: String
  /// Its name in the newer version, or in the older one where it was removed.
  public var name: LocalizedText?
  public var parts: [Part] = []

  /// Everything that differs, the territory first. Lines of the file don't count: what stands lower says the same.
  public static func all(from old: Mechanism, to new: Mechanism) -> [MechanismDifference] {
    codes(.territory, old.provinces, new.provinces) + codes(.needs, old.needs, new.needs)
      + things(.step, old.steps, new.steps, \.code, \.name, parts)
      + things(.desk, old.desks, new.desks, \.code, \.name, parts)
      + things(.service, old.services, new.services, \.code, \.name, parts)
      + things(.form, old.forms, new.forms, \.code, \.name) { $0.name == $1.name ? [] : [.name] }
      + arrivals(old, new)
  }

  private static func codes(_ thing: Thing, _ old: [String], _ new: [String]) -> [MechanismDifference] {
    new.filter { !old.contains($0) }.map { MechanismDifference(thing: thing, change: .added, code: $0) }
      + old.filter { !new.contains($0) }.map { MechanismDifference(thing: thing, change: .removed, code: $0) }
  }

  private static func things<Value>(
    _ thing: Thing, _ old: [Value], _ new: [Value], _ code: (Value) -> String, _ name: (Value) -> LocalizedText,
    _ parts: (Value, Value) -> [Part]
  ) -> [MechanismDifference] {
    var found: [MechanismDifference] = []
    for value in new {
      guard let before = old.first(where: { code($0) == code(value) }) else {
        found.append(.init(thing: thing, change: .added, code: code(value), name: name(value)))
        continue
      }
      let changed = parts(before, value)
      if !changed.isEmpty {
        found.append(.init(thing: thing, change: .changed, code: code(value), name: name(value), parts: changed))
      }
    }
    for value in old where !new.contains(where: { code($0) == code(value) }) {
      found.append(.init(thing: thing, change: .removed, code: code(value), name: name(value)))
    }
    return found
  }

  private static func parts(_ old: Mechanism.Step, _ new: Mechanism.Step) -> [Part] {
    named([
      (.name, old.name == new.name), (.text, old.text == new.text),
      (
        .responsible,
        old.desks.map(\.code) == new.desks.map(\.code) && old.services.map(\.code) == new.services.map(\.code)
      ), (.within, old.within == new.within), (.law, old.law?.code == new.law?.code), (.work, old.work == new.work),
      (.forms, old.forms.map(\.code) == new.forms.map(\.code)), (.handover, old.handover == new.handover),
      (.feedback, old.feedback == new.feedback),
      (.next, old.ends == new.ends && old.next.map(Way.init) == new.next.map(Way.init)),
    ])
  }

  private static func parts(_ old: Mechanism.Desk, _ new: Mechanism.Desk) -> [Part] {
    named([
      (.name, old.name == new.name), (.kind, old.kind == new.kind), (.provinces, old.provinces == new.provinces),
      (.people, old.people == new.people),
      (.hours, old.hours == new.hours && old.keepsHolidays == new.keepsHolidays),
      (.outOfHours, old.outOfHours?.code == new.outOfHours?.code),
      (.alternate, old.alternate?.code == new.alternate?.code),
      (.source, old.source == new.source && old.certainty == new.certainty),
    ])
  }

  private static func parts(_ old: Mechanism.Service, _ new: Mechanism.Service) -> [Part] {
    named([
      (.name, old.name == new.name), (.responsible, old.desk.code == new.desk.code),
      (.kind, old.service == new.service), (.group, old.group == new.group), (.places, old.places == new.places),
      (.stay, old.stay == new.stay), (.source, old.source == new.source && old.certainty == new.certainty),
    ])
  }

  /// What cases are expected, as a whole: its lines have no names.
  private static func arrivals(_ old: Mechanism, _ new: Mechanism) -> [MechanismDifference] {
    func plain(_ mechanism: Mechanism) -> [Mechanism.Arrival] {
      mechanism.arrivals.map { arrival in
        var arrival = arrival
        arrival.line = 0
        return arrival
      }
    }
    return plain(old) == plain(new) && old.pattern == new.pattern
      ? [] : [MechanismDifference(thing: .arrivals, change: .changed, code: "")]
  }

  private static func named(_ same: [(Part, Bool)]) -> [Part] { same.filter { !$0.1 }.map(\.0) }

  /// A way on without the line where it is written.
  private struct Way: Equatable {
    var to: String
    var group: Mechanism.Group
    var share: Int
    var when: LocalizedText?

    init(_ next: Mechanism.Next) { (to, group, share, when) = (next.to.code, next.group, next.share, next.when) }
  }
}
