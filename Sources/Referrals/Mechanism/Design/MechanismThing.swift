import CountryPack
import Foundation

/// One thing of a mechanism that is changed on its own.
public enum MechanismThing: Hashable, Sendable {
  case step(String)
  case desk(String)
  case service(String)
  case form(String)
  /// By its place in the list.
  case arrival(Int)
  /// A way on from a step, by its place among the step's ways.
  case way(step: String, Int)

  /// As a form sends it: `step/detection`, `way/detection/0`. `nil` for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    switch (parts.first, parts.count) {
    case ("step", 2): self = .step(parts[1])
    case ("desk", 2): self = .desk(parts[1])
    case ("service", 2): self = .service(parts[1])
    case ("form", 2): self = .form(parts[1])
    case ("arrival", 2):
      guard let number = Int(parts[1]) else { return nil }
      self = .arrival(number)
    case ("way", 3):
      guard let number = Int(parts[2]) else { return nil }
      self = .way(step: parts[1], number)
    default: return nil
    }
  }

  public var text: String {
    switch self {
    case .step(let code): "step/" + code
    case .desk(let code): "desk/" + code
    case .service(let code): "service/" + code
    case .form(let code): "form/" + code
    case .arrival(let number): "arrival/\(number)"
    case .way(let step, let number): "way/\(step)/\(number)"
    }
  }
}

/// How a thing of a list is put elsewhere, or taken out of it.
public enum MechanismArrangement: String, Hashable, Sendable, CaseIterable {
  case up, down, remove
  /// A step becomes the one where cases come in.
  case start
}

/// Why a thing can't be arranged so.
public enum MechanismArrangementObstacle: String, Error, Hashable, Sendable, CaseIterable {
  /// Somebody took it out.
  case gone
  /// A mechanism has at least one step.
  case lastStep = "last_step"
  /// Services name the desk.
  case deskGivesServices = "desk_gives_services"
}

extension Mechanism {
  /// Moves, removes or begins with one thing. What named a thing that is removed names it no more: nobody who works on
  /// the screen could mend a name that leads nowhere. The first stays first and the last last.
  ///
  /// Throws `MechanismArrangementObstacle`; then nothing is changed.
  public mutating func arrange(_ thing: MechanismThing, _ how: MechanismArrangement)
    throws(MechanismArrangementObstacle)
  {
    switch thing {
    case .step(let code): try arrangeStep(code, how)
    case .desk(let code):
      guard let place = desks.firstIndex(where: { $0.code == code }) else { throw .gone }
      if how == .remove, services.contains(where: { $0.desk.code == code }) { throw .deskGivesServices }
      Self.arrange(&desks, place, how)
      if how == .remove { forgetDesk(code) }
    case .service(let code):
      guard let place = services.firstIndex(where: { $0.code == code }) else { throw .gone }
      Self.arrange(&services, place, how)
      guard how == .remove else { return }
      for step in steps.indices { steps[step].services.removeAll { $0.code == code } }
    case .form(let code):
      guard let place = forms.firstIndex(where: { $0.code == code }) else { throw .gone }
      Self.arrange(&forms, place, how)
      guard how == .remove else { return }
      for step in steps.indices { steps[step].forms.removeAll { $0.code == code } }
    case .arrival(let number):
      guard arrivals.indices.contains(number) else { throw .gone }
      Self.arrange(&arrivals, number, how)
    case .way(let code, let number):
      guard let step = steps.firstIndex(where: { $0.code == code }), steps[step].next.indices.contains(number) else {
        throw .gone
      }
      Self.arrange(&steps[step].next, number, how)
    }
  }

  private mutating func arrangeStep(_ code: String, _ how: MechanismArrangement)
    throws(MechanismArrangementObstacle)
  {
    guard let place = steps.firstIndex(where: { $0.code == code }) else { throw .gone }
    if how == .start {
      start = Reference(code)
      return
    }
    if how == .remove, steps.count == 1 { throw .lastStep }
    Self.arrange(&steps, place, how)
    guard how == .remove else { return }
    for step in steps.indices { steps[step].next.removeAll { $0.to.code == code } }
    if start.code == code { start = Reference(steps[0].code) }
  }

  private mutating func forgetDesk(_ code: String) {
    for step in steps.indices { steps[step].desks.removeAll { $0.code == code } }
    for desk in desks.indices {
      if desks[desk].outOfHours?.code == code { desks[desk].outOfHours = nil }
      if desks[desk].alternate?.code == code { desks[desk].alternate = nil }
    }
  }

  private static func arrange<Value>(_ values: inout [Value], _ place: Int, _ how: MechanismArrangement) {
    switch how {
    case .up: if place > 0 { values.swapAt(place, place - 1) }
    case .down: if place < values.count - 1 { values.swapAt(place, place + 1) }
    case .remove: values.remove(at: place)
    case .start: break
    }
  }

  /// Adds a step; where it follows another, a way leads there, and that one no longer ends.
  public mutating func add(_ step: Step, after before: String?) {
    guard let place = before.flatMap({ code in steps.firstIndex { $0.code == code } }) else {
      steps.append(step)
      return
    }
    steps[place].ends = false
    steps[place].next.append(Next(to: Reference(step.code)))
    steps.insert(step, at: place + 1)
  }

  /// A code made of a name, that none of those taken is: small letters without accents, digits and dashes.
  public static func code(from name: String, taken: some Sequence<String>) -> String {
    var code = ""
    for scalar in name.lowercased().decomposedStringWithCanonicalMapping.unicodeScalars {
      switch scalar.value {
      case 97...122, 48...57: code.unicodeScalars.append(scalar)
      // The accent of the letter before.
      case 0x300...0x36F: continue
      default: if !code.isEmpty, !code.hasSuffix("-") { code += "-" }
      }
      if code.utf8.count >= 40 { break }
    }
    while code.hasSuffix("-") { code.removeLast() }
    // A name in letters of another kind leaves nothing.
    if code.utf8.count < 2 { code = "parte" + (code.isEmpty ? "" : "-" + code) }
    let taken = Set(taken)
    guard taken.contains(code) else { return code }
    var number = 2
    while taken.contains("\(code)-\(number)") { number += 1 }
    return "\(code)-\(number)"
  }
}
