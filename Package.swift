// swift-tools-version: 6.1
import PackageDescription

let strict: [SwiftSetting] = [.enableUpcomingFeature("ExistentialAny")]

/// A Swift room of the framework: `Sources/<room>` holds the module `Tandem<room>`.
func room(
  _ name: String, needs rooms: [String] = [], _ others: [Target.Dependency] = [],
  exclude: [String] = [], resources: [Resource] = []
) -> Target {
  .target(
    name: "Tandem\(name)",
    dependencies: rooms.map { .target(name: "Tandem\($0)") } + others,
    path: "Sources/\(name)",
    exclude: exclude,
    resources: resources,
    swiftSettings: strict)
}

/// The tests of a room, in `Tests/<room>Tests`.
func tests(
  of name: String, needs rooms: [String] = [], _ others: [Target.Dependency] = [],
  resources: [Resource] = []
) -> Target {
  .testTarget(
    name: "\(name)Tests",
    dependencies: ([name] + rooms).map { .target(name: "Tandem\($0)") } + others,
    resources: resources,
    swiftSettings: strict)
}

let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")

let package = Package(
  name: "tandem",
  products: [
    .library(name: "Tandem", targets: ["Tandem"]),
    .executable(name: "tandem", targets: ["TandemCommand"]),
    .executable(name: "tandem-bench", targets: ["TandemBench"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
  ],
  targets: [
    // C: system libraries and the loops the compiler vectorises.
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
    .systemLibrary(name: "CLAPACK", providers: [.apt(["liblapacke-dev"])]),
    .systemLibrary(
      name: "CCairo", pkgConfig: "cairo", providers: [.apt(["libcairo2-dev"])]),
    .target(name: "CPNG", linkerSettings: [.linkedLibrary("png")]),
    .target(
      name: "COneDNN", linkerSettings: [.linkedLibrary("dnnl"), .linkedLibrary("gomp")]),
    .target(name: "CConvolution", linkerSettings: [.linkedLibrary("gomp")]),
    .target(
      name: "CKernels", linkerSettings: [.linkedLibrary("gomp"), .linkedLibrary("m")]),

    // The framework, from the tensors up.
    room("Tensors", ["COneDNN", "CConvolution", "CKernels"]),
    room("Layers", needs: ["Tensors"]),
    room("Training", needs: ["Layers", "Tensors"]),
    room("Adversarial", needs: ["Layers", "Tensors", "Training"]),
    room("Sequences", needs: ["Layers", "Tensors", "Training"]),
    room("Images", ["CPNG"]),
    room("Charts", needs: ["Images"], ["CCairo"]),
    room("Datasets", needs: ["Images"], ["CKernels", "CZlib", crypto]),
    room("Runs", needs: ["Tensors"], [.product(name: "Yams", package: "Yams"), crypto]),
    room("Health", needs: ["Runs"]),
    room("Comparison", needs: ["Charts", "Images", "Runs"]),
    room(
      "Reports", needs: ["Comparison", "Images", "Runs"], resources: [.embedInCode("Resources")]),
    room("TensorBoard", needs: ["Runs"], [protobuf], exclude: ["Protocol/events.proto"]),
    room("Exports", needs: ["Runs"], ["CZip"]),
    room("Classification", needs: ["Layers", "Tensors", "Training"]),
    room(
      "Explanations", needs: ["Charts", "Images", "Runs", "Tensors"],
      resources: ["html", "css", "js"].map { .embedInCode("Resources/page.\($0)") }),
    room(
      "Experiments",
      needs: [
        "Adversarial", "Charts", "Classification", "Datasets", "Health", "Images",
        "Layers", "Runs", "Sequences", "TensorBoard", "Tensors", "Training",
      ], ["CLAPACK"]),
    .target(
      name: "Tandem",
      dependencies: [
        "TandemTensors", "TandemLayers", "TandemTraining", "TandemAdversarial",
        "TandemClassification", "TandemSequences", "TandemImages", "TandemCharts",
        "TandemDatasets", "TandemRuns", "TandemHealth", "TandemComparison", "TandemReports",
        "TandemTensorBoard", "TandemExports", "TandemExplanations", "TandemExperiments",
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "TandemCommand",
      dependencies: [
        "TandemClassification", "TandemComparison", "TandemDatasets", "TandemExperiments",
        "TandemExplanations", "TandemExports", "TandemReports", "TandemRuns", "TandemSequences",
        "TandemTensorBoard",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Sources/tandem",
      swiftSettings: strict),
    .executableTarget(
      name: "TandemBench",
      dependencies: [
        "TandemAdversarial", "TandemExperiments", "TandemHealth", "TandemLayers", "TandemRuns",
        "TandemSequences", "TandemTensorBoard", "TandemTensors", "TandemTraining",
      ],
      path: "Benchmarks/tandem-bench",
      swiftSettings: strict),

    // What PyTorch computes, read from Tests/References.
    .target(
      name: "ReferenceCases", dependencies: ["TandemTensors", "TandemRuns"],
      path: "Tests/ReferenceCases", swiftSettings: strict),

    // Disks that run full or fail, and files that go bad.
    .target(
      name: "TestDisks", dependencies: ["TandemRuns"], path: "Tests/TestDisks",
      swiftSettings: strict),

    tests(of: "Tensors", ["ReferenceCases", "CKernels"]),
    tests(of: "Layers", needs: ["Tensors"], ["ReferenceCases"]),
    tests(of: "Training", needs: ["Layers", "Tensors"], ["ReferenceCases"]),
    tests(of: "Adversarial", needs: ["Layers", "Runs", "Tensors", "Training"]),
    tests(of: "Sequences", needs: ["Layers", "Tensors", "Training"], ["ReferenceCases"]),
    tests(of: "Images", resources: [.copy("Fixtures")]),
    tests(of: "Charts"),
    tests(of: "Datasets", needs: ["Images"], ["CZlib", crypto]),
    tests(of: "Runs", needs: ["Tensors"], ["TestDisks"], resources: [.copy("Fixtures")]),
    tests(of: "Health", needs: ["Runs"]),
    tests(of: "Comparison", needs: ["Charts", "Images", "Runs"]),
    tests(of: "Reports", needs: ["Comparison", "Images", "Runs"]),
    tests(of: "TensorBoard", needs: ["Runs"], ["TestDisks", protobuf]),
    tests(of: "Exports", needs: ["Runs", "Tensors"]),
    tests(of: "Classification", needs: ["Layers", "Tensors", "Training"]),
    tests(of: "Explanations", needs: ["Layers", "Runs", "Tensors"]),
    tests(
      of: "Experiments",
      needs: [
        "Adversarial", "Classification", "Comparison", "Datasets", "Exports", "Health", "Images",
        "Layers", "Reports", "Runs", "Sequences", "TensorBoard", "Tensors", "Training",
      ], ["TestDisks"]),
    .testTarget(
      name: "CommandTests",
      dependencies: ["TandemCommand", "TandemExperiments", "TandemExplanations", "TandemRuns"],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu11
)
