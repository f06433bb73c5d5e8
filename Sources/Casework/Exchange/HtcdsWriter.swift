import Basics
import CountryPack
import Foundation

/// Writes cases as records of the standard. Pure.
struct HtcdsWriter {
  let pack: CountryPack
  let agency: String
  /// The kinds of content that go along; the coded part always does.
  let kinds: Set<DataKind>
  private(set) var leftOut: [String: Int] = [:]

  init(_ pack: CountryPack, agency: String, kinds: Set<DataKind>) {
    self.pack = pack
    self.agency = agency
    self.kinds = kinds
  }

  /// One case as a flat record: field and text, without those that are empty.
  /// - Parameters:
  ///   - record: its name in this export alone.
  ///   - allowed: what of `kinds` the basis covers.
  mutating func record(_ file: CaseFile, named record: String, allowed: Set<DataKind>, at now: Moment) -> [String:
    String]
  {
    let given = kinds.intersection(allowed)
    var values: [String: String] = ["amparo_RecordID": record, "org_Name": agency]
    let facts = file.summary.facts
    values["amparo_AgeBand"] = facts.ageBand
    values["amparo_CaseKind"] = facts.kind
    values["amparo_Province"] = facts.province
    values["amparo_Form"] = facts.form
    values["amparo_Sex"] = facts.sex
    values["prs_Gender"] = facts.sex.flatMap { pack.term(.sexes, $0)?.details["htcds"] }
    // Possible until a named body has decided: that stands in the screening, not in the case.
    if facts.kind == "trafficking" { values["vic_TraffickingStatus"] = "PossibleVictimOfTrafficking" }
    values["amparo_Opened"] = day(file.summary.openedAt).description
    // One tick on the wire for the seven answers that stand in the ledger.
    if file.consents.contains(where: { $0.basis == .consent && $0.state(at: now) == .live }) {
      values["con_Consent"] = "true"
    }
    close(file, given, &values)
    if given.contains(.identity), let identity = file.identity?.value { add(identity, &values) }
    if given.contains(.contact), let contact = file.contact?.value {
      values["amparo_ContactHow"] = contact.how
      values["amparo_ContactWhen"] = contact.when
      values["amparo_ContactNotWith"] = contact.notWith
    }
    if given.contains(.narrative) { values["cco_CaseComment"] = file.narrative?.value }
    if given.contains(.needs), let needs = file.needs?.value {
      values["amparo_Needs"] = needs.codes.joined(separator: ";")
      values["amparo_NeedsNote"] = needs.note
    }
    if given.contains(.health) { values["amparo_Health"] = file.health?.value }
    if given.contains(.legal) { values["amparo_Legal"] = file.legal?.value }
    addEvents(file, given, &values)
    addPerpetrators(file, given, &values)
    let left = left(file, given)
    for what in left { leave(what) }
    values["amparo_NotExported"] = left.joined(separator: ";")
    return values.filter { !$0.value.isEmpty }
  }

  private func day(_ moment: Moment) -> CalendarDay { CalendarDay(moment, offsetFromUTC: pack.offsetFromUTC) }

  private func close(_ file: CaseFile, _ given: Set<DataKind>, _ values: inout [String: String]) {
    let summary = file.summary
    values["cas_Status"] =
      summary.status == .open ? "Active" : summary.closureReason == "handed_over" ? "ClosedReferred" : "Closed"
    guard summary.status == .closed else { return }
    values["amparo_ClosureReason"] = summary.closureReason
    values["amparo_Closed"] = summary.closedAt.map { day($0).description }
    let words = given.contains(.narrative) ? file.closures.first?.summary ?? "" : ""
    values["cas_ReasonForCaseClosure"] =
      words.isEmpty ? summary.closureReason.flatMap { pack.term(.closureReasons, $0)?.name[.spanish] } : words
  }

  private func add(_ identity: PersonIdentity, _ values: inout [String: String]) {
    values["prs_FirstName"] = identity.givenNames
    values["prs_SecondName"] = identity.surnames
    values["amparo_OtherNames"] = identity.otherNames
    values["prs_IdentityNumber"] = identity.documentNumber
    values["amparo_DocumentKind"] = identity.documentKind
    switch identity.birth {
    case .day(let day): values["prs_Birthdate"] = day.description
    case .year(let year): values["amparo_BirthYear"] = String(year)
    case .unknown: break
    }
    let countries = identity.nationality.split(separator: ",").map {
      HtcdsReader.country($0.trimmingCharacters(in: .whitespaces), pack)
    }
    if !countries.isEmpty, !countries.contains(nil) {
      values["prs_Citizenship"] = countries.compactMap { $0?.uppercased() }.joined(separator: ";")
    } else {
      values["amparo_Nationality"] = identity.nationality
    }
  }

  // MARK: What happened

  private func addEvents(_ file: CaseFile, _ given: Set<DataKind>, _ values: inout [String: String]) {
    var means: [String] = []
    var types = [file.summary.facts.form].compactMap { $0 }
    let told = file.events.map { event in
      if given.contains(.exploitation) { means += event.detail?.means ?? [] }
      types += [event.codes.form].compactMap { $0 }
      return happening(event, given)
    }
    // In the order of the way, then of what is told: the identifiers behind them say nothing.
    let stages = EventStage.allCases.map(Self.wire)
    func rank(_ told: [String: String]) -> (Int, String) {
      (
        stages.firstIndex(of: told["hte_Type"] ?? "") ?? 0,
        Htcds.eventFields.map { told[$0] ?? "" }.joined(separator: "\u{1F}")
      )
    }
    let sorted = told.sorted { rank($0) < rank($1) }
    for (index, told) in sorted.enumerated() {
      for (name, value) in told { values[index == 0 ? name : "\(name)_\(index + 1)"] = value }
    }
    let sectors = sorted.compactMap { $0["amparo_hte_Sector"] }
    let control = wire(.meansOfControl, means)
    values["vic_MethodsOfControl"] = control.filter { !Htcds.unlistedMeans.contains($0) }.joined(separator: ";")
    values["amparo_MethodsOfControl"] = control.filter(Htcds.unlistedMeans.contains).joined(separator: ";")
    values["vic_TypeOfExploitation"] = wire(.exploitation, types).joined(separator: ";")
    if let letter = sectors.first.flatMap({ pack.term(.sectors, $0)?.details["isic"] }) {
      values["vic_ForcedLabourIndustry"] = Htcds.industries.first { $0.hasPrefix(letter + "_") }
    }
  }

  private static func wire(_ stage: EventStage) -> String {
    stage.rawValue.prefix(1).uppercased() + stage.rawValue.dropFirst()
  }

  private func happening(_ event: ExploitationEvent, _ given: Set<DataKind>) -> [String: String] {
    let codes = event.codes
    var told: [String: String] = ["hte_Type": Self.wire(codes.stage)]
    told["hte_Country"] = codes.country?.uppercased()
    told["hte_State"] = codes.province
    told["amparo_hte_Form"] = codes.form
    told["amparo_hte_Sector"] = codes.sector
    told["amparo_hte_Transports"] = codes.transports.joined(separator: ";")
    if codes.crossing != .notAsked { told["amparo_hte_Crossing"] = codes.crossing.rawValue }
    told["amparo_hte_CrossingWay"] = codes.crossingWay
    if given.contains(.narrative) { told["hte_Description"] = event.words }
    if given.contains(.exploitation), let detail = event.detail {
      if case .day(let day) = detail.from { told["hte_Date"] = day.description }
      told["amparo_hte_From"] = detail.from?.description
      told["amparo_hte_Until"] = detail.until?.description
      told["hte_City"] = detail.place
      told["amparo_hte_Border"] = detail.border
      told["amparo_hte_Means"] = detail.means.joined(separator: ";")
    }
    return told.filter { !$0.value.isEmpty }
  }

  /// The standard's values of codes, each once, in the order of the list.
  private func wire(_ list: PackList, _ codes: [String]) -> [String] {
    var seen: Set<String> = []
    return (pack.lists[list] ?? []).filter { codes.contains($0.code) }.compactMap { $0.details["htcds"] }
      .filter { seen.insert($0).inserted }
  }

  /// Role, relation and number of each, as `role/relation/number`; what the person says of them is not exported.
  private func addPerpetrators(_ file: CaseFile, _ given: Set<DataKind>, _ values: inout [String: String]) {
    let notes = file.perpetrators.sorted {
      ($0.codes.role, $0.codes.relation ?? "") < ($1.codes.role, $1.codes.relation ?? "")
    }
    values["amparo_Perpetrators"] = notes.map { note in
      let number = given.contains(.exploitation) ? note.detail?.number : nil
      return "\(note.codes.role)/\(note.codes.relation ?? "")/\(number.map(String.init) ?? "")"
    }.sorted().joined(separator: ";")
    // The standard's own spelling: its third value is `Unaquainted`.
    values["vic_RelationshipToTrafficker"] =
      notes.lazy.compactMap(\.codes.relation).compactMap {
        pack.term(.perpetratorRelations, $0)?.details["htcds"]
      }.first
  }

  /// Counts one case more of which something did not go along.
  mutating func leave(_ what: String) { leftOut[what, default: 0] += 1 }

  /// What a case holds that has no field in the standard, or may not go along.
  private func left(_ file: CaseFile, _ given: Set<DataKind>) -> [String] {
    let others: [(String, Bool)] = [
      ("services", !file.services.isEmpty), ("follow_ups", !file.followUps.isEmpty),
      ("assessments", !file.assessments.isEmpty),
      ("plan", file.plan.map { !$0.goals.isEmpty || !$0.actions.isEmpty } == true),
      ("safety_plan", file.safetyPlan != nil),
      ("perpetrator_words", file.perpetrators.contains { $0.detail?.words.isEmpty == false }),
      ("consents", !file.consents.isEmpty),
      ("earlier_closures", file.closures.count > (file.summary.status == .closed ? 1 : 0)),
    ]
    let held: [(DataKind, Bool)] = [
      (.identity, file.identity != nil), (.contact, file.contact != nil), (.narrative, file.narrative != nil),
      (.needs, file.needs != nil), (.health, file.health != nil), (.legal, file.legal != nil),
      (.exploitation, file.events.contains { $0.detail != nil }),
    ]
    return others.filter(\.1).map(\.0) + held.filter { $0.1 && !given.contains($0.0) }.map(\.0.rawValue)
  }
}
