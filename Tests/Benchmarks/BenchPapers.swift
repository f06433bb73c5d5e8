import Accounts
import Basics
import Casework
import CountryPack
import Documents
import Foundation
import Records
import Training
import Vault
import Web

/// How long a trainer waits for many certificates as one PDF: names opened, credentials signed, QR codes and pages drawn.
struct BenchPapers {
  static func add(program: String, pack: CountryPack, _ table: inout FigureTable) async throws {
    let data = URL(filePath: "/dev/shm").appending(path: "amparo-bench-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: data) }
    try run(program, ["demo", "--prepare-only", "--cases", "0", "--data", data.path])
    let (desks, trainer, _) = try await BenchSchool.open(data, pack)
    var times: [Int: (whole: Samples, drawn: Samples, processor: Double)] = [:]
    for count in [100, 1000] {
      // A group has 500 seats at most.
      var groups: [CohortID] = []
      for start in stride(from: 0, to: count, by: 500) {
        groups.append(try await graduate(desks, trainer, min(500, count - start)))
      }
      let measured = try await measure(desks, trainer, groups, samples: count == 100 ? 7 : 3)
      times[count] = measured
      table.add("\(count) certificates as one PDF", measured.whole, goal: count == 1000 ? 10_000 : nil)
    }
    if let small = times[100], let large = times[1000] {
      table.add(
        "growth for ten times the certificates", value: large.whole.median / small.whole.median, unit: "×", goal: 12)
      // What a busy machine does not lengthen.
      table.add("processor time of 1000 certificates", value: large.processor, unit: "ms")
      table.add("ratio to drawing alone", value: large.whole.median / large.drawn.median, unit: "×")
    }
  }

  private static func measure(_ desks: Desks, _ trainer: Actor, _ groups: [CohortID], samples: Int) async throws -> (
    whole: Samples, drawn: Samples, processor: Double
  ) {
    let site = try Site(desks: desks)
    func papers() async throws -> [SignedPaper] {
      var all: [SignedPaper] = []
      for group in groups {
        all += try await desks.certificates.papers(trainer, of: group, address: site.settings.publicAddress)
      }
      return all
    }
    let once = try await papers()
    let before = clock()
    _ = try await site.certificates(try await papers(), on: .a4)
    let processor = Double(clock() - before) / Double(CLOCKS_PER_SEC) * 1000
    var (whole, drawn): ([Double], [Double]) = ([], [])
    for _ in 0..<samples {
      let start = ContinuousClock.now
      _ = try await site.certificates(try await papers(), on: .a4)
      whole.append(milliseconds(start.duration(to: .now)))
      let again = ContinuousClock.now
      _ = try await site.certificates(once, on: .a4)
      drawn.append(milliseconds(again.duration(to: .now)))
    }
    return (Samples(whole), Samples(drawn), processor)
  }

  /// A group of one day whose people all earned their certificate.
  private static func graduate(_ desks: Desks, _ trainer: Actor, _ count: Int) async throws -> CohortID {
    let (cohort, session) = (CohortID.random(), TrainingSessionID.random())
    let today = CalendarDay(desks.office.clock.now(), offsetFromUTC: desks.pack.offsetFromUTC)
    guard let phase = desks.pack.training.programme.phases.first else { throw Failure("the pack has no phase") }
    _ = try await desks.cohorts.open(
      trainer, id: cohort,
      NewCohort(
        phase: phase.code, place: "Quito", province: "EC-P", from: today, until: today, seats: count,
        institutions: phase.institutions))
    try await desks.cohorts.addSession(trainer, id: session, to: cohort, day: today, title: "Día 1")
    var people = MadeUpNames(seed: 2007)
    var marks: [ParticipantID: Attendance?] = [:]
    for number in 0..<count {
      let (id, name) = (ParticipantID.random(), people.next())
      _ = try await desks.cohorts.register(
        trainer, id: id, in: cohort,
        NewParticipant(
          name: "\(name.givenNames) \(name.surnames) \(number)", post: "", institution: phase.institutions[0],
          province: "EC-P", isAnother: true))
      marks[id] = .present
    }
    try await desks.cohorts.mark(trainer, session, marks)
    for id in marks.keys { _ = try await desks.cohorts.issueCertificate(trainer, id: .random(), for: id) }
    return cohort
  }
}
