import Basics
import CountryPack

/// The codes in which counts are kept: the pack's offences, outcomes and sexes, and the institutions that are known.
public struct ProsecutionTerms: Sendable {
  public let offences: [Term]
  public let outcomes: [Term]
  public let sexes: [Term]
  public let institutions: InstitutionBook
  private let wholes: [String: String]

  public init(_ pack: CountryPack, _ institutions: InstitutionBook? = nil) {
    offences = pack.lists[.offences] ?? []
    outcomes = pack.lists[.prosecutionOutcomes] ?? []
    sexes = pack.lists[.sexes] ?? []
    self.institutions = institutions ?? InstitutionBook(pack)
    wholes = offences.reduce(into: [:]) { wholes, term in
      if let whole = term.details["part_of"], !whole.isEmpty { wholes[term.code] = whole }
    }
  }

  public func offence(_ code: String) -> Term? { offences.first { $0.code == code } }
  public func outcome(_ code: String) -> Term? { outcomes.first { $0.code == code } }

  /// The offence that another one is a part of; `nil` for one that stands by itself.
  public func whole(of offence: String) -> String? { wholes[offence] }

  /// The offences that are parts of another one.
  public func parts(of offence: String) -> [String] { offences.map(\.code).filter { wholes[$0] == offence } }

  /// The offences that are no part of another one: only these can be summed up at all, each for itself.
  public var wholeOffences: [String] { offences.map(\.code).filter { wholes[$0] == nil } }

  /// The outcomes that may follow at a stage.
  public func outcomes(of stage: ProsecutionStage) -> [Term] {
    outcomes.filter { $0.details["stage"] == stage.rawValue }
  }

  public func knows(institution code: String) -> Bool {
    code == ProsecutionCell.unknownInstitution || institutions.institutions[code] != nil
  }
}
