import YAML

extension PlanScenario {
  /// The scenario's fields as a file, with how to use it.
  var savedText: String {
    "# A scenario: podium plan -f THIS-FILE --set traffic.expectedQPS=200 --compare base\n" + YAMLWriter.text(saved)
  }
}
