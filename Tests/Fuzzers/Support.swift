#if canImport(Glibc)
  import Glibc
#endif

/// What libFuzzer calls with every input it makes.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  // A copy of exactly this size: reading past it is reported.
  fuzz(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}

/// A statement about every input: when it does not hold, the input is a finding.
func require(_ holds: @autoclosure () -> Bool, _ statement: @autoclosure () -> String) {
  if !holds() { fatalError("does not hold: \(statement())") }
}

extension [UInt8] {
  /// Where the fuzzer wants an input to be cut in two: its first byte says.
  var cut: Int { isEmpty ? 0 : Int(self[0]) * count / 256 }
}
