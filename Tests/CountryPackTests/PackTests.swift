import Basics
import CountryPack
import Foundation
import Testing

/// The pack that is shipped.
let ecuador = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().appending(path: "Packs/ecuador")

/// A copy of the pack with one file changed, gone afterwards.
private func problems(_ file: String, _ change: (String) -> String?) throws -> [PackProblem] {
  let copy = FileManager.default.temporaryDirectory.appending(path: "pack-\(UUID())")
  try FileManager.default.copyItem(at: ecuador, to: copy)
  defer { try? FileManager.default.removeItem(at: copy) }
  let place = copy.appending(path: file)
  if let text = change(try String(contentsOf: place, encoding: .utf8)) {
    try Data(text.utf8).write(to: place)
  } else {
    try FileManager.default.removeItem(at: place)
  }
  do {
    _ = try CountryPack.load(from: copy)
    return []
  } catch { return error.problems }
}

@Suite struct EcuadorPack {
  let pack: CountryPack
  init() throws { pack = try CountryPack.load(from: ecuador) }

  @Test func hasItsProvincesOnce() {
    #expect(pack.provinces.count == 24)
    #expect(pack.province(iso: "EC-P")?.name[.spanish] == "Pichincha")
    #expect(pack.province(iso: "EC-P")?.inec == "17")
    #expect(Set(pack.provinces.map(\.inec)).count == 24)
  }

  @Test func hasItsInstrumentsWithTheirStrengths() throws {
    let adult = try #require(pack.instrument("ilo-adult-labour"))
    let child = try #require(pack.instrument("ilo-child-labour"))
    func strengths(_ instrument: Instrument) -> [[Int]] {
      instrument.dimensions.map { dimension in
        [IndicatorStrength.strong, .medium, .weak].map { strength in
          instrument.indicators.count { $0.dimension == dimension.code && $0.strength == strength }
        }
      }
    }
    #expect(strengths(adult) == [[1, 8, 1], [1, 9, 0], [0, 14, 2], [1, 7, 1], [4, 10, 1], [0, 5, 2]])
    #expect(strengths(child) == [[2, 8, 0], [4, 6, 0], [0, 15, 0], [1, 7, 0], [8, 7, 0], [0, 7, 0]])
    #expect(adult.scores)
    #expect(child.scores)
    let observation = try #require(pack.instrument("unodc-observation"))
    #expect(observation.indicators.count == 29)
    #expect(!observation.scores)
  }

  @Test func namesWhatARecordShowsInFurtherLanguages() throws {
    let french = try #require(Language("fr"))
    #expect(pack.term(.purposes, "health")?.name[french] == "Soins de santé")
    // Where there is no such column, the Spanish name stands.
    #expect(pack.term(.exploitation, "labour").map { $0.name[french] == $0.name[.spanish] } == true)
  }

  @Test func keepsPublishedFiguresAsPrinted() throws {
    let share = try #require(pack.figures.first { $0.id == "dinapen-2007-sexual" })
    #expect(share.value == "33.4")
    #expect(share.n == 81)
    #expect(share.note?[.english].contains("Kept as printed") == true)
    let study = try #require(pack.figures.first { $0.id == "oit-explotacion-sexual" })
    #expect(study.value == "more than 5,200")
    #expect(study.sourceDate == "2020")
  }

  @Test func figuresAreChecked() throws {
    let found = try problems("figures.csv") { text in
      text.replacing(",18.5,% of cases,81,", with: ",18.5,% of cases,,").replacing("dinapen-2007,81", with: "other,81")
    }
    #expect(found.contains { $0.message == "a share needs its “n”" })
    #expect(found.contains { $0.message.contains("the whole “dinapen-2007” is not in this file") })
  }

  @Test func knowsTheAgenciesOfItsTime() {
    for code in ["senami", "mte-sti", "dinapen", "mintur"] {
      #expect(pack.institutions.contains { $0.code == code })
    }
    #expect(pack.institutions.first { $0.code == "senami" }?.successor == "vmh")
  }

  @Test func itsCoursesAreWhole() throws {
    #expect(pack.training.courses.map(\.code) == ["general", "identify", "assist", "referral"])
    for course in pack.training.courses {
      for language in pack.languages {
        #expect(course.slides(language).count >= 12)
        #expect(course.sections(.variants, language).count == pack.training.posts.count)
        for part in CoursePart.allCases { #expect(course[part][language].count > 500) }
      }
    }
  }

  /// The agenda that cohorts take over and the page that trainers read are one.
  @Test func theAgendaSaysWhatItsPageSays() throws {
    let agenda = try #require(pack.training.agenda("three-days"))
    for language in pack.languages {
      let rows = try #require(agenda.text)[language].split(separator: "\n").filter {
        $0.hasPrefix("| 0") || $0.hasPrefix("| 1")
      }
      #expect(rows.map(String.init) == agenda.items.map { "| \($0.from)–\($0.until) | \($0.title[language]) |" })
    }
    #expect(Set(agenda.items.flatMap(\.lessons)) == Set(pack.training.courses.flatMap(\.lessons)))
  }

  @Test func saysWhoMayIdentifyFormallyAndHowSureThatIs() throws {
    let day = try #require(CalendarDay("2026-11-24"))
    #expect(pack.identification.body(kind: "prosecution", on: day)?.certainty == .unverified)
    #expect(pack.identification.body(kind: "ngo", on: day) == nil)
    // No Ecuadorian time is known: the one that stands here marks nothing.
    #expect(pack.identification.clock?.acts == false)
  }

  @Test func whoMayIdentifyFormallyIsChecked() throws {
    func messages(_ change: (String) -> String) throws -> [String] {
      try problems("identification.yaml", change).map(\.description)
    }
    let found = try messages { text in
      text.replacing("kind: police", with: "kind: astronauts").replacing("days: 5\n", with: "days: 0\n")
        .replacing("counts: working", with: "counts: sometimes").replacing("warnDays", with: "warnDay")
        .replacing("code: police", with: "code: prosecution")
    }
    for words in [
      "“astronauts” is not in lists/agency-kinds.csv", "“days” must be a whole number from 1 to 1000",
      "“counts” must be one of working, calendar", "“warnDay” is not a known key", "“prosecution” stands here twice",
    ] {
      #expect(found.contains { $0.contains(words) }, "\(words)")
    }
    #expect(
      try messages { $0.replacing("kind: police", with: "kind: prosecution") } == [
        "identification.yaml:3: two bodies of the kind “prosecution” may decide on the same day"
      ])
    #expect(
      try messages {
        $0.replacing("kind: police", with: "kind: prosecution\n    from: 2030-01-01")
          .replacing("kind: prosecution\n    name", with: "kind: prosecution\n    until: 2029-12-31\n    name")
      } == [])
    #expect(
      try messages { $0.replacing("warnDays: 1", with: "warnDays: 5") }.first?.contains("less than “days”") == true)
    let holiday = "holidays:\n  - {day: 2026-12-25, name: {es: Navidad, en: Christmas}, source: x, certainty: "
    #expect(try messages { $0.replacing("holidays: []", with: holiday + "decided}") } == [])
    #expect(
      try messages { $0.replacing("holidays: []", with: holiday + "unverified}") }.first?.contains("leave it out")
        == true)
    #expect(try messages { $0.replacing(/clock:(\n|.)*?holidays/, with: "holidays") } == [])
    #expect(try problems("identification.yaml") { _ in nil }.first?.message == "the file is missing or can't be read")
  }

  @Test func itsPeriodsSayHowSureTheyAre() throws {
    let day = try #require(CalendarDay("2026-11-25"))
    let reflection = try #require(pack.clock("reflection", on: day))
    // Whether Ecuador has one is not known: the figure is told with its source, and nothing follows from it.
    #expect(reflection.certainty == .unverified && !reflection.acts && reflection.days == 30)
    #expect(reflection.source.contains("Consejo de Europa"))
    // The others last as long as a document says.
    #expect(pack.clocks.filter { $0.code != "reflection" }.allSatisfy { $0.days == nil && $0.acts })
    #expect(pack.clock("leisure", on: day) == nil)
  }

  @Test func itsPeriodsAreChecked() throws {
    func found(_ change: @escaping (String) -> String?) throws -> [String] {
      try problems("clocks.yaml", change).map(\.description)
    }
    #expect(
      try found { $0.replacing("warnDays: 7", with: "warnDays: 8", maxReplacements: 1) }.first?.contains("from 0 to 7")
        == true)
    #expect(
      try found { $0.replacing("days: 30", with: "days: 5", maxReplacements: 1) }.first?.contains("less than “days”")
        == true)
    #expect(
      try found { $0.replacing("code: hearing", with: "code: reflection") }.first?.contains("stands here twice") == true
    )
    #expect(
      try found { $0.replacing("extendDays: 30", with: "extendDay: 30") }.first?.contains("not a known key") == true)
    #expect(try found { _ in nil }.first?.contains("missing") == true)
    // The same code one after the other is two versions of one period.
    #expect(
      try found {
        $0.replacing(
          "  source: decisión del proyecto; el día lo fija la citación", with: "  from: 2020-01-01\n  source: x"
        )
        .replacing("code: hearing", with: "code: protective_measures")
        .replacing(
          "  source: decisión del proyecto; el plazo lo fija la orden", with: "  until: 2019-12-31\n  source: x")
      } == [])
  }

  @Test func howAgenciesAskEachOtherIsChecked() throws {
    let known = try #require(pack.known)
    #expect(known.threshold == 0.78 && pack.linkageSchemas[known.schema] != nil)
    #expect(pack.term(.purposes, known.purpose) != nil)
    #expect(known.words[.spanish].contains("puede decir que no") && known.words[.english].contains("can say no"))
    for (old, new, message) in [
      ("threshold: 0.78", "threshold: 1.2", "“threshold” must be a number from 0.5 to 1"),
      ("schema: es-1", "schema: es-9", "“es-9” is not in linkage/"),
      ("purpose: being_found", "purpose: other", "“other” is not in lists/purposes.csv"),
      ("code: safety", "code: same_help", "“same_help” stands here twice"),
      ("perMember: 12", "perMember: 0", "perMember"),
    ] {
      let found = try problems("known.yaml") { $0.replacing(old, with: new) }.map(\.description)
      #expect(found.count == 1 && found.first?.contains(message) == true, "\(found)")
    }
    // A pack need not have it: nobody asks then.
    #expect(try problems("known.yaml") { _ in nil } == [])
  }

  @Test func aDoubtfulNumberIsNotPublic() {
    #expect(pack.hotlines.first { $0.code == "171" }?.isPublic == false)
    #expect(pack.hotlines.first { $0.code == "1800delito" }?.isPublic == true)
  }

  @Test func thePenalTextFollowsTheDay() throws {
    #expect(pack.legalText("coip-91", on: try #require(CalendarDay("2016-05-01")))?.code == "coip-91-2014")
    #expect(pack.legalText("coip-91", on: try #require(CalendarDay("2026-05-01")))?.code == "coip-91-2020")
    #expect(pack.legalText("coip-91", on: try #require(CalendarDay("2007-05-01"))) == nil)
  }

  @Test func nobodyIsToldThatTheyAreNoVictim() throws {
    let files = try #require(FileManager.default.enumerator(at: ecuador, includingPropertiesForKeys: nil))
    for case let file as URL in files where !file.hasDirectoryPath {
      let text = try String(contentsOf: file, encoding: .utf8).lowercased()
      for words in ["no es víctima", "no es una víctima", "not a victim"] {
        #expect(!text.contains(words), "\(file.lastPathComponent)")
      }
    }
  }
}

@Suite struct PackCheck {
  @Test(arguments: [
    ("provinces.csv", "EC-A,01", "EC-A,02", "provinces.csv:3: “02” stands already in line 2"),
    ("provinces.csv", "EC-B,02,Bolívar", "EC-B,02,", "provinces.csv:3: “name_es” is empty"),
    ("lists/urgencies.csv", ",,,24", ",,,zwei", "lists/urgencies.csv:3: “hours” must be a whole number"),
    ("lists/assessment-levels.csv", ",3,7", ",3,0", "lists/assessment-levels.csv:4: “rank” must be a whole number"),
    ("lists/offences.csv", "09,trafficking", "09,related", "lists/offences.csv:3: “part_of” must be an offence"),
    ("lists/reach-methods.csv", ",,,count", ",,,maybe", "lists/reach-methods.csv:2: “gives” must be “count” or"),
    ("media-kit.yaml", "certainty: verified", "certainty: sure", "media-kit.yaml:13: “certainty” must be one of"),
    ("media-kit.yaml", "    why:\n      es:", "    why:\n      fr:", "“why” has no text in “es”"),
    ("lists/needs.csv", "decided", "sure", "lists/needs.csv:2: “certainty” must be one of"),
    // A further language stands in every line, under its code.
    ("lists/purposes.csv", "Assistance directe,", ",", "lists/purposes.csv:2: “name_fr” is empty"),
    ("lists/purposes.csv", "name_fr", "name_french", "lists/purposes.csv:1: “name_french” ends with no language"),
    ("agencies.csv", "senami,", "senami\n,", "agencies.csv:2: 1 fields"),
    ("agencies.csv", "2013-12-31", "2013-13-31", "agencies.csv:2: “until” must be a day"),
    ("hotlines.csv", "2024-07-30", "", "hotlines.csv:3: a verified number needs “verified_on”"),
    ("tips.yaml", "emergency: ecu911", "emergency: 112", "“112” is not in hotlines.csv"),
    // A number that is described in two ways must not stand first.
    ("tips.yaml", "emergency: ecu911", "emergency: \"171\"", "“171” is not in hotlines.csv, or nobody has seen"),
    ("tips.yaml", "keepDays: 180", "keepDays: 3", "“keepDays” must be"),
    ("legal.yaml", "certainty: verified", "certainty: maybe", "legal.yaml:5: “certainty” must be one of"),
    ("legal.yaml", "  summary:\n    es:", "  summary:\n    qu:", "“summary” has no text in “es”"),
    ("safety.yaml", "    stopsOn", "    stopson", "safety.yaml:6: “stopson” is not a known key"),
    ("safety.yaml", "questions:", "questions: [", "safety.yaml:"),
    (
      "safety.yaml", "    isTold: true", "    isTold: true\n    stopsOn: \"no\"",
      "safety.yaml:43: “stopsOn” is not a known key"
    ),
    (
      "combinations.yaml", "all: [deceptive_recruitment, exploitation]", "all: [deceit]", "names the dimension “deceit”"
    ),
    ("population.yaml", "total: 14483499", "total: many", "“total” must be a whole number"),
    ("population.yaml", "male: 8252523", "male: 9252523", "more than the whole, which is 16938986"),
    ("population.yaml", "EC-A: 801609", "EC-AA: 801609", "the pack has no “EC-AA” in “province”"),
    ("population.yaml", "column: sex", "column: form", "not by “form”"),
    ("population.yaml", "{from: 2017, until: 2027}", "{from: 2017, until: 2007}", "“until” lies before “from”"),
    ("training/courses.yaml", "minutes: 270", "minutes: 271", "take 270 minutes, not 271"),
    ("training/agendas.yaml", "\"09:00\", title", "\"09:30\", title", "it begins before the item above ends"),
    ("training/agendas.yaml", "course: general", "course: general2", "there is no course “general2”"),
    ("training/agendas.yaml", "from: \"08:30\"", "from: 8.30", "must be a time as 08:30"),
    ("training/programme.yaml", "agenda: three-days", "agenda: four-days", "there is no agenda “four-days”"),
    ("training/programme.yaml", "[general, identify, referral]", "[general]", "the agenda teaches “identify”"),
    ("training/programme.yaml", "variants: [tourism]", "variants: [tourists]", "there is no post “tourists”"),
    ("training/programme.yaml", "[EC-P]", "[EC-PP]", "“EC-PP” is not in provinces.csv"),
    ("training/programme.yaml", "currency: USD", "currency: dolar", "three capital letters"),
    ("pack.yaml", "utcOffsetHours: -5", "utcOffsetHours: Quito", "pack.yaml:"),
    (
      "instruments/ilo-adult-labour/indicators.csv", "exploitation,strong", "exploitation,huge",
      "“strength” must be strong, medium, weak or none"
    ),
    (
      "instruments/ilo-adult-labour/indicators.csv", "DR02,deceptive_recruitment", "DR01,deceptive_recruitment",
      "indicators.csv:3: “DR01” stands already in line 2"
    ),
    (
      "instruments/short-interview/indicators.csv", "S00 = yes or S00 = unknown", "S09 = yes",
      "indicators.csv:3: “relevant”: “S09” is no question that stands before"
    ),
    ("instruments/short-interview/indicators.csv", "S01 = yes", "S01 yes", "must be followed by = or !="),
    ("instruments/short-interview/indicators.csv", "S01 = yes", "S01 = maybe", "“maybe” is no answer"),
    ("instruments/short-interview/indicators.csv", "S01 = yes", "S01 = yes S02 = yes", "“and” or “or” is expected"),
    ("instruments/short-interview/indicators.csv", "S01 = yes", "S01 = yes and", "a condition is missing at the end"),
    (
      "instruments/screening-interview/instrument.yaml", "relevant: \"adult\"", "relevant: \"IE01 = yes\"",
      "“IE01” is no"
    ),
    ("instruments/short-interview/instrument.yaml", "usedBy: [frontline", "usedBy: [mayor, frontline", "“mayor” can't"),
    ("instruments/short-interview/instrument.yaml", "phase: transit", "phase: soon", "“phase” must be one of"),
    ("instruments/short-interview/instrument.yaml", "[short]", "[long]", "“long” is not in lists/situations.csv"),
    ("instruments/migrant-vulnerability/indicators.csv", ",,risk", ",,bad", "“factor” must be risk, protective"),
    ("instruments/ilo-adult-labour/instrument.yaml", "id: ilo-adult", "id: adult", "must be the name of its folder"),
  ]) func aMistakeIsNamedWithItsLine(_ file: String, _ old: String, _ new: String, _ message: String) throws {
    let found = try problems(file) {
      #expect($0.contains(old))
      return $0.replacing(old, with: new, maxReplacements: 1)
    }
    #expect(found.contains { $0.description.contains(message) && $0.line > 0 }, "\(found)")
  }

  @Test(arguments: [
    ("training/slides/assist.en.md", "\n---\n", "\n", "15 slides, but the Spanish has 16"),
    ("training/slides/assist.es.md", "## ", "", "slide 2 begins with “# ” or “## ”"),
    ("training/variants/assist.en.md", "## Police", "## Politics", "headings are the names of the posts"),
    ("training/handouts/assist.en.md", "# ", "", "begins with “# ” and its title"),
  ]) func aCourseIsTheSameInEveryLanguage(_ file: String, _ old: String, _ new: String, _ message: String) throws {
    let found = try problems(file) { $0.replacing(old, with: new, maxReplacements: 1) }
    #expect(found.contains { $0.file == file && $0.message.contains(message) }, "\(found)")
  }

  @Test func aMissingFileIsNamed() throws {
    for file in [
      "training/facilitator/general.en.md", "training/groupwork/assist.es.md", "training/agendas.yaml", "provinces.csv",
      "legal.yaml", "instruments/unodc-observation/indicators.csv",
    ] {
      #expect(try problems(file) { _ in nil }.contains { $0.file == file })
    }
  }

  @Test func anUnverifiedStrengthStopsScoring() throws {
    let copy = FileManager.default.temporaryDirectory.appending(path: "pack-\(UUID())")
    try FileManager.default.copyItem(at: ecuador, to: copy)
    defer { try? FileManager.default.removeItem(at: copy) }
    let file = copy.appending(path: "instruments/ilo-adult-labour/indicators.csv")
    let text = try String(contentsOf: file, encoding: .utf8)
    try Data(text.replacing(",yes,", with: ",no,", maxReplacements: 1).utf8).write(to: file)
    #expect(try CountryPack.load(from: copy).instrument("ilo-adult-labour")?.scores == false)
  }
}
