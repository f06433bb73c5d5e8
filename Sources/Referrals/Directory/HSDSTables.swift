import Basics

/// The tables of an HSDS data package (CSV files), put together to the same shape as nested JSON.
///
/// Source: HSDS 3.0, tabular representation; RFC 4180.
struct HSDSTables {
  /// The files that are looked at, without `.csv`.
  static let names = [
    "organizations", "services", "locations", "service_at_locations", "addresses", "phones", "schedules",
    "service_areas", "languages", "cost_options", "required_documents", "contacts", "accessibility", "attributes",
    "taxonomy_terms", "service_capacity", "units",
  ]

  private typealias Record = [String: HSDSNode]
  private struct Table {
    var records: [(record: Record, line: Int)] = []
    var name: String

    func grouped(by column: String) -> [String: [HSDSNode]] {
      var groups: [String: [HSDSNode]] = [:]
      for (record, line) in records {
        guard let key = HSDSTables.text(record[column]) else { continue }
        groups[key, default: []].append(HSDSNode(.object(record), file: name, line: line))
      }
      return groups
    }
  }

  private var tables: [String: Table] = [:]

  /// An object with `services` and `organizations`.
  static func read(_ files: [String: [UInt8]], _ limits: DirectoryLimits) throws(DirectoryProblem) -> HSDSNode {
    var tables = HSDSTables()
    var total = 0
    for name in names {
      guard let bytes = files[name] else { continue }
      total += bytes.count
      guard total <= limits.bytes else {
        throw DirectoryProblem("the files are larger than \(limits.bytes >> 20) MB together")
      }
      tables.tables[name] = try table(bytes, name + ".csv")
    }
    guard tables.tables["services"] != nil else { throw DirectoryProblem("there is no services.csv") }
    return tables.nested
  }

  private static func table(_ bytes: [UInt8], _ file: String) throws(DirectoryProblem) -> Table {
    let rows = try HSDSRows.read(bytes, file: file)
    var table = Table(name: file)
    guard let head = rows.first else { throw DirectoryProblem(file: file, line: 1, "there is no header") }
    let columns = head.fields.map { $0.lowercased() }
    guard Set(columns).count == columns.count else {
      throw DirectoryProblem(file: file, line: 1, "a column stands twice")
    }
    for row in rows.dropFirst() {
      guard row.fields.count == columns.count else {
        throw DirectoryProblem(
          file: file, line: row.line, "\(row.fields.count) fields, but the header has \(columns.count)")
      }
      var record: Record = [:]
      for (column, field) in zip(columns, row.fields) where !field.isEmpty {
        record[column] = HSDSNode(.text(field), file: file, line: row.line)
      }
      table.records.append((record, row.line))
    }
    return table
  }

  private static func text(_ node: HSDSNode?) -> String? {
    guard case .text(let text) = node?.value else { return nil }
    return text
  }

  // MARK: Nesting

  private var nested: HSDSNode {
    let phones = table("phones")
    let contacts = with(table("contacts"), ["phones": phones.grouped(by: "contact_id")])
    let terms = byID(table("taxonomy_terms"))
    var attributes = table("attributes")
    attributes.records = attributes.records.map { record, line in
      var record = record
      record["taxonomy_term"] = Self.text(record["taxonomy_term_id"]).flatMap { terms[$0] }
      return (record, line)
    }
    let attributesByLink = attributes.grouped(by: "link_id")
    let schedules = with(table("schedules"), ["attributes": attributesByLink])
    let organisations = with(
      table("organizations"),
      ["phones": phones.grouped(by: "organization_id"), "contacts": contacts.grouped(by: "organization_id")])
    let locations = byID(
      with(
        table("locations"),
        [
          "addresses": table("addresses").grouped(by: "location_id"),
          "schedules": schedules.grouped(by: "location_id"),
          "accessibility": table("accessibility").grouped(by: "location_id"),
          "phones": phones.grouped(by: "location_id"), "attributes": attributesByLink,
        ]))
    var sites = with(
      table("service_at_locations"),
      [
        "schedules": schedules.grouped(by: "service_at_location_id"),
        "phones": phones.grouped(by: "service_at_location_id"),
      ])
    sites.records = sites.records.map { record, line in
      var record = record
      record["location"] = Self.text(record["location_id"]).flatMap { locations[$0] }
      return (record, line)
    }
    let units = byID(table("units"))
    var capacities = table("service_capacity")
    capacities.records = capacities.records.map { record, line in
      var record = record
      record["unit"] = Self.text(record["unit_id"]).flatMap { units[$0] } ?? record["unit"]
      return (record, line)
    }
    let services = with(
      table("services"),
      [
        "phones": phones.grouped(by: "service_id"), "schedules": schedules.grouped(by: "service_id"),
        "service_areas": table("service_areas").grouped(by: "service_id"),
        "languages": table("languages").grouped(by: "service_id"),
        "cost_options": table("cost_options").grouped(by: "service_id"),
        "required_documents": table("required_documents").grouped(by: "service_id"),
        "contacts": contacts.grouped(by: "service_id"), "service_at_locations": sites.grouped(by: "service_id"),
        "capacities": capacities.grouped(by: "service_id"), "attributes": attributesByLink,
      ])
    return HSDSNode(
      .object(["services": Self.list(services), "organizations": Self.list(organisations)]), file: "services.csv",
      line: 1)
  }

  private func table(_ name: String) -> Table { tables[name] ?? Table(name: name + ".csv") }

  private static func list(_ table: Table) -> HSDSNode {
    HSDSNode(
      .list(table.records.map { HSDSNode(.object($0.record), file: table.name, line: $0.line) }), file: table.name,
      line: 1)
  }

  private func with(_ table: Table, _ lists: [String: [String: [HSDSNode]]]) -> Table {
    var table = table
    table.records = table.records.map { record, line in
      var record = record
      if let id = Self.text(record["id"]) {
        for (name, groups) in lists {
          if let nodes = groups[id] { record[name] = HSDSNode(.list(nodes), file: table.name, line: line) }
        }
      }
      return (record, line)
    }
    return table
  }

  private func byID(_ table: Table) -> [String: HSDSNode] {
    var nodes: [String: HSDSNode] = [:]
    for (record, line) in table.records {
      guard let id = Self.text(record["id"]), nodes[id] == nil else { continue }
      nodes[id] = HSDSNode(.object(record), file: table.name, line: line)
    }
    return nodes
  }
}

/// The rows of a CSV file with the line on which each begins.
enum HSDSRows {
  static func read(_ bytes: [UInt8], file: String) throws(DirectoryProblem) -> [(fields: [String], line: Int)] {
    guard String(validating: bytes, as: UTF8.self) != nil else { throw DirectoryProblem(file: file, "not UTF-8") }
    let content = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes[3...] : bytes[...]
    var rows: [(fields: [String], line: Int)] = []
    var fields: [String] = []
    var field: [UInt8] = []
    var (line, start) = (1, 1)
    var (isQuoted, wasQuoted) = (false, false)
    func endField() {
      fields.append(String(decoding: field, as: UTF8.self))
      field = []
      wasQuoted = false
    }
    func endRow() {
      endField()
      if fields != [""] { rows.append((fields, start)) }
      fields = []
    }
    var index = content.startIndex
    while index < content.endIndex {
      let byte = content[index]
      index += 1
      if isQuoted {
        if byte == 10 { line += 1 }
        if byte != UInt8(ascii: "\"") {
          field.append(byte)
        } else if index < content.endIndex, content[index] == byte {
          field.append(byte)
          index += 1
        } else {
          (isQuoted, wasQuoted) = (false, true)
        }
      } else if byte == UInt8(ascii: "\""), field.isEmpty, !wasQuoted {
        isQuoted = true
      } else if byte == UInt8(ascii: ",") {
        endField()
      } else if byte == 10 || byte == 13 {
        if byte == 13, index < content.endIndex, content[index] == 10 { index += 1 }
        endRow()
        line += 1
        start = line
      } else {
        guard !wasQuoted, byte != UInt8(ascii: "\"") else {
          throw DirectoryProblem(file: file, line: line, "a quotation mark is out of place")
        }
        field.append(byte)
      }
    }
    guard !isQuoted else { throw DirectoryProblem(file: file, line: start, "a quotation mark is not closed") }
    if !field.isEmpty || !fields.isEmpty || wasQuoted { endRow() }
    return rows
  }
}
