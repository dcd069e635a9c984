import NIOCore
import Scheduling

/// A complete request for a model: its bytes, and what was found in them.
struct ModelRequest {
  let message: ByteBuffer
  let head: RequestHead
  let body: Range<Int>
  /// The model's name in the message, without quotes.
  let model: Range<Int>
  /// Ranges in it are offsets in the body.
  let fields: RequestFields

  /// The highest rank: what a request without `priority` has.
  private static let neutralPriority = [UInt8(ascii: "0")]

  private func inMessage(_ range: Range<Int>) -> Range<Int> {
    range.lowerBound + body.lowerBound..<range.upperBound + body.lowerBound
  }

  /// What the body must say differently to the servers of a pool.
  func edits(for hop: ModelTarget.Hop, tier: Int) -> BodyEdits {
    var edits = BodyEdits()
    if fields.modelHasEscapes || !message.readableBytesUInt8Span.matches(exactly: hop.servedModel, at: model) {
      if fields.firstMember == nil {
        edits.replace(model, with: hop.servedModel)
      } else {
        edits.replace(model.lowerBound - 1..<model.upperBound + 1, with: hop.servedLiteral)
      }
    }
    if let priority = fields.priority {
      edits.replace(inMessage(priority), with: hop.pool.forwardsPriority ? hop.pool.tiers[tier].rank : Self.neutralPriority)
    } else if hop.pool.forwardsPriority, let place = fields.firstMember {
      edits.insert(hop.pool.tiers[tier].rankMember, at: body.lowerBound + place)
    }
    return edits
  }

  /// 0 for a form: the bytes of a recording or an image say nothing about its tokens.
  var estimatedPromptTokens: Int { fields.firstMember == nil ? 0 : RequestFields.estimatedPromptTokens(bytes: body.count) }

  func arrival(_ caller: Classifier.Caller, _ pool: PoolRoute, _ tag: Tag) -> Arrival {
    Arrival(
      tier: caller.tier, tenant: caller.tenant, promptTokens: estimatedPromptTokens, maximumOutputTokens: fields.maximumTotalOutput ?? 0,
      prefix: pool.usesPrefixes ? prefix : 0, tag: tag.rawValue)
  }

  private var prefix: UInt64 {
    PromptPrefix.hash(message.readableBytesUInt8Span.extracting(body), prompt: fields.prompt, cacheKey: fields.cacheKey)
  }

  /// Stands for the `user` of the request; `nil` without one.
  var userKey: UInt64? {
    fields.user.map { PromptPrefix.hash(message.readableBytesUInt8Span, inMessage($0)) }
  }
}
