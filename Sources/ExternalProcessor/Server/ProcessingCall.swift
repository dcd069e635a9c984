import DataPlane
import NIOCore
import SwiftProtobuf

/// `envoy.service.ext_proc.v3.ExternalProcessor.Process`: performs what the machine of the stream says.
final class ProcessingCall: GRPCCall {
  static let path = "/envoy.service.ext_proc.v3.ExternalProcessor/Process"

  private var machine: StreamMachine
  private let call: GatewayCall

  init(_ settings: StreamMachine.Settings, _ call: GatewayCall) {
    machine = StreamMachine(settings)
    self.call = call
  }

  func receive(_ message: ByteBuffer, _ stream: GRPCStream) throws(GRPCStatus) {
    let request: EnvoyProcessingRequest
    do {
      request = try EnvoyProcessingRequest(serializedBytes: Array(message.readableBytesView))
    } catch {
      throw GRPCStatus(code: .invalidArgument, message: "not a ProcessingRequest")
    }
    let steps: [StreamStep]
    do throws(StreamFault) {
      steps = try machine.receive(FilterMessage(request))
    } catch {
      throw GRPCStatus(error)
    }
    perform(steps, stream)
  }

  private func perform(_ steps: [StreamStep], _ stream: GRPCStream) {
    for step in steps {
      switch step {
      case .ask(let question):
        call.ask(GatewayQuestion(question)) { [self] decision in perform(machine.decided(StreamDecision(decision)), stream) }
      case .reply(let reply):
        guard let bytes: [UInt8] = try? reply.message.serializedBytes() else {
          // Only strings that are not UTF-8 cannot be written, and there are none here.
          stream.finish(GRPCStatus(code: .internal, message: "a reply could not be written"))
          return
        }
        stream.send(bytes)
      default: tell(step)
      }
    }
  }

  /// Tells the scheduler.
  private func tell(_ step: StreamStep) {
    switch step {
    case .answerBegan(let status, let isEventStream, let served):
      call.answerBegan(status: status, isEventStream: isEventStream, served: served)
    case .answerPart(let bytes): call.answerPart(ByteBuffer(bytes: bytes))
    case .ended(let isComplete): call.ended(isComplete: isComplete)
    case .ask, .reply: break
    }
  }

  func halfClosed() -> GRPCStatus? {
    closed()
    return GRPCStatus.ok
  }

  /// However the stream ends, its request is not forgotten in a queue.
  func closed() {
    for step in machine.closed() { tell(step) }
  }
}
