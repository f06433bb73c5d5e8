import Basics

/// A form as it is shown: the values to put in, and what was wrong the last time it was sent.
///
/// Its functions make the values that `parts/field` shows; `view` puts them together for `parts/form`.
struct FormSheet: Sendable {
  let words: Words
  var typed = Form.empty
  var refusal: Refusal?

  typealias Field = [String: Any]

  /// A choice of a select, of radio buttons or of checkboxes.
  struct Option: Sendable {
    var value: String
    var label: String
    var hint: String?
    init(_ value: String, _ label: String, hint: String? = nil) {
      self.value = value
      self.label = label
      self.hint = hint
    }
  }

  var wasSent: Bool { refusal != nil }

  /// The sentence beside a field.
  func error(_ name: String) -> String? {
    refusal?.fields.first { $0.field == name }.map { words($0.phrase) }
  }

  /// One line. `type`: text, email, password, date, number, tel, search. Passwords are never put back.
  func text(
    _ name: String, label: String, hint: String? = nil, value: String = "", type: String = "text",
    autocomplete: String = "off", optional: Bool = false, inputmode: String? = nil
  ) -> Field {
    var field = common(name, label, hint, optional)
    field["isInput"] = true
    field["type"] = type
    field["autocomplete"] = autocomplete
    field["inputmode"] = inputmode
    field["value"] = type == "password" ? "" : typed[name] ?? value
    return field
  }

  /// Several lines.
  func area(
    _ name: String, label: String, hint: String? = nil, value: String = "", rows: Int = 5, optional: Bool = false
  )
    -> Field
  {
    var field = common(name, label, hint, optional)
    field["isArea"] = true
    field["rows"] = rows
    field["value"] = typed[name] ?? value
    return field
  }

  /// One of a list, folded. The first entry asks to choose.
  func select(
    _ name: String, label: String, hint: String? = nil, options: [Option], value: String = "", optional: Bool = false
  ) -> Field {
    var field = common(name, label, hint, optional)
    field["isSelect"] = true
    field["options"] = shown(options, name, [typed[name] ?? value])
    return field
  }

  /// One of a few, as big answers to touch.
  func choices(
    _ name: String, label: String, hint: String? = nil, options: [Option], value: String = "", optional: Bool = false
  ) -> Field {
    var field = common(name, label, hint, optional)
    field["isGroup"] = true
    field["kind"] = "radio"
    field["options"] = shown(options, name, [typed[name] ?? value])
    return field
  }

  /// Yes, no, unknown, not asked: four different things. Nothing chosen stands for not asked.
  func fourWay(_ name: String, label: String, hint: String? = nil, value: FourWayAnswer = .notAsked) -> Field {
    var field = choices(
      name, label: label, hint: hint,
      options: FourWayAnswer.allCases.map { Option($0.rawValue, words("common.answer.\($0.rawValue)")) },
      value: value.rawValue)
    field["isFourWay"] = true
    return field
  }

  /// Any number of a list.
  func checks(
    _ name: String, label: String, hint: String? = nil, options: [Option], values: Set<String> = [],
    optional: Bool = false
  ) -> Field {
    var field = common(name, label, hint, optional)
    field["isGroup"] = true
    field["kind"] = "checkbox"
    field["options"] = shown(options, name, wasSent ? Set(typed.all(name)) : values)
    return field
  }

  /// One box to tick.
  func tick(_ name: String, label: String, hint: String? = nil, value: Bool = false) -> Field {
    var field = common(name, label, hint, true)
    field["isTick"] = true
    field["checked"] = wasSent ? typed[name] != nil : value
    return field
  }

  /// A value that goes along unseen: the identifier of what the form creates, the revision it saw. Sent again, it stays.
  func hidden(_ name: String, _ value: String) -> Field {
    ["isHidden": true, "name": name, "value": typed[name] ?? value]
  }

  /// The whole form for `{{#form}}{{>parts/form}}{{/form}}`.
  /// - Parameters:
  ///   - action: where it is sent: the address of the page that shows it, so that a language switch finds back.
  ///   - submit: the key of the button's text.
  ///   - cancel: where to go instead.
  func view(
    action: String, submit: String, fields: [Field], cancel: String? = nil, isDangerous: Bool = false
  ) -> [String: Any] {
    var view: [String: Any] = [
      "action": action, "submit": words(submit), "fields": fields, "problems": problems(fields),
      "isDangerous": isDangerous,
    ]
    view["cancel"] = cancel
    view["message"] = message
    return view
  }

  /// What stands above the form when it was refused.
  var message: String? { refusal.map { words($0.phrase) } }

  /// The summary: each problem with a link to its field.
  private func problems(_ fields: [Field]) -> [[String: Any]] {
    let labels = Dictionary(
      fields.compactMap { field in
        (field["name"] as? String).map { ($0, field["summary"] as? String ?? field["label"] as? String ?? "") }
      },
      uniquingKeysWith: { first, _ in first })
    return (refusal?.fields ?? []).map { problem in
      var view: [String: Any] = ["id": Self.id(problem.field), "sentence": words(problem.phrase)]
      // A field that a page writes itself, as one for a file, has no label here.
      view["label"] = labels[problem.field]
      return view
    }
  }

  private func common(_ name: String, _ label: String, _ hint: String?, _ optional: Bool) -> Field {
    let id = Self.id(name)
    let error = error(name)
    var field: Field = ["name": name, "id": id, "label": words.text(label), "optional": optional]
    field["hint"] = hint.map { words.text($0) }
    field["error"] = error
    let described = (hint == nil ? [] : [id + "-hint"]) + (error == nil ? [] : [id + "-error"])
    if !described.isEmpty { field["describedBy"] = described.joined(separator: " ") }
    return field
  }

  private func shown(_ options: [Option], _ name: String, _ chosen: Set<String>) -> [[String: Any]] {
    options.enumerated().map { index, option in
      var shown: [String: Any] = [
        // The first has the field's own id, so that the summary's link leads to it.
        "id": index == 0 ? Self.id(name) : Self.id(name) + "-\(index)", "value": option.value, "label": option.label,
        "chosen": chosen.contains(option.value), "name": name,
      ]
      shown["hint"] = option.hint
      return shown
    }
  }

  private static func id(_ name: String) -> String {
    "f-" + String(name.map { $0.isLetter || $0.isNumber ? $0 : "-" })
  }
}
