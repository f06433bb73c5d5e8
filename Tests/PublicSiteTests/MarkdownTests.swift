import Testing

@testable import Web

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
  ]) func isRendered(_ source: String, _ html: String) { #expect(Markdown.html(source).contains(html)) }

  @Test func theTitleCanBeLeftOut() {
    #expect(Markdown.html("# Uno\n\nDos", droppingTitle: true) == "<p>Dos</p>\n")
  }

  @Test(arguments: [
    "<script>alert(1)</script>", "![x](https://evil.example/a.png)", "[x](javascript:alert(1))",
    "[x](data:text/html,x)",
    "<img src=x onerror=alert(1)>", "[x](https://a.example/\"onmouseover=\"alert(1))", "**<svg/onload=alert(1)>**",
    "[<img src=x>](https://a.example)", "> <iframe src=//a>", "- <a href=\"javascript:x\">y</a>", "`\"><script>`",
    "| <b> |\n|---|\n| <i> |", "[x](//evil.example)", "[a](https://b.example 'onclick=1')", "# <style>",
  ]) func hostileSourceIsText(_ source: String) {
    let html = Markdown.html(source).lowercased()
    for tag in ["<script", "<img", "<svg", "<iframe", "<style", "<b>", "<i>"] {
      #expect(!html.contains(tag), "\(html)")
    }
    for match in html.matches(of: /<[^>]*>/) {
      #expect(!match.output.contains("javascript:") && !match.output.contains("onmouseover="), "\(html)")
      #expect(
        match.output.contains(/^<\/?(p|ul|ol|li|em|strong|code|blockquote|h2|hr|table|thead|tbody|tr|th|td|div|a)\b/))
    }
    #expect(!html.contains("href=\"") || html.contains("href=\"https://"))
  }
}
