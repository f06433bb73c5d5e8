import Accounts
import Basics
import CountryPack
import Records

/// Materials, short addresses and the office that answers the press.
extension CampaignDesk {
  // MARK: Materials

  /// Adds a material (revision 0) or changes the one that was seen; its file or link stays as it was added.
  ///
  /// - Parameter bytes: of its file, with `.file` as content; looked at and stripped before anything is kept.
  ///
  /// Throws `Refusal`: `.notFound` for a campaign that is not there, `.conflict`, `.invalid`.
  public func put(_ actor: Actor, _ material: CampaignMaterial, bytes: [UInt8]? = nil) async throws {
    try actor.require(.keepCampaigns)
    var wanted = material
    var problems: [FieldProblem] = []
    if !PlanCode.isOne(material.code) { problems.append(FieldProblem("code", "error.plan_code")) }
    if pack.term(.languages, material.language) == nil {
      problems.append(FieldProblem("language", Phrase("error.campaign_unknown_language", ["item": material.language])))
    }
    var file: MaterialFile?
    if let bytes {
      do {
        let checked = try checkFile(bytes)
        wanted.content = .file(
          .init(contentType: checked.contentType, ending: checked.ending, size: checked.bytes.count))
        file = checked
      } catch let refusal as Refusal where refusal.kind == .invalid { problems += refusal.fields }
    }
    if case .link(let address) = wanted.content, !Self.isWebAddress(address) {
      problems.append(FieldProblem("link", "error.campaign_link"))
    }
    if case .file = wanted.content, bytes == nil, material.revision == 0 {
      problems.append(FieldProblem("file", "error.attachment_empty"))
    }
    guard problems.isEmpty else { throw Refusal.fields(problems) }
    let (one, checked) = (wanted, file)
    try await write(actor, "campaign.material", "campaign_material", one.id.description) { transaction in
      let all = try CampaignRecords.materials(transaction)
      var one = one
      if let there = all.first(where: { $0.id == one.id }) {
        (one.content, one.code) = (there.content, there.code)
        var same = there
        same.revision = one.revision
        if same == one { return false }
      } else if all.contains(where: { $0.code == one.code }) {
        throw Refusal.fields([FieldProblem("code", "error.campaign_code_taken")])
      }
      if let campaign = one.campaign {
        guard try CampaignRecords.campaigns(transaction).contains(where: { $0.id == campaign }) else {
          throw Refusal.notFound
        }
      }
      guard try CampaignRecords.put(one, transaction) else { throw Self.meanwhile }
      if let checked, one.revision == 0 { try CampaignRecords.insert(checked.bytes, of: one.id, transaction) }
      return true
    }
  }

  /// A material with its file.
  ///
  /// Throws `Refusal.notFound` for one that is not there, or is a link.
  public func file(_ actor: Actor, _ id: CampaignMaterialID) async throws -> (CampaignMaterial, content: [UInt8]) {
    try await office.database.read { transaction in
      guard let material = try CampaignRecords.materials(transaction).first(where: { $0.id == id }),
        let bytes = try CampaignRecords.file(id, transaction)
      else { throw Refusal.notFound }
      return (material, bytes)
    }
  }

  /// A material of the media kit that has a file, for anybody.
  ///
  /// - Parameter name: as in `CampaignMaterial.fileName`.
  ///
  /// Throws `Refusal.notFound` for one that is not public.
  public func publishedMaterial(_ name: String) async throws -> CampaignMaterial {
    try await office.database.read { try Self.published(name, $0) }
  }

  /// The same with its file.
  public func publishedFile(_ name: String) async throws -> (CampaignMaterial, content: [UInt8]) {
    try await office.database.read { transaction in
      let material = try Self.published(name, transaction)
      guard let bytes = try CampaignRecords.file(material.id, transaction) else { throw Refusal.notFound }
      return (material, bytes)
    }
  }

  private static func published(_ name: String, _ transaction: any ReadTransaction) throws -> CampaignMaterial {
    guard let end = name.lastIndex(of: "."),
      let material = try CampaignRecords.publishedMaterial(String(name[..<end]), transaction),
      material.fileName == name
    else { throw Refusal.notFound }
    return material
  }

  private static func isWebAddress(_ text: String) -> Bool {
    text.hasPrefix("https://") && (12...500).contains(text.utf8.count)
      && text.utf8.allSatisfy { $0 > 32 && $0 < 127 && !"\"<>\\`{}".utf8.contains($0) }
      && text.dropFirst(8).split(separator: "/", omittingEmptySubsequences: false)[0].contains(".")
  }

  // MARK: Short addresses

  public func links(_ actor: Actor) async throws -> [ShortLink] {
    try await office.database.read { try CampaignRecords.links($0) }
  }

  /// Adds a short address (revision 0), changes where it leads, or ends it. A code is never given to another page while
  /// posters hang: whoever changes one says so.
  ///
  /// Throws `Refusal`: `.conflict`, `.invalid` for a code or a target that can't be.
  public func put(_ actor: Actor, _ link: ShortLink) async throws {
    var problems: [FieldProblem] = []
    if !ShortLink.isCode(link.code) { problems.append(FieldProblem("code", "error.campaign_short_code")) }
    if !ShortLink.isTarget(link.target) { problems.append(FieldProblem("target", "error.campaign_target")) }
    let found = problems
    try await write(actor, "campaign.link", "campaign_link", link.code) { transaction in
      var there = try CampaignRecords.link(link.code, transaction)
      if link.revision == 0, let taken = there, taken.target != link.target {
        throw Refusal.fields([FieldProblem("code", "error.campaign_code_taken")])
      }
      there?.revision = link.revision
      if there == link { return false }
      if !found.isEmpty { throw Refusal.fields(found) }
      guard try CampaignRecords.put(link, transaction) else { throw Self.meanwhile }
      return true
    }
  }

  /// Where a short address leads, for anybody. Nothing is kept of who asks, nor that somebody did.
  ///
  /// Throws `Refusal.notFound` for one that is not there or has ended.
  public func destination(_ code: String) async throws -> String {
    let link = try await office.database.read { try CampaignRecords.link(code, $0) }
    guard let link, !link.isEnded else { throw Refusal.notFound }
    return link.target
  }

  // MARK: The press office

  /// Says how the press reaches the office.
  ///
  /// Throws `Refusal`: `.conflict`; `.invalid` without any way to reach it.
  public func put(_ actor: Actor, _ press: PressOffice) async throws {
    var problems: [FieldProblem] = []
    if press.phone.isEmpty, press.mail.isEmpty { problems.append(FieldProblem("phone", "error.campaign_contact")) }
    if !press.mail.isEmpty, MailAddress(press.mail) == nil {
      problems.append(FieldProblem("mail", "error.mail_address"))
    }
    let found = problems
    try await write(actor, "campaign.press", "press_office", "1") { transaction in
      var there = try CampaignRecords.office(transaction)
      there?.revision = press.revision
      if there == press { return false }
      if !found.isEmpty { throw Refusal.fields(found) }
      guard try CampaignRecords.put(press, transaction) else { throw Self.meanwhile }
      return true
    }
  }
}
