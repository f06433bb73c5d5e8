import Basics

/// When a notice is to be mailed. Pure: kind, moment and choices in, a moment out.
public enum NoticeRules {
  /// When a notice is to be mailed; `nil` when it never is.
  ///
  /// At once is the moment itself, but in quiet hours their end, unless the kind is urgent and the member lets urgent ones
  /// through. The daily mail goes at its hour, or at the end of quiet hours that its hour lies in.
  public static func mailAt(_ kind: NoticeKind, happened moment: Moment, _ choices: NoticeChoices) -> Moment? {
    switch choices.way(kind) {
    case .silent, .page: return nil
    case .atOnce:
      if breaksQuiet(kind, choices) { return moment }
      return quietEnd(at: moment, choices) ?? moment
    case .daily:
      let hour = next(choices.dailyAt, from: moment, choices.offsetFromUTC)
      return quietEnd(at: hour, choices) ?? hour
    }
  }

  /// Until when a mail about these kinds has to wait that would go now: a mail that was due before the quiet hours may
  /// come into them when the mail server was away. `nil`: it goes.
  public static func heldUntil(_ kinds: some Sequence<NoticeKind>, at now: Moment, _ choices: NoticeChoices) -> Moment?
  {
    guard let end = quietEnd(at: now, choices) else { return nil }
    let mayGo = kinds.contains { choices.way($0) == .atOnce && breaksQuiet($0, choices) }
    return mayGo ? nil : end
  }

  /// The end of the quiet hours that a moment lies in; `nil` outside of them. The first minute is quiet, the last moment
  /// is not.
  public static func quietEnd(at moment: Moment, _ choices: NoticeChoices) -> Moment? {
    guard let quiet = choices.quiet else { return nil }
    let minute = minuteOfDay(moment, choices.offsetFromUTC)
    let (from, until) = (quiet.from.minutes, quiet.until.minutes)
    let isQuiet = from < until ? (from..<until).contains(minute) : minute >= from || minute < until
    return isQuiet ? next(quiet.until, from: moment, choices.offsetFromUTC) : nil
  }

  /// Whether the browser may show that something came.
  public static func showsInBrowser(at now: Moment, _ choices: NoticeChoices) -> Bool {
    choices.showsInBrowser && quietEnd(at: now, choices) == nil
  }

  private static func breaksQuiet(_ kind: NoticeKind, _ choices: NoticeChoices) -> Bool {
    kind.isUrgent && !choices.waiting.contains(kind)
  }

  /// The first moment at or after another at which the clock shows a time.
  private static func next(_ time: TimeOfDay, from moment: Moment, _ offset: Span) -> Moment {
    let day = CalendarDay(moment, offsetFromUTC: offset)
    let today = Moment(day, time, offsetFromUTC: offset)
    return today >= moment ? today : today + .days(1)
  }

  private static func minuteOfDay(_ moment: Moment, _ offset: Span) -> Int {
    let day: Int64 = 86_400_000
    return Int((((moment + offset).milliseconds % day + day) % day) / 60_000)
  }
}
