// sources: Sources/ExternalProcessor/Stream
// A stream of Envoy's external processing: whatever a peer says in whatever order, and whenever the scheduler answers. The first byte sets
// the modes; each further one is a message, a decision, or the end.

func fuzz(_ bytes: [UInt8]) {
  guard let first = bytes.first else { return }
  var settings = StreamMachine.Settings()
  settings.bodyLimit = 64
  settings.honoursTestSelection = first & 0x40 != 0
  var run = StreamRun(StreamMachine(settings), first)
  for byte in bytes.dropFirst() { if !run.step(byte) { return } }
  run.end()
}

/// A machine, and what must hold of it.
struct StreamRun {
  private var machine: StreamMachine
  private let modes: (request: FilterMessage.BodyMode, response: FilterMessage.BodyMode)
  /// The request may say where it goes, and then nobody is asked.
  private let mayChoose: Bool
  private var asked = 0
  private var ended = 0
  private var heads = 0
  private var immediates = 0
  private var bodyEnds = 0

  init(_ machine: StreamMachine, _ first: UInt8) {
    self.machine = machine
    mayChoose = first & 0x40 != 0
    let all: [FilterMessage.BodyMode] = [.none, .fullDuplex, .streamed, .other]
    modes = (all[Int(first & 3)], all[Int(first >> 2 & 3)])
  }

  /// - Returns: Whether the stream goes on.
  mutating func step(_ byte: UInt8) -> Bool {
    if byte & 15 == 15 {
      note(machine.decided(decision(byte >> 4)))
      return true
    }
    do throws(StreamFault) {
      note(try machine.receive(message(byte)))
      return true
    } catch {
      require(!error.message.isEmpty, "a fault says what is wrong")
      end()
      return false
    }
  }

  mutating func end() {
    note(machine.closed())
    let expected = asked - (immediates > 0 && asked > 0 ? 1 : 0)
    require(mayChoose || ended == expected, "what was asked is ended once: \(asked) asked, \(ended) ended")
    require(machine.closed().isEmpty && machine.decided(decision(0)).isEmpty, "nothing comes after the end")
  }

  private func message(_ byte: UInt8) -> FilterMessage {
    let (kind, rest) = (byte & 7, byte >> 4)
    let ends = byte & 8 != 0
    let body = [UInt8](repeating: byte, count: Int(rest) * 3)
    let content: FilterMessage.Content =
      switch kind {
      case 0: .requestHeaders(rest & 1 == 1 ? [HeaderField(name: "test-epp-endpoint-selection", value: "10.0.0.1:80")] : [], ends: ends)
      case 1: .requestBody(body, ends: ends)
      case 2: .requestTrailers
      case 3: .responseHeaders(rest == 0 ? [] : [HeaderField(name: ":status", value: "\(rest == 15 ? 1000 : 100 * Int(rest))")], ends: ends)
      case 4: .responseBody(body, ends: ends)
      case 5: .responseTrailers
      default: .unknown
      }
    var message = FilterMessage(content)
    if rest & 4 == 0 { message.modes = modes }
    message.isObservation = kind == 0 && rest == 15
    return message
  }

  private func decision(_ rest: UInt8) -> StreamDecision {
    if rest & 1 == 1 { return .answer(ImmediateAnswer(status: 429, headers: [], body: [], code: "x")) }
    let body: [UInt8]? = rest & 2 == 0 ? nil : [UInt8](repeating: rest, count: Int(rest) * 15_500)
    return .forward(endpoints: ["10.0.0.1:80"], mutation: HeaderMutation(), answerHeaders: [], body: body)
  }

  private mutating func note(_ steps: [StreamStep]) {
    for step in steps {
      switch step {
      case .ask: asked += 1
      case .ended: ended += 1
      case .reply(.requestHeaders): heads += 1
      case .reply(.requestBody(let bytes, let ends)):
        require(heads == 1 && bytes.count <= StreamMachine.chunkBytes && bodyEnds == 0, "chunks come after the headers and are bounded")
        if ends { bodyEnds += 1 }
      case .reply(.responseBody(let bytes, _)): require((bytes?.count ?? 0) <= StreamMachine.chunkBytes, "echoes are bounded")
      case .reply(.immediate): immediates += 1
      default: break
      }
    }
    require(asked <= 1 && ended <= 1 && heads <= 1 && immediates + heads <= 1, "one question and one answer for a stream")
  }
}
