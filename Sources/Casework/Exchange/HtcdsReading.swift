import Basics
import CountryPack
import Foundation

/// One record of the standard on its way to being a case.
struct HtcdsReading {
  let pack: CountryPack
  let day: CalendarDay
  let happenings: Int
  /// The text of a field of a happening, or of the record itself under number 1.
  let text: (String, Int) -> String
  private(set) var problems: [FieldProblem] = []

  init(pack: CountryPack, day: CalendarDay, happenings: Int, _ text: @escaping (String, Int) -> String) {
    self.pack = pack
    self.day = day
    self.happenings = happenings
    self.text = text
  }

  private func value(_ name: String) -> String { text(name, 1) }
  private func values(_ name: String, _ number: Int = 1) -> [String] {
    text(name, number).split { ";,|\n ".contains($0) }.map { $0.trimmingCharacters(in: .whitespaces) }
  }
  private func code(_ name: String) -> String? { value(name).isEmpty ? nil : value(name) }

  private mutating func wrong(_ field: String, _ key: String) { problems.append(FieldProblem(field, key)) }

  private mutating func date(_ name: String, _ field: String, number: Int = 1) -> CalendarDay? {
    let written = text(name, number)
    guard !written.isEmpty else { return nil }
    // A date with a time behind it, as other systems write one.
    if let day = CalendarDay(String(written.prefix { $0 != "T" && $0 != " " })) { return day }
    wrong(field, "error.import_day")
    return nil
  }

  mutating func imported() -> ImportedCase {
    let opened = date("amparo_Opened", "opened")
    let identity = identity()
    var events = events()
    let types = values("vic_TypeOfExploitation")
    // What this system wrote says by itself when nobody knows the form.
    let first = value("amparo_CaseKind").isEmpty ? types.first : nil
    let form = code("amparo_Form") ?? first.map { term(.exploitation, wire: $0)?.code ?? $0 }
    let band =
      PersonRules.ageBand(identity.birth, pack, on: min(opened ?? day, day)) ?? code("amparo_AgeBand") ?? ""
    addToVictim(&events, types: types, form: form)
    var imported = ImportedCase(
      identity: identity,
      facts: CaseFacts(
        kind: kind(types), province: province(events), form: form, ageBand: band, sex: identity.sex))
    imported.contact = contact()
    imported.narrative = value("cco_CaseComment")
    imported.needs = Needs(codes: values("amparo_Needs"), note: value("amparo_NeedsNote"))
    imported.health = value("amparo_Health")
    imported.legal = value("amparo_Legal")
    imported.opened = opened
    imported.events = events
    imported.perpetrators = perpetrators()
    close(&imported)
    return imported
  }

  // MARK: The person

  private mutating func identity() -> PersonIdentity {
    var birth = date("prs_Birthdate", "birth").map(Birth.day) ?? .unknown
    if birth == .unknown, !value("amparo_BirthYear").isEmpty {
      if let year = Birth(value("amparo_BirthYear")) { birth = year } else { wrong("birth", "error.birth") }
    }
    var given = [value("prs_FirstName"), value("prs_MiddleName")].filter { !$0.isEmpty }.joined(separator: " ")
    // A record without names is called by its own name in the export.
    if given.isEmpty, value("prs_SecondName").isEmpty { given = value("amparo_RecordID") }
    let sex = code("amparo_Sex") ?? code("prs_Gender").map { term(.sexes, wire: $0)?.code ?? gender($0) }
    let countries = values("prs_Citizenship").map { code in
      HtcdsReader.country(code, pack).flatMap { pack.term(.countries, $0)?.name[.spanish] } ?? code
    }
    return PersonIdentity(
      givenNames: given, surnames: value("prs_SecondName"), otherNames: value("amparo_OtherNames"), sex: sex,
      birth: birth, documentKind: code("amparo_DocumentKind"), documentNumber: value("prs_IdentityNumber"),
      nationality: countries.isEmpty ? value("amparo_Nationality") : countries.joined(separator: ", "))
  }

  /// The standard's other genders are the list's entry for any other; one that is none of the standard's stays as it is
  /// and is refused.
  private func gender(_ value: String) -> String {
    let known = ["transgenderfeminine", "transgendermasculine", "nonconforming"]
    guard known.contains(value.lowercased()) else { return value }
    return pack.term(.sexes, "other")?.code ?? value
  }

  private func contact() -> SafeContact {
    let numbers = ["prs_MobilePhone", "prs_HomePhone", "prs_Email"].map(value).filter { !$0.isEmpty }
    return SafeContact(
      how: ([value("amparo_ContactHow")].filter { !$0.isEmpty } + numbers).joined(separator: ", "),
      when: value("amparo_ContactWhen"), notWith: value("amparo_ContactNotWith"))
  }

  // MARK: The case

  private func kind(_ types: [String]) -> String {
    if let kind = code("amparo_CaseKind") { return kind }
    switch value("vic_TraffickingStatus").lowercased() {
    case "possiblevictimoftrafficking", "actualvictimoftrafficking": return "trafficking"
    default: return types.map { $0.lowercased() } == ["childlabour"] ? "child_labour" : ""
    }
  }

  private func province(_ events: [EventAccount]) -> String {
    let written = [value("amparo_Province")] + events.compactMap(\.codes.province)
    if let first = written.first(where: { !$0.isEmpty }) { return first }
    return ["prs_MailingState", "org_ShippingState"].lazy.compactMap { province(named: value($0)) }.first ?? ""
  }

  private func province(named text: String) -> String? {
    let plain = ColumnMapping.folded(text)
    guard !plain.isEmpty else { return nil }
    return pack.provinces.first { province in
      ColumnMapping.folded(province.iso) == plain
        || pack.languages.contains { ColumnMapping.folded(province.name[$0]) == plain }
    }?.iso
  }

  private mutating func close(_ imported: inout ImportedCase) {
    let status = value("cas_Status").lowercased()
    switch status {
    case "", "active", "followup": return
    case "closed", "closedreferred":
      imported.closed = date("amparo_Closed", "closed") ?? date("cas_OutgoingReferralDate", "closed") ?? day
      let words = value("cas_ReasonForCaseClosure")
      let named = (pack.lists[.closureReasons] ?? []).first { term in
        pack.languages.contains { ColumnMapping.folded(term.name[$0]) == ColumnMapping.folded(words) }
      }?.code
      imported.closureReason =
        code("amparo_ClosureReason") ?? named ?? (status == "closedreferred" ? "handed_over" : nil)
      imported.closureSummary = words
    default: wrong("cas_Status", "error.unknown_code")
    }
  }

  // MARK: What happened

  private mutating func events() -> [EventAccount] {
    (1...max(1, happenings)).compactMap { number in
      guard !text("hte_Type", number).isEmpty else { return nil }
      guard let stage = EventStage(rawValue: text("hte_Type", number).lowercased()) else {
        wrong("hte_Type", "error.unknown_code")
        return nil
      }
      func code(_ name: String) -> String? { text(name, number).isEmpty ? nil : text(name, number) }
      var codes = EventCodes(stage: stage)
      codes.country = code("hte_Country").map { HtcdsReader.country($0, pack) ?? $0 }
      codes.province = code("hte_State").map { province(named: $0) ?? $0 }
      codes.form = code("amparo_hte_Form")
      codes.sector = code("amparo_hte_Sector")
      codes.transports = values("amparo_hte_Transports", number)
      codes.crossing = code("amparo_hte_Crossing").flatMap { FourWayAnswer(rawValue: $0) } ?? .notAsked
      codes.crossingWay = code("amparo_hte_CrossingWay")
      var detail = EventDetail(
        place: [text("hte_City", number), text("hte_Street", number)].filter { !$0.isEmpty }.joined(separator: ", "),
        means: values("amparo_hte_Means", number), border: text("amparo_hte_Border", number))
      detail.from =
        rough("amparo_hte_From", "event_from", number)
        ?? date("hte_Date", "event_from", number: number).map(RoughDate.day)
      detail.until = rough("amparo_hte_Until", "event_until", number)
      return EventAccount(codes, detail: detail, words: text("hte_Description", number))
    }
  }

  private mutating func rough(_ name: String, _ field: String, _ number: Int) -> RoughDate? {
    let written = text(name, number)
    guard !written.isEmpty else { return nil }
    if let date = RoughDate(written) { return date }
    wrong(field, "error.import_day")
    return nil
  }

  /// What the standard says of the victim and not of a happening: means, further forms and the industry go to the
  /// exploitation, which is made when there is none.
  private mutating func addToVictim(_ events: inout [EventAccount], types: [String], form: String?) {
    let told = Set(events.flatMap(\.detail.means))
    let means = (values("vic_MethodsOfControl") + values("amparo_MethodsOfControl")).map {
      term(.meansOfControl, wire: $0)?.code ?? $0
    }.filter { !told.contains($0) }
    let forms = Set(events.compactMap(\.codes.form) + [form].compactMap { $0 })
    let wires = Set(forms.compactMap { pack.term(.exploitation, $0)?.details["htcds"]?.lowercased() })
    let further = types.filter { !wires.contains($0.lowercased()) }.map {
      term(.exploitation, wire: $0)?.code ?? $0
    }
    let industry = value("vic_ForcedLabourIndustry")
    let sector =
      industry.isEmpty || events.contains { $0.codes.sector != nil }
      ? nil : (pack.lists[.sectors] ?? []).first { $0.details["isic"] == String(industry.prefix(1)).uppercased() }?.code
    guard !means.isEmpty || !further.isEmpty || sector != nil else { return }
    if let place = events.firstIndex(where: { $0.codes.stage == .exploitation }) {
      events[place].detail.means += means
      events[place].codes.sector = events[place].codes.sector ?? sector
    } else {
      events.append(EventAccount(EventCodes(stage: .exploitation, sector: sector), detail: EventDetail(means: means)))
    }
    for form in further {
      if let free = events.firstIndex(where: { $0.codes.stage == .exploitation && $0.codes.form == nil }) {
        events[free].codes.form = form
      } else {
        events.append(EventAccount(EventCodes(stage: .exploitation, form: form)))
      }
    }
  }

  private func perpetrators() -> [ImportedCase.PerpetratorAccount] {
    let own = values("amparo_Perpetrators").map { note in
      let parts = note.split(separator: "/", omittingEmptySubsequences: false).map(String.init) + ["", "", ""]
      return ImportedCase.PerpetratorAccount(
        codes: PerpetratorCodes(role: parts[0], relation: parts[1].isEmpty ? nil : parts[1]),
        detail: PerpetratorDetail(number: Int(parts[2])))
    }
    guard own.isEmpty, !value("vic_RelationshipToTrafficker").isEmpty else { return own }
    // The standard's three relations are coarser than the list: the original stands in the words.
    let wire = value("vic_RelationshipToTrafficker")
    let meant = (pack.lists[.perpetratorRelations] ?? []).filter {
      Self.relation($0.details["htcds"] ?? "") == Self.relation(wire)
    }
    let relation = meant.count == 1 ? meant[0].code : nil
    return [
      ImportedCase.PerpetratorAccount(
        codes: PerpetratorCodes(role: "other", relation: relation),
        detail: PerpetratorDetail(words: "HTCDS vic_RelationshipToTrafficker: " + wire))
    ]
  }

  /// The standard misspells `Unacquainted`; both spellings count.
  private static func relation(_ value: String) -> String { value.lowercased().replacing("unacq", with: "unaq") }

  private func term(_ list: PackList, wire: String) -> Term? {
    (pack.lists[list] ?? []).first { $0.details["htcds"]?.lowercased() == wire.lowercased() }
  }
}
