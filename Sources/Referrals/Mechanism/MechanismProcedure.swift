import Basics
import CountryPack

/// A mechanism as a procedure in plain lines, for paper: what `MechanismPage` says in tables.
public struct MechanismProcedure: Hashable, Sendable {
  public struct Line: Hashable, Sendable {
    public var term: String
    public var value: String
  }

  public struct Entry: Hashable, Sendable {
    public var title: String
    /// Those without a value are left out.
    public var lines: [Line]
  }

  public struct Section: Hashable, Sendable {
    public var title: String
    public var entries: [Entry]
  }

  public var name: String
  public var text: String
  public var facts: [Line]
  /// What the check finds missing, with what to do about it.
  public var gaps: [String]
  public var flow: MechanismFlow
  public var flowTitle: String
  public var gapsTitle: String
  /// Steps, desks and services.
  public var sections: [Section]

  public init(_ mechanism: Mechanism, terms: MechanismTerms, language: Language) {
    let writer = Writer(mechanism: mechanism, terms: terms, words: MechanismWords(language: language))
    let words = writer.words
    name = mechanism.name[language]
    text = mechanism.text[language]
    facts = writer.facts
    flow = MechanismFlow(mechanism, terms: terms, language: language)
    flowTitle = words("Flujo", "Flow")
    gapsTitle = words("Lo que falta", "What is missing")
    gaps = MechanismCheck(mechanism, terms: terms).findings.filter { $0.weight == .gap }
      .map { $0.says[language] + " " + $0.advice[language] }
    sections = [
      Section(title: words("Pasos", "Steps"), entries: mechanism.steps.enumerated().map(writer.step)),
      Section(title: words("Mesas", "Desks"), entries: mechanism.desks.map(writer.desk)),
      Section(title: words("Servicios", "Services"), entries: mechanism.services.map(writer.service)),
    ].filter { !$0.entries.isEmpty }
  }

  private struct Writer {
    let mechanism: Mechanism
    let terms: MechanismTerms
    let words: MechanismWords

    private var language: Language { words.language }
    private var missing: String { words("falta", "missing") }

    private func lines(_ pairs: [(String, String)]) -> [Line] {
      pairs.filter { !$0.1.isEmpty }.map { Line(term: $0.0, value: $0.1) }
    }

    var facts: [Line] {
      lines([
        (words("Territorio", "Territory"), mechanism.provinces.map(province).joined(separator: ", ")),
        (words("Versión", "Version"), mechanism.version.description),
        (words("Rige desde", "In force from"), mechanism.from?.description ?? ""),
        (words("Hasta", "Until"), mechanism.until?.description ?? ""),
        (words("Fuente", "Source"), source(mechanism.source, mechanism.certainty)),
      ])
    }

    func step(_ number: Int, _ step: Mechanism.Step) -> Entry {
      let who = FlowDiagram.who(mechanism, step, words)
      let law = step.law.flatMap { law in terms.limits.first { $0.code == law.code } }.map {
        $0.name[language] + ": " + MechanismCheck.words($0.limit)[language] + " (" + words.certainty($0.certainty) + ")"
      }
      let forms = step.forms.map { form in
        mechanism.forms.first { $0.code == form.code }?.name[language] ?? form.code
      }
      return Entry(
        title: "\(number + 1). \(step.name[language])",
        lines: lines([
          (words("Qué", "What"), step.text[language]), (words("Quién", "Who"), who.isEmpty ? missing : who),
          (words("Plazo", "Time limit"), words.within(step.within)), (words("Norma", "Law or protocol"), law ?? ""),
          (
            words("Criterio de entrega", "Hand-over criterion"),
            step.handover?[language] ?? (step.ends ? "" : missing)
          ), (words("Formularios", "Forms"), forms.joined(separator: ", ")),
          (words("Respuesta a quien deriva", "Word back to the referrer"), step.feedback?[language] ?? ""),
          (words("Después", "Next"), next(step)),
        ]))
    }

    private func next(_ step: Mechanism.Step) -> String {
      if step.ends { return words("Cierre", "End") }
      let ways = step.next.map { next in
        let target = mechanism.steps.firstIndex { $0.code == next.to.code }
        let name = target.map { "\($0 + 1). \(mechanism.steps[$0].name[language])" } ?? next.to.code
        let conditions = [next.when?[language] ?? "", people(next.group)].filter { !$0.isEmpty }
        return conditions.isEmpty ? name : name + ": " + conditions.joined(separator: "; ")
      }
      return ways.isEmpty ? missing : ways.joined(separator: "\n")
    }

    func desk(_ desk: Mechanism.Desk) -> Entry {
      func name(_ reference: Mechanism.Reference?) -> String {
        reference.map { one in mechanism.desks.first { $0.code == one.code }?.name[language] ?? one.code } ?? ""
      }
      return Entry(
        title: desk.name[language],
        lines: lines([
          (
            words("Dónde", "Where"),
            desk.provinces.isEmpty
              ? words("todo el territorio", "the whole territory")
              : desk.provinces.map(province).joined(separator: ", ")
          ), (words("Horario", "Hours"), words.hours(desk.hours)), (words("Personas", "People"), String(desk.people)),
          (words("Fuera de horario", "Out of hours"), name(desk.outOfHours)),
          (words("Si no responde a tiempo", "If it does not answer in time"), name(desk.alternate)),
          (words("Fuente", "Source"), source(desk.source, desk.certainty)),
        ]))
    }

    func service(_ service: Mechanism.Service) -> Entry {
      Entry(
        title: service.name[language],
        lines: lines([
          (
            words("Mesa", "Desk"),
            mechanism.desks.first { $0.code == service.desk.code }?.name[language] ?? service.desk.code
          ), (words("Para quién", "For whom"), people(service.group)),
          (words("Cupos", "Places"), service.places.map(String.init) ?? ""),
          (words("Estadía media", "Mean stay"), service.stay.map(words.duration) ?? ""),
          (words("Fuente", "Source"), source(service.source, service.certainty)),
        ]))
    }

    private func people(_ group: Mechanism.Group) -> String {
      func names(_ codes: [String], _ terms: [Term]) -> String {
        codes.map { code in terms.first { $0.code == code }?.name[language] ?? code }.joined(separator: ", ")
      }
      return [
        names(group.needs, terms.needs), names(group.sexes, terms.sexes), names(group.ages, terms.ages),
        group.provinces.map(province).joined(separator: ", "),
      ].filter { !$0.isEmpty }.joined(separator: "; ")
    }

    private func province(_ iso: String) -> String { terms.provinces.first { $0.iso == iso }?.name[language] ?? iso }

    private func source(_ text: String, _ certainty: Certainty) -> String {
      text.isEmpty ? "" : "\(text) (\(words.certainty(certainty)))"
    }
  }
}
