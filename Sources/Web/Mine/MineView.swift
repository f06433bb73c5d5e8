import Basics
import Casework
import CountryPack
import Foundation

/// A person's own record as pages and the file show it, in plain words.
struct MineView {
  let record: OwnRecord
  let visit: Visit
  private var words: Words { visit.words }
  private var terms: CaseTerms { CaseTerms(visit: visit) }

  /// How many openings are named one by one.
  private static let mostNamed = 10

  var model: [String: Any] {
    [
      "heading": Heading(
        title: words("mine.title"), lead: words("mine.lead", ["agency": record.agency]),
        eyebrow: words("mine.number", ["code": record.code.description])
      ).view,
      "held": record.held.map { terms.name(.dataKinds, $0.rawValue) }, "hasHeld": !record.held.isEmpty,
      "files": record.files == 0 ? "" : words("mine.files", ["count": String(record.files)]),
      "own": ownReads, "shares": record.shares.map(share), "hasShares": !record.shares.isEmpty,
      "requests": record.requests.map(request), "hasRequests": !record.requests.isEmpty,
      "asks": DataRequest.Kind.askedByPaper.map {
        ["address": "/mine/ask/\($0.rawValue)", "label": words("mine.ask.\($0.rawValue)")]
      },
      "until": record.expiresAt.map { words("mine.until", ["day": visit.dates.day(of: $0)]) } ?? "",
      "opened": words("mine.opened", ["day": visit.dates.day(record.openedOn)]),
      "printed": words("mine.printed", ["moment": visit.dates.moment(visit.dates.now)]),
      "minutes": words("mine.minutes", ["minutes": String(ReceiptRules.sessionMinutes)]),
    ]
  }

  private var ownReads: String {
    guard let last = record.lastOwnRead else { return words("mine.own_never", ["agency": record.agency]) }
    return words(
      "mine.own_reads",
      ["agency": record.agency, "count": String(record.ownReads), "day": visit.dates.day(of: last)])
  }

  private func share(_ share: OwnRecord.Share) -> [String: Any] {
    var view: [String: Any] = [
      "recipient": share.recipient,
      "status": Status(
        text: words("casework.consent.state.\(share.state.rawValue)"), tone: share.state == .live ? .active : .ended
      ).view,
      "facts": Definitions([
        (
          words("mine.share.what"),
          share.purpose == visit.frame.desks.pack.known?.purpose
            ? words("casework.known.only_call") : terms.kinds(share.kinds)
        ),
        (words("mine.share.why"), terms.name(.purposes, share.purpose)),
        (words("mine.share.basis"), words("casework.basis.\(share.basis.rawValue)")),
        (words("mine.share.since"), visit.dates.day(of: share.givenAt)),
        (
          words(share.state == .withdrawn ? "mine.share.withdrawn" : "mine.share.until"),
          share.withdrawnAt.map { visit.dates.day(of: $0) } ?? share.until.map { visit.dates.day($0) } ?? ""
        ), (words("mine.share.opened"), opened(share)),
      ]).view,
    ]
    if share.state == .live {
      view["withdraw"] = share.basis == .consent ? "/mine/consents/\(share.id)" : nil
      view["restrict"] = share.basis == .consent ? nil : "/mine/ask/restrict"
    }
    return view
  }

  private func opened(_ share: OwnRecord.Share) -> String {
    guard !share.opened.isEmpty else { return words("mine.share.never") }
    let named = share.opened.prefix(Self.mostNamed).map { visit.dates.moment($0) }.joined(separator: "; ")
    let more = share.opened.count - Self.mostNamed
    return more > 0 ? named + words("mine.share.more", ["count": String(more)]) : named
  }

  private func request(_ request: DataRequest) -> [String: Any] {
    [
      "what": words("mine.ask.\(request.kind.rawValue)"),
      "when": words("mine.asked", ["day": visit.dates.day(request.askedOn)]), "state": state(request),
    ]
  }

  private func state(_ request: DataRequest) -> String {
    if request.kind == .withdraw { return words("mine.at_once") }
    guard let answer = request.answer, let at = request.answeredAt else {
      return words("mine.answer_by", ["day": visit.dates.day(request.due)])
    }
    return words(answer == .granted ? "mine.answered" : "mine.refused", ["day": visit.dates.day(of: at)])
  }

  // MARK: The file

  private struct File: Encodable {
    struct Share: Encodable {
      var recipient, basis, purpose, state, givenAt: String
      var kinds, opened: [String]
      var until, withdrawnAt: String?
    }
    struct Request: Encodable {
      var kind, askedOn, due: String
      var answer, answeredAt: String?
    }
    var version = 1
    var number, agency, status, openedOn, writtenAt: String
    var kindsHeld: [String]
    var files, timesOpenedByAgency: Int
    var lastOpenedByAgency: String?
    var shares: [Share]
    var requests: [Request]
  }

  /// The record with the codes of the country's lists, for another program; moments in UTC.
  var json: String {
    get throws {
      func text(_ moment: Moment) -> String {
        ISO8601DateFormatter().string(from: Date(timeIntervalSince1970: Double(moment.milliseconds) / 1000))
      }
      let file = File(
        number: record.code.description, agency: record.agency, status: record.status.rawValue,
        openedOn: record.openedOn.description, writtenAt: text(visit.dates.now), kindsHeld: record.held.map(\.rawValue),
        files: record.files, timesOpenedByAgency: record.ownReads, lastOpenedByAgency: record.lastOwnRead.map(text),
        shares: record.shares.map { share in
          File.Share(
            recipient: share.recipient, basis: share.basis.rawValue, purpose: share.purpose,
            state: share.state.rawValue, givenAt: text(share.givenAt), kinds: share.kinds.sorted().map(\.rawValue),
            opened: share.opened.map(text), until: share.until?.description, withdrawnAt: share.withdrawnAt.map(text))
        },
        requests: record.requests.map {
          File.Request(
            kind: $0.kind.rawValue, askedOn: $0.askedOn.description, due: $0.due.description,
            answer: $0.answer?.rawValue,
            answeredAt: $0.answeredAt.map(text))
        })
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(file), as: UTF8.self) + "\n"
    }
  }
}
