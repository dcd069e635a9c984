import ArgumentParser
import Foundation
import JSON
import YAML

/// Files that `podium plan` reads and writes.
enum PlanFiles {
  /// - Parameter path: A file, a pipe such as a shell's `<(…)`, or `-` for standard input.
  static func read(_ path: String) throws -> [UInt8] {
    if path == "-" { return [UInt8](FileHandle.standardInput.readDataToEndOfFile()) }
    var isDirectory: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue {
      throw ValidationError("cannot read \(path): it is a folder; name a file")
    }
    do {
      return [UInt8](try FileHandle(forReadingFrom: URL(fileURLWithPath: path)).readToEnd() ?? Data())
    } catch {
      throw ValidationError("cannot read \(path): \(error.localizedDescription)")
    }
  }

  /// At once: whoever reads the file meanwhile sees the old or the new one.
  static func write(_ text: String, to path: String) throws {
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw CleanFailure("cannot write \(path): \(error.localizedDescription)")
    }
  }

  /// A scenario's fields, with how to use them.
  static func scenario(_ scenario: PlanScenario) -> String {
    "# A scenario: podium plan -f THIS-FILE --set traffic.expectedQPS=200 --compare base\n" + YAMLWriter.text(scenario.saved)
  }
}
