import Basics
import CountryPack
import Referrals

/// How the directory is put into words for one reader, a member or the public.
struct DirectoryWords {
  let words: Words
  let dates: Dates
  let pack: CountryPack
  private var reader: Language { words.language }

  init(_ visit: Visit) {
    (words, dates, pack) = (visit.words, visit.dates, visit.frame.desks.pack)
  }

  init(_ visit: PublicVisit) {
    (words, dates, pack) = (visit.words, visit.dates, visit.pack)
  }

  /// Languages people choose by name. Others are shown by their code.
  static let languages = ["es", "qu", "en", "fr", "pt", "ht", "zh", "ar", "ru", "ecs"]

  func language(_ language: Language) -> String {
    words.has("directory.language.\(language)") ? words("directory.language.\(language)") : language.code
  }

  func term(_ list: PackList, _ code: String) -> String { pack.term(list, code)?.name[reader] ?? code }
  func need(_ code: String) -> String {
    (pack.term(.services, code) ?? pack.term(.needs, code))?.name[reader] ?? code
  }
  func province(_ iso: String) -> String { pack.province(iso: iso)?.name[reader] ?? iso }

  // MARK: Choices of forms

  /// Services first, then the needs whose code is not a service's as well.
  var needOptions: [FormSheet.Option] {
    let needs = (pack.lists[.needs] ?? []).filter { pack.term(.services, $0.code) == nil }
    return ((pack.lists[.services] ?? []) + needs).map { FormSheet.Option($0.code, $0.name[reader]) }
  }

  var provinceOptions: [FormSheet.Option] {
    pack.provinces.map { FormSheet.Option($0.iso, $0.name[reader]) }.sorted { $0.label < $1.label }
  }

  var languageOptions: [FormSheet.Option] {
    Self.languages.map { FormSheet.Option($0, words("directory.language.\($0)")) }
  }

  func options(_ list: PackList) -> [FormSheet.Option] {
    (pack.lists[list] ?? []).map { FormSheet.Option($0.code, $0.name[reader]) }
  }

  // MARK: A service

  func vacancy(_ vacancy: DirectoryVacancy) -> Status? {
    switch vacancy {
    case .free(let number, let counted):
      Status(
        text: words("directory.free", ["count": String(number), "ago": dates.ago(counted)]), tone: .done)
    case .full(let counted): Status(text: words("directory.full", ["ago": dates.ago(counted)]), tone: .ended)
    case .old(let number, let counted):
      Status(
        text: words("directory.old_count", ["count": String(number), "ago": dates.ago(counted)]), tone: .open)
    case .notStated: nil
    }
  }

  func opening(_ opening: DirectoryOpening) -> String {
    switch opening {
    case .open(let until):
      until.map { words("directory.open_until", ["moment": dates.moment($0)]) } ?? words("directory.open_always")
    case .closed(let opens):
      opens.map { words("directory.closed_until", ["moment": dates.moment($0)]) } ?? words("directory.closed")
    case .holiday: words("directory.holiday")
    case .notStated: words("directory.no_hours")
    }
  }

  func freshness(_ freshness: DirectoryFreshness) -> Status {
    switch freshness {
    case .confirmed(let until):
      Status(text: words("directory.confirmed", ["day": dates.day(until)]), tone: .done)
    case .due(let until): Status(text: words("directory.due", ["day": dates.day(until)]), tone: .active)
    case .stale(let since): Status(text: words("directory.stale", ["day": dates.day(since)]), tone: .urgent)
    case .neverConfirmed: Status(text: words("directory.never_confirmed"), tone: .urgent)
    }
  }

  func status(_ status: DirectoryService.Status) -> String {
    words("directory.status.\(status.rawValue.replacing(" ", with: "_"))")
  }

  /// Where it is, as far as the reader may know.
  func place(_ place: DirectoryPlace?) -> String {
    guard let place else { return "" }
    let region = place.province.map(province) ?? ""
    switch place.site {
    case .undisclosed:
      return words("directory.undisclosed") + (region.isEmpty ? "" : " · " + region)
    case .virtual: return words("directory.virtual")
    case .physical(let details), .postal(let details):
      let city = details.address?.city ?? ""
      return [city.isEmpty ? details.name ?? "" : city, region].filter { !$0.isEmpty }.joined(separator: ", ")
    }
  }

  func kilometres(_ kilometres: Double?) -> String? {
    kilometres.map { words("directory.kilometres", ["count": String(Int($0.rounded()))]) }
  }

  /// Whom it takes.
  func eligibility(_ service: DirectoryService) -> [String] {
    let eligibility = service.eligibility
    var all: [String] = []
    if let text = ages(eligibility.ages) { all.append(text) }
    for (sex, ages) in eligibility.agesBySex.sorted(by: { $0.key < $1.key }) {
      all.append(term(.sexes, sex) + ": " + (self.ages(ages) ?? words("directory.any_age")))
    }
    func list(_ codes: [String], _ list: PackList, _ key: String) {
      if !codes.isEmpty { all.append(words(key, ["list": codes.map { term(list, $0) }.joined(separator: ", ")])) }
    }
    list(eligibility.sexes, .sexes, "directory.only_sexes")
    list(eligibility.nationalities, .countries, "directory.only_nationalities")
    list(eligibility.exploitation, .exploitation, "directory.only_exploitation")
    for (taking, name) in [(eligibility.withChildren, "children"), (eligibility.disability, "disability")]
    where taking != .notStated { all.append(words("directory.\(name).\(taking.rawValue)")) }
    if let note = service.eligibilityNote { all.append(note) }
    return all.isEmpty ? [words("directory.everybody")] : all
  }

  private func ages(_ ages: DirectoryEligibility.Ages) -> String? {
    switch (ages.youngest, ages.oldest) {
    case (nil, nil): nil
    case (let youngest?, nil): words("directory.ages_from", ["from": String(youngest)])
    case (nil, let oldest?): words("directory.ages_to", ["to": String(oldest)])
    case (let youngest?, let oldest?):
      words("directory.ages_between", ["from": String(youngest), "to": String(oldest)])
    }
  }

  func cost(_ service: DirectoryService) -> String {
    if service.isFree == true, service.feesNote == nil { return words("directory.free_of_charge") }
    let amounts = service.costs.map { cost in
      let amount = cost.amount.map { "\($0)" + (cost.currency.map { " " + $0 } ?? "") }
      return [cost.option, amount, cost.note].compactMap(\.self).joined(separator: " · ")
    }
    let all = amounts.filter { !$0.isEmpty } + [service.feesNote].compactMap(\.self)
    return all.isEmpty ? words("directory.not_stated") : all.joined(separator: "\n")
  }

  func area(_ service: DirectoryService) -> String {
    let coded =
      switch service.area {
      case .notStated: ""
      case .country: words("directory.whole_country")
      case .provinces(let codes): codes.map(province).joined(separator: ", ")
      }
    let all = ([coded] + service.areaNotes).filter { !$0.isEmpty }
    return all.isEmpty ? words("directory.not_stated") : all.joined(separator: "\n")
  }

  func spoken(_ service: DirectoryService) -> String {
    let languages = service.languages.map { language($0.language) + ($0.note.map { " (\($0))" } ?? "") }
    let all = [languages.joined(separator: ", "), service.interpretation ?? ""].filter { !$0.isEmpty }
    return all.isEmpty ? words("directory.not_stated") : all.joined(separator: "\n")
  }

  func phone(_ phone: DirectoryPhone) -> String {
    let more = [
      phone.extensionNumber.map { words("directory.extension", ["number": String($0)]) }, phone.note,
    ].compactMap(\.self)
    return ([phone.number] + more).joined(separator: " · ")
  }
}

// MARK: Hours

extension DirectoryWords {
  /// The hours that hold for a service at its places, each said once.
  func hours(_ entry: Directory, _ service: DirectoryService) -> [String] {
    var schedules = service.sites.flatMap { site -> [DirectorySchedule] in
      if !site.schedules.isEmpty { return site.schedules }
      return service.schedules.isEmpty ? entry.places[site.place]?.details?.schedules ?? [] : service.schedules
    }
    if service.sites.isEmpty { schedules = service.schedules }
    var lines: [String] = []
    for line in schedules.map(hours) where !lines.contains(line) { lines.append(line) }
    return lines
  }

  private func hours(_ schedule: DirectorySchedule) -> String {
    if schedule == .always || isAlways(schedule) { return words("directory.always") }
    var parts: [String] = []
    switch schedule.rule {
    case .weekly(let days):
      parts.append(self.days(days))
      if schedule.interval > 1 { parts.append(words("directory.every_weeks", ["count": String(schedule.interval)])) }
    case .monthly(let weekdays, let dates):
      let named = weekdays.map { one in
        one.ordinal.map { words("directory.ordinal.\($0)", ["day": day(one.weekday)]) } ?? day(one.weekday)
      }
      let numbered = dates.map { words("directory.date", ["number": String($0)]) }
      parts.append(words("directory.monthly", ["days": (named + numbered).joined(separator: ", ")]))
    case .described: break
    }
    if let hours = schedule.hours { parts.append(WeekOfHours.text([hours]).replacing("-", with: "–")) }
    if let note = schedule.note { parts.append(note) }
    if let from = schedule.validFrom { parts.append(words("directory.from_day", ["day": dates.day(from)])) }
    if let to = schedule.validTo { parts.append(words("directory.to_day", ["day": dates.day(to)])) }
    switch schedule.holidays {
    case .open: parts.append(words("directory.holidays.open"))
    case .closed: parts.append(words("directory.holidays.closed"))
    case .notStated: break
    }
    return parts.joined(separator: " · ")
  }

  private func isAlways(_ schedule: DirectorySchedule) -> Bool {
    guard case .weekly(let days) = schedule.rule, let hours = schedule.hours else { return false }
    return days.count == 7 && hours.opens == .midnight && hours.closes == .midnight && schedule.holidays == .open
      && schedule.validFrom == nil && schedule.validTo == nil && schedule.interval == 1 && schedule.note == nil
  }

  func day(_ day: DirectorySchedule.Weekday) -> String { words("directory.day.\(day.rawValue + 1)") }

  /// `lun a vie`, `lun, mié`.
  private func days(_ days: [DirectorySchedule.Weekday]) -> String {
    if days.count == 7 { return words("directory.every_day") }
    let numbers = days.map(\.rawValue)
    if days.count > 2, let first = numbers.first, let last = numbers.last, last - first == days.count - 1 {
      return words("directory.days", ["from": day(days[0]), "to": day(days[days.count - 1])])
    }
    return days.map(day).joined(separator: ", ")
  }
}

// MARK: Why a service stands where it stands

extension DirectoryWords {
  func criterion(_ criterion: EligibilityVerdict.Criterion) -> String {
    words("directory.criterion.\(criterion.rawValue)")
  }

  /// The reasons of a match, one sentence each, what speaks for it first.
  func reasons(_ match: DirectoryMatch) -> [String] {
    var reasons: [String] = []
    switch match.eligibility {
    case .fits: reasons.append(words("directory.why.fits"))
    case .ask(let criteria):
      reasons.append(words("directory.why.ask", ["list": criteria.map(criterion).joined(separator: ", ")]))
    case .excluded(let criteria):
      reasons.append(words("directory.why.others", ["list": criteria.map(criterion).joined(separator: ", ")]))
    }
    if let covers = match.coversProvince {
      reasons.append(words(covers ? "directory.why.province" : "directory.why.other_province"))
    }
    if let vacancy = vacancy(match.vacancy) { reasons.append(vacancy.text) }
    reasons.append(opening(match.opening))
    if let far = kilometres(match.kilometres) { reasons.append(far) }
    if let speaks = match.speaks {
      reasons.append(words(speaks ? "directory.why.speaks" : "directory.why.not_speaks"))
    }
    reasons.append(freshness(match.freshness).text)
    return reasons
  }

  func ahead(_ criterion: DirectoryCriterion?) -> String? {
    criterion.map { words("directory.ahead", ["criterion": words("directory.ahead.\($0.code)")]) }
  }

  /// A line of a list.
  func row(_ match: DirectoryMatch) -> WorkRow {
    var facts = [match.organisation.name, place(match.place)]
    if let far = kilometres(match.kilometres) { facts.append(far) }
    facts.append(opening(match.opening))
    if case .excluded(let criteria) = match.eligibility {
      facts.append(words("directory.why.others", ["list": criteria.map(criterion).joined(separator: ", ")]))
    } else if case .ask(let criteria) = match.eligibility {
      facts.append(words("directory.why.ask", ["list": criteria.map(criterion).joined(separator: ", ")]))
    }
    if !match.freshness.holds { facts.append(freshness(match.freshness).text) }
    return WorkRow(
      title: match.service.name, address: DirectoryPages.address(match.service.key),
      facts: facts.filter { !$0.isEmpty }, status: vacancy(match.vacancy))
  }
}
