import ArgumentParser

/// `key=value,key=value` as an option.
struct PairList: ExpressibleByArgument, Equatable {
  var pairs: [String: String]

  init(_ pairs: [String: String]) { self.pairs = pairs }

  init?(argument: String) {
    pairs = [:]
    for element in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let parts = element.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, !parts[0].isEmpty, pairs.updateValue(parts[1], forKey: parts[0]) == nil else { return nil }
    }
  }

  var defaultValueDescription: String { pairs.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",") }
}
