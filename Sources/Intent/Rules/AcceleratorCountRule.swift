/// How many GPUs there may be: `up to 8 GPUs`, `2x H100`, `a single GPU`, `tensor parallel 4`.
enum AcceleratorCountRule {
  private static let nouns: Set<String> = ["gpu", "card", "accelerator", "gpus", "grafikkarte"]

  static func apply(_ amount: Amount, to reading: inout Reading, _ understanding: inout Understanding) -> Bool {
    if parallelism(amount, &reading, &understanding) { return true }
    // `as few GPUs as possible` is a wish, and no number.
    if reading[amount.place]?.isRough == true, reading.stem(amount.place - 1) == "as" { return false }
    guard let end = counted(amount, reading) else { return false }
    let range = amount.start..<end
    reading.explain(range)
    if amount.isFloor(reading) {
      understanding.note("\"\(reading.words(range))\" is a least number of GPUs; a plan uses no more than it needs.")
      return true
    }
    take(amount.value, range, amount, &reading, &understanding)
    return true
  }

  private static func take(
    _ value: Double, _ range: Range<Int>, _ amount: Amount?, _ reading: inout Reading, _ understanding: inout Understanding
  ) {
    let after = reading.skipping([",", "max", "maximum"], from: range.upperBound)
    let isEach =
      ["per", "each", "/", "in", "a"].contains(reading.stem(after) ?? "")
      && ["replica", "instance", "model", "copy", "pod", "node", "server", "machine"].contains(reading.stem(after + 1) ?? "")
    let whole = isEach ? range.lowerBound..<(after + 2) : range
    reading.explain(whole)
    let finding = reading.finding(
      isEach ? .maxTensorParallel : .maxGPUs, .number(value), whole, isEach ? .medium : .high, note: amount?.note)
    understanding.offer(finding, isCorrection: reading.isCorrection(before: range.lowerBound))
  }

  /// `8 GPUs`, `8 × H100`, `H100 x 8`: the place after it.
  private static func counted(_ amount: Amount, _ reading: Reading) -> Int? {
    var next = reading.skipping(["x", "×", "*", "-", "of", "our", "the", "nvidia", "amd", "or", "fewer", "less"], from: amount.place + 1)
    // Up to two words: `8 cheap cloud GPUs`; a name of an accelerator is one token or more.
    for _ in 0..<3 {
      if reading.acceleratorPlaces[next] != nil {
        let end = nameEnd(next, reading)
        return nouns.contains(reading.stem(end) ?? "") ? end + 1 : end
      }
      if let stem = reading.stem(next), nouns.contains(stem) { return next + 1 }
      guard reading[next]?.isWord == true, reading.isFree(next), !Units.people.contains(reading.stem(next) ?? "") else { return nil }
      next += 1
    }
    return nil
  }

  private static func nameEnd(_ place: Int, _ reading: Reading) -> Int {
    var end = place
    while let name = reading.acceleratorPlaces[end], name == reading.acceleratorPlaces[place] { end += 1 }
    return end
  }

  /// `tensor parallel 4`, `TP=4`, `tensor parallelism of 2`.
  private static func parallelism(_ amount: Amount, _ reading: inout Reading, _ understanding: inout Understanding) -> Bool {
    var back = amount.start - 1
    while let stem = reading.stem(back), ["=", ":", "of", "size", "degree", "is", "-"].contains(stem) { back -= 1 }
    guard let stem = reading.stem(back) else { return false }
    let isNamed = stem == "tp" || (["parallel", "parallelism"].contains(stem) && reading.stem(back - 1) == "tensor")
    if isNamed {
      let range = (stem == "tp" ? back : back - 1)..<(amount.place + 1)
      reading.explain(range)
      understanding.offer(reading.finding(.maxTensorParallel, .number(amount.value), range), isCorrection: false)
    }
    return isNamed
  }

  /// `a single GPU`, `just a GPU`, `H100 x4` is counted elsewhere.
  static func applyWithoutNumber(to reading: inout Reading, _ understanding: inout Understanding) {
    guard understanding[.maxGPUs] == nil else { return }
    for place in 0..<reading.count where reading.stem(place) == "single" {
      let end = place + 1
      guard nouns.contains(reading.stem(end) ?? "") || reading.acceleratorPlaces[end] != nil, reading.isFree(place) else { continue }
      reading.explain(place..<(place + 1))
      take(1, place..<(end + 1), nil, &reading, &understanding)
      return
    }
  }
}
