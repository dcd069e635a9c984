extension MetricsPage {
  mutating func writeVariants(_ counts: [UInt64], _ names: [VariantRegistry.Name]) {
    guard !names.isEmpty else { return }
    page.family("qos_variant_requests_total", .counter, "Requests for a name of the policy's models, by the variant chosen for them.")
    for (index, name) in names.enumerated() {
      let count = index < counts.count ? counts[index] : 0
      page.sample("qos_variant_requests_total", labels(name.model, ("variant", name.variant)), count)
    }
  }
}
