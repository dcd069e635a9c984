import ArgumentParser
import Foundation
import KnowledgeBase
import Logging
import Planning

/// Where the planner's facts come from.
struct DatabaseOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      The planner's facts: postgres://USER@HOST:PORT/DATABASE (the password in PGPASSWORD, TLS as in ?sslmode=verify-full), the path of an \
      SQLite file, or "shipped". Default: PODIUM_DATABASE; else what `podium catalog import` stored for this user, else the shipped facts.
      """, valueName: "where"))
  var database: String?

  func location() throws -> KnowledgeLocation {
    do {
      return try KnowledgeLocation(
        database: database, environment: ProcessInfo.processInfo.environment, exists: { FileManager.default.fileExists(atPath: $0) })
    } catch {
      throw ValidationError("--database: \(error)")
    }
  }

  /// Where an import goes: this user's own file unless a database is named.
  func writableLocation() throws -> KnowledgeLocation {
    let environment = ProcessInfo.processInfo.environment
    let location: KnowledgeLocation
    do {
      location = try KnowledgeLocation(database: database, environment: environment, exists: { _ in true })
    } catch {
      throw ValidationError("--database: \(error)")
    }
    guard location != .shipped else {
      throw ValidationError("the shipped facts cannot be changed; name a file or a database with --database")
    }
    return location
  }

  /// For a program that runs once: reads the facts, here and now.
  func source() throws -> KnowledgeSource {
    let location = try location()
    do {
      return try KnowledgeSource(reading: location)
    } catch {
      throw CleanFailure("the planner's facts cannot be read: \(error)")
    }
  }

  /// Everything there is, read once: for lists and exports.
  func facts() throws -> (catalog: Catalog, knowledge: Knowledge, patterns: [WorkloadPattern]) {
    let location = try location()
    do {
      let catalog = try KnowledgeSource.catalog(location)
      return (catalog, try catalog.knowledge(), try catalog.patterns())
    } catch {
      throw CleanFailure("the planner's facts cannot be read: \(error)")
    }
  }

  /// For a service: starts with the shipped facts when a database does not answer yet; `CatalogHealth.summary` tells.
  func startSource(_ logger: Logger) async throws -> KnowledgeSource {
    let location = try location()
    logger.info("the planner's facts", metadata: ["source": "\(location)"])
    do {
      return try await KnowledgeSource.start(location)
    } catch {
      throw CleanFailure("the planner's facts cannot be read: \(error)")
    }
  }
}
