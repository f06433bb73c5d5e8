import Basics
import CountryPack
import Referrals

/// The form in which an agency describes one of its services.
struct DirectoryForm {
  let visit: Visit
  let sheet: FormSheet
  let service: DirectoryService?
  let place: DirectoryPlace?
  let organisation: DirectoryOrganisation
  private let texts: DirectoryWords
  private let week: WeekOfHours?
  private let hours: [String]

  init(_ visit: Visit, _ sheet: FormSheet, _ entry: DirectoryEntry?, _ organisation: DirectoryOrganisation) {
    self.visit = visit
    self.sheet = sheet
    self.organisation = organisation
    service = entry?.service
    place = entry.flatMap { entry in entry.service.sites.first.flatMap { entry.directory.places[$0.place] } }
    texts = DirectoryWords(visit)
    let schedules = Self.schedules(entry)
    week = schedules.flatMap { WeekOfHours($0, offsetMinutes: Self.offsetMinutes(visit)) }
    hours = entry.map { DirectoryWords(visit).hours($0.directory, $0.service) } ?? []
  }

  private static func offsetMinutes(_ visit: Visit) -> Int {
    Int(visit.frame.desks.pack.offsetFromUTC.milliseconds / 60_000)
  }

  /// The one set of hours that an entry has; `nil` when its places differ.
  private static func schedules(_ entry: DirectoryEntry?) -> [DirectorySchedule]? {
    guard let entry else { return [] }
    let service = entry.service
    let all = service.sites.map { site in
      site.schedules.isEmpty
        ? service.schedules.isEmpty ? entry.directory.places[site.place]?.details?.schedules ?? [] : service.schedules
        : site.schedules
    }
    return Set(all).count > 1 ? nil : all.first ?? service.schedules
  }

  var fields: [FormSheet.Field] { what + whom + hoursFields + placeFields + access }

  private func option(_ value: String, _ key: String) -> FormSheet.Option { .init(value, sheet.words(key)) }

  private var what: [FormSheet.Field] {
    [
      sheet.text("name", label: "directory.form.name", hint: "directory.form.name_hint", value: service?.name ?? ""),
      sheet.area(
        "description", label: "directory.form.description", hint: "directory.form.description_hint",
        value: service?.description ?? "", rows: 4, optional: true),
      sheet.checks(
        "needs", label: "directory.form.needs", options: texts.needOptions, values: Set(service?.needs ?? [])),
      sheet.choices(
        "status", label: "directory.form.status",
        options: DirectoryService.Status.allCases.map { .init($0.rawValue, texts.status($0)) },
        value: (service?.status ?? .active).rawValue),
      sheet.area(
        "alert", label: "directory.form.alert", hint: "directory.form.alert_hint", value: service?.alert ?? "", rows: 2,
        optional: true),
      sheet.area(
        "about", label: "directory.form.about", hint: "directory.form.about_hint", value: organisation.description,
        rows: 2),
    ]
  }

  private var whom: [FormSheet.Field] {
    let eligibility = service?.eligibility ?? DirectoryEligibility()
    func taking(_ name: String, _ value: DirectoryEligibility.Taking) -> FormSheet.Field {
      sheet.choices(
        name, label: "directory.form.\(name)",
        options: DirectoryEligibility.Taking.allCases.map {
          option($0.rawValue, $0 == .notStated ? "directory.not_stated" : "directory.\(name).\($0.rawValue)")
        }, value: value.rawValue)
    }
    var fields = [
      sheet.text(
        "youngest", label: "directory.form.youngest", hint: "directory.form.youngest_hint",
        value: eligibility.ages.youngest.map(String.init) ?? "", optional: true, inputmode: "numeric"),
      sheet.text(
        "oldest", label: "directory.form.oldest", value: eligibility.ages.oldest.map(String.init) ?? "", optional: true,
        inputmode: "numeric"),
      sheet.checks(
        "sexes", label: "directory.form.sexes", hint: "directory.form.none_all", options: texts.options(.sexes),
        values: Set(eligibility.sexes), optional: true),
      sheet.checks(
        "exploitation", label: "directory.form.exploitation", hint: "directory.form.none_all",
        options: texts.options(.exploitation), values: Set(eligibility.exploitation), optional: true),
      taking("children", eligibility.withChildren), taking("disability", eligibility.disability),
      sheet.area(
        "eligibility_note", label: "directory.form.eligibility_note", value: service?.eligibilityNote ?? "", rows: 2,
        optional: true),
    ]
    let spoken = (service?.languages ?? []).map(\.language.code)
    let others = spoken.filter { !DirectoryWords.languages.contains($0) }.map { FormSheet.Option($0, $0) }
    fields += [
      sheet.checks(
        "languages", label: "directory.form.languages", options: texts.languageOptions + others, values: Set(spoken),
        optional: true),
      sheet.text(
        "interpretation", label: "directory.form.interpretation", value: service?.interpretation ?? "", optional: true),
    ]
    return fields
  }

  private var hoursFields: [FormSheet.Field] {
    let isAlways = service != nil && hours == [sheet.words("directory.always")]
    var options = [
      option("not_stated", "directory.not_stated"), option("always", "directory.always"),
      option("week", "directory.form.week"),
    ]
    let keeps = service != nil && week == nil
    if keeps {
      options.insert(
        .init("as_is", sheet.words("directory.form.as_is"), hint: hours.joined(separator: "; ")), at: 0)
    }
    let value = keeps ? "as_is" : isAlways ? "always" : week?.isEmpty == false ? "week" : "not_stated"
    let shown = isAlways ? nil : week
    let holidays = service?.schedules.first?.holidays ?? .notStated
    return [
      sheet.choices("hours", label: "directory.form.hours", options: options, value: value)
    ]
      + DirectorySchedule.Weekday.allCases.map { day in
        sheet.text(
          Self.field(day), label: texts.day(day), hint: day == .monday ? "directory.form.day_hint" : nil,
          value: shown?.days[day].map(WeekOfHours.text) ?? "", optional: true)
      } + [
        sheet.choices(
          "holidays", label: "directory.form.holidays",
          options: [
            option("not_stated", "directory.not_stated"), option("open", "directory.holidays.open"),
            option("closed", "directory.holidays.closed"),
          ], value: holidays.rawValue)
      ]
  }

  private static func field(_ day: DirectorySchedule.Weekday) -> String {
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"][day.rawValue]
  }

  private var placeFields: [FormSheet.Field] {
    let isMany = (service?.sites.count ?? 0) > 1
    var isPostal = false
    if case .postal = place?.site { isPostal = true }
    let keeps = isMany || isPostal
    var options = [
      FormSheet.Option(
        "undisclosed", sheet.words("directory.form.undisclosed"), hint: sheet.words("directory.form.undisclosed_hint")),
      option("physical", "directory.form.physical"), option("virtual", "directory.form.virtual"),
      option("none", "directory.form.no_place"),
    ]
    if keeps { options.insert(option("as_is", "directory.form.places_as_is"), at: 0) }
    var value = service == nil ? "" : "none"
    var address: PostalAddress?
    var details: DirectoryPlace.Details?
    switch place?.site {
    case .undisclosed: value = "undisclosed"
    case .virtual: value = "virtual"
    case .physical(let found): (value, address, details) = ("physical", found.address, found)
    case .postal, nil: break
    }
    let position = details?.position
    return [
      sheet.choices("place", label: "directory.form.place", options: options, value: keeps ? "as_is" : value),
      sheet.select(
        "province", label: "directory.form.province", options: texts.provinceOptions, value: place?.province ?? "",
        optional: true),
      sheet.text(
        "line", label: "directory.form.line", hint: "directory.form.line_hint", value: address?.lines.first ?? "",
        optional: true),
      sheet.text("city", label: "directory.form.city", value: address?.city ?? "", optional: true),
      sheet.text(
        "position", label: "directory.form.position", hint: "directory.form.position_hint",
        value: position.map { "\($0.latitude), \($0.longitude)" } ?? "", optional: true),
      sheet.text("transport", label: "directory.transport", value: details?.transport ?? "", optional: true),
      area,
    ]
  }

  private var area: FormSheet.Field {
    let values: Set<String> =
      switch service?.area ?? .notStated {
      case .notStated: []
      case .country: ["all"]
      case .provinces(let codes): Set(codes)
      }
    return sheet.checks(
      "area", label: "directory.form.area", hint: "directory.form.area_hint",
      options: [option("all", "directory.whole_country")] + texts.provinceOptions, values: values, optional: true)
  }

  private var access: [FormSheet.Field] {
    let cost =
      switch service?.isFree {
      case nil: service?.feesNote == nil ? "not_stated" : "charged"
      case true?: "free"
      case false?: "charged"
      }
    let fees = service.flatMap { $0.feesNote ?? ($0.isFree == false ? $0.costs.first?.note : nil) } ?? ""
    return [
      sheet.area(
        "phones", label: "directory.form.phones", hint: "directory.form.lines_hint",
        value: (service?.phones ?? []).map(\.number).joined(separator: "\n"), rows: 3, optional: true),
      sheet.text("email", label: "directory.email", value: service?.email ?? "", type: "email", optional: true),
      sheet.text("website", label: "directory.website", value: service?.website ?? "", optional: true),
      sheet.choices(
        "cost", label: "directory.cost",
        options: [
          option("free", "directory.free_of_charge"), option("charged", "directory.form.charged"),
          option("not_stated", "directory.not_stated"),
        ], value: cost),
      sheet.text("fees", label: "directory.form.fees", value: fees, optional: true),
      sheet.area(
        "application", label: "directory.application", hint: "directory.form.application_hint",
        value: service?.application ?? "", rows: 2, optional: true),
      sheet.text("waiting", label: "directory.waiting", value: service?.waitingTime ?? "", optional: true),
      sheet.area(
        "documents", label: "directory.documents", hint: "directory.form.lines_hint",
        value: (service?.documents ?? []).joined(separator: "\n"), rows: 2, optional: true),
      sheet.tick("confirm", label: "directory.form.confirm", value: true),
    ]
  }

  // MARK: Reading it

  /// What was typed, checked field by field. Throws `Refusal.fields` with everything that is wrong.
  static func edit(_ visit: Visit, _ entry: DirectoryEntry?) throws -> DirectoryEdit {
    let pack = visit.frame.desks.pack
    var (reader, edit) = (FormReader(visit.form), DirectoryEdit())
    func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init).filter { !$0.isEmpty } }
    edit.name = reader.text("name", upTo: 300, required: false)
    edit.description = reader.text("description", upTo: 5000, required: false)
    edit.aboutOrganisation = reader.text("about", upTo: 2000, required: false)
    edit.alert = reader.text("alert", upTo: 2000, required: false)
    edit.needs = reader.values("needs", or: "error.choose") { code in
      pack.term(.services, code) ?? pack.term(.needs, code) == nil ? nil : code
    }
    edit.status = reader.value("status", or: "error.choose") { DirectoryService.Status(rawValue: $0) } ?? .active
    let age: (String) -> Int? = { Int($0).flatMap { (0...130).contains($0) ? $0 : nil } }
    edit.ages.youngest = reader.optional("youngest", or: "error.directory_age", age)
    edit.ages.oldest = reader.optional("oldest", or: "error.directory_age", age)
    edit.sexes = reader.values("sexes", or: "error.choose") { pack.term(.sexes, $0)?.code }
    edit.exploitation = reader.values("exploitation", or: "error.choose") { pack.term(.exploitation, $0)?.code }
    let taking = DirectoryEligibility.Taking.init(rawValue:)
    edit.withChildren = reader.optional("children", or: "error.choose", taking) ?? .notStated
    edit.disability = reader.optional("disability", or: "error.choose", taking) ?? .notStated
    edit.eligibilityNote = reader.text("eligibility_note", upTo: 2000, required: false)
    edit.languages = reader.values("languages", or: "error.choose") { Language($0) }.sorted()
    edit.interpretation = reader.text("interpretation", upTo: 1000, required: false)
    edit.phones = lines(reader.text("phones", upTo: 1300, required: false))
    edit.email = reader.text("email", upTo: 254, required: false)
    edit.website = reader.text("website", upTo: 500, required: false)
    edit.application = reader.text("application", upTo: 2000, required: false)
    edit.waitingTime = reader.text("waiting", upTo: 500, required: false)
    edit.documents = lines(reader.text("documents", upTo: 5000, required: false))
    edit.feesNote = reader.text("fees", upTo: 2000, required: false)
    switch reader.value("cost", or: "error.choose", { ["free", "charged", "not_stated"].contains($0) ? $0 : nil }) {
    case "free": edit.cost = .free
    case "charged": edit.cost = .charged
    default: edit.cost = .notStated
    }
    edit.area = Self.area(&reader, pack)
    edit.opening = opening(&reader, entry)
    edit.place = place(&reader, pack, entry)
    if reader.isTicked("confirm") { edit.confirmedOn = visit.dates.today }
    let problems =
      reader.problems + edit.problems().filter { one in !reader.problems.contains { $0.field == one.field } }
    guard problems.isEmpty else { throw Refusal.fields(problems) }
    return edit
  }

  private static func area(_ reader: inout FormReader, _ pack: CountryPack) -> ServiceArea {
    let codes = reader.values("area", or: "error.choose") { $0 == "all" ? $0 : pack.province(iso: $0)?.iso }
    if codes.contains("all") { return .country }
    return codes.isEmpty ? .notStated : .provinces(codes.sorted())
  }

  private static func opening(_ reader: inout FormReader, _ entry: DirectoryEntry?) -> DirectoryEdit.Opening {
    let kind = reader.value("hours", or: "error.choose") {
      ["as_is", "not_stated", "always", "week"].contains($0) ? $0 : nil
    }
    switch kind {
    case "not_stated": return .notStated
    case "always": return .always
    case "week":
      var days: [DirectorySchedule.Weekday: [DirectorySchedule.Hours]] = [:]
      for day in DirectorySchedule.Weekday.allCases {
        days[day] = reader.optional(field(day), or: "error.directory_hours") { WeekOfHours.hours($0) } ?? []
      }
      let holidays = DirectorySchedule.Holidays.init(rawValue:)
      return .week(WeekOfHours(days), reader.optional("holidays", or: "error.choose", holidays) ?? .notStated)
    default: return entry == nil ? .notStated : .asIs
    }
  }

  private static func place(_ reader: inout FormReader, _ pack: CountryPack, _ entry: DirectoryEntry?)
    -> DirectoryEdit.Place
  {
    let kind = reader.value("place", or: "error.choose") {
      ["as_is", "none", "undisclosed", "virtual", "physical"].contains($0) ? $0 : nil
    }
    let province = reader.optional("province", or: "error.choose") { pack.province(iso: $0)?.iso }
    switch kind {
    case "undisclosed": return .undisclosed(province: province)
    case "virtual": return .virtual(province: province)
    case "physical":
      return .physical(
        DirectoryEdit.Address(
          line: reader.text("line", upTo: 300), city: reader.text("city", upTo: 200, required: false),
          province: province,
          position: reader.optional("position", or: "error.directory_position", position),
          transport: reader.text("transport", upTo: 1000, required: false)))
    case "none": return .none
    default: return entry == nil ? .none : .asIs
    }
  }

  /// `-0.18, -78.47`: latitude and longitude, as maps on the network give them.
  private static func position(_ text: String) -> Position? {
    let parts = text.split(separator: ",").map { part in Double(part.filter { !$0.isWhitespace }) }
    guard parts.count == 2, let latitude = parts[0], let longitude = parts[1] else { return nil }
    return Position(latitude: latitude, longitude: longitude)
  }
}
