import Basics
import CZlib
import Foundation
import TestSupport
import Testing

@testable import Forms

@Suite struct HostileFormTests {
  private let sheet =
    "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"str\"><v>type</v></c></row></sheetData></worksheet>"

  private func refused(_ parts: [HostileArchive.Part]) -> String? {
    problem { _ = try FormSheets(spreadsheet: HostileArchive(parts: parts).bytes) }
  }

  /// Compressed the way a spreadsheet is.
  private func deflated(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    deflateInit2_(&stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, zlibVersion(), Int32(MemoryLayout<z_stream>.size))
    defer { deflateEnd(&stream) }
    var (input, output) = (bytes, [UInt8](repeating: 0, count: bytes.count + 1000))
    let count = input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        (stream.next_in, stream.avail_in) = (input.baseAddress, UInt32(input.count))
        (stream.next_out, stream.avail_out) = (output.baseAddress, UInt32(output.count))
        deflate(&stream, Z_FINISH)
        return output.count - Int(stream.avail_out)
      }
    }
    return Array(output.prefix(count))
  }

  @Test func aBombIsRefusedByWhatItAnnouncesAndByWhatItHolds() {
    var parts = book(sheet)
    parts.append(.init(name: "xl/media/huge", bytes: [3, 0], method: 8, size: 1 << 30))
    #expect(refused(parts) == "the part xl/media/huge is too large when unpacked")
    parts = book(sheet) + (0..<5).map { .init(name: "m\($0)", bytes: [3, 0], method: 8, size: 15 << 20) }
    #expect(refused(parts) == "the part m4 is too large when unpacked")
    // Says one byte, holds a hundred million.
    parts = book(sheet)
    parts[3].bytes = deflated([UInt8](repeating: 32, count: 20_000_000))
    (parts[3].method, parts[3].size) = (8, 1)
    #expect(refused(parts) == "the part xl/worksheets/sheet1.xml is damaged")
  }

  @Test func entitiesOverlapsSecretsAndPathsAreRefused() {
    let entity = "<!DOCTYPE x [<!ENTITY a \"b\">]>" + sheet
    #expect(refused(book(entity))?.contains("declares a document type or entities") == true)
    #expect(refused(book(sheet.replacing("type", with: "&a;")))?.contains("not well-formed") == true)
    #expect(refused(book(String(repeating: "<a>", count: 1000)))?.contains("not well-formed") == true)
    var parts = book(sheet)
    parts[3].flags = 1
    #expect(refused(parts) == "the file is encrypted")
    parts = book(sheet)
    parts[2].name = "../../etc/passwd"
    #expect(refused(parts) == "a part of the file has a name that is not allowed")
    parts = book(sheet) + [book(sheet)[3]]
    #expect(refused(parts) == "the part xl/worksheets/sheet1.xml stands twice")
    parts = book(sheet)
    parts[3].method = 14
    #expect(refused(parts)?.contains("compressed in an unknown way") == true)
    parts = book(sheet)
    // The same bytes under two names.
    parts.append(.init(name: parts[0].name, bytes: [], offset: 0))
    #expect(refused(parts) != nil)
    #expect(problem { _ = try FormSheets(spreadsheet: Array("%PDF".utf8)) } == "this is not an .xlsx file")
    #expect(problem { _ = try FormSheets(spreadsheet: []) } == "this is not an .xlsx file")
    #expect(
      problem { _ = try FormSheets(spreadsheet: [UInt8](repeating: 0, count: 5 << 20)) }
        == "the file is larger than 4 MB")
  }

  @Test func aHundredThousandRowsAreRefusedClearly() {
    let rows = String(repeating: "<row><c><v>1</v></c></row>", count: 100_000)
    #expect(
      refused(book("<worksheet><sheetData>\(rows)</sheetData></worksheet>"))
        == "sheet survey, row 5001: the sheet has more than 5000 rows")
    let table = String(repeating: "text,a\n", count: 100_000)
    #expect(
      problem { _ = try FormSheets(tables: ["survey": Array(table.utf8)]) }
        == "sheet survey, row 5001: the sheet has more than 5000 rows")
    // Rows that hold nothing but a format cost nothing.
    let empty = (2...20_000).map { "<row r=\"\($0)\"><c r=\"A\($0)\" s=\"1\"/></row>" }.joined()
    #expect(refused(book(sheet.replacing("</sheetData>", with: empty + "</sheetData>"))) == nil)
    let wide = "<worksheet><row r=\"1\"><c r=\"ZZ1\"><v>1</v></c></row></worksheet>"
    #expect(refused(book(wide)) == "sheet survey, row 1: the row has more than 256 columns")
    let long = sheet.replacing("type", with: String(repeating: "x", count: 10_001))
    #expect(refused(book(long)) == "sheet survey, row 1: a cell has more than 10000 letters")
  }

  private var small: [UInt8] {
    Spreadsheet(sheets: [.init(name: "survey", texts: [["type", "name"], ["text", "a"]])]).bytes
  }

  @Test func aFileCutAtAnyByteIsRefused() {
    let whole = small
    for length in 0..<whole.count {
      let cut = Array(whole.prefix(length))
      #expect(
        problem { _ = try FormSheets(spreadsheet: cut) }?.hasPrefix("the") == true
          || problem { _ = try FormSheets(spreadsheet: cut) }?.hasPrefix("this") == true, "\(length)")
    }
  }

  @Test func turnedBitsNeverCrashAndNeverHang() {
    let seed = testSeed("forms: turned bits")
    var generator = SeededGenerator(seed: seed)
    let whole = small
    var survived = 0
    for _ in 0..<1000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      }
      if problem({ _ = try XLSForm(try FormSheets(spreadsheet: bytes)) }) == nil { survived += 1 }
    }
    #expect(survived < 1000, "seed \(seed)")
  }

  @Test func deepAndLongExpressionsAreBounded() throws {
    let deep = String(repeating: "(", count: 5000) + "1" + String(repeating: ")", count: 5000)
    #expect(
      problem { _ = try form([["type", "name", "relevant"], ["text", "a", deep.prefix(9000).description]]) }?.contains(
        "nested too deeply") == true)
    let long = "1" + String(repeating: "+1", count: 4000)
    let sum = try form([["type", "name", "calculation"], ["calculate", "a", long]])
    #expect(try FormRun(sum, FormFilling(), today: CalendarDay(daysSince1970: 0)).value("a") == "4001")
    // Each doubles the one before.
    let growing = (1...60).map { ["calculate", "c\($0)", "concat(${c\($0 - 1)}, ${c\($0 - 1)})"] }
    let growth = try form([["type", "name", "calculation"], ["calculate", "c0", "'x'"]] + growing)
    #expect(try FormRun(growth, FormFilling(), today: CalendarDay(daysSince1970: 0)).value("c60").count == 10_000)
    // A chain as long as a sheet.
    let chain = (1...4900).map { ["calculate", "c\($0)", "${c\($0 - 1)} + 1"] }
    let counted = try form([["type", "name", "calculation"], ["calculate", "c0", "0"]] + chain)
    #expect(try FormRun(counted, FormFilling(), today: CalendarDay(daysSince1970: 0)).value("c4900") == "4900")
  }

  @Test func patternsNeverExplode() {
    #expect(FormPattern("(a+)+$")?.matches(String(repeating: "a", count: 5000) + "b") == false)
    #expect(FormPattern("((((a{200}){200}){200}){200})") == nil && FormPattern("((((){200}){200}){200}){200}") == nil)
    #expect(FormPattern("^[0-9]{10}$")?.matches("0912345678") == true)
    #expect(FormPattern("^[0-9]{10}$")?.matches("091234567") == false)
    #expect(FormPattern(#"^\d{3}-(a|bc)?x*$"#)?.matches("123-bcxx") == true)
    for wrong in ["(", "[", "a**", "(?=a)", "\\p{L}", "a{3,1}", ")"] { #expect(FormPattern(wrong) == nil, "\(wrong)") }
  }
}
