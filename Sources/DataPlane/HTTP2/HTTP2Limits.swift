import NIOCore
import NIOHTTP2

/// Bounds on what one connection of HTTP/2 may make us hold or do (RFC 9113 section 10.5).
package struct HTTP2Limits: Sendable, Equatable {
  /// Requests under way at a time.
  package var concurrentStreams = 256
  /// Bytes of a request's body on the way to us, for one stream and for all of them.
  package var streamWindow = 256 * 1024
  package var connectionWindow = 1024 * 1024
  /// Bytes of an answer that wait for the client, above which the model server is paused; it goes on at half of it.
  package var answerBuffer = 64 * 1024
  /// Requests that a client may reset in `window` (CVE-2023-44487): a gateway's users give up often, even all at once, and an attacker
  /// much more often. Each one that is allowed is remembered, so it costs eight bytes of an idle connection.
  package var resets = 320
  /// Malformed requests in `window`, and settings and pings.
  package var streamErrors = 64
  package var controlFrames = 128
  /// Malformed requests in the whole life of a connection.
  package var glitches = 200
  package var window: Duration = .seconds(10)
  /// A client that has been silent for so long is asked whether it is there, and given as long to answer. One that stays silent for as
  /// long again is cut off, and its requests with it.
  package var keepalive: Duration = .seconds(60)

  package init() {}

  /// - Parameter headBytes: What our own machine accepts: a head that is somewhat larger still gets an answer, not a closed connection.
  func connection(headBytes: Int) -> NIOHTTP2Handler.ConnectionConfiguration {
    var configuration = NIOHTTP2Handler.ConnectionConfiguration()
    configuration.initialSettings = [
      // What is enforced by NIOHTTP2; `EarlySettings` announces `concurrentStreams`, and `StreamLedger` keeps to it.
      HTTP2Setting(parameter: .maxConcurrentStreams, value: max(concurrentStreams, 1 << 20)),
      HTTP2Setting(parameter: .maxHeaderListSize, value: 2 * headBytes),
      HTTP2Setting(parameter: .initialWindowSize, value: streamWindow),
    ]
    configuration.targetWindowSize = connectionWindow
    configuration.maximumConnectionGlitches = glitches
    configuration.controlFrameRateLimit.maximumCount = controlFrames
    configuration.controlFrameRateLimit.windowLength = TimeAmount(window)
    // Answers to a client that does not read: settings and pings make us write too (CVE-2019-9512, 9515).
    configuration.maximumBufferedControlFrames = 32 * controlFrames
    configuration.maximumSequentialContinuationFrames = 2 * headBytes / 16384 + 2
    configuration.maximumSequentialEmptyDataFrames = 4
    return configuration
  }

  var stream: NIOHTTP2Handler.StreamConfiguration {
    var configuration = NIOHTTP2Handler.StreamConfiguration()
    configuration.targetWindowSize = streamWindow
    configuration.outboundBufferSizeHighWatermark = answerBuffer
    configuration.outboundBufferSizeLowWatermark = answerBuffer / 2
    configuration.streamResetFrameRateLimit.maximumCount = resets
    configuration.streamResetFrameRateLimit.windowLength = TimeAmount(window)
    configuration.streamErrorRateLimit.maximumCount = streamErrors
    configuration.streamErrorRateLimit.windowLength = TimeAmount(window)
    return configuration
  }
}
