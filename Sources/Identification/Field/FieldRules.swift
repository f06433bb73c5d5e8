import Basics

/// What became of an operation, as its phone is told.
public enum FieldOutcome: String, Hashable, Sendable, CaseIterable {
  case applied
  /// It had come before; the first receipt is given again.
  case replayed
  /// Kept beside what was first.
  case conflict
  /// Kept until a supervisor decides.
  case held
  /// Not kept: the phone keeps it.
  case rejected

  /// Whether the phone may forget its copy.
  public var isKept: Bool { self != .rejected }
}

/// Why it was not simply applied.
public enum FieldReason: String, Hashable, Sendable, CaseIterable {
  case unreadable
  case unknownDevice = "unknown_device"
  case badSignature = "bad_signature"
  /// It speaks of another phone than the one that sent it.
  case otherDevice = "other_device"
  /// It speaks of another member than the one the phone belongs to.
  case otherMember = "other_member"
  /// The same name with other content.
  case opReused = "op_reused"
  /// Sealed to a key that the agency does not have.
  case unknownEpoch = "unknown_epoch"
  case deviceRevoked = "device_revoked"
  case memberLeft = "member_left"
  /// The member may no longer conduct interviews.
  case memberMayNot = "member_may_not"
  case recordKnown = "record_known"
}

/// Everything that decides about one operation.
public struct FieldCircumstances: Hashable, Sendable {
  public enum Device: Hashable, Sendable, CaseIterable { case unknown, active, revoked }
  public enum Member: Hashable, Sendable, CaseIterable { case mayInterview, mayNot, left }
  /// What came before under the same name from the same phone.
  public enum Earlier: Hashable, Sendable, CaseIterable { case none, same, other }

  public var device: Device
  public var isSigned: Bool
  public var kind: FieldOperation.Kind
  /// Whether it names the phone that sent it, and the member the phone belongs to.
  public var namesItsDevice: Bool
  public var namesItsMember: Bool
  public var knowsEpoch: Bool
  public var earlier: Earlier
  public var member: Member
  /// Whether its record was committed before, here or by another phone.
  public var isRecordKnown: Bool

  public init(
    device: Device, isSigned: Bool, kind: FieldOperation.Kind, namesItsDevice: Bool, namesItsMember: Bool,
    knowsEpoch: Bool, earlier: Earlier, member: Member, isRecordKnown: Bool
  ) {
    self.device = device
    self.isSigned = isSigned
    self.kind = kind
    self.namesItsDevice = namesItsDevice
    self.namesItsMember = namesItsMember
    self.knowsEpoch = knowsEpoch
    self.earlier = earlier
    self.member = member
    self.isRecordKnown = isRecordKnown
  }
}

/// Where an operation that was kept stands.
public enum FieldState: String, Hashable, Sendable, CaseIterable {
  /// Can be opened.
  case waiting
  /// A supervisor decides.
  case held
  /// Another one of the same record was first.
  case beside
  /// It is a screening now.
  case opened
  /// A danger: there is nothing to open.
  case noted
  case discarded
}

/// What can be done with an operation that was kept.
public enum FieldMove: String, Hashable, Sendable, CaseIterable { case open, release, discard, settleDanger }

/// How work from the field is judged: pure and total.
public enum FieldRules {
  /// What becomes of an operation that could be read.
  ///
  /// What proves where it comes from is looked at first, then whether it came before, then who sent it, and last
  /// whether something of the same record was first. A signature that holds is never turned away for what happened to
  /// the member or the phone meanwhile: someone was interviewed, and that is kept.
  public static func judge(_ circumstances: FieldCircumstances) -> (outcome: FieldOutcome, reason: FieldReason?) {
    let it = circumstances
    if it.device == .unknown { return (.rejected, .unknownDevice) }
    guard it.isSigned else { return (.rejected, .badSignature) }
    guard it.namesItsDevice else { return (.rejected, .otherDevice) }
    guard it.namesItsMember else { return (.rejected, .otherMember) }
    switch it.earlier {
    case .same: return (.replayed, nil)
    case .other: return (.rejected, .opReused)
    case .none: break
    }
    if it.kind == .screening, !it.knowsEpoch { return (.rejected, .unknownEpoch) }
    if it.device == .revoked { return (.held, .deviceRevoked) }
    switch it.member {
    case .left: return (.held, .memberLeft)
    case .mayNot: return (.held, .memberMayNot)
    case .mayInterview: break
    }
    if it.kind == .screening, it.isRecordKnown { return (.conflict, .recordKnown) }
    return (.applied, nil)
  }

  /// Where it stands after it came in; `nil` when it was not kept anew.
  public static func state(after outcome: FieldOutcome, _ kind: FieldOperation.Kind) -> FieldState? {
    switch outcome {
    case .applied: kind == .danger ? .noted : .waiting
    case .conflict: .beside
    case .held: .held
    case .replayed, .rejected: nil
    }
  }

  /// What is known of a record's dangers.
  public enum KnownDanger: Hashable, Sendable, CaseIterable { case none, settled, unsettled }

  /// Whether an operation alerts the supervisors. The highest danger wins: one that is unsettled alerts already, and a
  /// new word of danger alerts again. An interview that only repeats what was told and settled does not.
  public static func alerts(_ kind: FieldOperation.Kind, saysDanger: Bool, known: KnownDanger) -> Bool {
    switch (kind, known) {
    case (.danger, .none), (.danger, .settled): true
    case (.screening, .none): saysDanger
    case (.danger, .unsettled), (.screening, .settled), (.screening, .unsettled): false
    }
  }

  /// The state a move leads to.
  ///
  /// - Parameter isRecordKnown: whether its record was committed meanwhile.
  ///
  /// Throws `Refusal`: `.forbidden` when it is not this member's to do, `.conflict` when the state does not allow it.
  public static func next(
    _ move: FieldMove, from state: FieldState, _ kind: FieldOperation.Kind, isRecordKnown: Bool, by standing: Standing
  ) throws(Refusal) -> FieldState {
    let may =
      switch move {
      case .open: standing.isInterviewer || standing.readsAll
      case .release, .discard, .settleDanger: standing.decides
      }
    guard may else { throw .forbidden }
    switch (move, state) {
    case (.open, .waiting) where kind == .screening, (.open, .beside) where kind == .screening: return .opened
    case (.release, .held): return kind == .danger ? .noted : isRecordKnown ? .beside : .waiting
    case (.discard, .held), (.discard, .waiting), (.discard, .beside): return .discarded
    case (.settleDanger, _): return state
    default: throw Refusal(.conflict, Phrase("error.field_moved_on"))
    }
  }

  /// How far a phone's clock must be off before its times are put right: less is as good as any clock.
  public static let tolerance = Span.minutes(2)

  /// A phone's time by the server's clock, never later than it came in.
  ///
  /// - Parameter skew: by how much the phone's clock was behind when it last told its time; `nil` when it never did.
  public static func rightTime(_ time: Moment, skew: Span?, receivedAt: Moment) -> Moment {
    let skew = skew ?? .seconds(0)
    let isOff = skew > tolerance || skew.milliseconds < -tolerance.milliseconds
    return min(isOff ? time + skew : time, receivedAt)
  }
}
