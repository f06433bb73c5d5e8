import Accounts
import Basics
import CountryPack
import Hummingbird
import Referrals

/// An agency's own entries: a new one, and one that is changed.
extension DirectoryPages {
  func newPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.keepDirectory)
    let organisation = try await desk.organisation(actor)
    let form = DirectoryForm(visit, sheet, nil, organisation)
    let id = desks.office.randomness.identifier(DirectoryDraftEntity.self).description
    return .page(
      "directory/edit",
      [
        "title": visit.words("directory.new.title"),
        "heading": Heading(
          title: visit.words("directory.new.title"), lead: visit.words("directory.new.lead"),
          back: .init(address: "/directory/keep", label: visit.words("directory.keep.title"))
        ).view,
        "form": sheet.view(
          action: "/directory/new", submit: "directory.edit.submit",
          fields: form.fields + [sheet.hidden("id", id), ["isHidden": true, "name": "revision", "value": "0"]],
          cancel: "/directory/keep"),
      ] as [String: Any])
  }

  func create(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.keepDirectory)
    return try await visit.attempt {
      let id: DirectoryDraftID = try FormReader(visit.form).id()
      guard let key = DirectoryServiceKey(id.description) else { throw RefusedRequest.malformed }
      let organisation = try await desk.organisation(actor)
      let edit = try DirectoryForm.edit(visit, nil)
      try await put(actor, edit, nil, key, organisation, revision: 0)
      return .goTo(Self.address(key))
    } orShow: {
      try await newPage(visit, $0)
    }
  }

  func editPage(_ visit: Visit, _ sheet: FormSheet) async throws -> Answer {
    let actor = try visit.actor()
    let entry = try await ownEntry(visit, actor)
    guard let organisation = entry.directory.organisations[entry.service.organisation] else { throw Refusal.notFound }
    let form = DirectoryForm(visit, sheet, entry, organisation)
    let isPublic = try await desk.showing(actor, entry.service.key).since != nil
    return .page(
      "directory/edit",
      [
        "title": visit.words("directory.edit.title"), "isPublic": isPublic,
        "heading": Heading(
          title: entry.service.name, lead: visit.words("directory.edit.lead"),
          back: .init(address: Self.address(entry.service.key), label: visit.words("directory.edit.back"))
        ).view,
        "form": sheet.view(
          action: Self.address(entry.service.key) + "/edit", submit: "directory.edit.submit",
          // A stale page shows what was typed beside the entry as it is now, and goes on from there.
          fields: form.fields + [["isHidden": true, "name": "revision", "value": String(entry.revision)]],
          cancel: Self.address(entry.service.key)),
      ] as [String: Any])
  }

  func save(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let entry = try await ownEntry(visit, actor)
    return try await visit.attempt {
      guard let organisation = entry.directory.organisations[entry.service.organisation] else { throw Refusal.notFound }
      let seen = try revision(visit)
      let edit = try DirectoryForm.edit(visit, entry)
      try await put(actor, edit, entry.directory, entry.service.key, organisation, revision: seen)
      return .goTo(Self.address(entry.service.key))
    } orShow: {
      try await editPage(visit, $0)
    }
  }

  private func ownEntry(_ visit: Visit, _ actor: Actor) async throws -> DirectoryEntry {
    try actor.require(.keepDirectory)
    let entry = try await desk.entry(actor, try key(visit))
    guard entry.owner == actor.agency else { throw Refusal.forbidden }
    return entry
  }

  private func put(
    _ actor: Actor, _ edit: DirectoryEdit, _ before: Directory?, _ key: DirectoryServiceKey,
    _ organisation: DirectoryOrganisation, revision: Int
  ) async throws {
    let place = desks.office.randomness.identifier(DirectoryPlaceEntity.self).description
    // A place of a new entry is named after it, so that a second click says the same.
    guard let newPlace = DirectoryPlaceKey(before == nil ? key.description + "-place" : place) else {
      throw RefusedRequest.malformed
    }
    let entry = edit.applied(
      to: before, key: key, organisation: organisation, newPlace: newPlace, country: DirectoryCodes(desks.pack).country)
    try await desk.save(actor, entry, revision: revision)
  }
}
