import Basics
import CZlib

/// The parts of a ZIP archive, read strictly: only what its directory names, nothing that overlaps, and never more
/// than was announced.
///
/// Source: PKWARE APPNOTE 6.3 (without encryption, ZIP64 and archives in several files).
struct ZipArchive {
  private struct Entry {
    var isDeflated: Bool
    var checksum: UInt32
    var packed: Int
    var size: Int
    var start: Int
  }

  private let bytes: [UInt8]
  private var entries: [String: Entry] = [:]

  private static let endSize = 22
  private static let mostEntries = 1000

  init(_ bytes: [UInt8], limits: FormLimits) throws(FormProblem) {
    self.bytes = bytes
    guard bytes.count <= limits.file else { throw .tooLarge(limits) }
    guard bytes.starts(with: [0x50, 0x4b, 3, 4]) else {
      throw FormProblem(es: "no es un archivo .xlsx", en: "this is not an .xlsx file")
    }
    guard let end = Self.end(bytes) else { throw Self.broken }
    func half(_ place: Int) -> Int { Int(bytes[place]) | Int(bytes[place + 1]) << 8 }
    func whole(_ place: Int) -> Int { half(place) | half(place + 2) << 16 }
    let (count, length, start) = (half(end + 10), whole(end + 12), whole(end + 16))
    guard half(end + 4) == 0, half(end + 6) == 0, half(end + 8) == count, start + length == end else {
      throw Self.broken
    }
    guard count <= Self.mostEntries else {
      throw FormProblem(es: "el archivo tiene demasiadas partes", en: "the file has too many parts")
    }
    var (place, total) = (start, 0)
    var taken: [Range<Int>] = []
    for _ in 0..<count {
      guard place + 46 <= end, whole(place) == 0x0201_4b50 else { throw Self.broken }
      let (flags, method) = (half(place + 8), half(place + 10))
      let (packed, size) = (whole(place + 20), whole(place + 24))
      let (nameLength, local) = (half(place + 28), whole(place + 42))
      let next = place + 46 + nameLength + half(place + 30) + half(place + 32)
      guard next <= end else { throw Self.broken }
      let nameBytes = bytes[(place + 46)..<(place + 46 + nameLength)]
      guard let name = String(validating: nameBytes, as: UTF8.self), Self.isPlain(name) else {
        throw FormProblem(
          es: "una parte del archivo tiene un nombre no permitido",
          en: "a part of the file has a name that is not allowed")
      }
      guard flags & 0x2041 == 0 else { throw FormProblem(es: "el archivo está cifrado", en: "the file is encrypted") }
      guard method == 0 || method == 8 else {
        throw FormProblem(
          es: "la parte \(name) está comprimida de una forma desconocida",
          en: "the part \(name) is compressed in an unknown way")
      }
      total += size
      guard size <= limits.part, total <= limits.all else {
        throw FormProblem(
          es: "la parte \(name) es demasiado grande al descomprimir", en: "the part \(name) is too large when unpacked")
      }
      guard local + 30 <= start, whole(local) == 0x0403_4b50, half(local + 26) == nameLength,
        local + 30 + nameLength <= start, bytes[(local + 30)..<(local + 30 + nameLength)].elementsEqual(nameBytes),
        half(local + 8) == method
      else { throw Self.broken }
      let data = local + 30 + nameLength + half(local + 28)
      guard data + packed <= start, method == 8 || packed == size else { throw Self.broken }
      taken.append(local..<(data + packed))
      let entry = Entry(
        isDeflated: method == 8, checksum: UInt32(whole(place + 16)), packed: packed, size: size, start: data)
      guard entries.updateValue(entry, forKey: name) == nil else {
        throw FormProblem(es: "la parte \(name) está dos veces", en: "the part \(name) stands twice")
      }
      place = next
    }
    guard place == end else { throw Self.broken }
    taken.sort { $0.lowerBound < $1.lowerBound }
    for (one, next) in zip(taken, taken.dropFirst()) where one.upperBound > next.lowerBound {
      throw FormProblem(es: "las partes del archivo se traslapan", en: "parts of the file overlap")
    }
  }

  var names: [String] { Array(entries.keys) }

  /// The content of a part; `nil` when there is none of this name.
  func content(_ name: String) throws(FormProblem) -> [UInt8]? {
    guard let entry = entries[name] else { return nil }
    let packed = bytes[entry.start..<(entry.start + entry.packed)]
    guard let content = entry.isDeflated ? Self.inflated(packed, size: entry.size) : Array(packed),
      content.withUnsafeBufferPointer({ crc32(0, $0.baseAddress, UInt32($0.count)) }) == UInt(entry.checksum)
    else {
      throw FormProblem(es: "la parte \(name) está dañada", en: "the part \(name) is damaged")
    }
    return content
  }

  private static let broken = FormProblem(
    es: "el archivo está dañado o incompleto", en: "the file is damaged or incomplete")

  /// Where the record at the end begins.
  private static func end(_ bytes: [UInt8]) -> Int? {
    guard bytes.count >= endSize else { return nil }
    // A comment of up to 65,535 bytes may follow it.
    for place in stride(from: bytes.count - endSize, through: max(0, bytes.count - endSize - 65_535), by: -1)
    where bytes[place] == 0x50 && bytes[place + 1] == 0x4b && bytes[place + 2] == 5 && bytes[place + 3] == 6 {
      return place + endSize + (Int(bytes[place + 20]) | Int(bytes[place + 21]) << 8) == bytes.count ? place : nil
    }
    return nil
  }

  private static func isPlain(_ name: String) -> Bool {
    !name.isEmpty && !name.hasPrefix("/") && !name.contains("\\") && !name.contains(":")
      && !name.unicodeScalars.contains { $0.value < 32 } && !name.split(separator: "/").contains("..")
  }

  /// `nil` unless the data ends by itself at exactly this size.
  private static func inflated(_ packed: ArraySlice<UInt8>, size: Int) -> [UInt8]? {
    var stream = z_stream()
    guard inflateInit2_(&stream, -15, zlibVersion(), Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
    defer { inflateEnd(&stream) }
    // One byte more than announced shows that there is more.
    var content = [UInt8](repeating: 0, count: size + 1)
    let result = packed.withUnsafeBufferPointer { input in
      content.withUnsafeMutableBufferPointer { output in
        // zlib does not write to its input.
        stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        return inflate(&stream, Z_FINISH)
      }
    }
    guard result == Z_STREAM_END, stream.avail_in == 0, stream.avail_out == 1 else { return nil }
    content.removeLast()
    return content
  }
}
