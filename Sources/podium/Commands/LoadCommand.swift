import ArgumentParser
import Foundation
import LoadGenerator

struct LoadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load", abstract: "Send requests of several tiers to an OpenAI endpoint and measure the answers.",
    discussion: """
      podium load --url http://127.0.0.1:8080 --model chat-llama --rate 10 --duration 30
      podium load --url http://127.0.0.1:8080 --model chat-llama --clients 8 --tier enterprise=1

      Arrivals are a Poisson process of the given rate, or clients that ask again as soon as they are answered. With --demo each tier is \
      measured alone first, then all together at twice the capacity found.
      """)

  @Option(help: "Where the OpenAI API is, without /v1; http and an IP address.") var url = "http://127.0.0.1:8080"
  @Option(help: "The model to ask for.") var model: String
  @Option(help: "Requests per second, arriving as from many independent people.") var rate: Double?
  @Option(help: "Clients that ask again as soon as they are answered.") var clients: Int?
  @Option(help: "How long to send, in seconds.") var duration = 10.0
  @Option(name: .customLong("tier"), help: "NAME=SHARE; repeat for several. The name is sent as x-customer-tier.")
  var tiers: [TierShare] = [.init("enterprise", 0.1), .init("premium", 0.2), .init("free", 0.7)]
  @Option(help: "Tokens of a prompt, roughly.") var promptTokens = 64
  @Option(help: "Tokens of an answer.") var outputTokens = 32
  @Option(help: "How much the answers' lengths vary: their standard deviation in relation to the mean.") var outputSpread = 0.0
  @Option(help: "NAME: VALUE of a header that every request carries; repeat for several.") var header: [String] = []
  @Option(name: .shortAndLong, help: "table or json.") var output: OutputFormat = .table
  @Option(help: "The same seed sends the same requests at the same times.") var seed: UInt64 = 1
  @Flag(help: "Measure each tier alone, find the capacity, then twice that.") var demo = false

  func validate() throws {
    guard address != nil else { throw ValidationError("--url must be http://ADDRESS:PORT with an IP address, not \(url)") }
    guard duration > 0, duration.isFinite else { throw ValidationError("--duration must be more than 0 seconds") }
    guard rate == nil || clients == nil else { throw ValidationError("--rate and --clients exclude each other") }
    if let rate, !(rate > 0 && rate < 1e6) { throw ValidationError("--rate must be more than 0 and less than a million") }
    guard outputSpread >= 0, outputSpread <= 10 else { throw ValidationError("--output-spread must be from 0 to 10") }
    for header in header where !header.contains(":") { throw ValidationError("--header \(header): write NAME: VALUE") }
    if let clients, !(1...50_000).contains(clients) { throw ValidationError("--clients must be between 1 and 50000") }
  }

  func run() async throws {
    if demo {
      try await OverloadDemo(command: self).run()
    } else {
      let arrivals: LoadPlan.Arrivals = clients.map { .closed(clients: $0) } ?? .open(requestsPerSecond: rate ?? 5)
      let report = try await measure(arrivals, seconds: duration, tiers: tiers)
      print(output == .json ? report.json.text(.indented) : report.table)
    }
  }

  func measure(_ arrivals: LoadPlan.Arrivals, seconds: Double, tiers: [TierShare]) async throws -> LoadReport {
    guard let address else { throw ValidationError("--url \(url)") }
    var plan = LoadPlan(
      port: address.port, model: model, arrivals: arrivals, duration: .seconds(seconds),
      tiers: tiers.map { LoadPlan.Tier(name: $0.name, share: $0.share, headers: headers(of: $0)) })
    plan.host = address.host
    plan.promptTokens = promptTokens
    plan.outputTokens = outputTokens
    plan.outputSpread = outputSpread
    plan.seed = seed
    return try await Load.run(plan)
  }

  private func headers(of tier: TierShare) -> [(name: String, value: String)] {
    [("x-customer-tier", tier.name)]
      + header.map { line in
        let colon = line.firstIndex(of: ":") ?? line.endIndex
        return (String(line[..<colon]), line[colon...].dropFirst().trimmingCharacters(in: .whitespaces))
      }
  }

  enum OutputFormat: String, ExpressibleByArgument, CaseIterable { case table, json }

  private var address: (host: String, port: Int)? {
    guard let components = URLComponents(string: url), components.scheme == "http", let host = components.host else { return nil }
    return (host == "localhost" ? "127.0.0.1" : host, components.port ?? 80)
  }
}

/// `NAME=SHARE` of the command line.
struct TierShare: ExpressibleByArgument {
  let name: String
  let share: Double

  init(_ name: String, _ share: Double) {
    self.name = name
    self.share = share
  }

  init?(argument: String) {
    let parts = argument.split(separator: "=")
    guard parts.count == 2, let share = Double(parts[1]), share > 0, share.isFinite else { return nil }
    self.init(String(parts[0]), share)
  }

  var defaultValueDescription: String { "\(name)=\(share)" }
}
