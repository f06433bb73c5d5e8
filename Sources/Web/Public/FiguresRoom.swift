import Basics
import CountryPack
import Releases

/// Figures for everybody: those that others printed, each as printed with its source and what can't be so about it, and
/// the way to the tables that were released here. It counts nothing itself.
struct FiguresRoom: PublicRoom {
  var publicPages: [PublicPage] { [PublicPage(path: "figures", menu: "rooms.figures.menu", make: page)] }

  func publicEntries(_ visit: PublicVisit) async throws -> [PublicEntry] {
    let (title, lead) = (visit.words("rooms.figures.title"), visit.words("rooms.figures.lead"))
    let labels = visit.pack.figures.flatMap { [$0.label[visit.language], $0.sourceName[visit.language]] }
    return [
      PublicEntry(
        path: "figures", title: title, description: lead, text: ([title, lead] + labels).joined(separator: " "),
        changed: visit.pack.figures.compactMap(\.readOn).max())
    ]
  }

  private func page(_ visit: PublicVisit) async throws -> PublicAnswer {
    let (words, figures) = (visit.words, visit.pack.figures)
    let registry = FigureRegistry(visit.pack, today: visit.dates.today)
    let releases = try await visit.desks.openData.releases().filter { $0.state == .published }
    return .page(
      "public/figures",
      [
        "figures": figures.map { FigureView.view($0, registry, words, visit.dates) }, "hasFigures": !figures.isEmpty,
        "releases": releases.map { release in
          [
            "title": release.title[visit.language], "address": visit.open(release.address),
            "day": release.publishedAt.map { visit.dates.day(of: $0) } ?? "",
          ]
        }, "hasReleases": !releases.isEmpty,
        "threshold": words("rooms.figures.small", ["number": String(visit.pack.statistics.threshold)]),
        "openData": visit.open("/open-data"), "overview": visit.open(OverviewPages.open),
        "openRecords": visit.open(OpenRecordsPages.path),
      ] as [String: Any],
      PublicAbout(title: words("rooms.figures.title"), description: words("rooms.figures.lead")))
  }
}
