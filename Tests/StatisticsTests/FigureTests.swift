import Basics
import Statistics
import Testing

func reader(_ text: String) throws -> DelimitedReader {
  // In small pieces, so that a record falls on their borders.
  var rest = Array(text.utf8)[...]
  return try DelimitedReader {
    defer { rest = rest.dropFirst(7) }
    return Array(rest.prefix(7))
  }
}

func checks(_ text: String) throws -> [FigureFinding] {
  var reader = try reader(text)
  return FigureChecks.findings(try Figure.read(&reader), today: CalendarDay("2026-11-24"))
}

@Suite struct PrintedNumbers {
  @Test(arguments: [
    ("38.3", false, 383, 1), ("38,3", false, 383, 1), ("38.30 %", false, 3830, 2), ("5,200", true, 5200, 0),
    ("more than 5,200", true, 5200, 0), ("más de 5.200", true, 5200, 0), ("1.234.567", true, 1_234_567, 0),
    ("1,234.5", true, 12345, 1), ("33,333", false, 33333, 3), ("81", true, 81, 0), ("0.05", false, 5, 2),
  ]) func areReadAsPrinted(_ text: String, _ isCount: Bool, _ digits: Int, _ decimals: Int) throws {
    let number = try #require(PrintedNumber(text, isCount: isCount))
    #expect(number.digits == digits)
    #expect(number.decimals == decimals)
  }

  @Test(arguments: ["", "abc", "1.2.3", "12,34,567", "-4", "1e5", ".5", "5.", "99999999999999999999"])
  func whatIsNoNumberIsRefused(_ text: String) { #expect(PrintedNumber(text, isCount: true) == nil) }
}

@Suite struct AttainableShares {
  /// Every share with its decimals, against a table of all counts rounded by hand in both ways.
  @Test(arguments: [1, 2, 3, 7, 8, 16, 40, 81, 200]) func agreeWithTrying(_ n: Int) throws {
    for decimals in 0...2 {
      let scale = [1, 10, 100][decimals]
      var attainable: Set<Int> = []
      for count in 0...n {
        let (quotient, remainder) = (count * 100 * scale / n, count * 100 * scale % n)
        if 2 * remainder < n { attainable.insert(quotient) }
        if 2 * remainder >= n { attainable.insert(quotient + 1) }
        if 2 * remainder == n, quotient.isMultiple(of: 2) { attainable.insert(quotient) }
      }
      for digits in 0...(100 * scale) {
        let whole = "\(digits / scale)"
        let fraction = String(String(digits % scale + scale).dropFirst())
        let share = try #require(PrintedNumber(decimals == 0 ? whole : "\(whole).\(fraction)", isCount: false))
        #expect(AttainableShare.isAttainable(share, of: n) == attainable.contains(digits), "\(share.text) of \(n)")
      }
    }
  }
}

@Suite struct FigureFindings {
  @Test func theKnownShareThatCannotBe() throws {
    let findings = try checks("id,value,unit,n\na,33.4,%,81\nb,33.3,%,81\nc,38.3,% of cases,81\nd,12.5,%,8\ne,12,%,8\n")
    #expect(findings.map(\.id) == ["a"])
    #expect(findings.first?.check == .attainableShare)
    #expect(findings.first?.says.hasPrefix("can't be so as printed, because no whole count of 81 gives 33.4") == true)
    #expect(findings.first?.says.contains("27 of 81 is 33.3 and 28 of 81 is 34.6") == true)
  }

  @Test func partsAndWholes() throws {
    let findings = try checks(
      """
      id,value,unit,n,part_of,list,exhaustive
      all,50,cases,,,,
      too-many,51,cases,,all,,
      of-n,9,cases,8,,,
      above,100.1,%,,,,
      whole,10,cases,,,,
      p1,6,cases,,whole,forms,
      p2,5,cases,,whole,forms,
      s1,60.0,%,10,,six,yes
      s2,30.0,%,10,,six,yes
      t1,33.3,%,3,,three,yes
      t2,33.3,%,3,,three,yes
      t3,33.3,%,3,,three,yes
      u1,70,%,10,,over,
      u2,40,%,10,,over,
      """)
    let byID = Dictionary(grouping: findings, by: \.id).mapValues { $0.map(\.check) }
    #expect(
      byID == [
        "too-many": [.partsExceedWhole], "of-n": [.partsExceedWhole], "above": [.partsExceedWhole],
        "whole": [.partsExceedWhole], "s1": [.sharesOfWhole], "u1": [.partsExceedWhole],
      ])
  }

  @Test func datesAndSources() throws {
    let findings = try checks(
      """
      id,value,unit,n,population,place,period,kind,source,source_date,older_than,read_on
      study,"more than 5,200",persons,,young people,Ecuador,,estimate,ILO,2020,2008,2026-11-24
      day,1,cases,,a,Ecuador,2007-02-30,,X,,,
      early,1,cases,,b,Ecuador,2007,,X,2006,,
      later,1,cases,,c,Ecuador,2027,,X,,,
      read,1,cases,,d,Ecuador,2007,,X,2008-06-01,,2008-05-31
      one,187,cases,,reported,Ecuador,2011-2012,,Y,,,
      two,190,cases,,Reported,Ecuador,2011-2012,,Z,,,
      near,24.7,%,81,share,Ecuador,2007,,Y,,,
      same,25,%,81,share,Ecuador,2007,,Z,,,
      """)
    let byID = Dictionary(grouping: findings, by: \.id).mapValues { $0.map(\.check) }
    #expect(
      byID == [
        "study": [.impossibleDate], "day": [.impossibleDate], "early": [.impossibleDate], "later": [.impossibleDate],
        "read": [.impossibleDate], "one": [.sourcesContradict], "two": [.sourcesContradict],
      ])
    #expect(!findings.contains { $0.says.lowercased().contains("wrong") })
  }

  @Test(arguments: [
    ("id,value,unit\na,1,%\n", 1, "“n” is missing"), ("id,value,unit,n\na,x,%,81\n", 2, "“x” is no number"),
    ("id,value,unit,n\na,1,%,81\n\na,2,%,81\n", 4, "stands in line 2"), ("id,value,unit,n\na,1,%,8.5\n", 2, "n, “8.5”"),
    ("id,value,unit,n\na,1,%\n", 2, "3 fields"), ("", 1, "empty"), ("id,value,unit,n\na,\"1,%,81\n", 2, "not closed"),
  ]) func aMistakeIsNamedWithItsLine(_ text: String, _ line: Int, _ words: String) throws {
    let problem = #expect(throws: FactFileProblem.self) { try checks(text) }
    #expect(problem?.line == line)
    #expect(problem?.message.contains(words) == true, "\(problem?.message ?? "")")
  }
}
