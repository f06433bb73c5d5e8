import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Web

/// Every address of the site × every role × whose case it is. The table is `routes.txt`; what it says of the moves on a
/// case stands here.
@Suite struct RouteMatrixTests {
  /// Who may do what with a case, by the member's part in it.
  private struct CaseRight {
    /// Members of the owning agency, whoever opened it.
    var owners: Set<Role>
    /// Those besides who may do it with the cases they opened themselves.
    var openers: Set<Role> = []
    /// Members of an agency that was given some of it.
    var receivers: Set<Role> = []
  }

  private static let readers: Set<Role> = [.caseWorker, .referralDesk, .supervisor]
  private static let rights: [String: CaseRight] = [
    "read": CaseRight(owners: readers, openers: [.frontlineOfficer], receivers: readers),
    // Parts that an agency sees when it was given the kind: here it was not.
    "look": CaseRight(owners: readers, openers: [.frontlineOfficer], receivers: readers),
    "history": CaseRight(owners: readers, openers: [.frontlineOfficer]),
    "protection": CaseRight(owners: readers),
    "edit": CaseRight(owners: readers),
    "consent": CaseRight(owners: [.caseWorker], openers: [.frontlineOfficer]),
    "withdraw": CaseRight(owners: readers, openers: [.frontlineOfficer]),
    "close": CaseRight(owners: [.caseWorker, .supervisor], openers: [.frontlineOfficer]),
    "export": CaseRight(owners: readers, receivers: readers),
    "approve": CaseRight(owners: [.supervisor]),
    "ask": CaseRight(owners: [.caseWorker, .supervisor]),
    "transfer": CaseRight(owners: [.supervisor]),
    // Asked by an agency that can read some of it, of the agency that owns it.
    "request": CaseRight(owners: [], receivers: [.supervisor]),
    "refer": CaseRight(owners: [.caseWorker, .supervisor], openers: [.frontlineOfficer]),
  ]

  /// One line of the table.
  private struct Line {
    var methods: [String]
    var path: String
    var kind: String
    var words: [String]
  }

  private static func table() throws -> [Line] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "routes.txt")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix("#") }.map {
      line in
      var words = line.split(separator: " ").map(String.init)
      let methods = words.prefix { !$0.hasPrefix("/") }
      words.removeFirst(methods.count)
      return Line(methods: Array(methods), path: words[0], kind: words[1], words: Array(words.dropFirst(2)))
    }
  }

  @Test func everyAddressIsJudged() async throws {
    try await withSite(.sqlite) { house in
      let table = Set(try Self.table().flatMap { line in line.methods.map { "\($0) \(line.path)" } })
      let site = Set(house.site.registered)
      #expect(site.subtracting(table).sorted() == [], "not judged: write a line for it into Tests/WebTests/routes.txt")
      #expect(table.subtracting(site).sorted() == [], "no longer there")
      for line in try Self.table() {
        #expect(["open", "link", "account", "key", "role", "case"].contains(line.kind), "\(line.path)")
        for word in line.words where line.kind == "role" {
          #expect(Permission.allCases.contains { "\($0)" == word }, "\(line.path): \(word)")
        }
        if line.kind == "case" { #expect(line.words.count == 1 && Self.rights[line.words[0]] != nil, "\(line.path)") }
      }
    }
  }

  /// A case and whose it is, as the members of the first agency see it.
  private enum Whose: String, CaseIterable { case own, colleagues, shared, foreign, nobodys }

  @Test func everyRoleMeetsWhatTheTableSays() async throws {
    try await withSite(.sqlite) { house in
      var pages: [Role: TestBrowser] = [:]
      for role in Role.allCases where role != .systemAdministrator && role != .agencyAdministrator {
        try await house.join(role.rawValue, [role])
      }
      // Whoever sets the house up is both kinds of administrator.
      for role in Role.allCases {
        let browser = TestBrowser(house)
        try await browser.signIn([.systemAdministrator, .agencyAdministrator].contains(role) ? "ana" : role.rawValue)
        pages[role] = browser
      }
      let cases = try await cases(house)
      let visitor = TestBrowser(house)
      var answers = 0
      var faults: [String] = []
      for line in try Self.table() where line.path != "/sign-out" && !line.path.hasPrefix("/language") {
        for method in line.methods {
          let address = filled(line.path, CaseID.random())
          let status = try await ask(visitor, method, address)
          answers += 1
          if let fault = visitorsFault(line, method, status) {
            faults.append("\(method) \(line.path) visitor: \(fault)")
          }
          for (role, browser) in pages.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            // Ana stands for both administrators, and has the permissions of both.
            let roles: Set<Role> =
              [.systemAdministrator, .agencyAdministrator].contains(role)
              ? [.systemAdministrator, .agencyAdministrator] : [role]
            for whose in line.kind == "case" ? Whose.allCases : [.nobodys] {
              guard let id = whose == .own ? cases.own[role] : cases.others[whose] else { continue }
              let status = try await ask(browser, method, filled(line.path, id))
              answers += 1
              if let fault = fault(line, method, roles, whose, status) {
                faults.append("\(method) \(line.path) \(role.rawValue) \(whose.rawValue): \(fault)")
              }
            }
          }
        }
      }
      print("routes: \(answers) answers judged")
      #expect(answers > 2000)
      #expect(faults == [], "\(faults.joined(separator: "\n"))")
    }
  }

  // MARK: What is asked

  private func cases(_ house: WebHouse) async throws -> (own: [Role: CaseID], others: [Whose: CaseID]) {
    func open(_ login: String) async throws -> CaseID {
      let id = CaseID.random()
      try await house.desks.cases.open(
        try await house.actor(login), id: id,
        CaseOpening(
          person: .new(.random(), PersonIdentity(givenNames: "Rosa", birth: .year(1980)), SafeContact()),
          kind: "trafficking", province: "EC-P"))
      return id
    }
    try await house.join("colleague", [.caseWorker])
    let made = try await house.desks.agencies.create(
      .console, name: "Casa del Norte", kind: "ngo", province: "EC-O", administrator: "Nora", login: "nora")
    _ = try await house.desks.members.accept(made.invitation, password: WebHouse.password)
    let link = try await house.desks.members.invite(
      try await house.actor("nora"), name: "Nela", login: "norte", roles: [.caseWorker])
    _ = try await house.desks.members.accept(link, password: WebHouse.password)
    let shared = try await open("norte")
    let (owner, receiver) = (try await house.actor("norte"), try await house.actor("case_worker").agency)
    let consent = ConsentID.random()
    try await house.desks.cases.giveConsent(
      owner, shared, id: consent,
      ConsentRequest(
        purpose: "assistance", recipient: receiver, kinds: [.identity, .needs],
        until: house.desks.cases.today.adding(days: 5), decidedBy: .person, language: .spanish,
        explained: ConsentRequest.allExplained))
    let (now, root, wall) = (
      house.desks.office.clock.now(), house.desks.office.root, house.desks.pack.dataProtection.wall
    )
    try await house.desks.office.database.write { transaction in
      try CaseAccess.share(
        shared, kinds: [.identity, .needs], to: receiver, on: consent, wall: wall, root: root, by: owner, at: now,
        transaction)
      try transaction.record(.test())
    }
    return (
      [.caseWorker: try await open("case_worker"), .frontlineOfficer: try await open("frontline_officer")],
      [
        .colleagues: try await open("colleague"), .shared: shared, .foreign: try await open("norte"),
        .nobodys: .random(),
      ]
    )
  }

  /// The address with something in each of its places: the case, and identifiers that name nothing.
  private func filled(_ path: String, _ id: CaseID) -> String {
    path.split(separator: "/", omittingEmptySubsequences: false).map { part in
      switch part {
      case ":case": id.description
      case ":part": "narrative"
      case ":kind": "needs"
      case ":day": "2007-03-09"
      case ":occasion": "before"
      case ":number", ":page": "1"
      case ":language": "es"
      case ":file": "badge.json"
      default: part.hasPrefix(":") ? CaseID.random().description : String(part)
      }
    }.joined(separator: "/")
  }

  private func ask(_ browser: TestBrowser, _ method: String, _ address: String) async throws -> Int {
    guard method == "POST" else { return try await browser.get(address).status.code }
    // The tag of any form of this visitor's.
    let tag = browser.forms(try await browser.get("/courses")).lazy.flatMap(\.fields).first { $0.0 == "csrf" }?.1
    return try await browser.post(address, [("csrf", tag ?? ""), ("revision", "0")]).status.code
  }

  // MARK: What must come

  private func visitorsFault(_ line: Line, _ method: String, _ status: Int) -> String? {
    if status >= 500 { return "\(status)" }
    if line.kind == "open" { return nil }
    if line.kind == "link" { return status == 200 && method == "GET" ? "200 with a wrong secret" : nil }
    if line.kind == "key" { return status == 401 ? nil : "\(status)" }
    return [303, 401, 403].contains(status) || status == 404 ? nil : "\(status)"
  }

  private func fault(_ line: Line, _ method: String, _ roles: Set<Role>, _ whose: Whose, _ status: Int) -> String? {
    if status >= 500 { return "\(status)" }
    // An empty form may be refused before anybody's rights are, and an address that only leads on is judged where it
    // leads.
    let isOut = status == 403 || status == (method == "POST" ? 400 : 303)
    let isIn = status < 400 || (method == "POST" && [400, 409, 413, 415, 422].contains(status))
    switch line.kind {
    case "open": return nil
    case "link": return status == 200 && method == "GET" ? "200 with a wrong secret" : nil
    case "key": return status == 401 ? nil : "\(status)"
    case "account": return status == 401 || status == 403 ? "\(status)" : nil
    case "role":
      let may = roles.contains { role in line.words.contains { word in role.permissions.contains { "\($0)" == word } } }
      let names = line.path.contains(":")
      if may { return status == 403 || (!names && !isIn) ? "\(status), and may" : nil }
      return isOut || (names && status == 404) ? nil : "\(status), and may not"
    default:
      guard let right = Self.rights[line.words[0]] else { return "no such right" }
      let may =
        switch whose {
        case .own: !roles.isDisjoint(with: right.owners.union(right.openers))
        case .colleagues: !roles.isDisjoint(with: right.owners)
        case .shared: !roles.isDisjoint(with: right.receivers)
        case .foreign, .nobodys: false
        }
      // A page about one thing in a case, that is not there.
      let names = line.path.dropFirst("/cases/:case".count).contains(":")
      if line.words[0] == "look", whose == .shared, status == 403 { return nil }
      if may { return isIn || status == 409 || (names && status == 404) ? nil : "\(status), and may" }
      return isOut || status == 404 ? nil : "\(status), and may not"
    }
  }
}
