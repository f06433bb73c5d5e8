import Basics
import Releases

/// What a version at a public address says of itself, whatever it holds.
protocol PublicVersion {
  var title: ReleaseText { get }
  var version: Int { get }
  var note: ReleaseText { get }
  var publishedAt: Moment? { get }
  var address: String { get }
}

extension Release: PublicVersion {}
extension RecordsRelease: PublicVersion {}

/// The top of a public version's page: heading, how it is cited, whether there is a newer one, what was corrected, and the
/// other versions.
struct OpenVersionView {
  /// With the site's address before its own.
  let publicAddress: String
  let country: String
  let back: HomeSection.Link

  /// - Parameters:
  ///   - versions: those of its address that are public, the newest first.
  ///   - label: how one of them is called in the list.
  func model<Version: PublicVersion>(
    _ one: Version, _ versions: [Version], _ visit: Visit, label: (Version) -> String
  ) -> [String: Any] {
    let (words, language) = (visit.words, visit.language)
    let day = one.publishedAt.map { visit.dates.day(of: $0) } ?? ""
    var model: [String: Any] = [
      "title": one.title[language],
      "heading": Heading(
        title: one.title[language],
        eyebrow: words("statistics.open.version", ["version": String(one.version), "day": day]), back: back
      ).view,
      "citation": words(
        "statistics.open.citation",
        [
          "country": country, "title": one.title[language], "version": String(one.version), "day": day,
          "address": publicAddress + one.address,
        ]),
    ]
    if let newest = versions.first, newest.version != one.version {
      model["newer"] = [
        "address": newest.address, "note": newest.note[language],
        "label": words("statistics.open.version_short", ["version": String(newest.version)]),
      ]
    }
    if !one.note.isEmpty { model["note"] = one.note[language] }
    if versions.count > 1 {
      model["versions"] = versions.map { ["address": $0.address, "label": label($0)] }
      model["hasVersions"] = true
    }
    return model
  }
}
