import CountryPack

/// Which kinds of data stay behind the wall: what a person tells to be helped does not go to those who investigate,
/// unless the person's consent names them apart. A court order or another legal basis does not open it. Pure.
public enum WallRules {
  /// - Parameters:
  ///   - agencyKind: of the agency that would receive it.
  ///   - isNamed: whether the person was told apart that this agency reads such notes, and agreed.
  public static func closed(
    to agencyKind: String, on basis: LegalBasis, isNamed: Bool, _ wall: AssistanceWall
  ) -> Set<DataKind> {
    guard wall.agencyKinds.contains(agencyKind), !(basis == .consent && isNamed) else { return [] }
    return Set(wall.dataKinds.compactMap { DataKind(rawValue: $0) })
  }

  /// What of a consent's kinds can go to an agency of a kind.
  public static func open(_ consent: Consent, to agencyKind: String, _ wall: AssistanceWall) -> Set<DataKind> {
    consent.kinds.subtracting(closed(to: agencyKind, on: consent.basis, isNamed: consent.namesWall, wall))
  }
}
