import Accounts
import Basics
import Referrals

/// The directory's lists as spreadsheets. Undisclosed places leave without any address: none is stored.
extension DirectoryWords {
  /// What a search found.
  func sheet(_ matches: [DirectoryMatch], _ title: String) -> ListSheet.Part {
    ListSheet.Part(
      title: title,
      columns: [
        "directory.one", "directory.organisation", "lists.place", "lists.kilometres", "directory.hours",
        "lists.for_whom",
        "directory.room", "lists.confirmed",
      ],
      rows: matches.map { match in
        let criteria: [EligibilityVerdict.Criterion] =
          switch match.eligibility {
          case .excluded(let criteria), .ask(let criteria): criteria
          default: []
          }
        return [
          .typed(match.service.name), .typed(match.organisation.name), .typed(place(match.place)),
          match.kilometres.map { .number(($0 * 10).rounded() / 10) } ?? "", .typed(opening(match.opening)),
          .typed(criteria.map(criterion).joined(separator: ", ")), .typed(vacancy(match.vacancy)?.text ?? ""),
          .typed(freshness(match.freshness).text),
        ]
      })
  }

  /// Entries as their keepers see them.
  func sheet(_ entries: [DirectoryEntry], _ title: String, _ names: [AgencyID: String]) -> ListSheet.Part {
    ListSheet.Part(
      title: title,
      columns: [
        "directory.one", "directory.organisation", "lists.place", "lists.status", "lists.confirmed", "lists.holder",
      ],
      rows: entries.map { entry in
        let service = entry.service
        return [
          .typed(service.name), .typed(entry.directory.organisations[service.organisation]?.name ?? ""),
          .typed(place(service.sites.first.flatMap { entry.directory.places[$0.place] })),
          .typed(status(service.status)), .typed(freshness(entry.freshness).text),
          .typed(entry.owner.flatMap { names[$0] } ?? ""),
        ]
      })
  }
}
