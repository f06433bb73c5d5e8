import Basics

/// What reading a file of a directory gave.
public struct DirectoryReading: Sendable {
  /// The services without a problem, with their organisations and places. To be used only when there is no problem, or
  /// by somebody who asked for the good ones.
  public var directory: Directory
  /// At most as many as the limits say; `problemCount` counts all.
  public var problems: [DirectoryProblem]
  public var problemCount: Int
  /// How many services the file has, sound or not.
  public var serviceCount: Int
  /// What the file says and a directory does not keep: the kind of place with how often.
  public var notKept: [String: Int]

  public var isSound: Bool { problemCount == 0 }
}

extension Directory {
  /// Reads HSDS 3.0 as JSON: an array of services, an object with `services`, a page with `contents`, or one service,
  /// nested as in the specification's examples.
  ///
  /// Source: Open Referral, HSDS 3.0 (commit 279fd2e); capacity and `redacted` from its later drafts.
  public static func read(
    json bytes: [UInt8], _ codes: DirectoryCodes, limits: DirectoryLimits = DirectoryLimits()
  ) -> DirectoryReading {
    do throws(DirectoryProblem) {
      return HSDSReader.read(try HSDSJSONReader.read(bytes, limits), codes, limits)
    } catch { return DirectoryReading(unreadable: error) }
  }

  /// Reads the tables of an HSDS data package.
  /// - Parameter files: the CSV files by their names without `.csv`; `tableNames` says which are looked at.
  public static func read(
    tables files: [String: [UInt8]], _ codes: DirectoryCodes, limits: DirectoryLimits = DirectoryLimits()
  ) -> DirectoryReading {
    do throws(DirectoryProblem) {
      return HSDSReader.read(try HSDSTables.read(files, limits), codes, limits)
    } catch { return DirectoryReading(unreadable: error) }
  }

  public static var tableNames: [String] { HSDSTables.names }
}

extension DirectoryReading {
  fileprivate init(unreadable problem: DirectoryProblem) {
    self.init(directory: Directory(), problems: [problem], problemCount: 1, serviceCount: 0, notKept: [:])
  }
}

/// Turns nested values into a directory, noting every problem with its place.
struct HSDSReader {
  let codes: DirectoryCodes
  var findings: HSDSFindings
  private var organisations: [DirectoryOrganisationKey: (value: DirectoryOrganisation?, place: String)] = [:]
  private var places: [DirectoryPlaceKey: (value: DirectoryPlace?, place: String)] = [:]
  /// The `organizations` of the file, for services that only name theirs.
  private var named: [String: HSDSCursor] = [:]

  static func read(_ root: HSDSNode, _ codes: DirectoryCodes, _ limits: DirectoryLimits) -> DirectoryReading {
    var reader = HSDSReader(codes: codes, findings: HSDSFindings(limits))
    return reader.read(HSDSCursor(node: root, path: .root))
  }

  private init(codes: DirectoryCodes, findings: HSDSFindings) {
    self.codes = codes
    self.findings = findings
  }

  private mutating func read(_ root: HSDSCursor) -> DirectoryReading {
    let services = serviceCursors(root)
    if findings.problems.isEmpty, services.count > findings.limits.services {
      findings.add(root.problem("the file has more than \(findings.limits.services) services"))
    }
    var sound: [DirectoryService] = []
    if findings.problems.isEmpty {
      let others = elements(root["organizations"])
      for cursor in others {
        if case .text(let id) = cursor["id"]?.node.value, named[id] == nil { named[id] = cursor }
      }
      for cursor in others { _ = organisation(cursor) }
      var first: [DirectoryServiceKey: String] = [:]
      for cursor in services {
        let before = findings.count
        let service = service(cursor)
        if let key = service?.key ?? peekKey(cursor) {
          if let earlier = first[key] {
            findings.add(cursor.problem("the service “\(key)” stands already at \(earlier)"))
            continue
          }
          first[key] = place(cursor)
        }
        if let service, findings.count == before { sound.append(service) }
      }
    }
    return DirectoryReading(
      directory: Directory(
        organisations: organisations.values.compactMap(\.value), places: places.values.compactMap(\.value),
        services: sound), problems: findings.problems, problemCount: findings.count, serviceCount: services.count,
      notKept: findings.notKept)
  }

  private func peekKey(_ cursor: HSDSCursor) -> DirectoryServiceKey? {
    guard case .text(let id) = cursor["id"]?.node.value else { return nil }
    return DirectoryServiceKey(id)
  }

  private func place(_ cursor: HSDSCursor) -> String {
    cursor.node.file.map { "\($0):\(cursor.node.line)" } ?? "\(cursor.path.text) (line \(cursor.node.line))"
  }

  private mutating func serviceCursors(_ root: HSDSCursor) -> [HSDSCursor] {
    switch root.node.value {
    case .list: return elements(root)
    case .object(let members):
      for name in ["services", "contents"] where members[name] != nil { return elements(root[name]) }
      if members["name"] != nil, members["status"] != nil { return [root] }
      findings.add(root.problem("there are no services: an array of them, or an object with “services”, is expected"))
    default: findings.add(root.problem("an array of services, or an object with “services”, is expected"))
    }
    return []
  }

  private mutating func elements(_ cursor: HSDSCursor?) -> [HSDSCursor] {
    guard let cursor else { return [] }
    guard case .list(let values) = cursor.node.value else {
      findings.add(cursor.problem("a list is expected"))
      return []
    }
    return values.enumerated().compactMap { index, value in
      let element = HSDSCursor(node: value, path: .element(cursor.path, index))
      if case .object = value.value { return element }
      findings.add(element.problem("an object is expected"))
      return nil
    }
  }

  // MARK: Organisations and places

  /// An organisation stands in the file once for each of its services; all must say the same.
  mutating func organisation(_ cursor: HSDSCursor) -> DirectoryOrganisationKey? {
    findings.checkMembers(
      cursor, ["name", "description", "email", "website", "phones", "contacts", "locations"])
    guard let key = findings.key(cursor, DirectoryOrganisationKey.self) else { return nil }
    let before = findings.count
    let name = findings.required(cursor, "name", most: 300)
    var value = DirectoryOrganisation(
      key: key, name: name ?? "", description: findings.text(cursor["description"], most: 5000) ?? "")
    value.email = findings.email(cursor["email"])
    value.website = findings.website(cursor["website"])
    if let parent = cursor["parent_organization_id"], let written = findings.text(parent) {
      value.parent = DirectoryOrganisationKey(written)
      if value.parent == nil { findings.add(parent.problem("this is no id")) }
    }
    value.phones = findings.phones(cursor)
    value.desks = findings.desks(cursor)
    let sound = findings.count == before ? value : nil
    if let earlier = organisations[key] {
      if let there = earlier.value, let sound, there != sound {
        findings.add(cursor.problem("the organisation “\(key)” is described otherwise at \(earlier.place)"))
      }
      // A broken one breaks each of its services.
      if earlier.value == nil, sound != nil {
        findings.add(cursor.problem("the same id is broken at \(earlier.place)"))
      }
    } else {
      organisations[key] = (sound, place(cursor))
    }
    return key
  }

  mutating func organisation(of service: HSDSCursor) -> DirectoryOrganisationKey? {
    if let nested = findings.object(service, "organization") { return organisation(nested) }
    guard let member = service["organization_id"], let id = findings.text(member) else {
      findings.add(service.problem("“organization” is missing"))
      return nil
    }
    guard let cursor = named[id] else {
      findings.add(member.problem("there is no such organisation in the file"))
      return nil
    }
    return organisation(cursor)
  }

  mutating func location(_ cursor: HSDSCursor) -> DirectoryPlaceKey? {
    guard let key = findings.key(cursor, DirectoryPlaceKey.self) else { return nil }
    let before = findings.count
    let value = place(key, cursor)
    let sound = findings.count == before ? value : nil
    if let earlier = places[key] {
      if let there = earlier.value, let sound, there != sound {
        findings.add(cursor.problem("the place “\(key)” is described otherwise at \(earlier.place)"))
      }
      if earlier.value == nil, sound != nil {
        findings.add(cursor.problem("the same id is broken at \(earlier.place)"))
      }
    } else {
      places[key] = (sound, place(cursor))
    }
    return key
  }
}
