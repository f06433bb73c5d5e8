import Accounts
import Basics
import Foundation
import Records
import Vault

extension CaseDesk {
  /// The files of a case that the actor may open: the owning agency all, an agency that was given some kinds of data
  /// those of these kinds, while the basis holds. The titles are content: the look is in the audit log before they are
  /// shown.
  ///
  /// Throws `Refusal.notFound` when there is no such case, or none that the actor may know of.
  public func attachments(_ actor: Actor, _ id: CaseID) async throws -> AttachmentList {
    let now = office.clock.now()
    let (list, basis) = try await office.database.read { transaction in
      let sight = try look(at: id, actor, at: now, transaction)
      let attachments = try AttachmentRecords.attachments(of: id, transaction).compactMap { sealed -> Attachment? in
        try opened(sealed, sight).map { shown(sealed, $0) }
      }
      let list = AttachmentList(
        summary: sight.summary, attachments: attachments,
        mayEdit: CaseRules.verdict(.edit, sight.summary.status, sight.part, may: actor.may) == .allowed,
        isShared: sight.part == .receiver)
      return (list, sight.basis)
    }
    let entry = entry(actor, "attachment.list", id, at: now, purpose: basis?.purpose, consent: basis?.id)
    try await office.database.write { try $0.record(entry) }
    return list
  }

  /// One file with its content. The reading is in the audit log before anything is shown.
  ///
  /// Throws `Refusal.notFound` when there is none that the actor may open.
  public func attachment(_ actor: Actor, _ id: CaseID, _ attachment: AttachmentID) async throws -> (
    Attachment, content: [UInt8]
  ) {
    let now = office.clock.now()
    let (sealed, header, parts, sight) = try await office.database.read { transaction in
      let sight = try look(at: id, actor, at: now, transaction)
      guard let sealed = try AttachmentRecords.attachment(attachment, transaction), sealed.caseID == id,
        let header = try opened(sealed, sight)
      else { throw Refusal.notFound }
      return (sealed, header, try AttachmentRecords.parts(of: attachment, transaction), sight)
    }
    let content = try SealedParts.open(parts, header, of: attachment, tenant: sight.summary.tenant)
    let basis = sight.bases.first { $0.kinds.contains(sealed.kind) }
    let entry = entry(actor, "attachment.read", id, at: now, purpose: basis?.purpose, consent: basis?.id)
    try await office.database.write { try $0.record(entry) }
    return (shown(sealed, header), content)
  }

  /// Adds a photograph or a document: judged by its content, images without what they tell beside the picture.
  ///
  /// - Parameter attachment: chosen by the form, so that a second click adds nothing more.
  ///
  /// Throws `Refusal`: `.invalid` with the wrong fields, as `edit` otherwise.
  public func addAttachment(_ actor: Actor, _ id: CaseID, id attachment: AttachmentID, _ request: AttachmentRequest)
    async throws
  {
    try actor.require(.editCase)
    let now = office.clock.now()
    // Looked at before the file is: nobody makes the server work on a case that is not theirs.
    let tenant = try await office.database.read { try own(id, for: .edit, actor, $0).tenant }
    var problems = TextRules.problems([("title", request.title, .name)])
    if !request.title.contains(where: { $0.isLetter || $0.isNumber }) {
      problems.append(FieldProblem("title", "error.missing"))
    }
    if request.kind.map(AttachmentRules.kinds.contains) != true {
      problems.append(FieldProblem("kind", "error.answer_needed"))
    }
    var checked: CheckedFile?
    do { checked = try AttachmentReader.read(request.bytes) } catch let problem as AttachmentProblem {
      problems.append(FieldProblem("file", problem.phrase))
    }
    guard problems.isEmpty, let checked, let kind = request.kind else { throw Refusal.fields(problems) }
    let sealed = try SealedParts(sealing: checked.bytes, of: attachment, tenant: tenant)
    let header = AttachmentHeader(
      title: request.title, format: checked.format, size: checked.bytes.count, width: checked.width,
      height: checked.height, key: Data(sealed.key), digest: Data(sha256(checked.bytes)), parts: sealed.parts.count)
    try await office.database.write { transaction in
      let summary = try own(id, for: .edit, actor, transaction)
      if let before = try AttachmentRecords.attachment(attachment, transaction) {
        guard before.caseID == id else { throw Refusal.conflict }
        return
      }
      let (count, parts) = try AttachmentRecords.size(of: id, transaction)
      if count >= AttachmentRules.mostOfCase
        || (parts + sealed.parts.count) * SealedParts.partSize > AttachmentRules.largestOfCase
      {
        throw Refusal.fields([
          FieldProblem(
            "file",
            Phrase(
              "error.attachment_case_full",
              [
                "count": String(AttachmentRules.mostOfCase),
                "megabytes": String(AttachmentRules.largestOfCase / 1_048_576),
              ]))
        ])
      }
      guard
        let blob = try self.sealed(
          header, kind, at: headerPlace(summary, attachment), summary, for: actor, at: now, transaction)
      else { return }
      try AttachmentRecords.insert(
        attachment, of: id, agency: summary.agency, kind, header: blob, parts: sealed.parts, by: actor.member, at: now,
        transaction)
      try transaction.record(entry(actor, "attachment.add", id, at: now))
    }
  }

  /// Deletes a file, and the key of its content with it. Doing it again changes nothing.
  public func removeAttachment(_ actor: Actor, _ id: CaseID, _ attachment: AttachmentID) async throws {
    try actor.require(.editCase)
    let now = office.clock.now()
    try await office.database.write { transaction in
      _ = try own(id, for: .edit, actor, transaction)
      guard try AttachmentRecords.delete(attachment, of: id, transaction) else { return }
      try transaction.record(entry(actor, "attachment.remove", id, at: now))
    }
  }

  // MARK: What a reader can open

  /// A case as one reader may know of it.
  private struct Sight {
    var summary: CaseSummary
    var part: CasePart
    var keys: [DataKind: RecordKey]
    /// On which another agency reads.
    var bases: [Consent]
    var basis: Consent? { bases.first }
  }

  private func look(at id: CaseID, _ actor: Actor, at now: Moment, _ transaction: any ReadTransaction) throws -> Sight {
    guard actor.may(.readCase) || actor.may(.openCase) else { throw Refusal.forbidden }
    guard let summary = try CaseRecords.summary(id, transaction) else { throw Refusal.notFound }
    let bases = try ConsentRecords.consents(of: id, transaction)
      .filter { $0.recipient == actor.agency && $0.state(at: now) == .live }
    let keys = try keys(summary, bases, actor, at: now, transaction)
    var part = part(summary, actor)
    if part == .stranger, !keys.isEmpty { part = .receiver }
    try CaseRules.verdict(.read, summary.status, part, may: actor.may).require()
    return Sight(summary: summary, part: part, keys: keys, bases: part == .receiver ? bases : [])
  }

  /// `nil` when the reader has no key of the file's kind.
  private func opened(_ sealed: AttachmentRecords.Sealed, _ sight: Sight) throws -> AttachmentHeader? {
    guard let key = sight.keys[sealed.kind] else { return nil }
    return try key.openValue(AttachmentHeader.self, sealed.blob, at: headerPlace(sight.summary, sealed.id))
  }

  private func shown(_ sealed: AttachmentRecords.Sealed, _ header: AttachmentHeader) -> Attachment {
    Attachment(
      id: sealed.id, kind: sealed.kind, format: header.format, title: header.title, size: header.size,
      width: header.width, height: header.height, addedBy: sealed.addedBy, addedAt: sealed.addedAt)
  }

  private func headerPlace(_ summary: CaseSummary, _ id: AttachmentID) -> FieldAddress {
    SealedPlace.field(summary, "case_attachments", "sealed", id.description)
  }
}
