import Accounts
import Basics
import CountryPack
import Foundation
import HTTPTypes
import Identification

/// The phones that may send, and what someone carries in as a file because there is no network.
extension FieldInboxPages {
  static let courierPath = "/field/courier"
  /// Bytes of a courier's file.
  static let largestCourier = 20 << 20
  /// Operations whose outcome the page shows one by one.
  private static let mostShown = 1000

  // MARK: Courier

  func courierPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    guard Self.mayUse(try visit.actor()) else { throw Refusal.forbidden }
    var model: [String: Any] = ["action": Self.courierPath]
    model["problem"] = sheet.refusal?.fields.first.map { visit.words($0.phrase) } ?? sheet.message
    return .page("field-inbox/courier", model)
  }

  func courier(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    guard Self.mayUse(actor) else { throw Refusal.forbidden }
    return try await visit.attempt {
      let batch: FieldBatch
      do throws(FieldBatch.Problem) { batch = try FieldBatch(visit.files["file"] ?? [], by: .courier) } catch {
        throw Refusal.fields([FieldProblem("file", "error.field_file")])
      }
      let answers = try await desk.receive(batch)
      return try await outcomes(visit, actor, batch.device, answers)
    } orShow: {
      try await courierPage(visit, $0)
    }
  }

  private func outcomes(_ visit: Visit, _ actor: Actor, _ device: FieldDeviceID, _ answers: [FieldAnswer]) async throws
    -> Answer
  {
    let words = visit.words
    let table = DataTable(
      caption: words("inbox.courier.outcomes"),
      columns: ["inbox.courier.number", "inbox.courier.outcome", "inbox.courier.says"].map { words($0) },
      rows: answers.prefix(Self.mostShown).enumerated().map { index, answer in
        [
          .text(String(index + 1)),
          .status(
            Status(text: words("inbox.outcome." + answer.outcome.rawValue), tone: Self.tone(answer.outcome))),
          .text(words(FieldWords.says(answer))),
        ]
      })
    let isOwn = try await desk.devices(actor).contains { $0.id == device }
    var model: [String: Any] = [
      "table": table.view, "isEmpty": answers.isEmpty,
      "summary": FieldOutcome.allCases.compactMap { outcome -> [String: Any]? in
        let count = answers.count { $0.outcome == outcome }
        return count == 0 ? nil : ["label": words("inbox.outcome." + outcome.rawValue), "count": count]
      },
      "isCut": answers.count > Self.mostShown,
    ]
    if isOwn, answers.contains(where: { $0.receipt != nil }) {
      model["receipts"] = "/field/devices/\(device)/receipts"
    }
    return .page("field-inbox/outcomes", model)
  }

  private static func tone(_ outcome: FieldOutcome) -> Status.Tone {
    switch outcome {
    case .applied, .replayed: .done
    case .conflict: .active
    case .held: .open
    case .rejected: .urgent
    }
  }

  // MARK: Phones

  func devicesPage(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let names = try await desks.members.names(actor)
    let words = visit.words
    let devices = try await desk.devices(actor)
    return .page(
      "field-inbox/devices",
      [
        "rows": devices.map { device -> [String: Any] in
          var row: [String: Any] = [
            "name": device.name.isEmpty ? words("inbox.devices.unnamed") : device.name,
            "who": names[device.member] ?? "", "enrolled": visit.dates.day(of: device.enrolledAt),
            "heard": device.heardAt.map(visit.dates.moment) ?? words("inbox.devices.never"),
            "receipts": "/field/devices/\(device.id)/receipts", "hasReceipts": device.heardAt != nil,
            "status": Status(
              text: words(device.revokedAt == nil ? "inbox.devices.active" : "inbox.devices.revoked"),
              tone: device.revokedAt == nil ? .active : .ended
            ).view,
          ]
          let mayRevoke = device.member == actor.member || actor.may(.decideIdentification)
          if device.revokedAt == nil, mayRevoke { row["revoke"] = "/field/devices/\(device.id)/revoke" }
          return row
        },
        "hasRows": !devices.isEmpty,
      ]
    ).listing([
      ListSheet.Part(
        title: words("inbox.devices.title"),
        columns: [
          "inbox.devices.name", "inbox.devices.who", "lists.since", "inbox.devices.heard", "inbox.devices.status",
        ],
        rows: devices.map { device in
          [
            .typed(device.name.isEmpty ? words("inbox.devices.unnamed") : device.name),
            .typed(names[device.member] ?? ""), visit.dates.sheet(dayOf: device.enrolledAt),
            visit.dates.sheet(at: device.heardAt),
            .typed(words(device.revokedAt == nil ? "inbox.devices.active" : "inbox.devices.revoked")),
          ]
        })
    ])
  }

  func revoke(_ visit: Visit) async throws -> Answer {
    try await desk.revoke(visit.actor(), visit.id("device"))
    return .goTo("/field/devices")
  }

  /// The answer of a sync again, for a phone that the network never reached.
  func receipts(_ visit: Visit) async throws -> Answer {
    let answers = try await desk.receipts(visit.actor(), visit.id("device"))
    let now = desks.office.clock.now()
    let file = try FieldDoor.json(FieldAnswerFile(answers, at: now, visit.words))
    return .file(file, name: Self.fileName(now, desks.pack.offsetFromUTC), type: "application/json")
  }

  /// `amparo-20261124-2140-receipts.json`, by the country's clock.
  static func fileName(_ now: Moment, _ offset: Span) -> String {
    let day = CalendarDay(now, offsetFromUTC: offset)
    let minutes = Int(((now + offset).milliseconds % 86_400_000 + 86_400_000) % 86_400_000 / 60_000)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
    return "amparo-\(day.year)\(two(day.month))\(two(day.day))-\(two(minutes / 60))\(two(minutes % 60))-receipts.json"
  }
}
