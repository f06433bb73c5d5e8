import Basics

extension XLSForm {
  /// The form as values for JSON, as `docs/authors-guide.md` describes them.
  public var document: FormDocument { FormDocument(self) }
}

/// What `amparo form import --json` prints.
public struct FormDocument: Encodable {
  public struct Language: Encodable {
    var code: String
    var name: String
  }

  public struct Question: Encodable {
    var row: Int
    var type: String
    var name: String
    var list: String?
    var label: [String: String]?
    var hint: [String: String]?
    var relevant: String?
    var constraint: String?
    var constraintMessage: [String: String]?
    var required: String?
    var requiredMessage: [String: String]?
    var calculation: String?
    var choiceFilter: String?
    var repeatCount: String?
    var initial: String?
    var children: [Question]?

    enum CodingKeys: String, CodingKey {
      case row, type, name, list, label, hint, relevant, constraint, required, calculation, children
      case constraintMessage = "constraint_message"
      case requiredMessage = "required_message"
      case choiceFilter = "choice_filter"
      case repeatCount = "repeat_count"
      case initial = "default"
    }
  }

  public struct Choice: Encodable {
    var name: String
    var label: [String: String]?
    var columns: [String: String]
  }

  public struct Gap: Encodable {
    var sheet: String?
    var row: Int?
    var column: String?
    var what: String
  }

  var id: String
  var title: String
  var version: String
  var defaultLanguage: String
  var languages: [Language]
  var questions: [Question]
  var choices: [String: [Choice]]
  var notSupported: [Gap]

  enum CodingKeys: String, CodingKey {
    case id, title, version, languages, questions, choices
    case defaultLanguage = "default_language"
    case notSupported = "not_supported"
  }

  init(_ form: XLSForm) {
    func texts(_ text: FormText) -> [String: String]? { text.isEmpty ? nil : text.texts }
    func questions(_ range: Range<Int>) -> [Question] {
      var (all, index): ([Question], Int) = ([], range.lowerBound)
      while index < range.upperBound {
        let node = form.nodes[index]
        let holds = node.kind == .group || node.kind == .repetition
        all.append(
          Question(
            row: node.row, type: node.kind.word, name: node.name, list: node.list, label: texts(node.label),
            hint: texts(node.hint), relevant: node.relevant?.written, constraint: node.constraint?.written,
            constraintMessage: texts(node.constraintMessage), required: node.required?.written,
            requiredMessage: texts(node.requiredMessage), calculation: node.calculation?.written,
            choiceFilter: node.choiceFilter?.written, repeatCount: node.repeatCount?.written,
            initial: node.initial.isEmpty ? nil : node.initial,
            children: holds ? questions((index + 1)..<node.end) : nil))
        index = node.end
      }
      return all
    }
    id = form.id
    title = form.title
    version = form.version
    defaultLanguage = form.language
    languages = form.languages.map { Language(code: $0.code, name: $0.name) }
    self.questions = questions(0..<form.nodes.count)
    choices = form.lists.mapValues { list in
      list.map { choice in
        let further = choice.columns.filter { column in
          !["name", "list_name", "list name", "label"].contains(column.key)
        }
        return Choice(name: choice.name, label: texts(choice.label), columns: further)
      }
    }
    notSupported = form.gaps.map {
      Gap(sheet: $0.place.sheet, row: $0.place.row, column: $0.place.column, what: $0.text[.english])
    }
  }
}

extension XLSForm.Node.Kind {
  /// As XLSForm writes it; of a selection without its list.
  public var word: String {
    switch self {
    case .text: "text"
    case .integer: "integer"
    case .decimal: "decimal"
    case .date: "date"
    case .time: "time"
    case .dateTime: "dateTime"
    case .note: "note"
    case .calculate: "calculate"
    case .acknowledge: "acknowledge"
    case .hidden: "hidden"
    case .one: "select_one"
    case .many: "select_multiple"
    case .range: "range"
    case .start: "start"
    case .end: "end"
    case .today: "today"
    case .group: "group"
    case .repetition: "repeat"
    case .notSupported(let written): written
    }
  }
}
