import Basics
import Foundation

/// One agency's encodings with what they may be used for and until when. Never a thing to publish: whoever has the key
/// can try names, and even without it frequent names show.
public struct EncodedList: Sendable {
  public static let warning =
    "these encodings are personal data: for the named purpose only, never to be published, to be deleted after linking"

  public var name: String
  public var purpose: String
  public var created: CalendarDay
  public var expires: CalendarDay
  public var schema: String
  public var fingerprint: String
  /// Tells whether two files were made with the same secret.
  public var keyCheck: String
  public var bits: Int
  public var hardening: [String]
  /// What the encoding left open, one line each, for whoever opens the file; not read back.
  public var notes: [String] = []
  public var ids: [String]
  public var documents: [String?]
  /// One filter after another, `bits / 64` words each.
  public var filters: [UInt64]

  public var count: Int { ids.count }
  var words: Int { bits / 64 }

  /// An empty list to add to.
  public init(
    name: String, purpose: String, created: CalendarDay, expires: CalendarDay, schema: LinkageSchema, secret: [UInt8]
  ) {
    (self.name, self.purpose, self.created, self.expires) = (name, purpose, created, expires)
    self.schema = "\(schema.id) \(schema.version)"
    fingerprint = schema.fingerprint
    keyCheck = KeyDerivation.check(secret, schema)
    bits = schema.finalBits
    hardening = (schema.hardening ?? []).map(\.description)
    (ids, documents, filters) = ([], [], [])
  }

  public mutating func append(_ id: String, _ record: RecordEncoder.Encoded) {
    ids.append(id)
    documents.append(record.document)
    filters += record.filter
  }

  /// Refuses lists that can't be compared, before a single comparison.
  ///
  /// Throws `LinkageProblem` that names what differs.
  public static func check(_ lists: [EncodedList], today: CalendarDay) throws(LinkageProblem) {
    guard let first = lists.first, lists.count >= 2 else {
      throw LinkageProblem(es: "se enlazan al menos dos listas", en: "at least two lists are linked")
    }
    for (place, list) in lists.enumerated() {
      if list.expires < today {
        throw LinkageProblem(
          es: "las codificaciones de «\(list.name)» vencieron el \(list.expires); bórrelas y codifique de nuevo",
          en: "the encodings of “\(list.name)” expired on \(list.expires); delete them and encode anew")
      }
      if list.purpose != first.purpose {
        throw LinkageProblem(
          es: "«\(first.name)» se codificó para «\(first.purpose)» y «\(list.name)» para «\(list.purpose)»; cada una "
            + "sirve solo para lo suyo",
          en:
            "“\(first.name)” was encoded for “\(first.purpose)” and “\(list.name)” for “\(list.purpose)”; each may be "
            + "used for its own purpose only")
      }
      if list.fingerprint != first.fingerprint {
        throw LinkageProblem(
          es: "«\(first.name)» se codificó con \(first.schema) (\(first.fingerprint)) y «\(list.name)» con "
            + "\(list.schema) (\(list.fingerprint)); codificaciones de esquemas distintos no dicen nada unas de otras",
          en:
            "“\(first.name)” was encoded with \(first.schema) (\(first.fingerprint)), “\(list.name)” with \(list.schema) "
            + "(\(list.fingerprint)); encodings of different schemas say nothing about each other")
      }
      if list.keyCheck != first.keyCheck {
        throw LinkageProblem(
          es: "«\(first.name)» y «\(list.name)» se codificaron con secretos distintos",
          en: "“\(first.name)” and “\(list.name)” were encoded with different secrets")
      }
      if lists[..<place].contains(where: { $0.name == list.name }) {
        throw LinkageProblem(
          es: "dos listas se llaman «\(list.name)»; al codificar dé a cada una su nombre",
          en: "two lists are called “\(list.name)”; give each its name when encoding")
      }
    }
  }

  // MARK: The file

  public var text: String {
    var lines = [
      "# amparo encodings 1", "# \(Self.warning)", "# list: \(name)", "# purpose: \(purpose)", "# created: \(created)",
      "# expires: \(expires)", "# schema: \(schema)", "# fingerprint: \(fingerprint)", "# key: \(keyCheck)",
      "# bits: \(bits)", "# hardening: \(hardening.isEmpty ? "none" : hardening.joined(separator: ","))",
    ]
    lines += notes.map { "# note: \($0)" } + ["id,document,encoding"]
    lines.reserveCapacity(lines.count + ids.count)
    for index in ids.indices {
      let bytes = RecordEncoder.bytes(Array(filters[(index * words)..<((index + 1) * words)]))
      lines.append("\(ids[index]),\(documents[index] ?? ""),\(Data(bytes).base64EncodedString())")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Reads a file.
  ///
  /// Throws `LinkageProblem` that names the line.
  public init(text: String) throws(LinkageProblem) {
    var head: [String: String] = [:]
    var lines = text.utf8.split(separator: 10, omittingEmptySubsequences: false).makeIterator()
    var number = 0
    guard let first = lines.next(), Self.line(first) == "# amparo encodings 1" else {
      throw LinkageProblem(
        line: 1, es: "no es un archivo de codificaciones", en: "this is no file of encodings; encode the list first")
    }
    number = 1
    var header: String?
    while let raw = lines.next() {
      number += 1
      let line = Self.line(raw)
      guard line.hasPrefix("# ") else {
        header = line
        break
      }
      if let colon = line.firstIndex(of: ":") {
        let key = line[line.index(line.startIndex, offsetBy: 2)..<colon]
        head[String(key)] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
      }
    }
    func field(_ key: String) throws(LinkageProblem) -> String {
      guard let value = head[key], !value.isEmpty else {
        throw LinkageProblem(
          line: 1, es: "falta «\(key)» en el encabezado", en: "“\(key)” is missing in the head")
      }
      return value
    }
    (name, purpose, schema) = (try field("list"), try field("purpose"), try field("schema"))
    (fingerprint, keyCheck) = (try field("fingerprint"), try field("key"))
    guard let created = CalendarDay(try field("created")), let expires = CalendarDay(try field("expires")) else {
      throw LinkageProblem(
        line: 1, es: "«created» y «expires» deben ser días, como 2026-12-31",
        en: "“created” and “expires” must be days as 2026-12-31")
    }
    (self.created, self.expires) = (created, expires)
    guard let bits = Int(try field("bits")), bits % 128 == 0, (128...4096).contains(bits) else {
      throw LinkageProblem(line: 1, es: "«bits» debe ser de 128 a 4096", en: "“bits” must be 128 to 4096")
    }
    self.bits = bits
    let steps = try field("hardening")
    hardening = steps == "none" ? [] : steps.split(separator: ",").map(String.init)
    guard header == "id,document,encoding" else {
      throw LinkageProblem(
        line: number, es: "las columnas deben ser id,document,encoding", en: "the columns must be id,document,encoding")
    }
    (ids, documents, filters) = ([], [], [])
    var seen: Set<String> = []
    while let raw = lines.next() {
      number += 1
      if raw.isEmpty { continue }
      let parts = Self.line(raw).split(separator: ",", omittingEmptySubsequences: false)
      guard parts.count == 3 else {
        throw LinkageProblem(
          line: number, es: "\(parts.count) campos, y deben ser 3", en: "\(parts.count) fields, but there must be 3")
      }
      guard let data = Data(base64Encoded: String(parts[2])), data.count == bits / 8 else {
        throw LinkageProblem(
          line: number, es: "la codificación no tiene \(bits) bits", en: "the encoding does not have \(bits) bits")
      }
      let id = String(parts[0])
      guard !id.isEmpty, seen.insert(id).inserted else {
        throw LinkageProblem(
          line: number, es: id.isEmpty ? "el id está vacío" : "este id está dos veces",
          en: id.isEmpty ? "the id is empty" : "this id stands twice")
      }
      ids.append(id)
      documents.append(parts[1].isEmpty ? nil : String(parts[1]))
      filters += RecordEncoder.words(data)
    }
  }

  private static func line(_ raw: Substring.UTF8View.SubSequence) -> String {
    let line = String(decoding: raw, as: UTF8.self)
    return line.hasSuffix("\r") ? String(line.dropLast()) : line
  }
}
