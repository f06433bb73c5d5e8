import Basics
import Foundation
import TestSupport
import Testing

@testable import Casework

private func problem(_ bytes: [UInt8]) -> AttachmentProblem? {
  do {
    _ = try AttachmentReader.read(bytes)
    return nil
  } catch { return error as? AttachmentProblem }
}

@Suite struct AttachmentReaderTests {
  @Test func anImageKeepsThePictureAndItsUpperSideAndNothingElse() throws {
    for (bytes, format) in [
      (Pictures.jpeg(), AttachmentFormat.jpeg), (Pictures.png(), .png), (Pictures.webp(), .webp),
    ] {
      #expect(AttachmentReader.holds(bytes[...], Pictures.secret))
      let file = try AttachmentReader.read(bytes)
      #expect(file.format == format && file.width == 8 && file.height == 8)
      #expect(!AttachmentReader.holds(file.bytes[...], Pictures.secret), "\(format)")
      for word in ["xmp", "adobe.com", "ICC", "iCCP", "tEXt", "iTXt", "zTXt", "tIME"] {
        #expect(!AttachmentReader.holds(file.bytes[...], word), "\(format): \(word)")
      }
      // What was stripped once is stripped: nothing more is taken.
      #expect(try AttachmentReader.read(file.bytes) == file)
    }
    func ends(_ bytes: [UInt8], with orientation: Int) -> Bool {
      AttachmentReader.holds(
        bytes[...], String(String.UnicodeScalarView(Orientation.tiff(orientation).map { Unicode.Scalar($0) })))
    }
    #expect(ends(try AttachmentReader.read(Pictures.jpeg(orientation: 6)).bytes, with: 6))
    #expect(ends(try AttachmentReader.read(Pictures.png()).bytes, with: 3))
    #expect(ends(try AttachmentReader.read(Pictures.webp()).bytes, with: 8))
    // The usual way up needs no word.
    #expect(!AttachmentReader.holds(try AttachmentReader.read(Pictures.jpeg(orientation: 1)).bytes[...], "Exif"))
    #expect(try AttachmentReader.read(Pictures.webp(extended: false)).bytes == Pictures.webp(extended: false))
  }

  @Test func aBombIsRefusedBeforeAnybodyUnpacksIt() throws {
    #expect(problem(Pictures.jpeg(width: 20_000, height: 2_501)) == .tooManyPixels)
    #expect(problem(Pictures.jpeg(width: 20_000, height: 2_500)) == nil)
    #expect(problem(Pictures.jpeg(width: 65_535, height: 8)) == .tooManyPixels)
    #expect(problem(Pictures.jpeg(width: 0)) == .broken)
    #expect(problem(Pictures.png(header: Pictures.header(50_000, 50_000))) == .tooManyPixels)
    // More comes out than the picture has, or less.
    #expect(problem(Pictures.png(rows: [UInt8](repeating: 0, count: 20_000_000))) == .broken)
    #expect(problem(Pictures.png(rows: [UInt8](repeating: 0, count: 71))) == .broken)
    #expect(problem(Pictures.png(header: Pictures.header(8, 8, interlace: 1))) == .broken)
    // 64 dots in seven pictures: 1+1+2+4+8+16+32, and a filter for each of their 15 rows.
    #expect(
      problem(
        Pictures.png(header: Pictures.header(8, 8, interlace: 1), rows: [UInt8](repeating: 0, count: 79))) == nil)
    let scan = Pictures.segment(0xDA, [1, 1, 0, 0, 63, 0]) + [0x0F]
    let whole = Pictures.jpeg()
    let many = Array(whole[..<(whole.count - 2)]) + (0..<200).flatMap { _ in scan } + [0xFF, 0xD9]
    #expect(problem(many) == .tooManyPixels)
    #expect(problem([UInt8](repeating: 0xFF, count: AttachmentRules.largest + 1)) == .tooLarge)
  }

  @Test func anotherFileBehindThePictureIsRefused() throws {
    let zip = Array("PK\u{3}\u{4}".utf8) + [0, 0]
    for rest in [zip, Array("<!DOCTYPE html><script>".utf8), Array("\n%PDF-1.4".utf8), Array("  <ScRipT".utf8)] {
      #expect(problem(Pictures.jpeg(rest: rest)) == .twoInOne)
      #expect(problem(Pictures.png(rest: rest)) == .twoInOne)
      #expect(problem(Pictures.webp(rest: rest)) == .twoInOne)
    }
    // What telephones leave behind is not kept.
    let rest = Array("SEFH".utf8) + [1, 2, 3]
    #expect(try AttachmentReader.read(Pictures.jpeg(rest: rest)) == AttachmentReader.read(Pictures.jpeg()))
    #expect(problem(Pictures.pdf(rest: "PK\u{5}\u{6}")) == .twoInOne)
  }

  @Test func whatIsNotAsItsFormatAsksIsRefused() {
    #expect(problem([]) == .empty)
    #expect(problem(Array("GIF89a".utf8) + [0, 0, 1]) == .unknown)
    #expect(problem([0x4D, 0x5A, 0x90, 0]) == .unknown)
    #expect(problem(Array("Nota\u{202E}fdp.exe".utf8)) == .unknown)
    #expect(problem(Array(" \n".utf8)) == .unknown)
    #expect(problem(Pictures.png(extra: Pictures.chunk("acTL", [0, 0, 0, 2, 0, 0, 0, 0]))) == .animated)
    #expect(problem(Pictures.png(extra: Pictures.chunk("ABCD", []))) == .broken)
    #expect(problem(Pictures.webp(flags: 0x02)) == .animated)
    #expect(problem(Pictures.webp(canvas: 9)) == .broken)
    // Arithmetic coding and pictures without loss: no browser shows them.
    #expect(problem(Pictures.jpeg(extra: Pictures.segment(0xC9, [8, 0, 8, 0, 8, 1, 1, 0x11, 0]))) == .broken)
    for word in ["/JavaScript (x)", "/JS (x)", "/J#53 (x)", "/Launch", "/EmbeddedFiles 3 0 R", "/XFA 1 0 R"] {
      #expect(problem(Pictures.pdf(word)) == .active, "\(word)")
    }
    #expect(problem(Pictures.pdf("/JSON 1")) == nil)
    #expect(problem(Array(Pictures.pdf().prefix(60))) == .broken)
    #expect(problem(Array("Línea uno\r\n\tlínea dos".utf8)) == nil)
    for format in [Pictures.jpeg(), Pictures.png(), Pictures.webp()] {
      for length in 12..<(format.count) {
        #expect(problem(Array(format.prefix(length))) != nil, "cut off at \(length)")
      }
    }
  }

  /// Damaged, cut, doubled and mixed files: never a crash, and what is taken is clean and stays as it is.
  @Test func damagedFilesAreRefusedOrClean() throws {
    var random = SeededGenerator(seed: testSeed("damagedFilesAreRefusedOrClean"))
    let seeds = [Pictures.jpeg(), Pictures.png(), Pictures.webp(), Pictures.webp(extended: false), Pictures.pdf()]
    var taken = 0
    for step in 0..<20_000 {
      let seed = Int.random(in: 0..<seeds.count, using: &random)
      var bytes = seeds[seed]
      // Bytes that were moved into the coded picture are part of the picture; only a decoder could tell.
      var isPictureChanged = seed == 2 || seed == 3
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        guard !bytes.isEmpty else { break }
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
        case 2: bytes.remove(at: place)
        case 3: bytes = Array(bytes.prefix(place))
        case 4:
          isPictureChanged = true
          let end = min(bytes.count, place + Int.random(in: 1...40, using: &random))
          bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &random))
        default: bytes[place] = [0, 0xFF, 0x7F, 0x80][Int.random(in: 0...3, using: &random)]
        }
      }
      do {
        let file = try AttachmentReader.read(bytes)
        taken += 1
        guard file.format.isImage else { continue }
        #expect(isPictureChanged || !AttachmentReader.holds(file.bytes[...], Pictures.secret), "step \(step)")
        #expect(try AttachmentReader.read(file.bytes) == file, "step \(step)")
        #expect((file.width ?? 0) * (file.height ?? 0) <= AttachmentReader.mostPixels)
      } catch is AttachmentProblem {}
    }
    #expect(taken > 500)
  }
}
