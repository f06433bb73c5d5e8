import Accounts
import Basics
import Casework
import CountryPack

extension CaseFileView {
  /// The file that an address names, with the names that its pages need. The reading is an entry of the history.
  static func read(_ visit: Visit, _ desks: Desks) async throws -> CaseFileView {
    let actor = try visit.actor()
    let file = try await desks.cases.file(actor, try visit.id("case"))
    let agencies = try await desks.agencies.directory(actor)
    return CaseFileView(
      file: file, terms: CaseTerms(visit: visit),
      agencies: Dictionary(agencies.map { ($0.id, $0.name) }) { first, _ in first },
      members: file.isShared ? [:] : try await desks.members.names(actor))
  }

  /// The same, when its parts can be changed now.
  static func editable(_ visit: Visit, _ desks: Desks, for move: CaseMove = .edit) async throws -> CaseFileView {
    let view = try await read(visit, desks)
    try view.requireEdit(move)
    return view
  }

  var back: HomeSection.Link {
    HomeSection.Link(address: address, label: words("casework.case", ["code": summary.code.description]))
  }

  /// Throws what stands in the way of a change.
  func requireEdit(_ move: CaseMove = .edit) throws(Refusal) {
    guard !file.moves.contains(move) else { return }
    if summary.status == .closed { throw Refusal(.conflict, Phrase("error.case_closed")) }
    throw Refusal.forbidden
  }
}
