/// A scenario to start from.
enum ExampleScenario {
  static let text = """
    # podium simulate THIS-FILE
    #
    # Four model servers, three tiers, and twice the load that the servers can do. Everything is simulated but the scheduler.
    title: My what-if
    duration: 120s   # how long requests arrive; what was admitted is then served to its end
    warmUp: 20s      # not counted
    seed: 1          # the same seed gives the same figures

    policy:          # as in examples/proxy.yaml under scheduling; or policyFrom: FILE with a QoSPolicy; left out: the three tiers below
      tiers:
        - {name: enterprise, weight: 70, priority: 100, sla: guaranteed}
        - {name: premium, weight: 20, priority: 50, sla: standard}
        - {name: free, weight: 10, priority: 10, sla: best_effort}

    servers:
      - count: 4
        places: 16                # requests at once (vLLM: --max-num-seqs)
        timeToFirstToken: 200ms
        timePerOutputToken: 8ms
        slowdown: 0.01            # each further request in the batch makes all this part slower

    traffic:                      # a rate of 1x is all that the servers can do
      - {tier: enterprise, rate: 0.2x, outputTokens: {median: 80, p95: 250}}
      - {tier: premium, rate: 0.4x, outputTokens: {median: 80, p95: 250}}
      - {tier: free, rate: 1.4x, outputTokens: {median: 80, p95: 250}, tenants: 20}

    faults: []                    # such as {at: 60s, until: 80s, server: 0, fault: kill}; or slow, errors, remove
    expect:                       # exit status 1 when it does not hold; 1.2x is of what it is unloaded
      - {tier: enterprise, failed: 0}

    """
}
