import Basics
import Documents
import Testing

@Suite struct PictureTests {
  private let picture = Picture(
    title: "Casos <por> \"forma\" & año", width: 200, height: 90,
    [
      .text(Picture.Text("Mendicidad & ñandú", x: 0, y: 20, size: 14, isBold: true)),
      .named("a < b", [.rectangle(x: 10, y: 30, width: 60, height: 20, fill: "#2f8f8b")]),
      .band(from: 10, fromTop: 55, to: 150, toTop: 60, width: 12, fill: "#c9a227"),
      .dashes(fromX: 10, fromY: 80, toX: 150, toY: 85),
    ])

  @Test func svgEscapesAndSaysItsTitle() {
    let svg = picture.svg
    #expect(svg.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 200 90\""))
    #expect(svg.contains("aria-label=\"Casos &lt;por&gt; &quot;forma&quot; &amp; año\""))
    #expect(svg.contains("<title>a &lt; b</title>") && svg.contains("Mendicidad &amp; ñandú"))
    #expect(svg.contains("stroke-dasharray") && !svg.contains("narrow"))
  }

  @Test func pngHasTwicePixelsAndIsTheSameTwice() throws {
    let png = try picture.png(.spanish)
    #expect(png.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    func number(_ at: Int) -> Int { png[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
    // Sixteen pixels of room on each side.
    #expect(number(16) == 2 * (200 + 32) && number(20) == 2 * (90 + 32))
    #expect(try picture.png(.spanish) == png)
    var long = picture
    long.height = 40_000
    let small = try long.png(.spanish)
    #expect(small[20..<24].reduce(0) { $0 << 8 | Int($1) } == 16_000)
    var empty = picture
    empty.shapes = []
    #expect(try empty.png(.spanish).count < png.count)
  }
}
