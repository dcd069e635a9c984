import Console
import JSON
import TestKit
import Testing

@Suite("Errors of the API")
struct ErrorTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var title: String
    var path = "/api/v1/plan"
    var body: String
    var status = 400
    var field: String
    var says: String

    var testDescription: String { title }
  }

  static let cases: [Case] = [
    Case(title: "no JSON", body: "{", field: "", says: "line 1, column 2"),
    Case(title: "nothing", body: "", field: "", says: "no JSON"),
    Case(title: "a list", body: "[]", field: "", says: "write an object"),
    Case(title: "a name twice", body: #"{"traffic": {"expectedQPS": 1}, "traffic": {"expectedQPS": 2}}"#, field: "", says: "line 1"),
    Case(title: "not a number", body: #"{"useCase": "translation", "traffic": {"expectedQPS": NaN}}"#, field: "", says: "no JSON"),
    Case(
      title: "too large a number", body: #"{"useCase": "translation", "traffic": {"expectedQPS": 1e999}}"#, field: "", says: "too large"),
    Case(
      title: "an unknown field", body: #"{"useCase": "translation", "traffic": {"expectedQPS": 1, "qps": 2}}"#, field: "traffic.qps",
      says: "the fields here are expectedQPS"),
    Case(
      title: "a wrong type", body: #"{"useCase": "translation", "traffic": {"expectedQPS": "many"}}"#, field: "traffic.expectedQPS",
      says: "a number from"),
    Case(
      title: "a fraction of a person", body: #"{"useCase": "translation", "traffic": {"concurrentUsers": 1.5}}"#,
      field: "traffic.concurrentUsers", says: "whole number"),
    Case(
      title: "zero", body: #"{"useCase": "translation", "traffic": {"expectedQPS": 0}}"#, field: "traffic.expectedQPS",
      says: "a number from"),
    Case(
      title: "below zero", body: #"{"useCase": "translation", "traffic": {"expectedQPS": 1}, "budget": {"maxMonthlyUSD": -1}}"#,
      field: "budget.maxMonthlyUSD", says: "a number from"),
    Case(
      title: "an unknown use case", body: #"{"useCase": "chatbots", "traffic": {"expectedQPS": 1}}"#, field: "useCase",
      says: "chatbot_conversational"),
    Case(title: "no traffic", body: #"{"useCase": "translation"}"#, field: "traffic", says: "expectedQPS"),
    Case(
      title: "two kinds of traffic", body: #"{"useCase": "translation", "traffic": {"expectedQPS": 1, "concurrentUsers": 1}}"#,
      field: "traffic", says: "exactly one"),
    Case(title: "users without a use case", body: #"{"traffic": {"concurrentUsers": 1}}"#, field: "", says: "useCase"),
    Case(
      title: "an element of a list",
      body: #"{"useCase": "translation", "traffic": {"expectedQPS": 1}, "hardware": {"gpuTypes": ["H100", 5]}}"#,
      field: "hardware.gpuTypes[1]", says: "text"),
    Case(
      title: "an unknown model", body: #"{"model": "lama-3.1-8b-instruct", "useCase": "translation", "traffic": {"expectedQPS": 1}}"#,
      status: 404,
      field: "model", says: "llama-3.1-8b-instruct"),
    Case(
      title: "an unknown GPU", body: #"{"useCase": "translation", "traffic": {"expectedQPS": 1}, "hardware": {"gpuTypes": ["H10"]}}"#,
      status: 404,
      field: "hardware.gpuTypes", says: "H100"),
    Case(
      title: "a contradiction", body: #"{"useCase": "translation", "traffic": {"expectedQPS": 1}, "slo": {"ttftP95": 500, "e2eP95": 100}}"#,
      status: 409, field: "slo.ttftP95", says: "contradict"),
    Case(
      title: "a peak below the rate", body: #"{"useCase": "translation", "traffic": {"expectedQPS": 10, "peakQPS": 1}}"#, status: 409,
      field: "traffic.peakQPS", says: "below"),
    Case(
      title: "weights that are all zero",
      body:
        #"{"useCase": "translation", "traffic": {"expectedQPS": 1}, "planning": {"weights": {"quality": 0, "cost": 0, "latency": 0, "simplicity": 0.0}}}"#,
      field: "planning.weights", says: "raise one"),
    Case(
      title: "a negative weight",
      body: #"{"useCase": "translation", "traffic": {"expectedQPS": 1}, "planning": {"weights": {"cost": -0.1}}}"#,
      field: "planning.weights.cost", says: "a number from 0"),
    Case(
      title: "an unknown confidence",
      body: #"{"useCase": "translation", "traffic": {"expectedQPS": 1}, "planning": {"minimumConfidence": "sure"}}"#,
      field: "planning.minimumConfidence", says: "one of benchmarked, interpolated, estimated"),
    Case(title: "no text", path: "/api/v1/recommend", body: "{}", field: "text", says: "in your own words"),
    Case(title: "an empty text", path: "/api/v1/recommend", body: #"{"text": ""}"#, field: "text", says: "characters"),
    Case(
      title: "an unknown answer", path: "/api/v1/recommend", body: #"{"text": "x", "answers": {"age": "1"}}"#, field: "answers.age",
      says: "useCase"),
    Case(
      title: "a model that this server was not given", path: "/api/v1/recommend", body: #"{"text": "x", "languageModel": true}"#,
      field: "languageModel", says: "not known"),
    Case(
      title: "too long a text", path: "/api/v1/recommend", body: #"{"text": "\#(String(repeating: "x", count: 20_001))"}"#, field: "text",
      says: "20001 characters"),
    Case(
      title: "deep nesting", body: String(repeating: "[", count: 100_000), field: "", says: "nested"),
  ]

  @Test("A bad body names its field and says what to write instead", arguments: cases)
  func badBody(_ example: Case) async throws {
    let reply = try await Sample.api().post(example.path, example.body)
    #expect(reply.status == example.status)
    #expect(reply.json["status"]?.int == example.status)
    let error = try #require(reply.json["errors"]?[0])
    #expect(error["field"]?.string == example.field)
    #expect(error["message"]?.string?.contains(example.says) == true, "\(error)")
  }

  @Test("A hostile body gets no long answer")
  func bounded() async throws {
    let members = (0..<10_000).map { "\"\(String(repeating: "k", count: 20))\($0)\": 1" }.joined(separator: ",")
    let reply = await (try Sample.api()).answer(
      ConsoleRequest("POST", "/api/v1/plan", contentType: "application/json", body: Array("{\(members)}".utf8)))
    #expect(reply.status == 400)
    #expect(reply.body.count < 10_000)
  }

  @Test(
    "A bad query names its parameter",
    arguments: [
      ("limit=0", "limit"), ("limit=1001", "limit"), ("limit=x", "limit"), ("limit=1&limit=2", "limit"), ("offset=-1", "offset"),
      ("page=2", "page"), ("gpus=1.5", "gpus"), ("kind=guessed", "kind"), ("model=", "model"), ("limit=NaN", "limit"),
    ])
  func badQuery(query: String, field: String) async throws {
    let reply = try await Sample.api().get("/api/v1/catalog/benchmarks?\(query)")
    #expect(reply.status == 400)
    #expect(reply.json["errors"]?[0]?["field"]?.string == field)
  }

  @Test("An unknown path, an unknown method and a body that is no JSON have the same form")
  func otherErrors() async throws {
    let api = try Sample.api()
    #expect(try await api.get("/api/v1/nothing").status == 404)
    #expect(try await api.post("/api/v1/plan", "{}", type: "text/plain").status == 415)
    #expect(try await api.post("/api/v1/plan", "{}", type: nil).status == 415)
    let reply = await api.answer(ConsoleRequest("DELETE", "/api/v1/plan"))
    #expect(reply.status == 405)
    #expect(reply.headers.contains { $0.name == "Allow" && $0.value == "POST" })
    #expect(reply.contentType == "application/problem+json")
  }
}
