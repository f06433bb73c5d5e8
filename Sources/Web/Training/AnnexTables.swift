import Basics
import CountryPack
import Statistics
import Training

/// The donor annex as it may leave the house: small counts hidden, and others with them, so that no sum gives them back.
struct AnnexTables {
  /// One table: headings, rows of cells, and what it is called.
  struct Table {
    var name: String
    var columns: [String]
    var rows: [[Cell]]
  }

  enum Cell {
    case text(String)
    /// `nil` is hidden.
    case count(Int?)
    /// A share of 1, or why there is none.
    case share(Double?, String)
  }

  let annex: DonorAnnex
  let pack: CountryPack
  let words: Words
  let language: Language
  let dates: Dates
  private let byInstitution: ProtectedCube
  private let byProvince: ProtectedCube
  private let byPhase: ProtectedCube
  private let byCohort: ProtectedCube

  private static let open = "not_asked"

  init(_ annex: DonorAnnex, pack: CountryPack, visit: Visit) {
    self.annex = annex
    self.pack = pack
    (words, language, dates) = (visit.words, visit.language, visit.dates)
    let people = annex.people
    func axis(_ column: String, _ codes: [String]) -> CountCube.Axis {
      .init(column: column, codes: Set(codes).sorted())
    }
    let sexes = axis("sex", people.map { $0.sex ?? Self.open })
    let institutions = axis("institution", people.map(\.institution))
    let provinces = axis("province", people.map(\.province))
    var pairs: [[String]: Int] = [:]
    var homes: [String: Int] = [:]
    for person in people {
      pairs[[person.institution, person.sex ?? Self.open], default: 0] += 1
      homes[person.province, default: 0] += 1
    }
    let cubes = [
      CountCube(axes: [institutions, sexes]) { pairs[[institutions.codes[$0[0]], sexes.codes[$0[1]]]] ?? 0 },
      CountCube(axes: [provinces]) { homes[provinces.codes[$0[0]]] ?? 0 },
    ]
    let threshold = pack.after.needs.smallest
    let protected = ProtectedCube.protect(cubes, threshold: threshold)
    (byInstitution, byProvince) = (protected[0], protected[1])
    func protect(_ axis: CountCube.Axis, _ counts: [String: Int]) -> ProtectedCube {
      ProtectedCube.protect([CountCube(axes: [axis]) { counts[axis.codes[$0[0]]] ?? 0 }], threshold: threshold)[0]
    }
    byPhase = protect(axis("phase", Array(annex.phases.keys)), annex.phases.mapValues(\.people))
    let cohorts = Dictionary(annex.cohorts.map { ($0.cohort.id.description, $0.people) }) { first, _ in first }
    byCohort = protect(axis("cohort", Array(cohorts.keys)), cohorts)
  }

  var hidesSomething: Bool { [byInstitution, byProvince, byPhase, byCohort].contains(where: \.hidesSomething) }

  /// Distinct people; `nil` when even their number is too small.
  var people: Int? { byInstitution[nil, nil] }

  /// How often these people were present; hidden wherever their number is.
  private func attendances(_ people: Int?, _ belongs: (AnnexPerson) -> Bool) -> Int? {
    people == nil ? nil : annex.people.filter(belongs).reduce(0) { $0 + $1.attendances }
  }

  private func sex(_ code: String) -> String {
    code == Self.open ? words("training.annex.open") : pack.term(.sexes, code)?.name[language] ?? code
  }

  private func institution(_ code: String) -> String { pack.institution(code)?.name[language] ?? code }

  var tables: [Table] { [institutions, sexes, provinces, phases, cohorts] }

  private var heads: [String] { [words("training.annex.people"), words("training.annex.attendances")] }

  private func total(_ people: Int?) -> [Cell] {
    [.text(words("training.annex.total")), .count(people), .count(attendances(people) { _ in true })]
  }

  private var institutions: Table {
    let axes = byInstitution.cube.axes
    let sexes = axes[1].codes
    func row(_ name: String, _ code: String?) -> [Cell] {
      let people = byInstitution[code, nil]
      return [.text(name), .count(people)] + sexes.map { .count(byInstitution[code, $0]) }
        + [.count(attendances(people) { code == nil || $0.institution == code })]
    }
    return Table(
      name: words("training.annex.by_institution"),
      columns: [words("training.person.institution"), words("training.annex.people")] + sexes.map(sex)
        + [words("training.annex.attendances")],
      rows: axes[0].codes.map { row(institution($0), $0) } + [row(words("training.annex.total"), nil)])
  }

  private var sexes: Table {
    let codes = byInstitution.cube.axes[1].codes
    return Table(
      name: words("training.annex.by_sex"), columns: [words("training.annex.sex")] + heads,
      rows: codes.map { code in
        let people = byInstitution[nil, code]
        return [.text(sex(code)), .count(people), .count(attendances(people) { ($0.sex ?? Self.open) == code })]
      } + [total(byInstitution[nil, nil])])
  }

  private var provinces: Table {
    Table(
      name: words("training.annex.by_province"), columns: [words("training.person.province")] + heads,
      rows: byProvince.cube.axes[0].codes.map { code in
        let people = byProvince[code]
        return [
          .text(pack.provinceName(code, language)), .count(people),
          .count(attendances(people) { $0.province == code }),
        ]
      } + [total(byProvince[nil])])
  }

  private var phases: Table {
    Table(
      name: words("training.annex.by_phase"), columns: [words("training.new.phase")] + heads,
      rows: byPhase.cube.axes[0].codes.map { code in
        let people = byPhase[code]
        return [
          .text(pack.training.phase(code)?.name[language] ?? code), .count(people),
          .count(people == nil ? nil : annex.phases[code]?.attendances),
        ]
      })
  }

  /// Each cohort with its gain. A class too small to judge has none.
  private var cohorts: Table {
    let smallest = pack.after.needs.smallest
    return Table(
      name: words("training.annex.by_cohort"),
      columns: [
        words("training.annex.cohort"), words("training.annex.people"), words("training.annex.attendances"),
        words("training.annex.matched"), words("training.annex.gain"), words("training.annex.follow_up"),
        words("training.annex.remains"),
      ],
      rows: annex.cohorts.map { line in
        let paired = line.result.paired
        let people = byCohort[line.cohort.id.description]
        let gain: Cell =
          paired.isTooFewToJudge ? .share(nil, words("training.annex.too_few")) : .share(paired.gain, "–")
        let kept = line.followUp.map(\.retention)
        return [
          .text(
            line.cohort.title(pack, language) + " · " + line.cohort.place + " · "
              + dates.range(line.cohort.from, line.cohort.until)), .count(people),
          .count(people == nil ? nil : line.attendances),
          .count(people == nil || (1..<smallest).contains(paired.matched) ? nil : paired.matched), gain,
          people == nil ? .count(nil) : .share(line.followUp?.rate, "–"),
          kept.map { $0.isTooFewToJudge ? .share(nil, words("training.annex.too_few")) : .share($0.rho, "–") }
            ?? .text("–"),
        ]
      })
  }

  // MARK: As files

  private static let mark = "*"

  private func text(_ cell: Cell) -> String {
    switch cell {
    case .text(let text): text
    case .count(let count): count.map { String($0) } ?? Self.mark
    case .share(let share, let otherwise): share.map { Figures.percent($0, words) } ?? otherwise
    }
  }

  func view(_ table: Table) -> [String: Any] {
    DataTable(
      caption: table.name, columns: table.columns,
      rows: table.rows.map { row in
        row.enumerated().map { index, cell in
          if case .text(let text) = cell { return .text(text) }
          return index == 0 ? .text(text(cell)) : .number(text(cell))
        }
      }
    ).view
  }

  var notes: [String] {
    [
      words("training.annex.note.people"), words("training.annex.note.phase"), words("training.annex.note.silent"),
    ] + (hidesSomething ? [words("training.annex.note.hidden", ["smallest": String(pack.after.needs.smallest)])] : [])
  }

  var spreadsheet: [UInt8] {
    let sheets = tables.map { table in
      Spreadsheet.Sheet(
        name: table.name,
        rows: [table.columns.map(Spreadsheet.Cell.text)]
          + table.rows.map { row in
            row.map { cell in
              switch cell {
              case .count(let count?): .count(count)
              case .share(let share?, _): .number((share * 10_000).rounded() / 10_000)
              default: .text(text(cell))
              }
            }
          })
    }
    let notes = Spreadsheet.Sheet(
      name: words("training.annex.notes"), rows: [[.text(words("training.annex.notes"))]] + notes.map { [.text($0)] })
    return Spreadsheet(sheets: sheets + [notes]).bytes
  }

  /// One line a number: table, row, column, value. Hidden ones are marked, not left out.
  var csv: String {
    var lines = [["table", "row", "column", "value"]]
    for table in tables {
      for row in table.rows {
        for (column, cell) in zip(table.columns, row).dropFirst() {
          let value =
            if case .share(let share?, _) = cell { String((share * 10_000).rounded() / 10_000) } else { text(cell) }
          lines.append([table.name, text(row[0]), column, value])
        }
      }
    }
    return lines.map { $0.map(Self.quoted).joined(separator: ",") + "\r\n" }.joined()
  }

  /// A cell that a spreadsheet would take for a formula is kept a text.
  private static func quoted(_ text: String) -> String {
    let isFormula = text.first.map { "=+-@\t\r".contains($0) } ?? false
    return "\"" + ((isFormula ? "'" : "") + text).replacing("\"", with: "\"\"") + "\""
  }
}
