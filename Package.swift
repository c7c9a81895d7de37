// swift-tools-version: 6.2

import Foundation
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

// What others build with says itself which imports are part of its interface.
let published = strict + [.enableUpcomingFeature("InternalImportsByDefault")]

// Homebrew keeps headers where only their package file tells; elsewhere they are where the compiler looks.
#if os(macOS)
let xlsxWriterPackage: String? = "xlsxwriter"
#else
let xlsxWriterPackage: String? = nil
#endif

let package = Package(
    name: "reorder",
    platforms: [.macOS(.v15), .iOS(.v16)],
    products: [
        .executable(name: "reorder", targets: ["reorder"]),
        .library(name: "ReorderClient", targets: ["ReorderClient"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.1.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.0.2", traits: [.defaults, "YAML"]),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.9.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.30.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.9.0"),
    ],
    targets: [
        .target(name: "Domain", swiftSettings: strict),
        .target(
            name: "Database",
            dependencies: [
                "CLibPQ",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: strict
        ),
        .systemLibrary(
            name: "CLibPQ", pkgConfig: "libpq",
            providers: [.apt(["libpq-dev"]), .brew(["libpq"])]
        ),
        .target(
            name: "Storage",
            dependencies: ["Database", "Domain"],
            resources: [.copy("Migrations")],
            swiftSettings: strict
        ),
        .target(name: "Segmentation", dependencies: ["Domain"], swiftSettings: strict),
        .target(name: "Templating", swiftSettings: strict),
        .target(
            name: "Delivery",
            dependencies: [
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .systemLibrary(
            name: "CZlib",
            providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]
        ),
        .systemLibrary(
            name: "CXlsxWriter", pkgConfig: xlsxWriterPackage,
            providers: [.apt(["libxlsxwriter-dev"]), .brew(["libxlsxwriter"])]
        ),
        .target(
            name: "Platform",
            dependencies: [
                "CXlsxWriter", "CZlib", "Database", "Delivery", "Domain", "Segmentation", "Storage",
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SystemPackage", package: "swift-system", condition: .when(platforms: [.linux])),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Web",
            dependencies: [
                "Domain", "Platform", "Segmentation",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: [.copy("Assets"), .copy("Tracker"), .copy("Views")],
            swiftSettings: strict
        ),
        .target(
            name: "CLI",
            dependencies: [
                "Domain", "Platform", "Segmentation", "Web",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(name: "reorder", dependencies: ["CLI"], path: "Sources/Main", swiftSettings: strict),
        .target(name: "ReorderClient", swiftSettings: published),
        .executableTarget(
            name: "ordering-app", dependencies: ["ReorderClient"], path: "Examples/OrderingApp", swiftSettings: strict
        ),
        .target(
            name: "TestSupport",
            dependencies: [
                "Database", "Domain", "Platform", "Web",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .testTarget(name: "DomainTests", dependencies: ["Domain", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "DatabaseTests",
            dependencies: [
                "Database", "Storage", "TestSupport",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SegmentationTests",
            dependencies: ["Database", "Domain", "Platform", "Segmentation", "Storage", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(name: "TemplatingTests", dependencies: ["Templating", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "PlatformTests",
            dependencies: [
                "Database", "Delivery", "Domain", "Platform", "Storage", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "WebTests",
            dependencies: [
                "Database", "Domain", "Platform", "TestSupport", "Web",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ReorderClientTests", dependencies: ["ReorderClient", "ordering-app"], swiftSettings: strict
        ),
        .testTarget(
            name: "ServerTests",
            dependencies: ["Database", "Domain", "Platform", "ReorderClient", "Storage", "TestSupport", "reorder"],
            exclude: ["webhook_receiver.py", "Fuzz/fuzz.py", "Fuzz/fuzz_hooks.py", "Tracking/sdk_clients.py"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "BrowserTests",
            dependencies: ["TestSupport", "reorder"],
            exclude: [
                "browser_test.py", "customers_test.py", "fields_test.py", "hooks_test.py", "open_pages.py", "pages.py",
                "people_test.py", "segment_builder.py", "segment_events.py", "segments_test.py",
                "status_change_test.py", "tracker_calls.py",
                "tracker_delivery.py", "tracker_journey.py", "tracker_rules.py",
                "tracker_site.py", "tracker_test.py", "transfer_test.py",
            ],
            swiftSettings: strict
        ),
    ],
    swiftLanguageModes: [.v6]
)

// What measures the product is built only where it is asked for (make bench).
if ProcessInfo.processInfo.environment["REORDER_BENCH"] == "1" {
    package.targets.append(
        .executableTarget(
            name: "reorder-bench",
            dependencies: [
                "Domain", "Platform", "Segmentation", "Storage", .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            path: "Sources/Bench", swiftSettings: strict
        )
    )
}
