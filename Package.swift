// swift-tools-version: 6.2
import Foundation
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("ExistentialAny"),
]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> [Target] {
  [
    .target(name: name, dependencies: dependencies, swiftSettings: strict),
    .testTarget(
      name: name + "Tests", dependencies: dependencies + [.byName(name: name), "TestSupport"], swiftSettings: strict),
  ]
}

var targets: [Target] =
  room("Basics")
  + room("Vault", ["Basics", "CSodium", crypto])
  + room("Records", ["Basics", "Vault", "CPostgreSQL", crypto, .product(name: "GRDB", package: "GRDB.swift")])
  + room("CountryPack", ["Basics", "Yams", "SwiftCSV"])
  + room("Accounts", ["Basics", "Vault", "Records"])
  + room("Identification", ["Basics", "Vault", "Records", "CountryPack", "Accounts"])
  + room("Casework", ["Basics", "Vault", "Records", "CountryPack", "Accounts", "Identification"])
  + room("Referrals", ["Basics", "Vault", "Records", "CountryPack", "Accounts", "Identification", "Casework"])
  + room("Training", ["Basics", "Vault", "Records", "CountryPack", "Accounts"])

let rooms: [Target.Dependency] = [
  "Basics", "Vault", "Records", "CountryPack", "Accounts", "Identification", "Casework", "Referrals", "Training",
]

targets += [
  .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
  .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
  .target(
    name: "TestSupport", dependencies: ["Basics", "Vault", "Records"], path: "Tests/TestSupport", swiftSettings: strict
  ),
  .target(
    name: "Web",
    dependencies: rooms + [
      logging,
      .product(name: "Hummingbird", package: "hummingbird"),
      .product(name: "Mustache", package: "swift-mustache"),
      "Yams",
    ],
    resources: [.copy("Resources")], swiftSettings: strict),
  .testTarget(
    name: "WebTests",
    dependencies: rooms + ["Web", "TestSupport", .product(name: "Hummingbird", package: "hummingbird")],
    swiftSettings: strict),
  .target(
    name: "Demonstration", dependencies: rooms, swiftSettings: strict),
  .testTarget(
    name: "DemonstrationTests", dependencies: rooms + ["Demonstration", "TestSupport"], swiftSettings: strict),
  .executableTarget(
    name: "amparo",
    dependencies: rooms + [
      "Web", "Demonstration", logging,
      .product(name: "HummingbirdTLS", package: "hummingbird"),
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ], swiftSettings: strict),
  .testTarget(name: "CommandLineTests", dependencies: ["amparo"], swiftSettings: strict),
  .executableTarget(
    name: "amparo-bench", dependencies: rooms + ["Web", "Demonstration"], path: "Tests/Benchmarks",
    swiftSettings: strict),
]

// DEVELOPMENT FILTER (removed before release)
let present = FileManager.default
func folder(_ t: Target) -> String {
  Context.packageDirectory + "/" + (t.path ?? (t.type == .test ? "Tests/" : "Sources/") + t.name)
}
targets = targets.filter { present.fileExists(atPath: folder($0)) }
if let only = Context.environment["AMPARO_ONLY"] {
  let names = Set(only.split(separator: ",").map(String.init) + ["CSodium", "CPostgreSQL"])
  targets = targets.filter { names.contains($0.name) }
}
let names = Set(targets.map(\.name))
for t in targets {
  t.dependencies = t.dependencies.filter {
    if case .byNameItem(let n, _) = $0 { return names.contains(n) || n == "Yams" || n == "SwiftCSV" }
    return true
  }
}
// END DEVELOPMENT FILTER

let package = Package(
  name: "amparo",
  platforms: [.macOS(.v15)],
  dependencies: [
    // Without its `ConfigurationSupport` trait: a hundred files less in a newcomer's first build.
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: ["FullFoundation"]),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
  ],
  targets: targets,
  swiftLanguageModes: [.v6]
)
