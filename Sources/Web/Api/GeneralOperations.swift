import Accounts
import Basics
import CountryPack
import HTTPTypes
import Referrals

/// What every program needs: the description itself, who it is, which codes and agencies there are.
enum GeneralOperations {
  static let all: [ApiOperation] = [description, key, codes, agencies]

  private static let description = ApiOperation(
    method: .get, path: "/openapi.json", name: "getDescription", tag: "general", isOpen: true, answer: "OpenAPI"
  ) { call in
    ApiAnswer(ApiDescription(pack: call.desks.pack, words: call.words).document)
  }

  private static let key = ApiOperation(
    method: .get, path: "/key", name: "getKey", tag: "general", answer: "Key"
  ) { call in
    let actor = try call.actor()
    return ApiAnswer([
      "id": .string(actor.member.description), "name": .string(actor.name),
      "agency": ["id": .string(actor.agency.description), "name": .string(actor.agencyName)],
      "rights": .texts(ApiRight.allCases.filter { $0.isHeld(by: actor) }.map(\.rawValue)),
    ])
  }

  /// The lists whose codes stand in referrals and in the directory.
  static let lists: [PackList] = [
    .needs, .services, .purposes, .urgencies, .declineReasons, .outcomes, .interruptionReasons, .ageBands, .sexes,
    .dataKinds,
  ]

  private static let codes = ApiOperation(
    method: .get, path: "/codes", name: "getCodes", tag: "general", answer: "Codes"
  ) { call in
    let (pack, language) = (call.desks.pack, call.words.language)
    func entry(_ code: String, _ name: String) -> ApiValue { ["code": .string(code), "name": .string(name)] }
    var all: [String: ApiValue] = [:]
    for list in lists {
      all[list.rawValue] = .list((pack.lists[list] ?? []).map { entry($0.code, $0.name[language]) })
    }
    all["provinces"] = .list(pack.provinces.map { entry($0.iso, $0.name[language]) })
    return ApiAnswer([
      "country": .string(pack.name[language]), "version": .string(pack.version.description), "lists": .object(all),
    ])
  }

  private static let agencies = ApiOperation(
    method: .get, path: "/agencies", name: "listAgencies", tag: "general", answer: "Agencies"
  ) { call in
    let agencies = try await call.desks.agencies.directory(try call.actor())
    return ApiAnswer(["contents": .list(agencies.map(value))])
  }

  static func value(_ agency: Agency) -> ApiValue {
    [
      "id": .string(agency.id.description), "name": .string(agency.name), "province": .string(agency.province),
    ]
  }
}
