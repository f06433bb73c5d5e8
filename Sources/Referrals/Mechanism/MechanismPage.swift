import Basics
import CountryPack

/// A mechanism as a procedure that people read and sign: one page of HTML with its flow diagram and tables, without
/// script, loading nothing from elsewhere.
public struct MechanismPage: Sendable {
  public let html: String
  /// What stands in the page between its heading and its end, for another page that shows the procedure: plain elements
  /// whose texts are escaped, the diagram with classes instead of a style.
  public let body: String

  private let mechanism: Mechanism
  private let terms: MechanismTerms
  private let language: Language
  private let words: MechanismWords

  public init(_ mechanism: Mechanism, terms: MechanismTerms, language: Language) {
    self.mechanism = mechanism
    self.terms = terms
    self.language = language
    words = MechanismWords(language: language)
    let map = MechanismMap(mechanism, terms)
    let page = Self.Writer(mechanism: mechanism, terms: terms, words: words)
    let diagram = FlowDiagram(map, words).svg
    body = page.body(diagram)
    html = page.page(diagram, MechanismCheck(mechanism, terms: terms))
  }

  struct Writer {
    let mechanism: Mechanism
    let terms: MechanismTerms
    let words: MechanismWords

    private var language: Language { words.language }
    private func safe(_ text: String) -> String { MechanismWords.escaped(text) }
    private func safe(_ text: LocalizedText) -> String { MechanismWords.escaped(text[language]) }

    func page(_ diagram: String, _ check: MechanismCheck) -> String {
      let title = safe(mechanism.name)
      return """
        <!doctype html>
        <html lang="\(language)">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(title)</title>
        <style>\(Self.style)</style>
        </head>
        <body>
        <main>
        <h1>\(title)</h1>
        <p>\(safe(mechanism.text))</p>
        \(head)
        \(gaps(check))
        \(body(diagram))
        </main>
        </body>
        </html>

        """
    }

    func body(_ diagram: String) -> String {
      """
      <h2>\(words("Flujo", "Flow"))</h2>
      <div class="wide" tabindex="0">\(diagram)</div>
      <h2>\(words("Pasos", "Steps"))</h2>
      \(steps)
      <h2>\(words("Mesas", "Desks"))</h2>
      \(desks)
      \(services)
      """
    }

    private var head: String {
      let provinces = mechanism.provinces.map(province).joined(separator: ", ")
      var rows = [
        (words("Territorio", "Territory"), safe(provinces)),
        (words("Versión", "Version"), mechanism.version.description),
      ]
      if let from = mechanism.from { rows.append((words("Rige desde", "In force from"), from.description)) }
      if let until = mechanism.until { rows.append((words("Hasta", "Until"), until.description)) }
      rows.append((words("Fuente", "Source"), source(mechanism.source, mechanism.certainty)))
      return "<dl>" + rows.map { "<dt>\($0.0)</dt><dd>\($0.1)</dd>" }.joined() + "</dl>"
    }

    private func gaps(_ check: MechanismCheck) -> String {
      guard check.gaps > 0 else { return "" }
      let items = check.findings.filter { $0.weight == .gap }.map {
        "<li>\(safe($0.says)) <em>\(safe($0.advice))</em></li>"
      }
      return "<section class=\"gaps\"><h2>\(words("Lo que falta", "What is missing"))</h2><ul>"
        + items.joined(separator: "\n") + "</ul></section>"
    }

    private var steps: String {
      let heads = [
        words("N.º", "No."), words("Paso", "Step"), words("Quién", "Who"), words("Plazo", "Time limit"),
        words("Criterios de entrega y formularios", "Hand-over criteria and forms"),
        words("Respuesta a quien deriva", "Word back to the referrer"), words("Después", "Next"),
      ]
      let rows = mechanism.steps.enumerated().map { number, step in
        let who = FlowDiagram.who(mechanism, step, words)
        let forms = step.forms.map { reference in
          safe(mechanism.forms.first { $0.code == reference.code }?.name[language] ?? reference.code)
        }
        return [
          String(number + 1), "<strong>\(safe(step.name))</strong><br>\(safe(step.text))",
          who.isEmpty ? missing : safe(who), safe(words.within(step.within)) + law(step),
          (step.handover.map { safe($0) } ?? (step.ends ? "" : missing))
            + (forms.isEmpty ? "" : "<br>" + words("Formularios: ", "Forms: ") + forms.joined(separator: ", ")),
          step.feedback.map { safe($0) } ?? "–", next(step),
        ]
      }
      return table(heads, rows)
    }

    private func law(_ step: Mechanism.Step) -> String {
      guard let law = step.law, let limit = terms.limits.first(where: { $0.code == law.code }) else { return "" }
      let written = MechanismCheck.words(limit.limit)[language]
      return "<br><small>\(safe(limit.name)): \(safe(written)) (\(words.certainty(limit.certainty)))</small>"
    }

    private func next(_ step: Mechanism.Step) -> String {
      if step.ends { return words("Cierre", "End") }
      let ways = step.next.map { next in
        let target = mechanism.steps.firstIndex { $0.code == next.to.code }
        let name = target.map { "\($0 + 1). \(safe(mechanism.steps[$0].name))" } ?? safe(next.to.code)
        let conditions = [next.when.map { safe($0) }, people(next.group)].compactMap(\.self).filter { !$0.isEmpty }
        return "<li>\(name)" + (conditions.isEmpty ? "" : ": " + conditions.joined(separator: "; ")) + "</li>"
      }
      return ways.isEmpty ? missing : "<ul>" + ways.joined() + "</ul>"
    }

    private var desks: String {
      func name(_ reference: Mechanism.Reference?) -> String {
        reference.map { one in safe(mechanism.desks.first { $0.code == one.code }?.name[language] ?? one.code) } ?? "–"
      }
      let heads = [
        words("Mesa", "Desk"), words("Dónde", "Where"), words("Horario", "Hours"), words("Personas", "People"),
        words("Fuera de horario", "Out of hours"), words("Si no responde a tiempo", "If it does not answer in time"),
        words("Fuente", "Source"),
      ]
      return table(
        heads,
        mechanism.desks.map { desk in
          [
            safe(desk.name),
            desk.provinces.isEmpty
              ? words("todo el territorio", "the whole territory")
              : safe(desk.provinces.map(province).joined(separator: ", ")),
            safe(words.hours(desk.hours)), String(desk.people), name(desk.outOfHours), name(desk.alternate),
            source(desk.source, desk.certainty),
          ]
        })
    }

    private var services: String {
      guard !mechanism.services.isEmpty else { return "" }
      let heads = [
        words("Servicio", "Service"), words("Mesa", "Desk"), words("Para quién", "For whom"), words("Cupos", "Places"),
        words("Estadía media", "Mean stay"), words("Fuente", "Source"),
      ]
      let rows = mechanism.services.map { service in
        [
          safe(service.name),
          safe(mechanism.desks.first { $0.code == service.desk.code }?.name[language] ?? service.desk.code),
          people(service.group), service.places.map(String.init) ?? "–",
          service.stay.map { safe(words.duration($0)) } ?? "–", source(service.source, service.certainty),
        ]
      }
      return "<h2>\(words("Servicios", "Services"))</h2>\n" + table(heads, rows)
    }

    private func people(_ group: Mechanism.Group) -> String {
      func names(_ codes: [String], _ terms: [Term]) -> String {
        codes.map { code in terms.first { $0.code == code }?.name[language] ?? code }.joined(separator: ", ")
      }
      let parts = [
        names(group.needs, terms.needs), names(group.sexes, terms.sexes), names(group.ages, terms.ages),
        group.provinces.map(province).joined(separator: ", "),
      ]
      return safe(parts.filter { !$0.isEmpty }.joined(separator: "; "))
    }

    private func province(_ iso: String) -> String { terms.provinces.first { $0.iso == iso }?.name[language] ?? iso }

    private func source(_ text: String, _ certainty: Certainty) -> String {
      "\(safe(text)) <small>(\(words.certainty(certainty)))</small>"
    }

    private var missing: String { "<strong class=\"missing\">\(words("falta", "missing"))</strong>" }

    private func table(_ heads: [String], _ rows: [[String]]) -> String {
      let head = heads.map { "<th scope=\"col\">\($0)</th>" }.joined()
      let body = rows.map { "<tr>" + $0.map { "<td>\($0)</td>" }.joined() + "</tr>" }.joined(separator: "\n")
      return "<div class=\"wide\" tabindex=\"0\"><table><thead><tr>\(head)</tr></thead>"
        + "<tbody>\n\(body)\n</tbody></table></div>"
    }

    private static let style = """
      :root{color-scheme:light dark;--ink:#1b2330;--paper:#fff;--line:#8a94a3;--soft:#eef2f6;--warn:#8a1c1c}
      @media(prefers-color-scheme:dark){:root{--ink:#e8edf3;--paper:#12171e;--line:#6d7888;--soft:#1e2630;--warn:#ff9d94}}
      body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
      main{max-width:75rem;margin:0 auto;padding:1rem}
      h1{line-height:1.2}dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem}dt{font-weight:600}dd{margin:0}
      .wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}
      th,td{border:1px solid var(--line);padding:.4rem .5rem;text-align:left;vertical-align:top;min-width:6rem}
      th:first-child,td:first-child{min-width:2rem}th{background:var(--soft)}td ul{margin:0;padding-left:1.1rem}
      .gaps{border:2px solid var(--warn);padding:0 1rem;margin:1rem 0}.missing{color:var(--warn)}
      svg{display:block;height:auto;font:13px system-ui,sans-serif}
      .box{fill:var(--soft);stroke:var(--ink)}.end{stroke-width:3}.open{stroke:var(--warn);stroke-dasharray:5 3}
      .way{fill:none;stroke:var(--ink);marker-end:url(#tip)}.back{stroke-dasharray:6 4}.tip{fill:var(--ink)}
      text{fill:var(--ink)}.name{font-weight:600}.who{font-size:12px}
      @media print{main{max-width:none;padding:0}.wide{overflow:visible}table{font-size:8pt}tr{break-inside:avoid}}
      """
  }
}
