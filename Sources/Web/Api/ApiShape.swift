import CountryPack
import Referrals

/// What answers look like, for the OpenAPI document.
indirect enum ApiShape: Sendable {
  case text
  case integer
  case number
  case boolean
  /// RFC 3339, in UTC.
  case time
  case day
  case kind(ApiKind)
  case list(ApiShape)
  case one(String)
  /// Members by name; a question mark behind a name says that it may be missing.
  case object(KeyValuePairs<String, ApiShape>)
  /// A schema written out.
  case written(ApiValue)

  func schema(_ pack: CountryPack) -> ApiValue {
    switch self {
    case .text: return ["type": "string"]
    case .integer: return ["type": "integer"]
    case .number: return ["type": "number"]
    case .boolean: return ["type": "boolean"]
    case .time: return ["type": "string", "format": "date-time"]
    case .day: return ["type": "string", "format": "date"]
    case .kind(let kind): return kind.schema(pack)
    case .list(let shape): return ["type": "array", "items": shape.schema(pack)]
    case .one(let name): return ["$ref": .string("#/components/schemas/\(name)")]
    case .written(let value): return value
    case .object(let members):
      var (properties, required): ([String: ApiValue], [String]) = ([:], [])
      for (name, shape) in members {
        let isOptional = name.hasSuffix("?")
        let plain = isOptional ? String(name.dropLast()) : name
        properties[plain] = shape.schema(pack)
        if !isOptional { required.append(plain) }
      }
      return ["type": "object", "properties": .object(properties), "required": .texts(required)]
    }
  }
}

/// The answers by name.
enum ApiShapes {
  private static let agency = ApiShape.object(["id": .kind(.id), "name": .text, "province": .text])
  private static let states = ApiShape.kind(.oneOf(Referral.State.allCases.map(\.rawValue)))
  private static let moves = ApiShape.kind(.oneOf(ReferralMove.allCases.map(\.rawValue)))

  static let all: KeyValuePairs<String, ApiShape> = [
    "Problem": .object([
      "type": .text, "title": .text, "status": .integer, "detail": .text, "instance?": .text,
      "errors?": .list(.object(["pointer?": .text, "parameter?": .text, "detail": .text])),
    ]),
    "OpenAPI": .written(["type": "object", "required": ["openapi", "info", "paths"]]),
    "Key": .object([
      "id": .kind(.id), "name": .text, "agency": .object(["id": .kind(.id), "name": .text]),
      "rights": .list(.kind(.oneOf(["directory", "read", "answer", "send"]))),
    ]),
    "Codes": .object([
      "country": .text, "version": .text,
      "lists": .written([
        "type": "object",
        "additionalProperties": [
          "type": "array",
          "items": [
            "type": "object", "required": ["code", "name"],
            "properties": ["code": ["type": "string"], "name": ["type": "string"]],
          ],
        ],
      ]),
    ]),
    "Agency": agency,
    "Agencies": .object(["contents": .list(.one("Agency"))]),
    "ServiceSummary": .object([
      "id": .text, "name": .text, "description?": .text, "status": .text,
      "organization": .object(["id": .text, "name": .text]), "needs": .list(.text), "languages": .list(.text),
      "phones": .list(.text), "email?": .text, "url?": .text, "alert?": .text, "minimum_age?": .integer,
      "maximum_age?": .integer, "free?": .boolean, "assured_date?": .day, "is_assured": .boolean,
      "vacancy": .object([
        "state": .kind(.oneOf(["free", "full", "old", "not_stated"])), "available?": .integer,
        "updated?": .time,
      ]),
      "opening": .object(["state": .kind(.oneOf(["open", "closed", "holiday", "not_stated"])), "changes?": .time]),
      "location?": .object([
        "id": .text, "location_type": .text, "name?": .text, "city?": .text, "province?": .text,
        "latitude?": .number, "longitude?": .number,
      ]),
    ]),
    "Services": .object([
      "total_items": .integer, "total_pages": .integer, "page_number": .integer, "size": .integer,
      "contents": .list(.one("ServiceSummary")),
    ]),
    "Service": .written([
      "type": "object", "required": ["id", "name", "status"],
      "properties": [
        "id": ["type": "string"], "name": ["type": "string"],
        "status": ["enum": ["active", "inactive", "defunct", "temporarily closed"]],
      ],
    ]),
    "Referral": .object([
      "id": .kind(.id), "side": .kind(.oneOf(["received", "sent"])), "case?": .kind(.id), "from": .one("Agency"),
      "to": .one("Agency"), "need": .text, "purpose": .text, "urgency": .text, "state": states, "sent_at": .time,
      "due_at": .time, "is_overdue": .boolean, "opened_at?": .time, "answered_at?": .time, "begun_at?": .time,
      "completed_at?": .time, "ended_at?": .time, "claim": .kind(.oneOf(["nobody", "own", "other"])),
      "decline_reason?": .text, "suggested?": .object(["id": .kind(.id), "name": .text]), "outcome?": .text,
      "interruption_reason?": .text, "remaining_need?": .text, "is_outside": .boolean, "revision": .integer,
    ]),
    "Referrals": .object(["contents": .list(.one("Referral")), "next?": .kind(.cursor)]),
    "ReferralEvent": .object([
      "id": .kind(.id), "at": .time, "move": moves, "state": states, "agency?": .kind(.id), "code?": .text,
      "revision": .integer, "has_note": .boolean, "note?": .text,
    ]),
    "ReferralDetail": .object([
      "referral": .one("Referral"), "events": .list(.one("ReferralEvent")), "moves": .list(moves),
    ]),
    "OpenedReferral": .object([
      "referral": .one("Referral"), "events": .list(.one("ReferralEvent")), "moves": .list(moves),
      "envelope?": .object([
        "age_band?": .text, "province?": .text, "language": .text, "safe_contact": .text, "word": .text,
      ]),
    ]),
    "Recipients": .object([
      "contents": .list(
        .object([
          "agency": .one("Agency"), "purpose": .text, "kinds": .list(.text), "until?": .time,
        ]))
    ]),
    "Suggestions": .object([
      "contents": .list(
        .object([
          "service": .one("ServiceSummary"), "way": .kind(.oneOf(["agreed", "not_agreed", "own", "outside"])),
          "agency?": .kind(.id), "eligibility": .kind(.oneOf(["fits", "ask", "excluded"])),
          "reasons": .list(.text), "ahead_of_next_by?": .text, "kilometres?": .number,
        ]))
    ]),
  ]
}
