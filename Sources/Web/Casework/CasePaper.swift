import Basics
import Casework
import CountryPack
import Documents
import Foundation

/// A whole case in the reader's words, as the PDF and the archive hold it: what the reader may read, part by part.
struct CasePaper {
  struct Section: Encodable {
    struct Item: Encodable {
      var title: String?
      var lines: [Line] = []
      var text: String?
    }
    struct Line: Encodable {
      var term: String
      var value: String
    }
    var title: String
    var items: [Item]
  }

  var code: String
  var agency: String
  var sections: [Section]

  init(_ view: CaseFileView, attachments: [Attachment]) {
    let words = view.words
    code = view.summary.code.description
    agency = view.agencies[view.summary.agency] ?? ""
    func lines(_ definitions: Definitions) -> [Section.Line] {
      definitions.items.filter { !$0.value.isEmpty }.map { Section.Line(term: $0.term, value: $0.value) }
    }
    sections = [Section(title: words("casework.file.now"), items: [.init(lines: lines(view.facts))])]
    for part in view.parts where part.definitions != nil || part.text != nil {
      sections.append(
        Section(
          title: part.title, items: [.init(lines: part.definitions.map(lines) ?? [], text: part.text)]))
    }
    func add(_ section: CaseFileSection) {
      guard !section.rows.isEmpty else { return }
      sections.append(
        Section(
          title: section.title,
          items: section.rows.map { row in
            let facts = ([row.status?.text, row.due?.text].compactMap { $0 } + row.facts).filter { !$0.isEmpty }
            return .init(title: row.title, text: facts.joined(separator: " · "))
          }))
    }
    let file = view.file
    if file.kinds.contains(.safety) || file.kinds.contains(.needs) { add(view.assessments) }
    if file.kinds.contains(.exploitation) { add(view.exploitation) }
    if file.plan != nil { add(view.planSection) }
    if !file.isShared { add(view.consents) }
    add(view.services)
    if !file.isShared { add(view.followUps) }
    if !file.closures.isEmpty {
      sections.append(
        Section(
          title: words("casework.close.past"),
          items: view.closures.map { .init(title: $0["line"] as? String, text: $0["text"] as? String) }))
    }
    if !attachments.isEmpty {
      sections.append(
        Section(
          title: words("attachments.title"),
          items: attachments.map { attachment in
            .init(
              title: attachment.title,
              text: [
                words("attachments.format.\(attachment.format.rawValue)"),
                AttachmentPages.size(attachment.size, words), view.terms.name(.dataKinds, attachment.kind.rawValue),
                view.dates.day(of: attachment.addedAt),
              ].joined(separator: " · "))
          }))
    }
  }

  /// - Parameters:
  ///   - title: of the first page; it may name the person.
  ///   - footer: who took it out, when and for what.
  func sheet(title: String, header: String, footer: String) -> TextSheet {
    TextSheet(
      title: title, header: header, footer: footer,
      blocks: sections.flatMap { section in
        [TextSheet.Block.heading(section.title)]
          + section.items.flatMap { item -> [TextSheet.Block] in
            (item.title.map { [.title($0)] } ?? []) + item.lines.map { .line(term: $0.term, value: $0.value) }
              + (item.text.map { [.text($0)] } ?? [])
          }
      })
  }
}
