import Crypto
import Foundation

/// The signature of [Standard Webhooks](https://www.standardwebhooks.com): HMAC-SHA256 over `id.timestamp.body`.
enum WebhookSignature {
  /// - Parameter timestamp: Seconds since 1970, of this attempt: receivers refuse old ones.
  static func headers(id: String, timestamp: Int, body: [UInt8], secret: [UInt8]) -> [(name: String, value: String)] {
    var code = HMAC<SHA256>(key: SymmetricKey(data: secret))
    code.update(data: Array("\(id).\(timestamp).".utf8))
    code.update(data: body)
    let signature = Data(code.finalize()).base64EncodedString()
    return [("webhook-id", id), ("webhook-timestamp", "\(timestamp)"), ("webhook-signature", "v1,\(signature)")]
  }
}
