import TestKit
import Testing

/// The image cannot be built where these tests run; what it takes for granted can be looked at.
@Suite struct `The Dockerfile` {
  @Test func `installs every library that the package links, to build and to run`() throws {
    let stages = try Places.text("Dockerfile").split(separator: "\nFROM ").map(String.init)
    #expect(stages.count == 3)
    let packages = try Places.text("Package.swift").matches(of: /\.apt\(\["([^"]+)"\]\)/).map { String($0.output.1) }
    #expect(packages.count >= 4)
    for package in packages {
      #expect(stages[1].contains(" \(package) ") || stages[1].contains(" \(package)\n"), "\(package) is not installed to build")
      // libcurl4-openssl-dev needs libcurl4 to run, and libhiredis-dev libhiredis0.14.
      let library = package.prefix { $0.isLetter }
      #expect(stages[2].contains(" \(library)"), "nothing called \(library)… is installed to run")
    }
  }

  @Test func `finds in the package what it changes there, and in its context what it runs`() throws {
    let package = try Places.text("Package.swift")
    #expect(package.split(separator: "\n").contains { $0.hasPrefix("  targets: cores") && $0.hasSuffix(" + testTargets") })
    for product in ["podium", "podium-proxy"] { #expect(package.contains("name: \"\(product)\", targets: [\"\(product)\"]")) }
    let ignored = try Places.text(".dockerignore").split(separator: "\n")
    #expect(!ignored.contains { ["Sources", "hack", "Package.swift", "Package.resolved", "crds"].contains($0) })
    #expect(try Places.text("hack/build-release").hasPrefix("#!"))
  }
}
