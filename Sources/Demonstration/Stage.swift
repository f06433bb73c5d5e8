import Accounts
import Basics
import Casework
import CountryPack
import Identification
import Referrals
import Training

/// What every story is told on: the desks, the members, today.
struct Stage {
  let office: Office
  let pack: CountryPack
  let team: Team
  /// Midnight at the beginning of today, in the country's time: nothing happens later.
  let today: Moment
  let screenings: ScreeningDesk
  let cases: CaseDesk
  let referrals: ReferralDesk
  let cohorts: CohortDesk
  let participants: ParticipantDesk
  let room: RoomDesks

  init(_ office: Office, _ pack: CountryPack, _ team: Team, today: Moment) {
    self.office = office
    self.pack = pack
    self.team = team
    self.today = today
    screenings = ScreeningDesk(office, pack)
    cases = CaseDesk(
      office, pack, whenConsentEnds: ReferralDesk.consentEnded, whenCaseCloses: ReferralDesk.caseClosed)
    referrals = ReferralDesk(office, pack)
    cohorts = CohortDesk(office, pack)
    participants = ParticipantDesk(office, pack)
    room = RoomDesks(office, pack)
  }

  func day(_ moment: Moment) -> CalendarDay { CalendarDay(moment, offsetFromUTC: pack.offsetFromUTC) }
}

extension Team {
  /// Who screens and opens cases: the officers of the front line, else the case worker.
  func opener(_ place: MadeUpAgency.Place) throws(Refusal) -> Actor {
    do { return try actor(place, .frontlineOfficer) } catch { return try actor(place, .caseWorker) }
  }

  /// Who looks after a case once it is open, decides and closes: the supervisor, else the case worker.
  func editor(_ place: MadeUpAgency.Place) throws(Refusal) -> Actor {
    do { return try actor(place, .supervisor) } catch { return try actor(place, .caseWorker) }
  }

  /// Who answers referrals: the referral desk, else the supervisor.
  func desk(_ place: MadeUpAgency.Place) throws(Refusal) -> Actor {
    do { return try actor(place, .referralDesk) } catch { return try actor(place, .supervisor) }
  }
}

extension MadeUpAgency.Place {
  /// The agency that a case of this province and form comes to.
  static func home(of entry: CaseLoad.Entry, age: Int, using dice: inout SeededGenerator) -> Self {
    switch entry.province {
    case "EC-O", "EC-L", "EC-G", "EC-R": return .machala
    case "EC-D": return .orellana
    case "EC-C", "EC-I": return .tulcan
    case "EC-U", "EC-E": return .lagoAgrio
    default:
      if age < 18, entry.form == "labour" || entry.form == "begging", Int.random(in: 0..<3, using: &dice) > 0 {
        return .childLabour
      }
      return Int.random(in: 0..<5, using: &dice) < 3 ? .canario : .migration
    }
  }

  /// To whom it refers.
  func partner(for fate: Fate) -> Self {
    switch self {
    case .canario: fate == .declined ? .migration : .machala
    case .lagoAgrio where fate == .declined: .tulcan
    case .migration, .childLabour, .machala, .orellana, .tulcan, .lagoAgrio, .committee: .canario
    }
  }
}
