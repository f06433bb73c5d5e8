import Basics

/// How the clock of a referral runs: which hours count, who hears when nobody answers, and when it ends by itself.
///
/// How many hours an urgency gives stands with the urgency itself (`PackList.urgencies`, `hours`).
public struct ReferralContent: Hashable, Sendable {
  /// When desks work, for urgencies that count working time only.
  public struct Hours: Hashable, Sendable {
    /// 0 is Monday, 6 Sunday.
    public var days: Set<Int>
    /// Minutes since midnight.
    public var from: Int
    /// Minutes since midnight, up to 1440.
    public var until: Int

    public init(days: Set<Int>, from: Int, until: Int) {
      self.days = days
      self.from = from
      self.until = until
    }
  }

  /// Which hours count, by the code of the urgency.
  public var counts: [String: DecisionTerm.Counting]
  public var hours: Hours
  /// When each is told, in percent of the time limit from sending on, rising; the supervisor at the limit or after it.
  public var remind: Int
  public var supervisor: Int
  public var sender: Int
  public var coordinator: Int
  /// So many days after the limit, what nobody answered ends.
  public var expireDays: Int
  public var source: String
  public var certainty: Certainty

  public init(
    counts: [String: DecisionTerm.Counting] = [:], hours: Hours = Hours(days: [0, 1, 2, 3, 4], from: 480, until: 1020),
    remind: Int = 50, supervisor: Int = 100, sender: Int = 150, coordinator: Int = 200,
    expireDays: Int = 30, source: String, certainty: Certainty
  ) {
    self.counts = counts
    self.hours = hours
    self.remind = remind
    self.supervisor = supervisor
    self.sender = sender
    self.coordinator = coordinator
    self.expireDays = expireDays
    self.source = source
    self.certainty = certainty
  }
}

extension PackLoader {
  func referrals(_ lists: [PackList: [Term]]) -> ReferralContent {
    guard let head = yaml("referrals.yaml") else { return ReferralContent(source: "", certainty: .unverified) }
    head.allow("urgencies", "hours", "steps", "expireDays", "source", "certainty")
    var content = ReferralContent(source: head.text("source"), certainty: head.value("certainty", or: .unverified))
    content.expireDays = head.number("expireDays", in: 1...366)
    content.counts = counts(head, Set((lists[.urgencies] ?? []).map(\.code)))
    content.hours = hours(head)
    guard let steps = head.child("steps") else { return content }
    steps.allow("remind", "supervisor", "sender", "coordinator")
    content.remind = steps.number("remind", in: 1...99)
    content.supervisor = steps.number("supervisor", in: 100...1000)
    content.sender = steps.number("sender", in: 100...1000)
    content.coordinator = steps.number("coordinator", in: 100...1000)
    if content.supervisor > content.sender || content.sender > content.coordinator {
      steps.note("the steps must come in the order remind, supervisor, sender, coordinator")
    }
    return content
  }

  private func counts(_ head: YAMLReader, _ urgencies: Set<String>) -> [String: DecisionTerm.Counting] {
    var counts: [String: DecisionTerm.Counting] = [:]
    for item in head.child("urgencies")?.items ?? [] {
      item.allow("code", "counts")
      let code = item.text("code")
      if !urgencies.contains(code) { item.note("“\(code)” is not in lists/urgencies.csv") }
      let counting = item.value("counts", or: DecisionTerm.Counting.calendar)
      if counts.updateValue(counting, forKey: code) != nil { item.note("“\(code)” stands here twice") }
    }
    for code in urgencies.sorted() where counts[code] == nil {
      head.note("“urgencies” says nothing of “\(code)”")
    }
    return counts
  }

  private func hours(_ head: YAMLReader) -> ReferralContent.Hours {
    let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    guard let item = head.child("hours") else { return .init(days: [], from: 0, until: 1440) }
    item.allow("days", "from", "until")
    let days = item.texts("days").map { names.firstIndex(of: $0) }
    if days.isEmpty || days.contains(nil) { item.note("“days” names at least one of \(names.joined(separator: ", "))") }
    func minutes(_ key: String) -> Int {
      let written = item.text(key)
      if written == "24:00" { return 1440 }
      guard let time = TimeOfDay(written) else {
        if !written.isEmpty { item.child(key)?.note("“\(key)” must be a time as 08:30, not “\(written)”") }
        return 0
      }
      return time.minutes
    }
    let (from, until) = (minutes("from"), minutes("until"))
    if from >= until { item.note("“until” must come after “from”") }
    return .init(days: Set(days.compactMap { $0 }), from: from, until: until)
  }
}
