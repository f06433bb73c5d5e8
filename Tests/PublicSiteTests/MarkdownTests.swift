import Foundation
import PublicSite
import Testing

@Suite struct MarkdownTests {
  @Test(arguments: [
    ("# Uno\n\nDos *tres* **cuatro**.", "<h2>Uno</h2>\n<p>Dos <em>tres</em> <strong>cuatro</strong>.</p>\n"),
    (
      "- a\n- b\n  sigue\n\n1. x\n2. y",
      "<ul>\n<li>a</li>\n<li>b sigue</li>\n</ul>\n<ol>\n<li>x</li>\n<li>y</li>\n</ol>\n"
    ),
    ("> uno\n> dos", "<blockquote>\n<p>uno dos</p>\n</blockquote>\n"), ("### c", "<h3>c</h3>\n"), ("---", "<hr>\n"),
    (
      "[x](https://a.example/b?c=1&d=2)",
      "<p><a href=\"https://a.example/b?c=1&amp;d=2\" rel=\"noreferrer\">x</a></p>\n"
    ),
    ("`<b>`", "<p><code>&lt;b&gt;</code></p>\n"), ("2 * 3 * 4", "<p>2 * 3 * 4</p>\n"),
    ("| a | b |\n|---|---|\n| 1 | 2 |", "<td>1</td><td>2</td>"), ("", ""),
    ("**a *b* c**", "<strong>a <em>b</em> c</strong>"),
    ("[s](/es/signs)", "<a href=\"/es/signs\">s</a>"), ("[n](tel:911)", "<a href=\"tel:911\">n</a>"),
    ("[m](mailto:a@b.example)", "<a href=\"mailto:a@b.example\">m</a>"), ("[h](#fin)", "<a href=\"#fin\">h</a>"),
    ("| a \\| b |\n|---|\n| *x* |", "<th scope=\"col\">a | b</th>"),
    ("```\n| a | b |\n```", "<pre><code>| a | b |\n</code></pre>\n"),
    ("uno\r\ndos", "<p>uno dos</p>\n"),
  ]) func isRendered(_ source: String, _ html: String) {
    let found = Markdown.html(source)
    #expect(html.isEmpty ? found.isEmpty : found.contains(html), "\(found)")
  }

  @Test func theTitleCanBeLeftOut() {
    #expect(Markdown.html("# Uno\n\nDos", droppingTitle: true) == "<p>Dos</p>\n")
  }

  @Test func noHeadingIsAPagesTitleAndStepsStay() {
    let html = Markdown.html("# A\n\n## B\n\n### C")
    #expect(html == "<h2>A</h2>\n<h3>B</h3>\n<h4>C</h4>\n")
    #expect(Markdown.html("## A\n\n### B") == "<h2>A</h2>\n<h3>B</h3>\n")
    #expect(!Markdown.html("Uno\n===\n\n###### x").contains("<h1"))
  }

  @Test(arguments: [
    "<script>alert(1)</script>", "![x](https://evil.example/a.png)", "[x](javascript:alert(1))",
    "[x](data:text/html,x)", "[x](vbscript:x)", "[x](JaVaScRiPt:alert(1))", "[x](&#106;avascript:alert(1))",
    "<javascript:alert(1)>", "[x]\n\n[x]: javascript:alert(1)", "[x](java\nscript:alert(1))",
    "<img src=x onerror=alert(1)>", "[x](https://a.example/\"onmouseover=\"alert(1))", "**<svg/onload=alert(1)>**",
    "[<img src=x>](https://a.example)", "> <iframe src=//a>", "- <a href=\"javascript:x\">y</a>", "`\"><script>`",
    "| <b> |\n|---|\n| <i> |", "[x](//evil.example)", "[x](/\\evil.example)", "[a](https://b.example 'onclick=1')",
    "# <style>", "<!-- --><script>", "<div>\n<script>\n</div>", "| [x](javascript:1) |\n|---|\n| <script> |",
    "![a ![b](c)](javascript:d)", "[![x](javascript:1)](javascript:2)", "<?php x ?>", "<![CDATA[<script>]]>",
    "&lt;script&gt;", "```<script>\n<script>\n```", "\u{0}<script>",
  ]) func hostileSourceIsText(_ source: String) {
    let html = Markdown.html(source).lowercased()
    for tag in ["<script", "<img", "<svg", "<iframe", "<style", "<b>", "<i>", "<!--", "<?", "<!["] {
      #expect(!html.contains(tag), "\(html)")
    }
    for match in html.matches(of: /<[^>]*>/) {
      #expect(!match.output.contains("javascript:") && !match.output.contains("onmouseover="), "\(html)")
      #expect(
        match.output.contains(
          /^<\/?(p|ul|ol|li|em|strong|code|pre|blockquote|h2|hr|table|thead|tbody|tr|th|td|div|a)\b/), "\(html)")
    }
    #expect(!html.contains("href=\"") || html.contains("href=\"https://"))
  }

  @Test(arguments: [
    String(repeating: "![[]()", count: 33_000), String(repeating: ">", count: 50_000) + "x",
    String(repeating: "- ", count: 50_000), String(repeating: "*a **a ", count: 50_000),
    String(repeating: "palabra ", count: 130_000), String(repeating: "<b>", count: 100_000),
    String(repeating: "`a``", count: 50_000), String(repeating: "[a](", count: 90_000),
    String(repeating: "| a ", count: 50_000) + "|", String(repeating: "&#", count: 100_000),
  ]) func hugeSourceKeepsNobodyWaiting(_ source: String) {
    let began = ContinuousClock.now
    let html = Markdown.html(source)
    // A debug build on a busy machine; what is guarded against takes minutes.
    #expect(began.duration(to: .now) < .seconds(20))
    #expect(!html.isEmpty && !html.contains("<b>"))
  }

  @Test func aLongRuleIsNoNesting() {
    #expect(Markdown.html(String(repeating: "-", count: 300) + "\n\n*x*") == "<hr>\n<p><em>x</em></p>\n")
  }

  @Test func whatIsFoundHasNoMarks() {
    #expect(Markdown.plain("# Uno\n\n*dos* [tres](https://a.example) & <b>") == "Uno dos tres & <b>")
  }
}
