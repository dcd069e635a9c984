import Testing

@Suite("Cores are pure")
struct CoreTests {
  static let cores = ((try? DependencyGraph())?.names(.core) ?? [])

  @Test("A core imports only what it declares", arguments: cores)
  func imports(core: String) throws {
    let allowed = try DependencyGraph().dependencies(of: core)
    for file in try SwiftSource.files(below: "Sources/\(core)") {
      // Mathematics of the C library has no state.
      let math: Set<String> = file.code.contains { $0.hasPrefix("import func ") } ? ["Glibc"] : []
      let foreign = Set(file.imports).subtracting(allowed).subtracting(math)
      #expect(foreign.isEmpty, "\(file.path) imports \(foreign.sorted())")
    }
  }

  /// Words of a clock, a task, a lock, input and output, or chance that nobody seeded.
  static let words: [(what: String, pattern: String)] = [
    ("a clock", #"\b(ContinuousClock|SuspendingClock|clock_gettime|gettimeofday|Date\()"#),
    ("a task", #"\b(Task\s*[.{<]|await\b|async\b|actor\s|AsyncStream|TaskGroup|withCheckedContinuation)"#),
    ("a lock", #"\b(Mutex|NSLock|pthread_|Atomic<|ManagedAtomic|DispatchQueue)"#),
    ("input or output", #"\b(print\(|readLine\(|FileHandle|FileManager|fopen|getenv|ProcessInfo|CommandLine)"#),
    ("unseeded chance", #"(SystemRandomNumberGenerator|\.random\(in: [^,)]*\)|\.shuffled\(\)|\.randomElement\(\))"#),
    ("shared mutable state", #"\b(nonisolated\(unsafe\)|@unchecked Sendable|static var \w+(: [^{=]+)? = )"#),
  ]

  @Test("A core has no clock, task, lock, input, output, chance or shared state", arguments: cores)
  func noWorld(core: String) throws {
    for file in try SwiftSource.files(below: "Sources/\(core)") {
      for (what, pattern) in Self.words {
        for place in file.places(of: try Regex(pattern)) { Issue.record("\(what) in a core: \(place)") }
      }
    }
  }
}
