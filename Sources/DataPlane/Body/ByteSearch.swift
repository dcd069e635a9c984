extension Span<UInt8> {
  /// The next place of a byte, looked for in eight bytes at a time.
  func firstIndex(of byte: UInt8, from start: Int, to end: Int) -> Int? {
    let raw = self.bytes
    let ones: UInt64 = 0x0101_0101_0101_0101
    var index = start
    while index &+ 8 <= end {
      let word = UInt64(littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)) ^ (ones &* UInt64(byte))
      let found = (word &- ones) & ~word & 0x8080_8080_8080_8080
      if found != 0 { return index &+ found.trailingZeroBitCount &>> 3 }
      index &+= 8
    }
    while index < end {
      if self[index] == byte { return index }
      index &+= 1
    }
    return nil
  }
}
