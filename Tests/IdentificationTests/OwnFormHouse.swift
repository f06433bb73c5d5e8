import Accounts
import Basics
import Forms
import Records
import TestSupport

@testable import Identification

/// The house of screenings with the tables of own forms.
func withOwnForms(_ engine: Engine, _ body: (ScreeningHouse) async throws -> Void) async throws {
  try await withStore(
    engine, AccountsSchema.migrations + ScreeningSchema.migrations + OwnFormSchema.migrations
  ) { try await body(ScreeningHouse($0)) }
}

extension ScreeningHouse {
  var forms: FormDesk { FormDesk(office, pack) }

  /// A form with a choice filter, a question that is skipped, a repetition and calculations.
  static func household(_ version: String = "1", title: String = "Ficha del hogar") -> [UInt8] {
    let survey = [
      [
        "type", "name", "label::Español (es)", "label::English (en)", "relevant", "constraint",
        "constraint_message::Español (es)", "required", "calculation", "choice_filter",
      ],
      ["begin group", "about", "Sobre la persona", "About the person"],
      ["select_one province", "province", "Provincia", "Province"],
      ["select_one canton", "canton", "Cantón", "Canton", "", "", "", "", "", "province = ${province}"],
      ["integer", "age", "Edad", "Age", "", ". >= 0 and . <= 120", "De 0 a 120", "yes"],
      ["text", "guardian", "Quién le cuida", "Who cares for them", "${age} < 18", "", "", "yes"],
      ["end group"], ["begin repeat", "child", "Hijo o hija", "Child"],
      ["text", "child_name", "Nombre", "Name", "", "", "", "yes"], ["integer", "child_age", "Edad", "Age"],
      ["end repeat"], ["calculate", "children", "", "", "", "", "", "", "count(${child})"],
      ["calculate", "minor", "", "", "", "", "", "", "if(${age} < 18, 'yes', 'no')"],
      ["note", "warn", "Es menor: ${guardian}", "Under age: ${guardian}", "${minor} = 'yes'"],
      ["geopoint", "where", "Dónde", "Where"],
    ]
    let choices = [
      ["list_name", "name", "label::Español (es)", "label::English (en)", "province"],
      ["province", "p", "Pichincha", "Pichincha"], ["province", "g", "Guayas", "Guayas"],
      ["canton", "quito", "Quito", "Quito", "p"], ["canton", "duran", "Durán", "Durán", "g"],
    ]
    let settings = [
      ["form_title", "form_id", "version", "default_language"], [title, "hogar", version, "Español (es)"],
    ]
    return Spreadsheet(sheets: [
      .init(name: "survey", texts: survey), .init(name: "choices", texts: choices),
      .init(name: "settings", texts: settings),
    ]).bytes
  }

  /// The form taken into use by the supervisor.
  func adopted(_ file: [UInt8] = household()) async throws -> FormVersion {
    let id = FormVersionID.random()
    try await forms.read(supervisor, id, file)
    try await forms.adopt(supervisor, id)
    return try await forms.look(supervisor, id).version
  }

  func begun(_ version: FormVersion) async throws -> FormFillingID {
    let id = FormFillingID.random()
    try await forms.begin(officer, id, version.form)
    return id
  }

  /// Saves one page of the officer's by the questions' names.
  @discardableResult
  func save(_ id: FormFillingID, _ page: String, _ answers: [String: String], seen: Int? = nil) async throws -> FormFile
  {
    let file = try await forms.file(officer, id)
    let nodes = file.form.nodes
    let typed = answers.reduce(into: [Int: String]()) { typed, answer in
      if let index = nodes.firstIndex(where: { $0.name == answer.key }) { typed[index] = answer.value }
    }
    return try await forms.save(
      officer, id, page: page,
      PageRequest(
        shown: Set(typed.keys), answers: typed, count: answers["count"] ?? "", seen: seen ?? file.part(page).revision))
  }

  func formActions(_ kind: String, _ id: String) async throws -> [String] {
    try await office.database.read {
      try AuditLog.entries($0, objectKind: kind, objectID: id).map(\.entry.action)
    }
  }
}
