import Basics
import Foundation
import Testing

@testable import Mail

@Suite struct LetterTextTests {
  @Test(arguments: [
    "ana@example.org", "a.b+c@x.example.org", "o'neil@example.org", "ANA_1@sub.example.org", "a@xn--caf-dma.example",
  ]) func theseAreAddresses(_ text: String) {
    #expect(MailAddress(text)?.description.isEmpty == false)
  }

  @Test(arguments: [
    "", "ana", "@example.org", "ana@", "ana@localhost", "a@b@example.org", "ana @example.org",
    "ana@example.org\r\nBcc: x",
    "ana@example.org>", "<ana@example.org>", "\"a b\"@example.org", ".ana@example.org", "ana.@example.org",
    "a..b@example.org", "ana@-example.org", "ana@example..org", "ana@[127.0.0.1]", "ana@127.0.0.1", "añá@example.org",
    "ana@exämple.org", "ana,berta@example.org", "ana@example.org.", "ana\u{0}@example.org",
    String(repeating: "a", count: 65) + "@example.org",
  ]) func theseAreNot(_ text: String) {
    #expect(MailAddress(text) == nil)
  }

  @Test func theHostIsInLowerCaseAndTheNameStays() {
    #expect(MailAddress("Ana@Example.ORG")?.description == "Ana@example.org")
  }

  @Test func noHeaderCanBeAdded() throws {
    let to = try #require(MailAddress("ana@example.org"))
    #expect(Letter(id: "a@b>\r\nBcc: x", to: to, subject: "", text: "", at: Moment(milliseconds: 0)) == nil)
    let letter = try #require(
      Letter(
        id: "a@b", to: to, subject: "Uno\r\nBcc: otra@example.org", text: "x", at: Moment(milliseconds: 0)))
    let message = LetterText.message(letter, from: to)
    #expect(!message.contains("\r\nBcc:"))
    #expect(message.components(separatedBy: "\r\n\r\n").count == 2)
  }

  @Test func longSubjectsAreFoldedBetweenCharacters() {
    let text = String(repeating: "ñandú ", count: 30)
    let words = LetterText.encodedWord(text).components(separatedBy: "\r\n ")
    #expect(words.count > 2 && words.allSatisfy { $0.utf8.count <= 75 })
    let decoded = words.map { word in
      String(decoding: Data(base64Encoded: String(word.dropFirst(10).dropLast(2))) ?? Data(), as: UTF8.self)
    }
    #expect(decoded.joined() == text)
    #expect(LetterText.encodedWord("Hay algo nuevo") == "Hay algo nuevo")
  }

  /// Any text comes back as it was, in lines of at most 76 plain letters.
  @Test func quotedPrintableComesBack() throws {
    var generator = SeededGenerator(seed: UInt64.random(in: 0..<1_000_000))
    let letters = Array("ab =.ñ¿ \t€😀Z")
    for _ in 0..<300 {
      let text = String(
        (0..<Int.random(in: 0...200, using: &generator)).map { _ in
          Int.random(in: 0..<20, using: &generator) == 0 ? "\n" : letters.randomElement(using: &generator) ?? "a"
        })
      let lines = LetterText.quotedPrintable(text)
      #expect(lines.allSatisfy { $0.utf8.count <= 76 && $0.utf8.allSatisfy { $0 < 127 } })
      #expect(lines.allSatisfy { !$0.hasSuffix(" ") && !$0.hasSuffix("\t") })
      #expect(decoded(lines) == text)
    }
  }

  private func decoded(_ lines: [String]) -> String {
    var bytes: [UInt8] = []
    for (index, line) in lines.enumerated() {
      var rest = Array(line.utf8)[...]
      let isSoft = rest.last == UInt8(ascii: "=")
      if isSoft { rest.removeLast() }
      while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "=") {
          bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
          rest = rest.dropFirst(2)
        } else {
          bytes.append(byte)
        }
      }
      if !isSoft, index < lines.count - 1 { bytes.append(10) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func dotsAreDoubledAtTheBeginningOfLines() {
    let data = String(decoding: LetterText.data(".a\r\nb.\r\n..\r\n"), as: UTF8.self)
    #expect(data == "..a\r\nb.\r\n...\r\n.\r\n")
  }

  @Test func theDateIsWrittenAsMailWritesIt() {
    #expect(LetterText.date(Moment(milliseconds: 1_000_000_000_000)) == "Sun, 09 Sep 2001 01:46:40 +0000")
  }

  @Test func repliesAreReadByteByByte() throws {
    var parser = SMTPReplyParser()
    var replies: [SMTPReply] = []
    for byte in "250-test\r\n250-AUTH PLAIN\r\n250 SIZE 10\r\n354 go\n220\r\n".utf8 {
      replies += try parser.take([byte])
    }
    #expect(replies.map(\.code) == [250, 354, 220] && replies[0].extensions["AUTH"] == ["PLAIN"])
    #expect(!parser.isInTheMiddle)
    for wrong in [
      "25 x\r\n", "abc\r\n", "650 x\r\n", "250-a\r\n251 b\r\n", "250x\r\n", String(repeating: "2", count: 3000),
    ] {
      var parser = SMTPReplyParser()
      #expect(throws: LetterFailure.unintelligible) { try parser.take(Array(wrong.utf8)) }
    }
  }
}
