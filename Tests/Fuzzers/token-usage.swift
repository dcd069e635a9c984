// sources: Sources/DataPlane/HTTP/ByteClass.swift Sources/DataPlane/Body/TokenUsage.swift
// The usage in the tail of an answer: any bytes at all.

func fuzz(_ bytes: [UInt8]) {
  guard let usage = TokenUsage(inTail: bytes.span) else { return }
  require((usage.promptTokens ?? 0) >= 0 && (usage.outputTokens ?? 0) >= 0, "tokens are counted upwards")
}
