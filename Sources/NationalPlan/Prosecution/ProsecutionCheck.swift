import Basics
import CountryPack

/// Looks for what can't be so in counts, and for what is worth a look. Pure: counts, codes and a day in, findings out.
///
///     let findings = ProsecutionCheck(items, terms: terms, today: today).findings
public struct ProsecutionCheck: Sendable {
  /// A count that is looked at. Withdrawn ones are left out by whoever asks.
  public struct Item: Hashable, Sendable {
    public var id: String
    /// Its line in a file; 0 when it is stored.
    public var line: Int
    public var count: ProsecutionCount

    public init(id: String, line: Int = 0, count: ProsecutionCount) {
      (self.id, self.line, self.count) = (id, line, count)
    }
  }

  public private(set) var findings: [ProsecutionFinding] = []
  public var errors: Int { findings.count { $0.weight == .error } }

  private let items: [Item]
  private let terms: ProsecutionTerms
  private let today: CalendarDay

  /// - Parameter items: what is stored first, then what is new, in the order of its file.
  public init(_ items: [Item], terms: ProsecutionTerms, today: CalendarDay) {
    (self.items, self.terms, self.today) = (items, terms, today)
    for item in items { look(item) }
    compareSources()
    compareParts()
    compareConvictions()
    findings.sort { ($0.line, $0.item, $0.problem.rawValue) < ($1.line, $1.item, $1.problem.rawValue) }
  }

  private mutating func add(
    _ problem: ProsecutionProblem, _ weight: ProsecutionFinding.Weight, _ item: Item, _ field: String, _ es: String,
    _ en: String
  ) {
    findings.append(
      ProsecutionFinding(
        problem, weight, item: item.id, line: item.line, field: field, says: LocalizedText(es: es, en: en)))
  }

  private mutating func add(
    _ problem: ProsecutionProblem, _ item: Item, _ field: String, _ es: String, _ en: String
  ) {
    add(problem, .error, item, field, es, en)
  }

  // MARK: One count

  private mutating func look(_ item: Item) {
    lookAtNumber(item)
    lookAtCodes(item)
    lookAtTime(item)
    lookAtSource(item)
  }

  private mutating func lookAtNumber(_ item: Item) {
    let count = item.count
    switch (count.answer, count.number) {
    case (.counted, nil):
      add(.missingNumber, item, "value", "Falta el número; cero se escribe 0", "The number is missing; nought is 0")
    case (.notReported, .some), (.notKept, .some):
      add(
        .unneededNumber, item, "value", "Hay un número y la respuesta dice que no lo hay",
        "There is a number, and the answer says there is none")
    case (.counted, let number?) where number < 0:
      add(
        .negative, item, "value", "Un conteo no puede ser negativo: \(number)", "A count can't be negative: \(number)")
    case (.counted, let number?) where number > ProsecutionCount.largestNumber:
      add(.tooLarge, item, "value", "El número es demasiado grande", "The number is too large")
    default: break
    }
  }

  private mutating func lookAtCodes(_ item: Item) {
    let cell = item.count.cell
    func unknown(_ field: String, _ code: String) {
      add(.unknownCode, item, field, "“\(code)” no está en la lista", "“\(code)” is not in the list")
    }
    if !terms.knows(institution: cell.institution) { unknown("institution", cell.institution) }
    if terms.offence(cell.offence) == nil { unknown("offence", cell.offence) }
    if !cell.sex.isEmpty, !terms.sexes.contains(where: { $0.code == cell.sex }) { unknown("sex", cell.sex) }
    if !cell.age.isEmpty, !ProsecutionCell.ages.contains(cell.age) { unknown("age", cell.age) }
    guard !cell.outcome.isEmpty else { return }
    guard let outcome = terms.outcome(cell.outcome) else { return unknown("outcome", cell.outcome) }
    if outcome.details["stage"] != cell.stage.rawValue {
      add(
        .outcomeOfAnotherStage, item, "outcome", "Ese resultado es de otra etapa",
        "That outcome belongs to another stage")
    }
  }

  private mutating func lookAtTime(_ item: Item) {
    let period = item.count.cell.period
    if let first = period.firstDay, first > today || period.lastYear > today.year {
      add(.future, item, "period", "\(period) está por venir", "\(period) is still to come")
    } else if let end = period.endsBefore, end > today {
      add(
        .unfinished, .notice, item, "period", "\(period) no ha terminado: el número es provisional",
        "\(period) is not over: the number is provisional")
    }
    if let from = terms.offence(item.count.cell.offence)?.from, let end = period.endsBefore, end <= from {
      add(
        .offenceOfALaterTime, .notice, item, "offence", "Ese texto legal rige desde el \(from)",
        "That legal text is in force from \(from)")
    }
  }

  private mutating func lookAtSource(_ item: Item) {
    let (source, note) = (item.count.source, item.count.note)
    if source.document.allSatisfy(\.isWhitespace) {
      add(.missingSource, item, "document", "Falta el documento del que sale", "The document it comes from is missing")
    }
    if source.readOn > today {
      add(.sourceInTheFuture, item, "read_on", "La fecha de lectura está por venir", "The day of reading is to come")
    } else if let day = source.day, day > source.readOn {
      add(
        .readBeforeSource, item, "document_date", "El documento sería posterior a su lectura",
        "The document would be later than its reading")
    }
    for (field, text) in [("document", source.document), ("note", note)]
    where ProsecutionText.pointsAtSomebody(text) {
      add(
        .pointsAtSomebody, item, field,
        "Parece el número de un expediente, de una persona o un contacto: aquí van solo conteos",
        "This looks like the number of a case file, of a person or a contact: only counts belong here")
    }
  }

  // MARK: Counts beside each other

  /// Two documents are the same when they are called the same and bear the same date.
  private struct SourceKey: Hashable {
    var document: String
    var day: CalendarDay?

    init(_ source: ProsecutionSource) {
      document = source.document.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
      day = source.day
    }
  }

  private mutating func compareSources() {
    for (_, places) in Dictionary(grouping: items.indices, by: { items[$0].count.cell }) where places.count > 1 {
      var first: [SourceKey: Int] = [:]
      for place in places {
        let item = items[place]
        guard let earlier = first[SourceKey(item.count.source)] else {
          first[SourceKey(item.count.source)] = place
          continue
        }
        let other = items[earlier].count
        let isSame = other.answer == item.count.answer && other.number == item.count.number
        add(
          .duplicate, isSame ? .notice : .error, item, "document",
          isSame
            ? "Ya está anotado, de la misma fuente" : "La misma fuente ya está anotada con otro número: corrija aquel",
          isSame
            ? "It is entered already, from the same source"
            : "The same source is entered already with another number: correct that one")
      }
      let told = first.values.filter { items[$0].count.answer == .counted && items[$0].count.number != nil }
      let numbers = Set(told.compactMap { items[$0].count.number })
      guard numbers.count > 1 else { continue }
      let list = numbers.sorted().map(String.init).joined(separator: ", ")
      for place in told.sorted() {
        add(
          .contradicts, .notice, items[place], "value", "Las fuentes dan números distintos: \(list)",
          "The sources give different numbers: \(list)")
      }
    }
  }

  private struct PartKey: Hashable {
    var source: SourceKey
    var whole: ProsecutionCell
    var dimension: Int
  }

  /// The wholes that a cell is a part of, one a dimension.
  private func wholes(of cell: ProsecutionCell) -> [(dimension: Int, whole: ProsecutionCell)] {
    var found: [(Int, ProsecutionCell)] = []
    func add(_ dimension: Int, _ change: (inout ProsecutionCell) -> Void) {
      var whole = cell
      change(&whole)
      found.append((dimension, whole))
    }
    if cell.period.quarter > 0, let year = ProsecutionPeriod(year: cell.period.year) { add(0) { $0.period = year } }
    if let whole = terms.whole(of: cell.offence) { add(1) { $0.offence = whole } }
    if !cell.outcome.isEmpty { add(2) { $0.outcome = "" } }
    if !cell.sex.isEmpty { add(3) { $0.sex = "" } }
    if !cell.age.isEmpty { add(4) { $0.age = "" } }
    return found
  }

  /// In one source no parts make more than their whole.
  private mutating func compareParts() {
    var parts: [PartKey: [Int]] = [:]
    var known: [PartKey: Set<ProsecutionCell>] = [:]
    var whole: [PartKey: Int] = [:]
    for (place, item) in items.enumerated() where item.count.answer == .counted && (item.count.number ?? -1) >= 0 {
      let source = SourceKey(item.count.source)
      for dimension in 0..<5 {
        let key = PartKey(source: source, whole: item.count.cell, dimension: dimension)
        if whole[key] == nil { whole[key] = place }
      }
      for (dimension, cell) in wholes(of: item.count.cell) {
        let key = PartKey(source: source, whole: cell, dimension: dimension)
        // What stands twice is told as such and is no second part.
        if known[key, default: []].insert(item.count.cell).inserted { parts[key, default: []].append(place) }
      }
    }
    var told: Set<Int> = []
    let sorted = parts.sorted { one, other in
      (one.key.dimension, one.value[0]) < (other.key.dimension, other.value[0])
    }
    for (key, places) in sorted {
      guard let place = whole[key], let all = items[place].count.number else { continue }
      let sum = places.reduce(0) { $0 + (items[$1].count.number ?? 0) }
      guard sum > all else { continue }
      let involved = places + [place]
      let isPrinted = involved.contains { items[$0].count.isAsPrinted }
      for one in involved where told.insert(one).inserted {
        add(
          .partsExceedWhole, isPrinted ? .notice : .error, items[one], "value",
          "Las partes suman \(sum), más que el total de \(all)", "The parts make \(sum), more than the whole of \(all)")
      }
    }
  }

  /// More convictions than prosecutions of all years until then. A notice: what ends this year began before, perhaps
  /// before anybody counted. Where sources disagree, the most prosecutions and the fewest convictions are taken.
  private mutating func compareConvictions() {
    let book = ProsecutionBook(items.map { ($0.id, $0.count) }, terms: terms)
    for unit in ProsecutionUnit.allCases {
      for offence in terms.wholeOffences {
        var (charged, convicted) = (0, 0)
        for period in book.periods where !period.isSpan {
          func numbers(_ stage: ProsecutionStage) -> [(id: String, all: [Int])] {
            book.series.filter { $0.stage == stage && $0.unit == unit }.compactMap { series in
              guard let figure = book.figure(series, period, offence: offence), let number = figure.number else {
                return nil
              }
              return (figure.ids.first ?? "", [number] + figure.others)
            }
          }
          let (charges, ends) = (numbers(.prosecutions), numbers(.convictions))
          charged += charges.flatMap(\.all).max() ?? 0
          convicted += ends.flatMap(\.all).min() ?? 0
          guard charged > 0, convicted > charged, let id = ends.first?.id,
            let item = items.first(where: { $0.id == id })
          else { continue }
          add(
            .moreConvictions, .notice, item, "value",
            "Hasta \(period) hay más condenas (\(convicted)) que procesamientos (\(charged)): puede ser por procesos de "
              + "años anteriores",
            "Until \(period) there are more convictions (\(convicted)) than prosecutions (\(charged)): they may come "
              + "from proceedings of earlier years")
        }
      }
    }
  }
}
