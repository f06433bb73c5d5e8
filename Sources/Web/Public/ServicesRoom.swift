import Basics
import CountryPack
import Foundation
import Referrals

/// Services one may call: numbers first, then the directory's public entries by province and need. Each choice has its own
/// address, so that it works without a script and is kept like any other page.
struct ServicesRoom: PublicRoom {
  /// Services on one page: it stays under 50 KB.
  static let pageSize = 25

  var publicPages: [PublicPage] {
    [
      PublicPage(path: "services", menu: "rooms.services.menu", make: list),
      PublicPage(path: "services/:province", make: list),
      PublicPage(path: "services/:province/:need", make: list),
      PublicPage(path: "services/:province/:need/:page", make: list),
      PublicPage(path: "service/:service", make: one),
    ]
  }

  func publicEntries(_ visit: PublicVisit) async throws -> [PublicEntry] {
    let (words, texts) = (visit.words, DirectoryWords(visit))
    let title = words("rooms.services.title")
    let lead = words("rooms.services.lead")
    return [PublicEntry(path: "services", title: title, description: lead, text: title + " " + lead)]
      + (try await visit.desks.directory.publicServices()).map { one in
        PublicServiceView(one, texts, visit.desks.directory.freshness(one)).entry
      }
  }

  // MARK: The list

  private func list(_ visit: PublicVisit) async throws -> PublicAnswer {
    let choice = try ServiceChoice(visit)
    let all = try await visit.desks.directory.publicServices()
    let (texts, words) = (DirectoryWords(visit), visit.words)
    let inProvince = all.filter { one in choice.province.map { one.serves($0) } ?? true }
    let found = choice.sorted(inProvince.filter { one in choice.need.map { one.service.needs.contains($0) } ?? true }) {
      visit.desks.directory.freshness($0).holds
    }
    let pages = max(1, (found.count + Self.pageSize - 1) / Self.pageSize)
    guard choice.page <= pages else { throw Refusal.notFound }
    let title = choice.title(texts)
    var model: [String: Any] = [
      "title": title, "lead": words("rooms.services.lead"), "numbers": PublicNumbers(visit).view,
      "provinces": provinces(all, choice, texts, visit), "needs": needs(inProvince, choice, texts, visit),
      "services": found.dropFirst((choice.page - 1) * Self.pageSize).prefix(Self.pageSize).map { one in
        PublicServiceView(one, texts, visit.desks.directory.freshness(one)).card.merging(
          ["address": visit.address(PublicServiceView.path(one.service.key))]) { $1 }
      },
      "count": words(
        found.count == 1 ? "rooms.services.one_found" : "rooms.services.found", ["count": String(found.count)]),
    ]
    if found.isEmpty {
      model["empty"] = words(all.isEmpty ? "rooms.services.none_at_all" : "rooms.services.none_here")
      model["everything"] = all.isEmpty ? nil : visit.address("services")
    }
    if pages > 1 {
      var view: [String: Any] = ["number": choice.page, "last": pages]
      if choice.page > 1 { view["before"] = visit.address(choice.with(page: choice.page - 1).path) }
      if choice.page < pages { view["after"] = visit.address(choice.with(page: choice.page + 1).path) }
      model["pages"] = view
    }
    return .page("public/services", model, PublicAbout(title: title, description: words("rooms.services.lead")))
  }

  private func link(_ choice: ServiceChoice, _ label: String, _ isCurrent: Bool, _ visit: PublicVisit) -> [String: Any]
  {
    ["address": visit.address(choice.path), "label": label, "isCurrent": isCurrent]
  }

  /// Those in which a service can be used, by name. A choice that stands alone is none.
  private func provinces(
    _ all: [PublicService], _ choice: ServiceChoice, _ texts: DirectoryWords, _ visit: PublicVisit
  ) -> [[String: Any]] {
    let used = visit.pack.provinces.map(\.iso).filter { iso in
      iso == choice.province || all.contains { $0.serves(iso) }
    }
    let named = used.map { ($0, texts.province($0)) }.sorted { $0.1 < $1.1 }
    return [
      link(choice.with(province: nil), visit.words("rooms.services.whole_country"), choice.province == nil, visit)
    ]
      + named.map { link(choice.with(province: $0.0), $0.1, $0.0 == choice.province, visit) }
  }

  /// Those that a service in the province answers.
  private func needs(
    _ all: [PublicService], _ choice: ServiceChoice, _ texts: DirectoryWords, _ visit: PublicVisit
  ) -> [[String: Any]] {
    let used = Set(all.flatMap(\.service.needs)).union(choice.need.map { [$0] } ?? [])
    let named = used.map { ($0, texts.need($0)) }.sorted { ($0.1, $0.0) < ($1.1, $1.0) }
    return [link(choice.with(need: nil), visit.words("rooms.services.any_need"), choice.need == nil, visit)]
      + named.map { link(choice.with(need: $0.0), $0.1, $0.0 == choice.need, visit) }
  }

  // MARK: One service

  private func one(_ visit: PublicVisit) async throws -> PublicAnswer {
    guard let key = DirectoryServiceKey(visit.part("service")),
      let one = try await visit.desks.directory.publicServices().first(where: { $0.service.key == key })
    else { throw Refusal.notFound }
    let view = PublicServiceView(one, DirectoryWords(visit), visit.desks.directory.freshness(one))
    let address = visit.settings.publicAddress + visit.address(PublicServiceView.path(key))
    return .page(
      "public/service",
      ["service": view.whole, "back": visit.address("services"), "numbers": PublicNumbers(visit).view] as [String: Any],
      PublicAbout(
        title: one.service.name, description: view.sentence, structuredData: view.structuredData(address: address)))
  }
}

/// Which services are asked for, as the address says it.
struct ServiceChoice: Sendable {
  /// ISO 3166-2.
  var province: String?
  /// A code of the pack's needs or services.
  var need: String?
  /// From 1.
  var page = 1

  static let everyProvince = "all"
  static let anyNeed = "any"

  init(province: String? = nil, need: String? = nil, page: Int = 1) {
    (self.province, self.need, self.page) = (province, need, page)
  }

  /// Throws `Refusal.notFound` for a place, a need or a page that the pack does not have.
  init(_ visit: PublicVisit) throws {
    let (province, need, page) = (visit.part("province"), visit.part("need"), visit.part("page"))
    if !province.isEmpty, province != Self.everyProvince {
      guard province == province.lowercased(), let known = visit.pack.province(iso: province.uppercased()) else {
        throw Refusal.notFound
      }
      self.province = known.iso
    }
    if !need.isEmpty, need != Self.anyNeed {
      guard visit.pack.term(.services, need) != nil || visit.pack.term(.needs, need) != nil else {
        throw Refusal.notFound
      }
      self.need = need
    }
    if !page.isEmpty {
      guard let number = Int(page), number >= 1, String(number) == page else { throw Refusal.notFound }
      self.page = number
    }
  }

  func with(province: String?) -> ServiceChoice { ServiceChoice(province: province, need: need) }
  func with(need: String?) -> ServiceChoice { ServiceChoice(province: province, need: need) }
  func with(page: Int) -> ServiceChoice { ServiceChoice(province: province, need: need, page: page) }

  /// The shortest address that says it.
  var path: String {
    var pieces = ["services"]
    if province != nil || need != nil || page > 1 { pieces.append(province?.lowercased() ?? Self.everyProvince) }
    if need != nil || page > 1 { pieces.append(need ?? Self.anyNeed) }
    if page > 1 { pieces.append(String(page)) }
    return pieces.joined(separator: "/")
  }

  func title(_ texts: DirectoryWords) -> String {
    switch (province, need) {
    case (nil, nil): texts.words("rooms.services.title")
    case (let province?, nil): texts.words("rooms.services.title_in", ["place": texts.province(province)])
    case (nil, let need?): texts.words("rooms.services.title_for", ["need": texts.need(need)])
    case (let province?, let need?):
      texts.words(
        "rooms.services.title_for_in", ["need": texts.need(need), "place": texts.province(province)])
    }
  }

  /// Those with a place in the province first, then those that somebody has confirmed lately.
  func sorted(_ services: [PublicService], holds: (PublicService) -> Bool) -> [PublicService] {
    func rank(_ one: PublicService) -> (Int, Int) {
      let isNear = province.map { iso in one.places.contains { $0.province == iso } } ?? true
      return (isNear ? 0 : 1, holds(one) ? 0 : 1)
    }
    // They come by name, and those of one rank stay so.
    return services.enumerated().map { ($1, rank($1), $0) }.sorted { ($0.1.0, $0.1.1, $0.2) < ($1.1.0, $1.1.1, $1.2) }
      .map(\.0)
  }
}

/// The numbers that anybody may call, with who says so and since when it is known. One that only others say is shown as
/// such, because who is in danger must not look for it elsewhere; one that is contradicted is not shown.
struct PublicNumbers {
  private let visit: PublicVisit
  init(_ visit: PublicVisit) { self.visit = visit }

  var view: [String: Any] {
    let lines = visit.pack.hotlines.filter { $0.isPublic || $0.certainty == .secondHand }.map { line in
      [
        "name": line.name[visit.language], "number": line.number, "dial": line.number.filter { !$0.isWhitespace },
        "verified": line.isPublic
          ? visit.words(
            "rooms.services.number_verified",
            ["day": line.verifiedOn.map(visit.dates.day) ?? "", "source": line.source])
          : visit.words("rooms.services.number_unconfirmed"),
      ]
    }
    return ["lines": lines, "isAny": !lines.isEmpty]
  }
}
