// sources: Sources/KnowledgeBase/Importing Sources/KnowledgeBase/Exporting Sources/KnowledgeBase/Catalog
// sources: Sources/KnowledgeBase/Storing/CatalogChange.swift Sources/KnowledgeBase/Sourcing/KnowledgeError.swift
// sources: Sources/KnowledgeBase/KnowledgeBase+Entries.swift
// modules: JSON Planning
import JSON
import Planning

/// Every table is refused, or has rows that can be meant and that read back as they were written.
func fuzz(_ input: [UInt8]) {
  guard let file = try? BenchmarkFile(parsing: input, name: "f") else { return }
  do {
    try CatalogChange(benchmarks: file.rows).check()
    let again = try BenchmarkFile(parsing: Array(CatalogExport.csv(file.rows).utf8), name: "f")
    require(again.rows == file.rows, "what was exported reads back as it was")
  } catch {
    require(false, "\(error)")
  }
}
