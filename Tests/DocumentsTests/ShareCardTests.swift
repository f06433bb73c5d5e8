import Basics
import Documents
import Testing

@Suite struct ShareCardTests {
  private func number(_ png: [UInt8], _ at: Int) -> Int { png[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }

  @Test func itHasTheSizeThatLinksAskFor() throws {
    let card = ShareCard(title: "Señales de trata", sentence: "Cómo darse cuenta.", foot: "Amparo · amparo.example")
    let png = try card.png(.spanish)
    #expect(png.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    #expect(number(png, 16) == 1200 && number(png, 20) == 630)
    #expect(try card.png(.spanish) == png)
    // Small enough for a telephone's plan.
    #expect(png.count < 120_000)
    var other = card
    other.title = "Derechos"
    #expect(try other.png(.spanish) != png)
  }

  @Test func whateverComesItIsDrawn() throws {
    let endless = String(repeating: "palabra ", count: 20_000)
    for text in ["", " ", "\n\n\n", "a\u{0}b", "ʼ漢字🧭 ñandú", "<b>&amp;", String(repeating: "x", count: 9_000), endless]
    {
      let png = try ShareCard(title: text, sentence: text, foot: text).png(.english)
      #expect(number(png, 16) == 1200 && png.count < 400_000)
    }
    #expect(ShareCard(title: endless, sentence: endless, foot: endless).title.count == 240)
  }
}
