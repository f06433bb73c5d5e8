import Basics
import Testing

@testable import Accounts

/// When a notice is mailed: every kind, way, minute and kind of quiet hours.
@Suite struct NoticeRulesTests {
  /// Midnight of a day in Quito, five hours behind UTC.
  private static let midnight = Moment(milliseconds: 1_790_000_000_000 / 86_400_000 * 86_400_000) + .hours(5)
  private static let offset = Span.hours(-5)

  private func time(_ text: String) -> TimeOfDay { TimeOfDay(text) ?? .midnight }
  private func at(_ text: String, day: Int = 0) -> Moment {
    Self.midnight + .days(day) + .minutes(time(text).minutes)
  }

  private func choices(
    _ way: NoticeChoices.Way, quiet: (String, String)? = nil, waiting: Set<NoticeKind> = [], daily: String = "07:00"
  ) -> NoticeChoices {
    NoticeChoices(
      ways: Dictionary(uniqueKeysWithValues: NoticeKind.allCases.map { ($0, way) }), waiting: waiting,
      quiet: quiet.flatMap { NoticeChoices.QuietHours(from: time($0.0), until: time($0.1)) }, dailyAt: time(daily),
      offsetFromUTC: Self.offset)
  }

  @Test func whatIsNotToBeMailedNeverIs() {
    for kind in NoticeKind.allCases {
      for way in [NoticeChoices.Way.silent, .page] {
        #expect(NoticeRules.mailAt(kind, happened: at("12:00"), choices(way)) == nil)
        #expect(NoticeRules.mailAt(kind, happened: at("23:00"), choices(way, quiet: ("20:00", "06:00"))) == nil)
      }
    }
  }

  @Test func atOnceIsTheMomentOutsideOfQuietHours() {
    for kind in NoticeKind.allCases {
      for minute in stride(from: 0, to: 1440, by: 7) {
        let moment = Self.midnight + .minutes(minute)
        #expect(NoticeRules.mailAt(kind, happened: moment, choices(.atOnce)) == moment)
      }
    }
  }

  /// Every minute of a day against a plain reading of the rule, minute by minute.
  @Test(arguments: [("20:00", "06:00"), ("13:00", "14:00"), ("00:00", "08:30"), ("22:15", "00:00"), ("06:00", "05:59")])
  func quietHoursHoldBackWhatIsNotUrgent(_ from: String, _ until: String) {
    let (from, until) = (time(from), time(until))
    for minute in 0..<1440 {
      let moment = Self.midnight + .minutes(minute) + .seconds(30)
      var isQuiet = false
      var walked = from.minutes
      while walked != until.minutes {
        if walked == minute { isQuiet = true }
        walked = (walked + 1) % 1440
      }
      let choices = choices(.atOnce, quiet: (from.description, until.description))
      let plain = NoticeRules.mailAt(.accepted, happened: moment, choices)
      let urgent = NoticeRules.mailAt(.consentEnded, happened: moment, choices)
      #expect(urgent == moment)
      guard isQuiet else {
        #expect(plain == moment && NoticeRules.quietEnd(at: moment, choices) == nil)
        continue
      }
      let end = plain ?? moment
      #expect(end > moment && end - moment <= .days(1), "minute \(minute)")
      #expect(NoticeRules.quietEnd(at: end, choices) == nil)
      #expect((end - Self.midnight).milliseconds / 60_000 % 1440 == Int64(until.minutes))
    }
  }

  @Test func anUrgentKindWaitsForWhoWantsIt() {
    for kind in NoticeKind.allCases {
      let open = choices(.atOnce, quiet: ("20:00", "06:00"))
      let shut = choices(.atOnce, quiet: ("20:00", "06:00"), waiting: [kind])
      let night = at("23:30")
      #expect(NoticeRules.mailAt(kind, happened: night, open) == (kind.isUrgent ? night : at("06:00", day: 1)))
      #expect(NoticeRules.mailAt(kind, happened: night, shut) == at("06:00", day: 1))
    }
    #expect(Set(NoticeKind.allCases.filter(\.isUrgent)) == [.arrivedUrgent, .escalated, .consentEnded, .tipUrgent])
  }

  @Test func theDailyMailGoesAtItsHour() {
    for kind in NoticeKind.allCases {
      let plain = choices(.daily)
      #expect(NoticeRules.mailAt(kind, happened: at("06:59"), plain) == at("07:00"))
      #expect(NoticeRules.mailAt(kind, happened: at("07:00"), plain) == at("07:00"))
      #expect(NoticeRules.mailAt(kind, happened: at("07:01"), plain) == at("07:00", day: 1))
      // An hour in the quiet ones waits for their end, urgent or not: a day was chosen, not the moment.
      let early = choices(.daily, quiet: ("20:00", "08:00"))
      #expect(NoticeRules.mailAt(kind, happened: at("12:00"), early) == at("08:00", day: 1))
    }
  }

  @Test func aMailThatComesLateIntoQuietHoursWaits() {
    let night = at("23:00")
    let some = choices(.atOnce, quiet: ("20:00", "06:00"))
    #expect(NoticeRules.heldUntil([.accepted, .asked], at: night, some) == at("06:00", day: 1))
    #expect(NoticeRules.heldUntil([.accepted, .consentEnded], at: night, some) == nil)
    #expect(NoticeRules.heldUntil([.accepted], at: at("12:00"), some) == nil)
    #expect(NoticeRules.heldUntil([.consentEnded], at: night, choices(.daily, quiet: ("20:00", "06:00"))) != nil)
    let shut = choices(.atOnce, quiet: ("20:00", "06:00"), waiting: [.consentEnded])
    #expect(NoticeRules.heldUntil([.consentEnded], at: night, shut) == at("06:00", day: 1))
    #expect(NoticeRules.heldUntil([NoticeKind](), at: night, choices(.atOnce)) == nil)
  }

  @Test func theBrowserIsQuietToo() {
    var some = choices(.page, quiet: ("20:00", "06:00"))
    #expect(!NoticeRules.showsInBrowser(at: at("12:00"), some))
    some.showsInBrowser = true
    #expect(NoticeRules.showsInBrowser(at: at("12:00"), some) && !NoticeRules.showsInBrowser(at: at("23:00"), some))
  }

  @Test func waysComeBackFromTheirColumn() {
    let all = choices(.daily).ways
    #expect(NoticeChoices.ways(coded: NoticeChoices(ways: all).codedWays) == all)
    #expect(NoticeChoices.ways(coded: "asked=page,unknown=page,asked,=,accepted=later") == [.asked: .page])
    #expect(NoticeChoices.QuietHours(from: time("20:00"), until: time("20:00")) == nil)
  }

  @Test func pausesGrowAndEnd() {
    let queued = at("08:00")
    func mail(_ attempts: Int) -> Mail {
      Mail(
        id: .random(), member: .random(), matter: .notices, content: nil, queuedAt: queued, tryAt: queued,
        attempts: attempts)
    }
    #expect(
      (1...10).map { OutboxRules.pause(after: $0).milliseconds / 60_000 } == [1, 2, 4, 8, 16, 32, 64, 128, 240, 240])
    for failure in LetterFailure.allCases {
      let (state, next) = OutboxRules.fate(of: mail(0), after: failure, at: queued)
      #expect(state == (failure.isFinal ? .refused : .waiting))
      if state == .waiting { #expect(next == queued + .minutes(1)) }
      #expect(!failure.isFinal || failure.isOfTheLetter)
    }
    // A server that never answers: how often it is asked until it is given up.
    var (now, attempts) = (queued, 0)
    while attempts < 1000 {
      let (state, next) = OutboxRules.fate(of: mail(attempts), after: .unreachable, at: now)
      guard state == .waiting else {
        #expect(state == .givenUp)
        break
      }
      #expect(next > now && next - queued <= OutboxRules.patience)
      (now, attempts) = (next, attempts + 1)
    }
    #expect((30..<50).contains(attempts) && now - queued > .days(4))
  }
}
