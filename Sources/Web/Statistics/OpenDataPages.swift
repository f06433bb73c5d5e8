import Accounts
import Basics
import Casework
import CountryPack
import Documents
import HTTPTypes
import Hummingbird
import NIOCore
import Releases
import Statistics

/// What anybody may read, signed in or not: published tables at addresses that stay, with their files, their dictionary,
/// their licence and how people are protected in them.
struct OpenDataPages: RoomPages {
  let desks: Desks
  let settings: SiteSettings

  func add(to routes: Routes) {
    routes.get("/open-data", list)
    routes.get("/open-data/:slug") { visit in .goTo(try await desks.openData.newest(visit.part("slug")).address) }
    routes.get("/open-data/:slug/:version", page)
    routes.get("/open-data/:slug/:version/data.json") { visit in
      try await file(visit, "application/json") { open, _ in Array((open.release.document ?? "").utf8) }
    }
    routes.get("/open-data/:slug/:version/data.csv") { visit in
      try await file(visit, "text/csv; charset=utf-8") { Array($1.csv.utf8) }
    }
    routes.get("/open-data/:slug/:version/data.xlsx") { visit in
      try await file(visit, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet") { _, table in
        table.spreadsheet(visit.language, source: TablePages.source(table, visit)).bytes
      }
    }
    routes.get("/open-data/:slug/:version/chart.svg") { visit in
      try await file(visit, "image/svg+xml") { Array(data($1, visit).svg(TablePages.kind(visit), desks.pack).utf8) }
    }
    routes.get("/open-data/:slug/:version/chart.png") { visit in
      try await file(visit, "image/png") {
        try data($1, visit).picture(TablePages.kind(visit), desks.pack).png(visit.language)
      }
    }
  }

  /// A file of a version. One that was withdrawn is gone, and says so.
  private func file(
    _ visit: Visit, _ type: String, _ bytes: (OpenRelease, OpenTable) throws -> [UInt8]
  ) async throws -> Answer {
    let open = try await desks.openData.release(visit.part("slug"), version: visit.part("version"))
    guard let table = open.table else {
      let text = visit.words("statistics.open.withdrawn") + " " + open.release.reason[visit.language] + "\n"
      return .whole(
        Response(
          status: .gone, headers: [.contentType: "text/plain; charset=utf-8"],
          body: ResponseBody(byteBuffer: ByteBuffer(string: text))))
    }
    let content = try bytes(open, table)
    return .whole(
      Response(
        status: .ok, headers: [.contentType: type, .contentLength: String(content.count)],
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: content))))
  }

  // MARK: The list

  private func list(_ visit: Visit) async throws -> Answer {
    let (words, language) = (visit.words, visit.language)
    let terms = FactTerms(visit)
    let releases = try await desks.openData.releases()
    let licence = desks.pack.statistics.licence
    return .page(
      "statistics/open-data",
      [
        "heading": Heading(
          title: words("statistics.open.title"),
          lead: words("statistics.open.lead", ["country": desks.pack.name[language]])
        ).view,
        "rows": releases.map { release in
          WorkRow(
            title: release.title[language], address: release.address,
            facts: [release.publishedAt.map { visit.dates.day(of: $0) } ?? "", "v\(release.version)"],
            status: release.state == .withdrawn ? ReleasePages.status(.withdrawn, words) : nil
          ).view
        }, "isEmpty": releases.isEmpty, "method": terms.says(.suppress), "rounding": terms.says(.round),
        "licence": ["name": licence.name[language], "address": licence.address],
        "dictionary": terms.dictionary(terms.allCodes).view,
      ] as [String: Any])
  }

  // MARK: One version

  private func page(_ visit: Visit) async throws -> Answer {
    let open = try await desks.openData.release(visit.part("slug"), version: visit.part("version"))
    let (words, release) = (visit.words, open.release)
    var model = OpenVersionView(
      publicAddress: settings.publicAddress, country: desks.pack.name[visit.language],
      back: .init(address: "/open-data", label: words("statistics.open.title"))
    ).model(release, open.versions, visit) { version in
      words(
        "statistics.open.version",
        ["version": String(version.version), "day": version.publishedAt.map { visit.dates.day(of: $0) } ?? ""])
    }
    guard let table = open.table else {
      model["withdrawn"] = release.reason[visit.language]
      return .page("statistics/open-table", model)
    }
    model.merge(content(table, release, visit)) { $1 }
    return .page("statistics/open-table", model)
  }

  private func content(_ table: OpenTable, _ release: Release, _ visit: Visit) -> [String: Any] {
    let (words, language) = (visit.words, visit.language)
    return [
      "tables": OpenTableView(table, FactTerms(visit)).tables.map(\.view),
      "charts": data(table, visit).kinds.map { data(table, visit).svg($0, desks.pack) },
      "says": table.protection.says[language],
      "hidden": table.protection.hiddenCells == 0
        ? "" : words("statistics.tables.hidden_count", ["count": String(table.protection.hiddenCells)]),
      "notes": OpenTableView(table, FactTerms(visit)).notes,
      "files": [("data.csv", "csv"), ("data.json", "json"), ("data.xlsx", "xlsx")].map {
        ["address": release.address + "/" + $0.0, "label": words("statistics.files.\($0.1)")]
      }
        + data(table, visit).kinds.flatMap { kind in
          ["svg", "png"].map { format in
            [
              "address": release.address + "/chart.\(format)?picture=" + kind.rawValue,
              "label": words("statistics.files.\(format)_\(kind.rawValue)"),
            ]
          }
        }, "hasFiles": true,
      "facts": Definitions(
        [
          (words("statistics.tables.measure"), table.measure.name[language]),
          (words("statistics.releases.counted_on"), visit.dates.day(table.countedOn)),
        ]
          + table.conditions.map {
            ($0.name[language], $0.codes.map { $0.name[language] }.joined(separator: ", "))
          } + [
            (words("statistics.book.version"), String(table.codeBook)),
            (words("statistics.open.licence"), table.licence.name[language] + " · " + table.licence.address),
          ]
      ).view,
      "dictionary": DataTable(
        caption: words("statistics.book.dictionary"),
        columns: ["column", "meaning", "codes"].map { words("statistics.book.\($0)") },
        rows: table.dimensions.map { dimension in
          [
            .lines([dimension.name[language], dimension.column]),
            .text(FactField(rawValue: dimension.column).map(FactTerms(visit).about) ?? ""),
            .lines(dimension.codes.map { "\($0.code): \($0.name[language])" }),
          ]
        }
      ).view,
    ]
  }

  private func data(_ table: OpenTable, _ visit: Visit) -> PictureData {
    PictureData(table, FactTerms(visit), source: TablePages.source(table, visit))
  }
}
