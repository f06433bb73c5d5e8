import Foundation
import Training

/// Reads what a form with a file sends (RFC 7578).
enum Multipart {
  /// A field, or a file as it is.
  struct Part {
    var name: String
    var bytes: [UInt8]
    var isFile: Bool

    /// A file's bytes as text, in whichever way they are written.
    var text: String { isFile ? CSVText.text(bytes) : String(decoding: bytes, as: UTF8.self) }
  }

  /// The boundary of a content type; `nil` when it is none of a form with a file.
  static func boundary(_ type: String) -> [UInt8]? {
    guard type.contains(";") else { return nil }
    let parts = type.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
    guard parts.first?.lowercased() == "multipart/form-data",
      let written = parts.dropFirst().first(where: { $0.lowercased().hasPrefix("boundary=") })
    else { return nil }
    let boundary = written.dropFirst("boundary=".count).trimmingCharacters(in: CharacterSet(charactersIn: "\""))
    return (1...70).contains(boundary.utf8.count) ? Array(boundary.utf8) : nil
  }

  /// The fields and files, by name and in order.
  ///
  /// Throws `RefusedRequest.malformed` for anything that is not well formed.
  static func parts(_ body: [UInt8], boundary: [UInt8]) throws -> [Part] {
    let mark = Array("--".utf8) + boundary
    guard body.starts(with: mark) else { throw RefusedRequest.malformed }
    var fields: [Part] = []
    var rest = body[mark.count...]
    while !rest.starts(with: "--".utf8) {
      guard rest.starts(with: "\r\n".utf8), fields.count < Form.mostFields,
        let headEnd = find(Array("\r\n\r\n".utf8), in: rest),
        let end = find(Array("\r\n".utf8) + mark, in: rest[(headEnd + 4)...]),
        let head = String(validating: rest[rest.startIndex..<headEnd], as: UTF8.self),
        let match = head.firstMatch(of: /(?i:content-disposition): *form-data;[^\r\n]*?\bname="([^"\r\n]*)"/)
      else { throw RefusedRequest.malformed }
      let bytes = Array(rest[(headEnd + 4)..<end])
      let isFile = head.contains("filename=")
      guard isFile || String(validating: bytes, as: UTF8.self) != nil else { throw RefusedRequest.malformed }
      fields.append(Part(name: String(match.1), bytes: bytes, isFile: isFile))
      rest = rest[(end + 2 + mark.count)...]
    }
    return fields
  }

  private static func find(_ needle: [UInt8], in hay: ArraySlice<UInt8>) -> Int? {
    guard hay.count >= needle.count else { return nil }
    // By the library's search for one byte: a file of ten megabytes must not keep a thread busy.
    return hay.withUnsafeBytes { bytes -> Int? in
      guard let base = bytes.baseAddress else { return nil }
      var place = 0
      while place + needle.count <= bytes.count {
        guard let found = memchr(base + place, Int32(needle[0]), bytes.count - needle.count + 1 - place) else {
          return nil
        }
        place = UnsafeRawPointer(found) - base
        if memcmp(base + place, needle, needle.count) == 0 { return hay.startIndex + place }
        place += 1
      }
      return nil
    }
  }
}
