import CountryPack
import Foundation

/// The public site as a crowd meets it: 64 readers with a connection each, against the program as it is served.
enum BenchPublic {
  private static let readers = 64
  /// What a browser sends.
  private static let packed = "Accept-Encoding: gzip, deflate, br, zstd"

  static func measure(_ options: Bench.Options, _ pack: CountryPack, into table: inout FigureTable) async throws {
    let house = try await House(program: options.program, pack: pack, cases: 0)
    defer { house.remove() }
    let site = try await RunningSite(program: options.program, data: house.data)
    defer { site.stop() }
    let port = site.port
    let pages = try addresses(port)
    let before = site.residentMegabytes

    // Cold: the first reader of each page waits until it is made.
    var first: [Double] = []
    var tags: [String: String] = [:]
    for page in pages {
      let answer = try ReadersLoad.once(ReadersLoad.get(page, [packed]), port: port)
      guard answer.status == 200, let tag = answer.text.firstMatch(of: /(?i)etag: ("[^"\r]+")/) else {
        throw Failure("\(page) answered \(answer.status)")
      }
      first.append(answer.milliseconds)
      tags[page] = String(tag.1)
    }
    table.add("the first reader of each of \(pages.count) public pages", Samples(first))

    func crowd(_ name: String, _ requests: [String], _ expected: Int, goal: Bool = true) async throws {
      let load = ReadersLoad(port: port, readers: readers, requests: requests)
      _ = try await load.run(seconds: 1)
      let result = try await load.run(seconds: options.seconds)
      guard Set(result.statuses.keys) == [expected] else { throw Failure("\(name): \(result.statuses)") }
      table.add(
        "\(name), \(readers) readers", value: result.perSecond, unit: "/s", goal: goal ? 10_000 : nil, isMore: true)
      table.add("one of them", result.times, goal: goal ? 10 : nil)
    }
    try await crowd("public pages, compressed", pages.map { ReadersLoad.get($0, [packed]) }, 200)
    try await crowd("public pages, as they are", pages.map { ReadersLoad.get($0) }, 200)
    try await crowd(
      "public pages that the browser has",
      pages.map { ReadersLoad.get($0, [packed, "If-None-Match: \(tags[$0] ?? "")"]) }, 304)
    let fronts = ["/es", "/en"].map { ReadersLoad.get($0, [packed]) }
    try await crowd("the front page alone", fronts, 200)
    try await crowd("pages that are not there", (0..<997).map { ReadersLoad.get("/es/x\($0)") }, 404, goal: false)
    try await crowd(
      "searches", ["trata", "ayuda", "peligro"].map { ReadersLoad.get("/es/search?q=\($0)") }, 200, goal: false)
    try await flood(options, port, pages, &table)
    table.add("memory before", value: before, unit: "MB")
    table.add("memory after all of that", value: site.residentMegabytes, unit: "MB")
  }

  /// Sixteen connections send forms to where nothing is, as fast as they are answered, while the pages are read.
  private static func flood(
    _ options: Bench.Options, _ port: UInt16, _ pages: [String], _ table: inout FigureTable
  ) async throws {
    let body = "text=" + String(repeating: "x", count: 1000)
    let post =
      "POST /nothing-here HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
      + "Content-Length: \(body.utf8.count)\r\n\r\n" + body
    let flood = ReadersLoad(port: port, readers: 16, requests: [post])
    let readers = ReadersLoad(port: port, readers: readers, requests: pages.map { ReadersLoad.get($0, [packed]) })
    async let sent = flood.run(seconds: options.seconds)
    let read = try await readers.run(seconds: options.seconds)
    let posts = try await sent
    guard Set(read.statuses.keys) == [200] else { throw Failure("under the flood: \(read.statuses)") }
    table.add("forms sent to where nothing is, 16 connections", value: posts.perSecond, unit: "/s")
    table.add("public pages meanwhile, 64 readers", value: read.perSecond, unit: "/s")
    table.add("one of them", read.times, goal: 50)
  }

  private static func addresses(_ port: UInt16) throws -> [String] {
    let map = try ReadersLoad.once(ReadersLoad.get("/sitemap.xml"), port: port)
    let found = map.text.matches(of: /<loc>https?:\/\/[^\/<]+(\/[^<]*)<\/loc>/).map { String($0.1) }
    guard !found.isEmpty else { throw Failure("the sitemap names no page") }
    return found
  }
}
