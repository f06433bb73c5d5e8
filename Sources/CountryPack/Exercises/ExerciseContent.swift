import Basics
import Foundation
import Yams

extension PackLoader {
  static let exercisesFile = "training/exercises/exercises.yaml"

  /// The exercises of a pack; a pack may have none.
  func exercises(_ known: ExerciseTerms) -> [Exercise] {
    let file = Self.exercisesFile
    guard FileManager.default.fileExists(atPath: folder.appendingPathComponent(file).path),
      let head = yaml(file)
    else { return [] }
    head.allow("exercises")
    var exercises: [Exercise] = []
    for item in head.child("exercises")?.items ?? [] {
      guard let exercise = exercise(item, known) else { continue }
      if exercises.contains(where: { $0.id == exercise.id }) { item.note("the exercise “\(exercise.id)” stands twice") }
      exercises.append(exercise)
    }
    return exercises
  }

  private func exercise(_ item: YAMLReader, _ known: ExerciseTerms) -> Exercise? {
    item.allow(
      "id", "name", "about", "minutes", "province", "audience", "source", "certainty", "person", "instruments",
      "situations", "indicators", "safety", "decision", "case", "consent", "referral", "desks", "steps", "debrief")
    let id = item.text("id")
    guard !id.isEmpty else { return nil }
    // The id becomes part of a file's name and of an address.
    guard Self.isPlain(id) else {
      item.child("id")?.note("“id” holds small letters, digits and dashes only")
      return nil
    }
    known.check(item, "province", known.provinces)
    known.checkAll(item, "audience", known.codes(.agencyKinds))
    known.checkAll(item, "instruments", Set(known.instruments.keys))
    known.checkAll(item, "situations", known.codes(.situations))
    for key in ["instruments", "situations", "audience"] where item.texts(key).isEmpty {
      item.note("“\(key)” is empty")
    }
    let desks = desks(item, known)
    let referral = item.child("referral")
    referral?.allow("right", "wrong")
    let consent = item.child("consent")
    consent?.allow("needed", "tooMuch")
    consent.map { known.checkAll($0, "tooMuch", known.codes(.dataKinds)) }
    let stories = stories(id)
    return Exercise(
      id: id, name: item.localized("name", languages), about: item.localized("about", languages),
      minutes: item.number("minutes", in: 1...240), province: item.text("province"), audience: item.texts("audience"),
      source: item.text("source"), certainty: item.value("certainty", or: .unverified), person: person(item, known),
      instruments: item.texts("instruments"), situations: item.texts("situations"), readings: readings(item, known),
      safety: safety(item, known), decision: item.value("decision", or: .needsMoreInformation),
      caseKind: caseKind(item, known),
      consents: consent.map { needed($0, known) } ?? [], tooMuch: consent?.texts("tooMuch") ?? [],
      referrals: referral.map { right($0, known, Set(desks.map(\.code))) } ?? [],
      wrongDesks: referral.map { wrong($0, Set(desks.map(\.code))) } ?? [], desks: desks,
      steps: steps(item, stories), debrief: item.localized("debrief", languages), stories: stories)
  }

  static func isPlain(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
  }

  private func person(_ item: YAMLReader, _ known: ExerciseTerms) -> Exercise.FictionalPerson {
    let person = item.child("person")
    person?.allow("name", "age", "ageInDoubt", "sex", "language")
    person.map { known.check($0, "sex", known.codes(.sexes)) }
    return .init(
      name: person?.text("name") ?? "", age: person?.number("age", in: 0...120) ?? 0,
      isAgeInDoubt: person?.has("ageInDoubt") == true && person?.flag("ageInDoubt") == true,
      sex: person?.text("sex") ?? "", language: person?.text("language") ?? "")
  }

  // MARK: What an expert finds

  private func readings(_ item: YAMLReader, _ known: ExerciseTerms) -> [String: Exercise.ExpertReading] {
    guard let all = item.child("indicators") else { return [:] }
    var readings: [String: Exercise.ExpertReading] = [:]
    for (key, node) in all.pairs {
      guard let indicators = known.instruments[key] else {
        node.note("there is no instrument “\(key)”")
        continue
      }
      if !item.texts("instruments").contains(key) { node.note("“\(key)” does not stand in “instruments”") }
      node.allow("present", "absent")
      known.checkAll(node, "present", indicators)
      known.checkAll(node, "absent", indicators)
      let (present, absent) = (node.texts("present"), node.texts("absent"))
      for twice in Set(present).intersection(absent).sorted() { node.note("“\(twice)” is both present and absent") }
      if present.isEmpty, absent.isEmpty { node.note("an expert finds nothing with “\(key)”: leave it out") }
      readings[key] = .init(present: present, absent: absent)
    }
    for id in item.texts("instruments") where known.instruments[id] != nil && readings[id] == nil {
      all.note("“\(id)” has no indicators: what does an expert find with it?")
    }
    return readings
  }

  private func safety(_ item: YAMLReader, _ known: ExerciseTerms) -> [String: FourWayAnswer] {
    guard let all = item.child("safety") else { return [:] }
    var answers: [String: FourWayAnswer] = [:]
    for (key, node) in all.pairs {
      if !known.safetyQuestions.contains(key) { node.note("“\(key)” is no question of safety.yaml") }
      if let answer = FourWayAnswer(rawValue: node.node.scalar?.string ?? "") {
        answers[key] = answer
      } else {
        node.note("“\(key)” must be one of yes, no, unknown, not_asked (in quotation marks)")
      }
    }
    return answers
  }

  private func caseKind(_ item: YAMLReader, _ known: ExerciseTerms) -> String? {
    guard let node = item.child("case") else { return nil }
    node.allow("expected", "kind")
    guard node.flag("expected") else { return nil }
    known.check(node, "kind", known.codes(.caseKinds))
    return node.text("kind")
  }

  private func needed(_ consent: YAMLReader, _ known: ExerciseTerms) -> [Exercise.ExpertConsent] {
    guard consent.has("needed") else { return [] }
    return (consent.child("needed")?.items ?? []).map { item in
      item.allow("purpose", "kinds")
      known.check(item, "purpose", known.codes(.purposes))
      known.checkAll(item, "kinds", known.codes(.dataKinds))
      for both in item.texts("kinds") where consent.texts("tooMuch").contains(both) {
        item.note("“\(both)” is both needed and too much")
      }
      return .init(purpose: item.text("purpose"), kinds: item.texts("kinds"))
    }
  }

  private func right(_ referral: YAMLReader, _ known: ExerciseTerms, _ desks: Set<String>) -> [Exercise.ExpertReferral]
  {
    guard referral.has("right") else { return [] }
    return (referral.child("right")?.items ?? []).map { item in
      item.allow("need", "service", "urgency", "desk")
      known.check(item, "need", known.codes(.needs))
      known.check(item, "service", known.codes(.services))
      known.check(item, "urgency", known.codes(.urgencies))
      known.check(item, "desk", desks)
      return .init(
        need: item.text("need"), service: item.text("service"), urgency: item.text("urgency"), desk: item.text("desk"))
    }
  }

  private func wrong(_ referral: YAMLReader, _ desks: Set<String>) -> [Exercise.WrongDesk] {
    guard referral.has("wrong") else { return [] }
    let right = (referral.has("right") ? referral.child("right")?.items : nil)?.map { $0.text("desk") } ?? []
    return (referral.child("wrong")?.items ?? []).map { item in
      item.allow("desk", "why")
      let desk = item.text("desk")
      if !desks.contains(desk), !desk.isEmpty { item.note("“\(desk)” does not stand in “desks”") }
      if right.contains(desk) { item.note("“\(desk)” is both right and wrong") }
      return .init(desk: desk, why: item.localized("why", languages))
    }
  }

  private func desks(_ item: YAMLReader, _ known: ExerciseTerms) -> [Exercise.ScriptedDesk] {
    guard let list = item.child("desks") else { return [] }
    var desks: [Exercise.ScriptedDesk] = []
    for desk in list.items {
      desk.allow("code", "kind", "name", "answers")
      known.check(desk, "kind", known.codes(.agencyKinds))
      let code = desk.text("code")
      if !code.isEmpty, !Self.isPlain(code) { desk.note("“code” holds small letters, digits and dashes only") }
      if desks.contains(where: { $0.code == code }) { desk.note("the desk “\(code)” stands twice") }
      let answers = (desk.child("answers")?.items ?? []).compactMap { answer($0, known) }
      if answers.isEmpty { desk.note("a desk needs at least one answer") }
      desks.append(
        .init(code: code, kind: desk.text("kind"), name: desk.localized("name", languages), answers: answers))
    }
    return desks
  }

  private func answer(_ item: YAMLReader, _ known: ExerciseTerms) -> Exercise.Answer? {
    if item.node.scalar?.string == "accept" { return .accept }
    if item.has("decline") {
      item.allow("decline")
      known.check(item, "decline", known.codes(.declineReasons))
      return .decline(item.text("decline"))
    }
    if item.has("ask") {
      item.allow("ask")
      return .ask(item.localized("ask", languages))
    }
    item.note("an answer is “accept”, “decline: <reason>” or “ask: {es: …}”")
    return nil
  }

  // MARK: The story

  private func stories(_ id: String) -> [Language: TweeStory] {
    var stories: [Language: TweeStory] = [:]
    for language in languages {
      let file = "training/exercises/\(id).\(language).twee"
      guard let text = contents(file) else { continue }
      do {
        let story = try TweeReader.read(text)
        stories[language] = story
        checkPassages(story, file)
      } catch {
        for problem in error.problems { note(file, problem.line, problem.message) }
      }
    }
    if let first = stories[.spanish] {
      for (language, story) in stories.sorted(by: { $0.key < $1.key }) where language != .spanish {
        compare(story, with: first, "training/exercises/\(id).\(language).twee")
      }
    }
    return stories
  }

  private func checkPassages(_ story: TweeStory, _ file: String) {
    for passage in story.passages {
      if !Self.isPlain(passage.name) {
        note(file, passage.line, "a passage's name holds small letters, digits and dashes only")
      }
      for tag in passage.tags where !["tool", "end"].contains(tag) {
        note(file, passage.line, "“\(tag)” is no tag of an exercise: use tool or end")
      }
      if passage.tags.contains("end"), !passage.links.isEmpty {
        note(file, passage.line, "a passage tagged “end” has no choices")
      }
    }
  }

  /// The same passages and the same ways in every language: what was done is told by the passages' names.
  private func compare(_ story: TweeStory, with first: TweeStory, _ file: String) {
    if story.start != first.start {
      note(file, 1, "the first passage is “\(first.start)” in “es”, not “\(story.start)”")
    }
    for passage in first.passages where story.passage(passage.name) == nil {
      note(file, 1, "the passage “\(passage.name)” of “es” is missing")
    }
    for passage in story.passages {
      guard let other = first.passage(passage.name) else {
        note(file, passage.line, "there is no passage “\(passage.name)” in “es”")
        continue
      }
      if passage.links.map(\.target) != other.links.map(\.target) {
        note(file, passage.line, "the choices of “\(passage.name)” lead elsewhere than in “es”")
      }
      if Set(passage.tags) != Set(other.tags) { note(file, passage.line, "the tags differ from those in “es”") }
    }
  }

  private func steps(_ item: YAMLReader, _ stories: [Language: TweeStory]) -> [ExerciseStep] {
    guard item.has("steps") else { return [] }
    return (item.child("steps")?.items ?? []).map { step in
      step.allow("passage", "is", "why")
      let passage = step.text("passage")
      if let story = stories[.spanish], !passage.isEmpty, story.passage(passage) == nil {
        step.note("there is no passage “\(passage)”")
      }
      return ExerciseStep(
        passage: passage, kind: step.value("is", or: .good), why: step.localized("why", languages))
    }
  }
}

/// The codes that an exercise may name.
struct ExerciseTerms {
  var lists: [PackList: [Term]]
  var provinces: Set<String>
  /// Each instrument's indicators as `dimension/code`.
  var instruments: [String: Set<String>]
  var safetyQuestions: Set<String>

  func codes(_ list: PackList) -> Set<String> { Set((lists[list] ?? []).map(\.code)) }

  func check(_ item: YAMLReader, _ key: String, _ known: Set<String>) {
    let code = item.text(key)
    if !code.isEmpty, !known.contains(code) { item.child(key)?.note("“\(code)” is not known as “\(key)”") }
  }

  func checkAll(_ item: YAMLReader, _ key: String, _ known: Set<String>) {
    guard item.has(key), let list = item.child(key) else { return }
    var seen: Set<String> = []
    for entry in list.items {
      guard let code = entry.node.scalar?.string else {
        entry.note("a code is expected here")
        continue
      }
      if !known.contains(code) { entry.note("“\(code)” is not known as “\(key)”") }
      if !seen.insert(code).inserted { entry.note("“\(code)” stands twice") }
    }
  }
}

extension YAMLReader {
  /// The keys of a mapping with their values, in the order of the file.
  var pairs: [(key: String, value: YAMLReader)] {
    guard let mapping = node.mapping else {
      note("keys with values are expected here")
      return []
    }
    return mapping.compactMap { key, value in
      key.scalar.map { ($0.string, YAMLReader(file: file, node: value, notes: notes)) }
    }
  }
}
