import Basics
import CountryPack

/// How a mechanism that is designed on screen begins.
public struct MechanismBeginning: Hashable, Sendable {
  public enum From: Hashable, Sendable {
    /// One step where a case comes in.
    case nothing
    /// Five steps from the first contact to the end, without desks and times: what has to be agreed stands open.
    case skeleton
    case version(MechanismVersionID)
  }

  public var from: From
  /// `nil`: that of the version it begins with.
  public var name: LocalizedText?
  /// Provinces by their ISO codes; empty: those of the version it begins with.
  public var provinces: [String]
  /// Whether it is the next version of the mechanism it begins with, which it replaces once it is adopted.
  public var continues: Bool

  public init(_ from: From, name: LocalizedText?, provinces: [String], continues: Bool = false) {
    self.from = from
    self.name = name
    self.provinces = provinces
    self.continues = continues
  }

  /// A mechanism that was never written before.
  ///
  /// - Parameters:
  ///   - code: of the mechanism, in its file.
  ///   - day: the day of its version.
  static func fresh(
    code: String, name: LocalizedText, provinces: [String], day: CalendarDay, hasSkeleton: Bool,
    _ terms: MechanismTerms
  ) -> Mechanism {
    let steps = hasSkeleton ? skeleton : [arrival]
    return Mechanism(
      code: code, name: name, text: name, version: day, source: "Diseñado en pantalla por sus participantes",
      certainty: .decided, provinces: provinces, needs: terms.needs.map(\.code),
      start: Mechanism.Reference(steps[0].code), desks: [], steps: steps)
  }

  private static let arrival = step(
    "llegada", "Llega un caso", "A case comes in", "Alguien pide ayuda, o se detecta una posible situación de trata.",
    "Somebody asks for help, or a possible situation of trafficking is detected.")

  /// The plain order of the field: an own synthesis, as in the pack's example.
  private static var skeleton: [Mechanism.Step] {
    var steps = [
      arrival,
      step(
        "entrevista", "Entrevista inicial", "Initial interview", "Se escucha a la persona y se mira qué necesita ya.",
        "The person is heard, and what is needed now is looked at."),
      step(
        "servicio", "Servicio", "Service", "Quien da el servicio recibe a la persona.",
        "Whoever gives the service receives the person."),
      step(
        "seguimiento", "Seguimiento", "Follow-up", "Se mira con la persona cómo sigue.",
        "How it goes on is looked at with the person."),
      step(
        "cierre", "Cierre", "Closing", "Se acuerda con la persona que el caso termina, y por qué.",
        "It is agreed with the person that the case ends, and why."),
    ]
    for number in steps.indices.dropLast() { steps[number].next = [.init(to: .init(steps[number + 1].code))] }
    steps[steps.count - 1].ends = true
    return steps
  }

  private static func step(_ code: String, _ es: String, _ en: String, _ esText: String, _ enText: String)
    -> Mechanism.Step
  {
    Mechanism.Step(
      code: code, name: LocalizedText(es: es, en: en), text: LocalizedText(es: esText, en: enText),
      work: standingWork)
  }

  /// How long a person works on a step until somebody says otherwise: a round figure that only the simulation uses.
  public static let standingWork = Mechanism.Duration(mean: 60, spread: .moderate)
}
