import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The photographs and documents of a case: the list, one of them with a preview, adding, deleting.
struct AttachmentPages {
  let desks: Desks
  let settings: SiteSettings

  func add(to routes: Routes) {
    // Nobody's real photograph belongs to an exercise.
    guard !settings.isPractice else { return }
    routes.get("/cases/:case/attachments") { visit in try await list(visit, visit.sheet) }
    routes.post("/cases/:case/attachments", save)
    routes.get("/cases/:case/attachments/:attachment", page)
    routes.get("/cases/:case/attachments/:attachment/content") { visit in try await content(visit, isCopy: false) }
    routes.get("/cases/:case/attachments/:attachment/copy") { visit in try await content(visit, isCopy: true) }
    routes.get("/cases/:case/attachments/:attachment/remove", removal)
    routes.post("/cases/:case/attachments/:attachment/remove", remove)
  }

  /// How many bytes of a file an address takes; `nil` when it takes none.
  static func largestUpload(_ path: String) -> Int? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0].isEmpty && parts[1] == "cases" && CaseID(String(parts[2])) != nil
      && parts[3] == "attachments" ? AttachmentRules.largest : nil
  }

  // MARK: The list, and adding

  private func list(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    let list = try await desks.cases.attachments(actor, id)
    let names = list.isShared ? [:] : try await desks.members.names(actor)
    let (words, terms, address) = (visit.words, CaseTerms(visit: visit), "/cases/\(id)")
    let rows = list.attachments.map { attachment in
      WorkRow(
        title: attachment.title, address: "\(address)/attachments/\(attachment.id)",
        facts: [
          words("attachments.format.\(attachment.format.rawValue)"), Self.size(attachment.size, words),
          terms.name(.dataKinds, attachment.kind.rawValue), visit.dates.day(of: attachment.addedAt),
          names[attachment.addedBy] ?? "",
        ].filter { !$0.isEmpty })
    }
    var model: [String: Any] = [
      "heading": Heading(
        title: words("attachments.title"), lead: words("attachments.lead"),
        eyebrow: words("casework.case", ["code": list.summary.code.description]),
        back: HomeSection.Link(address: address, label: words("casework.history.back"))
      ).view, "rows": rows.map(\.view), "hasRows": !rows.isEmpty, "isShared": list.isShared,
    ]
    if list.mayEdit {
      model["form"] = sheet.view(
        action: address + "/attachments", submit: "attachments.add",
        fields: [
          sheet.hidden("id", desks.office.randomness.identifier(AttachmentEntity.self).description),
          sheet.select(
            "kind", label: "attachments.kind", hint: "attachments.kind_hint",
            options: terms.options(.dataKinds).filter { option in
              AttachmentRules.kinds.contains { $0.rawValue == option.value }
            }),
          sheet.text("title", label: "attachments.what", hint: "attachments.what_hint"),
        ])
      model["file"] = [
        "error": sheet.error("file"),
        "again": sheet.wasSent && sheet.error("file") == nil ? words("attachments.again") : nil,
        "hint": words(
          "attachments.file_hint", ["megabytes": String(AttachmentRules.largest / 1_048_576)]),
      ].compactMapValues { $0 }
    }
    return .page("casework/attachments", model)
  }

  private func save(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    return try await visit.attempt {
      var reader = FormReader(visit.form)
      let attachment: AttachmentID = try reader.id()
      let kind = reader.text("kind", required: false)
      let title = reader.text("title", upTo: 120)
      let file = visit.files["file"] ?? []
      if file.isEmpty { reader.refuse("file", "error.attachment_empty") }
      try reader.check()
      try await desks.cases.addAttachment(
        actor, id, id: attachment, AttachmentRequest(kind: DataKind(rawValue: kind), title: title, bytes: file))
      return .goTo("/cases/\(id)/attachments")
    } orShow: {
      try await list(visit, $0)
    }
  }

  // MARK: One of them

  private func page(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    let wanted: AttachmentID = try visit.id("attachment")
    let list = try await desks.cases.attachments(actor, id)
    guard let attachment = list.attachments.first(where: { $0.id == wanted }) else { throw Refusal.notFound }
    let (words, terms) = (visit.words, CaseTerms(visit: visit))
    let address = "/cases/\(id)/attachments/\(wanted)"
    let names = list.isShared ? [:] : try await desks.members.names(actor)
    var model: [String: Any] = [
      "heading": Heading(
        title: attachment.title, eyebrow: words("casework.case", ["code": list.summary.code.description]),
        back: HomeSection.Link(address: "/cases/\(id)/attachments", label: words("attachments.title"))
      ).view,
      "facts": Definitions([
        (words("attachments.format"), words("attachments.format.\(attachment.format.rawValue)")),
        (words("attachments.size"), Self.size(attachment.size, words)),
        (
          words("attachments.pixels"),
          attachment.width.flatMap { width in attachment.height.map { "\(width) × \($0)" } } ?? ""
        ), (words("attachments.kind"), terms.name(.dataKinds, attachment.kind.rawValue)),
        (
          words("attachments.added"),
          [visit.dates.moment(attachment.addedAt), names[attachment.addedBy] ?? ""].filter { !$0.isEmpty }
            .joined(separator: ", ")
        ),
      ]).view, "copy": address + "/copy",
    ]
    if list.mayEdit { model["remove"] = address + "/remove" }
    switch attachment.format {
    case .jpeg, .png, .webp: model["image"] = ["address": address + "/content", "title": attachment.title]
    case .text:
      model["text"] = String(decoding: try await desks.cases.attachment(actor, id, wanted).content, as: UTF8.self)
    case .pdf: model["isDocument"] = true
    }
    return .page("casework/attachment", model)
  }

  /// The file itself. A browser is told what it is, that it may not guess otherwise, and that nothing in it may act.
  private func content(_ visit: Visit, isCopy: Bool) async throws -> Answer {
    let actor = try visit.actor()
    let (attachment, bytes) = try await desks.cases.attachment(
      actor, try visit.id("case"), try visit.id("attachment"))
    let isInline = attachment.format.isImage && !isCopy
    // The title names people; the copy's name doesn't.
    let name = "amparo-\(attachment.id.description.suffix(8)).\(attachment.format.ending)"
    return .whole(
      Response(
        status: .ok,
        headers: [
          .contentType: attachment.format.contentType,
          .contentDisposition: "\(isInline ? "inline" : "attachment"); filename=\"\(name)\"",
          .contentLength: String(bytes.count), .contentSecurityPolicy: "default-src 'none'; sandbox",
        ], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))))
  }

  private func removal(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let id: CaseID = try visit.id("case")
    let wanted: AttachmentID = try visit.id("attachment")
    let list = try await desks.cases.attachments(actor, id)
    guard let attachment = list.attachments.first(where: { $0.id == wanted }) else { throw Refusal.notFound }
    guard list.mayEdit else { throw Refusal.forbidden }
    let address = "/cases/\(id)/attachments/\(wanted)"
    return CaseFormPage.answer(
      visit, list.summary, title: "attachments.remove",
      notice: visit.words("attachments.remove_lead", ["title": attachment.title]), clash: nil,
      back: HomeSection.Link(address: address, label: attachment.title),
      form: visit.sheet.view(
        action: address + "/remove", submit: "attachments.remove", fields: [], cancel: address, isDangerous: true))
  }

  private func remove(_ visit: Visit) async throws -> Answer {
    let id: CaseID = try visit.id("case")
    try await desks.cases.removeAttachment(try visit.actor(), id, try visit.id("attachment"))
    return .goTo("/cases/\(id)/attachments")
  }

  /// `340 KB`, `2,4 MB`.
  static func size(_ bytes: Int, _ words: Words) -> String {
    bytes < 1_000_000
      ? "\(max(1, (bytes + 500) / 1000)) KB" : Figures.decimal(Double(bytes) / 1_000_000, words) + " MB"
  }
}
