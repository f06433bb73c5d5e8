import Basics
import Testing

@testable import Referrals

@Suite struct DirectoryEligibilityTests {
  /// Every age, band and doubt against every range, compared with a count of the years themselves.
  @Test func agesAtEveryEdge() {
    let people: [ClosedRange<Int>?] =
      [nil, 0...120, 12...17, 16...18, 17...18, 17...17, 0...17, 18...29, 30...59, 60...120] + (0...21).map { $0...$0 }
    let youngest: [Int?] = [nil, 0, 1, 12, 15, 17, 18, 19, 60]
    let oldest: [Int?] = [nil, 0, 11, 12, 16, 17, 18, 59, 120]
    var tried = 0
    for low in youngest {
      for high in oldest where (low ?? 0) <= (high ?? 130) {
        var eligibility = DirectoryEligibility()
        eligibility.ages = .init(youngest: low, oldest: high)
        for age in people {
          let possible = Set(age ?? 0...130)
          // Who may be a child is one.
          let children = possible.filter { $0 < 18 }
          let counted = children.isEmpty ? possible : children
          let taken = counted.filter { $0 >= low ?? 0 && $0 <= high ?? 130 }
          let inDoubt = !children.isEmpty && children.count < possible.count
          let criterion: EligibilityVerdict.Criterion = inDoubt ? .ageInDoubt : .age
          let expected: EligibilityVerdict =
            taken.count == counted.count ? .fits : taken.isEmpty ? .excluded([criterion]) : .ask([criterion])
          #expect(
            eligibility.verdict(on: NeedProfile(age: age)) == expected,
            "\(String(describing: age)) for \(String(describing: low))-\(String(describing: high))")
          tried += 1
        }
      }
    }
    #expect(tried > 1500)
  }

  @Test func anAgeInDoubtNeverGoesAmongAdults() {
    var adults = DirectoryEligibility()
    adults.ages = .init(youngest: 18)
    for age in [nil, 0...120, 17...18, 17...19, 10...40] as [ClosedRange<Int>?] {
      #expect(adults.verdict(on: NeedProfile(age: age)) == .excluded([.ageInDoubt]))
    }
    #expect(adults.verdict(on: NeedProfile(age: 18...18)) == .fits)
    #expect(adults.verdict(on: NeedProfile(age: 17...17)) == .excluded([.age]))
    var children = DirectoryEligibility()
    children.ages = .init(oldest: 17)
    #expect(children.verdict(on: NeedProfile()) == .fits)
    #expect(children.verdict(on: NeedProfile(age: 16...22)) == .fits)
    #expect(children.verdict(on: NeedProfile(age: 18...18)) == .excluded([.age]))
  }

  /// A house for women of any age that takes boys up to 12.
  @Test func agesOfOneSex() {
    var house = DirectoryEligibility()
    house.agesBySex = ["male": .init(oldest: 12)]
    for age in 0...40 {
      #expect(house.verdict(on: NeedProfile(age: age...age, sex: "female")) == .fits)
      #expect(
        house.verdict(on: NeedProfile(age: age...age, sex: "male")) == (age <= 12 ? .fits : .excluded([.age])))
      #expect(house.verdict(on: NeedProfile(age: age...age)) == (age <= 12 ? .fits : .ask([.age])))
    }
    #expect(house.verdict(on: NeedProfile(sex: "male")) == .ask([.ageInDoubt]))
  }

  @Test func codesLeaveOutOnlyWhoIsKnownToBeAnother() {
    var eligibility = DirectoryEligibility()
    eligibility.sexes = ["female"]
    eligibility.nationalities = ["co", "ve"]
    eligibility.exploitation = ["labour"]
    for sex in [nil, "female", "male", "other"] as [String?] {
      for country in [nil, "ve", "ec"] as [String?] {
        for forms in [[], ["labour"], ["sexual"], ["labour", "sexual"]] as [Set<String>] {
          var (asks, excluded): ([EligibilityVerdict.Criterion], [EligibilityVerdict.Criterion]) = ([], [])
          if sex == nil { asks.append(.sex) } else if sex != "female" { excluded.append(.sex) }
          if country == nil { asks.append(.nationality) } else if country == "ec" { excluded.append(.nationality) }
          if forms.isEmpty {
            asks.append(.exploitation)
          } else if !forms.contains("labour") {
            excluded.append(.exploitation)
          }
          let expected: EligibilityVerdict =
            !excluded.isEmpty ? .excluded(excluded) : asks.isEmpty ? .fits : .ask(asks)
          let person = NeedProfile(age: 20...20, sex: sex, nationality: country, exploitation: forms)
          #expect(eligibility.verdict(on: person) == expected)
        }
      }
    }
  }

  /// Four answers of the person, four of the service: a table written by hand.
  @Test func childrenAndDisability() {
    typealias Taking = DirectoryEligibility.Taking
    let table: [(FourWayAnswer, [Taking: String])] = [
      (.yes, [.yes: "fits", .no: "excluded", .only: "fits", .notStated: "ask"]),
      (.no, [.yes: "fits", .no: "fits", .only: "excluded", .notStated: "fits"]),
      (.unknown, [.yes: "fits", .no: "ask", .only: "ask", .notStated: "fits"]),
      (.notAsked, [.yes: "fits", .no: "ask", .only: "ask", .notStated: "fits"]),
    ]
    for (answer, row) in table {
      #expect(row.count == Taking.allCases.count)
      for (taking, expected) in row {
        var eligibility = DirectoryEligibility()
        eligibility.withChildren = taking
        let children = eligibility.verdict(on: NeedProfile(age: 20...20, withChildren: answer))
        #expect(name(children) == expected, "\(answer) \(taking)")
        eligibility = DirectoryEligibility()
        eligibility.disability = taking
        #expect(name(eligibility.verdict(on: NeedProfile(age: 20...20, disability: answer))) == expected)
      }
    }
  }

  private func name(_ verdict: EligibilityVerdict) -> String {
    switch verdict {
    case .fits: "fits"
    case .ask: "ask"
    case .excluded: "excluded"
    }
  }
}
