/// What is wrong in a file of facts or figures, and in which line.
public struct FactFileProblem: Error, Hashable, Sendable {
  /// Counted from 1; 0 when the whole file is meant.
  public var line: Int
  public var message: String

  public init(line: Int = 0, _ message: String) {
    self.line = line
    self.message = message
  }
}

/// Reads comma- or semicolon-separated text record by record (RFC 4180), holding one record in memory whatever the
/// file's size. A UTF-8 byte order mark, as spreadsheets write it, is passed over; the separator is read off the header.
public struct DelimitedReader {
  /// The line on which the current record begins, counted from 1.
  public private(set) var line = 1
  public private(set) var header: [String] = []
  private let chunk: () throws -> [UInt8]
  private var buffer: [UInt8] = []
  private var position = 0
  private var atEnd = false
  private var nextLine = 1
  private var separator = UInt8(ascii: ",")
  private var bytes: [UInt8] = []
  private var ends: [Int] = []

  /// - Parameter chunk: gives the next bytes; none at the end.
  public init(_ chunk: @escaping () throws -> [UInt8]) throws {
    self.chunk = chunk
    try fill()
    if buffer.starts(with: [0xFF, 0xFE]) || buffer.starts(with: [0xFE, 0xFF]) {
      throw FactFileProblem(line: 1, "the file is UTF-16; save it as UTF-8")
    }
    if buffer.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    let first = buffer[position...].prefix { $0 != 10 && $0 != 13 }
    let counts = [UInt8(ascii: ","), UInt8(ascii: ";"), 9].map { sign in (sign, first.count { $0 == sign }) }
    separator = counts.max { $0.1 < $1.1 }.flatMap { $0.1 > 0 ? $0.0 : nil } ?? separator
    guard try next() else { throw FactFileProblem(line: 1, "the file is empty") }
    header = try (0..<fieldCount).map { try text($0) }
    for (index, name) in header.enumerated() where header[..<index].contains(name) {
      throw FactFileProblem(line: 1, "the column “\(name)” stands twice")
    }
    if header.contains(where: { $0.unicodeScalars.contains { $0.value < 32 } }) {
      throw FactFileProblem(line: 1, "the header holds control characters; this is no CSV file")
    }
  }

  public var fieldCount: Int { ends.count }

  /// Goes on to the next record; `false` at the end. Throws `FactFileProblem` naming the line.
  public mutating func next() throws -> Bool {
    repeat {
      bytes.removeAll(keepingCapacity: true)
      ends.removeAll(keepingCapacity: true)
      line = nextLine
      guard try readRecord() else { return false }
    } while ends.count == 1 && bytes.isEmpty && header.count != 1
    if !header.isEmpty, ends.count != header.count {
      throw FactFileProblem(line: line, "\(ends.count) fields, but the header has \(header.count)")
    }
    return true
  }

  /// A field's text. Throws when it is not UTF-8.
  public func text(_ field: Int) throws -> String {
    let text = withBytes(of: field) { String(validating: $0, as: UTF8.self) }
    guard let text else {
      throw FactFileProblem(
        line: line, "the line is not UTF-8, so the file mixes encodings or has another one; save it as UTF-8")
    }
    return text
  }

  /// A field's bytes without blanks around them.
  func withBytes<Result>(of field: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
    try bytes.withUnsafeBufferPointer { all in
      var (start, end) = (field == 0 ? 0 : ends[field - 1], ends[field])
      while start < end, all[start] == 32 || all[start] == 9 { start += 1 }
      while end > start, all[end - 1] == 32 || all[end - 1] == 9 { end -= 1 }
      return try body(UnsafeBufferPointer(rebasing: all[start..<end]))
    }
  }

  private mutating func fill() throws {
    position = 0
    buffer = try chunk()
    atEnd = buffer.isEmpty
  }

  private mutating func readRecord() throws -> Bool {
    var isQuoted = false
    var fieldStart = 0
    var afterQuote = false
    var any = false
    while true {
      if position == buffer.count {
        if !atEnd { try fill() }
        if atEnd {
          if isQuoted, !afterQuote { throw FactFileProblem(line: line, "a quotation mark is not closed") }
          if any { ends.append(bytes.count) }
          return any
        }
      }
      any = true
      let byte = buffer[position]
      position += 1
      if isQuoted, !afterQuote {
        if byte == UInt8(ascii: "\"") {
          afterQuote = true
        } else {
          if byte == 10 { nextLine += 1 }
          bytes.append(byte)
          if bytes.count > 1 << 20 { throw FactFileProblem(line: line, "a quotation mark is not closed") }
        }
        continue
      }
      switch byte {
      case separator:
        ends.append(bytes.count)
        (fieldStart, isQuoted, afterQuote) = (bytes.count, false, false)
      case 10:
        if bytes.count > fieldStart, !isQuoted, bytes.last == 13 { bytes.removeLast() }
        ends.append(bytes.count)
        nextLine += 1
        return true
      case UInt8(ascii: "\""):
        if afterQuote {
          bytes.append(byte)
          afterQuote = false
        } else if bytes.count == fieldStart {
          isQuoted = true
        } else {
          bytes.append(byte)
        }
      case 13 where afterQuote: break
      case 0: throw FactFileProblem(line: line, "the line holds a zero byte; this is no CSV file")
      default:
        if afterQuote { throw FactFileProblem(line: line, "text follows a closed quotation mark") }
        bytes.append(byte)
        if bytes.count > 1 << 20 { throw FactFileProblem(line: line, "the line is longer than a million characters") }
      }
    }
  }
}
