import JSON
import PolicyFormat
import Scheduling

/// The sections `accessLog` and `tracing` of a proxy's file.
package struct TelemetryFile: Sendable, Equatable {
  package var accessLog: AccessLogFile?
  package var tracing: TracingFile?

  package init(accessLog: AccessLogFile? = nil, tracing: TracingFile? = nil) {
    self.accessLog = accessLog
    self.tracing = tracing
  }

  init(_ reader: inout FieldReader) throws(PolicyError) {
    accessLog = try reader.object("accessLog").map { (fields) throws(PolicyError) in try AccessLogFile(fields) }
    tracing = try reader.object("tracing").map { (fields) throws(PolicyError) in try TracingFile(fields) }
  }
}

package struct AccessLogFile: Sendable, Equatable {
  /// `stdout`, `none`, or where the file is.
  package var path: String
  package var showsTenantNames: Bool

  package init(path: String, showsTenantNames: Bool = false) {
    self.path = path
    self.showsTenantNames = showsTenantNames
  }

  package var destination: AccessLog.Destination? {
    switch path {
    case "none": nil
    case "stdout", "-": .standardOutput
    default: .file(path)
    }
  }

  private enum Tenants: String, CaseIterable { case number, name }

  fileprivate init(_ fields: FieldReader) throws(PolicyError) {
    var reader = fields
    path = try reader.required("path")
    guard !path.isEmpty else { throw PolicyError(path: reader.path("path"), reason: "is empty: write stdout, none, or the path of a file") }
    showsTenantNames = try reader.choice("tenants", Tenants.self) == .name
    try reader.finish()
  }
}

package struct TracingFile: Sendable, Equatable {
  package struct Header: Sendable, Equatable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The base URL of a collector; the environment's when it is left out.
  package var endpoint: String?
  /// Of the requests whose caller does not say, 0 to 1.
  package var sampling: Double?
  package var headers: [Header]
  package var serviceName: String?

  package init(endpoint: String? = nil, sampling: Double? = nil, headers: [Header] = [], serviceName: String? = nil) {
    self.endpoint = endpoint
    self.sampling = sampling
    self.headers = headers
    self.serviceName = serviceName
  }

  fileprivate init(_ fields: FieldReader) throws(PolicyError) {
    var reader = fields
    endpoint = try reader.string("endpoint")
    sampling = try reader.number("sampling")
    if let sampling, !(0...1).contains(sampling) {
      throw PolicyError(path: reader.path("sampling"), reason: "is \(sampling): write a share from 0 to 1")
    }
    serviceName = try reader.string("serviceName")
    headers = []
    if let object = try reader.object("headers") {
      for (name, value) in object.members {
        guard let text = value.string else { throw PolicyError(path: object.path(name), reason: "is no string: write the header's value") }
        headers.append(Header(name: name, value: text))
      }
    }
    try reader.finish()
  }
}
