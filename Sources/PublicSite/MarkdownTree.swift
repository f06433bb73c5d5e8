import CMarkdown
import Foundation

extension Markdown {
  /// Reads blocks with libcmark, makes text of what is not wanted, and writes the rest as HTML.
  static func blocks(_ source: String, headingsDown: Int32) -> String {
    var source = source
    let root = source.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { cmark_parse_document($0.baseAddress, $0.count, CMARK_OPT_DEFAULT) }
    }
    guard let root else { return "" }
    defer { cmark_node_free(root) }
    tidy(root, headingsDown)
    // Without the option UNSAFE libcmark leaves out what is dangerous a second time.
    guard let written = cmark_render_html(root, CMARK_OPT_NOBREAKS) else { return "" }
    defer { free(written) }
    return String(cString: written).replacing(" />\n", with: ">\n")
  }

  private static func tidy(_ root: OpaquePointer, _ headingsDown: Int32) {
    // The tree is changed only after it was walked through: the walk does not bear it.
    for node in nodes(of: root) {
      switch cmark_node_get_type(node) {
      case CMARK_NODE_HEADING:
        cmark_node_set_heading_level(node, min(6, max(2, cmark_node_get_heading_level(node) + headingsDown)))
      case CMARK_NODE_HTML_BLOCK:
        guard let paragraph = cmark_node_new(CMARK_NODE_PARAGRAPH), let text = text(of: node) else { continue }
        cmark_node_append_child(paragraph, text)
        cmark_node_replace(node, paragraph)
        cmark_node_free(node)
      case CMARK_NODE_HTML_INLINE:
        guard let text = text(of: node) else { continue }
        cmark_node_replace(node, text)
        cmark_node_free(node)
      case CMARK_NODE_LINK: link(node)
      // Of a picture the words remain that describe it.
      case CMARK_NODE_IMAGE: unwrap(node)
      default: continue
      }
    }
  }

  private static func nodes(of root: OpaquePointer) -> [OpaquePointer] {
    guard let walk = cmark_iter_new(root) else { return [] }
    defer { cmark_iter_free(walk) }
    var nodes: [OpaquePointer] = []
    while true {
      let event = cmark_iter_next(walk)
      if event == CMARK_EVENT_DONE { return nodes }
      if event == CMARK_EVENT_ENTER, let node = cmark_iter_get_node(walk) { nodes.append(node) }
    }
  }

  private static func text(of node: OpaquePointer) -> OpaquePointer? {
    guard let text = cmark_node_new(CMARK_NODE_TEXT) else { return nil }
    let literal = cmark_node_get_literal(node).map { String(cString: $0) } ?? ""
    cmark_node_set_literal(text, literal.trimmingCharacters(in: .newlines))
    return text
  }

  private static func link(_ node: OpaquePointer) {
    let address = cmark_node_get_url(node).map { String(cString: $0) } ?? ""
    guard isAllowed(address), let custom = cmark_node_new(CMARK_NODE_CUSTOM_INLINE) else { return unwrap(node) }
    let isElsewhere = address.lowercased().hasPrefix("https:")
    cmark_node_set_on_enter(custom, "<a href=\"\(escaped(address))\"\(isElsewhere ? " rel=\"noreferrer\"" : "")>")
    cmark_node_set_on_exit(custom, "</a>")
    while let child = cmark_node_first_child(node) {
      // What can't stand inside goes, rather than being moved for ever.
      if cmark_node_append_child(custom, child) == 0 { cmark_node_unlink(child) }
    }
    cmark_node_replace(node, custom)
    cmark_node_free(node)
  }

  /// Puts what stands in a node into its place.
  private static func unwrap(_ node: OpaquePointer) {
    while let child = cmark_node_first_child(node) {
      if cmark_node_insert_before(node, child) == 0 { cmark_node_unlink(child) }
    }
    cmark_node_unlink(node)
    cmark_node_free(node)
  }
}
