extension Directory {
  /// One of its services, with what that names.
  func only(_ service: DirectoryService) -> Directory {
    Directory(
      organisations: organisations[service.organisation].map { [$0] } ?? [],
      places: service.sites.compactMap { places[$0.place] }, services: [service])
  }

  /// The same with another service in the place of the one of the same key.
  func replacing(_ service: DirectoryService) -> Directory {
    Directory(
      organisations: Array(organisations.values), places: Array(places.values),
      services: services.map { $0.key == service.key ? service : $0 })
  }

  /// The same, but organisations and places that the other directory has are as that one says.
  func taking(partsOf other: Directory) -> Directory {
    Directory(
      organisations: organisations.values.map { other.organisations[$0.key] ?? $0 },
      places: places.values.map { other.places[$0.key] ?? $0 }, services: services)
  }
}
