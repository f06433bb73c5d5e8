import Basics
import CountryPack
import Foundation
import Testing

/// The pack with the tests' own exercise, one file of it changed.
private func load(_ file: String = "exercises.yaml", _ change: (String) -> String = { $0 }) throws -> (
  exercises: [Exercise], problems: [String]
) {
  let copy = FileManager.default.temporaryDirectory.appending(path: "pack-\(UUID())")
  try FileManager.default.copyItem(at: ecuador, to: copy)
  defer { try? FileManager.default.removeItem(at: copy) }
  let place = copy.appending(path: "training/exercises")
  try? FileManager.default.removeItem(at: place)
  let fixtures = ecuador.deletingLastPathComponent().deletingLastPathComponent().appending(
    path: "Tests/Fixtures/exercises")
  try FileManager.default.copyItem(at: fixtures, to: place)
  let changed = place.appending(path: file)
  try Data(change(String(contentsOf: changed, encoding: .utf8)).utf8).write(to: changed)
  do { return (try CountryPack.load(from: copy).exercises, []) } catch {
    return ([], error.problems.map { $0.description.replacing("training/exercises/", with: "") })
  }
}

@Suite struct ExerciseTests {
  @Test func readsAnExercise() throws {
    let (exercises, problems) = try load()
    #expect(problems == [])
    let exercise = try #require(exercises.first)
    #expect(exercise.id == "night-bus" && exercise.name[.english] == "The night bus")
    #expect(
      exercise.readings["ilo-adult-labour"]?.present == ["deceptive_recruitment/DR01", "deceptive_recruitment/DR02"])
    #expect(exercise.safety == ["controlling_companion": .yes, "private_place": .no])
    #expect(exercise.decision == .presumed && exercise.caseKind == "trafficking")
    #expect(exercise.desk("shelter-desk")?.answers.count == 2)
    #expect(exercise.desk("family-desk")?.answers == [.decline("outside_mandate")])
    #expect(exercise.steps.map(\.kind) == [.good, .unsafe])
    #expect(exercise.story(.spanish)?.passages.count == 4)
    #expect(exercise.story(.english)?.passage("aside")?.tags == ["tool"])
  }

  @Test(arguments: [
    ("EC-P", "EC-XX", "exercises.yaml:7: “EC-XX” is not known as “province”"),
    ("audience: [migration", "audience: [pirates", "exercises.yaml:8: “pirates” is not known as “audience”"),
    (
      "instruments: [ilo-adult-labour,", "instruments: [tarot,",
      "exercises.yaml:12: “tarot” is not known as “instruments”"
    ),
    ("/DR02]", "/DR99]", "exercises.yaml:16: “deceptive_recruitment/DR99” is not known as “present”"),
    (
      "absent: [deceptive_recruitment/DR03]", "absent: [deceptive_recruitment/DR01]",
      "exercises.yaml:16: “deceptive_recruitment/DR01” is both present and absent"
    ),
    (
      "private_place: \"no\"", "private_place: maybe",
      "exercises.yaml:21: “private_place” must be one of yes, no, unknown, not_asked (in quotation marks)"
    ),
    ("private_place", "moonlight", "exercises.yaml:21: “moonlight” is no question of safety.yaml"),
    (
      "decision: presumed", "decision: guilty",
      "exercises.yaml:22: “decision” must be one of presumed, needs_more_information, not_presumed_now, not “guilty”"
    ),
    ("kind: trafficking", "kind: romance", "exercises.yaml:23: “romance” is not known as “kind”"),
    ("purpose: protection", "purpose: gossip", "exercises.yaml:25: “gossip” is not known as “purpose”"),
    ("tooMuch: [health", "tooMuch: [needs", "exercises.yaml:25: “needs” is both needed and too much"),
    ("need: housing", "need: gold", "exercises.yaml:29: “gold” is not known as “need”"),
    ("service: shelter", "service: spa", "exercises.yaml:29: “spa” is not known as “service”"),
    ("urgency: urgent", "urgency: whenever", "exercises.yaml:29: “whenever” is not known as “urgency”"),
    ("desk: shelter-desk", "desk: nobody", "exercises.yaml:29: “nobody” is not known as “desk”"),
    ("decline: outside_mandate", "decline: bored", "exercises.yaml:34: “bored” is not known as “decline”"),
    (
      "[decline: outside_mandate]", "[perhaps]",
      "exercises.yaml:34: an answer is “accept”, “decline: <reason>” or “ask: {es: …}”"
    ),
    ("passage: aside", "passage: beside", "exercises.yaml:36: there is no passage “beside”"),
    ("is: unsafe", "is: odd", "exercises.yaml:37: “is” must be one of good, unsafe, not “odd”"),
    ("minutes: 10", "minutes: 0", "exercises.yaml:6: “minutes” must be a whole number from 1 to 240"),
    ("id: night-bus", "id: ../night-bus", "exercises.yaml:3: “id” holds small letters, digits and dashes only"),
    ("certainty: decided", "certainty: decided\n    ranking: yes", "exercises.yaml:11: “ranking” is not a known key"),
  ])
  func saysWhatDoesNotHold(_ from: String, _ to: String, _ problem: String) throws {
    let problems = try load { text in
      #expect(text.contains(from))
      return text.replacing(from, with: to, maxReplacements: 1)
    }.problems
    #expect(problems.contains(problem), "\(problems)")
  }

  @Test(arguments: [
    (":: aloud", ":: loud", "night-bus.en.twee:10: there is no passage “aloud”"),
    (
      "->aside]]\n\n:: aloud", "->house]]\n\n:: aloud",
      "night-bus.en.twee:7: the choices of “stop” lead elsewhere than in “es”"
    ),
    ("[tool]", "", "night-bus.en.twee:18: the tags differ from those in “es”"),
    ("[tool]", "[toll]", "night-bus.en.twee:18: “toll” is no tag of an exercise: use tool or end"),
    ("\"ifid\"", "\"id\"", "night-bus.en.twee:4: “StoryData” needs an “ifid”: a UUID"),
    ("[end]", "[end]\n\n[[back->stop]]", "night-bus.en.twee:23: a passage tagged “end” has no choices"),
  ])
  func saysWhereTheLanguagesDiffer(_ from: String, _ to: String, _ problem: String) throws {
    let problems = try load("night-bus.en.twee") { $0.replacing(from, with: to, maxReplacements: 1) }.problems
    #expect(problems.contains(problem), "\(problems)")
  }

  @Test func aPackMayHaveNone() throws {
    let pack = try CountryPack.load(from: ecuador)
    for exercise in pack.exercises {
      #expect(exercise.name.languages.count >= 2)
      #expect(!exercise.name[.spanish].lowercased().contains("víctima"))
    }
  }
}
