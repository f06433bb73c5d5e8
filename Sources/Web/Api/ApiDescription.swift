import Accounts
import Basics
import CountryPack
import HTTPTypes

/// The OpenAPI 3.1 document, made from the operations themselves: what is not in it is not answered, and what is answered
/// is in it. Its sentences are in the reader's language.
struct ApiDescription {
  let pack: CountryPack
  let words: Words

  var document: ApiValue {
    [
      "openapi": "3.1.0",
      "info": [
        "title": .string(words("api.title")), "version": .string(Api.version),
        "description": .string(words("api.lead")),
        "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
      ],
      "servers": [["url": .string(Api.root)]], "tags": .list(Api.tags.map(tag)), "paths": .object(paths),
      "components": [
        "schemas": .object(schemas), "responses": .object(responses),
        "securitySchemes": [
          "key": ["type": "http", "scheme": "bearer", "description": .string(words("api.key.how"))]
        ],
      ],
      "security": [["key": []]],
    ]
  }

  private func tag(_ name: String) -> ApiValue {
    ["name": .string(name), "description": .string(words("api.tag.\(name)"))]
  }

  private var paths: [String: ApiValue] {
    var paths: [String: [String: ApiValue]] = [:]
    for operation in Api.operations {
      paths[operation.path, default: [:]][operation.method.rawValue.lowercased()] = value(operation)
    }
    return paths.mapValues { .object($0) }
  }

  private func value(_ operation: ApiOperation) -> ApiValue {
    var answers = responses.keys.reduce(into: [String: ApiValue]()) { all, status in
      all[status] = ["$ref": .string("#/components/responses/\(status)")]
    }
    var answer: [String: ApiValue] = [
      "description": .string(words("api.answer.\(operation.answer)")),
      "content": [
        "application/json": ["schema": ["$ref": .string("#/components/schemas/\(operation.answer)")]]
      ],
    ]
    if operation.status == .created {
      answer["headers"] = [
        "Location": ["required": true, "schema": ["type": "string"], "description": .string(words("api.location"))]
      ]
    }
    answers[String(operation.status.code)] = .object(answer)
    var value: [String: ApiValue] = [
      "operationId": .string(operation.name), "tags": [.string(operation.tag)],
      "summary": .string(words("api.op.\(operation.name)")), "responses": .object(answers),
    ]
    if let right = operation.right {
      value["description"] = .string(words("api.needs_right", ["right": words("api.right.\(right.rawValue)")]))
    }
    if operation.isOpen { value["security"] = [] }
    let parameters =
      operation.parts.map { parameter($0, in: "path", isRequired: true) }
      + operation.query.map { parameter($0, in: "query", isRequired: $0.isRequired) }
    if !parameters.isEmpty { value["parameters"] = .list(parameters) }
    if let fields = operation.body {
      value["requestBody"] = [
        "required": true, "content": ["application/json": ["schema": schema(fields)]],
      ]
    }
    return .object(value)
  }

  private func parameter(_ field: ApiField, in place: String, isRequired: Bool) -> ApiValue {
    [
      "name": .string(field.name), "in": .string(place), "required": .bool(isRequired),
      "schema": field.kind.schema(pack), "description": .string(words("api.field.\(field.name)")),
    ]
  }

  private func schema(_ fields: [ApiField]) -> ApiValue {
    let properties = fields.map { field -> (String, ApiValue) in
      var schema = field.kind.schema(pack).object ?? [:]
      schema["description"] = .string(words("api.field.\(field.name)"))
      return (field.name, .object(schema))
    }
    return [
      "type": "object", "additionalProperties": false,
      "properties": .object(Dictionary(properties) { first, _ in first }),
      "required": .texts(fields.filter(\.isRequired).map(\.name)),
    ]
  }

  private var schemas: [String: ApiValue] {
    Dictionary(ApiShapes.all.map { ($0.key, $0.value.schema(pack)) }) { first, _ in first }
  }

  /// What may come in place of every answer, by status.
  private var responses: [String: ApiValue] {
    var all: [String: ApiValue] = [:]
    for (status, kinds) in Dictionary(grouping: ApiProblem.Kind.allCases, by: \.status.code) {
      let types = kinds.map { "`\($0.type)`: \(words($0.title))" }.joined(separator: " · ")
      all[String(status)] = [
        "description": .string(types),
        "content": ["application/problem+json": ["schema": ["$ref": "#/components/schemas/Problem"]]],
      ]
    }
    return all
  }
}
