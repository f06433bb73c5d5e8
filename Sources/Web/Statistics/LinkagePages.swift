import Accounts
import Basics
import CountryPack
import Foundation
import Linkage
import Statistics
import Training

/// The same people in several lists without handing over names: the steps in words, a list encoded, encodings compared.
/// The server keeps neither lists nor secrets nor encodings.
struct LinkagePages: RoomPages {
  static let path = "/statistics/linkage"
  static let encodePath = "/statistics/linkage/encode"
  static let comparePath = "/statistics/linkage/compare"
  /// All files of one form together.
  static let largest = 24 << 20
  static let fileNames = ["first", "second", "third", "fourth"]
  private static let mostSeconds = 60

  /// How many pairs of each stratum a sample has at most: four strata are what one sits through.
  private static let each = 25

  let desks: Desks
  let runs: SampleRuns
  private var desk: OverlapDesk { OverlapDesk(office: desks.office) }

  func add(to routes: Routes) {
    routes.get(Self.path, steps)
    routes.get(Self.encodePath) { visit in try await encodePage(visit, visit.sheet) }
    routes.post(Self.encodePath, encode)
    routes.get(Self.comparePath) { visit in try await comparePage(visit, visit.sheet) }
    routes.post(Self.comparePath, compare)
    SamplePages(desks: desks, runs: runs).add(to: routes)
  }

  private func steps(_ visit: Visit) async throws -> Answer {
    try desk.require(visit.actor())
    let words = visit.words
    let steps: [(key: String, address: String?)] = [
      ("agree", nil), ("encode", Self.encodePath), ("compare", Self.comparePath), ("sample", nil),
      ("estimate", EstimatePages.path), ("delete", nil),
    ]
    return .page(
      "statistics/linkage",
      [
        "heading": Heading(
          title: words("statistics.linkage.title"), lead: words("statistics.linkage.lead"),
          back: HomeSection.Link(address: EstimatePages.path, label: words("statistics.estimate.title"))
        ).view,
        "isOver": visit.query["over"] != nil, "minutes": String(SampleRuns.keptMinutes),
        "steps": steps.map { step in
          var view: [String: Any] = [
            "name": words("statistics.linkage.step.\(step.key)"),
            "more": words("statistics.linkage.step.\(step.key)_more"),
          ]
          view["address"] = step.address
          view["go"] = step.address.map { _ in words("statistics.linkage.go.\(step.key)") }
          return view
        },
      ] as [String: Any])
  }

  private func heading(_ words: Words, _ key: String) -> [String: Any] {
    Heading(
      title: words("statistics.linkage.\(key).title"), lead: words("statistics.linkage.\(key).lead"),
      back: HomeSection.Link(address: Self.path, label: words("statistics.linkage.title"))
    ).view
  }

  // MARK: Encoding a list

  private func encodePage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    try desk.require(visit.actor())
    let form = EncodeForm(sheet: sheet, schemas: desks.pack.linkageSchemas.keys.sorted())
    let view = sheet.view(
      action: Self.encodePath, submit: "statistics.linkage.encode.submit", fields: form.fields(visit))
    return .page(
      "statistics/linkage-encode",
      [
        "heading": heading(visit.words, "encode"), "error": sheet.error("people"), "message": sheet.message,
        "problems": view["problems"] as Any?, "fields": view["fields"] as Any?,
        "megabytes": String(Self.largest >> 20),
      ] as [String: Any?])
  }

  private func encode(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try desk.require(actor)
    return try await visit.attempt {
      let form = EncodeForm(sheet: visit.sheet, schemas: desks.pack.linkageSchemas.keys.sorted())
      let request = try form.request(visit)
      let schema = try schema(request, visit.language)
      try await desk.begin(actor, .encode)
      let today = visit.dates.today
      do {
        let text = try await LongWork.shared.run(upTo: Self.mostSeconds) {
          var list = EncodedList(
            name: request.list, purpose: request.purpose, created: today, expires: request.expires, schema: schema,
            secret: request.secret)
          var given = false
          let bytes = Array(CSVText.text(request.people).utf8)
          var reader = try DelimitedReader {
            defer { given = true }
            return given ? [] : bytes
          }
          let notes = try PeopleFile.encode(&reader, into: &list, schema, secret: request.secret)
          if notes.empty > 0 { list.notes.append("\(notes.empty) without a value in any encoded column") }
          if !notes.missing.isEmpty { list.notes.append("columns missing \(notes.missing.joined(separator: " "))") }
          return list.text
        }
        return .file(text, name: "\(request.list).clk", type: "text/plain")
      } catch { throw Self.refusal(error, "people", visit.language) ?? error }
    } orShow: {
      try await encodePage(visit, $0)
    }
  }

  private func schema(_ request: EncodeForm.Request, _ language: Language) throws -> LinkageSchema {
    do {
      return try LinkageSchema(yaml: desks.pack.linkageSchemas[request.schema] ?? "", extra: request.hardening)
    } catch {
      throw Refusal.fields([FieldProblem("schema", error.phrase(language))])
    }
  }

  /// What was wrong with a file, beside its field; `nil` for what no typing mends.
  private static func refusal(_ error: any Error, _ field: String, _ language: Language) -> Refusal? {
    switch error {
    case let problem as LinkageProblem: .fields([FieldProblem(field, problem.phrase(language))])
    case let problem as FactFileProblem:
      .fields([FieldProblem(field, Phrase("error.file_no_table", ["line": String(max(1, problem.line))]))])
    case is CancellationError: .fields([FieldProblem(field, "error.linkage_too_long")])
    default: nil
    }
  }

  // MARK: Comparing encodings

  private func comparePage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    try desk.require(visit.actor())
    let words = visit.words
    let fields = [
      sheet.text(
        "threshold", label: "statistics.linkage.threshold", hint: "statistics.linkage.threshold_hint", value: "0.73",
        inputmode: "decimal"),
      sheet.tick(
        "with_sample", label: "statistics.linkage.with_sample", hint: "statistics.linkage.with_sample_hint"),
      sheet.hidden("sample", desks.office.randomness.identifier(SampleRunEntity.self).description),
    ]
    let view = sheet.view(action: Self.comparePath, submit: "statistics.linkage.compare.submit", fields: fields)
    return .page(
      "statistics/linkage-compare",
      [
        "heading": heading(words, "compare"), "message": sheet.message, "problems": view["problems"] as Any?,
        "fields": fields, "megabytes": String(Self.largest >> 20),
        "files": Self.fileNames.enumerated().map { place, name in
          [
            "name": name, "label": words("statistics.linkage.file", ["number": String(place + 1)]),
            "error": sheet.error(name), "optional": place > 1,
          ] as [String: Any?]
        },
      ] as [String: Any?])
  }

  private func compare(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try desk.require(actor)
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let threshold = reader.value("threshold", or: "error.linkage_threshold") { text in
        Double(text.replacing(",", with: ".")).flatMap { $0 >= 0.5 && $0 <= 1 ? $0 : nil }
      }
      let files = Self.fileNames.compactMap { name in
        visit.files[name].flatMap { $0.isEmpty ? nil : (name: name, bytes: $0) }
      }
      for name in Self.fileNames.prefix(2) where !files.contains(where: { $0.name == name }) {
        reader.refuse(name, "error.linkage_no_file")
      }
      let sample: SampleRunID? = reader.isTicked("with_sample") ? try reader.id("sample") : nil
      try reader.check()
      try await desk.begin(actor, .compare)
      let seed = sample == nil ? nil : UInt64.random(in: .min ... .max)
      let (found, drawn) = try await linked(files, threshold ?? 1, sampleBy: seed, visit)
      if let sample, let drawn { runs.keep(sample, owner: actor.member, drawn) }
      return .page(
        "statistics/linkage-result",
        LinkageView(found: found, words: visit.words, dates: visit.dates).model(
          estimate: desks.office.randomness.identifier(EstimateRunEntity.self).description,
          sample: drawn == nil ? nil : sample.map(SamplePages.address)))
    } orShow: {
      try await comparePage(visit, $0)
    }
  }

  /// - Parameter seed: with it, pairs are drawn for somebody to judge.
  private func linked(
    _ files: [(name: String, bytes: [UInt8])], _ threshold: Double, sampleBy seed: UInt64?, _ visit: Visit
  ) async throws -> (LinkageView.Found, SampleRuns.Sample?) {
    let (today, language) = (visit.dates.today, visit.language)
    return try await LongWork.shared.run(upTo: Self.mostSeconds) {
      var lists: [EncodedList] = []
      for file in files {
        do throws(LinkageProblem) {
          lists.append(try EncodedList(text: String(decoding: file.bytes, as: UTF8.self)))
        } catch {
          throw Refusal.fields([FieldProblem(file.name, error.phrase(language))])
        }
      }
      do {
        try EncodedList.check(lists, today: today)
        let floor = seed == nil ? threshold : min(threshold, ClericalSheet.floor(threshold))
        let pairs = try await PairSearch.candidates(lists, threshold: floor)
        let groups = PairSolver.groups(pairs.filter { $0.score >= threshold })
        let found = LinkageView.Found(
          lists: lists.map(LinkageView.List.init), threshold: threshold, together: groups.count,
          histories: Overlap.histories(groups, sizes: lists.map(\.count)))
        return (found, seed.map { Self.sample(pairs, groups, lists, found, seed: $0) })
      } catch { throw Self.refusal(error, files[0].name, language) ?? error }
    }
  }

  private static func sample(
    _ pairs: [CandidatePair], _ groups: [PairSolver.Group], _ lists: [EncodedList], _ found: LinkageView.Found,
    seed: UInt64
  ) -> SampleRuns.Sample {
    let view = LinkageClusters(groups, pairs: pairs.filter { $0.score >= found.threshold })
    return SampleRuns.Sample(
      lists: lists.map(\.name),
      sheet: ClericalSheet(pairs, groups, lists, threshold: found.threshold, each: each, seed: seed),
      table: LinkageView.table(found),
      clusters: view.clusters.prefix(SampleRuns.mostClusters).map { cluster in
        SampleRuns.Cluster(
          records: cluster.records.map { "\(lists[$0.list].name) \(lists[$0.list].ids[$0.index])" },
          lowest: cluster.lowest, rivals: cluster.rivals)
      }, sizes: view.sizes, doubtful: view.doubtful)
  }
}

extension LinkageProblem {
  /// The sentence as a form shows it, with the line where there is one.
  func phrase(_ language: Language) -> Phrase {
    line > 0
      ? Phrase("error.file_line", ["line": String(line), "sentence": words[language]])
      : Phrase("error.file_whole", ["sentence": words[language]])
  }
}
