import JSON
import Kubernetes
import QoSAPI

/// Gateway API's InferencePool over the model servers, with Podium's external processor as the endpoint picker.
package enum InferencePoolManifest {
  package static func object(for intent: GatewayIntent) -> KubeObject {
    var object = intent.serving.object(.inferencePool)
    object["spec"] = [
      "selector": ["matchLabels": JSONValue(intent.serving.platform.podLabels(intent.name))],
      "targetPorts": [["number": JSONValue(intent.serving.platform.port)]],
      // Closed: with an open door, a picker that restarts would let everybody past the queue.
      "endpointPickerRef": [
        "group": "", "kind": "Service", "name": .string(intent.processor.name), "port": ["number": JSONValue(intent.processor.port)],
        "failureMode": "FailClose",
      ],
    ]
    return object
  }

  /// Why the pool cannot use the picker; `nil` when it can.
  package static func problem(_ intent: GatewayIntent) -> String? {
    guard intent.processor.namespace != intent.namespace else { return nil }
    return "an InferencePool's endpoint picker is a Service of its own namespace, \(intent.namespace), and the external processor is in "
      + "\(intent.processor.namespace); run podium-proxy ext-proc in \(intent.namespace), and name it with --ext-proc"
  }
}
