import Basics
import Foundation
import Testing

@testable import Identification

@Suite struct FieldRulesTests {
  /// Every combination of everything that decides.
  private var all: [FieldCircumstances] {
    var all: [FieldCircumstances] = []
    let flags = [true, false]
    for device in FieldCircumstances.Device.allCases {
      for isSigned in flags {
        for kind in FieldOperation.Kind.allCases {
          for (names, owner) in [(true, true), (true, false), (false, true), (false, false)] {
            for knowsEpoch in flags {
              for earlier in FieldCircumstances.Earlier.allCases {
                for member in FieldCircumstances.Member.allCases {
                  for isKnown in flags {
                    all.append(
                      FieldCircumstances(
                        device: device, isSigned: isSigned, kind: kind, namesItsDevice: names, namesItsMember: owner,
                        knowsEpoch: knowsEpoch, earlier: earlier, member: member, isRecordKnown: isKnown))
                  }
                }
              }
            }
          }
        }
      }
    }
    return all
  }

  /// Written from the agreement and not from the code: what must hold for each, whatever the order of the checks.
  @Test func everyCombinationIsJudged() {
    #expect(all.count == 1728)
    for it in all {
      let (outcome, reason) = FieldRules.judge(it)
      let isGenuine = it.device != .unknown && it.isSigned && it.namesItsDevice && it.namesItsMember
      let isInGoodStanding = it.device == .active && it.member == .mayInterview
      let opens = it.kind == .danger || it.knowsEpoch
      switch outcome {
      case .rejected: #expect(!isGenuine || it.earlier == .other || (it.earlier == .none && !opens))
      case .replayed: #expect(isGenuine && it.earlier == .same && reason == nil)
      case .held: #expect(isGenuine && it.earlier == .none && opens && !isInGoodStanding)
      case .conflict:
        #expect(isGenuine && it.earlier == .none && opens && isInGoodStanding && it.kind == .screening)
        #expect(it.isRecordKnown && reason == .recordKnown)
      case .applied:
        #expect(isGenuine && it.earlier == .none && opens && isInGoodStanding && reason == nil)
        #expect(it.kind == .danger || !it.isRecordKnown)
      }
      // Something genuine and new is always kept, unless nobody could ever open it.
      if isGenuine, it.earlier == .none, opens { #expect(outcome.isKept) }
      // What was kept has a place, and nothing else has.
      let state = FieldRules.state(after: outcome, it.kind)
      #expect((state != nil) == [.applied, .conflict, .held].contains(outcome))
      #expect((reason == nil) == [.applied, .replayed].contains(outcome))
      // Nobody learns more from a stranger's phone than that it is a stranger's.
      if it.device == .unknown { #expect(reason == .unknownDevice) }
    }
  }

  @Test func dangersAlertOnceAndAgainWhenSettled() {
    for known in FieldRules.KnownDanger.allCases {
      #expect(FieldRules.alerts(.danger, saysDanger: true, known: known) == (known != .unsettled))
      #expect(FieldRules.alerts(.screening, saysDanger: true, known: known) == (known == .none))
      #expect(!FieldRules.alerts(.screening, saysDanger: false, known: known))
    }
  }

  /// The one table of moves, written out: from, move, kind of work → where to.
  @Test func everyMoveFromEveryStateByEveryMember() throws {
    for state in FieldState.allCases {
      for move in FieldMove.allCases {
        for kind in FieldOperation.Kind.allCases {
          for isKnown in [true, false] {
            for bits in 0..<8 {
              let standing = Standing(
                isInterviewer: bits & 1 > 0, readsAll: bits & 2 > 0, decides: bits & 4 > 0)
              let expected: FieldState? =
                switch (move, state, kind) {
                case (.open, .waiting, .screening), (.open, .beside, .screening): .opened
                case (.release, .held, .danger): .noted
                case (.release, .held, .screening): isKnown ? .beside : .waiting
                case (.discard, .held, _), (.discard, .waiting, _), (.discard, .beside, _): .discarded
                case (.settleDanger, _, _): state
                default: nil
                }
              let may = move == .open ? standing.isInterviewer || standing.readsAll : standing.decides
              var next: FieldState?
              var kindOfRefusal: Refusal.Kind?
              do throws(Refusal) {
                next = try FieldRules.next(move, from: state, kind, isRecordKnown: isKnown, by: standing)
              } catch { kindOfRefusal = error.kind }
              #expect(next == (may ? expected : nil), "\(move) from \(state) of \(kind)")
              #expect(kindOfRefusal == (!may ? .forbidden : expected == nil ? .conflict : nil))
            }
          }
        }
      }
    }
  }

  @Test func aWrongClockIsPutRightAndNobodyIsInTheFuture() {
    let received = Moment(milliseconds: 1_200_000_000_000)
    let said = received - .minutes(10)
    let rightTime = { FieldRules.rightTime($0, skew: $1, receivedAt: received) }
    #expect(rightTime(said, nil) == said)
    #expect(rightTime(said, .seconds(90)) == said && rightTime(said, .seconds(-90)) == said)
    let years = Span.days(730)
    #expect(rightTime(said - years, years) == said)
    #expect(rightTime(said + years, Span(milliseconds: -years.milliseconds)) == said)
    #expect(rightTime(received + years, nil) == received)
    #expect(rightTime(received, years) == received)
  }

  @Test func onlyTheFormatIsRead() {
    let good = """
      {"op":"AAAAAAAAAAAAAAAAAAAAAA","device":"00000000-0000-4000-8000-000000000001",\
      "member":"00000000-0000-4000-8000-000000000002","seq":1,"kind":"screening",\
      "record":"00000000-0000-4000-8000-000000000003","branch":"AAAAAAAAAAAAAAAAAAAAAA","trunk":0,"base":0,"schema":1,\
      "clientTime":1200000000000,"epoch":1,"header":{"province":"EC-P","ageGroup":"child","danger":false,\
      "language":"es"},"sealed":"AwAA"}
      """
    func read(_ old: String = "", _ new: String = "") -> FieldOperation? {
      FieldOperation(Array((old.isEmpty ? good : good.replacingOccurrences(of: old, with: new)).utf8))
    }
    let operation = read()
    #expect(operation?.sealed == [3, 0, 0] && operation?.header.ageGroup == .child)
    #expect(operation?.context == "00000000-0000-4000-8000-000000000003/AAAAAAAAAAAAAAAAAAAAAA")
    #expect(read("\"EC-P\"", "null")?.header.province == nil && read("\"EC-P\"", "null") != nil)
    #expect(read("\"child\"", "null") != nil)
    #expect(read("\"kind\":\"screening\"", "\"kind\":\"danger\"") == nil)
    #expect(read("\"AwAA\"", "null") == nil)
    for (old, new) in [
      ("\"op\":\"AAAA", "\"op\":\"AA"), ("\"op\":\"A", "\"op\":\"="), ("00000001\"", "0000000G\""),
      ("\"seq\":1", "\"seq\":0"),
      ("\"seq\":1", "\"seq\":1.5"), ("\"seq\":1", "\"seq\":\"1\""), ("\"kind\":\"screening\"", "\"kind\":\"case\""),
      ("\"trunk\":0", "\"trunk\":-1"), ("\"schema\":1", "\"schema\":2"), ("1200000000000", "-1"),
      ("1200000000000", "9223372036854775807"), ("1200000000000", "1e400"), ("\"epoch\":1", "\"epoch\":0"),
      ("\"EC-P\"", "\"Calle 10 y Sucre\""), ("\"child\"", "\"young\""), ("\"danger\":false", "\"danger\":\"no\""),
      ("\"language\":\"es\"", "\"language\":\"español\""), ("\"AwAA\"", "\"Aw=\""), ("{\"op\"", "[{\"op\""),
      ("\"AwAA\"}", "\"AwAA\""),
    ] { #expect(read(old, new) == nil, "\(new)") }
    let deep = String(repeating: "[", count: 100_000)
    #expect(read("\"AwAA\"", deep) == nil)
    #expect(FieldOperation([UInt8](repeating: 0x20, count: FieldOperation.largest + 1)) == nil)
    for length in stride(from: 0, to: good.utf8.count, by: 7) {
      #expect(FieldOperation(Array(good.utf8.prefix(length))) == nil)
    }
  }
}
