/// Why the words of a command line make no configuration, and what to write instead.
package struct ArgumentProblem: Error, Equatable, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}

extension ModelServerConfiguration {
  /// What ``init(arguments:)`` understands, for a help page.
  package static let usage = """
    --model ID                        the model it plays (or as the first word, as with `vllm serve`)
    --served-model-name NAME…         the names that requests may use
    --host ADDRESS --port PORT        where to listen (0.0.0.0, 8000)
    --max-num-seqs N                  requests worked on at a time (256); others wait in the order of arrival
    --max-num-queued-reqs N           waiting and running together; more get 503
    --scheduling-policy fcfs|priority who goes first
    --max-model-len TOKENS            prompt and answer together (32768)
    --num-gpu-blocks-override N       the KV cache in blocks of 16 tokens (32768)
    --shutdown-timeout SECONDS        for answers under way when it is asked to end (0)
    --api-key KEY…                    keys that requests to /v1 have to carry
    --time-to-first-token TIME        mean, such as 22ms, at one request at a time
    --inter-token-latency TIME        mean, such as 10.8ms, at one request at a time
    --latency-point BATCH:TTFT:ITL    both in ms at a batch size, from a benchmark; give several to fit a sweep
    --time-factor-under-load X        how much slower a step is with a full batch (1.5), when only one batch size is known
    --prompt-tokens N                 the prompt's length that the latencies hold for (512)
    --output-tokens N                 mean length of answers without max_tokens (256)
    --jitter X                        relative deviation of latencies (0.05)
    --speed X                         times faster than the hardware (1)
    --seed N                          for lengths, jitter and faults (0)
    --fault-error-rate X              share answered with 500
    --fault-abort-rate X              share cut off in the middle; --fault-abort-after N tokens (5)
    --fault-hang-rate X               share accepted and never answered
    --fault-slow-factor X             everything takes X times as long
    --fault-health                    /health answers 503
    --startup-delay TIME              503 until then
    """

  /// From the words of `podium simulate-server` or of a vLLM container; what only matters to real hardware is accepted and left alone.
  package init(arguments: [String]) throws(ArgumentProblem) {
    var words = ArgumentWords(arguments)
    var draft = ConfigurationDraft()
    while let word = words.next() {
      guard word.isFlag else {
        if word.text != "simulate-server", word.text != "serve" { try draft.setModel(word.text) }
        continue
      }
      try draft.apply(word.text, &words)
    }
    self = try draft.configuration()
  }
}
