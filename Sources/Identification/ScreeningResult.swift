import Basics
import CountryPack

/// The explained result of a finished screening, kept with it: an old result can be read after the pack has changed,
/// and computed again from the answers.
public struct ScreeningResult: Hashable, Sendable, Codable {
  public var report: ScreenReport
  /// The codes of what was observed. Never added up.
  public var observed: [String]
  public var age: Age
  /// The day it was computed; decides which legal text is in force.
  public var day: CalendarDay

  /// `nil` when the pack has no instrument for this sitting.
  init?(_ file: ScreeningFile, _ pack: CountryPack, on day: CalendarDay) {
    let plan = ScreeningPlan(pack, age: file.about.age, questions: file.screening.questions)
    guard let leading = plan.leading else { return nil }
    report = ScreenReport(file.sheet(leading), leading, age: file.about.age, pack: pack, on: day)
    observed = plan.asked(file).topics.filter { $0.instrument.kind == .observation }.flatMap { topic in
      topic.indicators.map(\.code).filter { file.topics[topic.code]?.value.answers[$0] == .yes }
    }
    age = file.about.age
    self.day = day
  }
}
