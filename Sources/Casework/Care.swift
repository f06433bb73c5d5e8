import Basics

/// A service that was given.
public struct ServiceRecord: Hashable, Sendable {
  public var id: ServiceRecordID
  /// A code of `services`.
  public var service: String
  public var day: CalendarDay
  /// Which agency gave it; `nil` when it takes no part in the system (its name stands in the detail).
  public var provider: AgencyID?
  /// What it cost, in hundredths of the country's currency.
  public var amountCents: Int?
  /// A code of `outcomes`.
  public var outcome: String?
  /// Sealed; `nil` for readers who were not given the narrative.
  public var detail: ServiceDetail?
  public var recordedBy: MemberID

  public init(
    id: ServiceRecordID, service: String, day: CalendarDay, provider: AgencyID?, amountCents: Int? = nil,
    outcome: String? = nil, detail: ServiceDetail? = nil, recordedBy: MemberID
  ) {
    self.id = id
    self.service = service
    self.day = day
    self.provider = provider
    self.amountCents = amountCents
    self.outcome = outcome
    self.detail = detail
    self.recordedBy = recordedBy
  }
}

/// The words about a service.
public struct ServiceDetail: Hashable, Sendable, Codable {
  public var note: String
  /// Who gave it, when no agency of the system did.
  public var providerName: String
  public init(note: String = "", providerName: String = "") {
    self.note = note
    self.providerName = providerName
  }
}

/// What is written down about a service.
public struct ServiceRequest: Hashable, Sendable {
  public var service: String
  public var day: CalendarDay
  public var provider: AgencyID?
  public var amountCents: Int?
  public var outcome: String?
  public var detail: ServiceDetail

  public init(
    service: String, day: CalendarDay, provider: AgencyID?, amountCents: Int? = nil, outcome: String? = nil,
    detail: ServiceDetail = ServiceDetail()
  ) {
    self.service = service
    self.day = day
    self.provider = provider
    self.amountCents = amountCents
    self.outcome = outcome
    self.detail = detail
  }
}

/// Something to do for the person by a day.
public struct FollowUp: Hashable, Sendable {
  public var id: FollowUpID
  public var due: CalendarDay
  public var done: CalendarDay?
  /// What is to be done; sealed.
  public var note: String?
  /// What came of it; sealed.
  public var result: String?
  public var plannedBy: MemberID

  public func isOverdue(on day: CalendarDay) -> Bool { done == nil && due < day }
}
