import Accounts
import Basics
import CountryPack
import Records
import TestSupport
import Testing

@testable import Training

@Suite struct QuestionBankTests {
  private func bank(_ spanish: String, _ english: String? = nil) throws -> QuestionBank {
    try QuestionBank(
      files: [.init(.spanish, spanish, place: "es")] + (english.map { [.init(.english, $0, place: "en")] } ?? []))
  }

  private func faults(_ spanish: String, _ english: String? = nil) -> [String] {
    do {
      _ = try bank(spanish, english)
      return []
    } catch {
      return (error as? QuestionProblems)?.problems.map { "\($0.place):\($0.problem.line) \($0.problem.fault)" } ?? []
    }
  }

  static let cases = """
    ::terminal:: Una adolescente espera.

    ::terminal/1:: ¿A quién le habla? {=A ella ~A él}

    ::terminal/2:: Se pregunta a solas. {T}

    ::suelta:: ¿Edad? {#17}

    ::otra:: ¿Sí? {T}
    """

  @Test func aCaseStandsAboveItsQuestions() throws {
    let bank = try bank(Self.cases)
    #expect(bank.names == ["terminal/1", "terminal/2", "suelta", "otra"])
    #expect(bank.question("terminal/2", .english)?.caseText == GiftText("Una adolescente espera."))
    #expect(bank.question("suelta", .spanish)?.caseText == nil)
    let paper = bank.paper(["terminal/2", "suelta", "nada"])
    #expect(paper.names == ["terminal/2", "suelta"])
    #expect(QuestionPaper(paper.entries).question("terminal/2", .spanish) == bank.question("terminal/2", .spanish))
  }

  @Test func aDrawHasItsNumberAndKeepsCasesTogether() throws {
    let bank = try bank(Self.cases)
    let seed = testSeed("draw")
    var random = SeededGenerator(seed: seed)
    for _ in 0..<300 {
      let count = Int.random(in: 0...6, using: &random)
      let drawn = bank.draw(count, using: &random)
      #expect(drawn.count == min(count, 4), "seed \(seed)")
      #expect(drawn == bank.names.filter(Set(drawn).contains), "seed \(seed)")
      if count >= 2 {
        #expect(drawn.contains("terminal/1") == drawn.contains("terminal/2") || count == 3, "seed \(seed)")
      }
    }
  }

  @Test func whatDoesNotHoldIsNamedWithItsLine() {
    #expect(faults("¿Sin nombre? {T}") == ["es:1 name"])
    #expect(faults("::a:: ¿? {T}\n\n::a:: ¿? {T}") == ["es:3 nameTwice"])
    #expect(faults("::a:: ¿? {T}", "::a:: ? {F}") == ["en:1 differs"])
    #expect(faults("::a:: ¿? {T}", "::b:: ? {T}") == ["en:0 missing", "en:0 noOriginal"])
    #expect(faults("::a:: Caso\n\n::a/1:: ¿? {T}", "::a/1:: ? {T}") == ["en:1 caseInOneLanguage"])
    #expect(faults("::a:: ¿? {T", "::a:: ? {T}") == ["es:1 unclosedBrace"] || !faults("::a:: ¿? {T").isEmpty)
    for fault in QuestionFault.allCases { #expect(!fault.message("x").isEmpty) }
  }

  @Test func aVersionChangesWithEveryWordAndWithNothingElse() throws {
    let one = try bank("::a:: ¿Edad? {#17}").paper(["a"]).entries[0]
    #expect(try bank("// nota\n::a::   ¿Edad?   {#=17}").paper(["a"]).entries[0].version == one.version)
    #expect(try bank("::a:: ¿Años? {#17}").paper(["a"]).entries[0].version != one.version)
    #expect(try bank("::a:: ¿Edad? {#17}", "::a:: Age? {#17}").paper(["a"]).entries[0].version != one.version)
  }
}

@Suite struct QuestionDeskTests {
  private static let two = "::ruta-1:: ¿Pasa por Tulcán? {T}\n\n::ruta-2:: ¿Qué hace? {=Preguntar a solas ~Gritar}\n"

  private func desk(_ school: School) -> QuestionDesk { QuestionDesk(school.office, school.pack) }

  @Test(arguments: TestEngine.available) func questionsAreSavedChangedAndRetired(_ engine: Engine) async throws {
    try await withSchool(engine) { school in
      let (desk, trainer) = (desk(school), school.trainer)
      let preview = try await desk.preview(trainer, course: "general", spanish: Self.two, english: "")
      #expect(preview.count(.new) == 2)
      #expect(try await desk.own(trainer).isEmpty)
      try await desk.save(trainer, course: "general", spanish: Self.two, english: "")
      // The same again changes nothing.
      #expect(try await desk.save(trainer, course: "general", spanish: Self.two, english: "").count(.same) == 2)
      #expect(try await desk.own(trainer).map(\.revision) == [1, 1])
      let changed = Self.two.replacing("Gritar", with: "Esperar")
      #expect(try await desk.save(trainer, course: "general", spanish: changed, english: "").count(.changed) == 1)
      #expect(try await desk.own(trainer).map(\.revision) == [1, 2])
      // Who saw the first revision can't overwrite the second.
      let late = Self.two.replacing("Gritar", with: "Correr")
      #expect(
        await refusal {
          try await desk.save(trainer, course: "general", spanish: late, english: "", seen: ["ruta-2": 1])
        }?.kind == .conflict)
      try await desk.retire(trainer, "ruta-1")
      try await desk.retire(trainer, "ruta-1")
      #expect(try await desk.own(trainer).map(\.isRetired) == [true, false])
      #expect(try await desk.own(trainer)[0].revision == 2)
    }
  }

  @Test(arguments: TestEngine.available) func whatIsWrongIsRefusedWhole(_ engine: Engine) async throws {
    try await withSchool(engine) { school in
      let (desk, trainer) = (desk(school), school.trainer)
      await #expect(throws: QuestionProblems.self) {
        try await desk.save(trainer, course: "general", spanish: Self.two + "\n::mala:: ¿? {~a}", english: "")
      }
      await #expect(throws: QuestionProblems.self) {
        try await desk.save(trainer, course: "general", spanish: "Solo un texto.", english: "")
      }
      #expect(
        await refusal { try await desk.save(trainer, course: "nada", spanish: Self.two, english: "") }?.fields.map(
          \.field) == ["course"])
      let taken = try #require(desk.bank("que-es-la-trata")?.names.first)
      #expect(
        await refusal {
          try await desk.save(trainer, course: "general", spanish: "::\(taken):: ¿? {T}", english: "")
        }?.fields.map(\.field) == ["es"])
      #expect(try await desk.own(trainer).isEmpty)
      // Another agency sees and changes nothing of it.
      try await desk.save(trainer, course: "general", spanish: Self.two, english: "")
      #expect(try await desk.own(school.stranger).isEmpty)
      #expect(await refusal { try await desk.retire(school.stranger, "ruta-1") }?.kind == .notFound)
    }
  }

  @Test(arguments: TestEngine.available) func aCohortKeepsThePaperItWasGiven(_ engine: Engine) async throws {
    try await withSchool(engine) { school in
      let (desk, trainer) = (desk(school), school.trainer)
      let many = (1...60).map { "::propia-\($0):: ¿Pregunta \($0)? {T}" }.joined(separator: "\n\n")
      try await desk.save(trainer, course: "general", spanish: many, english: "")
      let id = CohortID.random()
      var typed = School.typed
      typed.includesOwnQuestions = true
      let cohort = try await school.desk.open(trainer, id: id, typed)
      let own = cohort.questions.filter { $0.hasPrefix("propia-") }
      let phase = try #require(school.pack.training.phase("quito-1"))
      #expect(cohort.questions.count == phase.testQuestions)
      #expect(!own.isEmpty, "none of sixty was drawn beside the bank's")
      // Without the tick none is drawn.
      #expect(
        try await school.desk.cohort(trainer, school.cohort).cohort.questions.allSatisfy { !$0.hasPrefix("propia") })

      let link = try await school.desk.link(trainer, id)
      let seat = try await school.visitors.register(link, id: .random(), school.person("Ana Canaria")).link
      let before = try await school.visitors.questions(seat, .spanish)
      try await desk.save(trainer, course: "general", spanish: many.replacing("¿Pregunta", with: "¿Otra"), english: "")
      for name in own { try await desk.retire(trainer, name) }
      // A desk that was just started reads the paper anew.
      let visitors = ParticipantDesk(school.office, school.pack)
      #expect(try await visitors.questions(seat, .spanish) == before)
      #expect(try await visitors.questions(seat, .english).count == phase.testQuestions)
      #expect(try await school.desk.questions(cohort, .spanish) == before)
    }
  }

  @Test(arguments: TestEngine.available) func aCohortFromBeforePapersAsksThePack(_ engine: Engine) async throws {
    try await withSchool(engine) { school in
      let names = try await school.desk.cohort(school.trainer, school.cohort).cohort.questions
      try await school.office.database.write {
        try $0.execute("DELETE FROM cohort_papers WHERE cohort = ?", school.cohort)
        try $0.record(
          AuditEntry(at: school.office.clock.now(), doer: .visitor, action: "test.prepare", objectKind: "cohort"))
      }
      let asked = try await CohortDesk(school.office, school.pack).questions(
        try await school.desk.cohort(school.trainer, school.cohort).cohort, .spanish)
      #expect(asked.compactMap(\.name) == names)
    }
  }
}
