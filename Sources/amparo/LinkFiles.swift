import Basics
import CountryPack
import Foundation
import Linkage
import Statistics

/// Files of the linkage: schemas, secrets, encodings, pairs.
enum LinkFiles {
  static var today: CalendarDay { CalendarDay(Clock.system.now(), offsetFromUTC: .hours(0)) }

  /// A schema by its path, or by its name in the pack.
  static func schema(
    _ name: String, _ pack: String, _ extra: [LinkageSchema.Hardening]
  ) throws -> LinkageSchema {
    let inPack = "\(pack)/linkage/\(name).yaml"
    let isName = name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
    let path = isName && FileManager.default.fileExists(atPath: inPack) ? inPack : name
    let text = try readText(path)
    return try naming(path) { try LinkageSchema(yaml: text, extra: extra) }
  }

  /// What is wrong with the linkage schemas of a pack, each read and checked against its own test vector.
  static func schemaProblems(in pack: String) -> [PackProblem] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(pack)/linkage")) ?? []
    return names.filter { $0.hasSuffix(".yaml") }.sorted().compactMap { name -> PackProblem? in
      let file = "linkage/\(name)"
      guard let text = try? String(contentsOfFile: "\(pack)/\(file)", encoding: .utf8) else {
        return PackProblem(file: file, line: 0, "the file is not UTF-8 or can't be read")
      }
      do throws(LinkageProblem) {
        _ = try LinkageSchema(yaml: text)
        return nil
      } catch { return PackProblem(file: file, line: error.line, error.message) }
    }
  }

  /// The shared secret: the file's bytes without blanks at the end.
  static func secret(_ path: String) throws -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandFailure(message: "\(path): the secret can't be read", code: 2)
    }
    var bytes = [UInt8](data)
    while let last = bytes.last, [0x0A, 0x0D, 0x20, 0x09].contains(last) { bytes.removeLast() }
    guard bytes.count >= 16 else { throw CommandFailure(message: "\(path): the secret has fewer than 16 bytes") }
    let mode = (try? FileManager.default.attributesOfItem(atPath: path))?[.posixPermissions] as? NSNumber
    if let mode, mode.intValue & 0o077 != 0 {
      Terminal.say("amparo: \(path): others on this machine can read the secret; chmod 600 \(path)")
    }
    return bytes
  }

  /// Letters, digits, - and _; others become _.
  static func listName(_ text: String) -> String {
    let name = text.map { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "-" ? $0 : "_" }
    return name.contains { $0 != "_" } ? String(name) : ""
  }

  static func naming<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    let place = path == "-" ? "standard input" : path
    do { return try FactFile.naming(path, body) } catch let problem as LinkageProblem {
      throw CommandFailure(
        message: problem.line > 0 ? "\(place):\(problem.line): \(problem.message)" : "\(place): \(problem.message)")
    }
  }

  static func write(_ text: String, _ path: String, isPrivate: Bool) throws {
    do {
      try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
      if isPrivate { try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path) }
    } catch { throw CommandFailure(message: "\(path): the file can't be written", code: 2) }
  }

  /// A linkage as it was found.
  struct Linked {
    var lists: [EncodedList]
    /// All candidates down to the floor.
    var pairs: [CandidatePair]
    var groups: [PairSolver.Group]

    /// The same for all of them; anything else was refused.
    var purpose: String { lists[0].purpose }
    /// When the first of them can no longer be used.
    var expires: CalendarDay { lists.map(\.expires).min() ?? lists[0].expires }
    var purposeLine: String { "For “\(purpose)” only; to be deleted after linking, and not used after \(expires)." }

    /// The pairs inside the groups.
    var links: [(PairSolver.Record, PairSolver.Record)] {
      groups.flatMap { group in
        group.records.indices.flatMap { first in
          group.records[(first + 1)...].map { (group.records[first], $0) }
        }
      }
    }

    var pairsText: String {
      struct Ends: Hashable {
        var first: PairSolver.Record
        var second: PairSolver.Record
      }
      let linked = Set(links.map { Ends(first: $0.0, second: $0.1) })
      var lines = ["list_a,id_a,list_b,id_b,score,linked"]
      for pair in pairs {
        let ends = Ends(
          first: .init(list: pair.firstList, index: pair.first),
          second: .init(list: pair.secondList, index: pair.second))
        let (a, b) = (lists[pair.firstList], lists[pair.secondList])
        let score = min(1, (pair.score * 10_000).rounded() / 10_000)
        lines.append(
          "\(a.name),\(a.ids[pair.first]),\(b.name),\(b.ids[pair.second]),\(score),\(linked.contains(ends) ? 1 : 0)")
      }
      return lines.joined(separator: "\n") + "\n"
    }

    var groupsText: String {
      var lines = ["group,list,id"]
      for (number, group) in groups.enumerated() {
        for record in group.records {
          lines.append("\(number + 1),\(lists[record.list].name),\(lists[record.list].ids[record.index])")
        }
      }
      return lines.joined(separator: "\n") + "\n"
    }
  }

  static func link(_ paths: [String], _ settings: MatchOptions, floor: Double) async throws -> Linked {
    let rule = try settings.checked()
    guard paths.count >= 2 else { throw CommandFailure(message: "at least two lists are linked", code: 64) }
    let lists = try paths.map { path in
      let text = try readText(path)
      return try naming(path) { try EncodedList(text: text) }
    }
    let progress = ProgressLine()
    defer { progress.end() }
    let shared = SharedProgress(progress)
    do {
      try EncodedList.check(lists, today: today)
      let blocking = settings.blocking ? FilterBlocking() : nil
      let pairs = try await PairSearch.candidates(lists, threshold: floor, blocking: blocking) { shared.show($0) }
      let groups = PairSolver.groups(pairs.filter { $0.score >= settings.threshold }, rule: rule)
      let kept = floor < settings.threshold ? pairs : linkedOnly(pairs, groups)
      return Linked(lists: lists, pairs: kept, groups: groups)
    } catch let problem as LinkageProblem { throw CommandFailure(message: problem.message) }
  }

  private static func linkedOnly(_ pairs: [CandidatePair], _ groups: [PairSolver.Group]) -> [CandidatePair] {
    var groupOf: [PairSolver.Record: Int] = [:]
    for (number, group) in groups.enumerated() { for record in group.records { groupOf[record] = number } }
    return pairs.filter { pair in
      guard let first = groupOf[.init(list: pair.firstList, index: pair.first)] else { return false }
      return groupOf[.init(list: pair.secondList, index: pair.second)] == first
    }
  }

  // MARK: Pairs

  struct Pair {
    var listA: String
    var idA: String
    var listB: String
    var idB: String
    var score: Double
    var isLinked: Bool
  }

  static func pairs(_ path: String) throws -> [Pair] {
    try naming(path) {
      var reader = try FactFile.reader(path)
      let columns = ["list_a", "id_a", "list_b", "id_b", "score"].map { reader.header.firstIndex(of: $0) }
      guard let a = columns[0], let idA = columns[1], let b = columns[2], let idB = columns[3], let score = columns[4]
      else {
        throw LinkageProblem(
          line: 1, "pairs have the columns list_a,id_a,list_b,id_b,score; amparo link match writes them")
      }
      let linked = reader.header.firstIndex(of: "linked")
      var pairs: [Pair] = []
      while try reader.next() {
        guard let value = Double(try reader.text(score)), value.isFinite else {
          throw LinkageProblem(line: reader.line, "the score is no number")
        }
        let isLinked = try linked.map { try reader.text($0) == "1" } ?? true
        pairs.append(
          Pair(
            listA: try reader.text(a), idA: try reader.text(idA), listB: try reader.text(b), idB: try reader.text(idB),
            score: value, isLinked: isLinked))
      }
      return pairs
    }
  }
}
