import Foundation
import JSON
import KnowledgeBase
import Planning
import TestKit
import Testing

/// On a real PostgreSQL that these tests start.
@Suite(.serialized, .enabled(if: PostgresServer.programs != nil, "there is no PostgreSQL; hack/setup test installs it"))
struct `A catalogue in PostgreSQL` {
  /// As another program makes it: the seed's own words.
  private static let theirs = """
    CREATE TABLE exported_summaries (
        id SERIAL PRIMARY KEY, model_hf_repo VARCHAR(255) NOT NULL, hardware VARCHAR(100) NOT NULL, hardware_count INTEGER NOT NULL,
        prompt_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, ttft_p95 NUMERIC(10, 2) NOT NULL,
        itl_p95 NUMERIC(10, 2) NOT NULL, e2e_p95 NUMERIC(10, 2) NOT NULL, requests_per_second NUMERIC(10, 2));
    CREATE UNIQUE INDEX idx_benchmark_config ON exported_summaries(
        model_hf_repo, hardware, hardware_count, prompt_tokens, output_tokens);
    INSERT INTO exported_summaries
      (model_hf_repo, hardware, hardware_count, prompt_tokens, output_tokens, ttft_p95, itl_p95, e2e_p95, requests_per_second)
      VALUES ('meta-llama/Llama-3.1-8B-Instruct', 'H100', 1, 512, 256, 45.2, 12.8, 3325.0, 25.4),
             ('acme/silent', 'H100', 1, 512, 256, 45.2, 12.8, 3325.0, NULL);
    """

  private func location(_ server: PostgresServer, _ database: String, parameters: String = "") throws -> KnowledgeLocation {
    try KnowledgeLocation(server.url(database: database, parameters: parameters))
  }

  @Test func `reads other programs' rows, writes beside them, goes away and comes back`() async throws {
    let server = try await PostgresServer.start()
    try await server.sql("CREATE DATABASE facts")
    try await server.sql(Self.theirs, database: "facts")
    try await server.sql("CREATE ROLE reader LOGIN PASSWORD 'r'; GRANT SELECT ON exported_summaries TO reader", database: "facts")

    // Somebody who may only read that one table.
    let reader = try KnowledgeLocation("postgres://reader:r@127.0.0.1:\(server.port)/facts")
    let read = try KnowledgeSource(reading: reader).current.knowledge
    #expect(read.benchmarks.count == 1)
    #expect(read.benchmarks[0].kind == .measured && read.benchmarks[0].requestsPerSecond == 25.4)
    #expect(read.benchmarks[0].serviceLevel == ServiceLevel(ttft: 45.2, itl: 12.8, e2e: 3325))
    let request = PlanRequest(workload: Workload(useCase: "chatbot_conversational", expectedQPS: 50))
    let plan = try #require(try Planner.plan(request, knowledge: read).plan)
    #expect(plan.replicas == 3 && plan.accelerator == "H100")

    // An import: the best row of a configuration joins the table, the others go beside it; twice is once.
    let source = try await KnowledgeSource.start(try location(server, "facts"))
    let rows = [sampleRow(rate: 2.126), sampleRow(rate: 3.257), sampleRow(.estimated, rate: 9)]
    for _ in 0..<2 { try await source.update(CatalogChange(benchmarks: rows)) }
    #expect(
      try await server.sql(
        "SELECT model_hf_repo, requests_per_second, kind, framework_version, ttft_mean FROM exported_summaries WHERE hardware_count = 1 "
          + "AND requests_per_second IS NOT NULL ORDER BY 1", database: "facts")
        == "acme/a-7b|3.26|measured|0.19.0|50.125\nmeta-llama/Llama-3.1-8B-Instruct|25.40|||")
    #expect(
      try await server.sql("SELECT kind, requests_per_second FROM podium_benchmarks ORDER BY 1", database: "facts")
        == "estimated|9\nmeasured|2.126")
    #expect(source.current.knowledge.benchmarks.count == 4)

    // Away: the last good facts stay, and the warning says since when.
    try await server.stop()
    let degraded = await source.refresh()
    #expect(degraded.knowledge.benchmarks.count == 4)
    let trouble = try #require(degraded.trouble)
    #expect(trouble.text.contains("cannot be reached") && !trouble.text.contains(PostgresServer.password), "\(trouble)")
    await #expect(throws: KnowledgeError.self) { try await source.record(learned: [sampleRow(.learned)]) }
    // Whoever starts now starts with the shipped facts.
    let late = try await KnowledgeSource.start(try location(server, "facts"))
    #expect(late.current.trouble != nil && late.current.knowledge.benchmarks.count > 5000)

    // Back.
    try await server.launch()
    let back = await source.refresh()
    #expect(back.trouble == nil)
    let caughtUp = await late.refresh()
    #expect(caughtUp.trouble == nil && late.current.knowledge.benchmarks.count == 4)
    try await source.record(learned: [sampleRow(.learned, date: "2026-11-21")])
    #expect(source.current.knowledge.benchmarks.last?.date == "2026-11-21")

    // A row that cannot be meant is refused with all the others of that moment.
    try await server.sql("UPDATE exported_summaries SET itl_p95 = 'NaN' WHERE model_hf_repo LIKE 'meta%'", database: "facts")
    let refused = await source.refresh()
    #expect(refused.trouble?.text.contains("itl_p95") == true, "\(refused.trouble?.text ?? "")")
    #expect(refused.knowledge.benchmarks.count == 5)
  }

  @Test func `that Podium makes starts with the shipped facts and rounds nothing`() async throws {
    let server = try await PostgresServer.start()
    #expect(throws: KnowledgeError.self) { try KnowledgeSource(reading: try location(server, "postgres")) }
    let shipped = try KnowledgeSource(reading: .shipped).current.knowledge.benchmarks.count
    let database = try await KnowledgeSource.writing(try location(server, "postgres"))
    var body = try #require(try KnowledgeBase.catalog()[.accelerator, "L40S"]?.body)
    body["pricePerHourUSD"] = 1.9
    let entry = try CatalogEntry(.accelerator, body: body, file: "t", index: 0)
    let row = sampleRow(rate: 1.1111111111111112, e2e: 3856.112)
    let summary = try await database.update(CatalogChange(entries: [entry], benchmarks: [row]))
    #expect(summary.addedBenchmarks == 1 && summary.replacedEntries == 1)
    let knowledge = database.current.knowledge
    #expect(knowledge.benchmarks.count == shipped + 1)
    #expect(knowledge.benchmarks.last?.requestsPerSecond == 1.1111111111111112 && knowledge.benchmarks.last?.e2e.p95 == 3856.112)
    #expect(try knowledge.accelerator(named: "NVIDIA-L40S").pricePerHourUSD == 1.9)
    // A second row with the same key is not possible for others either.
    await #expect(throws: (any Error).self) {
      try await server.sql(
        """
        INSERT INTO exported_summaries (model_hf_repo, hardware, hardware_count, prompt_tokens, output_tokens, ttft_p95, itl_p95, e2e_p95)
        VALUES ('acme/a-7b', 'H100', 1, 512, 256, 1, 1, 1)
        """)
    }
    // Many rows, and none of them half: the last one cannot be stored.
    var many = (0..<2500).map { sampleRow(model: "acme/b-\($0)") }
    many[2499].requestsPerSecond = .nan
    await #expect(throws: KnowledgeError.self) { try await database.update(CatalogChange(benchmarks: many)) }
    #expect(database.current.knowledge.benchmarks.count == shipped + 1)
    many.removeLast()
    try await database.update(CatalogChange(benchmarks: many))
    #expect(database.current.knowledge.benchmarks.count == shipped + 2500)
  }

  @Test func `speaks TLS as the URL's parameters say, and asks for the right password`() async throws {
    let server = try await PostgresServer.start()
    try await server.sql(Self.theirs)
    let other = try await TestCertificates()
    let good = "?sslmode=verify-full&sslrootcert=\(server.certificates.authority.certificate)"
    #expect(try KnowledgeSource(reading: try location(server, "postgres", parameters: good)).current.knowledge.benchmarks.count == 1)
    let wrong = "?sslmode=verify-full&sslrootcert=\(other.authority.certificate)"
    let refused = #expect(throws: KnowledgeError.self) { try KnowledgeSource(reading: try location(server, "postgres", parameters: wrong)) }
    #expect(refused?.description.contains("certificate verify failed") == true, "\(refused?.description ?? "")")
    let stranger = try KnowledgeLocation("postgres://podium:another-Word@127.0.0.1:\(server.port)/postgres")
    let denied = #expect(throws: KnowledgeError.self) { try KnowledgeSource(reading: stranger) }
    #expect(denied?.description.contains("password authentication failed") == true && denied?.description.contains("another-Word") == false)
  }
}
