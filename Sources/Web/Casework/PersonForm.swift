import Basics
import Casework
import CountryPack

/// The fields of a person and of a case's coded part, shown and read in one place for opening and for editing.
struct PersonForm {
  let sheet: FormSheet
  let terms: CaseTerms

  // MARK: Shown

  func identity(_ identity: PersonIdentity) -> [FormSheet.Field] {
    [
      sheet.text(
        "given_names", label: "casework.person.given_names", hint: "casework.person.given_names_hint",
        value: identity.givenNames),
      sheet.text("surnames", label: "casework.person.surnames", value: identity.surnames, optional: true),
      sheet.text("other_names", label: "casework.person.other_names", value: identity.otherNames, optional: true),
      sheet.text(
        "birth", label: "casework.person.birth", hint: "casework.person.birth_hint", value: identity.birth.text,
        optional: true),
      sheet.choices(
        "sex", label: "casework.person.sex", options: terms.options(.sexes, keeping: identity.sex),
        value: identity.sex ?? "", optional: true),
      sheet.select(
        "document_kind", label: "casework.person.document_kind",
        options: terms.options(.documentKinds, keeping: identity.documentKind), value: identity.documentKind ?? "",
        optional: true),
      sheet.text(
        "document_number", label: "casework.person.document_number", value: identity.documentNumber, optional: true),
      sheet.text("nationality", label: "casework.person.nationality", value: identity.nationality, optional: true),
    ]
  }

  func contact(_ contact: SafeContact) -> [FormSheet.Field] {
    [
      sheet.text(
        "contact_how", label: "casework.contact.how", hint: "casework.contact.how_hint", value: contact.how,
        optional: true),
      sheet.text("contact_when", label: "casework.contact.when", value: contact.when, optional: true),
      sheet.text(
        "contact_not_with", label: "casework.contact.not_with", hint: "casework.contact.not_with_hint",
        value: contact.notWith, optional: true),
    ]
  }

  /// - Parameter withSex: when the person's identity is not asked for beside it.
  func facts(_ facts: CaseFacts, withSex: Bool, bandIsOptional: Bool) -> [FormSheet.Field] {
    var fields = [
      sheet.choices(
        "kind", label: "casework.facts.kind", options: terms.options(.caseKinds, keeping: facts.kind),
        value: facts.kind),
      sheet.select("province", label: "casework.facts.province", options: terms.provinces, value: facts.province),
      sheet.select(
        "form", label: "casework.facts.form", hint: "casework.facts.form_hint",
        options: terms.options(.exploitation, keeping: facts.form), value: facts.form ?? "", optional: true),
      sheet.select(
        "age_band", label: "casework.facts.age_band", hint: bandIsOptional ? "casework.facts.age_band_hint" : nil,
        options: terms.options(.ageBands, keeping: facts.ageBand), value: facts.ageBand, optional: bandIsOptional),
    ]
    if withSex {
      fields.append(
        sheet.choices(
          "sex", label: "casework.person.sex", options: terms.options(.sexes, keeping: facts.sex),
          value: facts.sex ?? "", optional: true))
    }
    return fields
  }

  func needs(_ needs: Needs) -> [FormSheet.Field] {
    [
      sheet.checks(
        "needs", label: "casework.file.needs", hint: "casework.needs_hint", options: terms.options(.needs),
        values: Set(needs.codes), optional: true),
      sheet.area("needs_note", label: "casework.needs_note", value: needs.note, rows: 4, optional: true),
    ]
  }

  // MARK: Read

  static func identity(_ reader: inout FormReader) -> PersonIdentity {
    func line(_ name: String) -> String { reader.text(name, upTo: 120, required: false) }
    let given = line("given_names")
    let surnames = line("surnames")
    let other = line("other_names")
    let birth = line("birth")
    if Birth(birth) == nil { reader.refuse("birth", "error.birth") }
    return PersonIdentity(
      givenNames: given, surnames: surnames, otherNames: other, sex: code("sex", &reader),
      birth: Birth(birth) ?? .unknown, documentKind: code("document_kind", &reader),
      documentNumber: line("document_number"), nationality: line("nationality"))
  }

  static func contact(_ reader: inout FormReader) -> SafeContact {
    let how = reader.text("contact_how", upTo: 300, required: false)
    let when = reader.text("contact_when", upTo: 300, required: false)
    return SafeContact(how: how, when: when, notWith: reader.text("contact_not_with", upTo: 300, required: false))
  }

  static func needs(_ reader: inout FormReader) -> Needs {
    let codes = reader.form.all("needs")
    return Needs(codes: codes, note: reader.text("needs_note", upTo: 20_000, required: false))
  }

  /// A code that may be left out; the desk knows which there are.
  static func code(_ name: String, _ reader: inout FormReader) -> String? {
    let code = reader.text(name, upTo: 80, required: false)
    return code.isEmpty ? nil : code
  }
}
