import Basics
import Testing

@Test(arguments: [
  ("2008-03-10", 24, "2010-03-10"), ("2008-01-31", 1, "2008-02-29"), ("2007-01-31", 1, "2007-02-28"),
  ("2008-12-15", 1, "2009-01-15"), ("2008-01-15", -1, "2007-12-15"), ("2008-02-29", 12, "2009-02-28"),
  ("2008-05-31", 0, "2008-05-31"), ("2999-12-01", 1, "2999-12-01"),
])
func monthsAreAddedWithinTheirLengths(from: String, months: Int, to: String) {
  #expect(CalendarDay(from)?.adding(months: months).description == to)
}

@Test func everyDayKeepsItsPlaceOrTakesTheLast() throws {
  let first = try #require(CalendarDay("2003-01-01"))
  for offset in 0..<3000 {
    let day = first.adding(days: offset)
    for months in [1, 6, 24, 120] {
      let later = day.adding(months: months)
      #expect((later.year * 12 + later.month) - (day.year * 12 + day.month) == months)
      #expect(later.day == day.day || later.adding(days: 1).day == 1)
    }
  }
}
