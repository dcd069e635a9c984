import TestKit
import Testing

@Suite("The style")
struct StyleTests {
  static let longestFile = 400
  static let longestFunction = 70

  /// Files past the limit, with the reason. Best empty.
  static let longFiles: [String: String] = [:]
  /// Functions past the limit, as `path: first words`, with the reason. Best empty.
  static let longFunctions: [String: String] = [:]

  @Test("Files of Sources have at most 400 lines")
  func fileLength() throws {
    for file in try SwiftSource.files(below: "Sources") where !Self.isGenerated(file) && Self.longFiles[file.path] == nil {
      #expect(file.lines.count <= Self.longestFile, "\(file.path) has \(file.lines.count) lines: split it by aspect")
    }
  }

  @Test("Functions of Sources have at most 70 lines")
  func functionLength() throws {
    var count = 0
    for file in try SwiftSource.files(below: "Sources") where !Self.isGenerated(file) {
      for function in file.functions {
        count += 1
        let excused = Self.longFunctions.keys.contains { function.place.contains($0) }
        #expect(function.length <= Self.longestFunction || excused, "\(function.place) has \(function.length) lines")
      }
    }
    #expect(count > 100, "only \(count) functions were found: the search is broken")
  }

  @Test("The length of a function is measured as a reader would")
  func measure() {
    let source = SwiftSource(
      path: "x",
      text: """
        protocol P {
          func requirement() -> Int
          init(a: Int)
        }
        struct S {
          init(
            a: Int
          ) { self.a = a }
          package static func one() { "}}" }  // }
          func two<T>(_ f: () -> T)
            -> T
          where T: P {
            f()
          }
        }
        """)
    #expect(source.functions.map(\.length) == [3, 1, 5])
  }

  @Test("Words in comments and strings are no code")
  func blanking() {
    let source = SwiftSource(
      path: "x",
      text: "let a = \"await \\(b + \"Task\")\" // await\n/* public /* x */ */ let c = #\"public \\\"#\nlet d = \"\"\"\n public\n\"\"\"")
    #expect(!source.code.contains { $0.contains("await") || $0.contains("Task") || $0.contains("public") })
    #expect(source.code[0].contains("(b + "))
    #expect(source.code[1].contains("let c ="))
  }

  @Test("Access is package or tighter")
  func noPublic() throws {
    for file in try SwiftSource.files(below: "Sources") + SwiftSource.files(below: "Tests") {
      for place in file.places(
        of: #/(^|\s)(public|open)\s+(\w+\s+)*(struct|enum|class|actor|protocol|func|var|let|init|extension|typealias|case)\b/#)
      // What a C program looks up by its name has to be seen from outside of the library.
      where !file.path.hasSuffix("EnvoyFilter/ModuleHooks.swift") {
        Issue.record("\(place)")
      }
    }
  }

  @Test("Every unchecked claim has the sentence that makes it true")
  func uncheckedClaims() throws {
    let claim = try Regex(#"@unchecked Sendable|nonisolated\(unsafe\)"#)
    for file in try SwiftSource.files(below: "Sources") + SwiftSource.files(below: "Tests") {
      for line in file.code.indices where file.code[line].contains(claim) {
        let above = file.lines[max(0, line - 3)...line]
        let explained = above.contains { $0.contains("//") }
        #expect(explained, "\(file.path):\(line + 1) has no comment at it")
      }
    }
  }

  @Test("Nothing is forced, and nothing is put off")
  func nothingForced() throws {
    for file in try SwiftSource.files(below: "Sources") {
      for place in file.places(of: #/\btry!|\bfatalError\(|\bas!\s|\bunowned\(unsafe\)/#) { Issue.record("\(place)") }
    }
    let later = try Regex("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b")
    for path in Self.textFiles() {
      let text = try Places.text(path)
      #expect(!text.contains(later), "\(path) says that something is to be done later")
    }
  }

  @Test("No file knows the machine it was written on")
  func noMachinePaths() throws {
    let machine = try Regex("(/wor" + "k/|/roo" + "t/|/hom" + "e/[a-z])")
    for path in Self.textFiles() {
      let text = try Places.text(path)
      if let match = text.firstMatch(of: machine) { Issue.record("\(path): \(text[match.range])") }
    }
  }

  static func isGenerated(_ file: SwiftSource) -> Bool { file.lines.first?.hasPrefix("// Generated") == true }

  /// Every file of the repository that people wrote.
  static func textFiles() -> [String] {
    ["Sources", "Tests", "hack", "crds", "charts", "examples", ".ci"].flatMap { folder in
      Places.files(below: folder, suffix: "").filter { path in
        (try? Places.text(path)) != nil && !path.hasSuffix(".json")
      }
    }
      + ["Package.swift", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "Dockerfile", "Makefile"].filter { (try? Places.text($0)) != nil }
  }
}
