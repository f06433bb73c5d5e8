/// One part of a page about a person's rights over their data.
struct ProtectionSection {
  var title: String
  var anchor: String
  var lead: String?
  var definitions: Definitions?
  var table: DataTable?
  var rows: [WorkRow] = []
  /// What a spreadsheet holds of the rows, where they have columns of their own.
  var sheet: ListSheet.Part?
  /// What stands there when there is nothing else.
  var empty: String?
  var paragraphs: [String] = []
  var links: [HomeSection.Link] = []

  var view: [String: Any] {
    var view: [String: Any] = [
      "title": title, "anchor": anchor, "rows": rows.map(\.view), "hasRows": !rows.isEmpty, "paragraphs": paragraphs,
      "links": links.map(\.view), "hasLinks": !links.isEmpty,
    ]
    view["lead"] = lead
    view["definitions"] = definitions?.view
    if var shown = table?.view {
      // The heading above says it already.
      shown["isTitled"] = table?.caption == title
      view["table"] = shown
    }
    if rows.isEmpty, table == nil { view["empty"] = empty }
    return view
  }

  /// What of the part is a list; `nil` for none.
  fileprivate var list: ListSheet.Part? {
    if let sheet { return sheet }
    if let table { return ListSheet.Part(table) }
    return rows.isEmpty ? nil : ListSheet.Part(title: title, rows)
  }

  /// A page of such parts. What of them is a list can be taken along where its address is a `Routes.list`.
  static func page(
    _ heading: Heading, _ sections: [ProtectionSection], notice: String? = nil, form: [String: Any]? = nil,
    further: [String: Any] = [:]
  ) -> Answer {
    var model: [String: Any] = [
      "title": heading.title, "heading": heading.view, "sections": sections.map(\.view),
    ]
    model["notice"] = notice
    model["form"] = form
    return .page("data-protection/page", model.merging(further) { $1 })
      .listing(sections.compactMap(\.list), next: further["next"] as? String)
  }
}
