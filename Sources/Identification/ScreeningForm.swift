import Basics
import CountryPack

/// What is typed at the start of a screening, or corrected later.
public struct ScreeningForm: Hashable, Sendable {
  /// ISO 3166-2.
  public var province: String
  /// Whole years, or `doubt`.
  public var age: String
  /// A code of the pack's sexes, or empty.
  public var sex: String
  /// A code of the pack's forms of exploitation, or empty.
  public var exploitation: String
  /// The language the person speaks, in words; may be empty.
  public var language: String
  /// `yes`, `no` or `not_needed`.
  public var interpreter: String
  /// A code of the pack's situations.
  public var questions: String

  public init(
    province: String, age: String, sex: String = "", exploitation: String = "", language: String = "",
    interpreter: String = "not_needed", questions: String = "guided"
  ) {
    self.province = province
    self.age = age
    self.sex = sex
    self.exploitation = exploitation
    self.language = language
    self.interpreter = interpreter
    self.questions = questions
  }

  struct Reading {
    var province: String
    var about: ScreeningFile.About
    var sex: String?
    var exploitation: String?
    var interpreter: Screening.Interpreter
    var questions: Screening.Questions
    var leading: Instrument
  }

  /// - Parameter mayUse: whether the interviewer may use an instrument.
  ///
  /// Throws a `Refusal` that names every field that can't be accepted.
  func read(_ pack: CountryPack, mayUse: (Instrument) -> Bool) throws(Refusal) -> Reading {
    var problems: [FieldProblem] = []
    if pack.province(iso: province) == nil { problems.append(FieldProblem("province", "error.screening_code")) }
    let age = Age(age)
    if age == nil { problems.append(FieldProblem("age", "error.screening_age")) }
    if !sex.isEmpty, pack.term(.sexes, sex) == nil { problems.append(FieldProblem("sex", "error.screening_code")) }
    if !exploitation.isEmpty, pack.term(.exploitation, exploitation) == nil {
      problems.append(FieldProblem("exploitation", "error.screening_code"))
    }
    let language = FreeText.read(language, "language", limit: 100, &problems)
    let interpreter = Screening.Interpreter(rawValue: interpreter)
    if interpreter == nil { problems.append(FieldProblem("interpreter", "error.screening_code")) }
    let questions = Screening.Questions(rawValue: questions)
    let leading = age.flatMap { ScreeningPlan(pack, age: $0, questions: questions).leading }
    if pack.term(.situations, questions.rawValue) == nil || (age != nil && leading.map(mayUse) != true) {
      problems.append(FieldProblem("questions", "error.screening_code"))
    }
    guard problems.isEmpty, let age, let interpreter, let leading else { throw .fields(problems) }
    return Reading(
      province: province, about: .init(age: age, language: language), sex: sex.isEmpty ? nil : sex,
      exploitation: exploitation.isEmpty ? nil : exploitation, interpreter: interpreter, questions: questions,
      leading: leading)
  }
}
