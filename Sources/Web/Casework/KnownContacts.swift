import Accounts
import Basics
import Referrals

/// How an agency's desk is reached, from its entries of the directory: desks first, never a person.
struct KnownContacts {
  /// More lines than anybody dials.
  private static let most = 4

  private let services: [AgencyID: [DirectoryService]]
  private let organisations: [DirectoryOrganisationKey: DirectoryOrganisation]

  init(_ desk: DirectoryDesk, _ actor: Actor) async throws {
    let directory = try await desk.directory(actor)
    let owners = try await desk.owners(actor)
    organisations = directory.organisations
    services = Dictionary(
      grouping: directory.services.filter { $0.status == .active && owners[$0.key] != nil },
      by: { owners[$0.key] ?? actor.agency })
  }

  /// Telephone numbers and addresses, each once; none when the directory has none.
  func lines(_ agency: AgencyID) -> [String] {
    let services = self.services[agency] ?? []
    let organisations = services.compactMap { self.organisations[$0.organisation] }
    var lines = (services.flatMap(\.desks) + organisations.flatMap(\.desks)).compactMap(line)
    if lines.isEmpty {
      lines = (services.flatMap(\.phones) + organisations.flatMap(\.phones)).map(number)
      lines += services.compactMap(\.email) + organisations.compactMap(\.email)
    }
    var seen: Set<String> = []
    return Array(lines.filter { seen.insert($0).inserted }.prefix(Self.most))
  }

  private func line(_ desk: DirectoryContact) -> String? {
    let ways = desk.phones.map(number) + [desk.email].compactMap { $0 }
    guard !ways.isEmpty else { return nil }
    let name = desk.department ?? desk.title
    return ([name.map { $0 + ":" }].compactMap { $0 } + [ways.joined(separator: " · ")]).joined(separator: " ")
  }

  private func number(_ phone: DirectoryPhone) -> String {
    phone.extensionNumber.map { "\(phone.number) ext. \($0)" } ?? phone.number
  }
}
