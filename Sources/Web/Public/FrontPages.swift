import Basics
import CountryPack

/// The first public page: danger first, with the numbers one may call.
struct FrontPages: PublicRoom {
  var publicPages: [PublicPage] {
    [PublicPage(path: "", menu: "common.home", make: front)]
  }

  private func front(_ visit: PublicVisit) -> PublicAnswer {
    let hotlines = visit.pack.hotlines.filter(\.isPublic).map { line in
      [
        "name": line.name[visit.language], "number": line.number, "dial": line.number.filter { !$0.isWhitespace },
        "verified": line.verifiedOn.map(visit.dates.day) ?? "",
      ]
    }
    return .page(
      "public/front", ["hotlines": hotlines, "hasHotlines": !hotlines.isEmpty] as [String: Any],
      PublicAbout(title: visit.words("accounts.public.heading"), description: visit.words("accounts.public.lead")))
  }
}
