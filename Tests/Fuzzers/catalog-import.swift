// sources: Sources/KnowledgeBase/Importing Sources/KnowledgeBase/Exporting Sources/KnowledgeBase/Catalog
// sources: Sources/KnowledgeBase/Storing/CatalogChange.swift Sources/KnowledgeBase/Sourcing/KnowledgeError.swift
// sources: Sources/KnowledgeBase/KnowledgeBase+Entries.swift
// modules: JSON Planning
import JSON
import Planning

/// Every file is refused, or has rows that can be meant, and facts that read back as they were written.
func fuzz(_ input: [UInt8]) {
  let context = GuideLLMReport.Context(accelerator: "H100", gpus: 1)
  let today = CalendarDay(secondsSince1970: 1_795_278_093)
  func read(_ bytes: [UInt8]) throws -> CatalogChange {
    try CatalogImport(bytes, name: "f", context: context, current: Catalog(), today: today).change
  }
  guard let change = try? read(input) else { return }
  do {
    try change.check()
    let catalog = Catalog(entries: change.entries, benchmarks: change.benchmarks)
    let again = try read(Array(CatalogExport.json(catalog).text().utf8))
    require(again.benchmarks == change.benchmarks, "rows that were exported read back as they were")
    require(Set(again.entries) == Set(catalog.entries), "facts that were exported read back as they were")
  } catch {
    require(false, "\(error)")
  }
}
