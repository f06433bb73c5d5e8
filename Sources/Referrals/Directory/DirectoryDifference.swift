/// What an entry says, in parts as people speak of them: to tell what a change concerns without showing it all.
public enum DirectoryPart: String, Hashable, Sendable, CaseIterable {
  case organisation, name, status, needs, eligibility, languages, cost, capacity, hours, places, area, contact, access
  case alert, confirmation

  /// The parts in which two versions of one entry differ, in their order. Each holds one service.
  public static func differences(_ old: Directory, _ new: Directory) -> [DirectoryPart] {
    guard let before = old.services.first, let after = new.services.first else { return [] }
    return allCases.filter { part in
      switch part {
      case .organisation:
        before.organisation != after.organisation
          || old.organisations[before.organisation] != new.organisations[after.organisation]
      case .name: before.name != after.name || before.description != after.description
      case .status: before.status != after.status
      case .needs: before.needs != after.needs
      case .eligibility:
        before.eligibility != after.eligibility || before.eligibilityNote != after.eligibilityNote
      case .languages: before.languages != after.languages || before.interpretation != after.interpretation
      case .cost: before.costs != after.costs || before.feesNote != after.feesNote
      case .capacity: before.capacities != after.capacities
      case .hours:
        before.schedules != after.schedules
          || before.sites.map(\.schedules).filter { !$0.isEmpty } != after.sites.map(\.schedules).filter { !$0.isEmpty }
      case .places:
        before.sites.map(\.place) != after.sites.map(\.place)
          || before.sites.map { old.places[$0.place] } != after.sites.map { new.places[$0.place] }
      case .area: before.area != after.area || before.areaNotes != after.areaNotes
      case .contact:
        before.phones != after.phones || before.desks != after.desks || before.email != after.email
          || before.website != after.website
      case .access:
        before.application != after.application || before.waitingTime != after.waitingTime
          || before.documents != after.documents
      case .alert: before.alert != after.alert
      case .confirmation: before.confirmedOn != after.confirmedOn || before.confirmedBy != after.confirmedBy
      }
    }
  }
}
