/// Reads the plain form of a batch's line without building anything. Whatever is not plain (escapes, other alphabets,
/// an instrument of its own, or anything wrong) is left to the reader with every check.
struct BatchScanner {
  enum Result {
    case read(Age, id: Range<Int>?)
    case unusual
  }

  private let bytes: UnsafeRawBufferPointer
  private var at = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  mutating func read(_ instrument: CompiledInstrument, _ masks: inout CompiledInstrument.Masks, _ standing: Age?)
    -> Result
  {
    guard take("{") else { return .unusual }
    var (age, id): (Age?, Range<Int>?)
    var hasAnswers = false
    repeat {
      guard let name = text(), take(":") else { return .unusual }
      if isWord(name, "answers"), !hasAnswers {
        guard answers(instrument, &masks) else { return .unusual }
        hasAnswers = true
      } else if isWord(name, "age"), age == nil {
        guard let years = years() else { return .unusual }
        age = years
      } else if isWord(name, "id"), id == nil {
        guard let range = text() else { return .unusual }
        id = range
      } else {
        return .unusual
      }
    } while take(",")
    guard take("}"), isAtEnd, hasAnswers, let age = age ?? standing else { return .unusual }
    return .read(age, id: id)
  }

  private mutating func answers(_ instrument: CompiledInstrument, _ masks: inout CompiledInstrument.Masks) -> Bool {
    guard take("{") else { return false }
    if take("}") { return true }
    repeat {
      guard let key = text(), take(":"), let value = text(), !value.isEmpty else { return false }
      let index = instrument.keys.find(UnsafeRawBufferPointer(rebasing: bytes[key]))
      guard index >= 0 else { return false }
      let place = instrument.places[index]
      guard masks.given[place.dimension] & place.bit == 0 else { return false }
      masks.given[place.dimension] |= place.bit
      switch bytes[value.lowerBound] {
      case UInt8(ascii: "y"):
        guard isWord(value, "yes") else { return false }
        masks.yes[place.dimension] |= place.bit
      case UInt8(ascii: "n"):
        if isWord(value, "no") {
          masks.no[place.dimension] |= place.bit
        } else if !isWord(value, "not_asked") {
          return false
        }
      case UInt8(ascii: "u"): guard isWord(value, "unknown") else { return false }
      default: return false
      }
    } while take(",")
    return take("}")
  }

  private mutating func years() -> Age? {
    skipBlanks()
    if at < bytes.count, bytes[at] == UInt8(ascii: "\"") {
      guard let range = text(), isWord(range, "doubt") else { return nil }
      return .inDoubt
    }
    var (value, digits) = (0, 0)
    while at < bytes.count, digits < 4, case let digit = bytes[at] &- 48, digit < 10 {
      value = value * 10 + Int(digit)
      (digits, at) = (digits + 1, at + 1)
    }
    guard digits > 0, digits < 4, value <= 120, digits == 1 || bytes[at - digits] != 48 else { return nil }
    return .years(value)
  }

  private mutating func skipBlanks() {
    while at < bytes.count, bytes[at] == 32 || bytes[at] == 9 || bytes[at] == 13 { at += 1 }
  }

  private var isAtEnd: Bool {
    mutating get {
      skipBlanks()
      return at == bytes.count
    }
  }

  private mutating func take(_ sign: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard at < bytes.count, UInt32(bytes[at]) == sign.value else { return false }
    at += 1
    return true
  }

  /// A text of plain ASCII, without its quotation marks.
  private mutating func text() -> Range<Int>? {
    guard take("\"") else { return nil }
    let start = at
    while at < bytes.count {
      let byte = bytes[at]
      if byte == UInt8(ascii: "\"") {
        at += 1
        return start..<(at - 1)
      }
      guard byte >= 32, byte < 127, byte != UInt8(ascii: "\\") else { return nil }
      at += 1
    }
    return nil
  }

  private func isWord(_ range: Range<Int>, _ word: StaticString) -> Bool {
    guard range.count == word.utf8CodeUnitCount else { return false }
    for offset in 0..<range.count where bytes[range.lowerBound + offset] != word.utf8Start[offset] { return false }
    return true
  }
}
