import Basics
import Foundation

/// A calendar as RFC 5545 writes it: events with times or whole days, nothing that needs an answer.
public struct CalendarFile: Sendable {
  public struct Event: Sendable {
    public enum Time: Sendable {
      case between(Moment, Moment)
      /// Both included.
      case days(CalendarDay, CalendarDay)
    }

    /// Stays the same for the same thing.
    public var uid: String
    /// Grows with every change.
    public var sequence: Int
    /// When it was last changed.
    public var changedAt: Moment
    public var time: Time
    public var summary: String
    /// May be empty.
    public var location: String
    public var isCancelled: Bool

    public init(
      uid: String, sequence: Int, changedAt: Moment, time: Time, summary: String, location: String, isCancelled: Bool
    ) {
      self.uid = uid
      self.sequence = sequence
      self.changedAt = changedAt
      self.time = time
      self.summary = summary
      self.location = location
      self.isCancelled = isCancelled
    }
  }

  public var name: String
  public var events: [Event]

  public init(name: String, events: [Event]) {
    self.name = name
    self.events = events
  }

  /// The file: lines end with CR LF and hold at most 75 octets (section 3.1), texts are escaped (3.3.11).
  public var text: String {
    var lines = [
      "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Amparo//Amparo//ES", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
      "X-WR-CALNAME:" + Self.escaped(name),
    ]
    for event in events {
      lines += [
        "BEGIN:VEVENT", "UID:" + event.uid, "DTSTAMP:" + Self.utc(event.changedAt), "SEQUENCE:\(event.sequence)",
      ]
      switch event.time {
      case .between(let from, let until):
        lines += ["DTSTART:" + Self.utc(from), "DTEND:" + Self.utc(until)]
      case .days(let from, let until):
        // The end of a whole day is the day after (section 3.6.1).
        lines += [
          "DTSTART;VALUE=DATE:" + Self.day(from), "DTEND;VALUE=DATE:" + Self.day(until.adding(days: 1)),
        ]
      }
      lines.append("SUMMARY:" + Self.escaped(event.summary))
      if !event.location.isEmpty { lines.append("LOCATION:" + Self.escaped(event.location)) }
      lines += ["STATUS:" + (event.isCancelled ? "CANCELLED" : "CONFIRMED"), "END:VEVENT"]
    }
    lines.append("END:VCALENDAR")
    return lines.map { Self.folded($0) + "\r\n" }.joined()
  }

  static func escaped(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { escaped, scalar in
      switch scalar {
      case "\\", ";", ",": escaped += "\\" + String(scalar)
      case "\n": escaped += "\\n"
      // A control character has no place in a text.
      case _ where scalar.value < 32 || scalar.value == 127: break
      default: escaped.unicodeScalars.append(scalar)
      }
    }
  }

  /// Breaks between characters, never within one.
  static func folded(_ line: String) -> String {
    var (folded, count) = ("", 0)
    for scalar in line.unicodeScalars {
      let size = UTF8.width(scalar)
      if count + size > 75 {
        folded += "\r\n "
        count = 1
      }
      folded.unicodeScalars.append(scalar)
      count += size
    }
    return folded
  }

  private static func day(_ day: CalendarDay) -> String { day.description.replacingOccurrences(of: "-", with: "") }

  private static func utc(_ moment: Moment) -> String {
    let day = CalendarDay(moment, offsetFromUTC: .seconds(0))
    let seconds = Int((moment.milliseconds / 1000) % 86_400)
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
    return Self.day(day) + "T" + two(seconds / 3600) + two(seconds / 60 % 60) + two(seconds % 60) + "Z"
  }
}

extension CalendarFile {
  /// The events of a cohort: its sessions, or its days while there are none. Who takes part is not told.
  ///
  /// - Parameter title: what the cohort is called.
  static func events(
    _ cohort: Cohort, title: String, sessions: [TrainingSession], removed: [TrainingSession], province: String,
    offsetFromUTC: Span
  ) -> [Event] {
    func place(_ room: String) -> String {
      [room, cohort.place, province].filter { !$0.isEmpty }.joined(separator: ", ")
    }
    if sessions.isEmpty {
      return [
        Event(
          uid: "cohort-\(cohort.id)@amparo", sequence: cohort.revision - 1, changedAt: cohort.changedAt,
          time: .days(cohort.from, cohort.until), summary: title, location: place(""), isCancelled: cohort.isCancelled)
      ]
    }
    let gone = Set(removed.map(\.id))
    return (sessions + removed).map { session in
      var time = Event.Time.days(session.day, session.day)
      if let begins = session.begins, let ends = session.ends {
        time = .between(
          Moment(session.day, begins, offsetFromUTC: offsetFromUTC),
          Moment(session.day, ends, offsetFromUTC: offsetFromUTC))
      }
      return Event(
        uid: "session-\(session.id)@amparo", sequence: session.revision + cohort.revision - 2,
        changedAt: max(session.changedAt, cohort.changedAt), time: time, summary: title + ": " + session.title,
        location: place(session.room), isCancelled: cohort.isCancelled || gone.contains(session.id))
    }
  }
}
