import JSON
import PolicyFormat
import Scheduling

/// `faults`: what goes wrong when, and until when.
enum FaultsReader {
  enum Word: String, CaseIterable { case kill, slow, errors, remove, recover, `return` }

  static func read(_ reader: inout FieldReader, servers: Int) throws(PolicyError) -> [Fault] {
    var faults: [Fault] = []
    for element in try reader.array("faults") ?? [] { faults += try fault(element.value, element.path, servers) }
    // Of equal times in the order of the file.
    return faults.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
  }

  private static func fault(_ value: JSONValue, _ path: String, _ servers: Int) throws(PolicyError) -> [Fault] {
    var reader = try FieldReader(value, path: path)
    let at = try reader.requiredDuration("at")
    let until = try reader.duration("until")
    guard let server = try reader.integer("server", in: 0...servers - 1) else {
      throw PolicyError(path: reader.path("server"), reason: "is missing: write a server's number, from 0 to \(servers - 1)")
    }
    guard let word = try reader.choice("fault", Word.self) else {
      throw PolicyError(
        path: reader.path("fault"), reason: "is missing: write one of \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    let kind = try kind(word, &reader)
    try reader.finish()
    var faults = [Fault(at: at, server: server, kind: kind)]
    if let until {
      guard until > at else { throw PolicyError(path: reader.path("until"), reason: "is not after at: write a later time") }
      guard word != .recover, word != .return else {
        throw PolicyError(path: reader.path("until"), reason: "makes no sense with \(word.rawValue): leave it out")
      }
      faults.append(Fault(at: until, server: server, kind: word == .remove ? .added : .recover))
    }
    return faults
  }

  private static func kind(_ word: Word, _ reader: inout FieldReader) throws(PolicyError) -> Fault.Kind {
    switch word {
    case .kill: return .vanish
    case .recover: return .recover
    case .remove: return .removed
    case .return: return .added
    case .slow:
      guard let factor = try reader.number("factor"), factor > 0, factor <= 1e6 else {
        throw PolicyError(
          path: reader.path("factor"), reason: "is missing or not above 0: write how many times as long everything takes, such as 4")
      }
      return .slow(factor: factor)
    case .errors:
      guard let rate = try reader.part("rate") else {
        throw PolicyError(path: reader.path("rate"), reason: "is missing: write which part of the requests fails, such as 30 %")
      }
      return .errors(rate: rate)
    }
  }
}
