import Accounts
import Basics
import Hummingbird

/// Agencies join, by whoever keeps the system.
struct AgencyPages: RoomPages {
  let desks: Desks
  let settings: SiteSettings

  func add(to routes: Routes) {}
}
