import Basics
import Foundation

/// Where a service is given.
///
/// The address of an undisclosed place can't be held by this type: who needs it is told by telephone, once a desk has
/// accepted. What is not stored can't be stolen, exported or shown by mistake.
public struct DirectoryPlace: Hashable, Sendable {
  public enum Site: Hashable, Sendable {
    case physical(Details)
    /// Only for letters.
    case postal(Details)
    /// By telephone or on the network.
    case virtual(Details)
    case undisclosed
  }

  /// What may be said about a place that anybody may know.
  public struct Details: Hashable, Sendable {
    public var name: String?
    public var description: String?
    public var address: PostalAddress?
    public var position: Position?
    /// How one gets there.
    public var transport: String?
    public var accessibility: [String]
    public var schedules: [DirectorySchedule]

    public init(
      name: String? = nil, description: String? = nil, address: PostalAddress? = nil, position: Position? = nil,
      transport: String? = nil, accessibility: [String] = [], schedules: [DirectorySchedule] = []
    ) {
      self.name = name
      self.description = description
      self.address = address
      self.position = position
      self.transport = transport
      self.accessibility = accessibility
      self.schedules = schedules
    }
  }

  public var key: DirectoryPlaceKey
  /// ISO 3166-2; also of an undisclosed place, whose province is as much as anybody learns of it.
  public var province: String?
  public var site: Site

  public init(key: DirectoryPlaceKey, province: String? = nil, site: Site) {
    self.key = key
    self.province = province
    self.site = site
  }

  public var isUndisclosed: Bool { site == .undisclosed }

  /// `nil` for an undisclosed place.
  public var details: Details? {
    switch site {
    case .physical(let details), .postal(let details), .virtual(let details): details
    case .undisclosed: nil
    }
  }
}

public struct PostalAddress: Hashable, Sendable {
  public var lines: [String]
  public var city: String?
  public var postalCode: String?
  /// ISO 3166-1, two capital letters.
  public var country: String
  /// - Parameter lines: one or two.
  public init(lines: [String], city: String? = nil, postalCode: String? = nil, country: String) {
    self.lines = lines
    self.city = city
    self.postalCode = postalCode
    self.country = country
  }
}

/// A point on the earth, in degrees of WGS 84.
public struct Position: Hashable, Sendable {
  public let latitude: Double
  public let longitude: Double

  /// `nil` outside of −90...90 and −180...180.
  public init?(latitude: Double, longitude: Double) {
    guard (-90...90).contains(latitude), (-180...180).contains(longitude) else { return nil }
    self.latitude = latitude
    self.longitude = longitude
  }

  /// The way over the ground of a sphere with the earth's mean radius (6371.0088 km, IUGG), by the haversine formula:
  /// within 0.6 % of the distance on the ellipsoid. Roads are longer.
  public func kilometres(to other: Position) -> Double {
    MeasuredPosition(self).kilometres(to: MeasuredPosition(other))
  }
}

/// A position with what the formula needs of it, worked out once.
struct MeasuredPosition: Sendable {
  let latitude: Double
  let longitude: Double
  let cosine: Double

  init(_ position: Position) {
    latitude = position.latitude * .pi / 180
    longitude = position.longitude * .pi / 180
    cosine = cos(latitude)
  }

  func kilometres(to other: MeasuredPosition) -> Double {
    let (up, along) = (sin((other.latitude - latitude) / 2), sin((other.longitude - longitude) / 2))
    let square = up * up + cosine * other.cosine * along * along
    return 2 * 6371.0088 * asin(min(1, square.squareRoot()))
  }
}

/// A town that places of the directory name, and where it is: the middle of those places.
public struct DirectoryTown: Hashable, Sendable {
  public var name: String
  /// ISO 3166-2, as most of the places say.
  public var province: String?
  public var position: Position

  /// By name. Only what anybody may know of a place is used; an undisclosed one has no town.
  static func all(_ directory: Directory) -> [DirectoryTown] {
    var found: [String: [(province: String?, position: Position)]] = [:]
    for place in directory.places.values.sorted(by: { $0.key < $1.key }) {
      guard case .physical(let details) = place.site, let city = details.address?.city, let position = details.position
      else { continue }
      found[city, default: []].append((place.province, position))
    }
    return found.compactMap { name, places -> DirectoryTown? in
      let count = Double(places.count)
      guard
        let middle = Position(
          latitude: places.reduce(0) { $0 + $1.position.latitude } / count,
          longitude: places.reduce(0) { $0 + $1.position.longitude } / count)
      else { return nil }
      return DirectoryTown(name: name, province: places.compactMap(\.province).first, position: middle)
    }.sorted { $0.name < $1.name }
  }
}
