// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("ExistentialAny"),
]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")

// Resolved for the server anyway; TLS is compiled for mail alone.
let nio: [Target.Dependency] = [
  .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
  .product(name: "NIOSSL", package: "swift-nio-ssl"),
]
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let rooms: [Target.Dependency] = [
  "Basics", "Vault", "Records", "CountryPack", "Accounts", "Forms", "Identification", "Casework", "Referrals",
  "Training", "Statistics", "Releases", "NationalPlan", "PublicSite", "Documents", "Practice", "Tips",
]
let webResources: [Resource] = [.copy("Templates"), .copy("Strings"), .copy("Assets")]

func room(
  _ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = [],
  tests: [Target.Dependency] = []
) -> [Target] {
  [
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict),
    .testTarget(
      name: name + "Tests", dependencies: dependencies + [.byName(name: name), "TestSupport"] + tests,
      swiftSettings: strict),
  ]
}

var targets: [Target] =
  room("Basics")
  + room("Vault", ["Basics", "CSodium", crypto])
  + room("Records", ["Basics", "Vault", "CPostgreSQL", crypto, .product(name: "GRDB", package: "GRDB.swift")])
  + room("CountryPack", ["Basics", "Yams", "SwiftCSV"])
  + room("Accounts", ["Basics", "Vault", "Records", crypto])
  + room("Forms", ["Basics", "CZlib"])
  + room("Identification", ["Basics", "Vault", "Records", "CountryPack", "Accounts", "Forms"])
  + room(
    "Casework", ["Basics", "Vault", "Records", "CountryPack", "Accounts", "Identification", "Linkage", "CZlib"])
  + room("Referrals", ["Basics", "Vault", "Records", "CountryPack", "Accounts", "Identification", "Casework"])
  + room("Training", ["Basics", "Vault", "Records", "CountryPack", "Accounts", "SwiftCSV", crypto])
  + room("Statistics", ["Basics"])
  + room(
    "Releases", ["Basics", "Vault", "Records", "CountryPack", "Accounts", "Identification", "Casework", "Statistics"])
  + room(
    "NationalPlan", ["Basics", "Vault", "Records", "CountryPack", "Accounts", "Statistics"], tests: ["Forms"])
  + room("Tips", ["Basics", "Vault", "Records", "CountryPack", "Accounts"])
  + room("PublicSite", ["Basics", "Vault", "Records", "CountryPack", "Accounts", "CMarkdown"])
  + room("Estimation", ["Basics"])
  + room("Linkage", ["Basics", "CSodium", "CSimilarity", "Yams", crypto], tests: ["InventedPeople"])
  + room("Mail", ["Basics"] + nio)
  + room("Documents", ["Basics", "CPangoCairo", "CQRencode"])
  + room(
    "Practice",
    [
      "Basics", "Vault", "Records", "CountryPack", "Accounts", "Identification", "Casework", "Referrals", "Training",
      crypto,
    ])
  + room("Demonstration", rooms)
  + room(
    "Web", rooms + ["Estimation", "Linkage", "CZlib", .product(name: "Hummingbird", package: "hummingbird"), mustache],
    resources: webResources)

targets += [
  .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
  .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
  .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
  .systemLibrary(name: "CPangoCairo", pkgConfig: "pangocairo", providers: [.apt(["libpango1.0-dev"])]),
  .systemLibrary(name: "CQRencode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
  .systemLibrary(name: "CMarkdown", pkgConfig: "libcmark", providers: [.apt(["libcmark-dev"])]),
  .target(name: "CSimilarity"),
  .target(
    name: "InventedPeople", dependencies: ["Basics"], path: "Tests/InventedPeople", swiftSettings: strict),
  .target(
    name: "TestSupport", dependencies: ["Basics", "Vault", "Records", crypto], path: "Tests/TestSupport",
    swiftSettings: strict
  ),
  .executableTarget(
    name: "amparo",
    dependencies: rooms + [
      "Web", "Demonstration", "Estimation", "Linkage", "Mail", "Yams", crypto,
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
      .product(name: "AsyncHTTPClient", package: "async-http-client"),
    ],
    swiftSettings: strict),
  .executableTarget(
    name: "amparo-bench", dependencies: rooms + ["Web", "Estimation", "Linkage", "InventedPeople"],
    path: "Tests/Benchmarks", swiftSettings: strict),
  .executableTarget(
    name: "statistics-bench", dependencies: ["Basics", "Statistics"], path: "Tests/StatisticsBench",
    swiftSettings: strict),
  .testTarget(
    name: "CommandLineTests", dependencies: ["amparo", "Basics", "Vault", "TestSupport"], swiftSettings: strict),
  .executableTarget(
    name: "CrashWriter", dependencies: ["Basics", "Records", crypto], path: "Tests/Faults/CrashWriter",
    swiftSettings: strict),
]

let package = Package(
  name: "amparo",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
  ],
  targets: targets,
  swiftLanguageModes: [.v6]
)
