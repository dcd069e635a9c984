import ControllerRuntime
import Foundation

/// Gives the `Authorization` header of the next request, and the certificates of the next connection.
actor CredentialSource {
  /// How long a file's content is used before its modification time is looked at again.
  private static let fileCheckInterval: Duration = .seconds(10)

  private struct CachedFile {
    var bytes: [UInt8]
    var modified: Date?
    var checked: ContinuousClock.Instant
  }

  private let connection: ClusterConnection
  private let exec: ExecCredentialSource?
  private var files: [String: CachedFile] = [:]

  init(_ connection: ClusterConnection) {
    self.connection = connection
    if case .exec(let plugin) = connection.credential {
      exec = ExecCredentialSource(plugin, connection: connection)
    } else {
      exec = nil
    }
  }

  /// `nil` when the connection needs none.
  func authorization() async throws -> String? {
    switch connection.credential {
    case .none: return nil
    case .bearer(let token): return "Bearer \(token)"
    case .basic(let user, let password): return "Basic " + Data("\(user):\(password)".utf8).base64EncodedString()
    case .tokenFile(let path):
      let text = String(decoding: try read(path), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
      return "Bearer \(text)"
    case .exec: return try await exec?.credential().token.map { "Bearer \($0)" }
    }
  }

  func tls() async throws -> TLSMaterial {
    var tls = TLSMaterial(skipsVerification: connection.skipsTLSVerification)
    tls.authority = try connection.authority.map(bytes)
    tls.certificate = try connection.clientCertificate.map(bytes)
    tls.key = try connection.clientKey.map(bytes)
    if let credential = try await exec?.credential(), let certificate = credential.certificate, let key = credential.key {
      tls.certificate = certificate
      tls.key = key
    }
    return tls
  }

  /// The server did not accept what `call` brought: the next request brings something newer. `false` when there is nothing newer to be had.
  func refresh(refused call: CurlCall) async -> Bool {
    files.removeAll()
    switch connection.credential {
    case .tokenFile: return true
    case .exec:
      await exec?.invalidate { credential in
        credential.token.map { call.authorization == "Bearer \($0)" } ?? (call.tls.certificate == credential.certificate)
      }
      return true
    case .none:
      if case .file = connection.clientCertificate { return true }
      return false
    case .bearer, .basic: return false
    }
  }

  private func bytes(_ source: DataSource) throws -> [UInt8] {
    switch source {
    case .bytes(let bytes): bytes
    case .file(let path): try read(path)
    }
  }

  private func read(_ path: String) throws -> [UInt8] {
    let now = ContinuousClock.now
    if let cached = files[path], cached.checked.duration(to: now) < Self.fileCheckInterval { return cached.bytes }
    let modified = (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
    if var cached = files[path], cached.modified == modified, modified != nil {
      cached.checked = now
      files[path] = cached
      return cached.bytes
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw TransportError(.credentials, "\(path) cannot be read")
    }
    let bytes = [UInt8](data)
    files[path] = CachedFile(bytes: bytes, modified: modified, checked: now)
    return bytes
  }
}
