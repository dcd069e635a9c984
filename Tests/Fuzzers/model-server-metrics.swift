// sources: Sources/DataPlane/HTTP/ByteClass.swift Sources/DataPlane/Reports/ModelServerMetrics.swift
// modules: Scheduling
// A page of metrics of whatever answers on a model server's port.
import Scheduling

func fuzz(_ bytes: [UInt8]) {
  guard let report = ModelServerMetrics.report(bytes.span) else { return }
  require(report.running >= 0 && report.waiting >= 0, "\(report)")
  require(report.maximumSequences.map { $0 > 0 } ?? true, "\(report)")
}
