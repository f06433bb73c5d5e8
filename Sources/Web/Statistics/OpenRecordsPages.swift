import Accounts
import Basics
import Casework
import CountryPack
import HTTPTypes
import Hummingbird
import NIOCore
import Releases
import Statistics

/// Published synthetic records at addresses that stay: what they promise, their dictionary, licence and files, also in the
/// columns of CTDC's global dataset.
struct OpenRecordsPages: RoomPages {
  static let path = "/open-records"
  let desks: Desks
  let settings: SiteSettings

  func add(to routes: Routes) {
    routes.get(Self.path, list)
    routes.get(Self.path + "/:slug") { visit in
      .goTo(try await desks.openRecords.newest(visit.part("slug")).address)
    }
    routes.get(Self.path + "/:slug/:version", page)
    routes.get(Self.path + "/:slug/:version/records.csv") { visit in
      try await file(visit, "text/csv; charset=utf-8") { $1 }
    }
    routes.get(Self.path + "/:slug/:version/ctdc.csv") { visit in
      try await file(visit, "text/csv; charset=utf-8") { _, csv in try ctdc(csv, visit) }
    }
    routes.get(Self.path + "/:slug/:version/about.json") { visit in
      try await file(visit, "application/json") { release, csv in Array(try about(release, csv, visit).json.utf8) }
    }
  }

  /// The same records in the columns of a release of CTDC's; the newest unless the query names another.
  private func ctdc(_ csv: [UInt8], _ visit: Visit) throws -> [UInt8] {
    let wanted = visit.query["release"]
    guard let release = wanted == nil ? CTDCRelease.all.first : wanted.flatMap(CTDCRelease.named) else {
      throw Refusal.notFound
    }
    var parts = [csv]
    var reader = try DelimitedReader { parts.isEmpty ? [] : parts.removeFirst() }
    let records = try CodedFacts(FactTable(&reader))
    do { return try release.csv(records, CTDCCrosswalk(desks.pack)) } catch is FactFileProblem {
      // Nothing of it has a place there.
      throw Refusal.notFound
    }
  }

  private func about(_ release: RecordsRelease, _ csv: [UInt8], _ visit: Visit) -> OpenRecordsAbout {
    OpenRecordsAbout(
      release, rows: csv.count { $0 == 10 } - 1, names: OpenTable.Names(visit.frame.screen, desks.pack),
      address: settings.publicAddress + release.address, desks.pack)
  }

  /// A file of a version. One that was withdrawn is gone, and says so.
  private func file(
    _ visit: Visit, _ type: String, _ bytes: (RecordsRelease, [UInt8]) throws -> [UInt8]
  ) async throws -> Answer {
    let open = try await desks.openRecords.release(visit.part("slug"), version: visit.part("version"))
    guard let csv = try await desks.openRecords.file(open.release) else {
      let text = visit.words("statistics.open.withdrawn") + " " + open.release.reason[visit.language] + "\n"
      return .whole(
        Response(
          status: .gone, headers: [.contentType: "text/plain; charset=utf-8"],
          body: ResponseBody(byteBuffer: ByteBuffer(string: text))))
    }
    let content = try bytes(open.release, csv)
    return .whole(
      Response(
        status: .ok, headers: [.contentType: type, .contentLength: String(content.count)],
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: content))))
  }

  // MARK: Pages

  private func list(_ visit: Visit) async throws -> Answer {
    let words = visit.words
    let releases = try await desks.openRecords.releases()
    let licence = desks.pack.statistics.licence
    return .page(
      "statistics/open-records",
      [
        "heading": Heading(
          title: words("statistics.open_records.title"), lead: words("statistics.open_records.lead"),
          back: .init(address: "/open-data", label: words("statistics.open.title"))
        ).view, "rows": releases.map { RecordsPages.row($0, visit, address: $0.address).view },
        "isEmpty": releases.isEmpty,
        "licence": ["name": licence.name[visit.language], "address": licence.address],
      ] as [String: Any])
  }

  private func page(_ visit: Visit) async throws -> Answer {
    let open = try await desks.openRecords.release(visit.part("slug"), version: visit.part("version"))
    let (words, language, release) = (visit.words, visit.language, open.release)
    let (terms, facts) = (RecordsTerms(visit), FactTerms(visit))
    var model = OpenVersionView(
      publicAddress: settings.publicAddress, country: desks.pack.name[language],
      back: .init(address: Self.path, label: words("statistics.open_records.title"))
    ).model(release, open.versions, visit) {
      words("statistics.open.version_short", ["version": String($0.version)])
    }
    guard release.state == .published else {
      model["withdrawn"] = release.reason[language]
      return .page("statistics/open-records-one", model)
    }
    let licence = desks.pack.statistics.licence
    model["guarantee"] = terms.guarantee(release.report.privacy)
    model["method"] = words("statistics.open_records.method_\(release.choice.method.rawValue)")
    model["facts"] =
      Definitions([
        (words("statistics.records.choice"), terms.sentence(release.choice)),
        (words("statistics.open_records.rows"), facts.number(release.report.syntheticRecords)),
        (words("statistics.releases.counted_on"), visit.dates.day(release.countedOn)),
        (words("statistics.open.licence"), licence.name[language] + " · " + licence.address),
      ]).view
    model["dictionary"] =
      facts.dictionary(
        facts.allCodes.filter { release.choice.columns.contains($0.key) }
      ).view
    model["files"] =
      [("records.csv", "statistics.records.file"), ("about.json", "statistics.open_records.about_file")].map {
        ["address": release.address + "/" + $0.0, "label": words($0.1)]
      }
      + (CTDCRelease.takes(release.choice.columns.map(\.rawValue)) ? CTDCRelease.all : []).map {
        [
          "address": release.address + "/ctdc.csv?release=" + $0.code,
          "label": words("statistics.open_records.ctdc", ["release": $0.code]),
        ]
      }
    model["hasFiles"] = true
    return .page("statistics/open-records-one", model)
  }
}
