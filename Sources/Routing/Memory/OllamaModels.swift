import JSON

/// What an Ollama server says of its models: `GET /api/tags` (on disk) and `GET /api/ps` (in memory).
package struct OllamaModels: Sendable, Equatable {
  package struct Running: Sendable, Equatable {
    package var name: String
    /// Bytes in all memories.
    package var size: Int64
    /// Bytes of them on GPUs.
    package var sizeVRAM: Int64
    /// Bytes in this host's memory.
    package var hostBytes: Int64 { max(0, size - sizeVRAM) }
  }

  /// Bytes on disk, by name.
  package var installed: [String: Int64]
  package var running: [Running]

  /// `nil` when an answer is not Ollama's. What is wrong with a single model leaves that model out.
  package init?(tags: JSONValue, processes: JSONValue) {
    guard let tags = tags["models"]?.array, let processes = processes["models"]?.array else { return nil }
    var installed: [String: Int64] = [:]
    for model in tags {
      guard let name = model["name"]?.string, let size = model["size"]?.int, size >= 0 else { continue }
      installed[Self.full(name)] = Int64(size)
    }
    self.installed = installed
    running = processes.compactMap { model in
      guard let name = model["name"]?.string, let size = model["size"]?.int, size >= 0 else { return nil }
      return Running(name: Self.full(name), size: Int64(size), sizeVRAM: Int64(min(max(model["size_vram"]?.int ?? 0, 0), size)))
    }
  }

  package func isInstalled(_ name: String) -> Bool { installed[Self.full(name)] != nil }
  package func isRunning(_ name: String) -> Bool { running.contains { $0.name == Self.full(name) } }

  /// Bytes that loading it will take, when the catalogue does not say: the file and a fifth more for the cache and buffers. An estimate.
  package func neededBytes(_ name: String) -> Int64? {
    installed[Self.full(name)].map { $0.addingReportingOverflow($0 / 5).partialValue }
  }

  /// Ollama's names have a tag: `llama3` is `llama3:latest`.
  private static func full(_ name: String) -> String {
    let last = name.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    return last.contains(":") ? name : "\(name):latest"
  }
}
