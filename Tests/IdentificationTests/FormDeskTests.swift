import Accounts
import Basics
import CountryPack
import Forms
import Records
import TestSupport
import Testing

@testable import Identification

@Suite struct FormDeskTests {
  @Test(arguments: TestEngine.available) func aFormIsReadAdoptedFilledInAndRead(_ engine: Engine) async throws {
    try await withOwnForms(engine) { house in
      let (desk, version) = (house.forms, try await house.adopted())
      #expect(version.title == "Ficha del hogar" && version.code == "hogar" && version.status == .inUse)
      let look = try await desk.look(house.supervisor, version.id)
      #expect(look.form.gaps.map { $0.place.row } == [15])
      #expect(try await desk.inUse(house.officer).map(\.id) == [version.id])
      let id = try await house.begun(version)
      let file = try await house.save(
        id, "1", ["province": "p", "canton": "", "age": "15", "guardian": "Su tía Ñusta"])
      #expect(try file.run().pages.map(\.id) == ["1", "2", "3-1", "4"])
      try await house.save(id, "2", ["count": "2"])
      try await house.save(id, "3-1", ["child_name": "Inti", "child_age": "2"])
      // What is missing leads to its page.
      #expect(try await desk.finish(house.officer, id)?.id == "3-2")
      try await house.save(id, "3-2", ["child_name": "Killa", "child_age": "dos"])
      #expect(try await desk.finish(house.officer, id)?.id == "3-2")
      try await house.save(id, "3-2", ["child_name": "Killa", "child_age": "1"])
      #expect(try await desk.finish(house.officer, id) == nil)
      #expect(try await desk.finish(house.officer, id) == nil)
      let done = try await desk.file(house.supervisor, id)
      #expect(done.row.status == .finished && done.row.answered == 7)
      let run = try done.run()
      #expect(run.value("children") == "2" && run.value("minor") == "yes")
      #expect(run.all["child_name~2"] == "Killa")
      #expect(
        try await house.formActions("form_filling", id.description).filter { $0 != "form_filling.read" }
          == ["form_filling.begin"] + Array(repeating: "form_filling.answer", count: 5) + ["form_filling.finish"])
      #expect(try await house.formActions("form", version.id.description) == ["form.read", "form.adopt"])
      #expect(try await desk.fillings(house.supervisor).map(\.id) == [id])
    }
  }

  @Test(arguments: TestEngine.available) func everythingSaidTwiceIsDoneOnce(_ engine: Engine) async throws {
    try await withOwnForms(engine) { house in
      let (desk, id) = (house.forms, FormVersionID.random())
      for _ in 1...2 { try await desk.read(house.supervisor, id, ScreeningHouse.household()) }
      #expect(
        await refusal { try await desk.read(house.supervisor, id, ScreeningHouse.household("2")) }?.kind == .conflict)
      for _ in 1...2 { try await desk.adopt(house.supervisor, id) }
      let version = try await desk.look(house.supervisor, id).version
      let filling = FormFillingID.random()
      for _ in 1...2 { try await desk.begin(house.officer, filling, version.form) }
      #expect(await refusal { try await desk.begin(house.colleague, filling, version.form) } != nil)
      let answers = ["province": "p", "canton": "quito", "age": "30"]
      // The same page from one form, sent again and again, also after a later save of another page.
      for _ in 1...3 { try await house.save(filling, "1", answers, seen: 0) }
      try await house.save(filling, "2", ["count": "0"], seen: 0)
      try await house.save(filling, "1", answers, seen: 0)
      #expect(try await desk.file(house.officer, filling).part("1").revision == 1)
      // Something else from a form that was read before is told.
      #expect(
        await refusal { try await house.save(filling, "1", ["age": "31"], seen: 0) }?.phrase.key == "error.form_stale")
      try await house.save(filling, "1", ["age": "31"], seen: 1)
      // Adding one more: twice from the same page makes one more.
      for _ in 1...2 { try await desk.add(house.officer, filling, page: "2", number: 1) }
      #expect(try await desk.file(house.officer, filling).answers.counts == ["child": 1])
      try await house.save(filling, "3-1", ["child_name": "Inti"])
      #expect(try await desk.finish(house.officer, filling) == nil)
      // The last page sent once more finds it finished; something new is refused.
      try await house.save(filling, "3-1", ["child_name": "Inti"], seen: 0)
      #expect(
        await refusal { try await house.save(filling, "3-1", ["child_name": "Killa"]) }?.phrase.key
          == "error.form_finished")
      for _ in 1...2 { try await desk.retire(house.supervisor, id) }
      #expect(
        try await house.formActions("form", id.description) == ["form.read", "form.adopt", "form.retire"])
    }
  }

  @Test(arguments: TestEngine.available) func whatIsHiddenNeitherCountsNorBlocksNorIsLost(_ engine: Engine) async throws
  {
    try await withOwnForms(engine) { house in
      let id = try await house.begun(try await house.adopted())
      try await house.save(
        id, "1", ["province": "p", "canton": "quito", "age": "15", "guardian": "Tía"])
      // Older after all: the guardian is no longer asked, and required no longer.
      var file = try await house.save(id, "1", ["age": "18", "guardian": ""])
      #expect(try file.run().isPresent("guardian") == false && file.run().value("minor") == "no")
      file = try await house.save(id, "1", ["age": "15"])
      #expect(try file.run().value("guardian") == "")
      try await house.save(id, "1", ["guardian": "Abuela"])
      // Not on the page that was sent: it keeps what it holds.
      file = try await house.save(id, "1", ["age": "40"])
      #expect(try file.run().value("guardian") == "" && file.answers.answers["guardian"] == "Abuela")
      #expect(try file.run().all["guardian"] == nil)
      // Another province: the canton that is no longer offered holds nothing, and must be chosen again or left.
      file = try await house.save(id, "1", ["province": "g"])
      #expect(try file.run().value("canton") == "")
      try await house.save(id, "2", ["count": "0"])
      #expect(try await house.forms.finish(house.officer, id)?.id == "1")
      try await house.save(id, "1", ["canton": "duran"])
      // Children that were written down before there were none.
      #expect(try await house.forms.finish(house.officer, id) == nil)
    }
  }

  @Test(arguments: TestEngine.available) func aNewVersionStandsBesideTheOld(_ engine: Engine) async throws {
    try await withOwnForms(engine) { house in
      let (desk, first) = (house.forms, try await house.adopted())
      let begun = try await house.begun(first)
      house.time.move(.seconds(1))
      let second = FormVersionID.random()
      // Known by its own identifier; or by being said.
      #expect(
        try await desk.read(house.supervisor, second, ScreeningHouse.household("2", title: "Hogar")).form == first.form)
      #expect(try await desk.inUse(house.officer).map(\.id) == [first.id])
      #expect(try await desk.waiting(house.supervisor).map(\.id) == [second])
      house.time.move(.minutes(1))
      try await desk.adopt(house.supervisor, second)
      #expect(try await desk.inUse(house.officer).map(\.id) == [second])
      #expect(try await desk.versions(house.officer, of: first.form).map(\.status) == [.inUse, .replaced])
      house.time.move(.minutes(1))
      let newer = FormFillingID.random()
      #expect(try await desk.begin(house.officer, newer, first.form).version == second)
      try await house.save(begun, "1", ["age": "30"])
      try await house.save(begun, "2", ["count": "0"])
      #expect(try await desk.finish(house.officer, begun) == nil)
      #expect(try await desk.file(house.officer, begun).row.version == first.id)
      // Back to the first, then out of use.
      try await desk.adopt(house.supervisor, first.id)
      #expect(try await desk.inUse(house.officer).map(\.id) == [first.id])
      try await desk.retire(house.supervisor, first.id)
      try await desk.retire(house.supervisor, second)
      #expect(try await desk.outOfUse(house.officer).map(\.form) == [first.form])
      #expect(
        await refusal { try await desk.begin(house.officer, .random(), first.form) }?.phrase.key
          == "error.form_out_of_use")
      try await house.save(newer, "1", ["age": "12", "guardian": "Tía"])
      // What was read can be thrown away; what was in use can't.
      let third = FormVersionID.random()
      try await desk.read(house.supervisor, third, ScreeningHouse.household("3"), of: first.form)
      for _ in 1...2 { try await desk.discard(house.supervisor, third) }
      #expect(await refusal { try await desk.discard(house.supervisor, first.id) }?.kind == .conflict)
      #expect(
        await refusal { try await desk.read(house.supervisor, .random(), ScreeningHouse.household(), of: .random()) }
          == .notFound)
    }
  }

  @Test(arguments: TestEngine.available) func eachDoesWhatTheirRoleAllows(_ engine: Engine) async throws {
    try await withOwnForms(engine) { house in
      let (desk, version) = (house.forms, try await house.adopted())
      let id = try await house.begun(version)
      for someone in [house.officer, house.worker] {
        #expect(
          await refusal { try await desk.read(someone, .random(), ScreeningHouse.household()) }?.kind == .forbidden)
        #expect(await refusal { _ = try await desk.look(someone, version.id) }?.kind == .forbidden)
        #expect(await refusal { try await desk.retire(someone, version.id) }?.kind == .forbidden)
      }
      // A supervisor reads what others fill in and does not fill in.
      #expect(await refusal { try await desk.begin(house.supervisor, .random(), version.form) }?.kind == .forbidden)
      #expect(
        await refusal { try await desk.save(house.supervisor, id, page: "1", PageRequest(seen: 0)) }?.kind == .forbidden
      )
      #expect(try await desk.file(house.supervisor, id).row.id == id)
      // A colleague knows of none; one who reads all may not write.
      #expect(await refusal { _ = try await desk.file(house.colleague, id) } == .notFound)
      #expect(
        await refusal { try await desk.save(house.worker, id, page: "1", PageRequest(seen: 0)) }?.kind == .forbidden)
      #expect(await refusal { _ = try await desk.table(house.officer, version.id) }?.kind == .forbidden)
      // Another agency.
      #expect(await refusal { _ = try await desk.look(house.stranger, version.id) } == .notFound)
      #expect(await refusal { try await desk.adopt(house.stranger, version.id) } == .notFound)
      #expect(await refusal { _ = try await desk.file(house.stranger, id) } == .notFound)
      #expect(await refusal { try await desk.begin(house.stranger, .random(), version.form) } == .notFound)
      #expect(await refusal { _ = try await desk.versions(house.stranger, of: version.form) } == .notFound)
      #expect(await refusal { _ = try await desk.table(house.stranger, version.id) } == .notFound)
      #expect(try await desk.inUse(house.stranger).isEmpty)
      try await desk.discard(house.stranger, version.id)
      #expect(try await desk.inUse(house.officer).count == 1)
      for page in ["9", "1-1", "3-99", "x"] {
        #expect(
          await refusal { try await desk.save(house.officer, id, page: page, PageRequest(seen: 0)) } == .notFound)
      }
      for count in ["", "-1", "51", "x", "1.5"] {
        #expect(
          await refusal { try await house.save(id, "2", ["count": count]) }?.fields.map(\.field) == ["count"])
      }
    }
  }

  @Test(arguments: TestEngine.available) func aFileThatCanNotBeUsedIsNamedAndNothingIsKept(_ engine: Engine)
    async throws
  {
    try await withOwnForms(engine) { house in
      func sentence(_ file: [UInt8]) async -> String? {
        do {
          try await house.forms.read(house.supervisor, .random(), file)
          return nil
        } catch { return (error as? FormProblem)?.sentence(.spanish) }
      }
      let circular = Spreadsheet(sheets: [
        .init(
          name: "survey",
          texts: [["type", "name", "relevant"], ["text", "a", "${b} = 1"], ["text", "b", "${a} = 1"]])
      ]).bytes
      #expect(await sentence(circular) == "hoja survey, fila 2: depende de sí misma: a → b → a")
      #expect(await sentence(Array("%PDF".utf8)) == "no es un archivo .xlsx")
      #expect(await sentence([]) == "no es un archivo .xlsx")
      #expect(await sentence(Array(ScreeningHouse.household().dropLast(10))) != nil)
      #expect(try await house.forms.waiting(house.supervisor).isEmpty)
      for _ in 1...FormDesk.mostWaiting {
        try await house.forms.read(house.supervisor, .random(), ScreeningHouse.household())
      }
      #expect(
        await refusal { try await house.forms.read(house.supervisor, .random(), ScreeningHouse.household()) }?.phrase
          .key
          == "error.form_too_many_waiting")
    }
  }

  @Test(arguments: TestEngine.available) func answersAreSealedAndTakenAlongAsATable(_ engine: Engine) async throws {
    try await withOwnForms(engine) { house in
      let version = try await house.adopted()
      for (age, children) in [("40", 0), ("12", 2)] {
        let id = try await house.begun(version)
        try await house.save(id, "1", ["province": "p", "canton": "quito", "age": age, "guardian": "Ñusta Canelazo"])
        try await house.save(id, "2", ["count": String(children)])
        for number in 0..<children { try await house.save(id, "3-\(number + 1)", ["child_name": "Inti \(number)"]) }
        #expect(try await house.forms.finish(house.officer, id) == nil)
        house.time.move(.minutes(1))
      }
      _ = try await house.begun(version)
      let table = try await house.forms.table(house.worker, version.id)
      #expect(
        table.columns == [
          "province", "canton", "age", "guardian", "child_name~1", "child_name~2", "child_age~1", "child_age~2",
          "children", "minor",
        ])
      #expect(
        table.lines.map(\.values) == [
          ["p", "quito", "40", "", "", "", "", "", "0", "no"],
          ["p", "quito", "12", "Ñusta Canelazo", "Inti 0", "Inti 1", "", "", "2", "yes"],
        ])
      #expect(
        try await house.formActions("form_filling", table.lines[0].filling.id.description).last == "form_filling.export"
      )
      let parts = try await house.office.database.read { transaction in
        try transaction.rows("SELECT content FROM own_form_parts").map { try $0.get("content", as: [UInt8].self) }
      }
      #expect(parts.count == 6)
      for part in parts { #expect(!String(decoding: part, as: UTF8.self).contains("Canelazo")) }
    }
  }

  /// What the program exports can be filled in here, page by page, and says the same as the form by itself.
  @Test(arguments: TestEngine.available) func everyInstrumentIsFilledInWithTheSameVerdict(_ engine: Engine) async throws
  {
    let seed = testSeed("own forms: verdicts")
    try await withOwnForms(engine) { house in
      var generator = SeededGenerator(seed: seed)
      let desk = house.forms
      #expect(house.pack.instruments.count == 10)
      for instrument in house.pack.instruments {
        let version = try await house.adopted(FormExport(instrument, languages: house.pack.languages).spreadsheet)
        let id = try await house.begun(version)
        var file = try await desk.file(house.officer, id)
        var (whole, done): (FormFilling, Set<String>) = (FormFilling(), [])
        while let page = try file.run().pages.first(where: { done.insert($0.id).inserted }) {
          var typed: [Int: String] = [:]
          for node in page.nodes where file.form.nodes[node].isAsked {
            let names = file.form.nodes[node].list.flatMap { file.form.lists[$0] }?.map(\.name) ?? []
            let answer = file.form.nodes[node].kind == .integer ? "25" : names.randomElement(using: &generator) ?? "x"
            typed[node] = answer
            whole.answers[file.form.nodes[node].name] = answer
          }
          file = try await desk.save(
            house.officer, id, page: page.id, PageRequest(shown: Set(page.nodes), answers: typed, seen: 0))
        }
        #expect(try await desk.finish(house.officer, id) == nil, "\(instrument.id), seed \(seed)")
        let run = try await desk.file(house.officer, id).run()
        let alone = try FormRun(file.form, whole, today: CalendarDay(daysSince1970: 20_000))
        #expect(run.all == alone.all, "\(instrument.id), seed \(seed)")
        #expect((run.value("assessment") == "") == !instrument.scores, "\(instrument.id)")
      }
    }
  }
}

@Suite struct FormVersionRulesTests {
  @Test func everyMoveFromEveryState() {
    let expected: [FormMove: [FormVersion.Status: FormVersion.Status]] = [
      .adopt: [.read: .inUse, .inUse: .inUse, .replaced: .inUse, .retired: .inUse],
      .replace: [.read: .read, .inUse: .replaced, .replaced: .replaced, .retired: .retired],
      .retire: [.inUse: .retired, .replaced: .retired, .retired: .retired], .discard: [:],
    ]
    for move in FormMove.allCases {
      for status in FormVersion.Status.allCases {
        let next = Result { () throws(Refusal) in try FormVersionRules.next(move, from: status) }
        switch expected[move]?[status] {
        case let known?: #expect(next == .success(known), "\(move) from \(status)")
        // Only what was never in use can be gone.
        case nil where move == .discard && status == .read: #expect(next == .success(nil))
        case nil: #expect(next == .failure(.conflict), "\(move) from \(status)")
        }
      }
    }
  }
}
