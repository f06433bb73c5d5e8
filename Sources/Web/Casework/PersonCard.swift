import Basics
import Casework
import CountryPack
import Foundation

/// A person a search found, with their cases and why they are shown.
struct PersonCard {
  let view: [String: Any]

  init(_ match: PersonMatch, _ terms: CaseTerms) {
    let identity = match.identity
    let birth = identity.birth.text
    view = [
      "name": identity.displayName, "person": match.person.description,
      "facts": [
        birth.isEmpty
          ? terms.words("casework.person.birth_unknown") : terms.words("casework.person.born", ["birth": birth]),
        identity.documentNumber, identity.nationality, identity.otherNames,
      ].filter { !$0.isEmpty },
      "reasons": match.reasons.map { reason in
        Status(
          text: terms.words("casework.search.reason.\(reason.rawValue)"),
          tone: [.sameDocument, .sameName].contains(reason) ? .active : .open
        ).view
      }, "cases": match.cases.map { terms.row(CaseRow(summary: $0)).view }, "hasCases": !match.cases.isEmpty,
      "count": terms.words("casework.search.cases", ["count": String(match.cases.count)]),
    ]
  }
}

extension CaseTerms {
  /// The people that a search found, with the codes of their cases and why they are shown.
  func found(_ matches: [PersonMatch]) -> ListSheet.Part {
    ListSheet.Part(
      title: words("casework.search.title"),
      columns: [
        "casework.person.name", "casework.person.birth", "casework.person.document_number",
        "casework.person.nationality", "casework.person.other_names", "lists.cases", "lists.why",
      ],
      rows: matches.map { match in
        let identity = match.identity
        let birth: Spreadsheet.Cell =
          if case .day(let day) = identity.birth { .day(day) } else { .typed(identity.birth.text) }
        return [
          .typed(identity.displayName), birth, .typed(identity.documentNumber), .typed(identity.nationality),
          .typed(identity.otherNames), .typed(match.cases.map(\.code.description).joined(separator: ", ")),
          .typed(match.reasons.map { words("casework.search.reason.\($0.rawValue)") }.joined(separator: ", ")),
        ]
      })
  }
}

/// Identities line by line, so that they can stand beside one another.
struct PersonComparison {
  private let terms: CaseTerms

  init(_ terms: CaseTerms) { self.terms = terms }

  /// - Parameter other: what to compare with; a line that differs from a known one says so in words.
  func lines(_ identity: PersonIdentity, beside other: PersonIdentity?) -> [[String: Any]] {
    let theirs = other.map(values)
    return values(identity).enumerated().map { index, line in
      let known = theirs?[index].value ?? ""
      var view: [String: Any] = [
        "term": terms.words(line.key), "value": line.value.isEmpty ? terms.words("casework.unknown") : line.value,
      ]
      if !known.isEmpty, !line.value.isEmpty {
        let isSame = known.compare(line.value, options: [.caseInsensitive, .diacriticInsensitive]) == .orderedSame
        view["mark"] = terms.words(isSame ? "casework.compare.same" : "casework.compare.different")
        view["isSame"] = isSame
      }
      return view
    }
  }

  private func values(_ identity: PersonIdentity) -> [(key: String, value: String)] {
    [
      ("casework.person.given_names", identity.givenNames), ("casework.person.surnames", identity.surnames),
      ("casework.person.other_names", identity.otherNames), ("casework.person.birth", identity.birth.text),
      ("casework.person.sex", identity.sex.map { terms.name(.sexes, $0) } ?? ""),
      ("casework.person.document_number", identity.documentNumber),
      ("casework.person.nationality", identity.nationality),
    ]
  }
}
