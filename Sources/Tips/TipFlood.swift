import Basics
import Synchronization
import Vault

/// How much is let in: for each place, each agency and all together. A value without clock or store.
///
/// Many people share an address (a shelter, a telephone network), so that a place is let in often; what keeps the store
/// small are the numbers for all and for an agency.
struct TipFlood: Sendable {
  struct Limits: Hashable, Sendable {
    /// From one place, in an hour.
    var place: Int
    /// To one agency, in an hour.
    var agency: Int
    /// Of all, in a minute.
    var all: Int

    /// Messages that come in.
    static let arrivals = Limits(place: 20, agency: 200, all: 60)
    /// Looks by code, right or wrong, and what is added.
    static let looks = Limits(place: 120, agency: .max, all: 600)
  }

  /// How many places are remembered. A flood from more of them is held back by the number for all.
  static let mostPlaces = 20_000

  let limits: Limits
  private var hour: Int64 = .min
  private var minute: Int64 = .min
  private var places: [[UInt8]: Int] = [:]
  private var agencies: [AgencyID: Int] = [:]
  private var all = 0

  init(_ limits: Limits) { self.limits = limits }

  /// How many places are remembered just now.
  var remembered: Int { places.count }

  /// Whether one more is let in; it counts only then.
  ///
  /// - Parameters:
  ///   - place: a keyed tag of where it comes from, never the address itself.
  ///   - agency: to whom it goes; `nil` where it goes to none.
  mutating func admit(_ place: [UInt8], _ agency: AgencyID?, at now: Moment) -> Bool {
    turn(to: now)
    guard all < limits.all, places[place, default: 0] < limits.place,
      agency.map({ agencies[$0, default: 0] < limits.agency }) != false
    else { return false }
    all += 1
    if let agency { agencies[agency, default: 0] += 1 }
    if places[place] != nil || places.count < Self.mostPlaces { places[place, default: 0] += 1 }
    return true
  }

  private mutating func turn(to now: Moment) {
    let minute = Self.hour(now, minutes: 1)
    let hour = Self.hour(now, minutes: 60)
    if minute != self.minute { (self.minute, all) = (minute, 0) }
    if hour != self.hour { (self.hour, places, agencies) = (hour, [:], [:]) }
  }

  static func hour(_ now: Moment, minutes: Int64) -> Int64 {
    let (quotient, rest) = now.milliseconds.quotientAndRemainder(dividingBy: minutes * 60_000)
    return rest < 0 ? quotient - 1 : quotient
  }
}

/// The flood's numbers of this server, in memory only. A place is known by a tag under a key that is drawn anew every hour
/// and written nowhere: afterwards nobody can tell which address it was, not with this memory's copy either.
final class TipGate: Sendable {
  private struct Held {
    var flood: TipFlood
    var secret = RootSecret.random()
    var hour: Int64 = .min
  }
  private let held: Mutex<Held>

  init(_ limits: TipFlood.Limits) { held = Mutex(Held(flood: TipFlood(limits))) }

  /// - Parameter client: where it comes from, as throttling sees it.
  func admit(_ client: String, _ agency: AgencyID?, at now: Moment) -> Bool {
    held.withLock { held in
      let hour = TipFlood.hour(now, minutes: 60)
      if hour != held.hour { (held.hour, held.secret) = (hour, .random()) }
      let tag = Array(held.secret.tag("place", [Array(client.utf8)]).prefix(16))
      return held.flood.admit(tag, agency, at: now)
    }
  }
}
