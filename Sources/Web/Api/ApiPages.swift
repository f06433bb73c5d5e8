import Accounts
import Basics
import CountryPack
import HTTPTypes
import Referrals

/// The interface for programs, described for the people who write them: made from the same operations that are answered.
struct ApiPages: RoomPages {
  let desks: Desks

  func add(to routes: Routes) { routes.get("/api", page) }

  private func page(_ visit: Visit) async throws -> Answer {
    let words = visit.words
    return .page(
      "api/reference",
      [
        "heading": Heading(title: words("api.title"), lead: words("api.lead")).view,
        "tags": Api.tags.map { tag in
          [
            "id": tag, "name": words("api.tag.\(tag)"),
            "operations": Api.operations.filter { $0.tag == tag }.map { view($0, visit) },
          ] as [String: Any]
        },
        "problems": problems(words), "events": events(words),
        "example": """
        curl -H "Authorization: Bearer $AMPARO_KEY" -H "Accept-Language: \(words.language.code)" \\
          "\(visit.frame.settings.publicAddress)\(Api.root)/referrals?filter=waiting"
        """,
        "canKeep": visit.context.actor?.may(.manageKeys) == true,
      ])
  }

  private func view(_ operation: ApiOperation, _ visit: Visit) -> [String: Any] {
    let words = visit.words
    let fields =
      operation.parts.map { ($0, "path", true) } + operation.query.map { ($0, "query", $0.isRequired) }
      + (operation.body ?? []).map { ($0, "body", $0.isRequired) }
    var view: [String: Any] = [
      "address": "\(operation.method.rawValue) \(Api.root)\(operation.path)",
      "summary": words("api.op.\(operation.name)"),
      "right": operation.isOpen
        ? words("api.needs_nothing")
        : operation.right.map { words("api.needs_right", ["right": words("api.right.\($0.rawValue)")]) }
          ?? words("api.needs_key"),
      "answer": "\(operation.status.code) · " + words("api.answer.\(operation.answer)"),
    ]
    if !fields.isEmpty {
      view["fields"] =
        DataTable(
          caption: words("api.fields"),
          columns: [words("api.column.name"), words("api.column.where"), words("api.column.what")],
          rows: fields.map { field, place, isRequired in
            [
              .text(field.name),
              .lines([words("api.in.\(place)"), words(isRequired ? "api.required" : "api.optional")]),
              .lines([words("api.field.\(field.name)"), kind(field.kind, words)]),
            ]
          }
        ).view
    }
    return view
  }

  private func kind(_ kind: ApiKind, _ words: Words) -> String {
    switch kind {
    case .id, .service: words("api.kind.id")
    case .newID: words("api.kind.new_id")
    case .text(let most, _): words("api.kind.text", ["most": String(most)])
    case .code(let lists): words("api.kind.code", ["lists": lists.map(\.rawValue).joined(separator: ", ")])
    case .province: words("api.kind.province")
    case .language: words("api.kind.language")
    case .integer(let range):
      words("api.kind.integer", ["least": String(range.lowerBound), "most": String(range.upperBound)])
    case .boolean: "true, false"
    case .oneOf(let names): names.joined(separator: ", ")
    case .cursor: words("api.kind.cursor")
    }
  }

  private func problems(_ words: Words) -> [String: Any] {
    DataTable(
      caption: words("api.problems.title"),
      columns: [words("api.column.type"), words("api.column.status"), words("api.column.what")],
      rows: ApiProblem.Kind.allCases.map {
        [.text($0.type), .number(String($0.status.code)), .text(words($0.title))]
      }
    ).view
  }

  private func events(_ words: Words) -> [String: Any] {
    DataTable(
      caption: words("api.events.title"), columns: [words("api.column.type"), words("api.column.what")],
      rows: WebhookPages.events.map { [.text($0.rawValue), .text(words("connections.event.\($0.code)"))] }
    ).view
  }
}
