import Testing

@testable import ExternalProcessor

@Suite("One stream")
struct StreamMachineTests {
  private let fields = [
    HeaderField(name: ":method", value: "POST"), HeaderField(name: ":path", value: "/v1/chat/completions"),
    HeaderField(name: "test-epp-endpoint-selection", value: "10.0.0.9:80, 10.0.0.8:80"),
  ]
  private let ok = [HeaderField(name: ":status", value: "200"), HeaderField(name: "content-type", value: "text/event-stream")]

  private func begin(
    _ request: FilterMessage.BodyMode, _ response: FilterMessage.BodyMode = .none, ends: Bool = false
  ) -> FilterMessage {
    var message = FilterMessage(.requestHeaders(fields, ends: ends))
    message.modes = (request, response)
    return message
  }

  private func forward(_ body: [UInt8]?) -> StreamDecision {
    .forward(
      endpoints: ["10.0.0.1:80", "10.0.0.2:80"], mutation: HeaderMutation(removed: ["x-customer-tier"]),
      answerHeaders: [HeaderField(name: "x-podium-tier", value: "free")], body: body)
  }

  /// Steps in words, so that a test can compare them.
  private func words(_ steps: [StreamStep]) -> [String] {
    steps.map { step in
      switch step {
      case .ask(let question): "ask \(question.body.map { "\($0.count)" } ?? "-")"
      case .reply(.requestHeaders(let mutation, let destination)):
        "request headers \(mutation.set.map { "\($0.name)=\($0.value)" }) -\(mutation.removed) to \(destination ?? "-")"
      case .reply(.requestBody(let bytes, let ends)): "request body \(bytes.count)\(ends ? " end" : "")"
      case .reply(.requestTrailers): "request trailers"
      case .reply(.responseHeaders(let mutation)): "response headers \(mutation.set.map(\.name))"
      case .reply(.responseBody(let bytes, let ends)): "response body \(bytes.map { "\($0.count)" } ?? "as it is")\(ends ? " end" : "")"
      case .reply(.responseTrailers): "response trailers"
      case .reply(.immediate(let answer)): "immediate \(answer.status)"
      case .answerBegan(let status, let isEventStream, let served): "began \(status)\(isEventStream ? " stream" : "") \(served ?? "-")"
      case .answerPart(let bytes): "part \(bytes.count)"
      case .ended(let isComplete): "ended \(isComplete)"
      }
    }
  }

  private let head =
    "request headers [\"x-gateway-destination-endpoint=10.0.0.1:80,10.0.0.2:80\"] -[\"x-customer-tier\"] to 10.0.0.1:80,10.0.0.2:80"

  @Test("headers alone: asked at once, and the end of the stream is the end of the answer")
  func headersAlone() throws {
    var machine = StreamMachine(.init())
    #expect(words(try machine.receive(begin(.none))) == ["ask -"])
    #expect(words(machine.decided(forward(nil))) == [head])
    #expect(words(try machine.receive(FilterMessage(.requestTrailers))) == ["request trailers"])
    var answer = FilterMessage(.responseHeaders(ok, ends: false))
    answer.served = "10.0.0.2:80"
    #expect(words(try machine.receive(answer)) == ["began 200 stream 10.0.0.2:80", "response headers [\"x-podium-tier\"]"])
    #expect(words(machine.closed()) == ["ended true"])
    #expect(words(machine.closed()) == [])
  }

  @Test("full duplex: the whole body is read, the headers' reply comes first, then the body in chunks, then the trailers")
  func fullDuplex() throws {
    var machine = StreamMachine(.init())
    #expect(try machine.receive(begin(.fullDuplex, .fullDuplex)).isEmpty)
    #expect(try machine.receive(FilterMessage(.requestBody([UInt8](repeating: 1, count: 100_000), ends: false))).isEmpty)
    #expect(words(try machine.receive(FilterMessage(.requestBody([UInt8](repeating: 2, count: 50_000), ends: false)))) == [])
    #expect(words(try machine.receive(FilterMessage(.requestTrailers))) == ["ask 150000"])
    let body = [UInt8](repeating: 3, count: 124_001)
    #expect(
      words(machine.decided(forward(body))) == [
        head, "request body 62000", "request body 62000", "request body 1", "request trailers",
      ])
    #expect(words(try machine.receive(FilterMessage(.responseHeaders(ok, ends: false)))).first == "began 200 stream -")
    #expect(
      words(try machine.receive(FilterMessage(.responseBody([UInt8](repeating: 4, count: 62_001), ends: false)))) == [
        "part 62001", "response body 62000", "response body 1",
      ])
    #expect(words(try machine.receive(FilterMessage(.responseBody([], ends: true)))) == ["response body 0 end", "ended true"])
    #expect(words(machine.closed()) == [])
  }

  @Test("full duplex without trailers ends with the last chunk; an empty body needs no chunk")
  func endOfBody() throws {
    var machine = StreamMachine(.init())
    _ = try machine.receive(begin(.fullDuplex))
    // HTTP/1.1: data, then an empty end.
    _ = try machine.receive(FilterMessage(.requestBody([1, 2, 3], ends: false)))
    #expect(words(try machine.receive(FilterMessage(.requestBody([], ends: true)))) == ["ask 3"])
    #expect(words(machine.decided(forward([1, 2, 3]))) == [head, "request body 3 end"])

    var empty = StreamMachine(.init())
    #expect(words(try empty.receive(begin(.fullDuplex, ends: true))) == ["ask 0"])
    #expect(words(empty.decided(forward(nil))) == [head])
  }

  @Test("a stream that ends early frees what it held", arguments: [0, 1, 2, 3])
  func early(stage: Int) throws {
    var machine = StreamMachine(.init())
    if stage > 0 { _ = try machine.receive(begin(.none, .fullDuplex)) }
    if stage > 1 { _ = machine.decided(forward(nil)) }
    if stage > 2 { _ = try machine.receive(FilterMessage(.responseHeaders(ok, ends: false))) }
    // An answer whose body comes here and does not end has broken off.
    #expect(words(machine.closed()) == (stage == 0 ? [] : ["ended false"]))
    #expect(machine.decided(forward(nil)).isEmpty)
  }

  @Test("an answer of the gateway's own, before the request was sent, gives up its place in the queue")
  func ownAnswer() throws {
    var machine = StreamMachine(.init())
    _ = try machine.receive(begin(.none, .fullDuplex))
    #expect(words(try machine.receive(FilterMessage(.responseHeaders(ok, ends: false)))) == ["ended false", "response headers []"])
    #expect(machine.decided(forward(nil)).isEmpty)
    #expect(words(try machine.receive(FilterMessage(.responseBody([1], ends: true)))) == ["response body 1 end"])

    var unseen = StreamMachine(.init())
    #expect(words(try unseen.receive(FilterMessage(.responseHeaders(ok, ends: true)))) == ["response headers []"])
    #expect(unseen.closed().isEmpty)
  }

  @Test("a body past the limit is answered with 413, and a peer that goes on is cut off")
  func tooLarge() throws {
    var settings = StreamMachine.Settings()
    settings.bodyLimit = 10
    var machine = StreamMachine(settings)
    _ = try machine.receive(begin(.fullDuplex))
    _ = try machine.receive(FilterMessage(.requestBody([UInt8](repeating: 1, count: 6), ends: false)))
    #expect(words(try machine.receive(FilterMessage(.requestBody([UInt8](repeating: 1, count: 5), ends: false)))) == ["immediate 413"])
    #expect(words(try machine.receive(FilterMessage(.requestBody([1], ends: false)))) == [])
    #expect(throws: StreamFault.tooMuch(limit: 10)) {
      try machine.receive(FilterMessage(.requestBody([UInt8](repeating: 1, count: 5), ends: false)))
    }
  }

  @Test("a request says where it goes in a conformance test, and nowhere else", arguments: [true, false])
  func conformance(isTest: Bool) throws {
    var settings = StreamMachine.Settings()
    settings.honoursTestSelection = isTest
    var machine = StreamMachine(settings)
    let steps = words(try machine.receive(begin(.none)))
    guard isTest else {
      #expect(steps == ["ask -"])
      return
    }
    #expect(steps == ["request headers [\"x-gateway-destination-endpoint=10.0.0.9:80,10.0.0.8:80\"] -[] to 10.0.0.9:80,10.0.0.8:80"])
    var answer = FilterMessage(.responseHeaders(ok, ends: false))
    answer.served = "10.0.0.8:80"
    #expect(words(try machine.receive(answer)).last == "response headers [\"x-conformance-test-served-endpoint\"]")
  }

  @Test("what a peer may not say there is a fault", arguments: nonsense)
  func faults(what: String, messages: [FilterMessage]) throws {
    var machine = StreamMachine(.init())
    #expect(throws: StreamFault.self, "\(what)") {
      for message in messages {
        for step in try machine.receive(message) {
          if case .ask = step { _ = machine.decided(forward(nil)) }
        }
      }
    }
  }
}

private let nonsense: [(String, [FilterMessage])] = {
  let request = FilterMessage(.requestHeaders([], ends: false))
  let answer = FilterMessage(.responseHeaders([HeaderField(name: ":status", value: "200")], ends: true))
  var streamed = request
  streamed.modes = (.streamed, .none)
  var buffered = request
  buffered.modes = (.none, .other)
  var observation = request
  observation.isObservation = true
  return [
    ("nothing known", [FilterMessage(.unknown)]),
    ("a body first", [FilterMessage(.requestBody([1], ends: true))]),
    ("trailers first", [FilterMessage(.requestTrailers)]),
    ("a response's body first", [FilterMessage(.responseBody([1], ends: true))]),
    ("two heads", [request, request]),
    ("a body that was not announced", [request, FilterMessage(.requestBody([1], ends: true))]),
    ("a response's body before its head", [request, FilterMessage(.responseBody([1], ends: true))]),
    ("a head without a status", [request, FilterMessage(.responseHeaders([], ends: true))]),
    ("a message after the end", [request, answer, answer]),
    ("a mode that is not served", [streamed]), ("another one", [buffered]), ("observation", [observation]),
  ]
}()
