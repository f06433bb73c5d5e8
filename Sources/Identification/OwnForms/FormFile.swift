import Basics
import Forms
import Records
import Vault

/// A filling with its sealed answers opened, and the form it was filled in on.
public struct FormFile: Sendable {
  /// A saved page and the revision it was read at; 0 while it was never saved.
  public struct Part: Hashable, Sendable {
    public var revision: Int
    public var value: PageAnswers
  }

  /// What one page holds.
  public struct PageAnswers: Hashable, Sendable, Codable {
    /// By slot. An empty text was left empty; what is missing was never on the page.
    public var answers: [String: String] = [:]
    /// Of a page that asks how often a repetition is filled in.
    public var count: Int?
  }

  public var row: FormFillingRow
  public let form: XLSForm
  public var parts: [String: Part]
  /// The country's offset from UTC.
  let offset: Span
  let now: Moment

  /// A page, empty when it was never saved.
  public func part(_ page: String) -> Part { parts[page] ?? Part(revision: 0, value: PageAnswers()) }

  /// All answers together.
  public var answers: FormFilling {
    var all = FormFilling()
    for (id, part) in parts {
      all.answers.merge(part.value.answers) { _, new in new }
      if let count = part.value.count, let page = form.page(id), case .count(let node) = page.content {
        all.counts[FormFilling.slot(form.nodes[node].name, page.context)] = count
      }
    }
    all.begun = Self.written(row.begunAt, offset)
    all.saved = Self.written(row.touchedAt, offset)
    return all
  }

  /// The form computed with its answers. What was finished stays as it was on that day.
  ///
  /// Throws `Refusal` when there are too many answers to compute.
  public func run() throws(Refusal) -> FormRun {
    do { return try FormRun(form, answers, today: CalendarDay(row.finishedAt ?? now, offsetFromUTC: offset)) } catch {
      throw FormDesk.tooLarge
    }
  }

  /// `2026-11-25T08:30` at the country's clock, as forms write times.
  private static func written(_ moment: Moment, _ offset: Span) -> String {
    let local = (moment + offset).milliseconds
    let minutes = Int((local % 86_400_000 + 86_400_000) % 86_400_000 / 60_000)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
    return CalendarDay(moment, offsetFromUTC: offset).description + "T\(two(minutes / 60)):\(two(minutes % 60))"
  }
}

extension FieldAddress {
  static func page(_ filling: FormFillingRow, _ page: String, revision: Int) -> FieldAddress {
    FieldAddress(
      tenant: filling.agency.description, table: "own_form_parts", column: "content",
      row: filling.id.description + "/" + page, revision: revision)
  }
}

/// Which fillings a work list shows.
public struct FormFillingFilter: Hashable, Sendable {
  /// All of the agency, for those who may read them; else only the actor's own.
  public var ofTheAgency: Bool
  public var status: FormFillingRow.Status?
  public var form: OwnFormID?
  public var limit: Int
  public var offset: Int

  public init(
    ofTheAgency: Bool = true, status: FormFillingRow.Status? = nil, form: OwnFormID? = nil, limit: Int = 25,
    offset: Int = 0
  ) {
    self.ofTheAgency = ofTheAgency
    self.status = status
    self.form = form
    self.limit = limit
    self.offset = offset
  }
}
