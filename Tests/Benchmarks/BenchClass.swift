import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import Glibc
import Records
import Training
import Vault
import Web

/// A class that answers at once on one server: a whole test each, then a live quiz, over real connections. Nothing may be
/// lost, and a phone that drops off resumes. Then what the pages of a trainer cost.
struct BenchClass {
  /// All of a room have answered before this, in milliseconds (issue: class of 500, p99).
  static let goal = 100.0
  /// What the offline peer needs with 200 people, in milliseconds (the upper end of what was measured).
  static let pageGoals = ["cohort": 13.0, "list of participants": 35, "class summary": 64]

  static func measure(program: String, pack: CountryPack, sizes: [Int], into table: inout FigureTable) async throws {
    var bursts: [Int: Samples] = [:]
    for size in sizes {
      let school = try await BenchSchool(program: program, pack: pack, people: size)
      defer { school.remove() }
      let site = try await RunningSite(program: program, data: school.data)
      defer { site.stop() }
      let isLargest = size == sizes.last
      table.add("class of \(size): start to first page", value: site.startSeconds * 1000, unit: "ms", goal: 1300)
      table.add("class of \(size): memory idle", value: site.residentMegabytes, unit: "MB", goal: 109)
      var room = try await ClassRoom(school, site)
      for part in try await room.answerEverything() {
        table.add(
          "class of \(size): \(part.name)", part.times, goal: isLargest && part.isJudged ? Self.goal : nil)
        if part.isJudged { bursts[size] = part.times }
      }
      table.add("class of \(size): answers lost", value: Double(room.lost), unit: "", goal: 0)
      table.add("class of \(size): memory after", value: site.residentMegabytes, unit: "MB")
      for page in try room.pages() {
        table.add(
          "class of \(size): \(page.name), CPU a page", value: page.cpu, unit: "ms",
          goal: size == 200 ? Self.pageGoals[page.name] : nil)
      }
    }
    if let small = bursts[sizes.first ?? 0], let large = bursts[sizes.last ?? 0], sizes.count > 1 {
      table.add(
        "growth of an answer at once, \(sizes[0]) to \(sizes[sizes.count - 1]) people",
        value: large.percentile(0.99) / small.percentile(0.99), unit: "×")
    }
  }
}

/// A store with one class.
struct BenchSchool {
  let data: URL
  let cohort = CohortID.random()
  let session = TrainingSessionID.random()
  let pack: CountryPack
  private(set) var links: [Token] = []

  init(program: String, pack: CountryPack, people: Int) async throws {
    self.pack = pack
    data = FileManager.default.temporaryDirectory.appending(path: "amparo-bench-\(UUID().uuidString)")
    let quick = URL(filePath: "/dev/shm").appending(path: data.lastPathComponent)
    try run(program, ["demo", "--prepare-only", "--cases", "0", "--data", quick.path])
    let (desks, trainer, database) = try await Self.open(quick, pack)
    let today = CalendarDay(Moment(Date()), offsetFromUTC: pack.offsetFromUTC)
    _ = try await desks.cohorts.open(
      trainer, id: cohort,
      NewCohort(
        phase: "quito-1", place: "Sala de medida", province: "EC-P", from: today, until: today, seats: people,
        institutions: ["senami"]))
    try await desks.cohorts.addSession(trainer, id: session, to: cohort, day: today, title: "Hoy")
    let link = try await desks.cohorts.link(trainer, cohort)
    var names = MadeUpNames(seed: 2007)
    for index in 0..<people {
      let person = names.next()
      links.append(
        try await desks.participants.register(
          link, id: .random(),
          NewParticipant(
            name: "\(person.givenNames) \(person.surnames)", post: "Oficial \(index)", institution: "senami",
            province: "EC-P", isAnother: true)
        ).link)
    }
    await database.close()
    try FileManager.default.copyItem(at: quick, to: data)
    try FileManager.default.removeItem(at: quick)
  }

  func remove() { try? FileManager.default.removeItem(at: data) }

  static func open(_ data: URL, _ pack: CountryPack) async throws -> (Desks, Actor, any Database) {
    let text = try String(contentsOf: data.appending(path: "secret/root"), encoding: .utf8)
    guard let root = [UInt8](hexadecimal: text.filter { !$0.isWhitespace }).flatMap(RootSecret.init(bytes:)) else {
      throw Failure("the root secret can't be read")
    }
    let database = try SQLiteDatabase(path: data.appending(path: "amparo.sqlite").path)
    let desks = Desks(Office(database: database, root: root), pack)
    guard
      case .signedIn(let token) = try await desks.signIn.signIn(
        login: "teresa", password: House.password, client: "bench"),
      let actor = try await desks.signIn.actor(for: token)
    else { throw Failure("the made-up trainer can't sign in") }
    return (desks, actor, database)
  }
}

/// The class with its phones.
struct ClassRoom {
  typealias Part = (name: String, times: Samples, isJudged: Bool)

  private let school: BenchSchool
  private let site: RunningSite
  private let desks: Desks
  private let trainer: Actor
  private let crowd: Crowd
  private var cookies: [String]
  private var tags: [String]
  private(set) var lost = 0

  init(_ school: BenchSchool, _ site: RunningSite) async throws {
    self.school = school
    self.site = site
    (desks, trainer, _) = try await BenchSchool.open(school.data, school.pack)
    crowd = try Crowd(port: site.port, count: school.links.count)
    let seats = try crowd.all(school.links.map { Self.get("/t/\($0.exposedText)", "") })
    cookies = seats.map(\.cookies)
    tags = []
  }

  mutating func answerEverything() async throws -> [Part] {
    var parts: [Part] = []
    for occasion in [TestOccasion.pre, .post] {
      let opened = try crowd.all(addressed("/test/\(occasion.rawValue)"))
      if occasion == .pre { parts.append(("everybody opens the test at once", Self.times(opened), false)) }
      tags = try opened.map { answer in
        guard let tag = answer.body.firstMatch(of: /name="csrf"[^>]*value="([^"]+)"/) else { throw Failure("no form") }
        return String(tag.1)
      }
      let fields = try await fields()
      let requests = school.links.indices.map { post($0, "/test/\(occasion.rawValue)", fields) }
      // A tenth drop off in the moment of sending, come back and send again.
      if occasion == .pre {
        for index in stride(from: 0, to: requests.count, by: 10) {
          try crowd.send(requests[index], from: index)
          try crowd.drop(index)
        }
      }
      let answers = try crowd.all(requests, over: occasion == .pre ? 0 : 2)
      guard answers.allSatisfy({ $0.status == 303 }) else {
        throw Failure("a test was answered with \(answers.map(\.status).filter { $0 != 303 }.prefix(3))")
      }
      parts.append(
        (
          occasion == .pre ? "a whole test each, in the same moment" : "a whole test each, within two seconds",
          // Nobody hands in a test of twenty questions in the same tenth of a second; a question of a quiz, they do.
          Self.times(answers), occasion == .post
        ))
    }
    let result = try await desks.cohorts.results(trainer, school.cohort)
    lost += 2 * school.links.count - result.answeredBefore - result.answeredAfter
    parts += try await quiz()
    return parts
  }

  private mutating func quiz() async throws -> [Part] {
    let id = QuizID.random()
    let quizzes = desks.room.quizzes
    let quiz = try await quizzes.open(
      trainer, id: id, in: school.cohort, lesson: "que-es-la-trata", picked: [], count: 5)
    var (looks, answers): ([Crowd.Answer], [Crowd.Answer]) = ([], [])
    let paper = try await quizzes.quiz(trainer, id).paper
    for (place, name) in quiz.questions.enumerated() {
      try await quizzes.move(trainer, id, .next, from: 2 * place)
      looks += try crowd.all(addressed("/quiz"))
      let fields = paper.question(name, .spanish)?.someFields ?? ""
      let sent = try crowd.all(
        school.links.indices.map { post($0, "/quiz", "quiz=\(id)&question=\(name)" + fields) })
      guard sent.allSatisfy({ $0.status == 303 }) else {
        throw Failure("an answer of the quiz was answered with \(sent.map(\.status).filter { $0 != 303 }.prefix(3))")
      }
      answers += sent
      lost += school.links.count - (try await quizzes.quiz(trainer, id).answered)
      try await quizzes.move(trainer, id, .next, from: 2 * place + 1)
    }
    let polls = try crowd.all(school.links.indices.map { Self.get("/quiz/\(id)/step", cookies[$0]) })
    return [
      ("everybody opens the question at once", Self.times(looks), false),
      ("an answer each, in the same moment", Self.times(answers), true),
      ("everybody asks whether it moved on", Self.times(polls), true),
    ]
  }

  /// What the pages of the trainer cost the server, each opened again and again.
  func pages() throws -> [(name: String, cpu: Double)] {
    let cookie = try site.signIn("teresa")
    let base = "/training/\(school.cohort)"
    let pages = [
      ("cohort", base), ("list of participants", base + "/participants"), ("class summary", base + "/results"),
      ("roll-call", "\(base)/attendance/\(school.session)"),
      ("code on the projector", "\(base)/room/\(school.session)/code"),
    ]
    let connection = try Connection(port: site.port)
    return try pages.map { name, path in
      let runs = 40
      for _ in 0..<3 { _ = try connection.get(path, cookie: cookie) }
      let before = site.cpuMilliseconds
      for _ in 0..<runs {
        guard try connection.get(path, cookie: cookie).status == 200 else { throw Failure("\(name) was refused") }
      }
      return (name, (site.cpuMilliseconds - before) / Double(runs))
    }
  }

  // MARK: Requests

  private static func times(_ answers: [Crowd.Answer]) -> Samples { Samples(answers.map(\.milliseconds)) }

  private static func get(_ path: String, _ cookie: String) -> String {
    "GET \(path) HTTP/1.1\r\nHost: localhost\r\n" + (cookie.isEmpty ? "" : "Cookie: \(cookie)\r\n") + "\r\n"
  }

  private func addressed(_ path: String) -> [String] {
    school.links.indices.map { Self.get("/t/\(school.links[$0].exposedText)\(path)", cookies[$0]) }
  }

  private func post(_ index: Int, _ path: String, _ fields: String) -> String {
    let body = "csrf=\(tags[index])&" + fields
    return
      "POST /t/\(school.links[index].exposedText)\(path) HTTP/1.1\r\nHost: localhost\r\nCookie: \(cookies[index])\r\n"
      + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: \(body.utf8.count)\r\n\r\n" + body
  }

  private func fields() async throws -> String {
    let questions = try await desks.cohorts.questions(
      desks.cohorts.cohort(trainer, school.cohort).cohort, .spanish)
    return questions.map(\.someFields).joined() + "&leave=yes"
  }
}

extension GiftQuestion {
  /// An answer as a form sends it.
  fileprivate var someFields: String {
    let field = "&q.\(name ?? "")"
    switch body {
    case .trueFalse: return field + "=true"
    case .choice: return field + "=0"
    case .short, .numeric: return field + "=15"
    case .matching: return field + ".0=x"
    case .ordering: return field + ".0=0"
    case .description, .essay: return ""
    }
  }
}
